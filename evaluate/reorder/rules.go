package reorder

import (
	"math"

	"almanac/model/inventory"
)

// ending is whether a product is about to be dropped: what would be ordered comes too late. A shop knows a month ahead.
func ending(v *view) bool {
	return v.item.End > 0 && v.item.End-v.day < v.item.Quoted+30
}

// thumb is the rule of popular apps: the mean of the last 30 days for the lead time that the supplier quotes and 14 days more.
// more is ordered beyond it where it orders at all, in days.
type thumb struct{ cover, more float64 }

func (r thumb) order(v *view) float64 {
	if ending(v) {
		return 0
	}
	mean := v.mean(30)
	need := mean*(float64(v.item.Quoted)+r.cover) - v.position
	if need <= 0 {
		return 0
	}
	return need + mean*r.more
}

// normal is the (s, S) policy of the textbooks: 95 % service with normal demand of the last 91 days, the measured spread of
// lead times, and the EOQ.
type normal struct {
	leadSD float64
	review float64
}

func (r normal) order(v *view) float64 {
	if ending(v) {
		return 0
	}
	from := max(v.item.First, v.day-91)
	mean := v.mean(91)
	if mean <= 0 {
		return 0
	}
	var squares float64
	for _, d := range v.item.Demand[from:v.day] {
		squares += (d - mean) * (d - mean)
	}
	sd := math.Sqrt(squares / math.Max(1, float64(v.day-from-1)))
	point, _ := inventory.ReorderPoint(mean, sd, float64(v.item.Quoted)+r.review, r.leadSD, 1.6448536269514722)
	c := v.costs.of(v.item, v.day)
	q, _ := inventory.EOQ(c.Order, c.Hold, mean)
	return inventory.Policy{Point: point, UpTo: point + math.Max(q, mean*r.review)}.Order(v.position)
}
