package sim

import (
	"fmt"
	"math"

	"almanac/fact"
)

// supplier delivers, sooner or later.
type supplier struct {
	id, name string
	quoted   int     // days, as they say
	mean     float64 // as it is at first
	drift    float64 // days a year that it grows by
	pack     int
	minimum  int64
}

// disruption makes deliveries of some suppliers late; signals of it are seen before.
type disruption struct {
	from, until int
	days        int
	hits        func(s int) bool
}

func newSuppliers(c *Config) (out []supplier) {
	for i := range c.Supply.Suppliers {
		r := chanceOf(c.Seed, forSupply, uint64(i))
		mean := r.lognormal(c.Supply.LeadDays, .5)
		s := supplier{id: fmt.Sprintf("SUP-%02d", i+1), name: family[i%len(family)] + " & Co", mean: mean, pack: []int{1, 1, 6, 12}[r.IntN(4)], minimum: int64(r.IntN(5)) * 10_000}
		s.quoted = max(1, int(math.Round(mean*(.85+.2*r.Float64()))))
		if r.happens(c.Supply.Drift) {
			s.drift = mean * .4
		}
		out = append(out, s)
	}
	return out
}

func newDisruptions(c *Config) (out []disruption) {
	r := chanceOf(c.Seed, forSupply, 1<<40)
	for range c.Supply.Disruptions {
		from, third := r.IntN(max(1, c.days())), r.IntN(3)
		out = append(out, disruption{from: from, until: from + 30 + r.IntN(30), days: 10 + r.IntN(15), hits: func(s int) bool { return s%3 == third }})
	}
	return out
}

// order buys units of a product and has them delivered when chance will have it: the luck of a day and product
// is the same under every policy.
func (w *World) order(d, p, units int) {
	st := &w.goods.styles[w.goods.products[p].style]
	s := &w.suppliers[st.supplier]
	r := chanceOf(w.config.Seed, forSupply, uint64(p), uint64(d), 1<<41)
	lead := r.lognormal(s.mean+s.drift*float64(d)/365.25, w.config.Supply.LeadSpread)
	for _, x := range w.disruptions {
		if due := d + int(lead); x.hits(st.supplier) && due >= x.from && due < x.until {
			lead += float64(x.days)
		}
	}
	days := max(1, int(math.Round(lead)))
	id := fmt.Sprintf("PO-%05d-%s", d, w.goods.products[p].sku)
	at, due := w.at(d, 9*60+r.IntN(60)), w.at(d+s.quoted, 12*60)
	buy := fact.Purchase{Purchase: id, Line: "1", Supplier: s.id, SKU: w.goods.products[p].sku, Location: w.shelves.names[0], Units: int64(units), Currency: w.config.Currency, Cost: w.cost(p), Due: &due}
	placed := buy
	w.tellAs(fact.PurchasePlaced, "erp:main", id+"/1", at, &placed)
	confirmed := buy
	w.tellAs(fact.PurchaseConfirmed, "erp:main", id+"/1", at.Add(day), &confirmed)
	w.shelves.inway[p] += int32(units)
	w.truth(Truth{Kind: "lead time", Day: d, ID: s.id, SKU: w.goods.products[p].sku, Value: float64(days)})
	parts := []int{units}
	if units > 1 && r.happens(w.config.Supply.Partial) {
		parts = []int{units * 7 / 10, units - units*7/10}
	}
	for i, n := range parts {
		if n > 0 {
			w.later(d+days+7*i, func(d int) { w.receive(d, p, n, i, buy) })
		}
	}
}

// receive puts what came where it belongs: most in the first warehouse, some in the others and in the stores.
func (w *World) receive(d, p, units, part int, buy fact.Purchase) {
	at := w.at(d, 8*60+part)
	buy.Units = int64(units)
	w.tellAs(fact.PurchaseReceived, "erp:main", fmt.Sprint(buy.Purchase, "/1/", part+1), at, &buy)
	w.shelves.inway[p] -= int32(units)
	left := units
	for l := len(w.shelves.names) - 1; l >= 0; l-- {
		n := left
		if l > 0 {
			share := .12
			if l < w.shelves.stores {
				share = .4
			}
			n = int(float64(units) * share)
		}
		if n > 0 {
			w.move(p, l, n, at, "received", fmt.Sprint(buy.Purchase, "/", part+1))
			left -= n
		}
	}
}

// buy asks the policy once a week for the products of each supplier.
func (w *World) buy(d int) {
	if w.policy.Order == nil {
		return
	}
	for p := range w.goods.products {
		st := &w.goods.styles[w.goods.products[p].style]
		if (st.supplier+d)%7 != 0 || d < st.launch-60 || d >= st.end {
			continue
		}
		if n := w.policy.Order(w.shelf(d, p)); n > 0 {
			w.order(d, p, n)
		}
	}
}

func (w *World) shelf(d, p int) Shelf {
	pr := &w.goods.products[p]
	st := &w.goods.styles[pr.style]
	s := &w.suppliers[st.supplier]
	return Shelf{SKU: pr.sku, Day: d, OnHand: w.shelves.onHand(p), OnOrder: int(w.shelves.inway[p]), Sold30: int(w.shelves.sold[p][0]), Sold90: int(w.shelves.sold[p][1]),
		Listed: d - max(st.launch, -before), LeadDays: s.quoted, Price: w.usualPrice(p), Cost: w.cost(p), Pack: s.pack, Ends: st.end < w.config.days() && st.end-d < s.quoted+30, Forecast: w.expected(p)}
}

// early tells the signals that come before and during a disruption.
func (w *World) early(d int) {
	for i, x := range w.disruptions {
		if d < x.from-10 || d >= x.until {
			continue
		}
		r := chanceOf(w.config.Seed, forSupply, uint64(i), uint64(d), 1<<42)
		delay := math.Max(0, float64(min(d-x.from+10, 14))/14*float64(x.days)+2*r.NormFloat64())
		at := w.at(d, 6*60)
		w.tell("signals:ports", fmt.Sprint("delay/", i, "/", d), at, &fact.Signal{Name: "carrier delay", Place: fmt.Sprint("lane-", i+1), Value: delay, Unit: "days"})
	}
}
