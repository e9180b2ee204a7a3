// Package reorder proposes what to buy: for every product whose stock will not last until the order after
// next could arrive, how many units to order now, what that is worth, and why.
//
// Stock counts, lead times, unit costs, prices charged and the demand forecast go in; proposals come out,
// and a note on what is missing where nothing can be proposed. No number is invented: without a count or a
// lead time a product is not proposed.
//
// The policy is periodic review with a base stock (Silver, Pyke and Thomas 2017, "Inventory and Production
// Management in Supply Chains", 4th ed., section 6.9): the shop looks every review period R; when available
// stock plus what is on its way falls to the demand that may come within R + lead time at the service level,
// it orders up to that demand plus one order cycle. The demand over R + lead time is that of the forecast itself, with
// its measured spread; model/inventory holds the formulas. What an order is worth is what ordering today sells more than
// ordering at the next review.
//
// The service level is the merchant's, or follows from money: from the margin of a lost sale and what a unit too many
// costs; with the cost of placing an order the whole (s, S) policy does. Lead times are as quoted, or as deliveries tell.
// What customers return and is put back on the shelf counts as on its way; goods of one season are bought at the newsvendor's fractile.
// Price breaks, what perishes, minimum quantities, packs, a supplier's minimum value, which products that could wait
// help to reach, what an order to a supplier costs, and a budget shape the orders of a round.
package reorder

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"time"

	"almanac/decide"
	"almanac/fact"
	"almanac/model/inventory"
	"almanac/predict/demand"
	"almanac/state"
	"almanac/state/catalog"
	"almanac/state/stock"
	"almanac/state/supply"
)

// Programme is the programme's name.
const Programme = "reorder"

// Input is what the programme knows of a shop.
type Input struct {
	Currency  string
	Today     state.Day // the day after the newest that the shop has told of
	Now       time.Time
	Model     *demand.Model
	ModelHash string
	Baseline  string // how the model compares, in words
	Positions map[string]stock.Position
	Terms     map[string]supply.Terms
	Suppliers map[string]supply.Supplier
	Costs     map[string]catalog.Cost
	Prices    map[string]int64 // average net price charged for one unit lately, minor units
	Products  map[string]catalog.Product
	Settings  Settings
	Purchases []Purchase // every line on record
	// Leads are the laws of lead times that deliveries tell, by product.
	Leads map[string]inventory.Lead
	// Returns are nil where nothing that customers return is put back on the shelf.
	Returns *Returning
	// Where the shop has several places: what is there, and what was sold there lately, by product and place; how many purchase
	// lines went to each.
	Places    map[string]map[string]stock.Position
	Sold      map[string]map[string]int64
	Receiving map[string]int64

	// Written are the products whose reorder points another system has and orders by.
	Written map[string]bool

	times   *leadTimes
	classes map[string]string
}

// Missing is data that is needed, or would make proposals better.
type Missing struct{ File, Why string }

// Readiness says whether the programme can work for a shop.
type Readiness struct {
	Ready   bool
	Missing []Missing
}

// Ready tells what the programme lacks.
func Ready(in Input) Readiness {
	r := Readiness{Ready: true}
	if in.Model == nil || len(in.Model.Product) == 0 {
		r.Ready = false
		r.Missing = append(r.Missing, Missing{"orders", "There is no forecast yet: import orders, and train."})
	}
	if len(in.Positions) == 0 {
		r.Ready = false
		r.Missing = append(r.Missing, Missing{"stock counts", "Needs stock counts: a file with product code, on hand, and the day of the count."})
	}
	if !in.anyLead() {
		r.Ready = false
		r.Missing = append(r.Missing, Missing{"lead times", "Needs lead times: a file with product code, lead time in days, and supplier."})
	}
	if len(in.Costs) == 0 {
		r.Missing = append(r.Missing, Missing{"unit costs", "With unit costs a proposal says what it earns and what it costs: a file with product code and cost."})
	}
	return r
}

// anyLead reports whether some product that was counted has a lead time; where nothing was counted, whether any has.
func (in Input) anyLead() bool {
	for sku := range in.Positions {
		if _, _, ok := in.purchase(sku); ok {
			return true
		}
	}
	if len(in.Positions) > 0 {
		return false
	}
	for sku := range in.Terms {
		if _, _, ok := in.purchase(sku); ok {
			return true
		}
	}
	for _, s := range in.Suppliers {
		if s.LeadDays > 0 {
			return true
		}
	}
	return in.Settings.DefaultLeadDays > 0
}

// Propose lists what to order now, most valuable first. Where Ready says no, there is nothing to propose.
func Propose(in Input) ([]decide.Proposal, error) {
	if !Ready(in).Ready {
		return nil, nil
	}
	needs := slices.DeleteFunc(in.needs(), func(n *need) bool { return in.Written[n.sku] }) // somebody else orders them
	in.join(needs)
	in.reachMinimums(needs)
	in.keepLimits(needs)
	totals := totals(needs)
	var out []decide.Proposal
	for _, n := range needs {
		if n.units <= 0 {
			continue
		}
		n.together = totals[n.terms.Supplier]
		p, err := n.proposal(in)
		if err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	slices.SortFunc(out, byValue)
	return out, nil
}

// byValue puts the most valuable proposal first.
func byValue(a, b decide.Proposal) int {
	return cmp.Or(cmp.Compare(deref(b.P50), deref(a.P50)), cmp.Compare(a.Subject, b.Subject))
}

// needs are those of every counted product of which enough is known.
func (in Input) needs() (needs []*need) {
	in.classes = in.classify()
	for _, sku := range slices.Sorted(maps.Keys(in.Positions)) {
		if n := in.need(sku, in.Positions[sku]); n != nil {
			needs = append(needs, n)
		}
	}
	in.share(needs)
	for _, n := range needs {
		if !n.size(in.Settings, in.Today) {
			n.units = 0
		}
	}
	return slices.DeleteFunc(needs, func(n *need) bool { return !(n.perWeek > 0) })
}

func deref(v *int64) int64 {
	if v == nil {
		return math.MinInt64
	}
	return *v
}

// need is what is known of a product; nil where that is too little.
func (in Input) need(sku string, pos stock.Position) *need {
	n := &need{sku: sku, pos: pos, price: in.Prices[sku]}
	var ok bool
	if n.terms, n.lead, ok = in.purchase(sku); !ok || in.Products[sku].Hidden {
		return nil
	}
	n.until, n.untilSet = in.Season(sku)
	if n.forecast, ok = in.find(sku); !ok && n.until > 0 {
		n.forecast, n.likes = in.likeOthers(sku)
		ok = n.likes > 0
	}
	if !ok {
		return nil
	}
	n.ahead = from(n.forecast.Forecast(), float64(in.Today-in.Model.Start)/7)
	if c, ok := in.Costs[sku]; ok && c.Currency == in.Currency {
		n.cost, n.list = &c, &c
	}
	n.leadDays = float64(n.terms.LeadDays)
	if law, ok := in.Leads[sku]; ok {
		n.leadDays, n.leadSD, n.learnt = law.Mean(), law.SD(), true
	}
	in.returning(n)
	if n.until > 0 {
		n.coming = append(in.comes(sku, pos.Incoming, n.leadDays), inventory.Coming{At: 1, Units: n.back})
	}
	n.class, n.asked = in.classes[sku], in.Settings.serviceOf(in.classes[sku])
	n.keeps = n.terms.KeepsDays
	if n.cost != nil && len(n.terms.Breaks) > 0 && n.terms.Currency == in.Currency {
		n.breaks = append(n.breaks, inventory.Break{Cost: float64(n.cost.Amount)})
		for _, b := range n.terms.Breaks {
			n.breaks = append(n.breaks, inventory.Break{From: float64(b.From), Cost: float64(b.Cost)})
		}
	}
	n.orderCost = float64(in.Settings.OrderCostMinor)
	return n
}

func (n *need) proposal(in Input) (decide.Proposal, error) {
	supplier := n.terms.Supplier
	name := in.Suppliers[supplier].Name
	if name == "" {
		name = supplier
	}
	title := in.Products[n.sku].Title
	if title == "" {
		title = n.sku
	}
	p := decide.Proposal{
		Programme: Programme, Subject: n.sku, Group: name, Title: title, Action: fmt.Sprintf("Order %d units", n.units), Currency: in.Currency,
		Reasons: n.reasons(in), Guardrails: n.guardrails(in), Model: in.ModelHash, Baseline: in.Baseline,
		ExpiresAt: in.Now.Add(7 * 24 * time.Hour), Settles: time.Duration(n.terms.LeadDays+in.Settings.ReviewDays) * 24 * time.Hour, Service: true,
		Synthetic: fact.Synthetic(n.pos.Source) || fact.Synthetic(n.terms.Source) || n.cost != nil && fact.Synthetic(n.cost.Source),
		Line: &decide.OrderLine{SKU: n.sku, Title: title, Units: n.units, Pack: n.terms.Pack, Currency: in.Currency, Supplier: name,
			SupplierEmail: in.Suppliers[supplier].Email, LeadDays: n.terms.LeadDays},
	}
	p.P10, p.P50, p.P90 = n.value(in.Settings)
	if n.cost != nil {
		p.Line.UnitCost = &n.cost.Amount
	}
	who := name
	if who == "" {
		who = "an unnamed supplier"
	}
	p.Effects = []string{fmt.Sprintf("Adds %d units of %s to a purchase order draft for %s.", n.units, n.sku, who), "Nothing is sent to the supplier: you send the draft."}
	var err error
	if p.Payload, err = json.Marshal(n.detail(in, title, name)); err != nil {
		return p, err
	}
	p.InputHash, err = n.hash(in)
	return p, err
}
