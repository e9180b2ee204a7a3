//go:build !race

package demand

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"almanac/predict"
	"almanac/state"
)

// drifting sells each product at a rate that drifts by itself, so that nothing can be learnt from the others.
func drifting(products, weeks int) grown {
	rng := rand.New(rand.NewPCG(3, 4))
	g := make(grown, products)
	for i := range g {
		rate := 5 + 200*rng.Float64()
		for range weeks {
			rate *= math.Exp(.08 * rng.NormFloat64())
			g[i] = append(g[i], int64(math.Round(rate+math.Sqrt(rate)*rng.NormFloat64())))
		}
	}
	return g
}

// chosen is the choice for a shop without trees.
func chosen(t *testing.T, g grown, n int) (*weeks, choice, plan) {
	t.Helper()
	w, err := load(t.Context(), Source{Sales: g}, "s", firstMonday+state.Day(7*n))
	if err != nil {
		t.Fatal(err)
	}
	p := planFor(w.n)
	w.life(p)
	c, err := chooseAll(t.Context(), w, p, &effects{}, enoughProducts)
	if err != nil {
		t.Fatal(err)
	}
	return w, c, p
}

func model(t *testing.T, w *weeks, c choice, p plan) *Model {
	t.Helper()
	m, err := fitModel(t.Context(), w, c, p)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestWhatProductsTeachOneAnotherEarnsItsPlace(t *testing.T) {
	m, card, err := Fit(t.Context(), Source{Sales: fads(200, 110)}, "s", firstMonday+7*110)
	if err != nil {
		t.Fatal(err)
	}
	t.Log(card.Champion, card.Notes, card.Metrics)
	i := slices.IndexFunc(m.Tried, func(t Tried) bool { return t.Group == ofTrees })
	if i < 0 || !m.Tried[i].Kept || m.Tried[i].Gain < .01 || !strings.HasSuffix(card.Champion, withTrees) {
		t.Fatalf("champion %s, tried %+v", card.Champion, m.Tried)
	}
	if !slices.ContainsFunc(m.Product, func(p Product) bool { return strings.HasSuffix(m.Methods[p.Method], withTrees) }) {
		t.Error("no product is forecast with them")
	}
	if c := card.Metrics["coverage_80"].Model; c < .7 || c > .93 { // half the products have ended, and hold always
		t.Errorf("the 80 %% band holds %v", c)
	}
}

func TestWhereProductsTeachNothingAllStaysAsItWas(t *testing.T) {
	w, c, p := chosen(t, drifting(110, 80), 80)
	before, name := model(t, w, c, p), c.name
	if err := c.plant(t.Context(), w, nil, p); err != nil {
		t.Fatal(err)
	}
	t.Log(c.trees.note)
	if c.trees.tried == nil || c.trees.tried.Kept || c.name != name {
		t.Fatalf("tried %+v, champion %s", c.trees.tried, c.name)
	}
	after, err := predict.Encode(predict.Card{}, model(t, w, c, p))
	if err != nil {
		t.Fatal(err)
	}
	was, err := predict.Encode(predict.Card{}, before)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(was, after); diff != "" {
		t.Error("the forecasts changed:", diff)
	}
}

func TestASmallShopIsToldWhyTreesAreNotTried(t *testing.T) {
	m, card, err := Fit(t.Context(), Source{Sales: drifting(20, 60)}, "s", firstMonday+7*60)
	if err != nil {
		t.Fatal(err)
	}
	if len(m.Tried) > 0 || !strings.Contains(strings.Join(card.Notes, " "), "needs 100 products that are 21 weeks old at two cut-offs, and there are 20") {
		t.Errorf("tried %+v, notes %v", m.Tried, card.Notes)
	}
}

// What comes after a cut-off has no part in the factors that its bands are judged with.
func TestNothingIsLearntFromTheCutOffThatIsJudged(t *testing.T) {
	seen := func(change float64) (older, then stretch) {
		w, c, p := chosen(t, drifting(110, 80), 80)
		for i, s := range w.all {
			for k := p.cutoffs[0]; k < w.n; k++ {
				if t := k - s.first; t >= 0 {
					w.all[i].y[t] *= change
				}
			}
		}
		all := newConformal()
		for k := len(p.cutoffs) - 1; k >= 0; k-- {
			_, older = c.see(w, p, k, all)
		}
		return older, all.stretch()
	}
	older, then := seen(1)
	same, other := seen(3)
	if older != same {
		t.Error("factors for the newest cut-off depend on the weeks after it")
	}
	if then == other {
		t.Error("the newest cut-off teaches nothing")
	}
}
