package onsite

import (
	"slices"
)

// Why a product may not be shown.
const (
	gone       = "not in the catalogue"
	hidden     = "hidden"
	offSeason  = "out of season"
	soldOut    = "sold out"
	unsendable = "cannot be sent to this country"
	tooFar     = "lies only where it is not sent there from"
	unpriced   = "outside the price band"
	unearning  = "margin below the floor"
	onPage     = "on the page or excluded by it"
	ruledOut   = "excluded by a rule"
	owned      = "bought before"
	elsewhere  = "another category"
)

// dueWithin is how far ahead a repurchase counts as due.
const dueWithin = 14 * 86400

// dueFrom is how likely a repurchase must be for what was bought to be shown again.
const dueFrom = 0.1

// may says whether a product can be shown to this visitor at all, and why not. It looks at live stock, before the best are
// taken, so that what is left out leaves no hole.
func (r *round) may(it int32) (why string, ok bool) {
	p := r.goods.get(it)
	switch {
	case p == nil:
		return gone, false
	case r.exclude[it]:
		return onPage, false
	case p.Hidden:
		return hidden, false
	case p.OffSeason:
		return offSeason, false
	case p.Price > 0 && p.Price < r.q.PriceFrom || r.q.PriceTo > 0 && p.Price > r.q.PriceTo:
		return unpriced, false
	case r.to.nowhere || r.to.country != "" && slices.Contains(p.Elsewhere, r.to.country):
		return unsendable, false
	}
	if left, counted := r.e.left(it); counted {
		if left <= r.e.o.Safety {
			return soldOut, false
		}
		if r.to.within(p, left) <= r.e.o.Safety {
			return tooFar, false
		}
	}
	if earns, ok := r.earns(it, p); ok && earns < r.e.o.LeastMargin*float64(p.Price) {
		return unearning, false
	}
	if at, ok := r.bought[it]; ok && !r.placement.Bought && r.due(it, at) < dueFrom {
		return owned, false
	}
	if r.excludedBy(it) {
		return ruledOut, false
	}
	return "", true
}

// earns is the margin of one unit after sending it to this visitor, and whether it is known.
func (r *round) earns(it int32, p *Product) (float64, bool) {
	if !r.goods.known[it] {
		return 0, false
	}
	m := r.goods.marginOf[it]
	if cost, _, ok := r.to.cost(p, r.placement.Along); ok {
		m -= float64(cost)
	}
	return m, true
}

// due is how likely the visitor is to buy again soon what they bought at an instant.
func (r *round) due(it int32, at int64) float64 {
	if int(it) >= len(r.learned.Repurchase) {
		return 0
	}
	return r.learned.Repurchase[it].Due(float64(r.now.Unix()-at), dueWithin)
}

// keep takes a candidate in or notes why not.
func (r *round) keep(it int32) bool {
	why, ok := r.may(it)
	if ok && r.placement.SameCategory && r.category != 0 && r.goods.category[it] != r.category {
		why, ok = elsewhere, false
	}
	if ok && it == r.latest {
		return false // only where there is nothing else
	}
	if !ok {
		r.left[why]++
	}
	return ok
}
