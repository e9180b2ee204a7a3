package demand

import (
	"context"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"

	"almanac/model/forecast"
	"almanac/model/forecast/auto"
	"almanac/model/parallel"
)

const (
	ofTrees    = "trees"
	treesTitle = "One model over all products"
	// treeProducts is how many products, old enough for the combination, a shop must have at two cut-offs.
	treeProducts = 100
	// treesFar is how many times as much as the method, or as little, trees may say.
	treesFar = 4.0
)

// treeShares are how much of a forecast trees may take over, least first.
var treeShares = [...]float64{.25, .5, 1}

// planted is what came of trying one model over all products.
type planted struct {
	tried *Tried  // nil where it was not tried
	note  string  // for the card
	share float64 // of the forecasts; 0 where it did not earn its place
	now   [][]float64
}

// plant tries one model over all products beside the choice: at each past cut-off it is fitted to the weeks before. The share of the
// forecasts with which least was missed is taken, where that is less than without, and at more cut-offs than not; else everything stays as it was.
// Where even the smallest share misses clearly more at the newest cut-off, the others are not tried.
func (c *choice) plant(ctx context.Context, w *weeks, a *around, p plan) error {
	if c.trees.note = w.tooFewForTrees(p); c.trees.note != "" || c.folds == 0 {
		return nil
	}
	n := len(p.cutoffs)
	base, with := make([]float64, n), [len(treeShares)][]float64{}
	for s := range with {
		with[s] = make([]float64, n)
	}
	means := make([][][]float64, n)
	units := 0.0
	for k, at := range p.cutoffs {
		var err error
		if means[k], err = w.trees(ctx, a, at, p.horizon); err != nil {
			return err
		}
		c.share(w, at, p.horizon, c.together[k], means[k])
		units += c.compare(w, p, k, means[k], &base[k], &with)
		if k == 0 && with[0][0] > (1+leastGain)*base[0] {
			c.trees.tried = &Tried{Group: ofTrees, Title: treesTitle, Gain: round(1 - with[0][0]/base[0])}
			c.trees.note = fmt.Sprintf("%s (trees): at the newest cut-off a quarter of it missed %.1f %% more than %s does, so it is left out.", treesTitle, 100*(with[0][0]/base[0]-1), c.name)
			return nil
		}
	}
	c.trees.judge(base, with[:], units, c.name)
	if c.trees.share == 0 {
		return nil
	}
	for k, at := range p.cutoffs {
		w.mix(at, means[k], c.trees.share)
	}
	c.remeasure(w, p)
	var err error
	c.trees.now, err = w.trees(ctx, a, w.n, Horizon)
	return err
}

// mix lets trees take a share of the forecasts from a cut-off on.
func (w *weeks) mix(at int, means [][]float64, share float64) {
	for i, of := range means {
		if of == nil {
			continue
		}
		if w.all[i].mixed == nil {
			w.all[i].mixed = map[int]mixed{}
		}
		w.all[i].mixed[at] = mixed{of, share}
	}
}

// share leaves to the methods how much the shop sells altogether in each week; trees say how that is shared out among the products.
// Left to themselves they expect less of a skewed demand than comes, which misses less and orders too little.
func (c *choice) share(w *weeks, at, horizon int, together []*auto.Result, trees [][]float64) {
	said := make([][]float64, len(w.all))
	parallel.For(len(w.all), func(i int) {
		s := w.all[i]
		if s.instead[at] != nil || c.of[i] == 0 { // neither is lifted
			trees[i] = nil
		}
		if trees[i] != nil {
			y := s.past(c.of[i], at)
			said[i] = c.method(c.of[i], y, together[i]).Mean(y, horizon)
		}
	})
	by, of := make([]float64, horizon), make([]float64, horizon)
	for i, mean := range said {
		for h, v := range mean {
			by[h], of[h] = by[h]+v, of[h]+trees[i][h]
		}
	}
	for h := range by {
		by[h] /= math.Max(of[h], 1e-9)
	}
	for _, mean := range trees {
		lifted{factor: by}.times(mean)
	}
}

// tooFewForTrees says why a shop is too small to be asked; empty where it is not.
func (w *weeks) tooFewForTrees(p plan) string {
	if len(p.cutoffs) == 0 {
		return "" // the card says that nothing was tested
	}
	most, second := 0, 0 // products at the cut-offs with the most of them
	for _, at := range p.cutoffs {
		old := 0
		for _, s := range w.all {
			if at-s.first >= combinedHistory {
				old++
			}
		}
		if old > most {
			most, second = old, most
		} else {
			second = max(second, old)
		}
	}
	if second >= treeProducts {
		return ""
	}
	return fmt.Sprintf("%s (trees) was not tried: it needs %d products that are %d weeks old at two cut-offs, and there are %d.", treesTitle, treeProducts, combinedHistory, second)
}

// compare adds up what is missed at the k-th cut-off without trees and with each share of them. A product's own method counts here as it is
// chosen without that cut-off.
func (c *choice) compare(w *weeks, p plan, k int, trees [][]float64, base *float64, with *[len(treeShares)][]float64) (units float64) {
	each := make([][len(treeShares) + 2]float64, len(w.all))
	parallel.For(len(w.all), func(i int) {
		method := c.of[i]
		if method != c.champion {
			others := make([][]scored, len(c.scores[i]))
			for m, of := range c.scores[i] {
				others[m] = slices.Delete(slices.Clone(of), k, k+1)
			}
			method = ownMethod(others, c.champion, 0)
		}
		alone := c.scores[i][method][k]
		e := &each[i]
		e[0], e[1] = alone.volume, alone.miss
		for n, share := range treeShares {
			if e[n+2] = alone.miss; trees[i] != nil {
				e[n+2] = c.scoreBlend(w, i, method, k, p, mixed{trees[i], share}).miss
			}
		}
	})
	for _, e := range each {
		units += e[0]
		*base += e[1]
		for n := range with {
			with[n][k] += e[n+2]
		}
	}
	return units
}

// scoreBlend is the score of a product's method of which trees take a share.
func (c *choice) scoreBlend(w *weeks, i, method, k int, p plan, of mixed) scored {
	s, at := w.all[i], p.cutoffs[k]
	s.mixed = map[int]mixed{at: of}
	y := s.test(method, at, p.horizon)
	seen := y[:max(0, min(at-s.first, len(y)))]
	return scoredOf(forecast.BacktestMean(y, s.lift(method, c.method(method, seen, c.together[k][i]), at), []int{at - s.first}, p.horizon))
}

// judge takes the share with which least was missed, of those that missed less at more cut-offs than not, if it earns its place.
func (t *planted) judge(base []float64, with [][]float64, units float64, champion string) {
	best, better := 0, winsOver(base, with[0])
	for n := 1; n < len(with); n++ {
		wins := winsOver(base, with[n])
		if more := wins > 0; more != (better > 0) && more || more == (better > 0) && floats.Sum(with[n]) < floats.Sum(with[best]) {
			best, better = n, wins
		}
	}
	sum := math.Max(floats.Sum(base), 1e-9)
	t.tried = &Tried{Group: ofTrees, Title: treesTitle, Gain: round(1 - floats.Sum(with[best])/sum)}
	verdict := "it is left out"
	if t.tried.Gain >= leastGain && better > 0 {
		t.tried.Kept, t.share = true, treeShares[best]
		verdict = fmt.Sprintf("it makes up %.0f %% of the forecasts", 100*t.share)
	}
	alone := with[len(with)-1]
	t.note = fmt.Sprintf("%s (trees): WAPE %.3f alone and %.3f as %.0f %% of a blend, where %s has %.3f at past cut-offs: %s.", treesTitle,
		floats.Sum(alone)/units, floats.Sum(with[best])/units, 100*treeShares[best], champion, sum/units, verdict)
}

// winsOver is at how many more cut-offs than not less was missed.
func winsOver(base, with []float64) (wins int) {
	for k, v := range with {
		switch {
		case v < base[k]:
			wins++
		case v > base[k]:
			wins--
		}
	}
	return wins
}

// remeasure scores the choice again, with the share of the trees.
func (c *choice) remeasure(w *weeks, p plan) {
	parallel.For(len(w.all), func(i int) {
		for k, at := range p.cutoffs {
			if of, ok := w.all[i].mixed[at]; ok {
				c.scores[i][c.of[i]][k] = c.scoreBlend(w, i, c.of[i], k, p, of)
			}
		}
	})
	c.name += withTrees
	c.model, c.baseline = forecast.Score{}, forecast.Score{}
	c.measure(w, p, c.folds)
}

// withTrees is added to the name of a method of whose answers trees take a share.
const withTrees = ", with one model over all products"

// mixed is what trees say of a series at a cut-off, and their share.
type mixed struct {
	mean  []float64
	share float64
}

// blended is a method whose means are drawn towards those of the trees; its bands move along.
type blended struct {
	forecast.Method
	mixed
}

// Mean implements forecast.Method.
func (b blended) Mean(y []float64, horizon int) []float64 {
	mean := b.Method.Mean(y, horizon)
	return lifted{factor: b.factors(mean)}.times(mean)
}

// Forecast implements forecast.Method.
func (b blended) Forecast(y []float64, horizon int) forecast.Forecast {
	f := b.Method.Forecast(y, horizon)
	return lifted{ready{f}, b.factors(f.Mean)}.Forecast(y, horizon)
}

// factors are by how much the trees multiply a method's means; nothing comes of nothing.
func (b blended) factors(mean []float64) []float64 {
	out := make([]float64, len(mean))
	for h, v := range mean {
		out[h] = 1
		if v > 0 && h < len(b.mean) {
			out[h] += b.share * (math.Min(math.Max(b.mean[h]/v, 1/treesFar), treesFar) - 1)
		}
	}
	return out
}
