package dashboard

import (
	"cmp"
	"context"
	"slices"
	"time"

	"almanac/model/stats"
	"almanac/serve/wire"
	"almanac/shop"
	"almanac/state/supply"
)

// Suppliers tells how each supplier delivers, from the purchases on record.
func (r *Reads) Suppliers(ctx context.Context, s shop.Shop) (v wire.SupplierList, err error) {
	b, err := r.basis(ctx, s.ID)
	if err != nil {
		return v, err
	}
	g, _, err := r.shelves(ctx, s, b)
	if err != nil {
		return v, err
	}
	lines, err := r.Supply.Lines(ctx, s.ID)
	if err != nil {
		return v, err
	}
	today := r.nextDay(s, b).Time()
	cards := map[string]*record{}
	of := func(id string) *record {
		if cards[id] == nil {
			cards[id] = &record{quoted: map[int]int{}, purchases: map[string]bool{}}
		}
		return cards[id]
	}
	for id := range g.Suppliers {
		of(id)
	}
	products := map[string]bool{}
	for sku := range b.titles {
		products[sku] = true
	}
	for sku := range g.Terms {
		products[sku] = true
	}
	for sku := range products {
		if t, _ := g.TermsOf(sku); t.Supplier != "" {
			c := of(t.Supplier)
			c.Products++
			if t.LeadDays > 0 {
				c.quoted[t.LeadDays]++
			}
		}
	}
	for _, l := range lines {
		id := l.Supplier
		if id == "" {
			t, _ := g.TermsOf(l.SKU)
			id = t.Supplier
		}
		if id != "" {
			of(id).add(l, today)
		}
	}
	for id, c := range cards {
		v.Items = append(v.Items, c.card(id, g.name(id), g.Suppliers[id], s.Currency))
	}
	slices.SortFunc(v.Items, func(a, b wire.SupplierCard) int {
		return cmp.Or(cmp.Compare(b.Lines, a.Lines), cmp.Compare(b.Products, a.Products), cmp.Compare(a.Name, b.Name))
	})
	v.Total = int64(len(v.Items))
	return v, nil
}

// record is what is known of one supplier's deliveries.
type record struct {
	wire.SupplierCard
	quoted       map[int]int
	purchases    map[string]bool
	days         []float64
	late         int64
	asked, given int64
}

func (c *record) add(l supply.Line, today time.Time) {
	c.Lines++
	c.purchases[l.Purchase] = true
	arrived := !l.First.IsZero()
	overdue := !l.Due.IsZero() && l.Received < l.Ordered && endOf(l.Due).Before(today)
	if arrived {
		c.Received++
		if !l.Placed.IsZero() {
			c.days = append(c.days, l.First.Sub(l.Placed).Hours()/24)
		}
	}
	if open := l.Ordered - l.Received; open > 0 {
		c.OpenUnits += open
	}
	if overdue {
		c.OverdueLines++
	}
	if !l.Due.IsZero() && (arrived || overdue) {
		c.Dated++
		if overdue || l.Last.After(endOf(l.Due)) {
			c.late++
		}
	}
	if arrived || overdue {
		c.asked += l.Ordered
		c.given += min(l.Received, l.Ordered) // more than was asked for does not make up for what lacks elsewhere
	}
}

// endOf is when the day that was promised is over.
func endOf(due time.Time) time.Time { return due.Truncate(24 * time.Hour).Add(24 * time.Hour) }

func (c *record) card(id, name string, known supply.Supplier, currency string) wire.SupplierCard {
	v := c.SupplierCard
	v.ID, v.Name, v.Purchases = id, name, int64(len(c.purchases))
	if days, ok := mostQuoted(c.quoted, known.LeadDays); ok {
		v.QuotedDays = &days
	} else {
		v.Missing = append(v.Missing, "No file gives its lead time: add a supplier file with lead times.")
	}
	if known.MinOrder > 0 && (known.Currency == "" || known.Currency == currency) {
		v.MinOrder = &known.MinOrder
	}
	if len(c.days) > 0 {
		slices.Sort(c.days)
		median, most := stats.Quantile(c.days, 0.5), stats.Quantile(c.days, 0.9)
		v.ActualDays, v.ActualMost = &median, &most
	}
	v.LateShare = ratio(float64(c.late), float64(c.Dated))
	v.FillRate = ratio(float64(c.given), float64(c.asked))
	switch {
	case v.Lines == 0:
		v.Missing = append(v.Missing, "No purchase from it is on record, so how long it really takes, how often it is late and how much it delivers are unknown.")
	case v.Received == 0:
		v.Missing = append(v.Missing, "Nothing it was asked for has arrived on record yet.")
	case v.Dated == 0:
		v.Missing = append(v.Missing, "No purchase from it names a promised day, so lateness is unknown.")
	}
	return v
}

// mostQuoted is the lead time of most products; the shorter of two that are as common.
func mostQuoted(quoted map[int]int, supplier int) (days int, ok bool) {
	for d, n := range quoted {
		if n > quoted[days] || n == quoted[days] && d < days {
			days = d
		}
	}
	if days == 0 {
		days = supplier
	}
	return days, days > 0
}

// Minimums tells of each order whether it reaches its supplier's least value. An order with lines of unknown cost is
// compared by those that are known.
func (r *Reads) Minimums(ctx context.Context, s shop.Shop, list []wire.PlannedOrder) error {
	suppliers, err := r.Supply.Suppliers(ctx, s.ID)
	if err != nil {
		return err
	}
	by := map[string]supply.Supplier{}
	for id, v := range suppliers {
		by[id] = v
		if v.Name != "" {
			by[v.Name] = v
		}
	}
	for i := range list {
		o := &list[i]
		v, ok := by[o.Supplier]
		if !ok || v.MinOrder <= 0 || v.Currency != "" && v.Currency != s.Currency {
			continue
		}
		o.MinOrder = &v.MinOrder
		if o.Cost != nil {
			short := max(0, v.MinOrder-*o.Cost)
			o.Short = &short
		}
	}
	return nil
}
