package reorder

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"

	"almanac/decide"
	"almanac/fact"
	"almanac/model/inventory"
)

// An order to a supplier costs something besides its lines: freight, paperwork, a look at the gate. Products of one supplier share that: they are
// ordered in multiples of one cycle (Silver 1976), and what would be due soon joins an order that is placed anyway, as can-order policies have
// it (Balintfy 1964, "On a basic class of multi-item inventory problems", Management Science 10(2)).

// cycle is what the products of a supplier have in common.
type cycle struct {
	days  float64 // between orders
	share float64 // of what an order costs besides its lines, for one product
}

// shared is whether a product's quantity is to follow from money, with what it takes to know it.
func (n *need) shared(s Settings) bool {
	return n.asked == 0 && n.priced() && n.until == 0 && Pace(n.ahead) > 0 && s.Carrying() > 0
}

// share gives the products of each supplier a common cycle, as an order cost of their own at which the EOQ is what they sell in their multiple of
// it.
func (in Input) share(needs []*need) {
	s := in.Settings
	if s.SupplierOrderMinor <= 0 {
		return
	}
	of := map[string][]*need{}
	for _, n := range needs {
		if n.shared(s) {
			of[n.terms.Supplier] = append(of[n.terms.Supplier], n)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(of)) {
		items := make([]inventory.Item, len(of[id]))
		for i, n := range of[id] {
			items[i] = inventory.Item{K: float64(s.OrderCostMinor), H: n.holdsDay(s), D: Pace(n.ahead) / 7}
		}
		quantities, every, _, _ := inventory.Joint(float64(s.SupplierOrderMinor), items)
		common := &cycle{days: every, share: float64(s.SupplierOrderMinor) / float64(len(items))}
		for i, n := range of[id] {
			n.cycle = common
			n.orderCost = items[i].H * quantities[i] * quantities[i] / (2 * items[i].D)
		}
	}
}

// holdsDay is what holding a unit costs a day.
func (n *need) holdsDay(s Settings) float64 { return float64(n.list.Amount) * s.Carrying() / 365 }

// join adds to the orders of a supplier that are placed anyway the products that would be due before the cycle is over, as many as put the next
// order off for longer than holding them costs.
func (in Input) join(needs []*need) {
	s := in.Settings
	if s.SupplierOrderMinor <= 0 {
		return
	}
	ordered, waiting := map[string]int{}, map[string][]*need{}
	for _, n := range needs {
		switch {
		case n.units > 0:
			ordered[n.terms.Supplier]++
		case n.cycle != nil && n.optimal && n.point >= 0 && n.upTo > n.position && n.due() < n.cycle.days:
			waiting[n.terms.Supplier] = append(waiting[n.terms.Supplier], n)
		}
	}
	for id, of := range waiting {
		if ordered[id] == 0 {
			continue
		}
		slices.SortFunc(of, func(a, b *need) int { return cmp.Or(cmp.Compare(a.due(), b.due()), cmp.Compare(a.sku, b.sku)) })
		best, joins, cost := 0.0, 0, 0.0
		for i, n := range of {
			cost += n.holdsDay(s) * (n.upTo - n.position) * n.due()
			next := n.cycle.days
			if i+1 < len(of) {
				next = of[i+1].due()
			}
			if gain := float64(s.SupplierOrderMinor)*(next-of[0].due())/n.cycle.days - cost; gain > best {
				best, joins = gain, i+1
			}
		}
		for _, n := range of[:joins] {
			n.units = packs(n.upTo-n.position, max(n.terms.Pack, 1), n.terms.MinUnits)
			n.keepGuardrails(s)
			n.along = ordered[id]
		}
	}
}

// due is the days until a product comes down to its reorder point.
func (n *need) due() float64 { return math.Max(0, n.position-n.point) / (n.perWeek / 7) }

// togetherReason says that a product could wait, and why it does not.
func (n *need) togetherReason(in Input) []decide.Reason {
	if n.along == 0 {
		return nil
	}
	return []decide.Reason{{Code: "together", Basis: decide.Estimated, Value: fmt.Sprintf("%.0f", n.due()),
		Text: fmt.Sprintf("It could wait for about %.0f days. As %d other products of its supplier are ordered today, it is ordered with them: an order of its own would cost %s.",
			n.due(), n.along, fact.Money{Minor: in.Settings.SupplierOrderMinor, Currency: in.Currency})}}
}
