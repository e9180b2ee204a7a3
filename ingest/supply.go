package ingest

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"almanac/fact"
)

// supply reads the terms under which a product is bought, and of whom.
func (c *converter) supply() ([]fact.Fact, error) {
	sku, at, err := c.skuAt("valid_from")
	if err != nil {
		return nil, err
	}
	t := &fact.Terms{SKU: sku, Supplier: c.get("supplier")}
	var days int64 // 0 where no lead time is known
	for field, to := range map[string]*int64{"lead_days": &days, "pack": &t.Pack, "min_units": &t.MinUnits} {
		if c.get(field) != "" {
			if *to, err = c.whole(field); err != nil {
				return nil, err
			}
		}
	}
	t.LeadDays = int(days)
	said := []any{struct {
		SKU, Supplier  string
		LeadDays       int
		Pack, MinUnits int64
	}{t.SKU, t.Supplier, t.LeadDays, t.Pack, t.MinUnits}}
	if err := c.goods(t); err != nil {
		return nil, err
	}
	if t.SellUntil != "" {
		said = append(said, t.SellUntil)
	}
	if t.KeepsDays != 0 || t.Volume != 0 || t.Breaks != nil { // a file without these has the ids it always had
		said = append(said, t.KeepsDays, t.Volume, t.Breaks)
	}
	dated := c.dated("valid_from")
	facts := []fact.Fact{c.fact(contentID(sku+"@"+t.Supplier, at, dated, said...), at, t)}
	if t.Supplier == "" || c.get("supplier_name") == "" && c.get("supplier_email") == "" && c.get("min_order") == "" {
		return facts, nil
	}
	s := &fact.Supplier{Supplier: t.Supplier, Name: c.get("supplier_name"), Email: c.get("supplier_email")}
	if c.get("min_order") != "" {
		if s.Currency, err = c.rowCurrency(); err != nil {
			return nil, err
		}
		if s.MinOrder, err = c.money("min_order", s.Currency); err != nil {
			return nil, err
		}
	}
	return append(facts, c.fact(contentID(t.Supplier, at, dated, *s), at, s)), nil
}

// goods reads what the terms say of the goods themselves: how long they keep, until when they are sold, the room they take, and what more
// of them cost.
func (c *converter) goods(t *fact.Terms) error {
	if c.get("sell_until") != "" {
		last, err := c.day("sell_until", c.get("sell_until"))
		if err != nil {
			return err
		}
		t.SellUntil = last.In(c.zone).Format(time.DateOnly)
	}
	if c.get("keeps_days") != "" {
		days, err := c.whole("keeps_days")
		if err != nil {
			return err
		}
		t.KeepsDays = int(days)
	}
	if c.get("volume") != "" {
		litres, err := c.number("volume")
		if err != nil {
			return err
		}
		litres.Coef *= 1000
		ml, ok := litres.Int()
		if !ok || litres.Coef/1000*1000 != litres.Coef {
			return &fault{"not_a_number", fmt.Sprintf("%s: %s litres are no whole millilitres", c.m.Columns["volume"], c.get("volume")), "Round the volume to three decimals."}
		}
		t.Volume = ml
	}
	return c.breaks(t)
}

// breaks reads "100: 1.80; 500: 1.65": a unit costs 1.80 in an order of a hundred or more.
func (c *converter) breaks(t *fact.Terms) (err error) {
	text := c.get("price_breaks")
	if text == "" {
		return nil
	}
	if t.Currency, err = c.rowCurrency(); err != nil {
		return err
	}
	bad := func(part string) error {
		return &fault{"bad_price_break", fmt.Sprintf("%s: %q is no quantity and cost", c.m.Columns["price_breaks"], strings.TrimSpace(part)),
			"Write the quantity, a colon and the cost of one unit, with semicolons between, like 100: 1.80; 500: 1.65."}
	}
	for _, part := range strings.Split(text, ";") {
		if strings.TrimSpace(part) == "" {
			continue
		}
		from, cost, ok := strings.Cut(part, ":")
		units, err := strconv.ParseInt(strings.TrimSpace(from), 10, 64)
		if !ok || err != nil {
			return bad(part)
		}
		d, err := number(strings.TrimSpace(cost), c.mark)
		if err != nil {
			return bad(part)
		}
		minor, err := d.Minor(t.Currency)
		if err != nil {
			return bad(part)
		}
		t.Breaks = append(t.Breaks, fact.Break{From: units, Cost: minor})
	}
	return nil
}

// purchase reads one line of an order to a supplier as it stands: what was ordered when, for when it is promised, and how much of
// it has come by which day. A newer file of the same line replaces what came.
func (c *converter) purchase() ([]fact.Fact, error) {
	sku, at, err := c.skuAt("date")
	if err != nil {
		return nil, err
	}
	b := fact.Purchase{Purchase: c.id("purchase"), Line: c.id("line"), Supplier: c.get("supplier"), SKU: sku, Location: c.get("location")}
	if b.Line == "" {
		b.Line = sku
	}
	if b.Units, err = c.whole("units"); err != nil {
		return nil, err
	}
	id := b.Purchase + "/" + b.Line
	got := b
	if c.get("due") != "" {
		due, err := c.day("due", c.get("due"))
		if err != nil {
			return nil, err
		}
		if due.Before(at.Truncate(24 * time.Hour)) {
			return nil, &fault{"bad_date", fmt.Sprintf("%s: %s lies before the day of the order", c.m.Columns["due"], c.get("due")), "Correct the day promised or the day of the order."}
		}
		b.Due = &due
	}
	placed := c.fact(id, at, &b)
	facts := []fact.Fact{placed}
	if c.get("received_units") == "" || c.get("received_units") == "0" {
		return facts, nil
	}
	if got.Units, err = c.whole("received_units"); err != nil {
		return nil, err
	}
	if c.get("received_on") == "" {
		return nil, &fault{"no_date", "units were received, but no day is told", "Fill in the day on which they came."}
	}
	came, err := c.when("received_on")
	if err != nil {
		return nil, err
	}
	if came.Before(at) {
		return nil, &fault{"bad_date", fmt.Sprintf("%s: %s lies before the day of the order", c.m.Columns["received_on"], c.get("received_on")), "Correct the day of receipt or the day of the order."}
	}
	f := c.fact(id+"/received", came, &got)
	f.Kind, f.Rev = fact.PurchaseReceived, came.UnixMicro()+got.Units
	return append(facts, f), nil
}
