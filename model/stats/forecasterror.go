package stats

import "math"

// WAPE is the weighted absolute percentage error Σ|actual−forecast| / Σ|actual|: 0 is perfect, 0.5 misses half of the
// volume. Pairs with a NaN on either side are left out. Where nothing was sold the ratio has no meaning: NaN.
func WAPE(actual, forecast []float64) float64 {
	var miss, volume float64
	for i := range min(len(actual), len(forecast)) {
		if math.IsNaN(actual[i]) || math.IsNaN(forecast[i]) {
			continue
		}
		miss += math.Abs(actual[i] - forecast[i])
		volume += math.Abs(actual[i])
	}
	if volume == 0 {
		return math.NaN()
	}
	return miss / volume
}

// Bias is Σ(forecast−actual) / Σ|actual|: +0.1 forecasts a tenth of the volume too much. Same conventions as [WAPE].
func Bias(actual, forecast []float64) float64 {
	var signed, volume float64
	for i := range min(len(actual), len(forecast)) {
		if math.IsNaN(actual[i]) || math.IsNaN(forecast[i]) {
			continue
		}
		signed += forecast[i] - actual[i]
		volume += math.Abs(actual[i])
	}
	if volume == 0 {
		return math.NaN()
	}
	return signed / volume
}

// Pinball is the quantile loss of one forecast of the p-quantile (Koenker and Bassett 1978): p·(y−q) where the actual y
// lies above the quantile q, (1−p)·(q−y) where it lies below. Never negative; its expectation is least at the true quantile.
func Pinball(actual, quantile, p float64) float64 {
	if d := actual - quantile; d >= 0 {
		return p * d
	}
	return (1 - p) * (quantile - actual)
}

// MeanPinball is the average of [Pinball] over pairs without NaN; NaN where there is none.
func MeanPinball(actual, quantile []float64, p float64) float64 {
	var sum float64
	var n int
	for i := range min(len(actual), len(quantile)) {
		if math.IsNaN(actual[i]) || math.IsNaN(quantile[i]) {
			continue
		}
		sum += Pinball(actual[i], quantile[i], p)
		n++
	}
	if n == 0 {
		return math.NaN()
	}
	return sum / float64(n)
}
