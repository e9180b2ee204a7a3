package track

import (
	"fmt"
	"strconv"

	"almanac/fact"
)

// completed makes a line of every product. Shipping, tax and discount of the order are shared out by value,
// to the last minor unit.
func (e *event) completed(p *properties) ([]fact.Fact, error) {
	if p.order == "" {
		return nil, &Refusal{"no_order_id", "order_id is missing"}
	}
	if len(p.products) == 0 {
		return nil, &Refusal{"no_products", "products is missing or empty"}
	}
	lines := make([]*fact.OrderLine, len(p.products))
	weights := make([]int64, len(p.products))
	seen := map[string]int{}
	for i := range p.products {
		l, err := e.line(&p.products[i], p)
		if err != nil {
			return nil, err
		}
		seen[l.SKU]++
		l.Line = l.SKU + "-" + strconv.Itoa(seen[l.SKU])
		lines[i], weights[i] = l, l.Gross
	}
	for _, s := range [...]struct {
		from *fact.Decimal
		to   func(*fact.OrderLine) *int64
	}{
		{p.shipping, func(l *fact.OrderLine) *int64 { return &l.Shipping }},
		{p.tax, func(l *fact.OrderLine) *int64 { return &l.Tax }},
		{p.discount, func(l *fact.OrderLine) *int64 { return &l.Discount }},
	} {
		total, err := minor(s.from, p.currency)
		if err != nil {
			return nil, err
		}
		for i, part := range shareOut(total, weights) {
			*s.to(lines[i]) = part
		}
	}
	facts := make([]fact.Fact, len(lines))
	for i, l := range lines {
		facts[i] = e.fact(fact.OrderPlaced, l.Order+"/"+l.Line, l)
	}
	return facts, nil
}

func (e *event) line(q *product, p *properties) (*fact.OrderLine, error) {
	units, err := q.units()
	if err != nil {
		return nil, err
	}
	l := &fact.OrderLine{Order: p.order, SKU: q.id(), Title: q.name, Units: units, Currency: p.currency,
		Customer: e.m.User, Visitor: e.m.Anonymous, Channel: "web"}
	l.Gross, err = times(q, units, p.currency)
	return l, err
}

// times is the value of a line.
func times(q *product, units int64, currency string) (int64, error) {
	if q.price == nil {
		return 0, nil
	}
	total, err := q.price.Mul(units)
	if err != nil {
		return 0, &Refusal{"invalid_properties", err.Error()}
	}
	return minor(&total, currency)
}

// shareOut cuts total in proportion to the weights; the parts add up to it exactly.
func shareOut(total int64, weights []int64) []int64 {
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

// updated notes the change of an order and, where every product has its price, its lines as they are now:
// they replace those of earlier events by their revision, the time of the update.
func (e *event) updated(p *properties) ([]fact.Fact, error) {
	facts, err := e.changed(p, "updated")
	if err != nil || len(p.products) == 0 {
		return facts, err
	}
	for i := range p.products {
		if p.products[i].price == nil || p.products[i].quantity == nil {
			return facts, nil
		}
	}
	lines, err := e.completed(p)
	for i := range lines {
		lines[i].Rev = e.at.UnixMilli()
	}
	return append(facts, lines...), err
}

func (e *event) changed(p *properties, status string) ([]fact.Fact, error) {
	if p.order == "" {
		return nil, &Refusal{"no_order_id", "order_id is missing"}
	}
	return e.one(fact.OrderChanged, &fact.OrderChange{Order: p.order, Status: status}), nil
}

// refunded takes back the products that it names. Without any it is money, or, where it does not say how
// much, a change of the order.
func (e *event) refunded(p *properties) ([]fact.Fact, error) {
	if len(p.products) > 0 && p.order != "" {
		return e.undone(fact.OrderReturned, p)
	}
	facts, err := e.changed(p, "refunded")
	if err != nil {
		return nil, err
	}
	total := p.total
	if total == nil {
		total = p.revenue
	}
	amount, err := minor(total, p.currency)
	if amount <= 0 {
		return facts, err
	}
	return e.one(fact.OrderRefunded, &fact.Refund{Order: p.order, Refund: e.m.ID, Currency: p.currency, Amount: amount}), err
}

func (e *event) cancelled(p *properties) ([]fact.Fact, error) {
	if len(p.products) > 0 && p.order != "" {
		return e.undone(fact.OrderCancelled, p)
	}
	return e.changed(p, "cancelled")
}

func (e *event) undone(kind fact.Kind, p *properties) ([]fact.Fact, error) {
	facts := make([]fact.Fact, 0, len(p.products))
	for i := range p.products {
		q := &p.products[i]
		units, err := q.units()
		if err != nil {
			return nil, err
		}
		r := &fact.OrderReversal{Document: e.m.ID, Line: fmt.Sprint(i + 1), Order: p.order, SKU: q.id(), Title: q.name,
			Units: units, Currency: p.currency, Customer: e.m.User}
		if r.Gross, err = times(q, units, p.currency); err != nil {
			return nil, err
		}
		facts = append(facts, e.fact(kind, r.Document+"/"+r.Line, r))
	}
	return facts, nil
}
