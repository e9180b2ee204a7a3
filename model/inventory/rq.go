package inventory

import "math"

// RQ is a shop that reviews continuously and orders Q when its stock position falls to r: cost of an order K,
// holding h and waiting p a unit and time unit, demand of mean D and standard deviation SD a time unit, lead time
// L; Snyder and Shen (2019), chapter 5.
type RQ struct{ K, H, P, D, SD, L float64 }

func (q RQ) leadMean() float64 { return q.D * q.L }

func (q RQ) leadSD() float64 { return q.SD * math.Sqrt(q.L) }

// rate is the cost a time unit of a stock position of y: what it holds and what waits after a lead time.
func (q RQ) rate(y float64) float64 { return NewsvendorCost(y, q.H, q.P, q.leadMean(), q.leadSD()) }

// Cost is the exact expected cost a time unit of a policy; (5.7), with the
// integral of the loss in closed form.
func (q RQ) Cost(r, Q float64) float64 {
	m, s := q.leadMean(), q.leadSD()
	// rate(y) = h(y−m) + (h+p)·shortfall(y), integrated from r to r+Q.
	holding := q.H * (Q*(r-m) + Q*Q/2)
	short := (q.H + q.P) * (secondLoss(r, m, s) - secondLoss(r+Q, m, s))
	return (q.K*q.D + holding + short) / Q
}

// PointFor is the best r for a given Q: where both ends of the cycle cost the same; (5.10).
func (q RQ) PointFor(Q float64) float64 {
	best, _ := Newsvendor(q.H, q.P, q.leadMean(), q.leadSD())
	return bisect(func(r float64) float64 { return q.rate(r+Q) - q.rate(r) }, best-Q-8*q.leadSD(), best)
}

// EOQSafety is the approximation by EOQ and the newsvendor's safety stock, each found alone; section 5.2.3.
func (q RQ) EOQSafety() (r, Q float64) {
	Q, _ = EOQ(q.K, q.H, q.D)
	r, _ = Newsvendor(q.H, q.P, q.leadMean(), q.leadSD())
	return r, Q
}

// EOQB is the approximation by the EOQ with backorders, and the best r for it; section 5.2.2.
func (q RQ) EOQB() (r, Q float64) {
	Q, _, _ = EOQBackorders(q.K, q.H, q.P, q.D)
	return q.PointFor(Q), Q
}

// ByInventoryLevel is the iterative approximation that takes the mean stock on hand for D·L below zero; section
// 5.2.1, (5.18) and (5.20), and its expected cost there. ok is false where waiting is so cheap that the
// iteration has no answer: then the shop does best to let every customer wait.
func (q RQ) ByInventoryLevel() (r, Q, cost float64, ok bool) {
	m, s := q.leadMean(), q.leadSD()
	Q, _ = EOQ(q.K, q.H, q.D)
	for range 1000 {
		stockout := Q * q.H / (q.P * q.D)
		if stockout >= 1 {
			return 0, 0, 0, false
		}
		r = m + s*zOf(1-stockout)
		short, _ := NormalLoss(r, m, s)
		next := math.Sqrt(2 * q.D * (q.K + q.P*short) / q.H)
		done := math.Abs(next-Q) <= 1e-12*Q
		Q = next
		if done {
			break
		}
	}
	short, _ := NormalLoss(r, m, s)
	return r, Q, q.H*(r-m+Q/2) + q.K*q.D/Q + q.P*q.D*short/Q, true
}

// PoissonRQ is the exact best (r, Q) for Poisson demand of mean D a time unit, orders of whole units; Federgruen
// and Zheng (1992), "An efficient algorithm for computing an optimal (r, Q) policy in continuous review stochastic
// inventory systems": a larger Q takes in the cheapest stock position next to those it has, as long as that is
// cheaper than the mean.
func PoissonRQ(K, h, p, D, L float64) (r, Q int, cost float64) {
	rate := func(y int) float64 {
		if y < 0 {
			return p * (D*L - float64(y))
		}
		return NewsvendorPoissonCost(y, h, p, D*L)
	}
	low, _ := NewsvendorPoisson(h, p, D*L)
	high := low // positions low … high
	sum := K*D + rate(low)
	for {
		n := float64(high - low + 1)
		below, above := rate(low-1), rate(high+1)
		next := math.Min(below, above)
		if next >= sum/n {
			return low - 1, high - low + 1, sum / n
		}
		sum += next
		if below <= above {
			low--
		} else {
			high++
		}
	}
}

// ByLoss is the approximation that drops from the exact cost what is short at the top of a cycle; Hadley and Whitin (1963),
// "Analysis of Inventory Systems"; (5.28), (5.29).
func (q RQ) ByLoss() (r, Q float64) {
	m, s := q.leadMean(), q.leadSD()
	Q, _ = EOQ(q.K, q.H, q.D)
	for range 1000 {
		r = m + s*lossOf(q.H*Q/((q.H+q.P)*s))
		next := math.Sqrt(2 * (q.K*q.D + (q.H+q.P)*secondLoss(r, m, s)) / q.H)
		done := math.Abs(next-Q) <= 1e-12*Q
		Q = next
		if done {
			break
		}
	}
	return r, Q
}
