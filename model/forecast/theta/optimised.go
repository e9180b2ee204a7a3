package theta

import (
	"math"

	"almanac/model/forecast/search"
	"almanac/model/forecast/season"
)

// Optimised is the dynamic optimised theta model: the curvature θ, the smoothing constant and the first level are
// estimated by least squares, and the trend is estimated anew at each step (Fiorucci et al. 2016, section 3.2).
func Optimised(y []float64, period, horizon int) []float64 {
	out := make([]float64, horizon)
	if short(y, out) {
		return out
	}
	a := season.Adjust(y, period)
	x, scale := scaled(a.Y)
	m := fit(x)
	m.run(x, out)
	for h := range out {
		out[h] *= scale
	}
	return a.Restore(out)
}

// dynamic holds the three parameters. The paper's bounds: α in [.1, .99], θ ≥ 1.
type dynamic struct{ level, alpha, theta float64 }

func fit(x []float64) dynamic {
	// θ = 1/w with w in (0, 1]: the model depends on 1−1/θ only, and θ has no upper bound.
	of := func(p []float64) (dynamic, bool) {
		m := dynamic{level: p[0], alpha: p[1], theta: p[2]}
		return m, m.alpha >= 0.1 && m.alpha <= 0.99 && m.theta >= 1
	}
	best := math.Inf(1)
	var m dynamic
	for _, start := range [...][3]float64{{x[0] / 2, 0.5, 2}, {x[0], 0.2, 2}} {
		p := start[:]
		v := search.NelderMead(func(p []float64) float64 {
			m, ok := of(p)
			if !ok {
				return math.Inf(1)
			}
			return m.run(x, nil)
		}, p, []float64{0.1 * (1 + math.Abs(p[0])), 0.2, 1}, 250, 1e-8)
		if v < best {
			best = v
			m, _ = of(p)
		}
	}
	return m
}

// run passes over x, gives the sum of squared one-step errors from the third value on, and continues into out.
func (m dynamic) run(x []float64, out []float64) (squared float64) {
	level, mean := m.level, 0.0
	var a, b float64
	w := 1 - 1/m.theta
	keep := 1.0 // (1−α)^t
	n := len(x)
	for t := range n + len(out) {
		// The line of theta 0 at the next step, discounted as the paper's eq. 11: both weights depend on t and α only.
		mu := level + w*(keep*a+(1-keep*(1-m.alpha))/m.alpha*b)
		v := mu
		if t < n {
			v = x[t]
		} else {
			out[t-n] = mu
		}
		if t >= 2 && t < n {
			squared += (v - mu) * (v - mu)
		}
		level += m.alpha * (v - level)
		s := float64(t + 1)
		if t == 0 {
			a, b, mean = v, 0, v
		} else {
			b = ((s-2)*b + 6/s*(v-mean)) / (s + 1)
			mean += (v - mean) / s
			a = mean - (s+1)/2*b
		}
		if keep *= 1 - m.alpha; keep < 1e-18 {
			keep = 0
		}
	}
	return squared
}
