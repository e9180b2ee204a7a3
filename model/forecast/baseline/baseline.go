// Package baseline answers what a forecast must beat: the last value, the last season, and Naive2 of the M competitions.
//
// In goes a finite series, oldest first, with its period; out comes one value per step of the horizon. An empty series
// gives zeros. Sources: Makridakis, Spiliotis and Assimakopoulos (2020), "The M4 Competition", International Journal of
// Forecasting 36(1), section 2; Hyndman and Athanasopoulos, "Forecasting: Principles and Practice", 3rd ed., section 5.2.
package baseline

import "almanac/model/forecast/season"

// Naive repeats the last value.
func Naive(y []float64, horizon int) []float64 {
	out := make([]float64, horizon)
	for h := range out {
		if len(y) > 0 {
			out[h] = y[len(y)-1]
		}
	}
	return out
}

// Seasonal repeats the last period; with less than one period of history, the last value.
func Seasonal(y []float64, period, horizon int) []float64 {
	if period < 2 || len(y) < period {
		return Naive(y, horizon)
	}
	out := make([]float64, horizon)
	for h := range out {
		out[h] = y[len(y)-period+h%period]
	}
	return out
}

// Naive2 repeats the last value of the series without its season, and puts the season back, if the test finds one.
func Naive2(y []float64, period, horizon int) []float64 {
	a := season.Adjust(y, period)
	return a.Restore(Naive(a.Y, horizon))
}

// Drift goes on along the line from the first value to the last.
func Drift(y []float64, horizon int) []float64 {
	out := Naive(y, horizon)
	if n := len(y); n > 1 {
		slope := (y[n-1] - y[0]) / float64(n-1)
		for h := range out {
			out[h] += slope * float64(h+1)
		}
	}
	return out
}

// Window repeats the mean of the last window values.
func Window(y []float64, window, horizon int) []float64 {
	out := make([]float64, horizon)
	recent := y[max(0, len(y)-max(window, 1)):]
	var sum float64
	for _, v := range recent {
		sum += v
	}
	for h := range out {
		if len(recent) > 0 {
			out[h] = sum / float64(len(recent))
		}
	}
	return out
}
