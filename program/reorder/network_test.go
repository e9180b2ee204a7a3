package reorder

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"almanac/decide"
	"almanac/predict/demand"
	"almanac/state/stock"
	"almanac/state/supply"
)

// chain is a shop with a warehouse and two stores; a fifth of the mugs is sold in the first store, a tenth in the second.
func chain(warehouse, first, second int64) Input {
	in := shopOf(level("mug", 40, 12), 0, 0, supply.Terms{Supplier: "potter", LeadDays: 21}, 200, 500)
	at := func(units int64) stock.Position {
		return stock.Position{SKU: "mug", OnHand: units, Available: units, CountedAt: (today - 1).Time(), Source: "wms:main"}
	}
	in.Places = map[string]map[string]stock.Position{"mug": {"WH1": at(warehouse), "ST1": at(first), "ST2": at(second)}}
	in.Positions = stock.Sum(in.Places)
	in.Sold = map[string]map[string]int64{"mug": {"WH1": 700, "ST1": 200, "ST2": 100}}
	in.Receiving = map[string]int64{"WH1": 12}
	return in
}

func transfers(t rapid.TB, in Input) (ps []decide.Proposal, details []TransferDetail) {
	t.Helper()
	ps, err := Transfers(in)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range ps {
		var d TransferDetail
		if err := json.Unmarshal(p.Payload, &d); err != nil {
			t.Fatal(err)
		}
		details = append(details, d)
	}
	return ps, details
}

func TestAStoreThatRunsOutIsFilledFromTheWarehouse(t *testing.T) {
	ps, ds := transfers(t, chain(300, 1, 20))
	if len(ps) != 1 || ps[0].Move == nil || ps[0].Move.From != "WH1" || ps[0].Move.To != "ST1" || ps[0].Subject != "mug@WH1>ST1" {
		t.Fatalf("%+v", ps)
	}
	// ST1 sells 8 a week; a transfer of the next round comes in 8 days: it needs about 9, and some more to be safe.
	d := ds[0]
	if d.Units < 8 || d.Units > 25 || d.To.Short < 6 || d.To.ShortAfter > d.To.Short/3 || math.Abs(d.To.DemandWeek-8) > 0.5 || *ps[0].P50 < 1500 || *ps[0].P10 > *ps[0].P50 || *ps[0].P90 < *ps[0].P50 {
		t.Errorf("%+v, worth %d (%d to %d)", d, *ps[0].P50, *ps[0].P10, *ps[0].P90)
	}
	if again, _ := transfers(t, chain(300, 1, 20)); again[0].InputHash != ps[0].InputHash {
		t.Error("equal inputs give another proposal")
	}
}

func TestWhatIsScarceGoesWhereItIsWorthMost(t *testing.T) {
	if ps, _ := transfers(t, chain(0, 0, 0)); len(ps) != 0 {
		t.Errorf("nothing is there, and moved: %+v", ps)
	}
	if ps, ds := transfers(t, chain(0, 0, 60)); len(ps) != 2 || ds[0].From.Location != "ST2" {
		t.Errorf("ST2 has more than it sells in months, and keeps it: %+v", ds)
	}
	in := chain(300, 1, 20)
	in.Settings.TransferMinor = 100_000
	if ps, _ := transfers(t, in); len(ps) != 0 {
		t.Errorf("carrying costs more than it gains: %+v", ps)
	}
	in = chain(300, 1, 20)
	in.Prices["mug"] = 150
	if ps, _ := transfers(t, in); len(ps) != 0 {
		t.Errorf("mugs sell below cost, and are carried about: %+v", ps)
	}
	in = chain(0, 0, 60)
	in.Purchases = []Purchase{{ID: "PO/1", SKU: "mug", Supplier: "potter", Placed: today - 20, Expected: today + 1, Units: 500, Open: true}}
	if _, ds := transfers(t, in); len(ds) != 1 || ds[0].To.Location != "ST1" {
		t.Errorf("the supplier fills the warehouse tomorrow, and a store does it today: %+v", ds)
	}
	in = chain(300, 1, 20)
	in.Sold = nil
	if ps, _ := transfers(t, in); len(ps) != 0 {
		t.Errorf("nobody tells where mugs are sold: %+v", ps)
	}
}

// Where the forecast knows every place that holds a product, it says where the product is wanted; else what was sold does.
func TestTheForecastSaysWhereAProductIsWanted(t *testing.T) {
	in := chain(300, 20, 1)
	in.Model.Places = []demand.Place{{Name: ""}, {Name: "ST1"}, {Name: "ST2"}, {Name: "WH1"}}
	in.Model.Product[0].At = []demand.At{{Place: 0, Share: []float64{0.2}}, {Place: 1, Share: []float64{0.08}}, {Place: 2, Share: []float64{0.4}}, {Place: 3, Share: []float64{0.32}}}
	ps, ds := transfers(t, in)
	if len(ds) != 1 || ds[0].To.Location != "ST2" || math.Abs(ds[0].To.Share-0.5) > 1e-9 || !strings.Contains(ps[0].Reasons[3].Text, "forecast by place expects 50 %") {
		t.Errorf("%+v", ps)
	}
	in.Sold = nil // nobody tells moves
	if _, again := transfers(t, in); len(again) != 1 || again[0].Units != ds[0].Units {
		t.Errorf("%+v", again)
	}
	in = chain(300, 20, 1)
	in.Model.Places = []demand.Place{{Name: "ST1"}, {Name: "WH1"}}
	in.Model.Product[0].At = []demand.At{{Place: 0, Share: []float64{0.5}}, {Place: 1, Share: []float64{0.5}}}
	if ps, ds := transfers(t, in); len(ds) != 1 || math.Abs(ds[0].To.Share-0.1) > 0.01 || !strings.Contains(ps[0].Reasons[3].Text, "in the last 180 days") {
		t.Errorf("ST2 is not in the forecast: %+v", ps)
	}
}

func TestTransfersKeepWhatIsThereAndNoPlaceGivesAndTakes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		units := rapid.Int64Range(0, 200)
		in := chain(units.Draw(t, "WH1"), units.Draw(t, "ST1"), units.Draw(t, "ST2"))
		_, ds := transfers(t, in)
		gives, takes := map[string]int64{}, map[string]int64{}
		for _, d := range ds {
			gives[d.From.Location] += d.Units
			takes[d.To.Location] += d.Units
			if d.Units <= 0 || d.To.ShortAfter > d.To.Short {
				t.Fatalf("%+v", d)
			}
		}
		for loc, n := range gives {
			if takes[loc] > 0 || n > in.Places["mug"][loc].Available {
				t.Fatalf("%s gives %d and takes %d", loc, n, takes[loc])
			}
		}
	})
}

func TestSafetyStockIsPlacedWhereItIsPooled(t *testing.T) {
	in := chain(300, 20, 20)
	at := map[string]Level{}
	for _, l := range Levels(in) {
		at[l.Location] = l
	}
	if len(at) != 4 || at[""].Point <= 0 {
		t.Fatalf("%+v", at)
	}
	// A store waits for the van and the next look, 8 days: 9 and 5 units, and their safety. The warehouse bridges the supplier's 21
	// days and a look for all: 160 units, and theirs.
	if at["ST1"].Point < 9 || at["ST1"].Point > 25 || at["ST2"].Point >= at["ST1"].Point || at["WH1"].Point < 160 || at["WH1"].Point > 260 {
		t.Errorf("%+v", at)
	}
	one := in
	one.Places = map[string]map[string]stock.Position{"mug": {"WH1": in.Places["mug"]["WH1"]}}
	if got := Levels(one); len(got) != 1 {
		t.Errorf("a shop with one place has levels of places: %+v", got)
	}
}

func TestReorderPointsAreWrittenOnce(t *testing.T) {
	in := chain(300, 20, 20)
	levels := Levels(in)
	first, err := WriteBack(in, levels, nil)
	if err != nil || len(first) != 1 || len(first[0].Levels) != 4 || first[0].Levels[0].Before != nil {
		t.Fatalf("%+v %v", first, err)
	}
	written := Written([]decide.Decision{{Proposal: first[0]}})
	if again, err := WriteBack(in, levels, written); err != nil || len(again) != 0 {
		t.Errorf("the same is written again: %+v %v", again, err)
	}
	levels[0].Point++ // less than a twentieth
	if again, _ := WriteBack(in, levels, written); len(again) != 0 {
		t.Errorf("a unit of %d is written: %+v", levels[0].Point, again)
	}
	levels[0].Point += 40
	again, _ := WriteBack(in, levels, written)
	if len(again) != 1 || len(again[0].Levels) != 1 || *again[0].Levels[0].Before != levels[0].Point-41 {
		t.Errorf("%+v", again)
	}
	in.Positions["mug"] = stock.Position{SKU: "mug", CountedAt: (today - 1).Time()}
	if ps, err := Propose(in); err != nil || len(ps) != 1 {
		t.Fatal(ps, err)
	}
	in.Written = map[string]bool{"mug": true}
	if ps, err := Propose(in); err != nil || len(ps) != 0 {
		t.Errorf("another system orders mugs, and so do we: %+v %v", ps, err)
	}
}

func TestThePlannersForecastIsPartOfTheNeed(t *testing.T) {
	in := mugShop(30)
	before, err := Propose(in)
	if err != nil {
		t.Fatal(err)
	}
	in.Model.Product[0].Mean = append([]float64{}, in.Model.Product[0].Mean...)
	in.Model.Product[0].Mean[12] += 0.001 // changes no unit of the order
	after, err := Propose(in)
	if err != nil || before[0].Action != after[0].Action || before[0].InputHash == after[0].InputHash {
		t.Errorf("%s, then %s; the hash is the same: %v", before[0].Action, after[0].Action, before[0].InputHash == after[0].InputHash)
	}
}

func TestTheCurveMarksTodayAndTheCheapest(t *testing.T) {
	in := mugShop(30)
	in.Settings.OrderCostMinor = 500
	d, ok := propose(t, in)
	if !ok || len(d.Curve) < len(curveLevels) {
		t.Fatalf("%+v", d.Curve)
	}
	var now, best CurvePoint
	for _, p := range d.Curve {
		if p.Today {
			now = p
		}
		if p.Best {
			best = p
		}
	}
	if now.Service != 0.95 || best.Total > now.Total || best.Service == 0 || now.Fill < 0.9 || now.Fill > 1 {
		t.Errorf("today %+v, best %+v", now, best)
	}
	// 20 mugs a week at a margin of 3.00: a year of all of them is 3,128.57; losing 1 − fill of it is what is lost.
	if want := (1 - now.Fill) * 20 * 365 / 7 * 300; math.Abs(float64(now.Lost)-want) > 100 {
		t.Errorf("%d is lost, a fill of %v loses %v", now.Lost, now.Fill, want)
	}
}
