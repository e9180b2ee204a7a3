// Package replay lives a shop's own past again, day by day, under several ways of ordering: what the shop really did, the rule that
// popular apps follow, the programme with today's settings, and the programme at other service levels.
//
// In goes what the views of state hold. Out comes, for every way, on how many days shelves were empty, what share of demand was
// served, and what lost margin, holding and ordering came to; over the shop, and by supplier and category. What people wanted while
// a shelf was empty is estimated from the days around (package uncensor); an order of a day takes as long as the supplier's delivery
// placed nearest to that day took.
//
// Nothing is known before its time: forecasts are learnt on the shop's days before, again every four weeks, lead times from
// deliveries that had come, prices from sales before. Terms of suppliers are as they are today, as nobody records when they
// changed; costs that were not known then are too, and counted.
package replay

import (
	"context"
	"errors"
	"sync/atomic"

	"almanac/model/inventory"
	"almanac/model/parallel"
	"almanac/predict/demand"
	"almanac/program/reorder"
	"almanac/state"
)

// Ways of ordering.
const (
	Real     = "real"     // what the shop did
	Thumb    = "thumb"    // the mean of 30 days × (lead time + 14 days)
	Settings = "settings" // the programme with today's settings
	Level    = "level"    // the programme at one service level for all
	Money    = "money"    // the programme with service from money
)

// Levels are the service levels at which the past is lived besides.
var Levels = []float64{0.8, 0.9, 0.95, 0.98, 0.99}

// Days that can be asked for, and how many are usual.
const (
	LeastDays, UsualDays, MostDays = 28, 180, 730
)

// fitEvery is how often, in days, forecasts, prices and lead times are learnt again, and fitSeldom in shops of more than many products, where
// learning takes most of the time; warmUp for how long policies order before it counts;
// learnFrom how many days of sales come before; priceDays and meanDays over how many the price and the rule's mean go.
const (
	fitEvery, fitSeldom, many              = 28, 56, 4000
	warmUp, learnFrom, priceDays, meanDays = 56, 91, 90, 30
)

// ErrShort says that the shop's history is too short to live through again.
var ErrShort = errors.New("the history is too short: 22 weeks of sales are needed")

// Reasons for which a product is left out.
const (
	NoHistory = "no_history" // first sold too late to learn from
	NoCost    = "no_cost"
	NoLead    = "no_lead_time"
	Hidden    = "hidden"   // not offered any more; since when is not known
	NotSold   = "not_sold" // in all the days that are looked at
)

// Report is what a replay says. It holds nothing of when or how fast it was made: the same state and settings give the same bytes.
type Report struct {
	Replayed
	Items []PastRow `json:"items" doc:"A row for each group of products and way of ordering"`
}

// Replayed says what was lived through, by which settings, and what is not measured in it.
type Replayed struct {
	From     string           `json:"from" doc:"First day that counts"`
	To       string           `json:"to" doc:"Last day"`
	Days     int              `json:"days"`
	WarmUp   int              `json:"warm_up_days" doc:"Days before, in which every policy orders and nothing counts"`
	Fits     int              `json:"fits" doc:"How often forecasts were learnt, each on what was before"`
	Currency string           `json:"currency"`
	Settings reorder.Settings `json:"settings"`
	Products int              `json:"products" doc:"That were lived through"`
	Counted  int              `json:"counted" doc:"Of those, whose stock was counted all along, so that what the shop really did is known"`
	LeftOut  []NotReplayed    `json:"left_out"`
	// What is not measured.
	Recovered  float64 `json:"recovered_units" doc:"Wanted while shelves were empty: estimated from the days around"`
	Unwatched  int     `json:"unwatched" doc:"Products whose stock was never counted: what sold is taken for what was wanted"`
	CostsToday int     `json:"costs_today" doc:"Products whose cost was not known at the beginning: today's is taken"`
	LeadQuoted int     `json:"lead_quoted" doc:"Products whose supplier has no delivery on record: orders take the days quoted"`
}

// NotReplayed is how many products were left out for a reason.
type NotReplayed struct {
	Why      string `json:"why" enum:"no_history,no_cost,no_lead_time,hidden,not_sold"`
	Products int    `json:"products"`
}

// PastRow is what a way of ordering came to over a group of products. Money is in minor units, over the days that count.
type PastRow struct {
	By           string  `json:"by" enum:"all,counted,supplier,category" doc:"all products; those whose stock was counted all along; those of a supplier or category"`
	Group        string  `json:"group,omitempty" doc:"Supplier or category"`
	Products     int     `json:"products"`
	Policy       string  `json:"policy" enum:"real,thumb,settings,level,money"`
	Service      float64 `json:"service,omitempty" doc:"Service level of the policy level"`
	StockoutDays int64   `json:"stockout_days" doc:"Days of products that ended with an empty shelf"`
	ProductDays  int64   `json:"product_days"`
	Wanted       float64 `json:"wanted_units"`
	Served       float64 `json:"served" doc:"Share of what was wanted"`
	Lost         int64   `json:"lost_minor" doc:"Margin of what was not served"`
	Holding      int64   `json:"holding_minor"`
	Ordering     int64   `json:"ordering_minor"`
	Total        int64   `json:"total_minor"`
	Turns        float64 `json:"turns" doc:"Cost of what sold, a year, over that of the mean stock"`
	Stock        int64   `json:"stock_minor" doc:"Cost of the mean stock"`
	Lines        int64   `json:"order_lines"`
}

// policy is one way of ordering.
type policy struct {
	name     string
	service  float64
	settings reorder.Settings
}

// policies are those that are lived through; a level that is the shop's own already is not named twice.
func policies(s reorder.Settings) []policy {
	out := []policy{{name: Thumb}, {name: Settings, settings: s}}
	own := -1.0
	if len(s.ByClass) == 0 {
		own = s.ServiceLevel
	}
	at := func(name string, level float64) {
		if level != own {
			set := s
			set.ServiceLevel, set.ByClass = level, nil
			out = append(out, policy{name, level, set})
		}
	}
	for _, level := range Levels {
		at(Level, level)
	}
	at(Money, 0)
	return out
}

// Run lives through the last days of a shop.
func (s Sources) Run(ctx context.Context, of reorder.Shop, settings reorder.Settings, days int, tell func(step string, done, total int64)) (*Report, error) {
	p, err := s.gather(ctx, of, settings, days)
	if err != nil {
		return nil, err
	}
	if err := p.learn(ctx, s, of, tell); err != nil {
		return nil, err
	}
	return p.live(ctx, tell)
}

// learn makes what was known on each origin.
func (p *past) learn(ctx context.Context, s Sources, of reorder.Shop, tell func(string, int64, int64)) error {
	if p.every = fitEvery; len(p.products) > many {
		p.every = fitSeldom
	}
	fits := int64((p.end - p.start + p.every - 1) / p.every)
	for day := p.start; day < p.end; day += p.every {
		tell("Forecasting as of "+day.String(), int64(len(p.known)), fits)
		known, err := p.knownOn(ctx, s, of, day)
		if err != nil {
			return err
		}
		p.known = append(p.known, known)
	}
	return ctx.Err()
}

// knownOn is what was known on the morning of a day. A cost that nobody had told by then is today's.
func (p *past) knownOn(ctx context.Context, s Sources, of reorder.Shop, day state.Day) (known reorder.Input, err error) {
	m, _, err := demand.Fit(ctx, s.Demand, of.ID, day)
	if err != nil {
		return known, err
	}
	for i := range m.Product { // a replay asks for the weeks ahead only
		m.Product[i].Past, m.Product[i].Lacked, m.Product[i].Moves = nil, nil, nil
	}
	costs, err := s.Catalog.Costs(ctx, of.ID, midnight(day, of.Zone))
	if err != nil {
		return known, err
	}
	for sku, c := range p.in.Costs {
		if _, ok := costs[sku]; !ok {
			costs[sku] = c
		}
	}
	return p.in.Then(day, m, costs, p.prices(day)), nil
}

// on is what was known on a day.
func (p *past) on(day state.Day) *reorder.Input { return &p.known[(day-p.start)/p.every] }

// live lives through every product under every policy, several products at a time.
func (p *past) live(ctx context.Context, tell func(string, int64, int64)) (*Report, error) {
	ways := policies(p.in.Settings)
	each := make([]lived, len(p.products))
	var done atomic.Int64
	parallel.For(len(each), func(i int) {
		if ctx.Err() != nil {
			return
		}
		each[i] = p.product(&p.products[i], ways)
		if n := done.Add(1); n%16 == 0 {
			tell("Living through the past again", n, int64(len(each)))
		}
	})
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return p.report(ways, each), nil
}

// lived is what a product's ways of ordering came to, in the order of the policies.
type lived struct {
	tallies    []inventory.Tally
	real       *inventory.Tally // nil where its stock was not counted all along
	recovered  float64
	leadQuoted bool
}
