// Package kpi answers how a shop did over some days, beside the days before: net sales, orders, average order, units,
// return rate, customers, repeat rates.
//
// The sales by day and the days on which each customer ordered go in; figures come out, each with a note where it, or
// its comparison, is missing. docs/metrics.md defines every figure; this package computes them, for all who show them.
package kpi

import (
	"context"

	"almanac/state"
	"almanac/state/orders"
)

// Span is a run of days, both ends included.
type Span struct{ From, To state.Day }

// Days is the length of the span.
func (s Span) Days() int { return int(s.To-s.From) + 1 }

// Before is the equally long span that ends the day before this one.
func (s Span) Before() Span { return Span{s.From - state.Day(s.Days()), s.From - 1} }

func (s Span) holds(d state.Day) bool { return d >= s.From && d <= s.To }

// Unit says how a figure is written.
type Unit string

// Units. Money is in minor units without tax, a ratio between 0 and 1 as a rule.
const (
	Money Unit = "money"
	Count Unit = "count"
	Ratio Unit = "ratio"
)

// Kpi is one figure and its value in the span before.
type Kpi struct {
	Code     string
	Unit     Unit
	Value    *float64 // nil where the shop's data does not tell
	Previous *float64 // nil where it does not tell, or covers that span in part only
	Note     string
}

// Sales is what the figures are made of: *orders.View.
type Sales interface {
	ShopDays(ctx context.Context, shop string, from, to state.Day) ([]orders.ShopDay, error)
	Returns(ctx context.Context, shop string, from, to state.Day) ([]orders.Return, error)
}

// Totals is what was sold over a span.
type Totals struct {
	orders.DaySales
	CancelledValue int64 // of Refunded: orders and parts of orders undone on the day they were placed
}

// Kept is the sales of the orders that Orders counts: gross less discounts and what was cancelled, before returns.
func (t Totals) Kept() int64 { return t.Gross - t.Discount - t.CancelledValue }

// AverageOrder is the sales of an order that was not cancelled, before returns; ok is false where there was none.
func (t Totals) AverageOrder() (minor float64, ok bool) {
	if t.Orders <= 0 {
		return 0, false
	}
	return float64(t.Kept()) / float64(t.Orders), true
}

// ReturnRate is the units that came back for every unit that was sold and not cancelled, over the same days: goods that
// come back late count on the day they come back. ok is false where nothing was sold.
func ReturnRate(d orders.DaySales) (rate float64, ok bool) {
	if d.Demand() <= 0 {
		return 0, false
	}
	return float64(d.Returned) / float64(d.Demand()), true
}

// Sum adds up a span.
func Sum(ctx context.Context, src Sales, shop string, s Span) (t Totals, err error) {
	days, err := src.ShopDays(ctx, shop, s.From, s.To)
	if err != nil {
		return t, err
	}
	for _, d := range days {
		t.Orders += d.Orders
		t.Units += d.Units
		t.Cancelled += d.Cancelled
		t.Returned += d.Returned
		t.Gross += d.Gross
		t.Discount += d.Discount
		t.Refunded += d.Refunded
	}
	back, err := src.Returns(ctx, shop, s.From, s.To)
	for _, r := range back {
		t.CancelledValue += r.Cancelled
	}
	return t, err
}

// Compute tells the figures of a span beside those of the one before. known is the span of the shop's data: a span
// before it, or that it covers in part, would mislead and is not compared with.
func Compute(ctx context.Context, src Sales, shop string, buyers []Buyer, known, now, before Span) ([]Kpi, error) {
	compared := before.From >= known.From
	sold, err := Sum(ctx, src, shop, now)
	if err != nil {
		return nil, err
	}
	var then Totals
	note := "The data does not reach back far enough for a comparison."
	if compared {
		note = ""
		if then, err = Sum(ctx, src, shop, before); err != nil {
			return nil, err
		}
	}
	figure := func(code string, unit Unit, of func(Totals, Span) (float64, bool)) Kpi {
		k := Kpi{Code: code, Unit: unit, Note: note}
		if v, ok := of(sold, now); ok {
			k.Value = &v
		}
		if compared {
			if v, ok := of(then, before); ok {
				k.Previous = &v
			}
		}
		return k
	}
	return []Kpi{
		figure("net_sales", Money, func(t Totals, _ Span) (float64, bool) { return float64(t.Net()), true }),
		figure("orders", Count, func(t Totals, _ Span) (float64, bool) { return float64(t.Orders), true }),
		figure("average_order", Money, func(t Totals, _ Span) (float64, bool) { return t.AverageOrder() }),
		figure("units", Count, func(t Totals, _ Span) (float64, bool) { return float64(t.Demand()), true }),
		figure("return_rate", Ratio, func(t Totals, _ Span) (float64, bool) { return ReturnRate(t.DaySales) }),
		figure("customers", Count, func(_ Totals, s Span) (float64, bool) { return float64(Active(buyers, s)), true }),
		repeatKpi("repeat_rate_90", buyers, 90, known, now),
		repeatKpi("repeat_rate_365", buyers, 365, known, now),
	}, nil
}
