package reorder

import (
	"context"
	"testing"
	"time"

	"almanac/blob"
	"almanac/fact"
	"almanac/history"
	"almanac/sqldb"
	"almanac/sqldb/sqltest"
	"almanac/state"
	"almanac/state/catalog"
	"almanac/state/orders"
	"almanac/state/stock"
	"almanac/state/supply"
)

// What was ordered and has not come counts as on its way, until nobody can believe in it any more.
func TestWhatIsOnOrderIsNotNeededAgain(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, open func() *sqldb.DB) {
		now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
		day := func(n int) time.Time { return now.AddDate(0, 0, n) }
		clock := func() time.Time { return now }
		say := func(kind fact.Kind, id string, at time.Time, body fact.Body) fact.Fact {
			return fact.Fact{Shop: "a", Source: "file:erp", ID: id, Kind: kind, OccurredAt: at, Body: body}
		}
		buy := func(po string, units int64, due *time.Time) *fact.Purchase {
			return &fact.Purchase{Purchase: po, Line: "1", Supplier: "potter", SKU: "mug", Units: units, Due: due}
		}
		soon, never := day(6), day(-200)
		facts := []fact.Fact{
			say(fact.StockCounted, "1", day(-1), &fact.StockCount{SKU: "mug", Quantity: fact.OnHand, Units: 30}),
			say(fact.SupplyTerms, "1", day(-1), &fact.Terms{SKU: "mug", Supplier: "potter", LeadDays: 14, KeepsDays: 90, Volume: 500, Currency: "EUR", Breaks: []fact.Break{{From: 100, Cost: 180}}}),
			say(fact.PurchasePlaced, "1", day(-8), buy("open", 60, &soon)),
			say(fact.PurchaseReceived, "1", day(-1), buy("open", 20, nil)),
			say(fact.PurchasePlaced, "2", day(-220), buy("forgotten", 500, &never)),
		}
		in := gathered(t, open(), open(), clock, facts)
		if p := in.Positions["mug"]; p.Available != 30 || p.Incoming != 40 {
			t.Errorf("%+v", p)
		}
		if terms := in.Terms["mug"]; terms.KeepsDays != 90 || terms.Volume != 500 || len(terms.Breaks) != 1 || terms.Breaks[0].Cost != 180 {
			t.Errorf("%+v", terms)
		}
		if len(in.Purchases) != 2 || in.Purchases[1].Units != 40 || in.Purchases[1].Expected != state.DayOf(soon, time.UTC) || !in.Forgotten(in.Purchases[0]) {
			t.Errorf("%+v", in.Purchases)
		}
	})
}

func gathered(t *testing.T, main, derived *sqldb.DB, now func() time.Time, facts []fact.Fact) Input {
	t.Helper()
	in, err := sources(t, main, derived, now, facts).Gather(t.Context(), Shop{ID: "a", Currency: "EUR", Zone: time.UTC}, nil, Defaults())
	if err != nil {
		t.Fatal(err)
	}
	return in
}

func sources(t *testing.T, main, derived *sqldb.DB, now func() time.Time, facts []fact.Fact) Sources {
	t.Helper()
	ctx := context.WithoutCancel(t.Context())
	blobs, err := blob.OpenDir(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	record, err := history.Open(ctx, main, blobs, now)
	if err != nil {
		t.Fatal(err)
	}
	defer record.Close()
	utc := func(string) *time.Location { return time.UTC }
	p, err := state.NewProjector(ctx, record, derived, "test", catalog.NewFold(), orders.NewFold(utc), stock.NewFold(), supply.NewFold())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := record.Append(ctx, facts); err != nil {
		t.Fatal(err)
	}
	if err := p.CatchUp(ctx, nil); err != nil {
		t.Fatal(err)
	}
	return Sources{Catalog: catalog.Open(derived), Orders: orders.Open(derived), Stock: stock.Open(derived), Supply: supply.Open(derived), Now: now}
}

func TestPurchaseLinesAreInDaysOfTheShop(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 5, 1, 22, 30, 0, 0, time.UTC) // the second of May in Berlin
	got := purchases([]supply.Line{
		{Purchase: "P", Line: "1", Supplier: "S", SKU: "a", Placed: at, First: at.AddDate(0, 0, 9), Due: at.AddDate(0, 0, 7)},
		{Purchase: "P", Line: "2", Supplier: "S", SKU: "b", Placed: at},
		{Purchase: "Q", Line: "1", Supplier: "S", SKU: "a", First: at}, // nobody told when it was ordered
	}, []supply.Incoming{{Purchase: "P", Line: "2", Units: 7}}, berlin)
	if len(got) != 2 {
		t.Fatalf("%+v", got)
	}
	if p := got[0]; p.Placed.String() != "2026-05-02" || p.Received-p.Placed != 9 || p.Due-p.Placed != 7 || p.Open || p.ID != "P/1" {
		t.Errorf("%+v", p)
	}
	if p := got[1]; !p.Open || p.Due != 0 || p.Units != 7 {
		t.Errorf("%+v", p)
	}
}

// What customers sent back is known with the day of its sale, and what was put back on the shelf as often as it was.
func TestReturnsAreReadOffOrdersAndMoves(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, open func() *sqldb.DB) {
		now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
		day := func(n int) time.Time { return now.AddDate(0, 0, n) }
		today := state.DayOf(now, time.UTC)
		say := func(source, id string, kind fact.Kind, at time.Time, body fact.Body) fact.Fact {
			return fact.Fact{Shop: "a", Source: source, ID: id, Kind: kind, OccurredAt: at, Body: body}
		}
		back := func(doc string, units int64) *fact.OrderReversal {
			return &fact.OrderReversal{Document: doc, Line: "1", Order: "o1", SKU: "mug", Units: units, Currency: "EUR", Gross: 500 * units}
		}
		facts := []fact.Fact{
			say("shop:main", "o1/1", fact.OrderPlaced, day(-20), &fact.OrderLine{Order: "o1", Line: "1", SKU: "mug", Units: 4, Currency: "EUR", Gross: 2000}),
			say("shop:main", "c1/1", fact.OrderCancelled, day(-20).Add(time.Hour), back("c1", 1)),
			say("shop:main", "r1/1", fact.OrderReturned, day(-12), back("r1", 2)),
			say("shop:main", "m1", fact.StockMoved, day(-12), &fact.StockMove{SKU: "mug", Units: 1, Reason: "return"}),
			say("erp:main", "m1", fact.StockMoved, day(-12), &fact.StockMove{SKU: "mug", Units: 1, Reason: "return"}), // the same, told twice
			say("shop:main", "m2", fact.StockMoved, day(-3), &fact.StockMove{SKU: "mug", Units: 9, Reason: "correction"}),
		}
		read := func(facts []fact.Fact) *Returning {
			r, err := sources(t, open(), open(), func() time.Time { return now }, facts).returns(t.Context(), Shop{ID: "a", Zone: time.UTC}, today-11)
			if err != nil {
				t.Fatal(err)
			}
			return r
		}
		r := read(facts)
		if r == nil {
			t.Fatal("a unit was put back on the shelf, and nothing is known of returns")
		}
		last := today - 12 // the shop's newest day with an order or a return
		if len(r.Sold) != 1 || r.Sold[0] != (Moved{SKU: "mug", Day: today - 20, Units: 3}) || len(r.Shelved) != 1 || r.Shelved[0] != (Moved{SKU: "mug", Day: last, Units: 1}) ||
			len(r.Back) != 1 || r.Back[0] != (Moved{SKU: "mug", Day: last, Sold: today - 20, Units: 2}) {
			t.Errorf("%+v", r)
		}
		if r := read(facts[:3]); r != nil {
			t.Errorf("nothing was put back on the shelf: %+v", r)
		}
	})
}
