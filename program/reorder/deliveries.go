package reorder

import (
	"cmp"
	"maps"
	"math"
	"slices"

	"almanac/model/inventory"
	"almanac/state"
)

// Purchase is one line of a purchase order: when it was placed, when its first goods came, and what is still to come.
type Purchase struct {
	ID, Order, SKU, Supplier string    // ID names the line, Order the whole
	Units                    int64     // still to come
	Placed, Received         state.Day // Received: the first goods
	Last                     state.Day // the newest goods
	Due                      state.Day // as first promised; 0 where nobody said
	Expected                 state.Day // what is still to come, as promised last; 0 where nobody said
	Open                     bool      // nothing has come yet
}

// Partly is whether some of a line has come and the rest is waited for.
func (p Purchase) Partly() bool { return !p.Open && p.Units > 0 }

// enoughDeliveries is how many a supplier must have made before they are believed instead of what they quote.
const enoughDeliveries = 3

// quoted is in how many days a line was expected: by its own date, else as the terms of the product say; 0 where nobody said.
func (in Input) quoted(p Purchase) float64 {
	if p.Due > p.Placed {
		return float64(p.Due - p.Placed)
	}
	t, _, ok := in.purchase(p.SKU)
	if !ok {
		return 0
	}
	return float64(t.LeadDays)
}

// leadTimes is what deliveries tell, with the numbers that suppliers and products have in it.
type leadTimes struct {
	model     *inventory.LeadTimes // of first deliveries
	rests     *inventory.LeadTimes // of what is left of a line after them, from the newest delivery on
	suppliers map[string]int
	products  map[string]int
	delivered map[string]int // first deliveries by supplier
	followed  map[string]int // rests that came
}

func number(of map[string]int, name string) int {
	if n, ok := of[name]; ok {
		return n
	}
	return -1
}

// rest is the law of the time that the rest of a line takes from the newest delivery on. As long as little is known it takes what an
// order takes.
func (l *leadTimes) rest(supplier, sku string, quoted float64) (law inventory.Lead, learnt bool) {
	return l.rests.Law(number(l.suppliers, supplier), number(l.products, sku), quoted), l.followed[supplier] >= enoughDeliveries
}

// law is the lead time of an order; learnt is false where the supplier has delivered too little to be believed, and what the shop's
// other suppliers do, or a third either way, stands in.
func (l *leadTimes) law(supplier, sku string, quoted float64) (law inventory.Lead, learnt bool) {
	return l.model.Law(number(l.suppliers, supplier), number(l.products, sku), quoted), l.delivered[supplier] >= enoughDeliveries
}

// learn finds the law of the lead time of every counted product whose supplier has delivered often enough, from all purchases
// up to today, the open ones among them.
func (in *Input) learn() {
	in.times = &leadTimes{suppliers: map[string]int{}, products: map[string]int{}, delivered: map[string]int{}, followed: map[string]int{}}
	give := func(of map[string]int, name string) int {
		if _, ok := of[name]; !ok {
			of[name] = len(of)
		}
		return of[name]
	}
	in.Purchases = sortedPurchases(in.Purchases)
	var known, rests []inventory.Delivery
	for _, p := range in.Purchases {
		d := inventory.Delivery{Supplier: give(in.times.suppliers, in.supplierOf(p)), Product: give(in.times.products, p.SKU), Quoted: in.quoted(p), Days: float64(p.Received - p.Placed), Open: p.Open}
		if p.Open {
			d.Days = float64(in.Today - p.Placed)
		} else {
			in.times.delivered[in.supplierOf(p)]++
			d.Days = max(d.Days, 0.5) // on the same day
		}
		known = append(known, d)
		if r, ok := in.restOf(p); ok {
			r.Supplier, r.Product = d.Supplier, d.Product
			rests = append(rests, r)
			if !r.Open {
				in.times.followed[in.supplierOf(p)]++
			}
		}
	}
	in.times.model, in.times.rests = inventory.FitLeadTimes(known), inventory.FitLeadTimes(rests)
	in.Leads = map[string]inventory.Lead{}
	for sku := range in.Positions {
		if t, _, ok := in.purchase(sku); ok {
			if law, learnt := in.times.law(t.Supplier, sku, float64(t.LeadDays)); learnt {
				in.Leads[sku] = law
			}
		}
	}
}

// restOf is what a line says of how long the rest takes that a first delivery leaves; ok is false where it left none, or nobody believes
// any more that it comes. A rest that has not come yet is censored.
func (in Input) restOf(p Purchase) (d inventory.Delivery, ok bool) {
	d.Quoted = in.quoted(p)
	switch {
	case p.Open:
	case p.Partly():
		d.Days, d.Open = float64(in.Today-p.Last), true
		return d, d.Days > 0 && !in.Forgotten(p)
	case p.Last > p.Received:
		d.Days = float64(p.Last - p.Received)
		return d, true
	}
	return d, false
}

// supplierOf is who delivers a purchase: as it says, else as the terms of the product do.
func (in Input) supplierOf(p Purchase) string {
	if p.Supplier != "" {
		return p.Supplier
	}
	t, _, _ := in.purchase(p.SKU)
	return t.Supplier
}

// sortedPurchases are in the order in which they were placed: the same purchases in any order give the same numbers.
func sortedPurchases(purchases []Purchase) []Purchase {
	p := slices.Clone(purchases)
	slices.SortFunc(p, func(a, b Purchase) int {
		return cmp.Or(cmp.Compare(a.Placed, b.Placed), cmp.Compare(a.ID, b.ID), cmp.Compare(a.SKU, b.SKU))
	})
	return p
}

// OpenRisk is an open purchase and what may go wrong before it comes. Money is in minor units; Priced is false where cost or
// price of the product is unknown, and Learnt where the supplier has delivered too little to be judged by.
type OpenRisk struct {
	Purchase
	inventory.Risk
	Promised       state.Day // as said, else placed and the quoted days
	Likely, Latest state.Day // half, and nine of ten, such orders have come by then
	Priced, Learnt bool
	Forgotten      bool // overdue for so long that it does not count as coming any more
	since          state.Day
}

// clock is the law of when an open line comes, and the day from which on it is counted: that of the order, or for the rest of a line the
// day of the newest delivery.
func (in Input) clock(p Purchase, quoted float64) (law inventory.Lead, since state.Day, learnt bool) {
	of, since := in.times.law, p.Placed
	if p.Partly() {
		of, since = in.times.rest, p.Last
	}
	law, learnt = of(in.supplierOf(p), p.SKU, quoted)
	return law, since, learnt
}

// Risks looks at every open purchase, the dearest first. There is, besides what is available, what the open purchases are to bring that are
// likely to come before it.
func Risks(in Input) (out []OpenRisk) {
	var laws []inventory.Lead
	for _, p := range in.Purchases {
		quoted := in.quoted(p)
		if p.Units <= 0 || quoted <= 0 {
			continue
		}
		r := OpenRisk{Purchase: p, Promised: in.due(p), Forgotten: in.Forgotten(p)}
		var law inventory.Lead
		law, r.since, r.Learnt = in.clock(p, quoted)
		open := float64(max(0, in.Today-r.since))
		day := func(chance float64) state.Day { return in.Today + state.Day(math.Ceil(law.Left(open, chance))) }
		r.Likely, r.Latest = day(.5), day(.9)
		out, laws = append(out, r), append(laws, law)
	}
	order := make([]int, len(out))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(out[a].Likely, out[b].Likely) })
	before := map[string]float64{}
	for _, i := range order {
		in.risk(&out[i], laws[i], before[out[i].SKU])
		if !out[i].Forgotten {
			before[out[i].SKU] += float64(out[i].Units)
		}
	}
	slices.SortStableFunc(out, func(a, b OpenRisk) int {
		return cmp.Or(cmp.Compare(b.Money, a.Money), cmp.Compare(b.Short, a.Short), cmp.Compare(b.Late, a.Late))
	})
	return out
}

// risk finds what may go wrong before an open purchase comes by its law, with what comes before it.
func (in Input) risk(r *OpenRisk, law inventory.Lead, before float64) {
	margin := 0.0
	if c, ok := in.Costs[r.SKU]; ok && c.Currency == in.Currency && in.Prices[r.SKU] > 0 {
		r.Priced, margin = true, in.Settings.lost(float64(max(0, in.Prices[r.SKU]-c.Amount)))
	}
	open, due := float64(max(0, in.Today-r.since)), float64(r.Promised-r.since)
	r.Risk = inventory.Risk{Late: law.Late(due, open)}
	p, counted := in.Positions[r.SKU]
	n := need{rest: math.Inf(1)}
	var forecast bool
	if n.ahead, forecast = in.Ahead(r.SKU); !forecast || !counted || r.Forgotten {
		return
	}
	if n.until, _ = in.Season(r.SKU); n.until > 0 {
		n.rest = math.Max(0, float64(n.until-in.Today+1)) / 7
	}
	r.Risk = law.AtRisk(due, open, float64(max(0, p.Available))+before, margin, func(days int) inventory.Demand { return n.over(float64(days) / 7) })
}

// Drift is a supplier whose lead times have changed.
type Drift struct {
	Supplier   string
	Slower     bool
	Since      state.Day // placed on which day the first delivery was that came otherwise
	Deliveries int       // since then
	Factor     float64   // lead times are this much of what they were
}

// Drifts are the suppliers whose lead times have changed, the most first: deliveries are compared with the first tenth of a supplier's,
// but not with fewer than ten. A change that goes on is dated from its beginning.
func Drifts(in Input) (out []Drift) {
	const least = 10
	of := map[string][]Purchase{}
	for _, p := range in.Purchases {
		if !p.Open && in.quoted(p) > 0 {
			of[in.supplierOf(p)] = append(of[in.supplierOf(p)], p)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(of)) {
		if d, ok := in.drift(of[name], least); ok && name != "" {
			d.Supplier = name
			out = append(out, d)
		}
	}
	slices.SortStableFunc(out, func(a, b Drift) int {
		return cmp.Compare(math.Abs(math.Log(b.Factor)), math.Abs(math.Log(a.Factor)))
	})
	return out
}

func (in Input) drift(of []Purchase, least int) (d Drift, found bool) {
	first := max(least, len(of)/10)
	if len(of) <= first {
		return d, false
	}
	took := func(p Purchase) float64 { return max(float64(p.Received-p.Placed), 0.5) }
	var usual []inventory.Delivery
	for _, p := range of[:first] {
		usual = append(usual, inventory.Delivery{Quoted: in.quoted(p), Days: took(p)})
	}
	law := inventory.FitLeadTimes(usual).Law(0, 0, 1)
	watch := inventory.NewDrift(law.Mu, law.Sigma)
	for _, p := range of[first:] {
		c, ok := watch.Add(took(p), in.quoted(p))
		if !ok {
			continue
		}
		since := c.Since + first
		if !found || d.Slower != c.Slower { // else still the same change
			d.Since, d.Deliveries = of[since].Placed, len(of)-since
		}
		d.Slower, d.Factor, found = c.Slower, c.Factor, true
	}
	return d, found
}
