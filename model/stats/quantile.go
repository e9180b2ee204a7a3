package stats

import (
	"math"
	"slices"
)

// Quantile is the p-quantile (0 ≤ p ≤ 1) of x by linear interpolation between order statistics (Hyndman and Fan type 7,
// the default of R and NumPy). NaN values are left out; p outside [0,1] is clamped. An empty sample gives NaN.
// x need not be sorted and is not changed.
func Quantile(x []float64, p float64) float64 {
	return QuantileSorted(Sorted(x), p)
}

// Sorted is an ascending copy of x without its NaN values, ready for many calls of [QuantileSorted].
func Sorted(x []float64) []float64 {
	s := make([]float64, 0, len(x))
	for _, v := range x {
		if !math.IsNaN(v) {
			s = append(s, v)
		}
	}
	slices.Sort(s)
	return s
}

// QuantileSorted is [Quantile] for a sample that is already ascending and free of NaN.
func QuantileSorted(s []float64, p float64) float64 {
	n := len(s)
	if n == 0 || math.IsNaN(p) {
		return math.NaN()
	}
	at := math.Min(math.Max(p, 0), 1) * float64(n-1)
	lo := int(math.Floor(at))
	if lo >= n-1 {
		return s[n-1]
	}
	// The weighted form keeps the result between its neighbours even when their difference overflows.
	w := at - float64(lo)
	if w == 0 {
		return s[lo]
	}
	return s[lo]*(1-w) + s[lo+1]*w
}

// Mean is the arithmetic mean of the values of x that are not NaN; NaN where there is none.
func Mean(x []float64) float64 {
	var sum float64
	var n int
	for _, v := range x {
		if !math.IsNaN(v) {
			sum += v
			n++
		}
	}
	if n == 0 {
		return math.NaN()
	}
	return sum / float64(n)
}

// Variance is the unbiased sample variance (divisor n−1) of the values of x that are not NaN, computed in two passes so
// that a large mean does not cancel the digits. Fewer than two values give NaN.
func Variance(x []float64) float64 {
	m := Mean(x)
	var sum float64
	var n int
	for _, v := range x {
		if !math.IsNaN(v) {
			sum += (v - m) * (v - m)
			n++
		}
	}
	if n < 2 {
		return math.NaN()
	}
	return sum / float64(n-1)
}
