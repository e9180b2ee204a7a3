package reorder

import (
	"math"
	"slices"

	"almanac/model/forecast"
	"almanac/predict/demand"
	"almanac/state"
	"almanac/state/catalog"
	"almanac/state/stock"
	"almanac/state/supply"
)

// need is one product on its way to a proposal.
type need struct {
	sku         string
	pos         stock.Position
	forecast    demand.Product
	ahead       forecast.Forecast // weeks from today on
	terms       supply.Terms      // with the lead time and supplier that are used
	lead        leadBasis
	cost        *catalog.Cost
	price       int64
	perWeek     float64 // mean demand of the next weeks
	protect     float64 // weeks until an order of the next review would arrive
	point, upTo float64
	position    float64 // available and on its way
	units       int64
	binds       string // code of the guardrail that cut the order, or raised it
}

// leadBasis says where a lead time comes from.
type leadBasis int

const (
	leadOfProduct leadBasis = iota
	leadOfSupplier
	leadOfShop
)

// purchase finds the terms of a product: its own, else its supplier's lead time, else the shop's setting. A lead time
// of no days is not one: files leave the column empty where they do not know. ok is false where none is known.
func (in Input) purchase(sku string) (t supply.Terms, lead leadBasis, ok bool) {
	t = in.Terms[sku]
	t.SKU = sku
	if t.Supplier == "" {
		t.Supplier = in.Products[sku].Supplier
	}
	if t.Supplier == "" {
		t.Supplier = in.Costs[sku].Supplier
	}
	if t.LeadDays > 0 {
		return t, leadOfProduct, true
	}
	if s := in.Suppliers[t.Supplier]; s.LeadDays > 0 {
		t.LeadDays = s.LeadDays
		return t, leadOfSupplier, true
	}
	t.LeadDays = in.Settings.DefaultLeadDays
	return t, leadOfShop, t.LeadDays > 0
}

// from is the forecast as seen some weeks after its start: the weeks behind are gone, and beyond its horizon its mean
// goes on. A model is trained on whole weeks, so that its first week is as a rule under way today.
func from(f forecast.Forecast, weeks float64) forecast.Forecast {
	if weeks <= 0 {
		return f
	}
	mean := make([]float64, len(f.Mean))
	for i := range mean {
		mean[i] = f.SumMean(weeks+float64(i)+1) - f.SumMean(weeks+float64(i))
	}
	f.Mean = mean
	return f
}

// paceWeeks is how many weeks ahead say what a product sells a week: one week alone is mostly chance.
const paceWeeks = 4

func pace(ahead forecast.Forecast) float64 { return ahead.SumMean(paceWeeks) / paceWeeks }

// DemandWeek is the units a week that a product is expected to sell, over the four weeks from today on.
func DemandWeek(m *demand.Model, p demand.Product, today state.Day) float64 {
	return pace(from(p.Forecast(), float64(today-m.Start)/7))
}

// WeeksOfCover is how long what is available lasts at a weekly demand, to a tenth; what is on its way does not count. ok
// is false where nothing is expected to sell: it lasts for ever.
func WeeksOfCover(available int64, perWeek float64) (weeks float64, ok bool) {
	if perWeek <= 0 {
		return 0, false
	}
	return tenth(float64(max(available, 0)) / perWeek), true
}

// size computes how much to order; false where nothing is needed now.
func (n *need) size(s Settings) bool {
	n.perWeek = pace(n.ahead)
	if n.perWeek <= 0 {
		return false
	}
	n.protect = float64(n.terms.LeadDays+s.ReviewDays) / 7
	n.point = n.ahead.SumQuantile(n.protect, 0, s.ServiceLevel)
	n.upTo = n.point + n.ahead.SumMean(n.protect+float64(s.CycleDays)/7) - n.ahead.SumMean(n.protect)
	n.position = float64(n.pos.Available + n.pos.Incoming)
	if n.position > n.point {
		return false
	}
	pack, least := max(n.terms.Pack, 1), max(n.terms.MinUnits, 0)
	want := n.upTo - n.position
	if want < float64(least) {
		n.binds = "min_units"
	}
	n.units = packs(want, pack, least)
	if most := s.MaxCoverWeeks*n.perWeek - n.position; float64(n.units) > most+1e-9 {
		n.cut(most, pack, least, "cover")
	}
	if s.MaxOrderMinor > 0 && n.cost != nil && n.cost.Amount > 0 {
		if most := s.MaxOrderMinor / n.cost.Amount; n.units > most {
			n.cut(float64(most), pack, least, "value")
		}
	}
	return n.units > 0
}

// cut brings an order down to what a guardrail allows, in whole packs. Where not even the smallest order is allowed,
// that is what is proposed, with the guardrail not met: a person decides.
func (n *need) cut(most float64, pack, least int64, guardrail string) {
	smallest := packs(math.Max(1, float64(least)), pack, least)
	allowed := int64(math.Max(0, math.Floor(most+1e-9))) / pack * pack
	if lower := max(allowed, smallest); lower < n.units {
		n.units, n.binds = lower, guardrail
	}
}

// packs rounds up to whole packs, at least the minimum.
func packs(want float64, pack, least int64) int64 {
	if want <= 0 {
		return 0
	}
	u := max(int64(math.Ceil(want-1e-9)), least)
	return (u + pack - 1) / pack * pack
}

// saved is how many units an order placed now sells that one placed at the next review would not, where demand is at
// its p-quantile: what is short until the later order arrives, less what is short before either could.
func (n *need) saved(p float64) float64 {
	short := func(weeks float64) float64 {
		return math.Max(0, n.ahead.SumQuantile(weeks, 0, p)-math.Max(0, n.position))
	}
	return math.Min(float64(n.units), math.Max(0, short(n.protect)-short(float64(n.terms.LeadDays)/7)))
}

// value is what ordering now earns against ordering at the next review, at three levels of demand: the margin on the
// units saved, less holding the order for that much longer. Nil where cost or price is unknown.
func (n *need) value(s Settings) (p10, p50, p90 *int64) {
	if n.cost == nil || n.price <= 0 {
		return nil, nil, nil
	}
	margin := float64(n.price - n.cost.Amount)
	holding := float64(n.units) * float64(n.cost.Amount) * s.HoldingRate * float64(s.ReviewDays) / 365
	v := [3]int64{}
	for i, p := range [...]float64{0.1, 0.5, 0.9} {
		v[i] = int64(math.Round(n.saved(p)*margin - holding))
	}
	slices.Sort(v[:]) // below cost, more demand is more loss
	return &v[0], &v[1], &v[2]
}

// stockout is the day on which the expected demand has used up what is there; 0 where the forecast ends before.
func (n *need) stockout(today state.Day) state.Day {
	there := math.Max(0, n.position)
	weeks := len(n.ahead.Mean)
	for d := 0; d <= weeks*7; d++ {
		if n.ahead.SumMean(float64(d)/7) >= there-1e-9 {
			return today + state.Day(d)
		}
	}
	return 0
}
