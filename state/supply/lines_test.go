package supply_test

import (
	"slices"
	"testing"
	"time"

	"almanac/blob"
	"almanac/fact"
	"almanac/history"
	"almanac/sqldb"
	"almanac/sqldb/sqltest"
	"almanac/state"
	"almanac/state/supply"
)

// A line is measured by what was first asked for and promised, whatever order the statements arrive in.
func TestALineIsFollowedFromOrderToArrival(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, open func() *sqldb.DB) {
		day := func(d int) time.Time { return time.Date(2026, 3, d, 0, 0, 0, 0, time.UTC) }
		due := func(d int) *time.Time { t := day(d); return &t }
		say := func(kind fact.Kind, id string, at time.Time, line string, units int64, due *time.Time) fact.Fact {
			return fact.Fact{Shop: "a", Source: "file:po", ID: id, Kind: kind, OccurredAt: at, Body: &fact.Purchase{Purchase: "PO1", Line: line, Supplier: "potter", SKU: "mug" + line, Units: units, Due: due}}
		}
		facts := []fact.Fact{
			say(fact.PurchasePlaced, "1", day(1), "1", 20, due(10)),
			say(fact.PurchaseConfirmed, "1", day(2), "1", 18, due(14)), // under the order's own id
			say(fact.PurchaseReceived, "1r", day(12), "1", 15, nil),
			say(fact.PurchaseReceived, "1s", day(15), "1", 3, nil),
			say(fact.PurchasePlaced, "2", day(1), "2", 8, nil),
			say(fact.PurchaseConfirmed, "2c", day(3), "2", 8, due(20)),
			say(fact.PurchaseConfirmed, "2d", day(4), "2", 8, due(25)),
		}
		for _, turned := range []bool{false, true} {
			if turned {
				slices.Reverse(facts)
			}
			got := lines(t, open(), open(), facts)
			if len(got) != 2 {
				t.Fatal(got)
			}
			one, two := got[0], got[1]
			if one.Ordered != 20 || one.Received != 18 || !one.Placed.Equal(day(1)) || !one.Due.Equal(day(10)) || !one.First.Equal(day(12)) || !one.Last.Equal(day(15)) || one.Supplier != "potter" || one.SKU != "mug1" {
				t.Errorf("%+v", one)
			}
			if two.Received != 0 || !two.First.IsZero() || !two.Due.Equal(day(20)) {
				t.Errorf("%+v", two)
			}
		}
	})
}

// The last day of a season is told by the terms of the best source.
func TestTermsTellUntilWhenAProductIsSold(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, open func() *sqldb.DB) {
		at := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
		terms := func(sku, until string, rev int64) fact.Fact {
			return fact.Fact{Shop: "a", Source: "file:supply", ID: sku + "@potter", Rev: rev, Kind: fact.SupplyTerms, OccurredAt: at, Body: &fact.Terms{SKU: sku, Supplier: "potter", LeadDays: 40, SellUntil: until}}
		}
		got, err := view(t, open(), open(), []fact.Fact{terms("calendar", "2026-01-31", 1), terms("calendar", "2027-01-31", 2), terms("mug", "", 1)}).Terms(t.Context(), "a")
		if err != nil || got["calendar"].SellUntil.String() != "2027-01-31" || got["mug"].SellUntil != 0 {
			t.Errorf("%+v, %v", got, err)
		}
	})
}

func lines(t *testing.T, main, derived *sqldb.DB, facts []fact.Fact) []supply.Line {
	t.Helper()
	out, err := view(t, main, derived, facts).Lines(t.Context(), "a")
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func view(t *testing.T, main, derived *sqldb.DB, facts []fact.Fact) *supply.View {
	t.Helper()
	ctx := t.Context()
	blobs, err := blob.OpenDir(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	record, err := history.Open(ctx, main, blobs, func() time.Time { return time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC) })
	if err != nil {
		t.Fatal(err)
	}
	defer record.Close()
	p, err := state.NewProjector(ctx, record, derived, "test", supply.NewFold())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := record.Append(ctx, facts); err != nil {
		t.Fatal(err)
	}
	if err := p.CatchUp(ctx, nil); err != nil {
		t.Fatal(err)
	}
	return supply.Open(derived)
}
