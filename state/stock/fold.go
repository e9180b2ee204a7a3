// Package stock answers how much is where. Stock at an instant is the latest count as of that instant plus
// the moves after the count; a move at the count's own time lies before it. Where no source tells of moves
// for sales, the units sold since the count are taken off and the figure is called estimated.
//
// Facts of kinds stock.counted and stock.moved go in. A product that was never counted has no stock figure:
// it is unknown, not zero.
package stock

import (
	"context"

	"almanac/fact"
	"almanac/history"
	"almanac/sqldb"
	"almanac/state"
)

// Fold keeps the tables of this view.
type Fold struct{}

// NewFold makes the fold.
func NewFold() *Fold { return &Fold{} }

// Name is "stock".
func (*Fold) Name() string { return "stock" }

const (
	countColumns = "shop, source, id, rev, rank, sku, loc, quantity, as_of_us, units"
	moveColumns  = "shop, source, id, rev, rank, sku, loc, at_us, units, reason"
)

// Migrations creates the tables.
func (*Fold) Migrations() []sqldb.Migration {
	return []sqldb.Migration{{Name: "counts and moves", SQL: []string{
		`CREATE TABLE stock_count (shop {text} NOT NULL)`, `CREATE TABLE stock_move (shop {text} NOT NULL)`,
	}}, {Name: "counts and moves by id", SQL: []string{
		`DROP TABLE stock_count`, `DROP TABLE stock_move`,
		// By id: a revision may correct the product, the place or the time.
		`CREATE TABLE stock_count (shop {text} NOT NULL, source {text} NOT NULL, id {text} NOT NULL, rev {int} NOT NULL, rank {int} NOT NULL,
			sku {text} NOT NULL, loc {text} NOT NULL, quantity {text} NOT NULL, as_of_us {int} NOT NULL, units {int} NOT NULL,
			PRIMARY KEY (shop, source, id)) {clustered}`,
		`CREATE INDEX stock_count_by_sku ON stock_count (shop, sku)`,
		`CREATE TABLE stock_move (shop {text} NOT NULL, source {text} NOT NULL, id {text} NOT NULL, rev {int} NOT NULL, rank {int} NOT NULL,
			sku {text} NOT NULL, loc {text} NOT NULL, at_us {int} NOT NULL, units {int} NOT NULL, reason {text} NOT NULL,
			PRIMARY KEY (shop, source, id)) {clustered}`,
		`CREATE INDEX stock_move_by_sku ON stock_move (shop, sku, at_us)`,
	}}}
}

// Tables lists what is exported.
func (*Fold) Tables() []state.Table {
	return []state.Table{
		state.NewTable("stock_count", countColumns, "shop, source, id"),
		state.NewTable("stock_move", moveColumns, "shop, source, id"),
	}
}

// Apply takes counts and moves in.
func (*Fold) Apply(ctx context.Context, t *sqldb.Tx, recs []history.Record) error {
	counts := state.NewUpsert("stock_count", countColumns, "shop, source, id")
	moves := state.NewUpsert("stock_move", moveColumns, "shop, source, id")
	for i := range recs {
		r := &recs[i]
		at := sqldb.Micros(r.OccurredAt)
		switch b := r.Body.(type) {
		case *fact.StockCount:
			counts.Add(state.Key(r.Shop, r.Source, r.ID), r.Rev,
				r.Shop, r.Source, r.ID, r.Rev, int64(fact.Precedence(r.Source)), b.SKU, b.Location, string(b.Quantity), at, b.Units)
		case *fact.StockMove:
			moves.Add(state.Key(r.Shop, r.Source, r.ID), r.Rev,
				r.Shop, r.Source, r.ID, r.Rev, int64(fact.Precedence(r.Source)), b.SKU, b.Location, at, b.Units, b.Reason)
		}
	}
	return state.Flush(ctx, t, counts, moves)
}

// Settle has nothing to derive: the balance is struck when it is read.
func (*Fold) Settle(context.Context, *sqldb.Tx) error { return nil }
