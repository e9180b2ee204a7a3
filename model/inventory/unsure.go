package inventory

import "math"

// EOQDisrupted is the EOQ of a supplier who fails now and then, up for an exponential time of rate fails, down for one of
// rate recovers; demand meanwhile is lost at p a unit: Parlar and Berkin (1991), with the correction of Berk and
// Arreola-Risa (1994), "Note on 'Future supply uncertainty in EOQ models'", Naval Research Logistics 41(1); (9.5).
func EOQDisrupted(K, h, p, D, fails, recovers float64) (quantity, cost float64) {
	g := func(Q float64) float64 {
		down := fails / (fails + recovers) * -math.Expm1(-(fails+recovers)*Q/D) / recovers
		return (K + h*Q*Q/(2*D) + p*D*down) / (Q/D + down)
	}
	// Snyder (2014) replaces the chance of being down by its limit; the best lies near.
	psi := fails / (fails + recovers)
	near := (math.Sqrt(psi*D*h*psi*D*h+2*h*recovers*(K*D*recovers+D*D*p*psi)) - psi*D*h) / (h * recovers)
	quantity = minimum(g, near/10, near*10)
	return quantity, g(quantity)
}

// NewsvendorDisrupted is the best stock to order up to where demand is a steady d a period, waits at p, and the supplier
// fails in a period with chance fails, and recovers with chance recovers; (9.18).
func NewsvendorDisrupted(h, p, d, fails, recovers float64) (stock, cost float64) {
	down, n := fails/(fails+recovers), 0
	for 1-down < p/(p+h) {
		down *= 1 - recovers
		n++
	}
	stock = d * float64(n+1)
	return stock, NewsvendorDisruptedCost(stock, h, p, d, fails, recovers)
}

// NewsvendorDisruptedCost is the expected cost a period of a stock S; (9.14).
func NewsvendorDisruptedCost(S, h, p, d, fails, recovers float64) (cost float64) {
	share := recovers / (fails + recovers) // of the periods that are the n-th without supply
	for n := 0; n < 1 || share > 1e-18; n++ {
		need := d * float64(n+1)
		cost += share * (h*math.Max(0, S-need) + p*math.Max(0, need-S))
		if n == 0 {
			share *= fails
		} else {
			share *= 1 - recovers
		}
	}
	return cost
}

// EOQYieldAdded is the EOQ where an order of Q brings Q + Y, Y of the given mean and standard deviation; (9.22), (9.23).
func EOQYieldAdded(K, h, D, mean, sd float64) (quantity, cost float64) {
	quantity = math.Sqrt(2*K*D/h+sd*sd) - mean
	come := quantity + mean
	return quantity, (2*K*D+h*sd*sd)/(2*come) + h*come/2
}

// EOQYieldTimes is the EOQ where an order of Q brings Q·Z, Z of the given mean and variance; (9.25), (9.26).
func EOQYieldTimes(K, h, D, mean, variance float64) (quantity, cost float64) {
	square := variance + mean*mean
	quantity = math.Sqrt(2 * K * D / (h * square))
	return quantity, K*D/(quantity*mean) + h*quantity*square/(2*mean)
}

// NewsvendorYieldAdded is the best order for a known demand d where S + Y comes, Y uniform from lo to hi, and its expected
// cost at h a unit left over and p a unit short; (9.28).
func NewsvendorYieldAdded(h, p, d, lo, hi float64) (order, cost float64) {
	u := h / (h + p) // chance that less comes than is needed
	at := lo + u*(hi-lo)
	short, over := (at-lo)*(at-lo)/(2*(hi-lo)), (hi-at)*(hi-at)/(2*(hi-lo))
	return d - at, p*short + h*over
}
