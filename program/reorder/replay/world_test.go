package replay_test

import (
	"context"
	"testing"
	"time"

	"almanac/blob"
	"almanac/fact"
	"almanac/history"
	"almanac/predict/demand"
	"almanac/program/reorder"
	"almanac/program/reorder/replay"
	"almanac/sim"
	"almanac/sqldb"
	"almanac/sqldb/sqltest"
	"almanac/state"
	"almanac/state/catalog"
	"almanac/state/orders"
	"almanac/state/outlook"
	"almanac/state/stock"
	"almanac/state/supply"
)

// shopOf is a simulated shop of a year that ends on 2026-07-01, small enough for a test.
func shopOf(seed uint64) sim.Config {
	c := sim.Small()
	c.Seed, c.Months = seed, 14
	c.Visits.Conversion, c.Visits.Bots = 1, 0
	c.Mail.Every = 0
	c.People.Buyers, c.Catalogue.Products = 1500, 40
	c.Supply.Warehouses, c.Supply.Stores = 1, 0 // one shelf: what is there is there for everybody
	return c
}

var berlin = func() *time.Location {
	z, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		panic(err)
	}
	return z
}()

// live lives through a world under a policy, handing what its systems tell and what is true to the caller.
func live(t testing.TB, c sim.Config, p sim.Policy, tell func(fact.Fact) error, truth func(sim.Truth) error) {
	t.Helper()
	w, err := sim.New(c, p, tell, truth)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Run(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
}

// told is what a replay needs of what a shop tells.
func told(f fact.Fact) bool {
	switch f.Body.(type) {
	case *fact.OrderLine, *fact.StockCount, *fact.StockMove, *fact.Product, *fact.Cost, *fact.Price, *fact.Terms, *fact.Supplier, *fact.Purchase:
		return true
	}
	return false
}

// sources folds facts into state.
func sources(t testing.TB, facts []fact.Fact) replay.Sources {
	t.Helper()
	ctx := context.WithoutCancel(t.Context())
	now := func() time.Time { return time.Date(2026, 7, 2, 0, 0, 0, 0, time.UTC) }
	blobs, err := blob.OpenDir(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	derived := sqltest.SQLite(t)
	record, err := history.Open(ctx, sqltest.SQLite(t), blobs, now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(record.Close)
	zone := func(string) *time.Location { return berlin }
	p, err := state.NewProjector(ctx, record, derived, "test", catalog.NewFold(), orders.NewFold(zone), stock.NewFold(), supply.NewFold(), outlook.NewFold())
	if err != nil {
		t.Fatal(err)
	}
	for len(facts) > 0 {
		n := min(len(facts), 20000)
		if _, err := record.Append(ctx, facts[:n]); err != nil {
			t.Fatal(err)
		}
		facts = facts[n:]
	}
	if err := p.CatchUp(ctx, nil); err != nil {
		t.Fatal(err)
	}
	return open(derived, now)
}

func open(derived *sqldb.DB, now func() time.Time) replay.Sources {
	o, s, c := orders.Open(derived), stock.Open(derived), catalog.Open(derived)
	return replay.Sources{Sources: reorder.Sources{Catalog: c, Orders: o, Stock: s, Supply: supply.Open(derived), Now: now},
		Demand: demand.Source{Sales: o, Stock: s, Around: outlook.Open(derived), Catalog: c}}
}

func run(t testing.TB, s replay.Sources, settings reorder.Settings, days int) *replay.Report {
	t.Helper()
	r, err := s.Run(t.Context(), reorder.Shop{ID: "default", Currency: "EUR", Zone: berlin}, settings, days, func(string, int64, int64) {})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func row(t testing.TB, r *replay.Report, by, policy string) replay.PastRow {
	t.Helper()
	for _, i := range r.Items {
		if i.By == by && i.Policy == policy {
			return i
		}
	}
	t.Fatalf("no row %s of %s in %+v", policy, by, r)
	return replay.PastRow{}
}
