package reorder

import (
	"cmp"
	"maps"
	"slices"

	"almanac/model/inventory"
	"almanac/state"
)

// Purchase is one line of a purchase order: when it was placed, and when its first goods came.
type Purchase struct {
	ID, SKU, Supplier string
	Placed, Received  state.Day
	Due               state.Day // as confirmed; 0 where nobody said
	Open              bool      // nothing has come yet
}

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

// LearnLeads is the law of the lead time of every counted product whose supplier has delivered often enough, from all purchases
// up to today, the open ones among them. It is what [Input.Leads] takes.
func LearnLeads(in Input, purchases []Purchase) map[string]inventory.Lead {
	suppliers, products, delivered := map[string]int{}, map[string]int{}, map[string]int{}
	number := func(of map[string]int, name string) int {
		n, ok := of[name]
		if !ok {
			n = len(of)
			of[name] = n
		}
		return n
	}
	var known []inventory.Delivery
	for _, p := range sortedPurchases(purchases) {
		d := inventory.Delivery{Supplier: number(suppliers, p.Supplier), Product: number(products, p.SKU), Quoted: in.quoted(p), Days: float64(p.Received - p.Placed), Open: p.Open}
		if p.Open {
			d.Days = float64(in.Today - p.Placed)
		} else {
			delivered[p.Supplier]++
			d.Days = max(d.Days, 0.5) // on the same day
		}
		known = append(known, d)
	}
	m := inventory.FitLeadTimes(known)
	out := map[string]inventory.Lead{}
	for sku := range in.Positions {
		if t, _, ok := in.purchase(sku); ok && delivered[t.Supplier] >= enoughDeliveries {
			out[sku] = m.Law(suppliers[t.Supplier], number(products, sku), float64(t.LeadDays))
		}
	}
	return out
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
// price of the product is unknown.
type OpenRisk struct {
	Purchase
	inventory.Risk
	Priced bool
}

// Risks looks at open purchases of products whose lead time is known from deliveries, the dearest first. What is available counts,
// not what else is on its way.
func Risks(in Input, purchases []Purchase) (out []OpenRisk) {
	for _, p := range sortedPurchases(purchases) {
		law, ok := in.Leads[p.SKU]
		f, found := in.Model.Find(p.SKU)
		due := in.quoted(p)
		if !p.Open || !ok || !found || due <= 0 {
			continue
		}
		n := need{ahead: from(f.Forecast(), float64(in.Today-in.Model.Start)/7)}
		r := OpenRisk{Purchase: p}
		margin := 0.0
		if c, ok := in.Costs[p.SKU]; ok && c.Currency == in.Currency && in.Prices[p.SKU] > 0 {
			r.Priced, margin = true, float64(max(0, in.Prices[p.SKU]-c.Amount))
		}
		r.Risk = law.AtRisk(due, float64(max(0, in.Today-p.Placed)), float64(max(0, in.Positions[p.SKU].Available)), margin,
			func(days int) inventory.Demand { return n.over(float64(days) / 7) })
		out = append(out, r)
	}
	slices.SortStableFunc(out, func(a, b OpenRisk) int { return cmp.Or(cmp.Compare(b.Money, a.Money), cmp.Compare(b.Short, a.Short)) })
	return out
}

// Drifts are the suppliers whose lead times have changed, and how: deliveries are compared with the first tenth of a supplier's,
// but not with fewer than ten. A change that goes on is dated from its beginning.
func Drifts(in Input, purchases []Purchase) map[string]inventory.Change {
	const least = 10
	of := map[string][]inventory.Delivery{}
	for _, p := range sortedPurchases(purchases) {
		if q := in.quoted(p); !p.Open && q > 0 {
			of[p.Supplier] = append(of[p.Supplier], inventory.Delivery{Quoted: q, Days: max(float64(p.Received-p.Placed), 0.5)})
		}
	}
	out := map[string]inventory.Change{}
	for _, name := range slices.Sorted(maps.Keys(of)) {
		ds := of[name]
		first := max(least, len(ds)/10)
		if len(ds) <= first {
			continue
		}
		usual := inventory.FitLeadTimes(ds[:first]).Law(0, 0, 1)
		watch := inventory.NewDrift(usual.Mu, usual.Sigma)
		for _, d := range ds[first:] {
			if c, ok := watch.Add(d.Days, d.Quoted); ok {
				c.Since += first
				if before, ok := out[name]; ok && before.Slower == c.Slower {
					c.Since = before.Since // still the same change
				}
				out[name] = c
			}
		}
	}
	return out
}
