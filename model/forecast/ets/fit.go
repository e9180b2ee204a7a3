package ets

import (
	"math"

	"almanac/model/forecast/search"
	"almanac/model/forecast/season"
)

// Fit estimates one kind of model by maximum likelihood. ok is false where the series does not allow the kind: fewer
// observations than parameters, values that are not positive under relative errors or multiplying seasons, or less than two periods.
func Fit(y []float64, k Kind) (m *Model, ok bool) {
	if k.Season == 'N' || k.Period < 2 {
		k.Season, k.Period = 'N', 1
	}
	x, scale, positive := scaled(y)
	return fitScaled(x, scale, positive, k)
}

func fitScaled(x []float64, scale float64, positive bool, k Kind) (*Model, bool) {
	n := len(x)
	if n < k.parameters()+2 || (k.Season != 'N' && n < 2*k.Period) || (!positive && (k.Times || k.Season == 'M')) {
		return nil, false
	}
	f := newFitter(x, k)
	p := f.start()
	v := search.BFGS(f.value, p, 80, 1e-6)
	if math.IsInf(v, 0) || math.IsNaN(v) {
		return nil, false
	}
	return f.model(p, v, scale), true
}

// Auto chooses among the family by AICc. Combinations that are unstable are left out: additive errors with multiplying
// seasons (Hyndman et al. 2008, section 7.2), and seasons of more than maxPeriod steps. Never nil: what no model fits
// (fewer than four values) is answered by the mean of the last ones.
func Auto(y []float64, period int) *Model {
	x, scale, positive := scaled(y)
	var best *Model
	for _, k := range family(period) {
		m, ok := fitScaled(x, scale, positive, k)
		if ok && !math.IsNaN(m.AICc) && (best == nil || m.AICc < best.AICc) {
			best = m
		}
	}
	if best == nil {
		return constant(y)
	}
	return best
}

// maxPeriod bounds the seasons that are states of their own, as in the published implementations: a longer season has
// more states than a series can teach.
const maxPeriod = 24

func family(period int) []Kind {
	seasons := []byte{'N'}
	if period >= 2 && period <= maxPeriod {
		seasons = append(seasons, 'A', 'M')
	}
	var out []Kind
	for _, s := range seasons {
		for _, times := range []bool{false, true} {
			if s == 'M' && !times {
				continue
			}
			p := period
			if s == 'N' {
				p = 1
			}
			out = append(out,
				Kind{Times: times, Season: s, Period: p},
				Kind{Times: times, Trend: true, Season: s, Period: p},
				Kind{Times: times, Trend: true, Damped: true, Season: s, Period: p})
		}
	}
	return out
}

// scaled is y divided by its mean size; positive says whether all values are above zero.
func scaled(y []float64) (x []float64, scale float64, positive bool) {
	positive = true
	for _, v := range y {
		scale += math.Abs(v) / float64(len(y))
		positive = positive && v > 0
	}
	if !(scale > 0) || math.IsInf(scale, 0) {
		scale = 1
	}
	x = make([]float64, len(y))
	for i, v := range y {
		x[i] = v / scale
		positive = positive && x[i] > 1e-6
	}
	return x, scale, positive
}

func logit(p float64) float64 { return math.Log(p / (1 - p)) }

// start is the heuristic of Hyndman et al. 2008, section 2.6.1: seasons from a decomposition of the first years, level and
// trend from a line through the first ten values without season.
func (f *fitter) start() []float64 {
	p := make([]float64, f.size())
	head := f.y
	if f.Season != 'N' {
		seasons := p[len(p)-f.Period:]
		indices, ok := season.Classical(f.y[:min(len(f.y), max(3*f.Period, 30))], f.Period, f.Season == 'M')
		if !ok {
			indices = make([]float64, f.Period)
			if f.Season == 'M' {
				for i := range indices {
					indices[i] = 1
				}
			}
		}
		head = make([]float64, min(len(f.y), max(10, 2*f.Period)))
		for i := range seasons {
			seasons[i] = indices[i]
			if f.Season == 'M' {
				seasons[i] = math.Max(indices[i], 0.05)
			}
		}
		for t := range head {
			if f.Season == 'A' {
				head[t] = f.y[t] - seasons[t%f.Period]
			} else {
				head[t] = f.y[t] / seasons[t%f.Period]
			}
		}
	}
	head = head[:min(len(head), max(10, 2*f.Period))]
	level, slope := line(head)
	if !f.Trend {
		level, slope = mean(head[:min(len(head), 10)]), 0
	}
	if f.Times && level <= 0.01 {
		level, slope = math.Max(f.y[0], 0.01), 0
	}
	p[0], p[1] = logit(0.3), level
	i := 2
	if f.Trend {
		p[2], p[3] = logit(0.1), slope
		i = 4
	}
	if f.Damped {
		p[i] = logit(0.9)
		i++
	}
	if f.Season != 'N' {
		p[i] = logit(0.1)
	}
	return p
}

// line is the intercept one step before the first value and the slope of the least squares line.
func line(y []float64) (level, slope float64) {
	n := float64(len(y))
	var sum, weighted float64
	for t, v := range y {
		sum += v
		weighted += float64(t+1) * v
	}
	if n < 2 {
		return sum, 0
	}
	slope = 12 * (weighted - sum*(n+1)/2) / (n * (n*n - 1))
	return sum/n - slope*(n+1)/2, slope
}

func mean(y []float64) float64 {
	var sum float64
	for _, v := range y {
		sum += v
	}
	return sum / math.Max(1, float64(len(y)))
}

// model runs the recursion once more and keeps what forecasts need.
func (f *fitter) model(p []float64, value, scale float64) *Model {
	f.spread(p)
	f.forward()
	n := len(f.y)
	k := float64(f.parameters())
	m := &Model{
		Kind: f.Kind, Alpha: f.alpha, Beta: f.beta, Gamma: f.gam, Phi: f.phi,
		AICc:  value + 2*k + 2*k*(k+1)/(float64(n)-k-1),
		level: f.level[n], trend: f.trend[n], scale: scale, Errors: make([]float64, n),
	}
	if float64(n)-k-1 <= 0 {
		m.AICc = math.Inf(1)
	}
	var squared float64
	for t, y := range f.y {
		e := y - f.fit[t]
		if f.Times {
			e /= f.fit[t]
		} else {
			m.Errors[t] = e * scale
		}
		if f.Times {
			m.Errors[t] = e
		}
		squared += e * e
	}
	m.Sigma = math.Sqrt(squared / math.Max(1, float64(n)-k))
	if f.Season != 'N' {
		// Index 0 belongs to the next step.
		m.season = append([]float64(nil), f.season[n:n+f.Period]...)
	}
	return m
}

func constant(y []float64) *Model {
	m := &Model{Kind: Kind{Season: 'N', Period: 1}, Alpha: least, Phi: 1, AICc: math.NaN(), scale: 1, level: mean(y), Errors: make([]float64, len(y))}
	var squared float64
	for t, v := range y {
		m.Errors[t] = v - m.level
		squared += m.Errors[t] * m.Errors[t]
	}
	if len(y) > 1 {
		m.Sigma = math.Sqrt(squared / float64(len(y)-1))
	}
	return m
}
