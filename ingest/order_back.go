package ingest

import (
	"fmt"
	"slices"
	"strings"

	"almanac/fact"
)

// backDocument names what brought something back: the order with the document, or with its day where there is none.
func (c *converter) backDocument() string {
	doc := c.id("document")
	if doc == "" {
		doc, _, _ = strings.Cut(c.get("date"), "T")
	}
	return c.id("order") + "-return-" + doc
}

// broughtBack turns the rows of one document into what came back, or was paid back, of an order that another file tells.
func (c *converter) broughtBack(rows []held, out []outcome) (at int, err error) {
	back := c.laid.back()
	if !back.Paid {
		for i, r := range rows {
			c.row = r.fields
			f, err := c.goodsBack()
			if err != nil {
				return i, err
			}
			out[i].facts = append(out[i].facts, f)
		}
		return 0, nil
	}
	var sum int64
	for i, r := range rows {
		c.row = r.fields
		cur, err := c.rowCurrency()
		if err != nil {
			return i, err
		}
		v, err := c.money("amount", cur)
		if err != nil {
			return i, err
		}
		if sum -= v; i > 0 { // the shop's account is debited
			out[i].err = &filtered{"part_of_another_line"}
		}
	}
	c.row = rows[0].fields
	if sum <= 0 {
		return 0, leaveOut(out, "no_refund")
	}
	when, err := c.when("date")
	if err != nil {
		return 0, err
	}
	cur, err := c.rowCurrency()
	doc := c.backDocument()
	out[0].facts = []fact.Fact{c.fact(c.id("order")+"/"+doc, when, &fact.Refund{Order: c.id("order"), Refund: doc, Currency: cur, Amount: sum})}
	return 0, err
}

// goodsBack reads a row of goods that came back. Such reports name no amounts.
func (c *converter) goodsBack() (f fact.Fact, err error) {
	if c.id("sku") == "" {
		return f, &fault{"no_sku", "the product code is empty", "Fill in the product code."}
	}
	at, err := c.when("date")
	if err != nil {
		return f, err
	}
	units, err := c.whole("quantity")
	if err != nil {
		return f, err
	}
	cur, err := c.rowCurrency()
	if err != nil {
		return f, err
	}
	doc := c.backDocument()
	line := fmt.Sprint(c.id("sku"), "-", c.nth(&orderSheet{order: doc}, c.id("sku")))
	b := &fact.OrderReversal{Document: doc, Line: line, Order: c.id("order"), SKU: c.id("sku"), Title: c.get("title"), Units: units, Currency: cur, Reason: strings.ToLower(c.get("reason"))}
	if d := c.get("disposition"); d != "" {
		good := slices.ContainsFunc(c.laid.back().Sellable, func(s string) bool { return strings.EqualFold(s, d) })
		b.Resale = &good
	}
	return c.fact(doc+"/"+line, at, b), nil
}
