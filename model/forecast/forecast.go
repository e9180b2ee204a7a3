// Package forecast answers how much of one thing will be asked for in each of the next steps (weeks, days), how sure
// that is, and how large the demand over a whole lead time may become.
//
// In goes one evenly spaced series of past demand, oldest first, and a horizon in steps; out comes a [Forecast] with
// mean and quantiles per step. The package is made for demand, so the rules are those of counts:
//
//   - NaN and infinite values mean "not observed" and are stepped over; negative values (more cancelled than ordered)
//     count as 0.
//   - Nothing observed, or only zeros, gives a forecast of zero with bands of zero.
//   - Nothing forecast is ever negative, and nothing exceeds [Ceiling] times the largest step ever observed: a demand
//     forecast may be wrong, but it must not explode into a purchase order.
//   - A constant series gives that constant with a band of zero width once ten errors have been seen; with fewer, the
//     band of a count of that size, because three equal weeks prove little.
//
// Bands come from what the method itself would have missed in the past: the method is run from past cut-offs, and the
// quantiles of its h-step errors are laid around the mean (empirical prediction intervals: Williams and Goodman 1971,
// "A Simple Method for the Construction of Empirical Confidence Limits for Economic Forecasts", JASA 66(336); Hyndman
// and Athanasopoulos, "Forecasting: Principles and Practice", 3rd ed., section 5.5). No distribution is assumed where
// there are errors enough to look at.
//
// The folders below hold methods for any number, not only for demand, and in auto the choice among them for a whole
// collection of series.
package forecast

import "math"

// Ceiling bounds every forecast: no mean and no quantile of one step exceeds this multiple of the largest observed step.
const Ceiling = 3.0

// Forecast is the demand expected in the steps after a series; all slices have the length of the horizon and are in
// units per step. At every step 0 ≤ P10 ≤ P50 ≤ P90, and bands hold one another; the mean of a skewed demand may lie outside the middle.
type Forecast struct {
	Mean []float64
	P10  []float64
	P50  []float64
	P90  []float64
	// Fan is the quantiles at [FanLevels]: the ends of the bands of 50 and 95 %.
	Fan [4][]float64
	// Spread is how far the demand summed over several steps strays from the sum of Mean.
	Spread Spread
	// Most is the largest value that one step may take: [Ceiling] times the largest observed step.
	Most float64
	// Parts are the shares of one step that fall into equal parts of it, in order: of a week into its days. They add up to one; nil where a step is
	// even.
	Parts []float64
}

// FanLevels are the quantiles of [Forecast.Fan].
var FanLevels = [4]float64{0.025, 0.25, 0.75, 0.975}

// Bands are how much of demand lies in each of the three bands of a forecast, from narrow to wide.
var Bands = [3]float64{0.5, 0.8, 0.95}

// Band is the lower and the upper end of the i-th of [Bands].
func (f *Forecast) Band(i int) (low, high []float64) {
	switch i {
	case 0:
		return f.Fan[1], f.Fan[2]
	case 1:
		return f.P10, f.P90
	}
	return f.Fan[0], f.Fan[3]
}

// Method is one way to forecast. Implementations are small values without state, safe for use by many goroutines.
type Method interface {
	// Name identifies method and parameters, such as "moving average (8)", for cards and reports.
	Name() string
	// Mean is the expected demand of each of the next horizon steps, without bands. It is the cheap part.
	Mean(y []float64, horizon int) []float64
	// Forecast is Mean with its bands.
	Forecast(y []float64, horizon int) Forecast
}

// observed is y with everything that is no observation as NaN and nothing negative; y itself is left alone.
func observed(y []float64) []float64 {
	out := make([]float64, len(y))
	for i, v := range y {
		switch {
		case math.IsNaN(v) || math.IsInf(v, 0):
			out[i] = math.NaN()
		case v > 0:
			out[i] = v
		}
	}
	return out
}

// flat is the same value at each of horizon steps.
func flat(v float64, horizon int) []float64 {
	out := make([]float64, max(horizon, 0))
	for i := range out {
		out[i] = v
	}
	return out
}
