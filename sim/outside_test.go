package sim_test

import (
	"testing"

	"almanac/fact"
	"almanac/sim"
)

// outside lives through a calm world and lets somebody outside do something on its hundredth day.
func outside(t *testing.T, c sim.Config, do func(*sim.World)) told {
	t.Helper()
	got := told{truths: map[string][]sim.Truth{}}
	policy, err := sim.PolicyNamed("generous")
	if err != nil {
		t.Fatal(err)
	}
	w, err := sim.New(c, policy, func(f fact.Fact) error {
		got.facts = append(got.facts, f)
		return nil
	}, func(tr sim.Truth) error {
		got.truths[tr.Kind] = append(got.truths[tr.Kind], tr)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for d := range w.Days() {
		if d == hundredth {
			do(w)
		}
		if err := w.Step(d); err != nil {
			t.Fatal(err)
		}
	}
	got.sums = w.Sums()
	return got
}

const hundredth = 100

// A lower price that somebody outside decides holds from then on, and moves what people want by the world's own elasticity.
func TestAPriceFromOutsideMovesDemandByTheTrueElasticity(t *testing.T) {
	c := calm()
	c.People.Buyers = 8000
	usual := outside(t, c, func(*sim.World) {})
	price := map[string]int64{}
	for _, f := range usual.facts {
		if b, ok := f.Body.(*fact.Price); ok {
			if len(price) < 12 { // more of them would fill baskets with one another
				price[b.SKU] = b.Amount
			}
		}
	}
	wanted := func(got told) (units float64) {
		for sku, days := range seen(got) {
			for d, v := range days {
				if price[sku] > 0 && d >= hundredth {
					units += v
				}
			}
		}
		return units
	}
	cheaper := outside(t, c, func(w *sim.World) {
		for sku, p := range price {
			if !w.Reprice(sku, p*9/10) {
				t.Fatalf("there is no %s", sku)
			}
		}
		if w.Reprice("nothing", 100) || w.Reprice("", 100) {
			t.Error("a product that is not there has a price")
		}
	})
	set := 0
	for _, f := range cheaper.facts {
		if b, ok := f.Body.(*fact.Price); ok && b.Amount == price[b.SKU]*9/10 {
			set++
		}
	}
	if set != len(price) {
		t.Errorf("%d prices were told, not %d", set, len(price))
	}
	// Elasticity −1.6, in the mean of people who each have their own; what goes along does not look at prices.
	if ratio := wanted(cheaper) / wanted(usual); ratio < 1.13 || ratio > 1.24 { // .9^−1.6 is 1.18
		t.Errorf("at nine tenths of the price %.3f times as much is wanted", ratio)
	}
}
