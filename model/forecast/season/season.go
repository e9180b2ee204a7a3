// Package season answers whether a series repeats itself, and takes the repeating part out.
//
// In goes an evenly spaced finite series, oldest first, and a period in steps; out come a verdict ([Repeats]), seasonal
// indices ([Classical]) or a split into trend, seasons and remainder ([STL], [MSTL]).
//
// Sources: Makridakis, Spiliotis and Assimakopoulos (2020), "The M4 Competition", International Journal of Forecasting
// 36(1), for the test; Kendall and Stuart (1983), "The Advanced Theory of Statistics" vol. 3, for classical
// decomposition; Cleveland, Cleveland, McRae and Terpenning (1990), "STL", Journal of Official Statistics 6(1);
// Bandara, Hyndman and Bergmeir (2021), "MSTL", arXiv 2107.13462.
package season

import "math"

// Autocorrelation gives the sample autocorrelations of y at lags 1 … lags; all zero for a constant series. Lags that
// the series is too short for are zero.
func Autocorrelation(y []float64, lags int) []float64 {
	r := make([]float64, lags)
	n := len(y)
	if n == 0 {
		return r
	}
	var mean float64
	for _, v := range y {
		mean += v
	}
	mean /= float64(n)
	d := make([]float64, n)
	var variance float64
	for i, v := range y {
		d[i] = v - mean
		variance += d[i] * d[i]
	}
	if !(variance > 0) {
		return r
	}
	for k := 1; k <= lags && k < n; k++ {
		var sum float64
		for i := k; i < n; i++ {
			sum += d[i] * d[i-k]
		}
		r[k-1] = sum / variance
	}
	return r
}

// Repeats is the test of the M4 competition: the autocorrelation at one period lies outside the 90 % limits of Bartlett,
// given the lags before it. Series of less than three periods do not show it.
func Repeats(y []float64, period int) bool {
	if period < 2 || len(y) < 3*period {
		return false
	}
	r := Autocorrelation(y, period)
	sum := 1.0
	for _, v := range r[:period-1] {
		sum += 2 * v * v
	}
	return math.Abs(r[period-1]) > 1.645*math.Sqrt(sum/float64(len(y)))
}

// Classical gives the seasonal indices of y by the ratio (multiplicative) or difference to its centred moving average:
// index i belongs to the steps t with t mod period = i. They average to 1 or sum to 0. ok is false where the series is
// shorter than two periods or a multiplicative index is not positive.
func Classical(y []float64, period int, multiplicative bool) (indices []float64, ok bool) {
	n := len(y)
	if period < 2 || n < 2*period {
		return nil, false
	}
	indices = make([]float64, period)
	count := make([]int, period)
	half := period / 2
	var window float64
	for _, v := range y[:2*half+1] {
		window += v
	}
	for t := half; t+half < n; t++ {
		if t > half {
			window += y[t+half] - y[t-half-1]
		}
		trend := window
		if period%2 == 0 { // the two ends count half
			trend -= (y[t-half] + y[t+half]) / 2
		}
		trend /= float64(period)
		if multiplicative {
			if trend == 0 {
				return nil, false
			}
			indices[t%period] += y[t] / trend
		} else {
			indices[t%period] += y[t] - trend
		}
		count[t%period]++
	}
	var mean float64
	for i := range indices {
		if count[i] == 0 {
			return nil, false
		}
		indices[i] /= float64(count[i])
		mean += indices[i]
	}
	mean /= float64(period)
	for i := range indices {
		if !multiplicative {
			indices[i] -= mean
			continue
		}
		if indices[i] /= mean; !(indices[i] > 1e-10) {
			return nil, false
		}
	}
	return indices, true
}

// Adjusted is a series without its season, and the way back.
type Adjusted struct {
	Y       []float64 // y without season; y itself where there is none
	indices []float64
	times   bool
	n       int
}

// Adjust takes a season out of y if the test finds one: by indices that multiply for positive series, by indices
// that add for others.
func Adjust(y []float64, period int) Adjusted {
	a := Adjusted{Y: y, n: len(y)}
	if !Repeats(y, period) {
		return a
	}
	positive := true
	for _, v := range y {
		positive = positive && v > 0
	}
	indices, ok := Classical(y, period, positive)
	if !ok && positive {
		positive = false
		indices, ok = Classical(y, period, false)
	}
	if !ok {
		return a
	}
	a.indices, a.times = indices, positive
	a.Y = make([]float64, len(y))
	for t, v := range y {
		if positive {
			a.Y[t] = v / indices[t%period]
		} else {
			a.Y[t] = v - indices[t%period]
		}
	}
	return a
}

// Seasonal is whether a season was taken out.
func (a Adjusted) Seasonal() bool { return a.indices != nil }

// Restore puts the season back into a forecast that begins right after the series, in place, and returns it.
func (a Adjusted) Restore(f []float64) []float64 {
	for h := range f {
		if a.indices == nil {
			break
		}
		if i := a.indices[(a.n+h)%len(a.indices)]; a.times {
			f[h] *= i
		} else {
			f[h] += i
		}
	}
	return f
}
