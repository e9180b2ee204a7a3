// Package gbdt answers what to expect of a row of features, from many rows whose outcome is known: gradient-boosted
// decision trees over histograms.
//
// In go columns of numbers (NaN is missing) and of category codes, sorted into at most 255 bins ([NewBins]), and a target
// per row; out comes a [Model] that predicts single rows. Trees are grown leaf by leaf, the best split of all leaves first. The
// histogram of one of two siblings is their parent's less the other's. A missing value goes to the side that is better
// for the training rows; categories are split by the order of their gradients.
//
// Gradients are summed as integers in fixed point, so that sums do not depend on their order: the same rows, options and seed
// give the same bytes, whatever the number of goroutines.
//
// Sources: Friedman (2001), "Greedy function approximation: a gradient boosting machine", Annals of Statistics 29(5), and
// (2002), "Stochastic gradient boosting", for the sampling; Ke et al. (2017), "LightGBM: a highly efficient gradient boosting
// decision tree", NIPS 30, for histograms and leaf-wise growth; Fisher (1958), "On grouping for maximum homogeneity",
// JASA 53(284), for categories.
package gbdt

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"

	"almanac/model/parallel"
)

// Options of a fit. Zero values stand for the defaults in brackets.
type Options struct {
	Objective Objective
	Level     float64 // of [Quantile], in (0, 1) [.5]; of [Tweedie] the variance power, in (1, 2) [1.2]
	Rounds    int     // trees at most [100]
	Patience  int     // with a validation set: stop after so many rounds without a better loss; 0 never
	Rate      float64 // share of each tree that is added, in (0, 1] [.1]
	Leaves    int     // of a tree at most, at least 2 [31]
	MinRows   int     // of a leaf at least [20]
	MinWeight float64 // sum of second derivatives in a leaf at least [.001]
	L2        float64 // added to the sum of second derivatives of every leaf, ≥ 0 [0]
	RowShare  float64 // of the rows, drawn anew for each tree, in (0, 1] [1]
	ColShare  float64 // of the columns, drawn anew for each tree, in (0, 1] [1]
	Seed      uint64
	Workers   int // goroutines; 0 for one per processor
	// Tell is called after each round, with the number of rounds done and of those to do at most.
	Tell func(done, most int)
}

// Set is rows to learn from or to validate on.
type Set struct {
	Bins   *Bins
	Target []float64 // one a row, finite; not negative for [Poisson] and [Tweedie]
	Weight []float64 // one a row, not negative; nil: all 1
	Offset []float64 // one a row, added to what the trees say before the link; nil: all 0
}

func (s *Set) check(name string, o Options) error {
	if s.Bins == nil || s.Bins.Rows() == 0 {
		return fmt.Errorf("the %s set has no rows", name)
	}
	n := s.Bins.Rows()
	if len(s.Target) != n || s.Weight != nil && len(s.Weight) != n || s.Offset != nil && len(s.Offset) != n {
		return fmt.Errorf("the %s set has %d rows, %d targets, %d weights and %d offsets; give as many as rows", name, n, len(s.Target), len(s.Weight), len(s.Offset))
	}
	var total float64
	for i, y := range s.Target {
		if math.IsNaN(y) || math.IsInf(y, 0) || math.Abs(y) > 1e12 {
			return fmt.Errorf("row %d of the %s set has the target %v; leave such rows out", i, name, y)
		}
		if y < 0 && (o.Objective == Poisson || o.Objective == Tweedie) {
			return fmt.Errorf("row %d of the %s set has the target %v, but counts are not negative", i, name, y)
		}
		if w := s.weight(i); !(w >= 0) || w > 1e12 {
			return fmt.Errorf("row %d of the %s set has the weight %v; weights are finite and not negative", i, name, w)
		} else {
			total += w
		}
		if v := s.offset(i); math.IsNaN(v) || math.Abs(v) > 1e12 {
			return fmt.Errorf("row %d of the %s set has the offset %v; offsets are finite", i, name, v)
		}
	}
	if total == 0 {
		return fmt.Errorf("all weights of the %s set are zero", name)
	}
	return nil
}

func (s *Set) weight(i int) float64 {
	if s.Weight == nil {
		return 1
	}
	return s.Weight[i]
}

func (s *Set) offset(i int) float64 {
	if s.Offset == nil {
		return 0
	}
	return s.Offset[i]
}

func (o Options) usual() (Options, error) {
	first := func(v *float64, usual float64) {
		if *v == 0 {
			*v = usual
		}
	}
	whole := func(v *int, usual int) {
		if *v == 0 {
			*v = usual
		}
	}
	level := .5
	if o.Objective == Tweedie {
		level = 1.2
	}
	first(&o.Level, level)
	first(&o.Rate, .1)
	first(&o.MinWeight, .001)
	first(&o.RowShare, 1)
	first(&o.ColShare, 1)
	whole(&o.Rounds, 100)
	whole(&o.Leaves, 31)
	whole(&o.MinRows, 20)
	whole(&o.Workers, runtime.GOMAXPROCS(0))
	switch {
	case o.Objective > Pinball:
		return o, fmt.Errorf("there is no objective %d", o.Objective)
	case o.Objective == Pinball && !(o.Level > 0 && o.Level < 1):
		return o, fmt.Errorf("the level of a quantile is %v, not between 0 and 1", o.Level)
	case o.Objective == Tweedie && !(o.Level > 1 && o.Level < 2):
		return o, fmt.Errorf("the Tweedie power is %v, not between 1 and 2", o.Level)
	case !(o.Rate > 0 && o.Rate <= 1) || !(o.RowShare > 0 && o.RowShare <= 1) || !(o.ColShare > 0 && o.ColShare <= 1):
		return o, errors.New("rate and shares of rows and columns lie above 0 and up to 1")
	case o.Leaves < 2 || o.Leaves > 1<<15 || o.MinRows < 0 || o.Rounds < 0 || o.Rounds > 1<<20 || o.Workers < 0 || o.Patience < 0:
		return o, errors.New("a tree has 2 to 32768 leaves; rows, rounds, patience and workers are not negative")
	case !(o.MinWeight >= 0) || !(o.L2 >= 0) || math.IsInf(o.L2, 1):
		return o, errors.New("least weight and L2 are finite and not negative")
	}
	return o, nil
}

// Fit learns from train. With valid, whose bins must come from the same [Bins.With], the loss on it is watched, and the
// model keeps the rounds up to its best. Where no split helps, the model is a constant. It returns early with ctx's error.
func Fit(ctx context.Context, train Set, valid *Set, o Options) (*Model, error) {
	o, err := o.usual()
	if err != nil {
		return nil, err
	}
	if err := train.check("training", o); err != nil {
		return nil, err
	}
	if train.Bins.Rows() >= 1<<28 {
		return nil, fmt.Errorf("%d rows are too many to learn from; draw fewer", train.Bins.Rows())
	}
	if valid != nil {
		if err := valid.check("validation", o); err != nil {
			return nil, err
		}
		if valid.Bins.columns != train.Bins.columns {
			return nil, errors.New("the validation set has other bins; make them with Bins.With")
		}
	}
	b := newBooster(train, o)
	var watch *watcher
	if valid != nil {
		watch = newWatcher(*valid, o, b.model.Start)
	}
	var trees []*tree
	for round := range o.Rounds {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		t := b.round()
		if t == nil {
			break
		}
		trees = append(trees, t)
		if watch != nil && watch.stop(t, round) {
			break
		}
		if o.Tell != nil {
			o.Tell(round+1, o.Rounds)
		}
	}
	if watch != nil {
		b.model.ValidLoss = watch.losses
		trees = trees[:watch.best]
	}
	b.model.plant(trees)
	return b.model, nil
}

// booster holds what lasts from round to round.
type booster struct {
	set    Set
	o      Options
	law    loss
	score  []float64 // offset + start + trees, by row
	grad   []float64
	hess   []float64
	rows   []uint32 // of the round
	rest   []uint32 // the others
	grower *grower
	model  *Model
	rng    *rand.Rand
}

func newBooster(set Set, o Options) *booster {
	n := set.Bins.Rows()
	b := &booster{set: set, o: o, law: o.Objective.loss(o.Level), score: make([]float64, n), grad: make([]float64, n), hess: make([]float64, n),
		rng: rand.New(rand.NewPCG(o.Seed, 0x9E3779B97F4A7C15))}
	start := b.law.start(&set)
	for i := range b.score {
		b.score[i] = start + set.offset(i)
	}
	b.model = &Model{Objective: o.Objective, Start: start, columns: set.Bins.columns}
	b.grower = newGrower(set.Bins, o)
	return b
}

// round grows one tree; nil when no split helps.
func (b *booster) round() *tree {
	b.draw()
	blocks := (len(b.rows) + block - 1) / block
	sums, weights := make([]float64, blocks), make([]float64, blocks)
	parallel.On(b.o.Workers, blocks, func(k int) {
		for _, i := range b.rows[k*block : min(len(b.rows), (k+1)*block)] {
			w := b.set.weight(int(i))
			l, g, h := b.law.slope(b.set.Target[i], b.score[i])
			b.grad[i], b.hess[i] = w*g, w*h
			sums[k] += w * l
			weights[k] += w
		}
	})
	if len(b.rows) > 0 {
		b.model.TrainLoss = append(b.model.TrainLoss, total(sums)/total(weights))
	}
	t, leaves := b.grower.grow(b.rows, b.grad, b.hess, drawn(b.rng, len(*b.set.Bins.columns), b.o.ColShare))
	if t == nil {
		return nil
	}
	if b.o.Objective == Pinball {
		b.settle(t, leaves)
	}
	for i := range t.leaf {
		t.leaf[i] = float32(float64(t.leaf[i]) * b.o.Rate)
	}
	b.add(t, leaves)
	return t
}

// add moves the scores by a tree. The leaves of the rows it was grown on are known.
func (b *booster) add(t *tree, leaves [][]uint32) {
	parallel.On(b.o.Workers, len(leaves), func(k int) {
		for _, r := range leaves[k] {
			b.score[r] += float64(t.leaf[k])
		}
	})
	parts(len(b.rest), b.o.Workers, func(lo, hi int) {
		for _, r := range b.rest[lo:hi] {
			b.score[r] += float64(t.leaf[t.find(b.set.Bins.row(int(r)))])
		}
	})
}

// draw picks the rows of a round.
func (b *booster) draw() {
	b.rows, b.rest = b.rows[:0], b.rest[:0]
	for i := range b.score {
		if b.set.weight(i) > 0 && (b.o.RowShare >= 1 || b.rng.Float64() < b.o.RowShare) {
			b.rows = append(b.rows, uint32(i))
		} else {
			b.rest = append(b.rest, uint32(i))
		}
	}
}

// settle sets every leaf to the quantile of what its rows miss: the slope of the pinball loss tells the direction only
// (Friedman 2001, section 4.4, for the median).
func (b *booster) settle(t *tree, leaves [][]uint32) {
	parallel.On(b.o.Workers, len(leaves), func(k int) {
		miss := make([]weighted, len(leaves[k]))
		for i, r := range leaves[k] {
			miss[i] = weighted{b.set.Target[r] - b.score[r], b.set.weight(int(r))}
		}
		t.leaf[k] = float32(quantileOf(miss, b.o.Level))
	})
}

// watcher follows the loss on rows that are not learned from.
type watcher struct {
	set    Set
	o      Options
	loss   loss
	score  []float64
	losses []float64
	best   int // rounds
	least  float64
}

func newWatcher(set Set, o Options, start float64) *watcher {
	w := &watcher{set: set, o: o, loss: o.Objective.loss(o.Level), score: make([]float64, set.Bins.Rows())}
	for i := range w.score {
		w.score[i] = start + set.offset(i)
	}
	w.least = meanLoss(&w.set, w.loss, w.score, o.Workers)
	return w
}

func (w *watcher) stop(t *tree, round int) bool {
	parts(len(w.score), w.o.Workers, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			w.score[i] += float64(t.leaf[t.find(w.set.Bins.row(i))])
		}
	})
	l := meanLoss(&w.set, w.loss, w.score, w.o.Workers)
	w.losses = append(w.losses, l)
	if l < w.least {
		w.least, w.best = l, round+1
	}
	return w.o.Patience > 0 && round+1-w.best >= w.o.Patience
}
