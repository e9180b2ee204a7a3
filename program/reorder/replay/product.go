package replay

import (
	"math"

	"almanac/model/inventory"
	"almanac/model/uncensor"
	"almanac/sqldb"
	"almanac/state"
	"almanac/state/stock"
)

// filling is [uncensor.Levels] for days.
var filling = uncensor.Level{Memory: 7 * uncensor.Levels.Memory, Trust: uncensor.Levels.Trust, Prior: 7 * uncensor.Levels.Prior}

// longestOutage is how many days in a row without stock are filled: after that nobody asks for the product any more.
const longestOutage = 91

// product lives through one product under every policy.
func (p *past) product(x *product, ways []policy) (out lived) {
	in := p.inStock(x)
	demand := filling.Filled(x.sold, in)
	counts, to := int(p.from-p.first), int(p.end-p.first)
	for d := counts; d < to; d++ {
		out.recovered += demand[d] - x.sold[d]
	}
	life := inventory.Life{From: int(p.start - p.first), To: to, Counts: counts, Review: p.in.Settings.ReviewDays, Demand: demand, Price: p.charged(x), Cost: x.cost,
		Hold: x.cost * p.in.Settings.Carrying() / 365, Order: float64(p.in.Settings.OrderCostMinor)}
	var known bool
	life.Lead, known = p.leads(x)
	out.leadQuoted = !known
	evenings := p.evenings(x)
	mean := func(day int) float64 { return seen(x.sold, in, day) }
	pack, least := float64(x.terms.Pack), float64(x.terms.MinUnits)
	thumb := func(day int, position float64) float64 {
		return inventory.Packs(mean(day)*float64(x.terms.LeadDays+14)-position, pack, least)
	}
	if before := evenings[life.From-1]; !math.IsNaN(before) {
		life.Start, life.Coming = before, p.arriving(x)
	} else {
		life.Start = thumb(life.From, 0)
	}
	for _, w := range ways {
		order := thumb
		if w.name != Thumb {
			order = func(day int, position float64) float64 {
				on := p.first + state.Day(day)
				return float64(p.on(on).Units(x.sku, on, w.settings, int64(math.Round(position))))
			}
		}
		out.tallies = append(out.tallies, life.Under(order))
	}
	if p.counted(x, evenings[counts-1:]) {
		t := life.Was(x.sold, evenings, p.placed(x))
		out.real = &t
	}
	return out
}

// seen is what sold a day while there was stock, over the last 30 days; over three times as many where there was hardly any in them.
func seen(sold, in []float64, day int) float64 {
	var units, days float64
	for _, back := range []int{meanDays, 3 * meanDays} {
		units, days = 0, 0
		for d := max(0, day-back); d < day; d++ {
			units, days = units+sold[d], days+in[d]
		}
		if days >= 7 {
			break
		}
	}
	if days <= 0 {
		return 0
	}
	return units / days
}

// inStock is the share of each day for which there was stock. A sale while nothing was there shows that goods had come uncounted: from
// that day on there was stock, until the next outage.
func (p *past) inStock(x *product) []float64 {
	in := make([]float64, len(x.sold))
	for d := range in {
		in[d] = 1
	}
	for _, o := range p.outages[x.sku] {
		from, to := sqldb.Micros(o.From), sqldb.Micros(o.From.AddDate(0, 0, longestOutage))
		if !o.To.IsZero() {
			to = min(to, sqldb.Micros(o.To))
		}
		day := state.DayOf(o.From, p.zone)
		for d := max(0, int(day-p.first)); d < len(in) && p.midnights[d] < to; d++ {
			if p.first+state.Day(d) > day && x.sold[d] > 0 {
				break
			}
			begin, end := p.midnights[d], p.midnights[d+1]
			in[d] = math.Max(0, in[d]-float64(min(end, to)-max(begin, from))/float64(end-begin))
		}
	}
	return in
}

// charged is the price of a unit by day: what was charged last, before the first sale what was charged then.
func (p *past) charged(x *product) []float64 {
	out := make([]float64, len(x.net))
	last := 0.0
	for d, v := range x.net {
		if v > 0 {
			if last == 0 {
				for b := range d {
					out[b] = v
				}
			}
			last = v
		}
		out[d] = last
	}
	return out
}

// evenings is what lay there at the end of each day; NaN before the first count. Where no source tells of sales as moves, what sold on the
// days after the count is taken off.
func (p *past) evenings(x *product) []float64 {
	out := make([]float64, len(x.sold))
	s := p.stock[x.sku]
	total := make([]float64, len(out)+1)
	for d, v := range x.sold {
		total[d+1] = total[d] + v
	}
	for d := range out {
		switch {
		case s == nil:
			out[d] = math.NaN()
		case s.Sales:
			out[d] = math.Max(0, s.Units[d])
		default: // NaN stays NaN
			after := max(0, int(p.countedOn(s, d)-p.first)+1)
			out[d] = math.Max(0, s.Units[d]-(total[d+1]-total[min(after, d+1)]))
		}
	}
	return out
}

// countedOn is the day of the count that a day's stock rests on.
func (p *past) countedOn(s *stock.Series, d int) state.Day {
	return state.DayOf(sqldb.Time(s.Count[d]), p.zone)
}

// counted is whether the shelf of each evening is known: counted before, and not long before where sales are not told as moves.
func (p *past) counted(x *product, evenings []float64) bool {
	s := p.stock[x.sku]
	if s == nil || math.IsNaN(evenings[0]) {
		return false
	}
	if s.Sales {
		return true
	}
	for d := len(x.sold) - len(evenings); d < len(x.sold); d++ {
		if int(p.first+state.Day(d)-p.countedOn(s, d)) > p.in.Settings.MaxCountAge {
			return false
		}
	}
	return true
}

// arriving is what had been ordered before the first morning and came later.
func (p *past) arriving(x *product) (out []inventory.Receipt) {
	for _, l := range p.coming[x.sku] {
		if l.First.IsZero() || state.DayOf(l.Placed, p.zone) >= p.start {
			continue
		}
		if on := state.DayOf(l.First, p.zone); on >= p.start && on < p.end {
			out = append(out, inventory.Receipt{Day: int(on - p.first), Units: float64(l.Received)})
		}
	}
	return out
}

// placed is how many lines the shop ordered in the days that count.
func (p *past) placed(x *product) (n int64) {
	for _, l := range p.coming[x.sku] {
		if on := state.DayOf(l.Placed, p.zone); on >= p.from && on < p.end {
			n++
		}
	}
	return n
}

// report sums up, in the order of the products: sums are the same on any number of processors.
func (p *past) report(ways []policy, each []lived) *Report {
	r := &Report{Replayed: Replayed{From: p.from.String(), To: (p.end - 1).String(), Days: int(p.end - p.from), WarmUp: int(p.from - p.start), Fits: len(p.known), Currency: p.in.Currency,
		Settings: p.in.Settings, Products: len(each), LeftOut: p.reasons(), CostsToday: p.costs}}
	sums := groups{days: r.Days, ways: ways}
	for i, l := range each {
		x := &p.products[i]
		r.Recovered += l.recovered
		if _, ok := p.stock[x.sku]; !ok {
			r.Unwatched++
		}
		if l.leadQuoted {
			r.LeadQuoted++
		}
		if l.real != nil {
			r.Counted++
			sums.add("counted", "", l)
		}
		sums.add("all", "", l)
		if x.supplier != "" {
			sums.add("supplier", x.supplier, l)
		}
		if x.category != "" {
			sums.add("category", x.category, l)
		}
	}
	r.Recovered = math.Round(r.Recovered*10) / 10
	r.Items = sums.rows()
	return r
}
