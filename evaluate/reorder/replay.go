package reorder

import "almanac/model/inventory"

// window is the days that are lived through: from warm on policies order, from from on it counts, to is the first day that
// does not.
type window struct{ warm, from, to, review int }

// view is what a policy may know of an item on a day: nothing of that day or later.
type view struct {
	item     *Item
	day      int
	position float64 // on hand and on order
	costs    Costs
}

// mean of the last days of demand; of those since the first where there are fewer.
func (v *view) mean(days int) float64 {
	from := max(v.item.First, v.day-days)
	if from >= v.day {
		return 0
	}
	var sum float64
	for _, d := range v.item.Demand[from:v.day] {
		sum += d
	}
	return sum / float64(v.day-from)
}

// rule is one policy for one item: it may remember what it saw. order tells how many units to buy.
type rule interface{ order(v *view) float64 }

// replay lives through the days of one item under one rule. It begins with the stock that the rule of thumb would have.
func replay(item *Item, r rule, w window, c Costs) inventory.Tally {
	v := view{item: item, costs: c, day: max(w.warm, item.First)}
	life := inventory.Life{From: v.day, To: w.to, Counts: w.from, End: item.End, Review: w.review, Look: item.Look, Start: inventory.Packs(v.mean(30)*float64(item.Quoted+14), item.Pack, 0),
		Cost: item.Cost, Hold: c.hold(item), Order: c.Order, Demand: item.Demand, Price: item.Price, Lead: item.Lead}
	return life.Under(func(day int, position float64) float64 {
		v.day, v.position = day, position
		return inventory.Packs(r.order(&v), item.Pack, 0)
	})
}
