package ingest

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"almanac/fact"
	"almanac/ingest/table"
)

// fault is why a row could not become a fact.
type fault struct{ reason, detail, remedy string }

func (f *fault) Error() string { return f.detail }

// filtered is a row that is left out on purpose.
type filtered struct{ reason string }

func (f *filtered) Error() string { return f.reason }

// converter turns rows of one kind into facts.
type converter struct {
	m        Mapping
	at       map[string]int // field → position in the row
	zone     *time.Location
	mark     byte
	now      time.Time
	shop     string
	currency string // of the shop: amounts in another one cannot be added to its sales
	asOf     time.Time
	row      []string
	split    func(*table.Row) // for rows that come unsplit; nil where they come with their fields

	orders   *orderRows
	laid     *laid // how a platform's export is read; nil for an ordinary table
	lastDate string
	lastTime time.Time
}

func newConverter(m Mapping, o Options, now time.Time) (*converter, error) {
	c := &converter{m: m, at: map[string]int{}, mark: '.', now: now, shop: o.Shop, currency: o.ShopCurrency}
	if c.currency == "" {
		c.currency = m.Currency
	}
	if m.Decimal == "," {
		c.mark = ','
	}
	for f, col := range m.Columns {
		i := slices.Index(m.Header, col)
		if i < 0 {
			return nil, &Error{Code: "missing_column", Column: col, Message: fmt.Sprintf("the file has no column %q", col), Remedy: "Its columns are: " + strings.Join(m.Header, ", ") + "."}
		}
		c.at[f] = i
	}
	if l := m.laidOut(); l != nil {
		c.laid = newLaid(l, m)
	}
	var err error
	if c.zone, err = time.LoadLocation(m.TimeZone); err != nil {
		return nil, &Error{Code: "time_zone", Message: fmt.Sprintf("time zone %q is not known", m.TimeZone), Remedy: "Use a name such as Europe/London."}
	}
	c.asOf = now.UTC().Truncate(24 * time.Hour)
	if m.AsOf != "" {
		p, ok := scanDate(m.AsOf)
		t, fine := p.in("ymd", c.zone)
		if !ok || !fine {
			return nil, &Error{Code: "as_of", Message: fmt.Sprintf("as-of date %q is not a date", m.AsOf), Remedy: "Write it like 2026-01-31."}
		}
		if p.clock == 0 && !strings.Contains(m.AsOf, ":") {
			t = t.AddDate(0, 0, 1).Add(-time.Second) // a day without a time means its close
		}
		c.asOf = t.UTC()
	}
	if m.Kind == "orders" {
		c.orders = newOrderRows()
	}
	if c.laid != nil && c.laid.grouped() {
		c.laid.window = newWindow()
	}
	return c, nil
}

// close removes temporary files.
func (c *converter) close() {
	if c.orders != nil {
		c.orders.seen.close()
	}
	if c.laid != nil && c.laid.window != nil {
		c.laid.window.begun.close()
	}
}

// err is the first fault of temporary files.
func (c *converter) err() error {
	if c.laid != nil && c.laid.window != nil && c.laid.window.begun.Err() != nil {
		return c.laid.window.begun.Err()
	}
	if c.orders != nil {
		return c.orders.seen.Err()
	}
	return nil
}

// ending reads the rows that wait for others at the end of the file.
func (c *converter) ending() []outcome {
	if c.laid == nil || c.laid.window == nil {
		return nil
	}
	return c.rest()
}

// guesses counts what the file did not say and was taken for granted.
func (c *converter) guesses() map[string]int64 {
	if c.laid == nil {
		return nil
	}
	return c.laid.assumed
}

// get is a field's text, trimmed; empty where the file does not tell it.
func (c *converter) get(field string) string {
	if c.laid != nil {
		if s, ok := c.laid.set[field]; ok {
			return s
		}
		return c.told(field, c.row)
	}
	i, ok := c.at[field]
	if !ok || i >= len(c.row) {
		return ""
	}
	return strings.TrimSpace(c.row[i])
}

// id is a field's text as an id: a trailing ".0" that a spreadsheet added is dropped.
func (c *converter) id(field string) string {
	s := c.get(field)
	if c.laid != nil {
		s = strings.TrimPrefix(s, "'") // keeps spreadsheets from taking an id for a number
	}
	if floatID(s) {
		return s[:len(s)-2]
	}
	return s
}

func (c *converter) number(field string) (fact.Decimal, error) {
	d, err := number(c.get(field), c.mark)
	if err != nil {
		return d, &fault{"not_a_number", fmt.Sprintf("%s: %v", c.m.Columns[field], err), "Correct the number, or set the decimal mark in the mapping."}
	}
	return d, nil
}

// whole reads a quantity.
func (c *converter) whole(field string) (int64, error) {
	d, err := c.number(field)
	if err != nil {
		return 0, err
	}
	n, ok := d.Int()
	if !ok {
		return 0, &fault{"quantity_not_whole", fmt.Sprintf("%s %s is not a whole number", c.m.Columns[field], c.get(field)),
			"Quantities are counted in whole units. Sell by weight in the smallest unit, e.g. grams; if the comma is a decimal mark, set it in the mapping."}
	}
	return n, nil
}

// money reads an amount in minor units; zero where the field is empty.
func (c *converter) money(field, currency string) (int64, error) {
	if c.get(field) == "" {
		return 0, nil
	}
	d, err := c.number(field)
	if err != nil {
		return 0, err
	}
	v, err := d.Minor(currency)
	if err != nil {
		return 0, &fault{"not_a_number", fmt.Sprintf("%s: %v", c.m.Columns[field], err), "Correct the amount."}
	}
	return v, nil
}

// currencyOf is the currency of the row, which must be the shop's.
func (c *converter) rowCurrency() (string, error) {
	cur := strings.ToUpper(c.get("currency"))
	if cur == "" {
		cur = c.m.Currency
	}
	if !fact.ValidCurrency(cur) {
		return "", &fault{"no_currency", fmt.Sprintf("currency %q is not a three-letter code", cur), "Correct the currency, or set one for the file."}
	}
	if c.currency != "" && cur != c.currency {
		return "", &fault{"other_currency", fmt.Sprintf("the amount is in %s, the shop's currency is %s", cur, c.currency),
			"Import the rows of another currency into a shop of that currency, or convert them first."}
	}
	return cur, nil
}

// when reads a date field; where the file has none, the as-of time of the file.
func (c *converter) when(field string) (time.Time, error) {
	s := c.get(field)
	if s == "" {
		if _, ok := c.at[field]; !ok || field != "date" {
			return c.asOf, nil
		}
		return time.Time{}, &fault{"no_date", "the date is empty", "Fill in the date."}
	}
	if clock := c.get("time"); clock != "" && field == "date" && !strings.Contains(s, ":") {
		s += " " + clock
	}
	if s == c.lastDate {
		return c.lastTime, nil
	}
	t, err := c.day(field, s)
	switch {
	case err != nil:
		return t, err
	case t.After(c.now.Add(24 * time.Hour)):
		return t, &fault{"future_date", fmt.Sprintf("%s: %s lies in the future", c.m.Columns[field], s), "Correct the date, or set the order of day and month in the mapping."}
	case t.Year() < 1970:
		return t, &fault{"bad_date", fmt.Sprintf("%s: %s is before 1970", c.m.Columns[field], s), "Correct the date."}
	}
	c.lastDate, c.lastTime = strings.Clone(s), t.UTC()
	return c.lastTime, nil
}

// day reads what a date field says, which may lie in the future.
func (c *converter) day(field, s string) (time.Time, error) {
	p, ok := scanDate(s)
	t, fine := p.in(c.m.DateOrder, c.zone)
	if !ok || !fine {
		return t, &fault{"bad_date", fmt.Sprintf("%s: %q is not a date", c.m.Columns[field], s), "Correct the date, or set the order of day and month in the mapping."}
	}
	return t.UTC(), nil
}

func (c *converter) fact(id string, at time.Time, body fact.Body) fact.Fact {
	return fact.Fact{Shop: c.shop, Source: c.m.Source, ID: id, Kind: body.Kind(), OccurredAt: at, Body: body}
}

// convert turns a row into facts. The error is a *fault, a *filtered, or what stops the import.
func (c *converter) convert(r *table.Row) ([]fact.Fact, error) {
	if c.split != nil && r.Fault == nil {
		if facts, err := c.line(r.Raw); err == nil {
			return facts, nil
		}
		c.split(r) // it may be blank, or no JSON at all
	}
	if r.Fault != nil {
		return nil, &fault{r.Fault.Code, r.Fault.Message, r.Fault.Remedy}
	}
	if strings.TrimSpace(strings.Join(r.Fields, "")) == "" {
		return nil, &filtered{"blank"}
	}
	c.row = r.Fields
	if c.laid != nil {
		if err := c.lay(); err != nil {
			return nil, err
		}
	}
	var facts []fact.Fact
	var err error
	switch c.m.Kind {
	case "orders":
		if c.laid != nil {
			o := c.together([]held{{r.Line, r.Fields, r.Raw}})[0]
			return o.facts, o.err
		}
		facts, err = c.order()
	case "products":
		facts, err = c.product()
	case "stock":
		if c.laid != nil && c.laid.Wide != "" {
			facts, err = c.wide()
		} else {
			facts, err = c.stock()
		}
	case "costs":
		facts, err = c.cost()
	case "supply":
		facts, err = c.supply()
	case "purchases":
		facts, err = c.purchase()
	case "customers":
		facts, err = c.customer()
	case "locations":
		facts, err = c.place()
	case "events", "facts":
		return c.line(r.Raw)
	}
	if err != nil {
		return nil, err
	}
	return facts, valid(facts)
}

// line reads facts from a line as it stands.
func (c *converter) line(raw string) (facts []fact.Fact, err error) {
	if c.m.Kind == "events" {
		return c.event(raw)
	}
	if facts, err = c.exported(raw); err != nil {
		return nil, err
	}
	return facts, valid(facts)
}

// valid is a fault where one of the facts is not as facts must be.
func valid(facts []fact.Fact) error {
	for i := range facts {
		if err := facts[i].Validate(); err != nil {
			return &fault{"invalid", err.Error(), "Correct the named fields."}
		}
	}
	return nil
}
