// Package pooled forecasts every series of a collection by one linear autoregression learned from all of them.
//
// In goes a collection of finite series that move at the same pace (a catalogue's weeks), oldest first; out come one value per step
// and series. What one short series cannot teach about seasons and trends, a thousand can. Each window of lags is taken
// relative to its own mean and its own variation, so that large and small series count alike and levels need not agree;
// for each step of the horizon there is a regression of its own (direct forecasts), and all of them share one normal matrix.
//
// Source: Montero-Manso and Hyndman (2021), "Principles and algorithms for forecasting groups of time series: locality and
// globality", International Journal of Forecasting 37(4), section 5.
package pooled

import (
	"math"
)

// Model is a fitted regression: lags and one row of coefficients per step of the horizon, the constant last.
type Model struct {
	Lags    int
	Horizon int
	weights [][]float64
}

// maxRows bounds the windows that are learned from, and so the time: they are taken evenly over all series.
const maxRows = 60_000

// Fit learns from all windows of lags values followed by horizon values. ok is false where there are fewer than ten
// windows per coefficient.
func Fit(series [][]float64, lags, horizon int) (m *Model, ok bool) {
	k := lags + 1
	windows := 0
	for _, y := range series {
		windows += max(0, len(y)-lags-horizon+1)
	}
	if windows < 10*k || horizon < 1 || lags < 1 {
		return nil, false
	}
	stride := max(1, (windows+maxRows-1)/maxRows)
	rows := newRows(k, horizon)
	at := 0
	for _, y := range series {
		for end := lags; end+horizon <= len(y); end++ {
			if at++; at%stride != 0 {
				continue
			}
			rows.add(y[end-lags:end], y[end:end+horizon])
		}
	}
	rows.flush()
	m = &Model{Lags: lags, Horizon: horizon}
	m.weights, ok = rows.solve()
	return m, ok
}

// Forecast continues one series; ok is false where it is shorter than the lags.
func (m *Model) Forecast(y []float64) (out []float64, ok bool) {
	if len(y) < m.Lags {
		return nil, false
	}
	x := make([]float64, m.Lags+1)
	centre, size := window(y[len(y)-m.Lags:], x)
	out = make([]float64, m.Horizon)
	for h, w := range m.weights {
		var sum float64
		for i, v := range x {
			sum += v * w[i]
		}
		out[h] = centre + size*sum
	}
	return out, true
}

// window writes the lags relative to their last value and variation into x, and a one for the constant.
func window(y, x []float64) (centre, size float64) {
	for _, v := range y {
		centre += v
	}
	centre /= float64(len(y))
	for i := 1; i < len(y); i++ {
		size += math.Abs(y[i] - y[i-1])
	}
	size /= math.Max(1, float64(len(y)-1))
	if !(size > 0) {
		size = 1
	}
	for i, v := range y {
		x[i] = (v - centre) / size
	}
	x[len(y)] = 1
	return centre, size
}

// rows gathers the normal equations block by block, so that the inner loops run over memory that stays near.
type rows struct {
	k, horizon int
	normal     []float64 // k × k, lower half
	right      []float64 // k × horizon
	x, t       []float64 // block of windows and targets
	n          int
}

const block = 64

// bound keeps one wild window from leading the whole regression: what follows it counts at most so many times its variation.
const bound = 30

func newRows(k, horizon int) *rows {
	return &rows{k: k, horizon: horizon, normal: make([]float64, k*k), right: make([]float64, k*horizon),
		x: make([]float64, k*block), t: make([]float64, horizon*block)}
}

func (r *rows) add(y, target []float64) {
	x := make([]float64, r.k)
	centre, size := window(y, x)
	for i, v := range x {
		r.x[i*block+r.n] = math.Max(-bound, math.Min(bound, v))
	}
	for h, v := range target {
		r.t[h*block+r.n] = math.Max(-bound, math.Min(bound, (v-centre)/size))
	}
	if r.n++; r.n == block {
		r.flush()
	}
}

func (r *rows) flush() {
	for i := range r.k {
		xi := r.x[i*block : i*block+r.n]
		row := r.normal[i*r.k:]
		for j := range i + 1 {
			row[j] += inner(xi, r.x[j*block:])
		}
		right := r.right[i*r.horizon:]
		for h := range r.horizon {
			right[h] += inner(xi, r.t[h*block:])
		}
	}
	r.n = 0
}

func inner(a, b []float64) float64 {
	b = b[:len(a)]
	var s0, s1, s2, s3 float64
	i := 0
	for ; i+3 < len(a); i += 4 {
		s0 += a[i] * b[i]
		s1 += a[i+1] * b[i+1]
		s2 += a[i+2] * b[i+2]
		s3 += a[i+3] * b[i+3]
	}
	for ; i < len(a); i++ {
		s0 += a[i] * b[i]
	}
	return s0 + s1 + s2 + s3
}

// solve adds a small ridge, since neighbouring lags say nearly the same, and solves by Cholesky's method.
func (r *rows) solve() (weights [][]float64, ok bool) {
	k := r.k
	var trace float64
	for i := range k {
		trace += r.normal[i*k+i]
	}
	for i := range k {
		r.normal[i*k+i] += 1e-4*trace/float64(k) + 1e-9
	}
	a := r.normal
	for i := range k {
		for j := range i + 1 {
			sum := a[i*k+j] - inner(a[i*k:i*k+j], a[j*k:j*k+j])
			if i != j {
				a[i*k+j] = sum / a[j*k+j]
			} else if sum > 0 {
				a[i*k+i] = math.Sqrt(sum)
			} else {
				return nil, false
			}
		}
	}
	for h := range r.horizon {
		b := make([]float64, k)
		for i := range k {
			b[i] = (r.right[i*r.horizon+h] - inner(a[i*k:i*k+i], b)) / a[i*k+i]
		}
		for i := k - 1; i >= 0; i-- {
			for c := i + 1; c < k; c++ {
				b[i] -= a[c*k+i] * b[c]
			}
			b[i] /= a[i*k+i]
		}
		weights = append(weights, b)
	}
	return weights, true
}
