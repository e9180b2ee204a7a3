package auto

import (
	"context"
	"math"
	"slices"
	"sync"

	"almanac/model/parallel"
)

// panel holds what every method said at every cut-off of every series.
type panel struct {
	o       Options
	y       [][]float64 // mended
	members []Member
	// now[series][member][step] begins after the series; past[series][k] at its k-th cut-off, newest first.
	now  [][][]float64
	past [][]origin
}

// origin is one cut-off inside a series.
type origin struct {
	end    int         // the cut-off: y[:end] was seen
	f      [][]float64 // by member and step, as many steps as were observed
	scale  float64     // what errors are divided by: mean absolute step of what was seen
	volume float64     // mean size of what came
	miss   []float64   // by member: absolute errors of all steps
	equal  float64     // mean absolute error of the members' plain mean
}

// leastTrain is how short the seen part may be: two periods and a little.
func leastTrain(period int) int { return max(8, 2*period+4) }

// manySeries is from how many series on a few cut-offs of each teach enough; fewer series are looked at more often.
const manySeries = 30

// origins is how many cut-offs each series gets if nothing else is asked for.
func origins(series int) int {
	if series >= manySeries {
		return 4
	}
	return min(20, max(4, 4*manySeries/max(series, 1)))
}

// cutoffs are the ends of what is seen, newest first. Of many series, cut-offs lie a horizon apart, half of one where the
// series is short; of few, as close as it takes to have the number asked for.
func cutoffs(n, horizon, period, most int, few bool) []int {
	stride := horizon
	first := n - horizon - leastTrain(period)
	switch {
	case few:
		stride = min(max(1, first/most), horizon)
	case n < (most+2)*horizon:
		stride = max(1, (horizon+1)/2)
	}
	var out []int
	for end := n - horizon; end >= leastTrain(period) && len(out) < most; end -= stride {
		out = append(out, end)
	}
	return out
}

// fill runs all methods. Series are independent.
func (p *panel) fill(ctx context.Context) error {
	p.now = make([][][]float64, len(p.y))
	p.past = make([][]origin, len(p.y))
	var telling sync.Mutex
	var done int64
	parallel.On(p.o.Workers, len(p.y), func(i int) {
		if ctx.Err() != nil {
			return
		}
		p.one(i)
		if p.o.Tell != nil {
			telling.Lock()
			done++
			p.o.Tell(done, int64(len(p.y)))
			telling.Unlock()
		}
	})
	return ctx.Err()
}

func (p *panel) one(i int) {
	y := p.y[i]
	p.now[i] = p.run(y, p.o.Horizon)
	for _, end := range cutoffs(len(y), p.o.Horizon, p.o.Seasons.Period, p.o.Origins, len(p.y) < manySeries) {
		p.past[i] = append(p.past[i], p.originAt(y, end))
	}
}

func (p *panel) originAt(y []float64, end int) origin {
	o := origin{end: end, f: p.run(y[:end:end], p.o.Horizon), scale: meanStep(y[:end], p.o.Seasons.Period), miss: make([]float64, len(p.members))}
	for h, v := range y[end : end+p.o.Horizon] {
		o.volume += math.Abs(v) / float64(p.o.Horizon)
		var mean float64
		for m := range o.f {
			o.miss[m] += math.Abs(v - o.f[m][h])
			mean += o.f[m][h] / float64(len(o.f))
		}
		o.equal += math.Abs(v-mean) / float64(p.o.Horizon)
	}
	return o
}

// run forecasts with every method; what a method cannot answer is taken from its stand-in, else from the last value.
func (p *panel) run(y []float64, horizon int) [][]float64 {
	out := make([][]float64, len(p.members))
	low, high := bounds(y, 1, p.o.NonNegative)
	for m, member := range p.members {
		f := member.Run(y, p.o.Seasons, horizon)
		if f == nil && member.Else != "" {
			if at := slices.IndexFunc(p.members[:m], func(b Member) bool { return b.Name == member.Else }); at >= 0 {
				f = slices.Clone(out[at])
			}
		}
		if f == nil {
			f = make([]float64, horizon)
			for h := range f {
				f[h] = math.NaN()
			}
		}
		for h, v := range f {
			if math.IsNaN(v) { // a method that failed repeats the last value
				f[h] = 0
				if len(y) > 0 {
					f[h] = y[len(y)-1]
				}
			}
		}
		within(f, low, high)
		out[m] = f
	}
	return out
}

// meanStep is the mean absolute change over one period, of the last steps; over one step where y is short.
func meanStep(y []float64, period int) float64 {
	if len(y) <= period {
		period = 1
	}
	var sum float64
	first := max(period, len(y)-max(104, 8*period))
	for t := first; t < len(y); t++ {
		sum += math.Abs(y[t] - y[t-period])
	}
	if len(y) <= first {
		return 0
	}
	return sum / float64(len(y)-first)
}
