package ingest

import (
	"fmt"
	"slices"
	"strings"

	"almanac/fact"
	"almanac/ingest/layout"
)

// reconcile makes the lines carry what is told of the whole order: the discount that lines do not name, the tax,
// and whether prices contain it. What an order adds up to is the judge: its subtotal of the discount, its total of
// the tax. What had to be guessed is counted.
func (c *converter) reconcile(s *orderSheet) error {
	gross, named, tips := int64(0), int64(0), int64(0)
	for i := range s.lines {
		l := &s.lines[i]
		if l.tip {
			tips += l.gross
			continue
		}
		gross += l.gross
		named += l.discount
	}
	if c.laid.Orders.Tax == layout.TaxBySubtotal {
		c.settleBySubtotal(s, gross)
	}
	if c.laid.Orders.ByDifference && !s.has["order_discount"] {
		c.difference(s, tips)
	}
	all, err := c.discountOf(s, gross, named, tips)
	if err != nil {
		return err
	}
	c.spreadDiscount(s, all-named)
	c.settleTax(s)
	c.spreadTax(s)
	return nil
}

// discountOf is the whole discount of an order. Its lines name a part of it, all of it, or nothing.
func (c *converter) discountOf(s *orderSheet, gross, named, tips int64) (int64, error) {
	likely := []int64{named}
	if s.has["order_discount"] {
		likely = append(likely, s.discount, named+s.discount)
	}
	rounding := int64(len(s.lines))
	switch {
	case !s.has["subtotal"]:
		if named > 0 || s.discount == 0 {
			return named, nil
		}
		if c.addsUp(s, gross+tips) && !c.addsUp(s, gross+tips-s.discount) { // prices are what was left
			c.raise(s, s.discount)
			return s.discount, nil
		}
		return min(s.discount, gross), nil
	case c.laid.Orders.Before:
		if abs(gross-s.subtotal) > rounding && abs(gross+s.discount-s.subtotal) <= rounding { // prices are what was left
			c.raise(s, s.discount)
			return s.discount + named, nil
		}
		if gross+rounding < s.subtotal {
			missing := s.subtotal - gross
			if s.back+rounding < missing {
				return 0, linesMissing(s, gross)
			}
			s.back -= min(s.back, missing) // the quantities leave out what was refunded
			c.assume("refund_taken_off")
		}
		return min(max(named, s.discount), gross), nil
	}
	found := gross - s.subtotal
	if tips > 0 && !slices.Contains(likely, found) && slices.Contains(likely, found+tips) {
		found += tips
	}
	switch {
	case slices.Contains(likely, found):
	case abs(found-named) <= rounding:
		found = named
	case found < named && found+named >= 0 && s.subtotal >= gross: // the subtotal leaves discounts of lines aside
		if gross+rounding < s.subtotal {
			return 0, linesMissing(s, gross)
		}
		found = named
	case found < 0:
		return 0, linesMissing(s, gross)
	case found < named:
		found = named
		c.assume("discount")
	default:
		c.assume("discount")
	}
	return found, nil
}

// addsUp tells whether goods, postage, fees, and the tax where it is added, are the order's total.
func (c *converter) addsUp(s *orderSheet, goods int64) bool {
	sum := goods + s.shipping
	for _, x := range s.extras {
		sum += x.amount
	}
	rounding := int64(len(s.lines))
	return abs(sum-s.total) <= rounding || abs(sum+s.tax-s.total) <= rounding
}

// settleBySubtotal finds out whether prices contain tax by the subtotal that they add up to.
func (c *converter) settleBySubtotal(s *orderSheet, gross int64) {
	s.included = s.has["subtotal_with_tax"] && (!s.has["subtotal"] || abs(gross-s.subtotalWithTax) < abs(gross-s.subtotal))
	if !s.included {
		return
	}
	s.subtotal, s.has["subtotal"] = s.subtotalWithTax, true
	if s.has["order_shipping_with_tax"] && s.has["order_shipping"] {
		s.shippingTax, s.has["order_shipping_tax"] = max(0, s.shippingWithTax-s.shipping), true
	}
	if s.has["order_shipping_with_tax"] {
		s.shipping = s.shippingWithTax
	}
	for i := range s.extras {
		if x := &s.extras[i]; x.name == "handling" && s.has["handling_with_tax"] {
			x.amount, x.tax = s.handlingWithTax, max(0, s.handlingWithTax-x.amount)
		}
	}
}

// difference takes for a discount what the total is below all that adds up to it. A gift certificate that was
// redeemed is money, not a discount.
func (c *converter) difference(s *orderSheet, tips int64) {
	sum := s.subtotal + tips + s.shipping
	for _, x := range s.extras {
		sum += x.amount
	}
	if !s.included {
		sum += s.tax
	}
	if d := sum - s.total; d > 0 && d != s.gift {
		s.discount, s.has["order_discount"] = d, true
	}
}

func linesMissing(s *orderSheet, gross int64) error {
	m := func(v int64) string { return fact.Money{Minor: v, Currency: s.currency}.Amount() }
	return &fault{"lines_missing", fmt.Sprintf("the lines of the order add up to %s, its subtotal is %s", m(gross), m(s.subtotal)),
		"Rows of the order are missing, or a price is wrong: export it again."}
}

// raise adds to prices what was taken off them.
func (c *converter) raise(s *orderSheet, by int64) {
	w := make([]int64, len(s.lines))
	for i := range s.lines {
		w[i] = s.lines[i].gross
	}
	for i, v := range share(by, w) {
		s.lines[i].gross += v
	}
}

// spreadDiscount shares among the lines what none of them names: among products, or where these are too cheap
// among all.
func (c *converter) spreadDiscount(s *orderSheet, rest int64) {
	if rest <= 0 {
		return
	}
	for _, services := range [...]bool{false, true} {
		w := make([]int64, len(s.lines))
		var room int64
		for i := range s.lines {
			if l := &s.lines[i]; !l.tip && (services || l.item == fact.ItemProduct) {
				w[i] = l.net()
				room += w[i]
			}
		}
		part := min(rest, room)
		if part > 0 {
			for i, v := range share(part, w) {
				s.lines[i].discount += v
			}
		}
		if rest -= part; rest == 0 {
			return
		}
	}
}

// settleTax finds out whether prices contain the tax, and takes a reduction of postage off it.
func (c *converter) settleTax(s *orderSheet) {
	o := c.laid.Orders
	var discount, base int64
	for i := range s.lines {
		base += s.lines[i].net()
		discount += s.lines[i].discount
	}
	for _, x := range s.extras {
		base += x.amount
	}
	base += s.shipping
	off := max(0, s.discount-discount) // what was taken off beside goods can only be postage
	fits := func(tax int64) (exact, reduced bool) {
		return base+tax == s.total, off > 0 && off <= s.shipping && base+tax-off == s.total
	}
	added, addedLess := fits(s.tax)
	within, withinLess := fits(0)
	switch o.Tax {
	case layout.TaxBySubtotal:
	case layout.TaxAdded:
		s.included = false
	case layout.TaxIncluded:
		s.included = true
	case layout.TaxByMarket:
		s.included = !slices.ContainsFunc(o.Added, func(m string) bool { return strings.EqualFold(m, s.channel) })
	default:
		switch {
		case c.get("tax_included") != "":
			s.included = truthy(c.get("tax_included"))
		case s.tax == 0:
		case added || addedLess && !within:
		case within || withinLess:
			s.included = true
		default: // neither adds up: what is nearer
			s.included = abs(base-s.total) < abs(base+s.tax-s.total) && s.has["order_total"]
			c.assume("tax")
		}
	}
	if s.included && withinLess && !within || !s.included && addedLess && !added {
		s.shipping -= off
	}
}

// spreadTax shares the tax of the order among the lines that bear it, and finds the part of it that is on postage.
func (c *converter) spreadTax(s *orderSheet) {
	var goods, own int64
	w := make([]int64, len(s.lines))
	for i := range s.lines {
		l := &s.lines[i]
		own += l.tax
		if l.taxable {
			w[i] = l.net()
			goods += w[i]
		}
	}
	if s.told && own > 0 || !s.has["order_tax"] || s.tax == 0 {
		if !s.has["order_shipping_tax"] && s.told && s.tax > own && s.shipping > 0 {
			s.shippingTax = s.tax - own
			for _, x := range s.extras {
				s.shippingTax = max(0, s.shippingTax-x.tax)
			}
		}
		return
	}
	rest := s.tax
	for _, x := range s.extras {
		rest = max(0, rest-x.tax)
	}
	if goods == 0 && s.shipping > 0 {
		s.shippingTax = rest
		return
	}
	if !s.has["order_shipping_tax"] {
		s.shippingTax = c.taxOnShipping(s, rest, goods)
	}
	s.shippingTax = min(s.shippingTax, rest)
	for i, t := range share(rest-s.shippingTax, w) {
		s.lines[i].tax = t
	}
}

// taxOnShipping is the part of an order's tax that is on its postage. Where tax is added to prices it does not
// matter, and stays with the goods.
func (c *converter) taxOnShipping(s *orderSheet, tax, goods int64) int64 {
	if !s.included || s.shipping == 0 {
		return 0
	}
	if s.rated {
		with, without := taxWithin(goods+s.shipping, s.rate), taxWithin(goods, s.rate)
		if abs(tax-without) < abs(tax-with) {
			return 0
		}
		return taxWithin(s.shipping, s.rate)
	}
	c.assume("shipping_taxed")
	return share(tax, []int64{goods, s.shipping})[1]
}

// assume counts an order of which something had to be guessed.
func (c *converter) assume(what string) { c.laid.assumed["assumed_"+what]++ }
