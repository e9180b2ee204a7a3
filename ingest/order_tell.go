package ingest

import (
	"time"

	"almanac/fact"
)

// tell makes the facts of an order. Those of a line go with its row, those of the whole order with the first.
func (c *converter) tell(s *orderSheet, out []outcome, first int) {
	c.spreadShipping(s)
	for i := range s.lines {
		l := &s.lines[i]
		if l.item == itemTest {
			continue
		}
		if l.credit {
			c.tellCredit(s, l, &out[l.row])
			continue
		}
		c.tellLine(s, l, &out[l.row])
	}
	for _, l := range c.services(s) {
		c.tellLine(s, &l, &out[first])
	}
	c.tellBack(s, out, first)
	for i := range out {
		if len(out[i].facts) == 0 && out[i].err == nil {
			out[i].err = &filtered{"no_line"}
		}
	}
}

// spreadShipping shares the postage among the lines in proportion to their value. Postage that contains tax
// becomes a line of its own: its tax must not be taken out of the goods' prices. Where tax is added it is a part of
// the tax of the lines.
func (c *converter) spreadShipping(s *orderSheet) {
	if s.included && s.shippingTax > 0 {
		s.extras = append(s.extras, sheetExtra{"shipping", fact.ItemShipping, s.shipping, s.shippingTax})
		s.shipping, s.shippingTax = 0, 0
		return
	}
	w := make([]int64, len(s.lines))
	var some bool
	for i := range s.lines {
		if l := &s.lines[i]; l.item == fact.ItemProduct {
			w[i] = l.net()
			some = some || w[i] > 0
		}
	}
	if len(s.lines) == 0 {
		if s.shipping > 0 {
			s.extras = append(s.extras, sheetExtra{"shipping", fact.ItemShipping, s.shipping, s.shippingTax})
		}
		return
	}
	if !some {
		for i := range s.lines {
			w[i] = s.lines[i].units
		}
	}
	taxes := share(s.shippingTax, w)
	for i, v := range share(s.shipping, w) {
		s.lines[i].shipping += v
		s.lines[i].tax += taxes[i]
	}
}

// services are the amounts beside goods, as lines.
func (c *converter) services(s *orderSheet) (out []sheetLine) {
	for _, x := range s.extras {
		id := x.name
		if c.laid.window == nil && len(s.lines) > 0 { // the order's other rows have such amounts of their own
			id += " " + s.lines[0].id
		}
		out = append(out, sheetLine{id: id, sku: x.name, item: x.item, units: 1, gross: x.amount, tax: x.tax, location: s.location, revision: s.revision()})
	}
	return out
}

func (c *converter) tellLine(s *orderSheet, l *sheetLine, o *outcome) {
	body := &fact.OrderLine{Order: s.order, Line: l.id, SKU: l.sku, Title: l.title, Item: l.item, Units: l.units, Currency: s.currency,
		Gross: l.gross, Discount: l.discount, Tax: l.tax, TaxIncluded: s.included && l.tax > 0, Shipping: l.shipping,
		Customer: s.customer, Country: s.country, Channel: s.channel, Location: l.location}
	f := c.fact(s.order+"/"+l.id, s.placed, body)
	f.Rev = l.revision
	o.facts = append(o.facts, f)
}

// tellCredit tells a line that takes goods back. Tills and credit notes do not say of which order.
func (c *converter) tellCredit(s *orderSheet, l *sheetLine, o *outcome) {
	f := c.fact(s.order+"/"+l.id, s.placed, &fact.OrderReversal{Document: s.order, Line: l.id, SKU: l.sku, Title: l.title, Item: l.item, Units: l.units,
		Currency: s.currency, Gross: l.net(), Tax: l.tax, TaxIncl: s.included && l.tax > 0, Customer: s.customer, Country: s.country})
	f.Rev = l.revision
	o.facts = append(o.facts, f)
}

// tellBack tells what was cancelled, came back, or was paid back. An order that was paid back whole has its lines
// returned; of a part that no line claims only the money is told.
func (c *converter) tellBack(s *orderSheet, out []outcome, first int) {
	undo := func(doc string, kind fact.Kind, at time.Time, l *sheetLine, o *outcome, units, gross, tax int64) {
		f := c.fact(doc+"/"+l.id, at, &fact.OrderReversal{Document: doc, Line: l.id, Order: s.order, OrigLine: l.id, SKU: l.sku, Title: l.title, Item: l.item,
			Units: units, Currency: s.currency, Gross: gross, Tax: tax, TaxIncl: s.included && tax > 0, Customer: s.customer, Country: s.country})
		f.Kind, f.Rev = kind, l.revision
		o.facts = append(o.facts, f)
	}
	whole := func(doc string, kind fact.Kind, at time.Time) {
		for i := range s.lines {
			if l := &s.lines[i]; l.item != itemTest && !l.credit {
				undo(doc, kind, at, l, &out[l.row], l.units, l.net(), l.tax)
			}
		}
		for _, l := range c.services(s) {
			undo(doc, kind, at, &l, &out[first], l.units, l.gross, l.tax)
		}
	}
	doc, at := s.order+"-refund", s.latest
	if next := s.placed.Add(24 * time.Hour); at.Before(next) {
		at = next // on the day of the order it would be a cancellation
	}
	var byLine int64
	switch {
	case s.cancelled:
		doc, at = s.order+"-cancelled", s.ended
		whole(doc, fact.OrderCancelled, at)
	case s.back > 0 && s.back >= s.worth():
		whole(doc, fact.OrderReturned, at)
		c.assume("refund_day")
	default:
		for i := range s.lines {
			l := &s.lines[i]
			if l.unitsBack == 0 || l.item == itemTest {
				continue
			}
			gross, tax := l.moneyBack, l.taxBack
			if gross > 0 && tax == 0 && gross <= l.net() {
				tax = share(l.tax, []int64{gross, l.net() - gross})[0]
			}
			if gross == 0 {
				gross, tax = share(l.net(), []int64{l.unitsBack, l.units - l.unitsBack})[0], share(l.tax, []int64{l.unitsBack, l.units - l.unitsBack})[0]
			}
			undo(doc, fact.OrderReturned, at, l, &out[l.row], l.unitsBack, gross, tax)
			byLine += gross
			if !s.included {
				byLine += tax
			}
		}
		if s.back > 0 || byLine > 0 {
			c.assume("refund_day")
		}
	}
	if s.back == 0 {
		s.back = byLine
	}
	if s.back > 0 {
		f := c.fact(s.order+"/"+doc, at, &fact.Refund{Order: s.order, Refund: doc, Currency: s.currency, Amount: s.back})
		f.Rev = s.back // an order is paid back more and more, never less
		out[first].facts = append(out[first].facts, f)
	}
}

// revision is that of the row that the order stands in.
func (s *orderSheet) revision() int64 {
	if len(s.lines) > 0 {
		return s.lines[0].revision
	}
	return 0
}

// worth is what the customer paid for the order.
func (s *orderSheet) worth() int64 {
	if s.total > 0 {
		return s.total
	}
	return s.sum()
}

// sum is what the order adds up to.
func (s *orderSheet) sum() int64 {
	sum, tax := s.shipping, s.shippingTax
	for i := range s.lines {
		l := &s.lines[i]
		sum += l.net() + l.shipping
		tax += l.tax
	}
	for _, x := range s.extras {
		sum += x.amount
		tax += x.tax
	}
	if s.included {
		return sum
	}
	return sum + tax
}
