package forecast

import (
	"math"
	"slices"

	"almanac/model/stats"
)

const (
	// enoughErrors is the least number of past errors whose 10 % and 90 % quantiles are worth looking at.
	enoughErrors = 10
	// errorOrigins is how many past cut-offs are revisited for errors: two years of weeks. Older misses say little.
	errorOrigins = 104
	// spreadSteps is the length of the sums that tell how errors add up over a lead time.
	spreadSteps = 4
)

// pointer is the inside of a [Method]: the mean from an already cleaned series, and how many observations it needs
// before its errors are typical of it.
type pointer interface {
	mean(y []float64, horizon int) []float64
	warmup() int
}

// withBands runs m now for the mean, and from past cut-offs for the errors that become bands and spread.
func withBands(m pointer, raw []float64, horizon int) Forecast {
	y := observed(raw)
	horizon = max(horizon, 0)
	f := Forecast{
		Mean: m.mean(y, horizon),
		P10:  make([]float64, horizon),
		P50:  make([]float64, horizon),
		P90:  make([]float64, horizon),
		Most: Ceiling * largest(y),
	}
	for i := range f.Fan {
		f.Fan[i] = make([]float64, horizon)
	}
	for h := range f.Mean {
		f.Mean[h] = clamp(f.Mean[h], f.Most)
	}
	if horizon == 0 || f.Most == 0 {
		return f
	}
	errs := pastErrors(m, y, max(horizon, spreadSteps))
	f.Spread = errs.spread(meanOf(f.Mean))
	for h := range horizon {
		sample := errs.at(h)
		f.quantiles(h, func(p float64) float64 {
			if len(sample) < enoughErrors {
				return DemandQuantile(f.Mean[h], f.Spread.SD(1), p)
			}
			return f.Mean[h] + stats.QuantileSorted(sample, p)
		})
	}
	return f
}

// quantiles sets all quantiles of one step.
func (f *Forecast) quantiles(h int, at func(p float64) float64) {
	f.P10[h], f.P50[h], f.P90[h] = clamp(at(0.1), f.Most), clamp(at(0.5), f.Most), clamp(at(0.9), f.Most)
	for i, p := range FanLevels {
		f.Fan[i][h] = clamp(at(p), f.Most)
	}
}

// misses holds actual − forecast by step ahead, and by sums over spreadSteps steps.
type misses struct {
	byStep [][]float64
	sums   []float64
	pooled []float64 // lazily: all steps together, for the steps with too few errors of their own
}

func pastErrors(m pointer, y []float64, horizon int) misses {
	n := len(y)
	e := misses{byStep: make([][]float64, horizon)}
	first := max(1, n-errorOrigins, min(m.warmup(), n/2))
	for t := first; t < n; t++ {
		if !hasObservation(y[:t]) {
			continue
		}
		steps := min(horizon, n-t)
		mean := m.mean(y[:t], steps)
		var sum float64
		for h := range steps {
			d := y[t+h] - mean[h]
			if h < spreadSteps {
				sum += d // becomes NaN with any unobserved step, and is dropped below
			}
			if !math.IsNaN(d) {
				e.byStep[h] = append(e.byStep[h], d)
			}
		}
		if steps >= spreadSteps && !math.IsNaN(sum) {
			e.sums = append(e.sums, sum)
		}
	}
	for h := range e.byStep {
		slices.Sort(e.byStep[h])
	}
	return e
}

// at is the sorted sample of errors for step h, that of all steps together where its own is too small.
func (e *misses) at(h int) []float64 {
	if len(e.byStep[h]) >= enoughErrors {
		return e.byStep[h]
	}
	if e.pooled == nil {
		for _, s := range e.byStep {
			e.pooled = append(e.pooled, s...)
		}
		slices.Sort(e.pooled)
	}
	// Overlapping errors of the same few cut-offs repeat one another: count the cut-offs, not the pairs.
	if len(e.byStep[0]) < enoughErrors {
		return nil
	}
	return e.pooled
}

func largest(y []float64) float64 {
	var most float64
	for _, v := range y {
		if v > most { // false for NaN
			most = v
		}
	}
	return most
}

func hasObservation(y []float64) bool {
	for _, v := range y {
		if !math.IsNaN(v) {
			return true
		}
	}
	return false
}

func clamp(v, most float64) float64 { return math.Min(math.Max(v, 0), most) }
