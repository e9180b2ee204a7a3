package stats

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// Interval is a closed range of values.
type Interval struct {
	Low  float64 `json:"low"`
	High float64 `json:"high"`
}

// Wilson is the score interval of a binomial proportion: successes out of trials at the given confidence (0.95 for
// 95 %), always within [0,1] and sensible for small samples and rates near 0 or 1 (Brown, Cai and DasGupta 2001, eq. 4).
// No trial gives [0,1], which is all that is known then. Successes are clamped to [0, trials] and the confidence to
// [0, 0.999999].
func Wilson(successes, trials int64, confidence float64) Interval {
	if trials <= 0 {
		return Interval{Low: 0, High: 1}
	}
	n := float64(trials)
	x := math.Min(math.Max(float64(successes), 0), n)
	level := math.Min(math.Max(confidence, 0), 0.999999)
	z := distuv.UnitNormal.Quantile(0.5 + level/2)
	p := x / n
	centre := (p + z*z/(2*n)) / (1 + z*z/n)
	half := z / (1 + z*z/n) * math.Sqrt(p*(1-p)/n+z*z/(4*n*n))
	out := Interval{Low: math.Max(0, centre-half), High: math.Min(1, centre+half)}
	// At the ends the formula is exact but its rounding is not: 0 of n must include 0, n of n must include 1.
	if x == 0 {
		out.Low = 0
	}
	if x == n {
		out.High = 1
	}
	return out
}

// Shrink is the posterior mean of a rate with a beta prior of the given mean and weight (in pseudo-trials):
// (successes + weight·prior) / (trials + weight). With neither trials nor weight it is the prior.
func Shrink(successes, trials, prior, weight float64) float64 {
	if trials+weight <= 0 {
		return prior
	}
	return (successes + weight*prior) / (trials + weight)
}
