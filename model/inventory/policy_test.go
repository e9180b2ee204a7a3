package inventory

import (
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"
)

// cost is what a policy comes to a day, lived through: reviews every 7 days, a lead time of 14, lost sales.
func (c Costs) cost(p Policy, demand []float64) float64 {
	const every, lead = 7, 14
	way := map[int]float64{}
	hand, coming, total := p.UpTo, 0.0, 0.0
	for day, want := range demand {
		hand, coming = hand+way[day], coming-way[day]
		if day%every == 0 {
			if q := p.Order(hand + coming); q > 0 {
				way[day+lead] += q
				coming += q
				total += c.Order
			}
		}
		sold := math.Min(want, hand)
		hand -= sold
		total += c.Short*(want-sold) + c.Hold*hand
	}
	return total / float64(len(demand))
}

// Every pair (s, S) is lived through on the same days; the chosen one may cost little more than the best.
func TestTheChosenPolicyCostsLittleMoreThanTheBest(t *testing.T) {
	for _, c := range []struct {
		perDay, clumps float64 // variance over mean of a day
		costs          Costs
	}{
		{1, 1, Costs{1, 0.01, 1}}, {0.3, 2, Costs{1, 0.01, 5}}, {4, 1.5, Costs{1, 0.01, 0.5}}, {0.1, 1, Costs{0.5, 0.02, 10}}, {2, 3, Costs{0, 0.02, 3}},
	} {
		random := rand.New(rand.NewPCG(1, 2))
		demand := make([]float64, 60_000)
		sd := math.Sqrt(c.perDay * c.clumps)
		for i := range demand {
			demand[i] = Demand{c.perDay, sd}.Quantile(random.Float64())
		}
		over := func(days float64) Demand { return Demand{c.perDay * days, sd * math.Sqrt(days)} }
		chosen := c.costs.Best(Review{Every: 7, PerDay: c.perDay, Lead: over(14), Risk: over(21)})
		best, at := math.Inf(1), Policy{}
		highest := math.Ceil(over(21).Quantile(.9999))
		for s := 0.0; s <= highest; s += math.Ceil(highest / 30) {
			for q := 1.0; q <= 60*c.perDay+10; q += math.Ceil(c.perDay * 3) {
				if cost := c.costs.cost(Policy{Point: s, UpTo: s + q}, demand[:12_000]); cost < best {
					best, at = cost, Policy{Point: s, UpTo: s + q}
				}
			}
		}
		if ours, best := c.costs.cost(chosen, demand), c.costs.cost(at, demand); ours > 1.05*best {
			t.Errorf("%+v: %+v costs %.4f a day, %+v only %.4f", c, chosen, ours, at, best)
		}
	}
}

func TestDearerShortagesNeverLowerThePoint(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := rapid.Float64Range(0.01, 30).Draw(t, "a day")
		law := func(days float64) Demand { return Demand{d * days, math.Sqrt(d*days) * 1.5} }
		r := Review{Every: 7, PerDay: d, Lead: law(14), Risk: law(21)}
		c := Costs{rapid.Float64Range(0, 20).Draw(t, "order"), rapid.Float64Range(1e-4, 0.1).Draw(t, "hold"), rapid.Float64Range(0.1, 50).Draw(t, "short")}
		low := c.Best(r)
		c.Short *= 1 + rapid.Float64Range(0, 3).Draw(t, "dearer")
		if high := c.Best(r); high.Point < low.Point {
			t.Fatalf("%+v, dearer %+v", low, high)
		}
		if low.Point >= 0 && low.UpTo <= low.Point {
			t.Fatalf("orders nothing: %+v", low)
		}
		if q := low.Order(low.Point + 1); q != 0 {
			t.Fatalf("orders %v above the point", q)
		}
		set := c.At(r, 0.95)
		if set.Point != r.Risk.Quantile(0.95) || set.Service < 0.95-1e-6 {
			t.Fatalf("asked for 95 %%: %+v", set)
		}
		r.Most = 2 * d
		if capped := c.Best(r); capped.Point >= 0 && capped.UpTo-capped.Point > math.Max(1, 2*d)+1e-9 {
			t.Fatalf("capped at %v: %+v", r.Most, capped)
		}
	})
}

func TestWhatEarnsNothingIsNotStocked(t *testing.T) {
	r := Review{Every: 7, PerDay: 0.002, Lead: Demand{0.03, 0.2}, Risk: Demand{0.04, 0.2}}
	if p := (Costs{1, 0.01, 1}).Best(r); p.Point >= 0 || p.Order(0) != 0 {
		t.Errorf("two units in three years: %+v", p)
	}
	if p := (Costs{1, 0.01, 0}).Best(Review{Every: 7, PerDay: 3, Lead: Demand{42, 8}, Risk: Demand{63, 10}}); p.Order(0) != 0 {
		t.Errorf("no margin: %+v", p)
	}
	if p := (Costs{1, 0.01, 1}).Best(Review{Every: 7}); p.Order(0) != 0 {
		t.Errorf("no demand: %+v", p)
	}
	if Fractile(0, 1) != 0 || Fractile(3, 1) != 0.75 || BaseStockFor(Demand{50, 8}, 0.7, 0.18) < 50 {
		t.Error("fractiles")
	}
}

// The (r, Q) of example 5.1 of Snyder and Shen has waiting demand; where a shortage is dear, lost demand orders alike.
func TestQuantityAgreesWithTheExactPolicyWhereShortagesAreDear(t *testing.T) {
	q := RQ{K: 8, H: 0.225, P: 40, D: 1300, SD: 20, L: 1.0 / 12}
	point, quantity := Costs{q.K, q.H, q.P}.Quantity(q.D, Demand{q.leadMean(), q.leadSD()})
	r, Q, _, ok := q.ByInventoryLevel()
	if !ok || math.Abs(point-r) > 0.02*r || math.Abs(quantity-Q) > 0.03*Q {
		t.Errorf("(%v, %v), with waiting (%v, %v)", point, quantity, r, Q)
	}
}
