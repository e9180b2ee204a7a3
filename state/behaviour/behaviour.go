// Package behaviour answers what visitors do on site: what each looked at last, and how often each product
// was viewed, added, and so on by day.
//
// Facts of the product.* event kinds go in.
package behaviour

import (
	"cmp"
	"context"
	"slices"
	"time"

	"almanac/fact"
	"almanac/history"
	"almanac/sqldb"
	"almanac/state"
)

// Fold keeps the tables of this view.
type Fold struct{ zone state.Zone }

// NewFold makes the fold; zone says when a shop's days begin.
func NewFold(zone state.Zone) *Fold { return &Fold{zone} }

// Name is "behaviour".
func (*Fold) Name() string { return "behaviour" }

const (
	touchColumns = "shop, visitor, at_us, source, id, kind, sku"
	dayColumns   = "shop, sku, day, kind, events"
)

// Migrations creates the tables.
func (*Fold) Migrations() []sqldb.Migration {
	return []sqldb.Migration{{Name: "product events", SQL: []string{
		`CREATE TABLE product_touch (shop {text} NOT NULL, visitor {text} NOT NULL, at_us {int} NOT NULL, source {text} NOT NULL, id {text} NOT NULL,
			kind {text} NOT NULL, sku {text} NOT NULL, PRIMARY KEY (shop, visitor, at_us, source, id)) {clustered}`,
		`CREATE TABLE product_event_day (shop {text} NOT NULL, sku {text} NOT NULL, day {int} NOT NULL, kind {text} NOT NULL, events {int} NOT NULL,
			PRIMARY KEY (shop, sku, day, kind)) {clustered}`,
	}}}
}

// Tables lists what is exported.
func (*Fold) Tables() []state.Table {
	return []state.Table{
		state.NewTable("product_touch", touchColumns, "shop, visitor, at_us, source, id"),
		state.NewTable("product_event_day", dayColumns, "shop, sku, day, kind"),
	}
}

type dayKey struct {
	shop, sku string
	day       state.Day
	kind      fact.Kind
}

// touch is a product event on its way into the table.
type touch struct {
	*history.Record
	who, sku string
}

// Apply takes product events in. Every record is given once, so counts may simply be added up.
func (f *Fold) Apply(ctx context.Context, t *sqldb.Tx, recs []history.Record) error {
	var touched []touch
	days := map[dayKey]int64{}
	for i := range recs {
		r := &recs[i]
		b, ok := r.Body.(*fact.ProductEvent)
		if !ok {
			continue
		}
		who := b.Visitor
		if who == "" {
			who = b.Customer
		}
		touched = append(touched, touch{r, who, b.SKU})
		days[dayKey{r.Shop, b.SKU, state.DayOf(r.OccurredAt, f.zone(r.Shop)), r.Kind}]++
	}
	// By visitor, so that neighbours meet on a page.
	slices.SortFunc(touched, func(a, b touch) int {
		return cmp.Or(cmp.Compare(a.Shop, b.Shop), cmp.Compare(a.who, b.who), cmp.Compare(a.Offset, b.Offset))
	})
	touches := make([]any, 0, 7*len(touched))
	for _, v := range touched {
		touches = append(touches, v.Shop, v.who, sqldb.Micros(v.OccurredAt), v.Source, v.ID, string(v.Kind), v.sku)
	}
	if _, err := t.Insert(ctx, "product_touch ("+touchColumns+")", "ON CONFLICT DO NOTHING", 7, touches); err != nil {
		return err
	}
	args := make([]any, 0, 5*len(days))
	for k, n := range days {
		args = append(args, k.shop, k.sku, int64(k.day), string(k.kind), n)
	}
	_, err := t.Insert(ctx, "product_event_day ("+dayColumns+")",
		"ON CONFLICT (shop, sku, day, kind) DO UPDATE SET events = product_event_day.events + excluded.events", 5, args)
	return err
}

// Settle has nothing to derive.
func (*Fold) Settle(context.Context, *sqldb.Tx) error { return nil }

// View reads what the fold keeps.
type View struct{ db *sqldb.DB }

// Open makes a view of a state store.
func Open(db *sqldb.DB) *View { return &View{db} }

// Touch is one product event of a visitor.
type Touch struct {
	SKU  string
	Kind fact.Kind
	At   time.Time
}

// Recent lists what a visitor did last, newest first.
func (v *View) Recent(ctx context.Context, shop, visitor string, limit int) (out []Touch, err error) {
	err = v.db.Query(ctx, "SELECT sku, kind, at_us FROM product_touch WHERE shop = ? AND visitor = ? ORDER BY at_us DESC, source, id LIMIT ?",
		[]any{shop, visitor, limit}, func(r sqldb.Row) error {
			var t Touch
			var at int64
			err := r.Scan(&t.SKU, &t.Kind, &at)
			t.At = sqldb.Time(at)
			out = append(out, t)
			return err
		})
	return out, err
}

// Events counts product events of one kind by product, over the days from first to last.
func (v *View) Events(ctx context.Context, shop string, kind fact.Kind, from, to state.Day) (map[string]int64, error) {
	return sqldb.Totals(ctx, v.db, "SELECT sku, SUM(events) FROM product_event_day WHERE shop = ? AND kind = ? AND day >= ? AND day <= ? GROUP BY sku",
		shop, string(kind), int64(from), int64(to))
}
