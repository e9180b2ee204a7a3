// Package outlook answers what is planned and observed around sales: promotions and campaigns with their days, series from
// outside such as weather or a rival's price, the asking prices of each product over time, and where buyers live.
//
// Facts of kinds promotion.planned, campaign.planned and signal.observed go in. A signal may be dated ahead, as a weather
// forecast is. Prices and countries are read from the catalogue's and the orders' tables.
package outlook

import (
	"context"
	"encoding/json"
	"time"

	"almanac/fact"
	"almanac/history"
	"almanac/sqldb"
	"almanac/state"
)

// Fold keeps the tables of this view.
type Fold struct{}

// NewFold makes the fold.
func NewFold() *Fold { return &Fold{} }

// Name is "outlook".
func (*Fold) Name() string { return "outlook" }

const (
	planColumns   = "shop, plan, kind, source, rev, rank, told_us, from_us, to_us, name, channel, percent, skus"
	signalColumns = "shop, name, sku, place, at_us, source, rev, rank, told_us, value, unit"
)

// Migrations creates the tables.
func (*Fold) Migrations() []sqldb.Migration {
	return []sqldb.Migration{{Name: "plans and signals", SQL: []string{
		`CREATE TABLE plan (shop {text} NOT NULL, plan {text} NOT NULL, kind {text} NOT NULL, source {text} NOT NULL, rev {int} NOT NULL, rank {int} NOT NULL,
			told_us {int} NOT NULL, from_us {int} NOT NULL, to_us {int} NOT NULL, name {text} NOT NULL, channel {text} NOT NULL, percent {float} NOT NULL, skus {text} NOT NULL,
			PRIMARY KEY (shop, plan, kind, source)) {clustered}`,
		`CREATE TABLE signal (shop {text} NOT NULL, name {text} NOT NULL, sku {text} NOT NULL, place {text} NOT NULL, at_us {int} NOT NULL, source {text} NOT NULL,
			rev {int} NOT NULL, rank {int} NOT NULL, told_us {int} NOT NULL, value {float} NOT NULL, unit {text} NOT NULL, PRIMARY KEY (shop, name, sku, place, at_us, source)) {clustered}`,
	}}}
}

// Tables lists what is exported.
func (*Fold) Tables() []state.Table {
	return []state.Table{state.NewTable("plan", planColumns, "shop, plan, kind, source"), state.NewTable("signal", signalColumns, "shop, name, sku, place, at_us, source")}
}

// Apply takes plans and signals in.
func (*Fold) Apply(ctx context.Context, t *sqldb.Tx, recs []history.Record) error {
	plans := state.NewUpsert("plan", planColumns, "shop, plan, kind, source")
	signals := state.NewUpsert("signal", signalColumns, "shop, name, sku, place, at_us, source")
	for i := range recs {
		r := &recs[i]
		rev, rank, at := state.Revision(r), fact.Precedence(r.Source), sqldb.Micros(r.OccurredAt)
		switch b := r.Body.(type) {
		case *fact.Plan:
			skus, err := json.Marshal(b.SKUs)
			if err != nil {
				return err
			}
			plans.Add(state.Key(r.Shop, b.Plan, r.Kind, r.Source), rev, r.Shop, b.Plan, string(r.Kind), r.Source, rev, rank, at,
				sqldb.Micros(b.From), sqldb.Micros(b.To), b.Name, b.Channel, b.Percent, string(skus))
		case *fact.Signal:
			told := min(at, sqldb.Micros(r.ReceivedAt)) // what happened was known when it did, however late a file tells it
			signals.Add(state.Key(r.Shop, b.Name, b.SKU, b.Place, at, r.Source), rev, r.Shop, b.Name, b.SKU, b.Place, at, r.Source, rev, rank, told, b.Value, b.Unit)
		}
	}
	return state.Flush(ctx, t, plans, signals)
}

// Settle has nothing to derive.
func (*Fold) Settle(context.Context, *sqldb.Tx) error { return nil }

// View reads what the fold keeps.
type View struct{ db *sqldb.DB }

// Open makes a view of a state store.
func Open(db *sqldb.DB) *View { return &View{db} }

// Plan is a promotion or a campaign.
type Plan struct {
	ID, Name  string
	Promotion bool      // else a campaign
	Told      time.Time // when it was planned
	From, To  time.Time // To is the first instant after it
	Percent   float64   // price cut, 0 to 100; 0 where none is told
	SKUs      []string  // none: everything
}

// Plans lists what was planned, by its beginning; of several sources of one plan the best.
func (v *View) Plans(ctx context.Context, shop string) (out []Plan, err error) {
	seen := map[[2]string]bool{}
	err = v.db.Query(ctx, `SELECT plan, kind, told_us, from_us, to_us, name, percent, skus FROM plan WHERE shop = ?
		ORDER BY from_us, plan, kind, rank, rev DESC, source`, []any{shop}, func(r sqldb.Row) error {
		var p Plan
		var kind, skus string
		var told, from, to int64
		if err := r.Scan(&p.ID, &kind, &told, &from, &to, &p.Name, &p.Percent, &skus); err != nil {
			return err
		}
		k := [2]string{p.ID, kind}
		if seen[k] {
			return nil
		}
		seen[k] = true
		p.Promotion = fact.Kind(kind) == fact.PromotionPlanned
		p.Told, p.From, p.To = sqldb.Time(told), sqldb.Time(from), sqldb.Time(to)
		if err := json.Unmarshal([]byte(skus), &p.SKUs); err != nil {
			return err
		}
		out = append(out, p)
		return nil
	})
	return out, err
}

// Signal is one observation.
type Signal struct {
	Name, SKU, Unit string    // SKU is empty where it concerns the whole shop
	At, Told        time.Time // Told is before At where it was forecast
	Value           float64
}

// Signals hands what was observed to fn, by name, product and time; places are told one after the other.
func (v *View) Signals(ctx context.Context, shop string, fn func(Signal) error) error {
	type key struct {
		name, sku, place string
		at               int64
	}
	var last key
	return v.db.Query(ctx, `SELECT name, sku, place, at_us, told_us, value, unit FROM signal WHERE shop = ? ORDER BY name, sku, at_us, place, rank, rev DESC, source`,
		[]any{shop}, func(r sqldb.Row) error {
			var s Signal
			var k key
			var told int64
			if err := r.Scan(&s.Name, &s.SKU, &k.place, &k.at, &told, &s.Value, &s.Unit); err != nil {
				return err
			}
			if k.name, k.sku = s.Name, s.SKU; k == last {
				return nil
			}
			last, s.At, s.Told = k, sqldb.Time(k.at), sqldb.Time(told)
			return fn(s)
		})
}

// Price is what a unit was to cost from a time on, in minor units.
type Price struct {
	SKU          string
	At           time.Time
	Amount, List int64 // List is the struck-through price, 0 where none
}

// Prices hands every price that was set for all channels to fn, by product and time; of several sources of one time the best.
func (v *View) Prices(ctx context.Context, shop string, fn func(Price) error) error {
	var last Price
	return v.db.Query(ctx, `SELECT sku, at_us, amount, list FROM price WHERE shop = ? AND channel = '' ORDER BY sku, at_us, rank, rev DESC, source`,
		[]any{shop}, func(r sqldb.Row) error {
			var p Price
			var us int64
			if err := r.Scan(&p.SKU, &us, &p.Amount, &p.List); err != nil {
				return err
			}
			p.At = sqldb.Time(us)
			if p.SKU == last.SKU && p.At.Equal(last.At) {
				return nil
			}
			last = p
			return fn(p)
		})
}

// Country is where most orders before a day come from, as orders tell it; empty where they do not.
func (v *View) Country(ctx context.Context, shop string, before state.Day) (country string, err error) {
	err = v.db.Query(ctx, `SELECT country FROM order_head WHERE shop = ? AND day < ? AND country <> '' GROUP BY country ORDER BY COUNT(*) DESC, country LIMIT 1`,
		[]any{shop, int64(before)}, func(r sqldb.Row) error { return r.Scan(&country) })
	return country, err
}
