package inventory

import "math"

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

// NewsvendorLognormal is the best stock and its expected cost where the logarithm of demand is normal of mean m and
// standard deviation s; appendix C.3.
func NewsvendorLognormal(h, p, m, s float64) (stock, cost float64) {
	stock = math.Exp(m + s*zOf(p/(p+h)))
	short, over := LognormalLoss(stock, m, s)
	return stock, h*over + p*short
}

// Myopic is the base stock of a period that looks no further than the next: a unit costs c now and next later, discounted
// by gamma a period; its cost is that of the period with the units bought and what they save later. Veinott (1966), "On the
// optimality of (s, S) inventory policies", J. SIAM Appl. Math. 14(5). It needs −h ≤ c − gamma·next ≤ p.
func Myopic(h, p, c, next, mu, sd, gamma float64) (stock, cost float64) {
	stock = mu + sd*zOf((p-(c-gamma*next))/(p+h))
	return stock, c*stock + NewsvendorCost(stock, h, p, mu, sd) - gamma*next*(stock-mu)
}
