package reorder

import (
	"math"
	"slices"

	"almanac/model/inventory"
)

// What the orders of one round have in common: a supplier's minimum value, and the money that there is.

// worth is what having x units more than the position earns until the end of the next cycle, less what they cost to hold.
func (n *need) worth(s Settings) func(x float64) float64 {
	if n.until > 0 {
		return n.seasonWorth(s)
	}
	margin := n.lost(s)
	law := n.over(n.protect + float64(s.CycleDays)/7)
	holding := float64(n.cost.Amount) * s.Carrying() * float64(s.ReviewDays+s.CycleDays) / 365
	before := law.Short(math.Max(0, n.position))
	return func(x float64) float64 {
		return margin*(before-law.Short(math.Max(0, n.position+x))) - holding*x
	}
}

// priced is whether the money of an order is known.
func (n *need) priced() bool { return n.cost != nil && n.cost.Amount > 0 && n.price > 0 }

// totals are the values of the orders by supplier, of what has a cost.
func totals(needs []*need) map[string]int64 {
	out := map[string]int64{}
	for _, n := range needs {
		if n.cost != nil {
			out[n.terms.Supplier] += n.units * n.cost.Amount
		}
	}
	return out
}

// reachMinimums adds packs to the orders of suppliers who ask for more money at once, the best for the money first; products that
// could wait join. Where all that may be bought does not reach the minimum, nothing is added, and the guardrail says so.
func (in Input) reachMinimums(needs []*need) {
	have := totals(needs)
	suppliers := map[string][]*need{}
	var names []string
	for _, n := range needs {
		id := n.terms.Supplier
		if s := in.Suppliers[id]; s.MinOrder > 0 && (s.Currency == "" || s.Currency == in.Currency) && have[id] > 0 && have[id] < s.MinOrder && n.priced() && n.point >= 0 {
			if suppliers[id] == nil {
				names = append(names, id)
			}
			suppliers[id] = append(suppliers[id], n)
		}
	}
	for _, id := range names {
		of := suppliers[id]
		wants := make([]inventory.Want, len(of))
		for i, n := range of {
			wants[i] = n.more(in.Settings)
		}
		blocks, _, ok := inventory.Reach(wants, float64(in.Suppliers[id].MinOrder-have[id]))
		if !ok {
			continue
		}
		for i, n := range of {
			pack, least := n.packing()
			for range blocks[i] {
				add := pack
				if n.units == 0 {
					add = packs(1, pack, least)
				}
				n.units, n.joined, n.binds = n.units+add, n.joined+add, "supplier_min"
			}
			n.repay()
		}
	}
}

// more are the packs that could be ordered beyond what is, within the guardrails.
func (n *need) more(s Settings) (w inventory.Want) {
	pack, least := n.packing()
	worth := n.worth(s)
	most := math.Min(s.MaxCoverWeeks*n.perWeek-n.position, n.lasting(s))
	if s.MaxOrderMinor > 0 {
		most = math.Min(most, float64(s.MaxOrderMinor/n.cost.Amount))
	}
	for had := n.units; ; {
		add := pack
		if had == 0 {
			add = packs(1, pack, least)
		}
		if float64(had+add) > most+1e-9 {
			return w
		}
		w.Cost = append(w.Cost, float64(add*n.cost.Amount))
		w.Worth = append(w.Worth, worth(float64(had+add))-worth(float64(had)))
		had += add
	}
}

// keepLimits cuts the orders of a round to the money and the room that there are: what saves most for what is scarce is bought. An order
// whose cost is unknown does not count, and is not cut; one whose volume is unknown takes no room.
func (in Input) keepLimits(needs []*need) {
	limits := inventory.Limits{Money: -1, Room: -1}
	var of []*need
	var spent, fills float64
	for _, n := range needs {
		if n.units > 0 && n.priced() {
			of = append(of, n)
			spent += float64(n.units * n.cost.Amount)
			fills += float64(n.units * n.terms.Volume)
		}
	}
	binds := ""
	if budget := float64(in.Settings.BudgetMinor); budget > 0 && spent > budget {
		limits.Money, binds = budget, "budget"
	}
	free, limited := in.room()
	for _, n := range needs {
		n.free, n.limited = free, limited
	}
	if limited && fills > free {
		limits.Room, binds = free, "space"
	}
	if binds == "" {
		return
	}
	wants := make([]inventory.Want, len(of))
	for i, n := range of {
		pack, least := n.packing()
		wants[i] = inventory.Blocks(float64(n.units), float64(pack), float64(least), float64(n.cost.Amount), n.worth(in.Settings))
		wants[i].Room = float64(n.terms.Volume) / float64(n.cost.Amount)
	}
	blocks, _ := inventory.Spend(wants, limits)
	for i, n := range of {
		pack, _ := n.packing()
		first := int64(math.Round(wants[i].Cost[0])) / n.cost.Amount
		units := int64(0)
		if blocks[i] > 0 {
			units = first + int64(blocks[i]-1)*pack
		}
		if units < n.units {
			n.units, n.binds = units, binds
			n.repay()
		}
	}
}

// room is the millilitres that are free once all that is there and on its way has its place, none below zero; limited is false where the
// shop has set no limit.
func (in Input) room() (free float64, limited bool) {
	if in.Settings.SpaceLitres <= 0 {
		return 0, false
	}
	free = float64(in.Settings.SpaceLitres) * 1000
	for sku, p := range in.Positions {
		free -= float64(in.Terms[sku].Volume * max(0, p.OnHand+p.Incoming))
	}
	return math.Max(0, free), true
}

// breakOf is the price break that an order reached, in words the guardrails use; ok is false where it is the first price.
func (n *need) breakOf() (b inventory.Break, ok bool) {
	i := slices.IndexFunc(n.breaks, func(b inventory.Break) bool { return b.From > float64(n.units) })
	if i < 0 {
		i = len(n.breaks)
	}
	if i < 2 {
		return b, false
	}
	return n.breaks[i-1], true
}
