package reorder

import (
	"math"
	"slices"

	"almanac/model/forecast"
	"almanac/model/inventory"
	"almanac/predict/demand"
	"almanac/state"
	"almanac/state/catalog"
	"almanac/state/stock"
	"almanac/state/supply"
)

// need is one product on its way to a proposal.
type need struct {
	sku                      string
	pos                      stock.Position
	forecast                 demand.Product
	ahead                    forecast.Forecast // weeks from today on
	terms                    supply.Terms      // with the lead time and supplier that are used
	lead                     leadBasis
	cost                     *catalog.Cost // at the price break that the order reaches
	list                     *catalog.Cost // without
	price                    int64
	leadDays                 float64 // mean, and how it varies where deliveries told
	leadSD                   float64
	learnt                   bool
	reviewDays, transferDays int
	until                    state.Day        // last day of the one season in which it is sold; 0: it is sold on and on
	untilSet                 bool             // on the page of rules, not by its terms
	likes                    int              // products whose sales its forecast is taken from, as it has none of its own
	left                     inventory.Season // what is left of that season
	coming                   []inventory.Coming
	rest                     float64   // weeks of it
	lastOrder                state.Day // on which an order still comes while it is sold
	chance                   float64   // that the stock is to last to its end
	lastChance               bool      // an order of the next look would come too late
	keeps                    int       // days until it perishes; 0: it does not
	breaks                   []inventory.Break
	class                    string  // by money and steadiness
	asked                    float64 // service that was set for it; 0: from money
	service                  float64 // share of cycles without a stock-out
	fromMoney                bool    // service follows from money
	optimal                  bool    // so does the quantity
	orderCost                float64 // of a line, or at which its quantity fits the cycle of its supplier
	cycle                    *cycle  // that it shares with others of its supplier; nil where it does not
	along                    int     // products that are ordered today, where it could wait and joins them
	together                 int64   // value of all that is ordered from the supplier now
	joined                   int64   // units that are ordered only to reach the supplier's minimum
	perWeek                  float64 // mean demand of the next weeks
	protect                  float64 // weeks until an order of the next review would arrive
	point, upTo              float64
	position                 float64 // available and on its way
	units                    int64
	back, backSD             float64 // units that customers return, on the shelf again before an order of today arrives
	returned                 inventory.Return
	free                     float64 // room in the shop, in millilitres, where it is limited
	limited                  bool
	binds                    string // code of the guardrail that cut the order, or raised it
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
	f.Mean, f.Parts = mean, f.PartsFrom(weeks)
	return f
}

// paceWeeks is how many weeks ahead say what a product sells a week: one week alone is mostly chance.
const paceWeeks = 4

// Pace is the units a week that a forecast from today on expects.
func Pace(ahead forecast.Forecast) float64 { return ahead.SumMean(paceWeeks) / paceWeeks }

// find is the forecast of a product; ok is false where there is none, or numbers of it are none.
func (in Input) find(sku string) (p demand.Product, ok bool) {
	if p, ok = in.Model.Find(sku); !ok {
		return p, false
	}
	number := func(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }
	return p, number(p.Spread.Scale) && number(p.Spread.Growth) && !slices.ContainsFunc(p.Mean, func(v float64) bool { return !number(v) })
}

// Ahead is the forecast of a product as seen from today; ok is false where there is none.
func (in Input) Ahead(sku string) (ahead forecast.Forecast, ok bool) {
	if in.Model == nil {
		return ahead, false
	}
	p, ok := in.find(sku)
	if !ok {
		return ahead, false
	}
	return from(p.Forecast(), float64(in.Today-in.Model.Start)/7), true
}

// TermsOf are the terms under which a product is bought; ok is false where its lead time is not known.
func (in Input) TermsOf(sku string) (t supply.Terms, ok bool) {
	t, _, ok = in.purchase(sku)
	return t, ok
}

// DemandWeek is the units a week that a product is expected to sell, over the four weeks from today on.
func DemandWeek(m *demand.Model, p demand.Product, today state.Day) float64 {
	return Pace(from(p.Forecast(), float64(today-m.Start)/7))
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
func (n *need) size(s Settings, today state.Day) bool {
	n.perWeek, n.rest = Pace(n.ahead), math.Inf(1)
	n.position = float64(n.pos.Available+n.pos.Incoming) + n.back
	if n.until > 0 {
		n.begin(s, today)
	}
	if n.perWeek <= 0 {
		return false
	}
	n.protect = (n.leadDays + float64(s.ReviewDays)) / 7
	n.reviewDays, n.transferDays = s.ReviewDays, s.TransferDays
	if n.cheapest(s); !n.optimal {
		n.setService(s)
		n.point = n.pointAt(n.service)
		n.upTo = n.point + n.mean(n.protect+float64(s.CycleDays)/7) - n.mean(n.protect)
	}
	if n.until > 0 {
		return n.buyForSeason(s, today)
	}
	if n.position > n.point || n.point < 0 {
		return false
	}
	pack, least := n.packing()
	want := n.upTo - n.position
	if want < float64(least) {
		n.binds = "min_units"
	}
	n.units = packs(want, pack, least)
	n.takeBreak(s)
	return n.keepGuardrails(s)
}

// keepGuardrails cuts an order to what cover, shelf life and the value of one order allow.
func (n *need) keepGuardrails(s Settings) bool {
	pack, least := n.packing()
	if most := s.MaxCoverWeeks*n.perWeek - n.position; float64(n.units) > most+1e-9 {
		n.cut(most, pack, least, "cover")
	}
	if most := n.lasting(s); float64(n.units) > most+1e-9 {
		n.cut(most, pack, least, "shelf_life")
	}
	if s.MaxOrderMinor > 0 && n.cost != nil && n.cost.Amount > 0 {
		if most := s.MaxOrderMinor / n.cost.Amount; n.units > most {
			n.cut(float64(most), pack, least, "value")
		}
	}
	n.repay()
	return n.units > 0
}

// cheapest finds the policy that costs least, where service is to follow from money and all of the money is known: order up to
// upTo at point or less. A point below zero says that the product is not worth stocking. The quantity is sized at the pace of the next
// weeks, and ordered as the time that it lasts: what the forecast expects to sell in that time, so that nobody buys for weeks in which less
// is wanted (the EOQ as a time supply; Silver, Pyke and Thomas 2017, chapter 5).
func (n *need) cheapest(s Settings) {
	if n.asked != 0 || n.orderCost <= 0 || n.cost == nil || n.cost.Amount <= 0 || n.price <= 0 {
		return
	}
	perDay := n.perWeek / 7
	c := inventory.Costs{Order: n.orderCost, Hold: n.holdsDay(s), Short: math.Max(0, n.lost(s))}
	p := c.Best(inventory.Review{Every: float64(s.ReviewDays), PerDay: perDay, Most: s.MaxCoverWeeks * n.perWeek,
		Lead: n.risk(n.leadDays / 7), Risk: n.risk(n.protect)})
	n.point, n.upTo, n.service, n.optimal = p.Point, p.UpTo, p.Service, true
	if lasts := (p.UpTo - p.Point) / n.perWeek; p.Point >= 0 {
		n.upTo = math.Max(p.Point+1, p.Point+n.mean(n.protect+lasts)-n.mean(n.protect))
	}
}

// lost is what a unit that a customer wants and does not get costs the shop.
func (n *need) lost(s Settings) float64 { return s.lost(float64(n.price - n.cost.Amount)) }

// usualService stands in where service is to follow from money, but cost or price is unknown.
const usualService = 0.95

// setService takes the merchant's service level, or finds it from money: a sale that is lost costs its margin, a unit too many
// costs holding and ageing until the next cycle sells it (the critical fractile).
func (n *need) setService(s Settings) {
	n.service = n.asked
	if n.service > 0 {
		return
	}
	n.service = usualService
	if n.cost == nil || n.cost.Amount <= 0 || n.price <= 0 {
		return
	}
	cost := float64(n.cost.Amount)
	over := cost * s.Carrying() * float64(max(s.CycleDays, s.ReviewDays)) / 365
	n.service, n.fromMoney = math.Min(math.Max(inventory.Fractile(n.lost(s), over), 0.5), 0.999), true
}

func (n *need) packing() (pack, least int64) { return max(n.terms.Pack, 1), max(n.terms.MinUnits, 0) }

// takeBreak raises the order to a price break where that is cheaper in the long run.
func (n *need) takeBreak(s Settings) {
	if len(n.breaks) == 0 || n.cost == nil {
		return
	}
	pack, least := n.packing()
	most := s.MaxCoverWeeks*n.perWeek - n.position
	if raised := inventory.WithBreaks(float64(n.units), n.perWeek/7, n.orderCost, s.Carrying()/365, n.breaks, most); raised > float64(n.units) {
		n.units, n.binds = packs(raised, pack, least), "price_break"
	}
}

// repay sets the unit cost to that of the price break that the order reaches.
func (n *need) repay() {
	if n.cost == nil {
		return
	}
	n.cost = n.list
	for _, b := range n.breaks {
		if b.From > 0 && float64(n.units) >= b.From {
			c := *n.cost
			c.Amount = int64(math.Round(b.Cost))
			n.cost = &c
		}
	}
}

// lasting is how many units may be ordered of what perishes: what is there and comes must be sold within the days that it keeps
// after an order of today has arrived.
func (n *need) lasting(s Settings) float64 {
	if n.keeps <= 0 {
		return math.Inf(1)
	}
	weeks := (n.leadDays + float64(n.keeps)) / 7
	return inventory.Lasting(n.over(weeks), s.Waste) - n.position
}

// over is the law of the demand of the next weeks, as far as it is sold in them.
func (n *need) over(weeks float64) inventory.Demand {
	return inventory.Demand{Mean: n.mean(weeks), SD: n.ahead.Spread.SD(n.within(weeks))}
}

// risk is that law with what a lead time and returns that vary add to it.
func (n *need) risk(weeks float64) inventory.Demand {
	d := n.over(weeks).Over(n.perWeek/7, n.leadSD)
	return inventory.Demand{Mean: d.Mean, SD: math.Hypot(d.SD, n.backSD)}
}

// mean is the demand that is expected of the next weeks.
func (n *need) mean(weeks float64) float64 { return n.ahead.SumMean(n.within(weeks)) }

// within is how many of the next weeks it is sold in.
func (n *need) within(weeks float64) float64 {
	if n.until == 0 {
		return weeks
	}
	return math.Min(weeks, n.rest)
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
	return int64(inventory.Packs(want, float64(pack), float64(least)))
}

// saved is how many units an order placed now sells that one placed at the next review would not, where demand is at
// its p-quantile: what is short until the later order arrives, less what is short before either could.
func (n *need) saved(p float64) float64 {
	short := func(weeks float64) float64 {
		return math.Max(0, n.ahead.SumQuantile(n.within(weeks), 0, p)-math.Max(0, n.position))
	}
	return math.Min(float64(n.units), math.Max(0, short(n.protect)-short(n.leadDays/7)))
}

// value is what ordering now earns against ordering at the next review, at three levels of demand: the margin on the
// units saved, less holding the order for that much longer. Nil where cost or price is unknown.
func (n *need) value(s Settings) (p10, p50, p90 *int64) {
	if n.cost == nil || n.price <= 0 {
		return nil, nil, nil
	}
	if n.lastChance {
		return n.seasonValue(s)
	}
	margin := n.lost(s)
	holding := float64(n.units) * float64(n.cost.Amount) * s.Carrying() * float64(s.ReviewDays) / 365
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
	for d := 0; d <= weeks*7 && (n.until == 0 || today+state.Day(d) <= n.until); d++ {
		if n.ahead.SumMean(float64(d)/7) >= there-1e-9 {
			return today + state.Day(d)
		}
	}
	return 0
}
