// Package leaks answers where a shop seems to lose money: what comes back, whom it lost, what lies dead and
// what is missing. Every figure says how it is known and names the data that would sharpen it; where the
// data is not there, there is no figure.
//
// The state views go in; leaks come out, the costliest first. docs/metrics.md defines the words.
package leaks

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"almanac/decide"
	"almanac/state"
	"almanac/state/catalog"
	"almanac/state/orders"
	"almanac/state/stock"
)

// Sharpen names data that would make a figure better, or possible.
type Sharpen struct{ File, Why string }

// Leak is one place where money is lost.
type Leak struct {
	Code, Title, Explain string
	Basis                decide.Basis
	Low, Mid, High       *int64 // minor units; nil where unknown
	From, To             state.Day
	Assumptions          []string
	Sharpen              []Sharpen
	Link                 string // to the page that shows more
}

// Finder looks for leaks.
type Finder struct {
	Orders  *orders.View
	Stock   *stock.View
	Catalog *catalog.View
}

// scene is what the finder looks at.
type scene struct {
	shop     string
	from, to state.Day
	totals   []orders.ProductTotal
	stock    map[string]stock.Position
	costs    map[string]catalog.Cost
	money    func(minor int64) string
}

// Find lists the leaks of the days from first to last. money writes an amount for people.
func (f Finder) Find(ctx context.Context, shop string, from, to state.Day, money func(minor int64) string) ([]Leak, error) {
	s := scene{shop: shop, from: from, to: to, money: money}
	var err error
	if s.totals, err = f.Orders.ProductTotals(ctx, shop, from, to); err != nil {
		return nil, err
	}
	if s.stock, err = f.Stock.Positions(ctx, shop); err != nil {
		return nil, err
	}
	if s.costs, err = f.Catalog.Costs(ctx, shop, (to + 1).Time()); err != nil {
		return nil, err
	}
	var out []Leak
	back, err := f.returns(ctx, s)
	if err != nil {
		return nil, err
	}
	lapsed, err := f.lapsed(ctx, s)
	if err != nil {
		return nil, err
	}
	out = append(out, back...)
	out = append(out, lapsed...)
	out = append(out, s.belowCost()...)
	out = append(out, s.missing(), s.dead())
	slices.SortStableFunc(out, func(a, b Leak) int { return cmp.Compare(worth(b), worth(a)) })
	return out, nil
}

func worth(l Leak) int64 {
	if l.Mid == nil {
		return -1
	}
	return *l.Mid
}

func exactly(v int64) (low, mid, high *int64) { return &v, &v, &v }

func (f Finder) returns(ctx context.Context, s scene) ([]Leak, error) {
	rs, err := f.Orders.Returns(ctx, s.shop, s.from, s.to)
	if err != nil {
		return nil, err
	}
	var value, cancelled, gross int64
	var top orders.Return
	for _, r := range rs {
		value += r.Value - r.Cancelled
		cancelled += r.Cancelled
		if r.Value-r.Cancelled > top.Value-top.Cancelled {
			top = r
		}
	}
	for _, t := range s.totals {
		gross += t.Gross
	}
	var out []Leak
	if value > 0 {
		l := Leak{Code: "returns", From: s.from, To: s.to, Basis: decide.Measured, Link: "/products?sort=-return_rate",
			Title:   fmt.Sprintf("Goods worth %s came back", s.money(value)),
			Explain: fmt.Sprintf("%s of what was sold was returned. Most of it: %s (%s).", percent(value, gross), top.SKU, s.money(top.Value-top.Cancelled)),
			Sharpen: []Sharpen{{"unit costs", "to count the margin that was lost, not the price"}, {"return reasons", "to tell fit, quality and habit apart"}}}
		l.Low, l.Mid, l.High = exactly(value)
		out = append(out, l)
	}
	if cancelled > 0 {
		l := Leak{Code: "cancellations", From: s.from, To: s.to, Basis: decide.Measured, Link: "/data?tab=quality",
			Title:   fmt.Sprintf("Orders worth %s were undone on the day they were placed", s.money(cancelled)),
			Explain: "Many are typing errors in quantities. They are left out of demand, and cost handling rather than sales.",
			Sharpen: []Sharpen{{"cancellation reasons", "to tell errors from changed minds"}}}
		l.Low, l.Mid, l.High = exactly(cancelled)
		out = append(out, l)
	}
	return out, nil
}

func percent(part, whole int64) string {
	if whole <= 0 {
		return "A share"
	}
	return fmt.Sprintf("%.1f %%", 100*float64(part)/float64(whole))
}

// What counts as a lapsed repeat buyer, and what winning some back could bring.
const (
	repeatOrders = 3   // orders that make a habit
	silence      = 3.0 // usual intervals without an order
	outlook      = 90  // days of lost orders that are counted
)

// The share of lapsed buyers that win-back campaigns bring back is not known before one was tried.
var winBack = [3]float64{0.05, 0.10, 0.15}

func (f Finder) lapsed(ctx context.Context, s scene) ([]Leak, error) {
	values, err := f.Orders.Values(ctx, s.shop)
	if err != nil {
		return nil, err
	}
	var n int
	var lost float64
	for _, v := range values {
		if v.Orders < repeatOrders || v.Net <= 0 || v.Last <= v.First {
			continue
		}
		interval := float64(v.Last-v.First) / float64(v.Orders-1)
		if gap := float64(s.to - v.Last); gap > silence*interval && gap > 30 {
			n++
			lost += float64(v.Net) / float64(v.Orders) * outlook / math.Max(interval, 7)
		}
	}
	if n == 0 {
		return nil, nil
	}
	at := func(share float64) *int64 { m := int64(lost * share); return &m }
	return []Leak{{Code: "lapsed", From: s.to - outlook, To: s.to, Basis: decide.Assumed, Link: "/customers?segment=lapsed",
		Title:   fmt.Sprintf("%d repeat buyers have stopped ordering", n),
		Explain: fmt.Sprintf("Each had ordered at least %d times and has been silent for more than %.0f of their usual intervals. At their old pace they would spend %s in %d days.", repeatOrders, silence, s.money(int64(lost)), outlook),
		Low:     at(winBack[0]), Mid: at(winBack[1]), High: at(winBack[2]),
		Assumptions: []string{fmt.Sprintf("Between %.0f and %.0f %% of them can be won back.", 100*winBack[0], 100*winBack[2]), "They would order as often and as much as before."},
		Sharpen:     []Sharpen{{"customers", "with e-mail addresses and consent, to reach them and measure against a holdout"}}}}, nil
}

// belowCost sums sales below cost.
func (s scene) belowCost() []Leak {
	var lost int64
	var n int
	for _, t := range s.totals {
		c, ok := s.costs[t.SKU]
		if !ok || t.Units <= 0 {
			continue
		}
		if gap := c.Amount*t.Units - (t.Gross - t.Discount); gap > 0 {
			lost += gap
			n++
		}
	}
	if n == 0 {
		return nil
	}
	l := Leak{Code: "below_cost", From: s.from, To: s.to, Basis: decide.Measured, Link: "/products?sort=-net",
		Title:       fmt.Sprintf("%d products were sold below their cost", n),
		Explain:     "Over the whole period their sales brought less than the units cost.",
		Assumptions: []string{"The cost known today held for the whole period."},
		Sharpen:     []Sharpen{{"unit costs", "with the day from which each was valid"}}}
	l.Low, l.Mid, l.High = exactly(lost)
	return []Leak{l}
}

// recent is how many days back sales say what a product sells now.
const recent = 28

// missing is what being out of stock costs a week.
func (s scene) missing() Leak {
	l := Leak{Code: "missing_stock", From: s.to - recent + 1, To: s.to, Link: "/products?sort=cover"}
	if len(s.stock) == 0 {
		l.Basis, l.Title = decide.Unknown, "Sales missed while out of stock are not visible yet"
		l.Explain = "Without stock counts a day without sales may be a day without stock."
		l.Sharpen = []Sharpen{{"stock counts", "product code, on hand, day of the count"}}
		return l
	}
	weeks := math.Max(1, float64(s.to-s.from+1)/7)
	var n int
	var lost float64
	for _, t := range s.totals {
		p, ok := s.stock[t.SKU]
		if !ok || p.Available > 0 || t.Units <= 0 || s.to-t.LastSold > recent {
			continue
		}
		n++
		lost += float64(t.Gross-t.Discount) / weeks
	}
	l.Basis, l.Title = decide.Estimated, fmt.Sprintf("%d selling products are out of stock", n)
	l.Explain = "What they sold in an average week of the period, for every week that they stay out."
	low, mid, high := int64(lost*0.5), int64(lost*0.75), int64(lost)
	l.Low, l.Mid, l.High = &low, &mid, &high
	l.Assumptions = []string{"A quarter to a half of the buyers may take another product instead."}
	l.Sharpen = []Sharpen{{"daily stock counts", "to see when each product ran out"}}
	return l
}

// stale is the number of days without a sale after which stock counts as dead.
const stale = 90

// dead is what stock that does not sell ties up.
func (s scene) dead() Leak {
	l := Leak{Code: "dead_stock", From: s.to - stale + 1, To: s.to, Link: "/products?sort=last_sold"}
	if len(s.stock) == 0 || len(s.costs) == 0 {
		l.Basis, l.Title = decide.Unknown, "Stock that does not sell is not visible yet"
		l.Explain = "Stock counts and unit costs show how much money lies in products that nobody buys."
		if len(s.stock) == 0 {
			l.Sharpen = append(l.Sharpen, Sharpen{"stock counts", "product code, on hand, day of the count"})
		}
		if len(s.costs) == 0 {
			l.Sharpen = append(l.Sharpen, Sharpen{"unit costs", "product code and cost of one unit"})
		}
		return l
	}
	last := map[string]state.Day{}
	for _, t := range s.totals {
		last[t.SKU] = t.LastSold
	}
	var n int
	var value int64
	for sku, p := range s.stock {
		if c, ok := s.costs[sku]; ok && p.OnHand > 0 && s.to-last[sku] >= stale {
			n++
			value += p.OnHand * c.Amount
		}
	}
	l.Basis, l.Title = decide.Measured, fmt.Sprintf("%d products have not sold for %d days", n, stale)
	l.Explain = "Their stock at cost. It ties up money; what of it is lost depends on what they can still be sold for."
	l.Low, l.Mid, l.High = exactly(value)
	l.Sharpen = []Sharpen{{"launch dates", "to leave new products out"}}
	return l
}
