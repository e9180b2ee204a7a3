package ingest

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"almanac/fact"
	"almanac/ingest/track"
)

// contentID is an id for descriptions that carry no number of their own: the thing described and a hash of
// what is said, so that a repeated file adds nothing and a changed one does.
func contentID(subject string, day time.Time, dated bool, said ...any) string {
	sum := sha256.Sum256([]byte(fmt.Sprint(said...)))
	id := subject + "#" + hex.EncodeToString(sum[:6])
	if dated {
		id += "@" + day.Format(time.RFC3339)
	}
	return id
}

// dated tells whether a row's time comes from the row or the mapping rather than from the clock.
func (c *converter) dated(field string) bool { return c.get(field) != "" || c.m.AsOf != "" }

func (c *converter) sku() (string, error) {
	if s := c.id("sku"); s != "" {
		return s, nil
	}
	return "", &fault{"no_sku", "the product code is empty", "Fill in the product code."}
}

// skuAt is the product code of a row and what a date field says; the code's fault comes first.
func (c *converter) skuAt(field string) (sku string, at time.Time, err error) {
	if sku, err = c.sku(); err != nil {
		return sku, at, err
	}
	at, err = c.when(field)
	return sku, at, err
}

func (c *converter) product() ([]fact.Fact, error) {
	sku, at, err := c.skuAt("valid_from")
	if err != nil {
		return nil, err
	}
	p := &fact.Product{SKU: sku, Group: c.id("group"), Title: c.get("title"), Brand: c.get("brand"), Barcode: c.id("barcode"),
		Hidden: truthy(c.get("hidden")), URL: c.get("url"), Image: c.get("image"), Supplier: c.get("supplier")}
	for _, part := range strings.FieldsFunc(c.get("category"), func(r rune) bool { return r == '>' || r == '/' || r == '|' }) {
		p.Category = append(p.Category, strings.TrimSpace(part))
	}
	dated := c.dated("valid_from")
	facts := []fact.Fact{c.fact(contentID(sku, at, dated, *p), at, p)}
	for _, m := range [...]struct {
		field string
		body  func(cur string, amount int64) fact.Body
	}{
		{"price", func(cur string, v int64) fact.Body { return &fact.Price{SKU: sku, Currency: cur, Amount: v} }},
		{"cost", func(cur string, v int64) fact.Body {
			return &fact.Cost{SKU: sku, Currency: cur, Amount: v, Supplier: p.Supplier}
		}},
	} {
		if c.get(m.field) == "" {
			continue
		}
		cur, err := c.rowCurrency()
		if err != nil {
			return nil, err
		}
		v, err := c.money(m.field, cur)
		if err != nil {
			return nil, err
		}
		facts = append(facts, c.fact(contentID(sku, at, dated, cur, v), at, m.body(cur, v)))
	}
	return facts, nil
}

func (c *converter) stock() ([]fact.Fact, error) {
	sku, at, err := c.skuAt("as_of")
	if err != nil {
		return nil, err
	}
	var facts []fact.Fact
	for _, q := range [...]fact.Quantity{fact.OnHand, fact.Available, fact.Committed, fact.Unavailable, fact.Incoming} {
		if c.get(string(q)) == "" {
			continue
		}
		n, err := c.whole(string(q))
		if err != nil {
			return nil, err
		}
		loc := c.get("location")
		id := sku + "@" + loc + "#" + string(q) + "@" + at.Format(time.RFC3339)
		facts = append(facts, c.fact(id, at, &fact.StockCount{SKU: sku, Location: loc, Quantity: q, Units: n}))
	}
	if len(facts) == 0 {
		return nil, &fault{"no_quantity", "no quantity is filled in", "Fill in how much is there; write 0 for none."}
	}
	return facts, nil
}

func (c *converter) cost() ([]fact.Fact, error) {
	sku, at, err := c.skuAt("valid_from")
	if err != nil {
		return nil, err
	}
	cur, err := c.rowCurrency()
	if err != nil {
		return nil, err
	}
	if c.get("cost") == "" {
		return nil, &fault{"no_cost", "the cost is empty", "Fill in the cost, or leave the row out."}
	}
	v, err := c.money("cost", cur)
	if err != nil {
		return nil, err
	}
	b := &fact.Cost{SKU: sku, Currency: cur, Amount: v, Supplier: c.get("supplier")}
	return []fact.Fact{c.fact(contentID(sku, at, c.dated("valid_from"), *b), at, b)}, nil
}

func (c *converter) customer() ([]fact.Fact, error) {
	id := c.id("customer")
	if id == "" {
		return nil, &fault{"no_customer", "the customer id is empty", "Fill in the id."}
	}
	at := c.asOf
	if c.get("date") != "" {
		var err error
		if at, err = c.when("date"); err != nil {
			return nil, err
		}
	}
	b := &fact.Customer{Customer: id, Email: strings.ToLower(c.get("email")), Phone: c.get("phone"), Name: c.get("name"),
		Country: c.get("country"), City: c.get("city"), Postcode: c.get("postcode")}
	if b.Name == "" {
		b.Name = strings.TrimSpace(c.get("first_name") + " " + c.get("last_name"))
	}
	return []fact.Fact{c.fact(contentID(id, at, c.dated("date"), *b), at, b)}, nil
}

// place reads what is known of a place: its region, country, and what it is.
func (c *converter) place() ([]fact.Fact, error) {
	b := &fact.Place{Location: c.get("location"), Name: c.get("name"), Type: c.get("type"), Country: c.get("country"), Region: c.get("region")}
	if b.Location == "" {
		return nil, &fault{"no_location", "the location is empty", "Fill in the location, as orders and stock counts name it."}
	}
	at, err := c.when("valid_from")
	if err != nil {
		return nil, err
	}
	return []fact.Fact{c.fact(contentID(b.Location, at, c.dated("valid_from"), *b), at, b)}, nil
}

// event reads one line of tracked events in Segment's form. Its facts are valid.
func (c *converter) event(raw string) ([]fact.Fact, error) {
	facts, rejected, err := track.Decode(c.shop, c.m.Source, c.now, []byte(raw), c.currency)
	if err != nil {
		return nil, &fault{"bad_event", err.Error(), "Write one event a line, as the tracking API takes it."}
	}
	if len(rejected) > 0 {
		return nil, &fault{rejected[0].Code, rejected[0].Detail, "Correct the event and send it again."}
	}
	return facts, nil
}

// exported reads a fact as `almanac export facts` writes it. It is taken in for the shop of the import.
func (c *converter) exported(raw string) ([]fact.Fact, error) {
	var f fact.Fact
	if err := f.UnmarshalJSON([]byte(raw)); err != nil {
		return nil, &fault{"bad_fact", err.Error(), "Write facts as `almanac export facts` does."}
	}
	f.Shop = c.shop
	f.ReceivedAt = time.Time{}
	return []fact.Fact{f}, nil
}
