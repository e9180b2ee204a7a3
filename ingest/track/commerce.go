package track

import (
	"encoding/json"
	"fmt"
	"strings"

	"almanac/fact"
)

// properties are those of the e-commerce events that facts have a place for.
type properties struct {
	ProductID text    `json:"product_id"`
	SKU       text    `json:"sku"`
	Name      string  `json:"name"`
	Category  string  `json:"category"`
	Quantity  *amount `json:"quantity"`
	Price     *amount `json:"price"`
	Currency  string  `json:"currency"`
	Position  int     `json:"position"`
	ListID    text    `json:"list_id"`
	Query     string  `json:"query"`
	OrderID   text    `json:"order_id"`
	CartID    text    `json:"cart_id"`
	Total     *amount `json:"total"`
	Revenue   *amount `json:"revenue"`
	Value     *amount `json:"value"`
	Shipping  *amount `json:"shipping"`
	Tax       *amount `json:"tax"`
	Discount  *amount `json:"discount"`
	Products  []properties
}

// amount is a decimal that senders write as a number or as text; it never becomes a float.
type amount struct{ fact.Decimal }

func (a *amount) UnmarshalJSON(b []byte) error {
	s := strings.Trim(string(b), `"`)
	if s == "null" || s == "" {
		return nil
	}
	d, err := fact.ParseDecimal(s)
	if err != nil && strings.ContainsAny(s, "eE") { // 1e3, 9.99E1
		d, err = exponent(s)
	}
	a.Decimal = d
	return err
}

func exponent(s string) (fact.Decimal, error) {
	mantissa, exp, _ := strings.Cut(strings.ToLower(s), "e")
	d, err := fact.ParseDecimal(mantissa)
	if err != nil {
		return d, err
	}
	var n int
	if _, err := fmt.Sscanf(exp, "%d", &n); err != nil || n > 12 || n < -12 {
		return d, fmt.Errorf("%q is not a number", s)
	}
	for ; n > 0; n-- {
		if d.Scale > 0 {
			d.Scale--
		} else if d, err = d.Mul(10); err != nil {
			return d, err
		}
	}
	d.Scale -= n
	return d, nil
}

// sku is what the shop calls the product: its SKU, or else its product id.
func (p *properties) sku() string {
	if p.SKU != "" {
		return string(p.SKU)
	}
	return string(p.ProductID)
}

func (p *properties) units() (int64, error) {
	if p.Quantity == nil {
		return 1, nil
	}
	n, ok := p.Quantity.Int()
	if !ok {
		return 0, &refusal{"quantity_not_whole", fmt.Sprintf("quantity %s is not a whole number", p.Quantity)}
	}
	return n, nil
}

func minor(a *amount, currency string) (int64, error) {
	if a == nil || a.Coef == 0 {
		return 0, nil
	}
	if !fact.ValidCurrency(currency) {
		return 0, &refusal{"no_currency", "an amount without a currency: send currency, or set the shop's"}
	}
	return a.Minor(currency)
}

// productEvents maps the names of the e-commerce specification to kinds.
var productEvents = map[string]fact.Kind{
	"product viewed": fact.ProductViewed, "product clicked": fact.ProductClicked, "product added": fact.ProductAdded,
	"product removed": fact.ProductRemoved, "product compared": fact.ProductCompared, "product added to wishlist": fact.ProductWished,
}

func (e *envelope) track() ([]fact.Fact, error) {
	name := strings.ToLower(strings.TrimSpace(e.m.Event))
	kind, product := productEvents[name]
	switch {
	case product:
	case name == "product list viewed" || name == "products searched" || name == "cart viewed" || name == "checkout started" ||
		name == "order completed" || name == "order refunded" || name == "order cancelled":
	default:
		return e.one(fact.EventTracked, &fact.Event{Actor: e.actor(), Name: e.m.Event, Properties: e.m.Properties}), nil
	}
	var p properties
	if len(e.m.Properties) > 0 {
		if err := json.Unmarshal(e.m.Properties, &p); err != nil {
			return nil, &refusal{"invalid_properties", "properties cannot be read: " + err.Error()}
		}
	}
	cur := strings.ToUpper(p.Currency)
	if cur == "" {
		cur = e.currency
	}
	switch name {
	case "product list viewed":
		v := &fact.ListView{Actor: e.actor(), List: string(p.ListID)}
		for i := range p.Products {
			if s := p.Products[i].sku(); s != "" {
				v.SKUs = append(v.SKUs, s)
			}
		}
		return e.one(fact.ListViewed, v), nil
	case "products searched":
		return e.one(fact.Searched, &fact.Search{Actor: e.actor(), Query: p.Query}), nil
	case "cart viewed":
		return e.basket(fact.CartViewed, &p, cur)
	case "checkout started":
		return e.basket(fact.CheckoutStarted, &p, cur)
	case "order completed":
		return e.completed(&p, cur)
	case "order refunded":
		return e.undone(fact.OrderReturned, &p, cur)
	case "order cancelled":
		return e.undone(fact.OrderCancelled, &p, cur)
	}
	units, err := p.units()
	if err != nil {
		return nil, err
	}
	price, err := minor(p.Price, cur)
	if err != nil {
		return nil, err
	}
	return e.one(kind, &fact.ProductEvent{Actor: e.actor(), SKU: p.sku(), Title: p.Name, Category: p.Category, Units: units,
		Currency: cur, Price: price, List: string(p.ListID), Position: p.Position}), nil
}

func (e *envelope) basket(kind fact.Kind, p *properties, cur string) ([]fact.Fact, error) {
	b := &fact.Basket{Actor: e.actor(), Cart: string(p.CartID), Currency: cur, Units: map[string]int64{}}
	for i := range p.Products {
		n, err := p.Products[i].units()
		if err != nil {
			return nil, err
		}
		b.Units[p.Products[i].sku()] += n
	}
	v := p.Value
	if v == nil {
		v = p.Total
	}
	var err error
	b.Value, err = minor(v, cur)
	return e.one(kind, b), err
}

// completed makes a line of every product. Shipping, tax and discount of the order are shared out by value,
// to the last minor unit.
func (e *envelope) completed(p *properties, cur string) ([]fact.Fact, error) {
	if p.OrderID == "" {
		return nil, &refusal{"no_order_id", "order_id is missing"}
	}
	if len(p.Products) == 0 {
		return nil, &refusal{"no_products", "products is missing or empty"}
	}
	lines := make([]*fact.OrderLine, len(p.Products))
	weights := make([]int64, len(p.Products))
	seen := map[string]int{}
	for i := range p.Products {
		q := &p.Products[i]
		units, err := q.units()
		if err != nil {
			return nil, err
		}
		l := &fact.OrderLine{Order: string(p.OrderID), SKU: q.sku(), Title: q.Name, Units: units, Currency: cur,
			Customer: string(e.m.UserID), Visitor: string(e.m.AnonymousID), Channel: "web"}
		if q.Price != nil {
			total, err := q.Price.Mul(units)
			if err != nil {
				return nil, &refusal{"invalid_properties", err.Error()}
			}
			if l.Gross, err = minor(&amount{total}, cur); err != nil {
				return nil, err
			}
		}
		seen[l.SKU]++
		l.Line = fmt.Sprintf("%s-%d", l.SKU, seen[l.SKU])
		lines[i], weights[i] = l, l.Gross
	}
	for _, s := range [...]struct {
		from *amount
		to   func(*fact.OrderLine) *int64
	}{
		{p.Shipping, func(l *fact.OrderLine) *int64 { return &l.Shipping }},
		{p.Tax, func(l *fact.OrderLine) *int64 { return &l.Tax }},
		{p.Discount, func(l *fact.OrderLine) *int64 { return &l.Discount }},
	} {
		total, err := minor(s.from, cur)
		if err != nil {
			return nil, err
		}
		for i, part := range share(total, weights) {
			*s.to(lines[i]) = part
		}
	}
	facts := make([]fact.Fact, len(lines))
	for i, l := range lines {
		facts[i] = e.fact(fact.OrderPlaced, l.Order+"/"+l.Line, l)
	}
	return facts, nil
}

// share cuts total in proportion to the weights; the parts add up to it exactly.
func share(total int64, weights []int64) []int64 {
	parts := make([]int64, len(weights))
	var sum int64
	for _, w := range weights {
		sum += w
	}
	left, leftWeight := total, sum
	for i, w := range weights {
		switch {
		case sum == 0 && i == 0:
			parts[i] = total // nothing to go by: all of it on the first line
		case leftWeight > 0 && w > 0:
			d, err := fact.Decimal{Coef: left}.Mul(w)
			if err != nil { // beyond what 64 bits hold: all of the rest here
				parts[i] = left
			} else {
				parts[i] = d.Coef / leftWeight
			}
			left, leftWeight = left-parts[i], leftWeight-w
		}
	}
	return parts
}

func (e *envelope) undone(kind fact.Kind, p *properties, cur string) ([]fact.Fact, error) {
	if p.OrderID == "" {
		return nil, &refusal{"no_order_id", "order_id is missing"}
	}
	if len(p.Products) == 0 { // which lines are undone is not said
		return e.one(fact.EventTracked, &fact.Event{Actor: e.actor(), Name: e.m.Event, Properties: e.m.Properties}), nil
	}
	var facts []fact.Fact
	for i := range p.Products {
		q := &p.Products[i]
		units, err := q.units()
		if err != nil {
			return nil, err
		}
		r := &fact.OrderReversal{Document: e.m.MessageID, Line: fmt.Sprint(i + 1), Order: string(p.OrderID), SKU: q.sku(), Title: q.Name,
			Units: units, Currency: cur, Customer: string(e.m.UserID)}
		if q.Price != nil {
			total, err := q.Price.Mul(units)
			if err != nil {
				return nil, &refusal{"invalid_properties", err.Error()}
			}
			if r.Gross, err = minor(&amount{total}, cur); err != nil {
				return nil, err
			}
		}
		facts = append(facts, e.fact(kind, r.Document+"/"+r.Line, r))
	}
	return facts, nil
}
