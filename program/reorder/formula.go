package reorder

import "math"

// The formulas of single-product, single-place inventory, with the letters of the books: K cost of placing an
// order, h holding cost of a unit and time unit, p cost of a unit short (and time unit, where demand waits), D or
// mu mean demand, sd its standard deviation, L lead time, R review period, all in one time unit. Numbers in
// parentheses are equations of Snyder and Shen (2019), "Fundamentals of Supply Chain Theory", 2nd ed.; SPT is
// Silver, Pyke and Thomas (2017), "Inventory and Production Management in Supply Chains", 4th ed.
//
// Costs, D and sd are positive; the callers of this package see to it.

// EOQ is the order quantity that balances ordering and holding, and its cost a time unit; (3.4), (3.5).
func EOQ(K, h, D float64) (quantity, cost float64) {
	return math.Sqrt(2 * K * D / h), math.Sqrt(2 * K * D * h)
}

// EOQBackorders is the EOQ where demand waits at p a unit and time unit: the quantity, the share of demand that
// waits, and the cost; (3.28) to (3.30).
func EOQBackorders(K, h, p, D float64) (quantity, waiting, cost float64) {
	quantity = math.Sqrt(2 * K * D * (h + p) / (h * p))
	return quantity, h / (h + p), math.Sqrt(2 * K * D * h * p / (h + p))
}

// EPQ is the EOQ where an order arrives at the rate mu > D instead of at once; (3.31).
func EPQ(K, h, D, mu float64) (quantity, cost float64) {
	rest := 1 - D/mu
	return math.Sqrt(2 * K * D / (h * rest)), math.Sqrt(2 * K * D * h * rest)
}

// Newsvendor is the best stock for one period of normal demand and its expected cost, at h a unit left over and p
// a unit short; (4.24), (4.27).
func Newsvendor(h, p, mu, sd float64) (stock, cost float64) {
	z := zOf(p / (p + h))
	return mu + z*sd, (h + p) * density(z) * sd
}

// NewsvendorCost is the expected cost of a stock S in the newsvendor's period; (4.6).
func NewsvendorCost(S, h, p, mu, sd float64) float64 {
	short, over := NormalLoss(S, mu, sd)
	return h*over + p*short
}

// NewsvendorProfit is the best stock and its expected profit for a price r, a cost c and a salvage value v, with
// v < c < r; (4.18).
func NewsvendorProfit(r, c, v, mu, sd float64) (stock, profit float64) {
	stock, cost := Newsvendor(c-v, r-c, mu, sd)
	return stock, (r-c)*mu - cost
}

// NewsvendorPoisson is the newsvendor with Poisson demand of mean m; (4.33).
func NewsvendorPoisson(h, p, m float64) (stock int, cost float64) {
	stock = PoissonQuantile(p/(p+h), m)
	return stock, NewsvendorPoissonCost(stock, h, p, m)
}

// NewsvendorPoissonCost is the expected cost of a stock S with Poisson demand of mean m.
func NewsvendorPoissonCost(S int, h, p, m float64) float64 {
	short, over := PoissonLoss(S, m)
	return h*over + p*short
}

// NewsvendorPoissonProfit is NewsvendorProfit with Poisson demand of mean m.
func NewsvendorPoissonProfit(r, c, v, m float64) (stock int, profit float64) {
	stock, cost := NewsvendorPoisson(c-v, r-c, m)
	return stock, (r-c)*m - cost
}

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
