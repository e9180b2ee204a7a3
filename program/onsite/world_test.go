package onsite_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"almanac/model/recommend/replay"
	"almanac/program/onsite"
)

// world is a small shop of which everything is known: sixty products in six categories, visitors who each like one category,
// look at three products, see a list, and buy from it what they like, sooner from its head than from its end.
type world struct {
	random   *rand.Rand
	products []onsite.Product
	shop     *onsite.Engine // half of the visitors held out
	control  *onsite.Engine // hears the same, and holds everybody out
	bad      int            // products shown that must not be
}

const (
	worldItems = 60
	worldKinds = 6
)

func newWorld(seed uint64) *world {
	w := &world{random: rand.New(rand.NewPCG(seed, 11))}
	for i := range worldItems {
		cost := int64(300 + w.random.IntN(600))
		if i%10 == 9 {
			cost = 1100 // sold at a loss
		}
		w.products = append(w.products, onsite.Product{SKU: fmt.Sprint("p", i), Category: fmt.Sprint("k", i%worldKinds), Brand: fmt.Sprint("b", i%11),
			Price: 1000, Cost: cost, Currency: "EUR", Counted: true, Stock: int64(i % 8)})
	}
	w.shop = engine(onsite.Options{Holdout: 0.5, Salt: fmt.Sprint(seed), Seed: seed}, w.products)
	w.control = engine(onsite.Options{Holdout: 1}, w.products)
	return w
}

// earns is the margin of what a visitor who likes a category buys from a list, by the chances in u, one a place.
func (w *world) earns(a onsite.Answer, likes string, u []float64) (margin float64) {
	for place, s := range a.Items {
		if s.Product.Stock <= 0 || s.Product.Cost > s.Product.Price {
			w.bad++
		}
		chance := 0.01
		if s.Product.Category == likes {
			chance = 0.12
		}
		if u[place] < chance/math.Sqrt(float64(place+1)) {
			margin += float64(s.Product.Price - s.Product.Cost)
		}
	}
	return margin
}

// run lets visitors come, and tells what the shop measured and what was true of them.
func (w *world) run(t *testing.T, visitors int) (measured replay.Estimate, truth float64) {
	t.Helper()
	var treated, held []float64
	for v := range visitors {
		who, likes := fmt.Sprint("v", v), w.random.IntN(worldKinds)
		at := noon.Add(time.Duration(v-visitors) * time.Minute)
		for range 3 {
			item := w.random.IntN(worldItems/worldKinds)*worldKinds + likes
			if w.random.IntN(5) == 0 {
				item = w.random.IntN(worldItems)
			}
			for _, e := range []*onsite.Engine{w.shop, w.control} {
				e.Heard(who, w.products[item].SKU, onsite.Looked, at)
			}
		}
		u := make([]float64, 10)
		for i := range u {
			u[i] = w.random.Float64()
		}
		q := onsite.Question{Placement: "home", Visitor: who, N: 10}
		kind := fmt.Sprint("k", likes)
		shown := ask(t, w.shop, q)
		q.Preview = true
		ifTreated := w.earns(ask(t, w.shop, q), kind, u)
		q.Preview = false
		ifHeld := w.earns(ask(t, w.control, q), kind, u)
		truth += (ifTreated - ifHeld) / float64(visitors)
		if shown.Arm == "control" {
			held = append(held, ifHeld)
		} else {
			treated = append(treated, ifTreated)
		}
	}
	return replay.Lift(treated, held, 1.645), truth
}

func TestInSmallWorldsTheIntervalsCoverTheTruthAndTheListsEarn(t *testing.T) {
	const worlds, visitors = 240, 300
	covered, earning, bad := 0, 0, 0
	var score, mean float64
	for seed := range uint64(worlds) {
		w := newWorld(seed)
		m, truth := w.run(t, visitors)
		mean += truth / worlds
		if truth > 0 {
			earning++
		}
		if m.Low <= truth && truth <= m.High {
			covered++
		}
		// Interval score (Gneiting and Raftery 2007, JASA 102, eq. 43) at 90 %.
		score += (m.High - m.Low + 20*(math.Max(0, m.Low-truth)+math.Max(0, truth-m.High))) / worlds
		bad += w.bad
	}
	t.Logf("%d worlds: the 90 %% interval covers the truth in %d (%.1f %%), interval score %.0f; the lists earn %.0f a visitor more than best sellers, in %d worlds more than nothing",
		worlds, covered, 100*float64(covered)/worlds, score, mean, earning)
	if bad > 0 {
		t.Errorf("%d products were shown that are sold out or sold at a loss", bad)
	}
	// The visitors are the whole population: the interval may be a little wide, and must not be narrow.
	if band := 3 * math.Sqrt(0.9*0.1/worlds); float64(covered)/worlds < 0.9-band {
		t.Errorf("the 90 %% interval covers the truth in %d of %d worlds", covered, worlds)
	}
	if mean <= 0 || earning < worlds*9/10 {
		t.Errorf("the lists earn %.1f a visitor more than best sellers, in %d of %d worlds", mean, earning, worlds)
	}
}
