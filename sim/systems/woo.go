package systems

import (
	"cmp"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"almanac/fact"
)

// Woo is the admin API of the simulated shop's platform, read-only, in the form of WooCommerce's REST API v3 (its documentation, and
// the examples there): orders with refunds, products with variations, customers, webhooks; pages by page and per_page with
// X-WP-Total, X-WP-TotalPages and Link; after, before, modified_after and modified_before; Basic authentication, or consumer_key and
// consumer_secret in the query; WordPress's error documents. What happens is also told to webhooks ([Woo.Deliver]). The site's
// clock is UTC.
type Woo struct {
	o     WooOptions
	luck  *luck
	meter meter

	mu        sync.Mutex
	orders    []*wooOrder // by number
	order     map[string]*wooOrder
	fresh     *wooOrder // whose lines are still coming
	products  []*wooProduct
	bySKU     map[string]*wooProduct
	byGroup   map[string]*wooProduct
	customers []*wooCustomer
	byName    map[string]*wooCustomer // by the shop's own id, guests too
	hooks     []*Hook
	queue     []event
	delivery  int
}

// WooOptions of a new one.
type WooOptions struct {
	Key, Secret string  // consumer key and secret
	Rate        float64 // requests a second; 0: no limit
	Tax         float64 // in prices, as sim.Catalogue.Tax
	Site        string  // address of the shop, for links and webhooks
	Hang        time.Duration
	Faults      Faults
	Seed        uint64
	Now         func() time.Time
	Hooks       []Hook
	Client      *http.Client // of webhooks
}

type wooOrder struct {
	id                int64
	at, changed, done time.Time
	lines             []*fact.OrderLine
	refunds           []wooRefund
}

type wooRefund struct {
	id     int64
	at     time.Time
	amount int64
	reason string
}

// wooProduct is a simple product, a variable one, or a variation of one.
type wooProduct struct {
	id            int64
	at, changed   time.Time
	body          *fact.Product
	price, list   int64
	currency      string
	stock         map[string]int64 // by location
	counted       bool
	parent        *wooProduct
	variations    []*wooProduct
	sold          int64
	isVariable    bool
	lastStockTold int64 // units
}

type wooCustomer struct {
	id          int64 // 0: a guest
	at, changed time.Time
	fact.Customer
	paying bool
}

// NewWoo makes one.
func NewWoo(o WooOptions) (*Woo, error) {
	if o.Key == "" || o.Secret == "" {
		return nil, errors.New("the platform's API needs a consumer key and secret")
	}
	if err := o.Faults.Check(); err != nil {
		return nil, err
	}
	w := &Woo{o: o, luck: newLuck(o.Seed, 3), meter: meter{rate: o.Rate, now: o.Now}, order: map[string]*wooOrder{}, bySKU: map[string]*wooProduct{},
		byGroup: map[string]*wooProduct{}, byName: map[string]*wooCustomer{}}
	for i, h := range o.Hooks {
		h.id, h.status, h.at = int64(i+1), "active", o.Now().UTC()
		w.hooks = append(w.hooks, &h)
	}
	return w, nil
}

// Fact takes what happened, in the order of time; what the platform does not see is left out.
func (w *Woo) Fact(f *fact.Fact) {
	w.mu.Lock()
	defer w.mu.Unlock()
	at := f.OccurredAt.UTC().Truncate(time.Second)
	if w.fresh != nil && at.After(w.fresh.at) {
		w.publish()
	}
	switch b := f.Body.(type) {
	case *fact.Product:
		w.described(b, at)
	case *fact.Price:
		if p := w.bySKU[b.SKU]; p != nil {
			p.price, p.list, p.currency = b.Amount, max(b.ListPrice, b.Amount), b.Currency
			w.touch(p, at)
		}
	case *fact.StockCount:
		if p := w.bySKU[b.SKU]; p != nil && b.Quantity == fact.OnHand {
			p.stock[b.Location], p.counted = b.Units, true
			w.touchStock(p, at)
		}
	case *fact.StockMove:
		if p := w.bySKU[b.SKU]; p != nil {
			p.stock[b.Location] += b.Units
			w.touchStock(p, at)
		}
	case *fact.Customer:
		if f.Source == "shop:main" {
			w.joined(b, at)
		}
	case *fact.OrderLine:
		if f.Source == "shop:main" {
			w.sold(b, at)
		}
	case *fact.Shipment:
		if o := w.order[b.Order]; o != nil && f.Kind == fact.OrderShipped && o.done.IsZero() {
			o.done, o.changed = at, at
			w.tell("order.updated", o.id)
		}
	case *fact.Refund:
		if o := w.order[b.Order]; o != nil {
			o.refunds = append(o.refunds, wooRefund{o.id*10 + int64(len(o.refunds)) + 1_000_000_000, at, b.Amount, b.Reason})
			o.changed = at
			w.tell("order.updated", o.id)
		}
	}
}

// End tells of what is still held back.
func (w *Woo) End() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.publish()
}

func (w *Woo) sold(b *fact.OrderLine, at time.Time) {
	if w.fresh != nil && w.fresh.lines[0].Order != b.Order {
		w.publish()
	}
	if w.fresh == nil {
		id, err := strconv.ParseInt(b.Order, 10, 64)
		if err != nil {
			id = 1 + int64(len(w.orders)) // another shop's numbers
		}
		w.fresh = &wooOrder{id: id, at: at, changed: at}
	}
	w.fresh.lines = append(w.fresh.lines, b)
	if p := w.bySKU[b.SKU]; p != nil {
		p.sold += b.Units
	}
	if c := w.byName[b.Customer]; c != nil {
		c.paying = true
	}
}

func (w *Woo) publish() {
	if w.fresh == nil {
		return
	}
	o := w.fresh
	w.fresh = nil
	w.orders = append(w.orders, o)
	w.order[o.lines[0].Order] = o
	w.tell("order.created", o.id)
}

func (w *Woo) described(b *fact.Product, at time.Time) {
	if p := w.bySKU[b.SKU]; p != nil {
		p.body = b
		w.touch(p, at)
		return
	}
	parent := w.byGroup[b.Group]
	if parent == nil { // every style is a variable product, also one of a single variation
		parent = &wooProduct{id: w.nextProduct(), at: at, changed: at, body: b, isVariable: true}
		w.products = append(w.products, parent)
		w.byGroup[b.Group] = parent
		w.tell("product.created", parent.id)
	}
	p := &wooProduct{id: w.nextProduct(), at: at, changed: at, body: b, parent: parent, stock: map[string]int64{}}
	w.products = append(w.products, p)
	w.bySKU[b.SKU] = p
	parent.variations = append(parent.variations, p)
	w.touch(p, at)
}

// firstProduct is the id of the first product.
const firstProduct = 11

func (w *Woo) nextProduct() int64 { return int64(len(w.products)) + firstProduct }

// touch notes a change of a variation, which is one of its parent too.
func (w *Woo) touch(p *wooProduct, at time.Time) {
	for ; p != nil; p = p.parent {
		p.changed = at
		if p.isVariable {
			w.tell("product.updated", p.id)
		}
	}
}

// touchStock notes a change of stock where there was one.
func (w *Woo) touchStock(p *wooProduct, at time.Time) {
	if n := p.onHand(); n != p.lastStockTold {
		p.lastStockTold = n
		w.touch(p, at)
	}
}

func (p *wooProduct) onHand() (n int64) {
	for _, units := range p.stock {
		n += units
	}
	return n
}

func (w *Woo) joined(b *fact.Customer, at time.Time) {
	c := w.byName[b.Customer]
	if c == nil {
		c = &wooCustomer{at: at}
		w.byName[b.Customer] = c
		if number, account := strings.CutPrefix(b.Customer, "C"); account {
			c.id, _ = strconv.ParseInt(number, 10, 64)
			w.customers = append(w.customers, c)
			defer w.tell("customer.created", c.id)
		}
	}
	c.Customer, c.changed = *b, at
}

// row is one object of a collection.
type row struct {
	id          int64
	name        string
	at, changed time.Time
	fits        func(param, value string) bool // filters of its own
	json        func() map[string]any
}

func (w *Woo) orderRows() []row {
	rows := make([]row, 0, len(w.orders))
	for _, o := range w.orders {
		rows = append(rows, row{o.id, "", o.at, o.changed, func(param, value string) bool {
			switch param {
			case "status":
				return value == "any" || slices.Contains(strings.Split(value, ","), o.status())
			case "customer":
				return value == strconv.FormatInt(w.customerID(o), 10)
			}
			return true
		}, func() map[string]any { return w.orderJSON(o) }})
	}
	return rows
}

func (w *Woo) customerID(o *wooOrder) int64 {
	if c := w.byName[o.lines[0].Customer]; c != nil {
		return c.id
	}
	return 0
}

func (w *Woo) productRows(of *wooProduct) []row {
	list := w.products
	if of != nil {
		list = of.variations
	}
	var rows []row
	for _, p := range list {
		rows = append(rows, row{p.id, p.body.Title, p.at, p.changed, func(param, value string) bool {
			switch param {
			case "sku": // also finds variations
				return !p.isVariable && slices.Contains(strings.Split(value, ","), p.body.SKU)
			case "":
				return of != nil || p.isVariable
			}
			return true
		}, func() map[string]any {
			if p.parent != nil && of != nil {
				return w.variationJSON(p)
			}
			return w.productJSON(p)
		}})
	}
	return rows
}

func (w *Woo) customerRows() []row {
	rows := make([]row, 0, len(w.customers))
	for _, c := range w.customers {
		rows = append(rows, row{c.id, c.Name, c.at, c.changed, func(param, value string) bool { return param != "email" || strings.EqualFold(value, c.Email) },
			func() map[string]any { return w.customerJSON(c) }})
	}
	return rows
}

// sortRows by what orderby names, then id; descending on request.
func sortRows(rows []row, by string, descending bool) {
	slices.SortFunc(rows, func(a, b row) int {
		c := 0
		switch by {
		case "date", "registered_date":
			c = a.at.Compare(b.at)
		case "modified":
			c = a.changed.Compare(b.changed)
		case "name", "title":
			c = strings.Compare(a.name, b.name)
		}
		if c = cmp.Or(c, cmp.Compare(a.id, b.id)); descending {
			return -c
		}
		return c
	})
}
