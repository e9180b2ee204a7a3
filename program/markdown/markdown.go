// Package markdown proposes lower prices: for every product whose stock will not be sold at its present price within the
// horizon, the price that earns most beside keeping it, what that is worth, and why.
//
// Stock, asking prices, unit costs, the demand forecast and the elasticity that the shop's own past shows go in; proposals come
// out, and a note on what is missing where nothing can be proposed. Without a past that shows how demand answers to prices
// nothing is proposed at all.
//
// Demand answers with a constant elasticity e: at a share r of the price, r^e times as much is wanted. Of the stock S
// what is wanted is sold; the rest is worth a share of its cost; what lies on the shelf costs holding. The money of a price is
// margin over the horizon, plus that rest, less holding; a proposal's is the difference to keeping the price. Both the demand and the
// elasticity are unsure: their quantiles are crossed, and P10, P50 and P90 are those of the differences. Clearance pricing with
// a known elasticity and limited stock: Phillips 2005, "Pricing and Revenue Optimization", chapter 10.
package markdown

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"

	"almanac/decide"
	"almanac/fact"
	"almanac/predict/demand"
	"almanac/predict/price"
	"almanac/state"
	"almanac/state/catalog"
	"almanac/state/stock"
)

// Programme is the programme's name.
const Programme = "markdown"

// Settings are a shop's choices. Each is shown as assumed until a merchant sets it.
type Settings struct {
	HorizonWeeks int     // in which stock should be sold
	MinMargin    float64 // of the net price, that a new price leaves at least
	MaxStep      float64 // of a price, that one change takes off at most
	RestDays     int     // between two changes of a product's price
	MaxChanges   int     // a day
	HoldingRate  float64 // cost of holding stock, of its cost, a year
	Salvage      float64 // what a unit left at the end of the horizon is worth, as a share of its cost
	MinHistory   int     // weeks since the first sale
	MaxCountAge  int     // days a count may be old, against the shop's newest day
	MinGainMinor int64   // expected money below which a change is not worth the work
}

// Defaults: a quarter of a year to sell in, 5 % margin, steps of 20 % at most and two weeks apart, 20 changes a day, 20 % holding cost,
// and half of its cost for what is left.
func Defaults() Settings {
	return Settings{HorizonWeeks: 13, MinMargin: 0.05, MaxStep: 0.20, RestDays: 14, MaxChanges: 20, HoldingRate: 0.20, Salvage: 0.5, MinHistory: 8, MaxCountAge: 14, MinGainMinor: 100}
}

// Check reports what is wrong with the settings.
func (s Settings) Check() error {
	switch {
	case s.HorizonWeeks < 1 || s.HorizonWeeks > demand.Horizon:
		return fmt.Errorf("a horizon of %d weeks is not 1 to %d, as far as is forecast", s.HorizonWeeks, demand.Horizon)
	case s.MinMargin < 0 || s.MinMargin >= 1:
		return fmt.Errorf("a least margin of %g is not from 0 to below 1", s.MinMargin)
	case s.MaxStep <= 0 || s.MaxStep > 0.9:
		return fmt.Errorf("a step of %g is not above 0 and up to 0.9", s.MaxStep)
	case s.RestDays < 0 || s.MaxChanges < 0:
		return fmt.Errorf("rest days and changes a day are 0 or more")
	case s.Salvage < 0 || s.Salvage > 1:
		return fmt.Errorf("a rest value of %g is not from 0 to 1", s.Salvage)
	}
	return nil
}

// Input is what the programme knows of a shop.
type Input struct {
	Currency  string
	Today     state.Day // the day after the newest that the shop has told of
	Now       time.Time
	Demand    *demand.Model
	Answers   *price.Model
	ModelHash string // of Answers
	Baseline  string
	Positions map[string]stock.Position
	Costs     map[string]catalog.Cost
	Prices    map[string]catalog.Price // asked now
	Products  map[string]catalog.Product
	Approved  int64 // changes that were approved within the last day
	Settings  Settings
}

// Missing is data that is needed.
type Missing struct{ File, Why string }

// Ready tells what the programme lacks; it works where that is nothing.
func Ready(in Input) (missing []Missing) {
	if in.Demand == nil || len(in.Demand.Product) == 0 {
		missing = append(missing, Missing{"orders", "There is no forecast yet: import orders, and train."})
	}
	if len(in.Positions) == 0 {
		missing = append(missing, Missing{"stock counts", "Needs stock counts, to know what will be left."})
	}
	if len(in.Prices) == 0 {
		missing = append(missing, Missing{"prices", "Needs asking prices: a file with product code, price, and the day from which it holds."})
	}
	if len(in.Costs) == 0 {
		missing = append(missing, Missing{"unit costs", "Needs unit costs: no price is proposed that could lie below them."})
	}
	if len(in.Prices) > 0 && (in.Answers == nil || !in.Answers.Known) {
		missing = append(missing, Missing{"prices", "The prices on record do not show yet how demand answers to them: too few changed beside others that stayed."})
	}
	return missing
}

// Propose lists the prices to lower now, most valuable first. Where Ready names something, there is nothing to propose.
func Propose(in Input) ([]decide.Proposal, error) {
	if len(Ready(in)) > 0 {
		return nil, nil
	}
	var all []*offer
	for _, sku := range slices.Sorted(maps.Keys(in.Positions)) {
		if o := in.offer(sku); o != nil {
			all = append(all, o)
		}
	}
	slices.SortStableFunc(all, func(a, b *offer) int { return cmp.Compare(b.best.gain[1], a.best.gain[1]) })
	if left := max(0, in.Settings.MaxChanges-int(in.Approved)); len(all) > left {
		all = all[:left]
	}
	var out []decide.Proposal
	for _, o := range all {
		p, err := o.proposal(in)
		if err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	return out, nil
}

// offer is one product on its way to a proposal; nil where nothing is to be proposed, or cannot be known.
func (in Input) offer(sku string) *offer {
	s := in.Settings
	product, pos := in.Products[sku], in.Positions[sku]
	asked, priced := in.Prices[sku]
	cost, known := in.Costs[sku]
	f, ok := in.Demand.Find(sku)
	switch {
	case !ok || !priced || !known || product.Hidden || pos.Negative || asked.Amount <= 0 || cost.Amount <= 0,
		asked.Currency != in.Currency, cost.Currency != in.Currency,
		f.History < s.MinHistory, in.age(pos) > s.MaxCountAge,
		in.Now.Sub(asked.At) < time.Duration(s.RestDays)*24*time.Hour:
		return nil
	}
	o := &offer{sku: sku, product: product, pos: pos, asked: asked, cost: cost, history: f.History, answer: in.Answers.Of(sku, price.Group(product)), weeks: float64(s.HorizonWeeks)}
	if o.answer.Kept <= 0 {
		return nil
	}
	o.stock = float64(pos.Available + pos.Incoming)
	o.spreadDemand(f.Forecast(), float64(in.Today-in.Demand.Start)/7)
	if o.wanted(0.5) >= o.stock { // as likely as not all of it is sold
		return nil
	}
	o.choose(in)
	if o.best == nil || o.best.gain[1] <= 0 || o.best.gain[1] < float64(s.MinGainMinor) {
		return nil
	}
	return o
}

// age of a count in days.
func (in Input) age(pos stock.Position) int {
	return int(in.Today - 1 - state.DayOf(pos.CountedAt, time.UTC))
}

func (in Input) money(minor int64) string {
	return fact.Money{Minor: minor, Currency: in.Currency}.String()
}
