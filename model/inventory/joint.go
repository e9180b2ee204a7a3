package inventory

import "math"

// Item is one product of a joint order: K of adding it to the order, h of a unit and time unit, demand D a time unit.
type Item struct{ K, H, D float64 }

// Joint is Silver's heuristic for products that share the cost K of an order: the product that is cheapest to order
// often, K_i/(h_i·D_i), is in every order, the others in every m-th; Silver (1976), "A simple method of determining order
// quantities in joint replenishments under deterministic demand", Management Science 22(12); SPT section 10.4. Out come the
// quantities, the time between orders, the multiples m and the cost a time unit.
func Joint(K float64, items []Item) (quantities []float64, every float64, multiples []int, cost float64) {
	if len(items) == 0 {
		return nil, 0, nil, 0
	}
	ratio := func(i Item) float64 { return i.K / (i.H * i.D) }
	first := 0
	for n, i := range items {
		if ratio(i) < ratio(items[first]) {
			first = n
		}
	}
	base := items[first].H * items[first].D / (K + items[first].K)
	order, hold := K, 0.0
	for n, i := range items {
		m := 1
		if n != first {
			m = max(1, int(math.RoundToEven(math.Sqrt(ratio(i)*base))))
		}
		multiples = append(multiples, m)
		order += i.K / float64(m)
		hold += i.H * i.D * float64(m)
	}
	every = math.Sqrt(2 * order / hold)
	for n, i := range items {
		quantities = append(quantities, every*float64(multiples[n])*i.D)
	}
	return quantities, every, multiples, order/every + every/2*hold
}
