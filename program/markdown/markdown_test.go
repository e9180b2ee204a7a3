package markdown

import (
	"encoding/json"
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"

	"almanac/decide"
	"almanac/fact"
	"almanac/model/elasticity"
	"almanac/model/forecast"
	"almanac/predict/demand"
	"almanac/predict/price"
	"almanac/state"
	"almanac/state/catalog"
	"almanac/state/stock"
)

const today = state.Day(20_458) // Monday, 2026-01-05

// shopOf is a shop with one product that sells so many a week, give or take the square root, and everything known of it.
func shopOf(perWeek float64, available, asked, cost int64) Input {
	p := demand.Product{SKU: "mug", History: 60, Spread: forecast.Spread{Scale: math.Sqrt(perWeek), Growth: 0.5}, Most: 1e6}
	for range demand.Horizon {
		p.Mean = append(p.Mean, perWeek)
	}
	return Input{
		Currency: "EUR", Today: today, Now: today.Time(), ModelHash: "model", Settings: Defaults(),
		Demand:    &demand.Model{Start: today, Weeks: demand.Horizon, Product: []demand.Product{p}},
		Answers:   &price.Model{Known: true, All: elasticity.Estimate{Value: -2, SD: 0.3}, Deepest: 0.3, Kept: 0.84},
		Positions: map[string]stock.Position{"mug": {SKU: "mug", OnHand: available, Available: available, CountedAt: (today - 1).Time(), Source: "file:stock"}},
		Costs:     map[string]catalog.Cost{"mug": {SKU: "mug", Currency: "EUR", Amount: cost, Source: "file:costs"}},
		Prices:    map[string]catalog.Price{"mug": {SKU: "mug", Currency: "EUR", Amount: asked, At: (today - 100).Time()}},
		Products:  map[string]catalog.Product{"mug": {Product: fact.Product{SKU: "mug", Title: "Mug"}}},
	}
}

func propose(t rapid.TB, in Input) []decide.Proposal {
	t.Helper()
	ps, err := Propose(in)
	if err != nil {
		t.Fatal(err)
	}
	return ps
}

func detailOf(t rapid.TB, p decide.Proposal) (d Detail) {
	t.Helper()
	if err := json.Unmarshal(p.Payload, &d); err != nil {
		t.Fatal(err)
	}
	return d
}

// 600 mugs, of which 130 would be sold in a quarter at 39.95, cost 15.00.
func overstocked() Input { return shopOf(10, 600, 3995, 1500) }

func TestWhatWillNotBeSoldIsReduced(t *testing.T) {
	ps := propose(t, overstocked())
	if len(ps) != 1 {
		t.Fatalf("%+v", ps)
	}
	p, d := ps[0], detailOf(t, ps[0])
	// A fifth off at most, and the price still ends in 95: 32.95. At .8248 of the price .8248^−2 = 1.47 times as many.
	if p.Price == nil || p.Price.Price != 3295 || p.Price.Was != 3995 || p.Action != "Lower the price from 39.95 EUR to 32.95 EUR" || p.Kind() != decide.KindPrice {
		t.Errorf("%+v", p.Price)
	}
	last := d.Points[len(d.Points)-1]
	if last.PriceMinor != 3295 || math.Abs(d.Points[0].Units-130) > 3 || math.Abs(last.Units/d.Points[0].Units-1.47) > .05 {
		t.Errorf("%+v", d.Points)
	}
	// By hand, in the middle: 130 units at 33.56 net now, 191 at 27.68 then; 61 fewer are left at half their cost, half of them a
	// quarter shorter on the shelf at 20 % a year.
	sold := 130 * math.Pow(3295./3995, -2)
	gain := sold*(3295*.84-1500) - 130*(3995*.84-1500) + (sold-130)*1500*.5 + (sold-130)/2*13*1500*.2/52
	if math.Abs(float64(*p.P50)-gain) > .1*math.Abs(gain) || *p.P10 > *p.P50 || *p.P50 > *p.P90 {
		t.Errorf("gain %d (%d to %d), by hand %.0f", *p.P50, *p.P10, *p.P90, gain)
	}
	binding := ""
	for _, g := range p.Guardrails {
		if !g.Met {
			t.Errorf("not met: %+v", g)
		}
		if g.Binding {
			binding += g.Code
		}
	}
	if binding != "step" {
		t.Errorf("%q decides", binding)
	}
}

func TestNothingIsProposedWithoutNeedOrKnowledge(t *testing.T) {
	for what, change := range map[string]func(*Input){
		"it will be sold anyway": func(in *Input) { *in = shopOf(50, 600, 3995, 1500) },
		"demand does not answer": func(in *Input) { in.Answers.All = elasticity.Estimate{Value: -.2, SD: .05} },
		"the past shows nothing": func(in *Input) { in.Answers.Known = false },
		"no model":               func(in *Input) { in.Answers = nil },
		"the price changed a week ago": func(in *Input) {
			in.Prices["mug"] = catalog.Price{SKU: "mug", Currency: "EUR", Amount: 3995, At: (today - 7).Time()}
		},
		"no cost":                     func(in *Input) { in.Costs = map[string]catalog.Cost{"cup": {SKU: "cup", Currency: "EUR", Amount: 1}} },
		"a cost in another money":     func(in *Input) { in.Costs["mug"] = catalog.Cost{SKU: "mug", Currency: "USD", Amount: 1500} },
		"the margin floor is reached": func(in *Input) { *in = shopOf(10, 600, 3995, 3200) },
		"stock below zero":            func(in *Input) { p := in.Positions["mug"]; p.Negative = true; in.Positions["mug"] = p },
		"an old count":                func(in *Input) { p := in.Positions["mug"]; p.CountedAt = (today - 60).Time(); in.Positions["mug"] = p },
		"too young":                   func(in *Input) { in.Demand.Product[0].History = 3 },
		"enough changes today":        func(in *Input) { in.Approved = 20 },
		"hidden":                      func(in *Input) { p := in.Products["mug"]; p.Hidden = true; in.Products["mug"] = p },
		"not worth the work":          func(in *Input) { in.Settings.MinGainMinor = 1_000_000 },
		"it never sold":               func(in *Input) { in.Demand.Product[0].SKU = "other" },
	} {
		in := overstocked()
		change(&in)
		if ps := propose(t, in); len(ps) != 0 {
			t.Errorf("%s: %s", what, ps[0].Action)
		}
	}
}

func TestEveryProposalKeepsItsGuardrails(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := shopOf(rapid.Float64Range(.05, 200).Draw(t, "a week"), rapid.Int64Range(1, 5000).Draw(t, "stock"), rapid.Int64Range(50, 50_000).Draw(t, "price"), rapid.Int64Range(1, 30_000).Draw(t, "cost"))
		in.Answers.All = elasticity.Estimate{Value: -rapid.Float64Range(0, 5).Draw(t, "elasticity"), SD: rapid.Float64Range(0, 2).Draw(t, "unsure")}
		in.Answers.Deepest = rapid.Float64Range(0, .6).Draw(t, "deepest")
		in.Currency = rapid.SampledFrom([]string{"EUR", "JPY", "KWD"}).Draw(t, "currency")
		in.Prices["mug"] = catalog.Price{SKU: "mug", Currency: in.Currency, Amount: in.Prices["mug"].Amount, At: in.Prices["mug"].At}
		in.Costs["mug"] = catalog.Cost{SKU: "mug", Currency: in.Currency, Amount: in.Costs["mug"].Amount}
		for _, p := range propose(t, in) {
			now, then := in.Prices["mug"].Amount, p.Price.Price
			net := float64(then) * in.Answers.Kept
			if then >= now || float64(then) < float64(now)*(1-in.Settings.MaxStep)-1 || net < float64(in.Costs["mug"].Amount)/(1-in.Settings.MinMargin)-1 || float64(then) < float64(now)*(1-in.Answers.Deepest)-1 {
				t.Fatalf("from %d to %d, cost %d", now, then, in.Costs["mug"].Amount)
			}
			if *p.P10 > *p.P50 || *p.P50 > *p.P90 || *p.P50 <= 0 {
				t.Fatalf("money %d … %d … %d", *p.P10, *p.P50, *p.P90)
			}
			if then%10 != now%10 {
				t.Fatalf("%d does not end as %d", then, now)
			}
			for _, g := range p.Guardrails {
				if !g.Met {
					t.Fatalf("%+v", g)
				}
			}
		}
	})
}

func TestAnUnsureElasticityWidensTheMoney(t *testing.T) {
	width := func(sd float64) int64 {
		in := overstocked()
		in.Answers.All.SD = sd
		p := propose(t, in)[0]
		return *p.P90 - *p.P10
	}
	if sure, unsure := width(.01), width(.8); unsure < 2*sure {
		t.Errorf("%d wide where the elasticity is known, %d where it is not", sure, unsure)
	}
}

func TestTheNeedIsTheSameUntilItChanges(t *testing.T) {
	hash := func(change func(*Input)) string {
		in := overstocked()
		change(&in)
		return propose(t, in)[0].InputHash
	}
	same := hash(func(*Input) {})
	for what, change := range map[string]func(*Input){
		"a unit less": func(in *Input) { in.Positions["mug"] = stock.Position{Available: 599, CountedAt: (today - 1).Time()} },
		"a day later": func(in *Input) { in.Now, in.Today = in.Now.Add(24*time.Hour), in.Today+1 },
	} {
		if hash(change) != same {
			t.Errorf("%s: another need", what)
		}
	}
	for what, change := range map[string]func(*Input){
		"another cost":       func(in *Input) { in.Costs["mug"] = catalog.Cost{Currency: "EUR", Amount: 1400} },
		"four times as much": func(in *Input) { in.Positions["mug"] = stock.Position{Available: 2400, CountedAt: (today - 1).Time()} },
	} {
		if hash(change) == same {
			t.Errorf("%s: the same need", what)
		}
	}
}

func TestTheMostValuableChangesOfADayComeFirst(t *testing.T) {
	in := overstocked()
	in.Settings.MaxChanges = 2
	for _, sku := range []string{"cup", "jug"} {
		p := in.Demand.Product[0]
		p.SKU = sku
		in.Demand.Product = append(in.Demand.Product, p)
		in.Positions[sku], in.Costs[sku], in.Prices[sku] = in.Positions["mug"], in.Costs["mug"], in.Prices["mug"]
	}
	in.Demand.Product = []demand.Product{in.Demand.Product[1], in.Demand.Product[2], in.Demand.Product[0]} // cup, jug, mug
	in.Positions["jug"] = stock.Position{Available: 140, CountedAt: (today - 1).Time()}
	ps := propose(t, in)
	if len(ps) != 2 || ps[0].Subject != "cup" || ps[1].Subject != "mug" {
		t.Errorf("%d proposals", len(ps))
	}
}
