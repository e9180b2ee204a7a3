package inventory

import "math"

// ReorderPoint is the stock at which to order under continuous review, and how much of it is safety stock: normal
// demand of mean d and standard deviation sd a time unit, lead time of mean L and standard deviation sdL, safety
// factor z; SPT (6.26), with sdL = 0 the rule of every textbook.
func ReorderPoint(d, sd, L, sdL, z float64) (point, safety float64) {
	safety = z * math.Sqrt(L*sd*sd+d*d*sdL*sdL)
	return d*L + safety, safety
}

// BaseStock is the level to order up to under periodic review every R at a cycle service level: demand of R + L
// and its safety; SPT section 6.9.
func BaseStock(d, sd, R, L, service float64) float64 {
	level, _ := ReorderPoint(d, sd, R+L, 0, zOf(service))
	return level
}

// BaseStockPoisson is BaseStock for Poisson demand of mean d a time unit.
func BaseStockPoisson(d, R, L, service float64) int { return PoissonQuantile(service, d*(R+L)) }

// FillRatePoint is the safety factor and reorder point that fill the share of demand beta from the shelf, with
// orders of Q; SPT section 6.7.2, G(k) = (1−β)Q/σL.
func FillRatePoint(muL, sdL, Q, beta float64) (k, point float64) {
	k = lossOf((1 - beta) * Q / sdL)
	return k, muL + k*sdL
}

// Pooled is the safety stock of one place that serves n places of independent, equal demand with safety stock each
// (Eppen 1979, "Effects of centralization on expected costs in a multi-location newsboy problem").
func Pooled(safety float64, n int) float64 { return safety * math.Sqrt(float64(n)) }
