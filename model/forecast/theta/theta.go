// Package theta forecasts by theta lines: a series is split into its linear trend and a line of larger curvature that
// exponential smoothing extrapolates; the forecast lies between them.
//
// In goes a finite series, oldest first, with its period (1 where there is no season), and a horizon; out comes one value
// per step. Seasons are taken out first if the test of package season finds one, and put back. Anything is answered: an
// empty series by zeros, one value by itself.
//
// Sources: Assimakopoulos and Nikolopoulos (2000), "The theta model", International Journal of Forecasting 16(4); Hyndman
// and Billah (2003), "Unmasking the Theta method", same journal 19(2), for [Standard]; Fiorucci, Pellegrini, Louzada,
// Petropoulos and Koehler (2016), "Models for optimising the theta method and their relationship to state space
// models", same journal 32(4), for [Optimised].
package theta

import (
	"math"

	"almanac/model/forecast/search"
	"almanac/model/forecast/season"
)

// Standard is the Theta method as it won the M3 competition: exponential smoothing with half the slope of the linear
// trend as drift (Hyndman and Billah 2003, eq. 5).
func Standard(y []float64, period, horizon int) []float64 {
	out := make([]float64, horizon)
	if short(y, out) {
		return out
	}
	a := season.Adjust(y, period)
	x, scale := scaled(a.Y)
	alpha, level := smoothing(x)
	drift := slope(x) / 2
	decay := (1 - math.Pow(1-alpha, float64(len(x)))) / alpha
	for h := range out {
		out[h] = scale * (level + drift*(float64(h)+decay))
	}
	return a.Restore(out)
}

// smoothing fits simple exponential smoothing by least squares over its constant and its first level, and gives the
// constant and the last level.
//
// The errors are linear in the first level: e_t = e⁰_t − (1−α)^t·l₀, so that for each α the best l₀ is a quotient of two
// sums (variable projection), and only α is searched.
func smoothing(x []float64) (alpha, level float64) {
	at := func(a float64) (squared, last float64) {
		keep := 1 - a
		var l, ee, er, rr float64
		r := 1.0
		for _, v := range x {
			e := v - l
			ee += e * e
			er += e * r
			rr += r * r
			l += a * e
			if r *= keep; r < 1e-18 {
				r = 0 // a denormal costs a hundred times what a number costs
			}
		}
		first := er / rr
		return ee - er*first, l + r*first
	}
	alpha, _ = search.Golden(func(a float64) float64 { s, _ := at(a); return s }, 1e-4, 0.9999, 10, 1e-4)
	_, level = at(alpha)
	return alpha, level
}

// slope is that of the line of least squares through y over 0, 1, 2, …
func slope(y []float64) float64 {
	n := float64(len(y))
	var sum, weighted float64
	for t, v := range y {
		sum += v
		weighted += float64(t) * v
	}
	return 12 * (weighted - sum*(n-1)/2) / (n * (n*n - 1))
}

// scaled is y divided by its mean size, so that searches see numbers near one.
func scaled(y []float64) (x []float64, scale float64) {
	for _, v := range y {
		scale += math.Abs(v)
	}
	if scale /= float64(len(y)); scale == 0 || math.IsInf(scale, 0) {
		return y, 1
	}
	x = make([]float64, len(y))
	for i, v := range y {
		x[i] = v / scale
	}
	return x, scale
}

// short answers for series with no trend to speak of: fewer than three values, or one value only.
func short(y, out []float64) bool {
	constant := true
	for _, v := range y {
		constant = constant && v == y[0]
	}
	if len(y) >= 3 && !constant {
		return false
	}
	for h := range out {
		if len(y) > 0 {
			out[h] = y[len(y)-1]
		}
	}
	return true
}
