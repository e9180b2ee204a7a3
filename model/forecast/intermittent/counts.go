package intermittent

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// Counts is a Poisson count whose rate wanders: what is known of the rate is a gamma law, each step adds the observation and
// discounts what was known (Harvey and Fernandes 1989, section 2). Demand over the next steps is negative binomial, so
// the model has quantiles of its own, for single steps and sums alike.
type Counts struct {
	Shape    float64 // of the gamma law of the rate
	Rate     float64 // its inverse scale: how many steps of knowledge
	Discount float64 // ω in (0, 1]: what is kept of old knowledge at each step
}

// discounts that are tried: memories of about 5, 12, 33 and 100 steps, and for ever.
var discounts = [...]float64{0.8, 0.92, 0.97, 0.99, 1}

// FitCounts chooses the discount by likelihood. Values need not be whole numbers. Without any observation, or without any
// demand, the rate is zero.
func FitCounts(y []float64) Counts {
	best := Counts{Discount: 1}
	first := 0
	for first < len(y) && !(y[first] > 0) {
		first++
	}
	if first == len(y) {
		return best
	}
	var sum, n float64
	for _, v := range y {
		if v >= 0 && v < 1e15 {
			sum += v
			n++
		}
	}
	most := math.Inf(-1)
	for _, w := range discounts {
		c, log := filter(y, w, sum/n)
		if log > most {
			best, most = c, log
		}
	}
	return best
}

// filter runs the recursion and adds up the logarithm of the negative binomial probability of each observation, without
// the term that does not depend on the discount.
func filter(y []float64, w, mean float64) (Counts, float64) {
	// The prior knows as much as one step of the mean rate tells.
	shape, rate := mean, 1.0
	var log, known, share float64
	for _, v := range y {
		if !(v >= 0 && v < 1e15) {
			continue
		}
		shape *= w
		rate *= w
		if math.Abs(rate-known) > 1e-6*rate { // the knowledge settles, and its logarithm with it
			known, share = rate, math.Log(rate/(1+rate))
		}
		log += shape * share
		if v > 0 {
			log += rising(shape, v) - v*math.Log1p(rate)
			shape += v
		}
		rate++
	}
	return Counts{Shape: shape, Rate: rate, Discount: w}, log
}

// rising is log Γ(a+v) − log Γ(a): a short product for small whole v.
func rising(a, v float64) float64 {
	if v == math.Trunc(v) && v <= 8 {
		product := 1.0
		for k := range int(v) {
			product *= a + float64(k)
		}
		return math.Log(product)
	}
	x, _ := math.Lgamma(a + v)
	z, _ := math.Lgamma(a)
	return x - z
}

// Mean is the expected demand of each next step.
func (c Counts) Mean() float64 {
	if c.Rate <= 0 {
		return 0
	}
	return c.Shape / c.Rate
}

// Quantile is the p-quantile of the demand over the next steps together: the least whole number whose cumulative
// probability reaches p. The rate is taken to stay what it is over those steps, as uncertain as it is now.
func (c Counts) Quantile(p, steps float64) float64 {
	mean := c.Mean() * steps
	if !(mean > 0) || !(p > 0) {
		return 0
	}
	p = math.Min(p, 0.9999)
	share := c.Rate / (c.Rate + steps)
	if mean > 500 { // the gamma law is the same within a unit, and needs no sum
		deviation := math.Sqrt(mean / share)
		shape := mean * mean / (deviation * deviation)
		return math.Ceil(distuv.Gamma{Alpha: shape, Beta: shape / mean}.Quantile(p))
	}
	mass := math.Exp(c.Shape * math.Log(share))
	cumulative, k := mass, 0.0
	for cumulative < p && k < 1e5 {
		mass *= (c.Shape + k) / (k + 1) * (1 - share)
		cumulative += mass
		k++
	}
	return k
}
