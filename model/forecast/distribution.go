package forecast

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// DemandQuantile is the p-quantile of a demand of which only mean and standard deviation are known, in units ≥ 0.
//
// Demand that varies more than a Poisson count is taken as negative binomial, found to fit lead-time demand best over
// thousands of real items (Syntetos, Babai and Altay 2012, "On the demand distributions of spare parts", International
// Journal of Production Research 50(8)). A resampling of past lead times would assume less, but a year holds only a few
// lead times that do not overlap, and a 95 % quantile cannot be read off six numbers. For means over 200 the gamma law
// of the same mean and variance takes its place (the negative binomial is a Poisson count with a gamma mean). Demand that
// varies less is a Poisson count up to a mean of 10 and normal above, but not below that count. p above 0.9999 counts as 0.9999, p below a
// millionth gives 0; so does a mean that is not positive.
func DemandQuantile(mean, sd, p float64) float64 {
	if !(mean > 0) || math.IsInf(mean, 0) {
		return 0
	}
	p = math.Min(p, 0.9999)
	variance := sd * sd
	switch {
	case !(p > 1e-6): // also NaN; the series for the gamma quantile gives out at such levels
		return 0
	case variance > mean && mean <= 200:
		return negativeBinomialQuantile(mean, variance, p)
	case variance > mean:
		shape := mean * mean / variance
		return distuv.Gamma{Alpha: shape, Beta: shape / mean}.Quantile(p)
	case mean <= mostPoisson:
		return poissonQuantile(mean, p)
	default:
		return math.Max(poissonQuantile(mostPoisson, p), mean+math.Max(sd, 0)*distuv.UnitNormal.Quantile(p))
	}
}

// mostPoisson is the largest mean of what varies less than a Poisson count that is taken for one.
const mostPoisson = 10

// negativeBinomialQuantile is the least k whose cumulative probability reaches p, for mean < variance. With the
// over-dispersion e = (σ²−μ)/μ it is pmf(0) = exp(−μ·ln(1+e)/e), pmf(k+1) = pmf(k)·(k·e+μ)/((k+1)·(1+e)): the usual
// recurrence with r = μ/e, written so that nothing cancels when the variance is the mean up to rounding.
func negativeBinomialQuantile(mean, variance, p float64) float64 {
	e := (variance - mean) / mean
	if e < 1e-9 {
		return poissonQuantile(mean, p)
	}
	pmf := math.Exp(-mean * math.Log1p(e) / e)
	return countUntil(pmf, p, func(k float64) float64 { return (k*e + mean) / ((k + 1) * (1 + e)) }, mean+60*math.Sqrt(variance))
}

// poissonQuantile is the least k whose cumulative probability reaches p; pmf(k+1) = pmf(k)·μ/(k+1).
func poissonQuantile(mean, p float64) float64 {
	return countUntil(math.Exp(-mean), p, func(k float64) float64 { return mean / (k + 1) }, mean+60*math.Sqrt(mean))
}

// countUntil adds up a probability mass by its recurrence. The bound stops where rounding keeps the sum below p.
func countUntil(pmf, p float64, ratio func(k float64) float64, bound float64) float64 {
	cdf := pmf
	k := 0.0
	for cdf < p && k < bound {
		pmf *= ratio(k)
		cdf += pmf
		k++
	}
	return k
}
