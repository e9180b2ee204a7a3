package reorder

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"almanac/decide"
	"almanac/model/forecast"
	"almanac/predict/demand"
	"almanac/state"
	"almanac/state/catalog"
	"almanac/state/stock"
	"almanac/state/supply"
)

const today = state.Day(20_458) // Monday, 2026-01-05

// shopOf is a shop with one product, and everything known of it.
func shopOf(p demand.Product, available, incoming int64, terms supply.Terms, cost, price int64) Input {
	terms.SKU = p.SKU
	return Input{
		Currency: "EUR", Today: today, Now: today.Time(), ModelHash: "model", Settings: Defaults(),
		Model:     &demand.Model{Start: today.Monday(), Weeks: 13, Methods: []string{"level"}, Product: []demand.Product{p}},
		Positions: map[string]stock.Position{p.SKU: {SKU: p.SKU, OnHand: available, Available: available, Incoming: incoming, CountedAt: (today - 1).Time(), Source: "file:stock"}},
		Terms:     map[string]supply.Terms{p.SKU: terms},
		Costs:     map[string]catalog.Cost{p.SKU: {SKU: p.SKU, Currency: "EUR", Amount: cost, Source: "file:costs"}},
		Prices:    map[string]int64{p.SKU: price},
	}
}

func anyShop(t *rapid.T) Input {
	mean := rapid.Float64Range(0.05, 300).Draw(t, "mean a week")
	p := level("mug", mean, mean*rapid.Float64Range(0.1, 3).Draw(t, "variation"))
	terms := supply.Terms{Supplier: "potter", LeadDays: rapid.IntRange(1, 120).Draw(t, "lead days"), Pack: rapid.Int64Range(0, 48).Draw(t, "pack"), MinUnits: rapid.Int64Range(0, 100).Draw(t, "minimum")}
	if rapid.Bool().Draw(t, "of one season") {
		terms.SellUntil = today + state.Day(rapid.IntRange(-5, 250).Draw(t, "days left"))
	}
	cost := rapid.Int64Range(1, 5000).Draw(t, "cost")
	in := shopOf(p, rapid.Int64Range(-20, 3000).Draw(t, "available"), rapid.Int64Range(0, 500).Draw(t, "incoming"), terms, cost, rapid.Int64Range(1, 9000).Draw(t, "price"))
	if rapid.Bool().Draw(t, "limited") {
		in.Settings.MaxOrderMinor = rapid.Int64Range(1, 2_000_000).Draw(t, "limit")
	}
	return in
}

func propose(t rapid.TB, in Input) (d Detail, ok bool) {
	t.Helper()
	ps, err := Propose(in)
	if err != nil {
		t.Fatal(err)
	}
	if len(ps) == 0 {
		return d, false
	}
	if err := json.Unmarshal(ps[0].Payload, &d); err != nil {
		t.Fatal(err)
	}
	return d, true
}

func TestEveryProposalKeepsItsTermsAndSaysWhatItBreaks(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := anyShop(t)
		ps, err := Propose(in)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range ps {
			u, terms := p.Line.Units, in.Terms["mug"]
			if u <= 0 || u%max(terms.Pack, 1) != 0 || u < terms.MinUnits {
				t.Fatalf("%d units against packs of %d and a minimum of %d", u, terms.Pack, terms.MinUnits)
			}
			if *p.P10 > *p.P50 || *p.P50 > *p.P90 {
				t.Fatalf("value %d … %d … %d", *p.P10, *p.P50, *p.P90)
			}
			if limit := in.Settings.MaxOrderMinor; limit > 0 {
				for _, g := range p.Guardrails {
					if g.Code == "value" && g.Met != (u*in.Costs["mug"].Amount <= limit) {
						t.Fatalf("%d units at %d against %d: %+v", u, in.Costs["mug"].Amount, limit, g)
					}
				}
			}
			pos := in.Positions["mug"]
			if float64(pos.Available+pos.Incoming) > math.Ceil(detailOf(t, p.Payload).ReorderPoint) {
				t.Fatal("ordered above the reorder point")
			}
		}
	})
}

func detailOf(t *rapid.T, payload []byte) (d Detail) {
	if err := json.Unmarshal(payload, &d); err != nil {
		t.Fatal(err)
	}
	return d
}

func TestMoreStockNeverOrdersMore(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := anyShop(t)
		less, _ := propose(t, in)
		p := in.Positions["mug"]
		p.Available += rapid.Int64Range(0, 500).Draw(t, "more")
		in.Positions["mug"] = p
		if more, _ := propose(t, in); more.Units > less.Units {
			t.Fatalf("%d units with more stock, %d with less", more.Units, less.Units)
		}
	})
}

func TestMoreServiceNeverLowersTheReorderPoint(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := anyShop(t)
		in.Positions["mug"] = stock.Position{SKU: "mug", CountedAt: (today - 1).Time()}
		in.Settings.ServiceLevel = rapid.Float64Range(0.5, 0.95).Draw(t, "service")
		low, ok := propose(t, in)
		in.Settings.ServiceLevel += rapid.Float64Range(0, 0.049).Draw(t, "more")
		if high, _ := propose(t, in); ok && high.ReorderPoint < low.ReorderPoint {
			t.Fatalf("%v at the higher level, %v at the lower", high.ReorderPoint, low.ReorderPoint)
		}
	})
}

func TestEqualInputsGiveEqualProposals(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := anyShop(t)
		a, err := Propose(in)
		if err != nil {
			t.Fatal(err)
		}
		b, err := Propose(in)
		if diff := gocmp.Diff(a, b); diff != "" || err != nil {
			t.Fatal(diff, err)
		}
		p := in.Positions["mug"]
		p.Available--
		in.Positions["mug"] = p
		if c, err := Propose(in); err != nil || len(a) > 0 && len(c) > 0 && a[0].InputHash == c[0].InputHash {
			t.Fatal("another need has the same hash", err)
		}
	})
}

// An order now cannot sell what is short before it arrives: with an empty shelf only the week between the two arrivals
// counts.
func TestOrderingNowIsNotCreditedWithWhatIsLostEitherWay(t *testing.T) {
	in := shopOf(level("mug", 20, 6), 0, 0, supply.Terms{LeadDays: 70}, 200, 500)
	ps, err := Propose(in)
	if err != nil || len(ps) != 1 {
		t.Fatal(len(ps), err)
	}
	if most := int64(40 * 300); *ps[0].P50 <= 0 || *ps[0].P90 > most {
		t.Errorf("value %d … %d, but a week sells 20 at a margin of 300", *ps[0].P50, *ps[0].P90)
	}
}

func TestForecastIsReadFromTodayOn(t *testing.T) {
	f := forecast.Forecast{Mean: []float64{70, 7, 7, 7}, Spread: forecast.Spread{Scale: 1, Growth: 0.5}, Most: 1000}
	for _, c := range []struct {
		weeks, first, sum float64
	}{{0, 70, 91}, {3.0 / 7, 43, 40 + 21 + 9.75}, {1, 7, 7 + 7 + 7 + 22.75}, {20, 22.75, 91}} {
		g := from(f, c.weeks)
		if math.Abs(g.Mean[0]-c.first) > 1e-9 {
			t.Errorf("%v weeks on, the first week is %v, want %v", c.weeks, g.Mean[0], c.first)
		}
		if got := g.SumMean(4); math.Abs(got-c.sum) > 1e-9 {
			t.Errorf("%v weeks on, four weeks are %v, want %v", c.weeks, got, c.sum)
		}
	}
}

func TestReadinessNamesTheFiles(t *testing.T) {
	full := func() Input {
		return shopOf(level("mug", 20, 6), 0, 0, supply.Terms{LeadDays: 7}, 200, 500)
	}
	for _, c := range []struct {
		name    string
		without func(*Input)
		ready   bool
		missing []string
	}{
		{"everything is there", func(*Input) {}, true, nil},
		{"no forecast", func(in *Input) { in.Model = nil }, false, []string{"orders"}},
		{"no counts", func(in *Input) { in.Positions = nil }, false, []string{"stock counts"}},
		{"no lead times", func(in *Input) { in.Terms = nil }, false, []string{"lead times"}},
		{"no lead times, but a setting", func(in *Input) { in.Terms, in.Settings.DefaultLeadDays = nil, 14 }, true, nil},
		{"terms without lead times", func(in *Input) { in.Terms = map[string]supply.Terms{"mug": {Pack: 6}} }, false, []string{"lead times"}},
		{"costs only sharpen", func(in *Input) { in.Costs = nil }, true, []string{"unit costs"}},
		{"nothing but orders", func(in *Input) { in.Positions, in.Terms, in.Costs = nil, nil, nil }, false, []string{"stock counts", "lead times", "unit costs"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			in := full()
			c.without(&in)
			r := Ready(in)
			var files []string
			for _, m := range r.Missing {
				files = append(files, m.File)
			}
			if diff := gocmp.Diff(c.missing, files); diff != "" || r.Ready != c.ready {
				t.Errorf("ready %v, want %v; missing %s", r.Ready, c.ready, diff)
			}
			ps, err := Propose(in)
			if err != nil || c.ready != (len(ps) > 0) {
				t.Errorf("%d proposals, %v", len(ps), err)
			}
		})
	}
}

// anyRound is a shop with several products of one supplier who asks for a minimum, and a budget.
func anyRound(t *rapid.T) Input {
	in := anyShop(t)
	in.Settings.MaxOrderMinor = 0
	for i := range rapid.IntRange(1, 4).Draw(t, "more products") {
		sku := fmt.Sprint("cup ", i)
		mean := rapid.Float64Range(0.5, 60).Draw(t, "mean a week")
		p := level(sku, mean, mean*rapid.Float64Range(0.1, 2).Draw(t, "variation"))
		one := shopOf(p, rapid.Int64Range(0, 300).Draw(t, "available"), 0, supply.Terms{Supplier: "potter", LeadDays: 14, Pack: rapid.Int64Range(1, 12).Draw(t, "pack")},
			rapid.Int64Range(1, 5000).Draw(t, "cost"), rapid.Int64Range(1, 9000).Draw(t, "price"))
		in.Model.Product = append(in.Model.Product, p)
		in.Positions[sku], in.Terms[sku], in.Costs[sku], in.Prices[sku] = one.Positions[sku], one.Terms[sku], one.Costs[sku], one.Prices[sku]
	}
	slices.SortFunc(in.Model.Product, func(a, b demand.Product) int { return cmp.Compare(a.SKU, b.SKU) })
	return in
}

func spent(ps []decide.Proposal, in Input) (sum int64) {
	for _, p := range ps {
		sum += p.Line.Units * in.Costs[p.Subject].Amount
	}
	return sum
}

func TestARoundKeepsItsBudget(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := anyRound(t)
		free, err := Propose(in)
		if err != nil {
			t.Fatal(err)
		}
		in.Settings.BudgetMinor = rapid.Int64Range(1, 1_000_000).Draw(t, "budget")
		ps, err := Propose(in)
		if err != nil {
			t.Fatal(err)
		}
		if got := spent(ps, in); got > in.Settings.BudgetMinor {
			t.Fatalf("%d of a budget of %d", got, in.Settings.BudgetMinor)
		}
		if spent(free, in) <= in.Settings.BudgetMinor && len(ps) != len(free) {
			t.Fatal("a budget that is enough changed something")
		}
		for _, p := range ps {
			if terms := in.Terms[p.Subject]; p.Line.Units%max(terms.Pack, 1) != 0 || p.Line.Units < terms.MinUnits {
				t.Fatalf("%d units of %s against packs of %d and a minimum of %d", p.Line.Units, p.Subject, terms.Pack, terms.MinUnits)
			}
		}
	})
}

func TestASuppliersMinimumIsReachedOrSaidToBeMissed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := anyRound(t)
		free, err := Propose(in)
		if err != nil {
			t.Fatal(err)
		}
		least := rapid.Int64Range(1, 1_000_000).Draw(t, "minimum")
		in.Suppliers = map[string]supply.Supplier{"potter": {ID: "potter", MinOrder: least}}
		ps, err := Propose(in)
		if err != nil {
			t.Fatal(err)
		}
		if len(free) == 0 && len(ps) > 0 {
			t.Fatal("nothing is needed, and something is ordered")
		}
		if spent(ps, in) < spent(free, in) {
			t.Fatal("a minimum made orders smaller")
		}
		for _, p := range ps {
			for _, g := range p.Guardrails {
				if g.Code == "supplier_min" && g.Met != (spent(ps, in) >= least) {
					t.Fatalf("%d ordered, the minimum is %d: %+v", spent(ps, in), least, g)
				}
			}
		}
	})
}

// What is no number is not reckoned with: nothing is proposed, and nothing breaks.
func TestAForecastThatIsNoNumberIsNone(t *testing.T) {
	for _, bad := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		for name, spoil := range map[string]func(*demand.Product){
			"mean":   func(p *demand.Product) { p.Mean[3] = bad },
			"spread": func(p *demand.Product) { p.Spread.Scale = bad },
			"growth": func(p *demand.Product) { p.Spread.Growth = bad },
		} {
			p := level("mug", 20, 6)
			spoil(&p)
			in := shopOf(p, 0, 0, supply.Terms{Supplier: "potter", LeadDays: 14}, 200, 500)
			if d, ok := propose(t, in); ok {
				t.Errorf("with a %s of %v, %d units are ordered", name, bad, d.Units)
			}
			if _, ok := in.Ahead("mug"); ok || len(Levels(in)) != 0 {
				t.Errorf("a %s of %v passes for a forecast", name, bad)
			}
		}
	}
}
