package effect

import (
	"math"
	"slices"
)

const (
	// A class's week strays by some share of itself besides the chance of its counts; so many expected units weigh as much as all others together.
	ownChance = 200.0
	// apart is how many standard errors a common effect must lie from zero, over all classes, to be one.
	apart = 2.0
	// outlying is how many times the usual deviation a week may lie from what is expected before it weighs less.
	outlying = 3.0
)

// fitCommon finds the coefficients of what moved all products at once. Levels and regressors are both compared with the steps around.
func (e *estimator) fitCommon() (by [][]float64, all, deviation []float64) {
	level, weight := e.against()
	x := make([][]float64, e.common)
	for k := range x {
		x[k] = beside(e.p.Common[k], e.until)
	}
	all = make([]float64, e.common)
	by = zeros(e.p.Classes, e.common)
	weak := make([]float64, e.common)
	for k := range weak {
		weak[k] = 1 / prior / prior
	}
	var classes []moments
	var dispersion float64
	for range 3 { // weights of outlying weeks settle
		classes, dispersion = commonScore(level, weight, x, all)
		sum := newMoments(e.common)
		for _, m := range classes {
			sum.add(m)
		}
		for k, d := range sum.step(dispersion, weak, all) {
			all[k] += d
		}
		deviation = sum.deviations(dispersion, weak)
	}
	classes, dispersion = commonScore(level, weight, x, all)
	precision := between(classes, dispersion)
	for c, m := range classes {
		step := m.step(dispersion, finite(precision), make([]float64, e.common))
		for k := range step {
			differs := !math.IsInf(precision[k], 1)
			switch {
			case math.Abs(all[k]) < apart*deviation[k] && !differs:
			case differs:
				by[c][k] = all[k] + step[k]
			default:
				by[c][k] = all[k]
			}
		}
	}
	return by, all, deviation
}

// against is, by class and step, the logarithm of what was sold over what the products sold in the steps around, own effects
// taken out, and the weight of that.
func (e *estimator) against() (level, weight [][]float64) {
	sold, usual := e.byStep(0, func(i int, sold, usual []float64) {
		n := e.steps(i)
		y := make([]float64, n)
		for t := range y {
			y[t] = e.p.Units[i][t] / e.of(i, t)
		}
		for t, m := range around(y) {
			if v := y[t]; !math.IsNaN(v) && !math.IsNaN(m) {
				sold[e.p.First[i]+t] += math.Min(v, outlier*(1+m))
				usual[e.p.First[i]+t] += m
			}
		}
	})
	level, weight = zeros(e.p.Classes, e.until), zeros(e.p.Classes, e.until)
	for c := range level {
		for t := range level[c] {
			if usual[c][t] > 0 {
				level[c][t] = math.Log((sold[c][t] + 1) / (usual[c][t] + 1))
				weight[c][t] = usual[c][t] / (usual[c][t] + ownChance)
			}
		}
	}
	return level, weight
}

// around is the mean of the steps to both sides of each, itself left out; NaN where fewer than half of them were seen.
func around(y []float64) []float64 {
	sum, count := make([]float64, len(y)+1), make([]float64, len(y)+1)
	for t, v := range y {
		sum[t+1], count[t+1] = sum[t], count[t]
		if !math.IsNaN(v) {
			sum[t+1], count[t+1] = sum[t]+v, count[t]+1
		}
	}
	out := make([]float64, len(y))
	for t, v := range y {
		from, to := max(0, t-reach), min(len(y), t+reach+1)
		s, n := sum[to]-sum[from], count[to]-count[from]
		if !math.IsNaN(v) {
			s, n = s-v, n-1
		}
		out[t] = math.NaN()
		if n >= reach {
			out[t] = math.Max(0, s) / n
		}
	}
	return out
}

// beside is a regressor less its mean in the steps around.
func beside(x []float64, n int) []float64 {
	whole := make([]float64, n)
	for t := range whole {
		whole[t] = at(x, t)
	}
	out := around(whole)
	for t := range out {
		out[t] = whole[t] - out[t]
		if math.IsNaN(out[t]) {
			out[t] = 0
		}
	}
	return out
}

// commonScore is score and information of least squares by class, and the variance of a step of full weight.
func commonScore(level, weight, x [][]float64, b []float64) (by []moments, dispersion float64) {
	by = make([]moments, len(level))
	var size []float64
	residual := zeros(len(level), len(level[0]))
	for c := range level {
		for t, w := range weight[c] {
			if w == 0 {
				continue
			}
			r := level[c][t]
			for k := range x {
				r -= b[k] * x[k][t]
			}
			residual[c][t] = r
			size = append(size, math.Sqrt(w)*math.Abs(r))
		}
	}
	usual := 0.0
	if len(size) > 0 {
		slices.Sort(size)
		usual = 1.4826 * size[len(size)/2]
	}
	dispersion = math.Max(usual*usual, 1e-6)
	for c := range by {
		by[c] = newMoments(len(x))
		for t, w := range weight[c] {
			if w == 0 {
				continue
			}
			r := residual[c][t]
			if far := math.Sqrt(w) * math.Abs(r) / math.Sqrt(dispersion); far > outlying { // Huber's weights
				w *= outlying / far
			}
			for k := range x {
				by[c].score[k] += w * x[k][t] * r
				for j := k; j < len(x); j++ {
					by[c].info.SetSym(k, j, by[c].info.At(k, j)+w*x[k][t]*x[j][t])
				}
			}
		}
	}
	return by, dispersion
}
