package inventory

import "math"

// Break is a price c that holds from a quantity of From on; breaks are sorted by From, the first from 0.
type Break struct{ From, Cost float64 }

// EOQAllUnits is the EOQ where the price of the last break reached holds for all units, and holding a unit for a time
// unit costs the share i of its price: quantity, index of its break, and cost a time unit with the goods; section 3.4.1.
func EOQAllUnits(K, i, D float64, breaks []Break) (quantity float64, region int, cost float64) {
	cost = math.Inf(1)
	for n, b := range breaks {
		q, _ := EOQ(K, i*b.Cost, D)
		q = math.Max(q, b.From)
		if n+1 < len(breaks) && q >= breaks[n+1].From {
			continue // a better price holds there already
		}
		if c := b.Cost*D + K*D/q + i*b.Cost*q/2; c < cost {
			quantity, region, cost = q, n, c
		}
	}
	return quantity, region, cost
}

// EOQIncremental is the EOQ where the price of a break holds for the units beyond it alone; section 3.4.2, (3.22). Breaks
// whose own best quantity lies outside of them are never best.
func EOQIncremental(K, i, D float64, breaks []Break) (quantity float64, region int, cost float64) {
	cost = math.Inf(1)
	paid := 0.0 // for the units below the break, beyond what they would cost at its price
	for n, b := range breaks {
		if n > 0 {
			paid += (breaks[n-1].Cost - b.Cost) * b.From
		}
		q := math.Sqrt(2 * (K + paid) * D / (i * b.Cost))
		if q < b.From || n+1 < len(breaks) && q >= breaks[n+1].From {
			continue
		}
		if c := b.Cost*D + i*paid/2 + (K+paid)*D/q + i*b.Cost*q/2; c < cost {
			quantity, region, cost = q, n, c
		}
	}
	return quantity, region, cost
}
