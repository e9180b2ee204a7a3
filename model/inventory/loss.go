package inventory

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// GammaLoss is the mean of what demand of a gamma law (mean shape·scale) exceeds x > 0 by, and of what it stays below x by;
// Zipkin (2000), "Foundations of Inventory Management", p. 457.
func GammaLoss(x, shape, scale float64) (short, over float64) {
	g := distuv.Gamma{Alpha: shape, Beta: 1 / scale}
	short = (shape*scale-x)*g.Survival(x) + x*scale*g.Prob(x)
	return short, short + x - shape*scale
}

// LognormalLoss is the same for demand whose logarithm is normal of mean m and standard deviation s, x > 0.
func LognormalLoss(x, m, s float64) (short, over float64) {
	mean, z := math.Exp(m+s*s/2), (m-math.Log(x))/s
	short = mean*cumulative(z+s) - x*cumulative(z)
	return short, short + x - mean
}

// secondLoss is half the mean square of what normal demand exceeds x by, ∫n(y)dy from x to ∞; (C.33).
func secondLoss(x, mu, sd float64) float64 {
	z := (x - mu) / sd
	return sd * sd * ((z*z+1)*(1-cumulative(z)) - z*density(z)) / 2
}
