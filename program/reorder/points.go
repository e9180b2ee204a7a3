package reorder

import (
	"maps"
	"math"
	"slices"
)

// Level is when to order a product at a place, and up to how much: what other systems call minimum and maximum. Location is empty
// for the whole shop.
type Level struct {
	SKU      string  `json:"sku"`
	Location string  `json:"location,omitempty"`
	Point    int64   `json:"reorder_point"`
	UpTo     int64   `json:"order_up_to"`
	Service  float64 `json:"service_level"`
	Class    string  `json:"class"`
	Basis    string  `json:"basis" enum:"set,money,optimal,season,assumed" doc:"Where the service level comes from: set by the merchant, or from money; optimal: so does the quantity; season: from what a unit too few and one too many cost at the end of its season; assumed: from money, but cost or price is unknown"`
}

// Levels are those of every counted product of which enough is known, by product and place. A product that is not worth stocking has
// a point and a level of 0. Where the shop has several places there are those of each place besides; see [Network].
func Levels(in Input) (out []Level) {
	if !Ready(in).Ready {
		return nil
	}
	net := in.network()
	for _, n := range in.needs() {
		l := Level{SKU: n.sku, Class: n.class, Service: math.Round(n.service*1000) / 1000, Basis: n.basis()}
		if n.point >= 0 {
			l.Point = int64(math.Ceil(n.point))
			l.UpTo = max(l.Point+1, int64(math.Ceil(n.upTo)))
		}
		out = append(out, l)
		places := net.levels(n)
		for _, loc := range slices.Sorted(maps.Keys(places)) {
			at := l
			at.Location, at.Point, at.UpTo = loc, places[loc].Point, places[loc].UpTo
			out = append(out, at)
		}
	}
	return out
}

// basis says where the service level comes from.
func (n *need) basis() string {
	switch {
	case n.until > 0 && (n.lastChance || n.point < 0):
		return "season"
	case n.optimal:
		return "optimal"
	case n.fromMoney:
		return "money"
	case n.asked > 0:
		return "set"
	}
	return "assumed"
}

// Differs reports whether another level is worth telling another system of: by a unit at least, and by a twentieth.
func (l Level) Differs(o Level) bool {
	far := func(a, b int64) bool {
		d := math.Abs(float64(a - b))
		return d >= 1 && d >= 0.05*math.Max(float64(a), float64(b))
	}
	return far(l.Point, o.Point) || far(l.UpTo, o.UpTo)
}
