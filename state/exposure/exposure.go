// Package exposure answers who was shown which lists of recommendations, on which side of the holdout, and what they
// bought afterwards.
//
// Facts of the kind recommendation.shown that tell a side go in. Orders and identities are read from the views of their names.
package exposure

import (
	"context"
	"encoding/json"

	"almanac/fact"
	"almanac/history"
	"almanac/sqldb"
	"almanac/state"
)

// Fold keeps the tables of this view.
type Fold struct{ zone state.Zone }

// NewFold makes the fold; zone says when a shop's days begin.
func NewFold(zone state.Zone) *Fold { return &Fold{zone} }

// Name is "exposure".
func (*Fold) Name() string { return "exposure" }

const (
	visitorColumns = "shop, visitor, first_us, last_us, treated, held"
	skuColumns     = "shop, day, sku, lists"
	dayColumns     = "shop, day, placement, arm, lists, places"
)

// Migrations creates the tables.
func (*Fold) Migrations() []sqldb.Migration {
	return []sqldb.Migration{{Name: "lists shown", SQL: []string{
		// treated and held count the lists that a visitor saw on each side; where both are above 0 the draw was changed.
		`CREATE TABLE exposure_visitor (shop {text} NOT NULL, visitor {text} NOT NULL, first_us {int} NOT NULL, last_us {int} NOT NULL,
			treated {int} NOT NULL, held {int} NOT NULL, PRIMARY KEY (shop, visitor)) {clustered}`,
		`CREATE INDEX exposure_visitor_by_first ON exposure_visitor (shop, first_us)`,
		`CREATE TABLE exposure_sku_day (shop {text} NOT NULL, day {int} NOT NULL, sku {text} NOT NULL, lists {int} NOT NULL, PRIMARY KEY (shop, day, sku)) {clustered}`,
		`CREATE TABLE exposure_day (shop {text} NOT NULL, day {int} NOT NULL, placement {text} NOT NULL, arm {text} NOT NULL, lists {int} NOT NULL,
			places {int} NOT NULL, PRIMARY KEY (shop, day, placement, arm)) {clustered}`,
	}}}
}

// Tables lists what is exported.
func (*Fold) Tables() []state.Table {
	return []state.Table{
		state.NewTable("exposure_visitor", visitorColumns, "shop, visitor"),
		state.NewTable("exposure_sku_day", skuColumns, "shop, day, sku"),
		state.NewTable("exposure_day", dayColumns, "shop, day, placement, arm"),
	}
}

// The sides of a holdout, as facts tell them.
const (
	Treatment = "treatment"
	Control   = "control"
)

type seen struct{ first, last, treated, held int64 }

type skuDay struct {
	shop, sku string
	day       state.Day
}

type placeDay struct {
	shop, placement, arm string
	day                  state.Day
}

// Apply takes lists in. Every record is given once, so counts may simply be added up.
func (f *Fold) Apply(ctx context.Context, t *sqldb.Tx, recs []history.Record) error {
	visitors, skus, days := map[[2]string]*seen{}, map[skuDay]int64{}, map[placeDay][2]int64{}
	for i := range recs {
		r := &recs[i]
		b, ok := r.Body.(*fact.ListView)
		if !ok || r.Kind != fact.RecommendationShown || b.Visitor == "" {
			continue
		}
		var side struct {
			Arm string `json:"arm"`
		}
		if json.Unmarshal(r.Ext, &side) != nil || side.Arm != Treatment && side.Arm != Control {
			continue // a list of somebody else's: nobody drew a side
		}
		at := sqldb.Micros(r.OccurredAt)
		v := visitors[[2]string{r.Shop, b.Visitor}]
		if v == nil {
			v = &seen{first: at, last: at}
			visitors[[2]string{r.Shop, b.Visitor}] = v
		}
		v.first, v.last = min(v.first, at), max(v.last, at)
		if side.Arm == Treatment {
			v.treated++
		} else {
			v.held++
		}
		day := state.DayOf(r.OccurredAt, f.zone(r.Shop))
		for _, sku := range b.SKUs {
			skus[skuDay{r.Shop, sku, day}]++
		}
		k := placeDay{r.Shop, b.Placement, side.Arm, day}
		n := days[k]
		days[k] = [2]int64{n[0] + 1, n[1] + int64(len(b.SKUs))}
	}
	return write(ctx, t, visitors, skus, days)
}

func write(ctx context.Context, t *sqldb.Tx, visitors map[[2]string]*seen, skus map[skuDay]int64, days map[placeDay][2]int64) error {
	var rows []any
	for k, v := range visitors {
		rows = append(rows, k[0], k[1], v.first, v.last, v.treated, v.held)
	}
	if _, err := t.Insert(ctx, "exposure_visitor ("+visitorColumns+")", `ON CONFLICT (shop, visitor) DO UPDATE SET
			first_us = CASE WHEN excluded.first_us < exposure_visitor.first_us THEN excluded.first_us ELSE exposure_visitor.first_us END,
			last_us = CASE WHEN excluded.last_us > exposure_visitor.last_us THEN excluded.last_us ELSE exposure_visitor.last_us END,
			treated = exposure_visitor.treated + excluded.treated, held = exposure_visitor.held + excluded.held`, 6, rows); err != nil {
		return err
	}
	rows = nil
	for k, n := range skus {
		rows = append(rows, k.shop, int64(k.day), k.sku, n)
	}
	if _, err := t.Insert(ctx, "exposure_sku_day ("+skuColumns+")",
		"ON CONFLICT (shop, day, sku) DO UPDATE SET lists = exposure_sku_day.lists + excluded.lists", 4, rows); err != nil {
		return err
	}
	rows = nil
	for k, n := range days {
		rows = append(rows, k.shop, int64(k.day), k.placement, k.arm, n[0], n[1])
	}
	_, err := t.Insert(ctx, "exposure_day ("+dayColumns+")", `ON CONFLICT (shop, day, placement, arm) DO UPDATE SET
		lists = exposure_day.lists + excluded.lists, places = exposure_day.places + excluded.places`, 6, rows)
	return err
}

// Settle has nothing to derive.
func (*Fold) Settle(context.Context, *sqldb.Tx) error { return nil }
