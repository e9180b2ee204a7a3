package catalogue

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"

	"almanac/model/gbdt"
)

// Options of a fit. Zero values stand for the defaults in brackets.
type Options struct {
	Horizon int    // days ahead that will be asked for, 1 to 364 [28]
	Rows    int    // to learn from, about [1,000,000]
	Span    int    // days back that teach [1,100]
	Trees   int    // of the mean [200]
	Seed    uint64 // of what is drawn
	Workers int    // goroutines; 0 for one per processor
	Tell    func(done, most int)
}

func (o Options) usual() (Options, error) {
	for _, d := range []struct {
		v     *int
		usual int
	}{{&o.Horizon, 28}, {&o.Rows, 1_000_000}, {&o.Span, 1100}, {&o.Trees, 200}, {&o.Workers, runtime.GOMAXPROCS(0)}} {
		if *d.v < 0 {
			return o, fmt.Errorf("the option %d is negative", *d.v)
		}
		if *d.v == 0 {
			*d.v = d.usual
		}
	}
	if o.Horizon > 364 {
		return o, fmt.Errorf("a horizon of %d days is longer than 364", o.Horizon)
	}
	if o.Tell == nil {
		o.Tell = func(int, int) {}
	}
	return o, nil
}

const (
	// mostOfSeries keeps the rows of a small catalogue from asking for the same few days over and over.
	mostOfSeries = 600
	// spreadTrees is the number of trees of the dispersion, whose target is noisier than the mean's.
	spreadTrees = 80
)

// ErrNothing says that nothing can be learned from yet.
var ErrNothing = errors.New("no series has sold anything for a week before the day; choose a later one")

// Fit learns from everything before the day end (an index of the calendar). What lies on that day and after it is not looked at, but
// for the calendar and the prices.
func Fit(ctx context.Context, p *Panel, end int, o Options) (*Model, error) {
	o, err := o.usual()
	if err != nil {
		return nil, err
	}
	if err := p.check(); err != nil {
		return nil, err
	}
	which := make([]int, len(p.Series))
	for i := range which {
		which[i] = i
	}
	each := min(max(o.Rows/len(which), stepsEach), mostOfSeries)
	r, err := fillAll(ctx, p, newGroups(p), which, o.Workers, func(i int) []question {
		return draw(rand.New(rand.NewPCG(o.Seed, uint64(i))), &p.Series[i], end, o.Span, o.Horizon, each)
	})
	if err != nil {
		return nil, err
	}
	if len(r.target) == 0 {
		return nil, ErrNothing
	}
	bins, err := gbdt.NewBins(r.columns, 63)
	if err != nil {
		return nil, err
	}
	r.columns = nil
	return fit(ctx, bins, r, o)
}

func fit(ctx context.Context, bins *gbdt.Bins, r *rows, o Options) (*Model, error) {
	all := o.Trees + spreadTrees
	few := min(max(len(r.target)/2500, 20), 200) // rows of a leaf at least
	trees := gbdt.Options{Objective: gbdt.Tweedie, Level: 1.2, Rounds: o.Trees, Rate: .06, Leaves: 31, MinRows: few, L2: 1,
		RowShare: .5, ColShare: .4, Seed: o.Seed, Workers: o.Workers, Tell: func(done, _ int) { o.Tell(done, all) }}
	m := &Model{horizon: o.Horizon}
	var err error
	if m.mean, err = gbdt.Fit(ctx, gbdt.Set{Bins: bins, Target: r.target, Offset: r.offset}, nil, trees); err != nil {
		return nil, err
	}
	means, err := m.mean.PredictAll(bins, r.offset, o.Workers)
	if err != nil {
		return nil, err
	}
	// The variance is taken relative to the mean, as counts have it.
	spread := make([]float64, len(means))
	for i, v := range means {
		d := r.target[i] - v
		spread[i] = d * d / max(v, tiny)
	}
	trees.Level, trees.Rounds, trees.Rate, trees.Leaves, trees.MinRows = 1.6, spreadTrees, .1, 16, 2*few
	trees.Tell = func(done, _ int) { o.Tell(o.Trees+done, all) }
	m.spread, err = gbdt.Fit(ctx, gbdt.Set{Bins: bins, Target: spread, Offset: r.spread}, nil, trees)
	return m, err
}

// tiny is a mean that is as good as nothing.
const tiny = 1e-4
