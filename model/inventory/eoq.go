package inventory

import "math"

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
