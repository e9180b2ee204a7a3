// Package ces forecasts by complex exponential smoothing: level and "information potential" are the parts of one complex
// number, so that level series and trends are one model and no trend need be chosen.
//
// In goes a finite series, oldest first, with its period; out come point forecasts. The first states are found by running
// the model backwards over the series (backcasting); the constants by least squares; the seasonal form by AICc.
//
// Source: Svetunkov, Kourentzes and Ord (2022), "Complex exponential smoothing", Naval Research Logistics 69(8), eq. 8 to
// 10 for the model, section 3.4 for the seasonal forms.
package ces

import (
	"math"

	"almanac/model/forecast/search"
)

// Form is how a season enters.
type Form byte

// The forms: no season, a complex season in place of level, an added season, and both complex.
const (
	None Form = iota
	Simple
	Partial
	Full
)

// Model is a fitted smoothing with its states after the last observation.
type Model struct {
	Form   Form
	Period int
	A      [2]float64 // α₀, α₁ of the level (of the season, for Simple)
	B      [2]float64 // of the season
	AICc   float64

	level, potential   float64
	season, potentials []float64 // of the next period steps
	scale              float64
}

// Auto fits the forms that the length allows and takes the one with the least AICc. Never nil; a series of fewer than
// four values is answered by its last one.
func Auto(y []float64, period int) *Model {
	best := Fit(y, None, 1)
	if period < 2 || period > 168 || len(y) < 2*period+4 {
		return best
	}
	for _, form := range []Form{Simple, Partial, Full} {
		if m := Fit(y, form, period); m.AICc < best.AICc {
			best = m
		}
	}
	return best
}

// Fit estimates one form by least squares. Where the series is too short for it, the last value is the forecast.
func Fit(y []float64, form Form, period int) *Model {
	m := &Model{Form: form, Period: max(period, 1), scale: 1, AICc: math.Inf(1)}
	for _, v := range y {
		m.scale += math.Abs(v)
	}
	m.scale = (m.scale - 1) / math.Max(1, float64(len(y)))
	if len(y) < 4 || !(m.scale > 0) {
		m.Form, m.scale, m.A = None, 1, [2]float64{1, 1}
		if len(y) > 0 {
			m.level = y[len(y)-1]
		}
		return m
	}
	x := make([]float64, len(y))
	for t, v := range y {
		x[t] = v / m.scale
	}
	r := &runner{Model: m, x: x, season0: make([]float64, m.Period), potentials0: make([]float64, m.Period)}
	r.season, r.potentials = make([]float64, m.Period), make([]float64, m.Period)
	r.begin()
	p := []float64{1.3, 1}
	step := []float64{0.1, 0.05}
	switch form {
	case Partial:
		p, step = append(p, 0.1), append(step, 0.1)
	case Full:
		p, step = append(p, 1.3, 1), append(step, 0.1, 0.05)
	}
	squared := search.NelderMead(r.loss, p, step, 60*len(p)+60, 1e-7)
	if math.IsInf(squared, 0) {
		return m
	}
	r.loss(p)
	n, k := float64(len(y)), float64(len(p)+1)
	m.AICc = n*math.Log(math.Max(squared, 1e-20)/n) + 2*k + 2*k*(k+1)/math.Max(1e-3, n-k-1)
	return m
}

// runner passes over one series with given constants.
type runner struct {
	*Model
	x                    []float64
	season0, potentials0 []float64
	level0, potential0   float64
}

// begin guesses the first states from the first values: level from their mean, seasons from the first period.
func (r *runner) begin() {
	head := r.x[:min(len(r.x), max(r.Period, 10))]
	var sum float64
	for _, v := range head {
		sum += v
	}
	r.level0 = sum / float64(len(head))
	r.potential0 = r.level0 / 1.1
	for i := range r.season0 {
		if i < len(r.x) && r.Form != None {
			r.season0[i] = r.x[i]
			if r.Form != Simple {
				r.season0[i] -= r.level0
			}
			r.potentials0[i] = r.season0[i] / 1.1
		}
	}
}

// stable is whether the smoothing forgets its past: the eigenvalues of its discount matrix lie in the unit circle.
func stable(a [2]float64) bool {
	// The matrix is [1−(α₀−α₁), α₁−1; 1−(α₀+α₁), 1−α₀].
	trace := 2 - 2*a[0] + a[1]
	det := (1-a[0]+a[1])*(1-a[0]) - (a[1]-1)*(1-a[0]-a[1])
	return math.Abs(det) < 1 && math.Abs(trace) < 1+det
}

// loss is the sum of squared one-step errors with backcast first states; +Inf for constants that are not stable.
func (r *runner) loss(p []float64) float64 {
	r.A = [2]float64{p[0], p[1]}
	ok := stable(r.A)
	switch r.Form {
	case Partial:
		r.B = [2]float64{p[2], 0}
		ok = ok && p[2] >= 0 && p[2] <= 1
	case Full:
		r.B = [2]float64{p[2], p[3]}
		ok = ok && stable(r.B)
	}
	if !ok {
		return math.Inf(1)
	}
	r.level, r.potential = r.level0, r.potential0
	copy(r.season, r.season0)
	copy(r.potentials, r.potentials0)
	n := len(r.x)
	for t := range n {
		r.step(r.x[t], t%r.Period)
	}
	for t := n - 1; t >= 0; t-- {
		r.step(r.x[t], t%r.Period)
	}
	var squared float64
	for t := range n {
		e := r.step(r.x[t], t%r.Period)
		squared += e * e
	}
	return squared
}

// step moves the states by one observation in phase i and gives the one-step error. Only the pass of Forecast reads the
// phases in another order, which is why the phase is given.
func (m *Model) step(v float64, i int) float64 {
	e := v - m.next(i)
	m.move(e, i)
	return e
}

// next is the one-step forecast for phase i.
func (m *Model) next(i int) float64 {
	switch m.Form {
	case Simple:
		return m.season[i]
	case Partial, Full:
		return m.level + m.season[i]
	default:
		return m.level
	}
}

// move is the transition (Svetunkov et al. 2022, eq. 9).
func (m *Model) move(e float64, i int) {
	if m.Form == Simple {
		m.season[i], m.potentials[i] = turn(m.A, m.season[i], m.potentials[i], e)
		return
	}
	m.level, m.potential = turn(m.A, m.level, m.potential, e)
	switch m.Form {
	case Partial:
		m.season[i] += m.B[0] * e
	case Full:
		m.season[i], m.potentials[i] = turn(m.B, m.season[i], m.potentials[i], e)
	}
}

func turn(a [2]float64, level, potential, e float64) (float64, float64) {
	return level - (1-a[1])*potential + (a[0]-a[1])*e, level + (1-a[0])*potential + (a[0]+a[1])*e
}

// Forecast gives the point forecasts of the horizon steps after a series of n values.
func (m *Model) Forecast(n, horizon int) []float64 {
	c := *m
	c.season = append([]float64(nil), m.season...)
	c.potentials = append([]float64(nil), m.potentials...)
	out := make([]float64, horizon)
	for h := range out {
		i := (n + h) % c.Period
		out[h] = c.next(i) * c.scale
		c.move(0, i)
	}
	return out
}
