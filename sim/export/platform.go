package export

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"almanac/fact"
)

// Platforms are the shop platforms in whose form a world can be written.
var Platforms = []string{"shopify", "woocommerce", "amazon", "adobe", "bigcommerce"}

// Platform writes what the shop's own system knows in the form of a platform's exports: orders with what was paid
// back, products, customers, stock. What other systems tell (tills, warehouse, site, suppliers) is written as ever.
// Platforms tell the state at the export, so nothing is written of orders before Close; memory grows with them.
type Platform struct {
	*Writer
	locale locale

	orders   map[string]*sale
	placed   []*sale // in the order of their first line
	emails   map[string]string
	people   []*fact.Customer
	products map[string]*fact.Product
	prices   map[string]*fact.Price
	costs    map[string]*fact.Cost
	onHand   map[[2]string]int64 // product and location
	last     time.Time
	rate     float64 // of tax, percent
	forms    []form
}

// sale is an order as its platform knows it in the end.
type sale struct {
	id, customer, country, currency, channel, location string
	at, back                                           time.Time
	lines                                              []*soldLine
	paidBack                                           map[string]int64 // refund → amount
}

// soldLine is one line of it: prices contain the tax.
type soldLine struct {
	fact.OrderLine
	back      map[string]bool // documents that were counted
	unitsBack int64
	moneyBack int64
}

// form is one file of a platform.
type form struct {
	name   string // %s: the day of the export
	header []string
	rows   func(p *Platform, row func(cells ...string) error) error
}

// NewPlatform makes the folder, which must be empty or missing. The locale is that of the spreadsheet that the exports
// went through: "" for none.
func NewPlatform(dir, platform, place string) (*Platform, error) {
	forms := map[string][]form{"shopify": shopifyForms, "woocommerce": wooForms, "amazon": amazonForms, "adobe": adobeForms, "bigcommerce": bigcommerceForms}[platform]
	if forms == nil {
		return nil, fmt.Errorf("platform %q is not known: use one of %s", platform, strings.Join(Platforms, ", "))
	}
	l, ok := locales[place]
	if !ok {
		return nil, fmt.Errorf("locale %q is not known: use one of %s, or none", place, strings.Join(Locales(), ", "))
	}
	w, err := New(dir)
	if err != nil {
		return nil, err
	}
	if platform == "amazon" && l.delimiter == ',' {
		l.delimiter = '\t'
	}
	return &Platform{Writer: w, locale: l, forms: forms, orders: map[string]*sale{}, emails: map[string]string{}, products: map[string]*fact.Product{},
		prices: map[string]*fact.Price{}, costs: map[string]*fact.Cost{}, onHand: map[[2]string]int64{}}, nil
}

// Fact takes one fact in.
func (p *Platform) Fact(f fact.Fact) error {
	if f.OccurredAt.After(p.last) {
		p.last = f.OccurredAt
	}
	switch b := f.Body.(type) {
	case *fact.OrderLine:
		if f.Source == "shop:main" {
			p.sold(f.OccurredAt, b)
			return nil
		}
	case *fact.OrderReversal:
		if s := p.orders[b.Order]; s != nil && f.Source == "shop:main" {
			s.returned(f.OccurredAt, b)
			return nil
		}
	case *fact.Refund:
		if s := p.orders[b.Order]; s != nil {
			s.paidBack[b.Refund] = b.Amount
			return nil
		}
	case *fact.Customer:
		if f.Source == "shop:main" {
			if _, ok := p.emails[b.Customer]; !ok {
				p.people = append(p.people, b)
			}
			p.emails[b.Customer] = b.Email
			return nil
		}
	case *fact.Product:
		p.products[b.SKU] = b
		return nil
	case *fact.Price:
		p.prices[b.SKU] = b
		return nil
	case *fact.Cost:
		p.costs[b.SKU] = b
	case *fact.StockCount:
		if b.Quantity == fact.OnHand {
			p.onHand[[2]string{b.SKU, b.Location}] = b.Units
		}
	case *fact.StockMove:
		p.onHand[[2]string{b.SKU, b.Location}] += b.Units
	}
	return p.Writer.Fact(f)
}

func (p *Platform) sold(at time.Time, b *fact.OrderLine) {
	s := p.orders[b.Order]
	if s == nil {
		s = &sale{id: b.Order, customer: b.Customer, country: b.Country, currency: b.Currency, channel: b.Channel, location: b.Location, at: at, paidBack: map[string]int64{}}
		p.orders[b.Order] = s
		p.placed = append(p.placed, s)
	}
	if !slices.ContainsFunc(s.lines, func(l *soldLine) bool { return l.Line == b.Line }) { // some are told twice
		s.lines = append(s.lines, &soldLine{OrderLine: *b, back: map[string]bool{}})
	}
}

func (s *sale) returned(at time.Time, b *fact.OrderReversal) {
	for _, l := range s.lines {
		if l.Line == b.OrigLine && !l.back[b.Document] {
			l.back[b.Document] = true
			l.unitsBack += b.Units
			l.moneyBack += b.Gross
			s.back = at
		}
	}
}

// Close writes the platform's files.
func (p *Platform) Close() error {
	var tax, net int64
	for _, s := range p.placed {
		slices.SortFunc(s.lines, func(a, b *soldLine) int { return cmp.Or(len(a.Line)-len(b.Line), strings.Compare(a.Line, b.Line)) })
		for _, l := range s.lines {
			tax, net = tax+l.Tax, net+l.Gross-l.Discount-l.Tax
		}
	}
	if net > 0 {
		p.rate = math.Round(1000*float64(tax)/float64(net)) / 10
	}
	for _, f := range p.forms {
		if err := p.write(f); err != nil {
			return err
		}
	}
	return p.Writer.Close()
}

// Told is what the orders of a platform's exports add up to, in minor units: the truth for whoever reads them.
type Told struct {
	Orders   int64 `json:"orders"`
	Paid     int64 `json:"paid"` // goods less discounts, and postage, with tax
	Tax      int64 `json:"tax"`
	Shipping int64 `json:"shipping"`
	Back     int64 `json:"back"` // paid back, with tax
}

// Told sums up the orders.
func (p *Platform) Told() (v Told) {
	for _, s := range p.placed {
		t := s.totals()
		v.Orders++
		v.Paid += t.gross - t.discount + t.shipping
		v.Tax += t.tax
		v.Shipping += t.shipping
		v.Back += t.back
	}
	return v
}

func (p *Platform) email(customer string) string { return p.emails[customer] }

// skus lists the products in order.
func (p *Platform) skus() (out []string) {
	for sku := range p.products {
		out = append(out, sku)
	}
	slices.Sort(out)
	return out
}

// shelves lists where things lie, in order.
func (p *Platform) shelves() (out [][2]string) {
	for k := range p.onHand {
		if k[0] != "" && p.products[k[0]] != nil {
			out = append(out, k)
		}
	}
	slices.SortFunc(out, func(a, b [2]string) int { return cmp.Or(strings.Compare(a[0], b[0]), strings.Compare(a[1], b[1])) })
	return out
}

// totals of an order.
type totals struct{ gross, discount, tax, shipping, back int64 }

func (s *sale) totals() (t totals) {
	for _, l := range s.lines {
		t.gross += l.Gross
		t.discount += l.Discount
		t.tax += l.Tax
		t.shipping += l.Shipping
	}
	for _, v := range s.paidBack {
		t.back += v
	}
	return t
}

// taxOffDiscounts is the tax in the discounts of the lines: of the order in proportion to the tax on what was paid,
// shared among the lines.
func (s *sale) taxOffDiscounts() []int64 {
	t := s.totals()
	out := make([]int64, len(s.lines))
	if t.discount == 0 || t.gross == t.discount {
		return out
	}
	paid := t.gross - t.discount
	sum := (t.tax*t.discount + paid/2) / paid
	var run, before int64
	for i, l := range s.lines {
		run += l.Discount
		upTo := sum * run / t.discount
		out[i], before = upTo-before, upTo
	}
	return out
}
