package reorder

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"math"
	"slices"
	"time"

	"almanac/decide"
	"almanac/model/inventory"
	"almanac/state"
)

// Returns are what comes back of what was sold and is put on the shelf again: supply on its way that nobody ordered. Only stock moves of reason
// return say that a shop does so; without them, or where the shop's own past would have been foreseen no better with it, nothing is counted on.

// returnDays is how many days of sales are learnt from.
const returnDays = 365

// Moved is some units of a product on a day; Sold is the day of their sale, where they came back.
type Moved struct {
	SKU       string
	Day, Sold state.Day
	Units     float64
}

// Returning is what is known of returns: units sold by day, units put back on the shelf, and goods that came back with the days of their sale.
type Returning struct {
	Sold, Shelved, Back []Moved
	laws                map[string]inventory.Return
	recent              map[string][]inventory.Sale
	shelved             map[string]float64 // of what was sold in the days that still count
}

// returns reads them; nil where nothing was ever put back on the shelf.
func (s Sources) returns(ctx context.Context, of Shop, today state.Day) (*Returning, error) {
	r := &Returning{}
	from := today - returnDays
	if err := s.Stock.Returned(ctx, of.ID, from.Time(), func(sku string, at time.Time, units int64) {
		r.Shelved = append(r.Shelved, Moved{SKU: sku, Day: state.DayOf(at, of.Zone), Units: float64(units)})
	}); err != nil || len(r.Shelved) == 0 {
		return nil, err
	}
	if err := s.Orders.Demand(ctx, of.ID, from, today-1, func(sku string, day state.Day, units int64) {
		r.Sold = append(r.Sold, Moved{SKU: sku, Day: day, Units: float64(units)})
	}); err != nil {
		return nil, err
	}
	return r, s.Orders.CameBack(ctx, of.ID, from, func(sku string, sold, back state.Day, units int64) {
		r.Back = append(r.Back, Moved{SKU: sku, Day: back, Sold: sold, Units: float64(units)})
	})
}

// fit learns the laws from what was known before a day.
func (r *Returning) fit(class func(sku string) string, before state.Day) (laws map[string]inventory.Return, sales map[string][]inventory.Sale) {
	products, classes, classOf := map[string]int{}, map[string]int{}, []int{}
	for _, m := range r.Sold { // by product: sums in the order of the data
		if _, ok := products[m.SKU]; !ok {
			products[m.SKU] = len(products)
			c := class(m.SKU)
			if _, ok := classes[c]; !ok {
				classes[c] = len(classes)
			}
			classOf = append(classOf, classes[c])
		}
	}
	var sold []inventory.Sale
	sales = map[string][]inventory.Sale{}
	for _, m := range r.Sold {
		if m.Day < before {
			s := inventory.Sale{Product: products[m.SKU], Ago: int(before - m.Day), Units: m.Units}
			sold = append(sold, s)
			if s.Ago <= inventory.ReturnDays {
				sales[m.SKU] = append(sales[m.SKU], s)
			}
		}
	}
	shelved := make([]float64, len(products))
	for _, m := range r.Shelved {
		if p, ok := products[m.SKU]; ok && m.Day < before {
			shelved[p] += m.Units
		}
	}
	var delays []inventory.Comeback
	for _, m := range r.Back {
		if p, ok := products[m.SKU]; ok && m.Day < before {
			delays = append(delays, inventory.Comeback{Product: p, Days: int(m.Day - m.Sold), Units: m.Units})
		}
	}
	fitted := inventory.FitReturns(classOf, sold, shelved, delays)
	if fitted == nil {
		return nil, nil
	}
	laws = make(map[string]inventory.Return, len(products))
	for sku, p := range products {
		laws[sku] = fitted[p]
	}
	return laws, sales
}

// testDays is how far returns are foreseen at past cut-offs.
const testDays = 28

// learn learns from all that is known, if that foresees what was put back on the shelf at two past cut-offs better than expecting nothing does,
// by squared misses: the mean is what is asked for.
func (r *Returning) learn(class func(sku string) string, today state.Day) {
	for _, cut := range []state.Day{today - 2*testDays, today - testDays} {
		laws, sales := r.fit(class, cut)
		came := map[string]float64{}
		for _, m := range r.Shelved {
			if m.Day >= cut && m.Day < cut+testDays {
				came[m.SKU] += m.Units
			}
		}
		var with, without float64
		for _, sku := range slices.Sorted(maps.Keys(laws)) {
			mean, _ := laws[sku].Coming(sales[sku], nil, testDays)
			with += (mean - came[sku]) * (mean - came[sku])
			without += came[sku] * came[sku]
		}
		if with >= without {
			return
		}
	}
	r.laws, r.recent = r.fit(class, today)
	r.shelved = map[string]float64{}
	for _, m := range r.Shelved {
		if m.Day >= today-inventory.ReturnDays {
			r.shelved[m.SKU] += m.Units
		}
	}
}

// forget drops what was learnt from: pages keep what was gathered.
func (r *Returning) forget() { r.Sold, r.Shelved, r.Back = nil, nil, nil }

// returning adds what is expected back on the shelf before an order of today would arrive: of what was sold, and of what is expected to sell
// until then as far as there is stock for it. What came back already is on the shelf, and was sold once only.
func (in Input) returning(n *need) {
	if in.Returns == nil {
		return
	}
	law, ok := in.Returns.laws[n.sku]
	if !ok {
		return
	}
	sold := in.Returns.recent[n.sku]
	days := int(n.leadDays)
	there := math.Max(0, float64(n.pos.Available+n.pos.Incoming))
	ahead := make([]float64, days)
	for d := range ahead {
		ahead[d] = math.Min(there, n.ahead.SumMean(float64(d+1)/7)-n.ahead.SumMean(float64(d)/7))
		there -= ahead[d]
	}
	var out float64
	for _, s := range sold {
		out += s.Units
	}
	for _, units := range ahead {
		out += units
	}
	n.back, n.backSD = law.Coming(sold, ahead, days)
	n.back = math.Min(n.back, math.Max(0, out-in.Returns.shelved[n.sku]))
	if n.back < leastBack {
		n.back, n.backSD = 0, 0
		return
	}
	n.returned = law
}

// leastBack is the units below which returns are left out: what cannot matter need not be explained.
const leastBack = 0.5

// returnReason says what is expected back.
func (n *need) returnReason() []decide.Reason {
	if n.back == 0 {
		return nil
	}
	half := slices.IndexFunc(n.returned.Within[:], func(share float64) bool { return share >= 0.5 })
	return []decide.Reason{{Code: "returns", Basis: decide.Estimated, Value: units(n.back),
		Text: fmt.Sprintf("About %s units, give or take %s, are expected back on the shelf before an order of today arrives: of 100 sold, %s come back fit for sale, half of them within %d days.",
			units(n.back), units(n.backSD), units(100*n.returned.Chance), cmp.Or(max(half, 0), 1))}}
}
