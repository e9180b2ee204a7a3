package ingest

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"almanac/fact"
	"almanac/ingest/layout"
)

// orderSheet is one order as the rows of an export tell it. Amounts are minor units and not negative.
type orderSheet struct {
	order, currency, customer, country, channel, location string

	placed, latest time.Time // latest: the latest day that the order names
	ended          time.Time // when it was cancelled; zero where it was not
	cancelled      bool
	lines          []sheetLine

	has                                                     map[string]bool // amounts of the order that are told
	subtotal, discount, shipping, tax, total                int64
	shippingTax, shippingOff, back, goods                   int64
	subtotalWithTax, shippingWithTax, gift, handlingWithTax int64
	included, told                                          bool // prices contain tax; every line tells its own tax
	rate                                                    fact.Decimal
	rated                                                   bool
	extras                                                  []sheetExtra
}

// sheetLine is one line of it.
type sheetLine struct {
	row                           int
	id, sku, title                string
	item                          fact.ItemType
	units, gross, discount        int64
	tax, shipping                 int64
	taxable, tip                  bool
	revision                      int64
	unitsBack, moneyBack, taxBack int64
	location                      string
	credit                        bool // it takes goods back
}

type sheetExtra struct {
	name        string
	item        fact.ItemType
	amount, tax int64
}

// amountOf is a field and where its amount goes.
type amountOf struct {
	field string
	to    *int64
}

func (l *sheetLine) net() int64 { return l.gross - l.discount }

// failTogether marks every row of a group that cannot be read; the others name the one that is at fault.
func failTogether(out []outcome, at int, err error) {
	var f *fault
	if !errors.As(err, &f) {
		out[at].err = err
		for i := range out {
			out[i].facts = nil
			if i != at && out[i].err == nil {
				out[i].err = &filtered{"unread"} // the import stops
			}
		}
		return
	}
	for i := range out {
		out[i].facts = nil
		if i != at {
			out[i].err = &fault{"order_incomplete", fmt.Sprintf("line %d of the same order cannot be read: %s", out[at].line, f.detail), f.remedy}
		}
	}
	out[at].err = f
}

// wholeOrder turns the rows of one order into facts. On failure it tells the row at fault.
func (c *converter) wholeOrder(rows []held, out []outcome) (at int, err error) {
	if at, err := c.heads(rows); err != nil {
		return at, err
	}
	c.row = rows[0].fields
	if c.isTest() {
		return 0, leaveOut(out, "test")
	}
	s := &orderSheet{order: c.id("order"), has: map[string]bool{}}
	if s.order == "" {
		return 0, &fault{"no_order", "the order number is empty", "Fill in the order number."}
	}
	first := -1
	for i, r := range rows {
		c.row = r.fields
		if reason := c.skipped(); reason != "" {
			out[i].err = &filtered{reason}
			continue
		}
		if first < 0 {
			first = i
			if err := c.sheetHead(s); err != nil {
				return i, err
			}
		}
		told, err := c.sheetLines(s, i)
		if err != nil {
			return i, err
		}
		if !told && i != first {
			out[i].err = &filtered{"no_line"}
		}
	}
	if first < 0 {
		return 0, nil
	}
	if err := c.reconcile(s); err != nil {
		return first, err
	}
	if len(s.lines) == 0 && len(s.extras) == 0 && s.shipping == 0 {
		out[first].err = &filtered{"no_line"}
		return first, nil
	}
	c.tell(s, out, first)
	return first, nil
}

func leaveOut(out []outcome, reason string) error {
	for i := range out {
		out[i].err = &filtered{reason}
	}
	return nil
}

// heads makes what any row tells of the order hold for all of its rows.
func (c *converter) heads(rows []held) (int, error) {
	set := c.laid.set
	clear(set)
	for f := range c.at {
		if !layout.OfOrder(f) {
			continue
		}
		for i, r := range rows {
			v := c.told(f, r.fields)
			if v == "" {
				continue
			}
			if have, ok := set[f]; !ok {
				set[f] = v
			} else if f == "currency" && !strings.EqualFold(have, v) {
				clear(set)
				return i, &fault{"two_currencies", fmt.Sprintf("the order is in %s above and in %s here", have, v), "An order has one currency: correct the row, or its order number."}
			}
		}
	}
	return 0, nil
}

func (c *converter) isTest() bool {
	like := func(list []string, v string) bool {
		return slices.ContainsFunc(list, func(s string) bool { return strings.EqualFold(s, strings.TrimSpace(v)) })
	}
	if like(c.laid.Orders.Tests, c.get("test")) && c.get("test") != "" {
		return true
	}
	for tag := range strings.SplitSeq(c.get("tags"), ",") {
		if like([]string{"test", "test order", "test-order", "testorder"}, tag) {
			return true
		}
	}
	return false
}

// sheetHead reads what holds for the whole order.
func (c *converter) sheetHead(s *orderSheet) (err error) {
	if s.placed, err = c.when("date"); err != nil {
		return err
	}
	s.latest = s.placed
	for _, f := range [...]string{"paid_at", "fulfilled_at", "cancelled_at"} {
		if c.get(f) == "" {
			continue
		}
		t, err := c.when(f)
		if err != nil {
			return err
		}
		if t.After(s.latest) {
			s.latest = t
		}
		if f == "cancelled_at" {
			s.ended, s.cancelled = t, true
		}
	}
	status := strings.TrimPrefix(strings.ToLower(c.get("status")), "wc-")
	o := c.laid.Orders
	if slices.Contains(o.Cancelled, status) && !s.cancelled {
		s.ended, s.cancelled = s.latest, true
	}
	if s.currency, err = c.rowCurrency(); err != nil {
		return err
	}
	s.customer = strings.ToLower(c.get("customer"))
	if id := c.id("customer_id"); s.customer == "" && id != "0" {
		s.customer = id
	}
	s.country, s.channel, s.location = c.get("country"), c.get("channel"), c.get("location")
	if s.location == "" {
		s.location = c.laid.Location
	}
	for _, a := range [...]amountOf{{"subtotal", &s.subtotal}, {"order_discount", &s.discount}, {"order_shipping", &s.shipping}, {"order_tax", &s.tax}, {"order_total", &s.total},
		{"order_shipping_tax", &s.shippingTax}, {"order_back", &s.back}, {"order_shipping_discount", &s.shippingOff}, {"order_net", &s.goods}, {"subtotal_with_tax", &s.subtotalWithTax},
		{"order_shipping_with_tax", &s.shippingWithTax}, {"paid_by_gift", &s.gift}, {"handling_with_tax", &s.handlingWithTax}} {
		if *a.to, err = c.money(a.field, s.currency); err != nil {
			return err
		}
		*a.to, s.has[a.field] = abs(*a.to), c.get(a.field) != ""
	}
	s.shipping -= min(s.shipping, s.shippingOff)
	if slices.Contains(o.Refunded, status) && s.back == 0 {
		s.back = s.total
	}
	if c.get("tax_name_2") == "" {
		s.rate, s.rated = rateIn(c.get("tax_name"))
	}
	for _, e := range o.Extras {
		x := sheetExtra{name: e.Field, item: e.Item}
		if x.amount, err = c.money(e.Field, s.currency); err != nil {
			return err
		}
		if x.tax, err = c.money(e.Tax, s.currency); err != nil {
			return err
		}
		if x.amount, x.tax = abs(x.amount), abs(x.tax); x.amount > 0 && layout.OfOrder(e.Field) {
			s.extras = append(s.extras, x)
		}
	}
	return nil
}

// sheetLines reads the line of a row, or the lines that are packed into it; false where it has none.
func (c *converter) sheetLines(s *orderSheet, row int) (bool, error) {
	p := c.laid.Orders.Packed
	if c.laid.Orders.NoLines {
		return c.onlyTotals(s, row)
	}
	if p == nil || c.get(p.Field) == "" {
		return c.sheetLine(s, row)
	}
	if len(s.lines) > 0 {
		return false, nil // the packed lines are those of the whole order
	}
	text := c.get(p.Field)
	var lines []map[string]string
	for i := range max(1, len(c.laid.packed)) {
		if len(c.laid.packed) > 0 {
			if text = ""; c.laid.packed[i] < len(c.row) {
				text = c.row[c.laid.packed[i]]
			}
		}
		more, err := unpack(p, text)
		if err != nil {
			return false, err
		}
		lines = append(lines, more...)
	}
	for _, l := range lines {
		for f, v := range l {
			c.laid.set[f] = v
		}
		_, err := c.sheetLine(s, row)
		for f := range l {
			delete(c.laid.set, f)
		}
		if err != nil {
			return false, err
		}
	}
	c.sharePrice(s)
	return len(lines) > 0, nil
}

// sharePrice gives lines without a price of their own equal prices a unit, where only their sum is told.
func (c *converter) sharePrice(s *orderSheet) {
	if !s.has["order_net"] {
		return
	}
	w := make([]int64, len(s.lines))
	for i := range s.lines {
		w[i] = s.lines[i].units
	}
	for i, v := range share(s.goods, w) {
		s.lines[i].gross = v
	}
	if len(w) > 1 {
		c.assume("price")
	}
}

// onlyTotals makes one line of an order whose lines are not told. What its total is above subtotal and postage can
// only be tax, what it is below a discount.
func (c *converter) onlyTotals(s *orderSheet, row int) (bool, error) {
	l := sheetLine{row: row, id: "1", sku: "order", title: "Order without lines", units: 1, gross: s.subtotal, taxable: true, location: s.location}
	if more := s.total - s.subtotal - s.shipping; more > 0 {
		l.tax = more
	} else {
		l.discount = min(-more, l.gross)
	}
	s.has["subtotal"], s.told = false, true
	s.lines = append(s.lines, l)
	c.assume("lines")
	return true, nil
}

func (c *converter) sheetLine(s *orderSheet, row int) (bool, error) {
	l := sheetLine{row: row, sku: c.id("sku"), title: c.get("title"), taxable: true, location: s.location}
	if v := c.get("variant"); v != "" && l.title != "" && l.sku == "" {
		l.title += " - " + v
	}
	if l.sku == "" && l.title == "" && c.get("quantity") == "" {
		return false, nil
	}
	var err error
	if l.units, err = c.whole("quantity"); err != nil {
		return false, err
	}
	if credits := c.laid.Orders.Credits; credits != nil {
		l.credit = l.units < 0 || slices.Contains(credits, strings.ToLower(c.get("movement")))
		l.units = abs(l.units)
	}
	switch {
	case l.units < 0:
		return false, &fault{"negative_quantity", "the quantity is negative", "Returns are told by the columns for refunds; correct the quantity."}
	case l.units == 0:
		return false, nil
	case l.sku == "" && l.title == "":
		return false, &fault{"no_sku", "the product code and the name are empty", "Fill in one of them."}
	}
	if t := strings.ToLower(c.get("taxable")); t == "false" || t == "no" || t == "0" {
		l.taxable = false
	}
	c.classify(&l)
	if l.gross, err = c.lineGross(l.units, s.currency); err != nil {
		return false, err
	}
	for _, a := range [...]amountOf{{"discount", &l.discount}, {"tax", &l.tax}, {"shipping", &l.shipping}, {"line_back", &l.moneyBack}, {"line_tax_back", &l.taxBack}} {
		if *a.to, err = c.money(a.field, s.currency); err != nil {
			return false, err
		}
		*a.to = abs(*a.to)
	}
	if c.get("discount_tax") != "" { // the part of a discount that is tax is not taken off a price without tax
		part, err := c.money("discount_tax", s.currency)
		if err != nil {
			return false, err
		}
		l.discount = max(0, l.discount-abs(part))
	}
	var off, offTax int64 // of what was paid back
	for _, a := range [...]amountOf{{"discount_back", &off}, {"discount_tax_back", &offTax}} {
		if *a.to, err = c.money(a.field, s.currency); err != nil {
			return false, err
		}
	}
	l.moneyBack = max(0, l.moneyBack-max(0, abs(off)-abs(offTax)))
	if c.get("line_net") != "" {
		net, err := c.money("line_net", s.currency)
		if err != nil {
			return false, err
		}
		l.discount = max(0, l.gross-abs(net))
	}
	if l.discount > l.gross {
		return false, &fault{"discount_above_price", "the discount is more than the line's price", "Correct price and discount."}
	}
	if c.get("units_back") != "" {
		if l.unitsBack, err = c.whole("units_back"); err != nil {
			return false, err
		}
		l.unitsBack = min(abs(l.unitsBack), l.units)
	}
	if _, ok := c.at["tax"]; ok {
		s.told = true
	}
	if c.get("revised") != "" {
		t, err := c.when("revised")
		if err != nil {
			return false, err
		}
		l.revision = t.Unix()
	}
	if l.id = c.id("line"); l.id == "" {
		l.id = fmt.Sprint(l.sku, "-", c.nth(s, l.sku))
	}
	s.lines = append(s.lines, l)
	return true, nil
}

// nth numbers the lines of an order that have one code.
func (c *converter) nth(s *orderSheet, sku string) int64 {
	if c.laid.window == nil { // rows of the order may be anywhere in the file
		h := sha256.Sum256([]byte(s.order + "\x00" + sku))
		return c.orders.seen.count([16]byte(h[:16]))
	}
	n := int64(1)
	for _, o := range s.lines {
		if o.sku == sku {
			n++
		}
	}
	return n
}

// lineGross is the value of a line before discounts.
func (c *converter) lineGross(units int64, currency string) (int64, error) {
	if c.get("line_total") != "" {
		v, err := c.money("line_total", currency)
		return abs(v), err
	}
	switch {
	case c.get("unit_price") != "":
		return c.gross(units, currency)
	case c.get("line_net") != "":
		v, err := c.money("line_net", currency)
		return abs(v), err
	case c.get("order_net") != "":
		return 0, nil // shared later
	}
	return c.gross(units, currency)
}

var (
	tipNames  = []string{"tip", "trinkgeld", "pourboire", "propina", "mancia", "fooi", "dricks", "drikkepenge", "gorjeta"}
	giftWords = []string{"gift card", "giftcard", "gift voucher", "gift certificate", "geschenkgutschein", "geschenkkarte", "carte cadeau", "tarjeta regalo", "tarjeta de regalo", "buono regalo", "cadeaubon"}
)

// classify tells services from products, and gives a product without a code its name as code.
func (c *converter) classify(l *sheetLine) {
	name := strings.ToLower(l.title)
	l.item = c.orders.items.of(l.sku, l.title)
	switch {
	case l.sku == "" && slices.Contains(tipNames, name):
		l.item, l.tip, l.taxable = fact.ItemFee, true, false
	case (l.sku == "" || !l.taxable) && slices.ContainsFunc(giftWords, func(w string) bool { return strings.Contains(name, w) }):
		l.item = fact.ItemGiftCard
	}
	if l.item == fact.ItemGiftCard {
		l.taxable = false
	}
	if l.sku == "" {
		l.sku = codeOf(l.title)
	}
}
