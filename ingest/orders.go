package ingest

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"almanac/fact"
)

// orderRows numbers equal lines of one order.
type orderRows struct {
	seen  *occurrences
	items items
	buf   []byte
}

func newOrderRows() *orderRows { return &orderRows{seen: newOccurrences(1 << 20), items: items{}} }

// order reads one line of an order. Its id comes from all that the row says and from its occurrence number
// among equal rows, so that a repeated file adds nothing and repeated lines count, in any order.
func (c *converter) order() ([]fact.Fact, error) {
	order, sku, title := c.id("order"), c.id("sku"), c.get("title")
	if order == "" {
		return nil, &fault{"no_order", "the order number is empty", "Fill in the order number."}
	}
	if sku == "" {
		if sku = codeOf(title); sku == "" {
			return nil, &fault{"no_sku", "the product code and the name are empty", "Fill in one of them."}
		}
	}
	item := c.orders.items.of(sku, title)
	if item == itemTest {
		return nil, &filtered{"test"}
	}
	at, err := c.when("date")
	if err != nil {
		return nil, err
	}
	units, err := c.whole("quantity")
	if err != nil {
		return nil, err
	}
	if units == 0 {
		return nil, &fault{"zero_quantity", "the quantity is zero", "Correct the quantity, or leave the line out."}
	}
	cur, err := c.rowCurrency()
	if err != nil {
		return nil, err
	}
	size := max(units, -units)
	gross, err := c.gross(size, cur)
	if err != nil {
		return nil, err
	}
	customer := c.id("customer")
	line := c.lineID(order, sku, title, at.UnixMicro(), units, gross, customer)
	id := order + "/" + line
	if units < 0 && gross == 0 && customer == "" && !creditNote(order) {
		return []fact.Fact{c.fact(id, at, &fact.StockMove{SKU: sku, Units: units, Reason: adjustment(title), Ref: order, Location: c.get("location")})}, nil
	}
	tax, err := c.money("tax", cur)
	if err != nil {
		return nil, err
	}
	included := truthy(c.get("tax_included")) || c.get("tax_included") == "" && tax != 0 && inclusive(c.m.Columns[c.priceField()])
	if units < 0 || creditNote(order) {
		f := c.fact(id, at, &fact.OrderReversal{Document: order, Line: line, SKU: sku, Title: title, Item: item, Units: size, Currency: cur,
			Gross: gross, Tax: max(tax, -tax), TaxIncl: included, Customer: customer, Country: c.get("country")})
		return []fact.Fact{f}, nil
	}
	body := &fact.OrderLine{Order: order, Line: line, SKU: sku, Title: title, Item: item, Units: units, Currency: cur, Gross: gross, Tax: tax,
		TaxIncluded: included, Customer: customer, Country: c.get("country"), Channel: c.get("channel"), Location: c.get("location")}
	if body.Discount, err = c.money("discount", cur); err != nil {
		return nil, err
	}
	body.Discount = max(body.Discount, -body.Discount) // some exports write discounts as negative amounts
	if body.Shipping, err = c.money("shipping", cur); err != nil {
		return nil, err
	}
	return []fact.Fact{c.fact(id, at, body)}, nil
}

// codeOf is the code of a product that has none: its name, as far as codes may be long.
func codeOf(title string) string {
	for len(title) > 200 {
		_, n := utf8.DecodeLastRuneInString(title)
		title = title[:len(title)-n]
	}
	return strings.TrimSpace(title)
}

// priceField is what tells the value of a line.
func (c *converter) priceField() string {
	if c.get("unit_price") != "" {
		return "unit_price"
	}
	return "line_total"
}

// gross is the value of a line before discounts: unit price × quantity, or the line's total.
func (c *converter) gross(size int64, currency string) (int64, error) {
	field := c.priceField()
	if c.get(field) == "" {
		return 0, &fault{"no_price", "the price is empty", "Fill in the price; write 0 for what was given away."}
	}
	d, err := c.number(field)
	if err != nil {
		return 0, err
	}
	if field == "line_total" {
		d.Coef = max(d.Coef, -d.Coef) // the sign follows the quantity
	} else {
		if d.Coef < 0 {
			return 0, &fault{"negative_price", fmt.Sprintf("the price %s is negative", c.get(field)), "Book corrections of amounts outside product sales, or give the quantity the minus sign."}
		}
		if d, err = d.Mul(size); err != nil {
			return 0, &fault{"not_a_number", err.Error(), "Correct price and quantity."}
		}
	}
	v, err := d.Minor(currency)
	if err != nil {
		return 0, &fault{"not_a_number", err.Error(), "Correct price and quantity."}
	}
	return v, nil
}

// creditNote recognises documents that take something back: a C before digits.
func creditNote(order string) bool {
	return len(order) > 1 && (order[0] == 'C' || order[0] == 'c') && allDigits(order[1:])
}

func truthy(s string) bool {
	switch strings.ToLower(s) {
	case "1", "true", "yes", "y", "ja", "oui", "si", "sí", "wahr":
		return true
	}
	return false
}

func adjustment(title string) string {
	if title == "" {
		return "adjustment"
	}
	return "adjustment: " + title
}

// lineID makes the id of a line within its order. Where the file numbers its lines, that number is the id.
func (c *converter) lineID(order, sku, title string, at, units, gross int64, customer string) string {
	if l := c.id("line"); l != "" {
		return l
	}
	o := c.orders
	b := o.buf[:0]
	for _, s := range [...]string{order, sku, title, customer, c.get("country"), c.get("channel"), c.get("location"), c.get("tax"), c.get("discount"), c.get("shipping")} {
		b = append(b, s...)
		b = append(b, 0)
	}
	for _, n := range [...]int64{at, units, gross} {
		b = strconv.AppendInt(b, n, 10)
		b = append(b, 0)
	}
	o.buf = b
	sum := sha256.Sum256(b)
	n := o.seen.count([16]byte(sum[:16]))
	var text [24]byte
	hex.Encode(text[:12], sum[:6])
	text[12] = '-'
	return string(strconv.AppendInt(text[:13], n, 10))
}
