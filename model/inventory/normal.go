package inventory

import "math"

// The standard normal distribution. Names follow Snyder and Shen (2019), "Fundamentals of Supply Chain
// Theory", 2nd ed., appendix C: φ, Φ, and the losses n(z) = E[(Z−z)⁺] and n̄(z) = E[(z−Z)⁺].

func density(z float64) float64 { return math.Exp(-z*z/2) / math.Sqrt(2*math.Pi) }

func cumulative(z float64) float64 { return math.Erfc(-z/math.Sqrt2) / 2 }

// NormalQuantile is the point below which the share p of a standard normal lies, 0 < p < 1: the safety factor of a cycle service level.
func NormalQuantile(p float64) float64 { return zOf(p) }

// zOf is the point below which the share p of a standard normal lies, 0 < p < 1.
func zOf(p float64) float64 { return math.Sqrt2 * math.Erfinv(2*p-1) }

// loss is n(z), the mean shortfall in standard deviations; (C.22).
func loss(z float64) float64 { return density(z) - z*(1-cumulative(z)) }

// lossOf is the z with n(z) = v, v > 0. n falls from z → −∞, where it is −z, to 0.
func lossOf(v float64) float64 {
	return bisect(func(z float64) float64 { return v - loss(z) }, -v-1, 40)
}

// NormalLoss is the mean of what demand of mean mu and standard deviation sd > 0 exceeds x by, and of what it
// stays below x by, in units; (C.31), (C.32).
func NormalLoss(x, mu, sd float64) (short, over float64) {
	z := (x - mu) / sd
	return sd * loss(z), sd * (z + loss(z))
}

// bisect finds the root of an increasing function between lo and hi, to the last bits.
func bisect(f func(float64) float64, lo, hi float64) float64 {
	for range 200 {
		mid := lo + (hi-lo)/2
		if mid == lo || mid == hi {
			break
		}
		if f(mid) < 0 {
			lo = mid
		} else {
			hi = mid
		}
	}
	return lo + (hi-lo)/2
}

// poisson is the probability mass at n of a Poisson distribution of mean m ≥ 0.
func poisson(n int, m float64) float64 {
	if n < 0 {
		return 0
	}
	if m == 0 {
		if n == 0 {
			return 1
		}
		return 0
	}
	lg, _ := math.Lgamma(float64(n) + 1)
	return math.Exp(float64(n)*math.Log(m) - m - lg)
}

// PoissonLoss is the mean of what Poisson demand of mean m exceeds x by, and of what it stays below x by; (C.41).
func PoissonLoss(x int, m float64) (short, over float64) {
	for n := 0; n < x; n++ {
		over += float64(x-n) * poisson(n, m)
	}
	return over - float64(x) + m, over
}

// PoissonQuantile is the least n that Poisson demand of mean m does not exceed with probability p, 0 < p < 1.
func PoissonQuantile(p, m float64) int {
	n, below := 0, poisson(0, m)
	for below < p && float64(n) < m+50*math.Sqrt(m)+50 {
		n++
		below += poisson(n, m)
	}
	return n
}
