// Package supply answers who delivers what, in how long, under which terms, and what is on its way.
//
// Facts of kinds supplier.described, supply.terms and purchase.placed, confirmed and received go in.
package supply

import (
	"context"
	"encoding/json"
	"fmt"

	"almanac/fact"
	"almanac/history"
	"almanac/sqldb"
	"almanac/state"
)

// Fold keeps the tables of this view.
type Fold struct{}

// NewFold makes the fold.
func NewFold() *Fold { return &Fold{} }

// Name is "supply".
func (*Fold) Name() string { return "supply" }

const (
	supplierColumns = "shop, supplier, source, rev, rank, name, email, lead_days, cur, min_order"
	termsColumns    = "shop, sku, supplier, source, rev, rank, lead_days, pack, min_units, keeps_days, volume, cur, breaks, sell_until"
	purchaseColumns = "shop, source, id, rev, rank, stage, purchase, line, supplier, sku, loc, at_us, due_us, units"
)

// Migrations creates the tables.
func (*Fold) Migrations() []sqldb.Migration {
	return []sqldb.Migration{{Name: "suppliers and terms", SQL: []string{
		`CREATE TABLE supplier (shop {text} NOT NULL, supplier {text} NOT NULL, source {text} NOT NULL, rev {int} NOT NULL, rank {int} NOT NULL,
			name {text} NOT NULL, email {text} NOT NULL, lead_days {int} NOT NULL, cur {text} NOT NULL, min_order {int} NOT NULL,
			PRIMARY KEY (shop, supplier, source)) {clustered}`,
		`CREATE TABLE supply_terms (shop {text} NOT NULL, sku {text} NOT NULL, supplier {text} NOT NULL, source {text} NOT NULL, rev {int} NOT NULL,
			rank {int} NOT NULL, lead_days {int} NOT NULL, pack {int} NOT NULL, min_units {int} NOT NULL,
			PRIMARY KEY (shop, sku, supplier, source)) {clustered}`,
	}}, {Name: "purchases", SQL: []string{
		`CREATE TABLE purchase_line (shop {text} NOT NULL, source {text} NOT NULL, id {text} NOT NULL, rev {int} NOT NULL, rank {int} NOT NULL,
			stage {text} NOT NULL, purchase {text} NOT NULL, line {text} NOT NULL, supplier {text} NOT NULL, sku {text} NOT NULL, loc {text} NOT NULL,
			at_us {int} NOT NULL, due_us {int} NOT NULL, units {int} NOT NULL, PRIMARY KEY (shop, source, id)) {clustered}`,
		`CREATE INDEX purchase_line_by_sku ON purchase_line (shop, sku)`,
	}}, {Name: "what keeps, room, price breaks", SQL: []string{
		`ALTER TABLE supply_terms ADD COLUMN keeps_days {int} NOT NULL DEFAULT 0`,
		`ALTER TABLE supply_terms ADD COLUMN volume {int} NOT NULL DEFAULT 0`,
		`ALTER TABLE supply_terms ADD COLUMN cur {text} NOT NULL DEFAULT ''`,
		`ALTER TABLE supply_terms ADD COLUMN breaks {text} NOT NULL DEFAULT ''`,
		// By stage besides: a system may give the order and its confirmation one id.
		`DROP TABLE purchase_line`,
		`CREATE TABLE purchase_line (shop {text} NOT NULL, source {text} NOT NULL, id {text} NOT NULL, rev {int} NOT NULL, rank {int} NOT NULL,
			stage {text} NOT NULL, purchase {text} NOT NULL, line {text} NOT NULL, supplier {text} NOT NULL, sku {text} NOT NULL, loc {text} NOT NULL,
			at_us {int} NOT NULL, due_us {int} NOT NULL, units {int} NOT NULL, PRIMARY KEY (shop, source, stage, id)) {clustered}`,
		`CREATE INDEX purchase_line_by_sku ON purchase_line (shop, sku)`,
	}}, {Name: "seasons", SQL: []string{`ALTER TABLE supply_terms ADD COLUMN sell_until {text} NOT NULL DEFAULT ''`}}}
}

// Tables lists what is exported.
func (*Fold) Tables() []state.Table {
	return []state.Table{
		state.NewTable("supplier", supplierColumns, "shop, supplier, source"),
		state.NewTable("supply_terms", termsColumns, "shop, sku, supplier, source"),
		state.NewTable("purchase_line", purchaseColumns, "shop, source, stage, id"),
	}
}

// Apply takes suppliers and terms in.
func (*Fold) Apply(ctx context.Context, t *sqldb.Tx, recs []history.Record) error {
	suppliers := state.NewUpsert("supplier", supplierColumns, "shop, supplier, source")
	terms := state.NewUpsert("supply_terms", termsColumns, "shop, sku, supplier, source")
	purchases := state.NewUpsert("purchase_line", purchaseColumns, "shop, source, stage, id")
	for i := range recs {
		r := &recs[i]
		rev, rank := state.Revision(r), fact.Precedence(r.Source)
		switch b := r.Body.(type) {
		case *fact.Supplier:
			suppliers.Add(state.Key(r.Shop, b.Supplier, r.Source), rev,
				r.Shop, b.Supplier, r.Source, rev, rank, b.Name, b.Email, b.LeadDays, b.Currency, b.MinOrder)
		case *fact.Terms:
			breaks := ""
			if len(b.Breaks) > 0 {
				text, err := json.Marshal(b.Breaks)
				if err != nil {
					return err
				}
				breaks = string(text)
			}
			terms.Add(state.Key(r.Shop, b.SKU, b.Supplier, r.Source), rev,
				r.Shop, b.SKU, b.Supplier, r.Source, rev, rank, b.LeadDays, b.Pack, b.MinUnits,
				b.KeepsDays, b.Volume, b.Currency, breaks, b.SellUntil)
		case *fact.Purchase:
			due := int64(0)
			if b.Due != nil {
				due = sqldb.Micros(*b.Due)
			}
			purchases.Add(state.Key(r.Shop, r.Source, string(r.Kind), r.ID), r.Rev, r.Shop, r.Source, r.ID, r.Rev, int64(rank), string(r.Kind),
				b.Purchase, b.Line, b.Supplier, b.SKU, b.Location, sqldb.Micros(r.OccurredAt), due, b.Units)
		}
	}
	return state.Flush(ctx, t, suppliers, terms, purchases)
}

// Settle has nothing to derive.
func (*Fold) Settle(context.Context, *sqldb.Tx) error { return nil }

// View reads what the fold keeps.
type View struct{ db *sqldb.DB }

// Open makes a view of a state store.
func Open(db *sqldb.DB) *View { return &View{db} }

// Terms are the conditions under which a product is bought.
type Terms struct {
	SKU, Supplier, Source string
	LeadDays              int
	Pack, MinUnits        int64
	KeepsDays             int          // that a unit can be sold after it arrived; 0: it does not perish
	Volume                int64        // millilitres that a unit takes; 0: not known
	SellUntil             state.Day    // last day of the one season in which it is sold; 0: it is sold on and on
	Currency              string       // of the breaks
	Breaks                []fact.Break // costs of a unit in larger orders, by rising quantity
}

// Terms gives for every product the terms of its quickest supplier by the best source.
func (v *View) Terms(ctx context.Context, shop string) (map[string]Terms, error) {
	out := map[string]Terms{}
	err := v.db.Query(ctx, `SELECT sku, supplier, source, lead_days, pack, min_units, keeps_days, volume, cur, breaks, sell_until FROM supply_terms WHERE shop = ?
		ORDER BY sku, rank, lead_days, supplier, rev DESC, source`, []any{shop}, func(r sqldb.Row) error {
		var t Terms
		var breaks, until string
		if err := r.Scan(&t.SKU, &t.Supplier, &t.Source, &t.LeadDays, &t.Pack, &t.MinUnits, &t.KeepsDays, &t.Volume, &t.Currency, &breaks, &until); err != nil {
			return err
		}
		if _, ok := out[t.SKU]; ok {
			return nil
		}
		if until != "" {
			day, err := state.ParseDay(until)
			if err != nil {
				return fmt.Errorf("last day of the season of %s: %w", t.SKU, err)
			}
			t.SellUntil = day
		}
		if breaks != "" {
			if err := json.Unmarshal([]byte(breaks), &t.Breaks); err != nil {
				return fmt.Errorf("price breaks of %s: %w", t.SKU, err)
			}
		}
		out[t.SKU] = t
		return nil
	})
	return out, err
}

// Supplier is who delivers.
type Supplier struct {
	ID, Name, Email, Currency string
	LeadDays                  int
	MinOrder                  int64
}

// Suppliers gives every supplier as the best source describes it.
func (v *View) Suppliers(ctx context.Context, shop string) (map[string]Supplier, error) {
	out := map[string]Supplier{}
	err := v.db.Query(ctx, `SELECT supplier, name, email, cur, lead_days, min_order FROM supplier WHERE shop = ?
		ORDER BY supplier, rank, rev DESC, source`, []any{shop}, func(r sqldb.Row) error {
		var s Supplier
		if err := r.Scan(&s.ID, &s.Name, &s.Email, &s.Currency, &s.LeadDays, &s.MinOrder); err != nil {
			return err
		}
		if _, ok := out[s.ID]; !ok {
			out[s.ID] = s
		}
		return nil
	})
	return out, err
}
