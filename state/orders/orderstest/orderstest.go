// Package orderstest gives tests the view of orders of facts that they hold in memory.
package orderstest

import (
	"testing"
	"time"

	"almanac/fact"
	"almanac/history"
	"almanac/sqldb"
	"almanac/state/orders"
)

// View folds facts, some at a time, into an empty store. Days are in UTC.
func View(t testing.TB, db *sqldb.DB, facts []fact.Fact, some int) *orders.View {
	t.Helper()
	fold := orders.NewFold(func(string) *time.Location { return time.UTC })
	if err := db.Migrate(t.Context(), "state/orders", fold.Migrations()); err != nil {
		t.Fatal(err)
	}
	for from := 0; from < len(facts); from += some {
		var recs []history.Record
		for i, f := range facts[from:min(from+some, len(facts))] {
			recs = append(recs, history.Record{Offset: int64(from + i + 1), Fact: f})
		}
		err := db.Write(t.Context(), func(tx *sqldb.Tx) error {
			if err := fold.Apply(t.Context(), tx, recs); err != nil {
				return err
			}
			return fold.Settle(t.Context(), tx)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return orders.Open(db)
}
