// Package place answers where a shop sells: how many units of each product were sold at each place on each day, and what is known of
// the places.
//
// Facts of kind location.described go in. Units by place are those of orders whose lines tell their location (package orders keeps them).
// Where no order of a shop tells one, they are those of the stock moves that say "sale" (package stock keeps these).
package place

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"almanac/fact"
	"almanac/history"
	"almanac/sqldb"
	"almanac/state"
)

// Fold keeps the table of this view.
type Fold struct{}

// NewFold makes the fold.
func NewFold() *Fold { return &Fold{} }

// Name is "place".
func (*Fold) Name() string { return "place" }

const columns = "shop, source, id, rev, rank, loc, name, type, country, region"

// Migrations creates the table.
func (*Fold) Migrations() []sqldb.Migration {
	return []sqldb.Migration{{Name: "places", SQL: []string{
		`CREATE TABLE place (shop {text} NOT NULL, source {text} NOT NULL, id {text} NOT NULL, rev {int} NOT NULL, rank {int} NOT NULL,
			loc {text} NOT NULL, name {text} NOT NULL, type {text} NOT NULL, country {text} NOT NULL, region {text} NOT NULL,
			PRIMARY KEY (shop, source, id)) {clustered}`,
	}}}
}

// Tables lists what is exported.
func (*Fold) Tables() []state.Table {
	return []state.Table{state.NewTable("place", columns, "shop, source, id")}
}

// Apply takes descriptions of places in.
func (*Fold) Apply(ctx context.Context, t *sqldb.Tx, recs []history.Record) error {
	places := state.NewUpsert("place", columns, "shop, source, id")
	for i := range recs {
		r := &recs[i]
		if b, ok := r.Body.(*fact.Place); ok {
			rev := state.Revision(r)
			places.Add(state.Key(r.Shop, r.Source, r.ID), rev, r.Shop, r.Source, r.ID, rev, fact.Precedence(r.Source), b.Location, b.Name, b.Type, b.Country, b.Region)
		}
	}
	return state.Flush(ctx, t, places)
}

// Settle has nothing to derive.
func (*Fold) Settle(context.Context, *sqldb.Tx) error { return nil }

// View reads what the fold keeps, and the sales by place of orders or moves.
type View struct {
	db   *sqldb.DB
	zone state.Zone
}

// Open makes a view of a state store; zone says when a shop's days begin.
func Open(db *sqldb.DB, zone state.Zone) *View { return &View{db, zone} }

// Described gives what is known of each place that somebody described: what each source said last, the best first, then the
// newest, and the others filling its gaps.
func (v *View) Described(ctx context.Context, shop string) (map[string]fact.Place, error) {
	out := map[string]fact.Place{}
	seen := map[[2]string]bool{} // places that a source has described
	err := v.db.Query(ctx, `SELECT loc, source, name, type, country, region FROM place WHERE shop = ? ORDER BY loc, rank, rev DESC, source, id`, []any{shop}, func(r sqldb.Row) error {
		var p fact.Place
		var source string
		if err := r.Scan(&p.Location, &source, &p.Name, &p.Type, &p.Country, &p.Region); err != nil {
			return err
		}
		at := [2]string{p.Location, source}
		if seen[at] {
			return nil // the source said otherwise since
		}
		seen[at] = true
		b := out[p.Location]
		out[p.Location] = fact.Place{Location: p.Location, Name: cmp.Or(b.Name, p.Name), Type: cmp.Or(b.Type, p.Type), Country: cmp.Or(b.Country, p.Country), Region: cmp.Or(b.Region, p.Region)}
		return nil
	})
	return out, err
}

// DailyPlaces hands the units of every product that were sold at every place on every day before a day to fn, less those cancelled on
// the same day; by product, place, then day. fn is not called where nobody tells of places.
func (v *View) DailyPlaces(ctx context.Context, shop string, before state.Day, fn func(sku, place string, day state.Day, units int64) error) error {
	told := false
	err := v.db.Query(ctx, `SELECT sku, loc, day, units FROM sales_place WHERE shop = ? AND day < ? ORDER BY sku, loc, day`, []any{shop, int64(before)}, func(r sqldb.Row) error {
		var sku, loc string
		var day, units int64
		if err := r.Scan(&sku, &loc, &day, &units); err != nil {
			return err
		}
		told = true
		return fn(sku, loc, state.Day(day), units)
	})
	if err != nil || told {
		return err
	}
	return v.moved(ctx, shop, before, fn)
}

// moved is the same by the stock moves of sales. What several sources tell alike counts once.
func (v *View) moved(ctx context.Context, shop string, before state.Day, fn func(sku, place string, day state.Day, units int64) error) error {
	type at struct{ sku, loc string }
	days := map[at]map[state.Day]int64{}
	zone := v.zone(shop)
	err := v.db.Query(ctx, `SELECT DISTINCT id, sku, loc, at_us, units FROM stock_move WHERE shop = ? AND reason = 'sale' AND loc <> ''`, []any{shop}, func(r sqldb.Row) error {
		var id string
		var k at
		var us, units int64
		if err := r.Scan(&id, &k.sku, &k.loc, &us, &units); err != nil {
			return err
		}
		if day := state.DayOf(sqldb.Time(us), zone); day < before {
			if days[k] == nil {
				days[k] = map[state.Day]int64{}
			}
			days[k][day] -= units
		}
		return nil
	})
	if err != nil {
		return err
	}
	keys := slices.SortedFunc(maps.Keys(days), func(a, b at) int { return cmp.Or(cmp.Compare(a.sku, b.sku), cmp.Compare(a.loc, b.loc)) })
	for _, k := range keys {
		for _, day := range slices.Sorted(maps.Keys(days[k])) {
			if err := fn(k.sku, k.loc, day, days[k][day]); err != nil {
				return err
			}
		}
	}
	return nil
}
