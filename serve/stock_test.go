package serve_test

import (
	"encoding/json"
	"math"
	"net/http"
	"testing"
	"time"

	"almanac/fact"
	"almanac/serve/wire"
)

func (w *world) get(path string, into any) {
	w.t.Helper()
	rec := w.do(w.request("viewer", http.MethodGet, path, nil))
	if rec.Code != http.StatusOK {
		w.t.Fatalf("%s: %d %s", path, rec.Code, rec.Body)
	}
	if err := json.Unmarshal(rec.Body.Bytes(), into); err != nil {
		w.t.Fatal(err)
	}
}

// supplied is a world in which the candle, of which 55 a week are sold, comes from a potter in two weeks.
func supplied(t *testing.T) *world {
	w := newWorld(t)
	day := func(m time.Month, d int) time.Time { return time.Date(2026, m, d, 0, 0, 0, 0, time.UTC) }
	var facts []fact.Fact
	say := func(kind fact.Kind, id string, at time.Time, body fact.Body) {
		facts = append(facts, fact.Fact{Shop: "default", Source: "file:supply", ID: id, Kind: kind, OccurredAt: at, Body: body})
	}
	now := day(1, 17).Add(20 * time.Hour)
	say(fact.SupplierDescribed, "potter", now, &fact.Supplier{Supplier: "potter", Name: "Potter", LeadDays: 21, Currency: "GBP", MinOrder: 50_000})
	say(fact.SupplyTerms, "candle", now, &fact.Terms{SKU: "candle", Supplier: "potter", LeadDays: 14})
	say(fact.SupplyTerms, "saucer-3", now, &fact.Terms{SKU: "saucer-3", Supplier: "potter", LeadDays: 14})
	say(fact.CostSet, "candle", now, &fact.Cost{SKU: "candle", Currency: "GBP", Amount: 100})
	say(fact.CostSet, "saucer-5", now, &fact.Cost{SKU: "saucer-5", Currency: "GBP", Amount: 100})
	say(fact.StockCounted, "candle", now, &fact.StockCount{SKU: "candle", Quantity: fact.OnHand, Units: 80})
	say(fact.StockCounted, "saucer-5", now, &fact.StockCount{SKU: "saucer-5", Quantity: fact.OnHand, Units: 5000})
	buy := func(po string, placed, due, arrived time.Time, units, got int64) {
		say(fact.PurchasePlaced, po, placed, &fact.Purchase{Purchase: po, Line: "1", Supplier: "potter", SKU: "candle", Units: units, Due: &due})
		if got > 0 {
			say(fact.PurchaseReceived, po+"r", arrived, &fact.Purchase{Purchase: po, Line: "1", Supplier: "potter", SKU: "candle", Units: got})
		}
	}
	buy("in-time", day(11, 20).AddDate(-1, 0, 0), day(12, 4).AddDate(-1, 0, 0), day(12, 4).AddDate(-1, 0, 0).Add(15*time.Hour), 50, 50)
	buy("late", day(12, 1).AddDate(-1, 0, 0), day(12, 15).AddDate(-1, 0, 0), day(12, 21).AddDate(-1, 0, 0), 50, 40)
	buy("on-its-way", day(1, 10), day(1, 24), time.Time{}, 20, 0)
	w.append(facts)
	return w
}

func TestStockSaysHowLongItLastsAndWhatIsAtRisk(t *testing.T) {
	w := supplied(t)
	var list wire.StockList
	w.get("/api/stock?shop=default&q=candle", &list)
	c := list.Items[0]
	// 80 are there and 55.75 a week are expected, so the tenth day is the last; 20 more come on day 6, so it lasts to day 12 or 13.
	if c.State != "late" || *c.Available != 80 || c.Incoming != 30 || c.NextDue != "2025-12-15" {
		t.Errorf("%+v", c)
	}
	if *c.DemandWeek < 50 || *c.DemandWeek > 60 || c.StockoutDay < "2026-01-29" || c.StockoutDay > "2026-01-31" || c.ArrivesDay != "2026-02-01" || *c.LeadDays != 14 {
		t.Errorf("demand %v, out on %s", *c.DemandWeek, c.StockoutDay)
	}
	// Two weeks ask for about 110, 100 are there: ten are short, more where demand is strong.
	if *c.RiskUnits < 8 || *c.RiskUnits > 35 || *c.RiskSales != int64(math.Round(*c.RiskUnits*250)) || *c.RiskMargin != int64(math.Round(*c.RiskUnits*150)) {
		t.Errorf("%v units, %v sales, %v margin", *c.RiskUnits, *c.RiskSales, *c.RiskMargin)
	}
	var plenty, all wire.StockList
	w.get("/api/stock?shop=default&q=saucer-5", &plenty)
	over := plenty.Items[0]
	beyond := 5000 - 26**over.DemandWeek
	if over.State != "over" || math.Abs(*over.OverUnits-beyond) > 8 || *over.OverCost != int64(*over.OverUnits)*100 || over.StockoutDay != "" {
		t.Errorf("%+v: %v over, %v expected", over, *over.OverUnits, beyond)
	}
	w.get("/api/stock?shop=default", &all)
	if all.Sums.OverCost != *over.OverCost || all.Sums.RiskSales < *c.RiskSales || all.Sums.ByState["over"] != 1 || all.Sums.NoCount == 0 {
		t.Errorf("%+v", all.Sums)
	}
}

func TestWhatAPlannerExpectsMovesTheStockout(t *testing.T) {
	w := supplied(t)
	out := func() string {
		var list wire.StockList
		w.get("/api/stock?shop=default&q=candle", &list)
		return list.Items[0].StockoutDay
	}
	before := out()
	status, code := w.answer("operator", http.MethodPost, "/api/demand-adjustments?shop=default", `{"sku":"candle","weeks":[{"week":"2026-01-19","units":400}],"note":"fair","until":"2026-02-28"}`)
	if status != http.StatusOK {
		t.Fatal(status, code)
	}
	if after := out(); after >= before || after > "2026-01-21" {
		t.Errorf("it runs out on %s, and on %s with 400 more asked for", before, after)
	}
}

func TestSuppliersAreJudgedByThePurchasesOnRecord(t *testing.T) {
	w := supplied(t)
	var list wire.SupplierList
	w.get("/api/suppliers?shop=default", &list)
	if len(list.Items) != 1 {
		t.Fatal(list)
	}
	c := list.Items[0]
	// One of two dated deliveries came late and short, one is on its way: 90 of 100 units, 14.6 and 20 days.
	if c.Name != "Potter" || *c.QuotedDays != 14 || c.Products != 2 || c.Lines != 3 || c.Received != 2 || *c.LateShare != 0.5 || *c.FillRate != 0.9 || c.OpenUnits != 30 ||
		math.Abs(*c.ActualDays-(14.625+20)/2) > 1e-9 || *c.MinOrder != 50_000 || c.OverdueLines != 1 || c.OpenProposals != 1 {
		t.Errorf("%+v", c)
	}
}

func TestAnOrderIsHeldAgainstTheSuppliersMinimum(t *testing.T) {
	w := supplied(t)
	var list wire.PlannedOrders
	w.get("/api/orders-to-place?shop=default", &list)
	if o := list.Items[0]; o.Supplier != "Potter" || o.MinOrder == nil || *o.MinOrder != 50_000 || o.Short != nil || o.NoCost != 1 {
		t.Errorf("%+v", o)
	}
}
