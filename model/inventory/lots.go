package inventory

import "math"

// Lots is the cheapest way to meet a known demand of each period, at K an order and h a unit held over a period's end:
// how much to order in each, and the cost; Wagner and Whitin (1958), "Dynamic version of the economic lot size model",
// Management Science 5(1); (3.39).
func Lots(K, h float64, demand []float64) (orders []float64, cost float64) {
	n := len(demand)
	best, next := make([]float64, n+1), make([]int, n+1) // from period t to the end, and where the order after t falls
	for t := n - 1; t >= 0; t-- {
		best[t] = math.Inf(1)
		held := 0.0
		for s := t + 1; s <= n; s++ {
			held += h * float64(s-1-t) * demand[s-1]
			if c := K + held + best[s]; c < best[t] {
				best[t], next[t] = c, s
			}
		}
	}
	orders = make([]float64, n)
	for t := 0; t < n; t = next[t] {
		for s := t; s < next[t]; s++ {
			orders[t] += demand[s]
		}
	}
	return orders, best[0]
}
