package inventory

import "math"

// Costs of one product: Order of a line on an order, Hold of a unit for a day (money tied up, room, and what ageing takes from
// its value), Short of a unit that a customer wants and does not get: its margin, as the sale is lost.
type Costs struct{ Order, Hold, Short float64 }

// Policy says when to order and how much: at a position (on hand and on order) of Point or less, up to UpTo. A Point below
// zero says that the product is not worth stocking.
type Policy struct {
	Point, UpTo float64
	Service     float64 // chance that the demand of the risk period does not exceed Point
}

// Order is what to order at a position.
func (p Policy) Order(position float64) float64 {
	if position > p.Point || p.UpTo <= position {
		return 0
	}
	return p.UpTo - position
}

// Fractile is the critical fractile: the share of cases in which stock should be enough where a unit too few costs under, and
// one too many over; (4.17).
func Fractile(under, over float64) float64 {
	if !(under > 0) {
		return 0
	}
	return under / (under + math.Max(over, 0))
}

// Review is a shop that looks every Every days: PerDay units are expected to sell a day, Lead is the demand until an order of
// today would arrive, Risk that until one of the next look would. Most caps what an order brings, in units above Point (0:
// no cap): what can be sold before it perishes, or what a merchant wants to have at most.
type Review struct {
	Every, PerDay float64
	Lead, Risk    Demand
	Most          float64
}

// Best is the (s, S) policy that costs least, the sale lost where the shelf is empty. Quantity: the EOQ, but not less than a
// review's demand. Point: the highest position at which waiting for the next look loses more margin, Short·(what is short
// until an order of the next look arrives, less what is short before one of today could), than it saves, which is the
// mean cost of running a cycle for that long, Hold·Q·Every (Zheng 1992, "On properties of stochastic inventory systems",
// Management Science 38(1): at the optimum the mean cost is that of the ends of a cycle). With many units it is the
// fractile 1 − Hold·Q/(Short·PerDay) of Hadley and Whitin (1963), section 4-3.
func (c Costs) Best(r Review) Policy {
	q := c.quantity(r)
	waits := func(x float64) bool {
		return c.Short*(r.Risk.Short(x)-r.Lead.Short(x)) <= c.Hold*q*r.Every
	}
	return r.around(highest(r.Risk, waits), q)
}

// At is the policy of a service level that a merchant sets: Point is that quantile of the risk period's demand.
func (c Costs) At(r Review, service float64) Policy {
	return r.around(r.Risk.Quantile(service), c.quantity(r))
}

func (c Costs) quantity(r Review) float64 {
	if !(r.PerDay > 0) {
		return 0
	}
	q, _ := EOQ(c.Order, c.Hold, r.PerDay)
	q = math.Max(q, r.PerDay*r.Every)
	if r.Most > 0 {
		q = math.Min(q, r.Most)
	}
	return math.Max(q, 1)
}

// around adds the quantity. A product is found between reviews below Point, by half a review's demand in the mean, which the
// order brings up as well; one that is ordered at every look needs no more than Point.
func (r Review) around(point, q float64) Policy {
	p := Policy{Point: point, UpTo: point, Service: 1 - r.Risk.Above(point)}
	if point < 0 {
		return p
	}
	if cycle := r.PerDay * r.Every; q > 1.25*cycle {
		p.UpTo += q - cycle/2
	}
	p.UpTo = math.Max(p.UpTo, p.Point+1)
	return p
}

// highest is the highest whole position that should not wait; −1 where an empty shelf can wait. Waiting is fine from some
// position on.
func highest(risk Demand, waits func(float64) bool) float64 {
	if waits(0) {
		return -1
	}
	return lastBefore(math.Max(1, math.Ceil(risk.Mean)), waits)
}

// lastBefore is the highest whole number for which something does not hold yet; it does not for 0, and does from some number on. The
// search begins at guess.
func lastBefore(guess float64, holds func(float64) bool) float64 {
	lo, hi := 0.0, guess
	for !holds(hi) && hi < 1e9 {
		lo, hi = hi, 2*hi
	}
	for hi-lo > 1 {
		mid := math.Floor(lo + (hi-lo)/2)
		if holds(mid) {
			hi = mid
		} else {
			lo = mid
		}
	}
	return lo
}

// BaseStockFor is the level to order up to at every look under (R, S), for any law of demand over R + L, and the
// newsvendor's stock where that is one season's: the fractile of what a unit too few and one too many cost.
func BaseStockFor(d Demand, under, over float64) float64 {
	f := Fractile(under, over)
	if f <= 0 {
		return 0
	}
	return d.Quantile(f)
}

// Quantity is the (r, Q) policy of continuous review: the Point of [Costs.Best] without a review period, and Q apart.
func (c Costs) Quantity(perDay float64, lead Demand) (point, quantity float64) {
	quantity = c.quantity(Review{PerDay: perDay})
	if quantity == 0 {
		return -1, 0
	}
	for range 20 {
		tail := c.Hold * quantity / (c.Hold*quantity + c.Short*perDay)
		point = lead.Quantile(1 - tail)
		next := math.Max(1, math.Sqrt(2*perDay*(c.Order+c.Short*lead.Short(point))/c.Hold))
		if math.Abs(next-quantity) < 1e-9*quantity {
			break
		}
		quantity = next
	}
	return point, quantity
}
