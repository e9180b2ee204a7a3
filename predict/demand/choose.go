package demand

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"almanac/model/forecast"
	"almanac/model/forecast/auto"
	"almanac/model/parallel"
)

// Horizon is how many weeks are forecast: a quarter, longer than most lead times.
const Horizon = 13

// baselineFor is what a merchant would say without a model. With two years or more: as in the same week a year ago. A
// shorter history cannot show that a year repeats itself; then its last quarter, month or week is repeated, the longest
// of which it holds two.
func baselineFor(n int) (forecast.Method, string) {
	switch {
	case n >= 104:
		return forecast.SeasonalNaive{Period: 52}, ""
	case n >= 26:
		return forecast.SeasonalNaive{Period: 13}, fmt.Sprintf(
			"The history holds %d weeks: a yearly season needs 104 to be tested, so the baseline repeats the last quarter.", n)
	case n >= 8:
		return forecast.SeasonalNaive{Period: 4}, fmt.Sprintf(
			"The history holds %d weeks: the baseline repeats the last four.", n)
	}
	return forecast.Naive{}, fmt.Sprintf("The history holds %d weeks: the baseline repeats the last one.", n)
}

// challengers must beat the baseline on the shop's own past to be used.
func challengers() []forecast.Method {
	return []forecast.Method{
		forecast.MovingAverage{Window: 4},
		forecast.MovingAverage{Window: 8},
		forecast.MovingAverage{Window: 13},
		forecast.MovingAverage{Window: 26},
		forecast.Smoothing{},
	}
}

// plan is the backtest: cut-offs in weeks, newest first, and the weeks forecast from each.
type plan struct {
	cutoffs []int
	horizon int
}

// planFor lays up to four cut-offs a quarter apart over the history, with targets that do not overlap. A short history
// is tested on four weeks, and one of less than twelve weeks not at all.
func planFor(n int) plan {
	horizon := Horizon
	if n < 2*Horizon {
		horizon = 4
	}
	return plan{forecast.Cutoffs(n, horizon, horizon, 4, 8), horizon}
}

// choice is which method answers for which product, and what the backtest said.
type choice struct {
	methods  []forecast.Method // 0 is the baseline; the index after the last is the combination
	single   int               // the best of methods: it answers for products too young for the combination
	champion int
	of       []int // by series; the index of its method
	stretch  stretch
	model    forecast.Score
	baseline forecast.Score
	folds    int
	name     string
	whole    scored // of the champion, over all cut-offs
	tried    []Tried
	trees    planted       // what came of one model over all products
	lives    []string      // what launches, ends and bulk orders told, for the card
	leaves   [][][]float64 // means of the champion by cut-off and series, and how far they stray
	spreads  [][]float64
	scores   [][][]scored     // by series, method and cut-off; nil without a backtest
	past     [][]Tested       // by series: what was missed in the backtest
	together [][]*auto.Result // what the combination says, by cut-off and series
}

// scored is what choosing needs of a score: there are many of them.
type scored struct {
	volume, miss float64
	points       int32
}

func scoredOf(s forecast.Score) scored { return scored{s.Volume, s.Miss, int32(s.Points)} }

func (s *scored) add(o scored) {
	s.volume, s.miss, s.points = s.volume+o.volume, s.miss+o.miss, s.points+o.points
}

func (c *choice) combination() int { return len(c.methods) }

// nameOf is the name of a method by its index.
func (c *choice) nameOf(m int) string {
	if m == c.combination() {
		return combination
	}
	return c.methods[m].Name()
}

// method is the m-th method for a series; together is what the combination says of it, nil where it is too young.
func (c *choice) method(m int, y []float64, together *auto.Result) forecast.Method {
	if m < c.combination() {
		return c.methods[m]
	}
	if together == nil {
		return c.methods[c.single]
	}
	return said{together, mostOf(y)}
}

// margin is how much better than the shop's champion a product's own method must have been to be taken instead: with a
// handful of methods and a few dozen weeks, the best of a product is a little better by luck.
const margin = 0.9

// nearly is how much more the combination may miss and still be the champion: where means are as good, its bands are better,
// since they know how hard each product is, and so are its sums over lead times.
const nearly = 1.01

// choose runs the backtest. The shop's champion is the method with the least WAPE over all products and cut-offs (the
// combination already where it is nearly that), the baseline where nothing is better. A choice per product is taken only if, made on the older cut-offs, it beats the
// champion at the newest one, which it had not seen.
//
// before is the choice that did not believe stockouts inferred from sales, where this one does: what they do not change is
// taken from it. Else it is nil.
func choose(ctx context.Context, w *weeks, p plan, before *choice) (choice, error) {
	base, _ := baselineFor(w.n)
	c := choice{methods: append([]forecast.Method{base}, challengers()...), of: make([]int, len(w.all)), folds: len(p.cutoffs)}
	c.name = base.Name()
	if c.folds == 0 {
		return c, nil
	}
	c.together = make([][]*auto.Result, len(p.cutoffs))
	for k, cutoff := range p.cutoffs {
		if before != nil && !slices.ContainsFunc(w.all, func(s series) bool { return s.doubted(cutoff) }) {
			c.together[k] = before.together[k]
			continue
		}
		var err error
		if c.together[k], err = combined(ctx, w, cutoff, p.horizon); err != nil {
			return c, err
		}
	}
	scores := scoreAll(w, p, c.methods, before)
	c.single = leastMiss(sumOver(scores, len(c.methods), c.folds))
	c.addCombination(w, p, scores)
	c.scores = scores
	sum := sumOver(scores, len(c.methods)+1, c.folds)
	c.champion = leastMiss(sum)
	if together := sum[c.combination()]; c.champion != 0 && together.miss <= nearly*sum[c.champion].miss {
		c.champion = c.combination()
	}
	c.name, c.whole = c.nameOf(c.champion), sum[c.champion]
	for i := range c.of {
		c.of[i] = c.champion
	}
	if c.folds >= 3 && c.ownMethods(w, scores) {
		c.name = "best per product, else " + c.name
		c.measure(w, p, 1)
		c.folds = 1
		for i := range w.all {
			c.of[i] = ownMethod(scores[i], c.champion, 0)
		}
		return c, nil
	}
	c.measure(w, p, c.folds)
	return c, nil
}

// ownMethods gives every product the method that was best for it at the older cut-offs, if that was better for the shop at
// the newest; what is then reported is this honest test.
func (c *choice) ownMethods(w *weeks, scores [][][]scored) bool {
	older := make([]int, len(w.all))
	var shop, own scored
	for i := range w.all {
		older[i] = ownMethod(scores[i], c.champion, 1)
		shop.add(scores[i][c.champion][0])
		own.add(scores[i][older[i]][0])
	}
	if own.miss >= shop.miss {
		return false
	}
	c.of = older
	return true
}

// ownMethod is the method that missed least for one series over the cut-offs from the given one on, if clearly less than
// the champion; else the champion.
func ownMethod(scores [][]scored, champion, from int) int {
	of := func(m int) (sum scored) {
		for _, s := range scores[m][from:] {
			sum.add(s)
		}
		return sum
	}
	shop := of(champion)
	if shop.points < Horizon {
		return champion
	}
	best, limit := champion, margin*shop.miss
	for m := range scores {
		if sum := of(m); sum.miss < limit {
			best, limit = m, sum.miss
		}
	}
	return best
}

// scoreAll is the score of every series, method and cut-off: means only. See [choose] for before.
func scoreAll(w *weeks, p plan, methods []forecast.Method, before *choice) [][][]scored {
	out := make([][][]scored, len(w.all))
	parallel.For(len(w.all), func(i int) {
		s := w.all[i]
		out[i] = make([][]scored, len(methods), len(methods)+1)
		for m := range methods {
			out[i][m] = make([]scored, len(p.cutoffs))
		}
		for k, c := range p.cutoffs {
			if before != nil && !s.doubted(c) {
				for m := range methods {
					out[i][m][k] = before.scores[i][m][k]
				}
				continue
			}
			y := [...][]float64{s.test(0, c, p.horizon), s.test(1, c, p.horizon)} // of the baseline, and of all others
			for m, method := range methods {
				out[i][m][k] = scoredOf(forecast.BacktestMean(y[min(m, 1)], s.lift(m, method, c), []int{c - s.first}, p.horizon))
			}
		}
	})
	return out
}

// addCombination scores the combination as one more method.
func (c *choice) addCombination(w *weeks, p plan, scores [][][]scored) {
	parallel.For(len(w.all), func(i int) {
		s := w.all[i]
		of := make([]scored, len(p.cutoffs))
		for k, at := range p.cutoffs {
			y := s.test(c.combination(), at, p.horizon)
			m := c.method(c.combination(), y[:max(0, min(at-s.first, len(y)))], c.together[k][i])
			of[k] = scoredOf(forecast.BacktestMean(y, s.lift(c.combination(), m, at), []int{at - s.first}, p.horizon))
		}
		scores[i] = append(scores[i], of)
	})
}

func sumOver(scores [][][]scored, methods, folds int) []scored {
	sum := make([]scored, methods)
	for _, of := range scores {
		for m := range methods {
			for k := range folds {
				sum[m].add(of[m][k])
			}
		}
	}
	return sum
}

// leastMiss is the method that missed least; the earlier, simpler one where two are equal. Nothing scored: the first.
func leastMiss(sum []scored) int {
	best, least := 0, math.Inf(1)
	for m, s := range sum {
		if s.points > 0 && s.miss < least {
			best, least = m, s.miss
		}
	}
	return best
}

// enoughProducts tell as well as all would whether something helps the shop's forecasts.
const enoughProducts = 10_000

// some is a sample of so many products, drawn with a seed; all of them where these are no more.
func (w *weeks) some(enough int) *weeks {
	if len(w.all) <= enough {
		return w
	}
	out := *w
	out.all, out.about, out.days = nil, nil, nil
	taken := rand.New(rand.NewPCG(1, uint64(len(w.all)))).Perm(len(w.all))[:enough]
	slices.Sort(taken)
	for _, i := range taken {
		out.all, out.about = append(out.all, w.all[i]), append(out.about, w.about[i])
	}
	return &out
}

// chooseAll is [choose] without and with what moves demand besides time, and with stockouts that are inferred from sales, and without.
// Effects are believed where sales answered to them at past cut-offs and the choice, of which only what was told then is known,
// misses no more; inferred stockouts only where forecasts that learnt with them miss less of the weeks of which nobody doubts that
// there was stock. Of a catalogue with more than enough products a sample tells.
func chooseAll(ctx context.Context, w *weeks, p plan, e *effects, enough int) (choice, error) {
	best, err := choose(ctx, w.some(enough), p, nil)
	if err != nil {
		return best, err
	}
	if e.a != nil {
		var tried []Tried
		if *e, tried, err = e.a.earn(ctx, p); err != nil {
			return best, err
		}
		if len(e.groups) > 0 {
			e.move(p)
			with, err := choose(ctx, w.some(enough), p, nil)
			switch {
			case err != nil:
				return best, err
			case with.whole.miss <= best.whole.miss:
				best = with
			default:
				e.groups, w.fitted = nil, nil
				e.move(p)
				for k := range tried {
					tried[k].Untold, tried[k].Kept = tried[k].Kept, false
				}
			}
		}
		best.tried = tried
	}
	if slices.ContainsFunc(w.all, func(s series) bool { return s.stock != nil && s.stock.inferred }) {
		w.believe(true)
		with, err := choose(ctx, w.some(enough), p, &best)
		if err != nil {
			return best, err
		}
		if with.model.WAPE() < best.model.WAPE() {
			with.tried = best.tried
			best = with
		} else {
			w.believe(false)
		}
	}
	if len(best.of) == len(w.all) {
		return best, nil
	}
	all, err := choose(ctx, w, p, nil)
	all.tried = best.tried
	return all, err
}

func (w *weeks) believe(inferred bool) {
	for i := range w.all {
		w.all[i].trust = inferred
	}
}
