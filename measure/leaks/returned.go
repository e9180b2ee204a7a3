package leaks

import (
	"context"
	"fmt"

	"almanac/decide"
)

// returned is what came back, and what was undone on the day of its order.
func (s scene) returned(ctx context.Context) ([]Leak, error) {
	rs, err := s.Orders.Returns(ctx, s.shop.ID, s.from, s.to)
	if err != nil {
		return nil, err
	}
	var value, cancelled, kept, unmatched int64
	var back, undone []amount
	for _, r := range rs {
		value += r.Value - r.Cancelled
		cancelled += r.Cancelled
		unmatched += r.Unmatched
		back = append(back, amount{r.SKU, r.Value - r.Cancelled})
		undone = append(undone, amount{r.SKU, r.Cancelled})
	}
	for _, t := range s.totals {
		kept += t.Gross - t.Discount
	}
	kept -= cancelled
	var out []Leak
	if value > 0 {
		most, err := s.top(ctx, back)
		if err != nil {
			return nil, err
		}
		l := Leak{Code: "returns", From: s.from, To: s.to, Basis: decide.Measured, Link: "/products?sort=-return_rate",
			Title:   fmt.Sprintf("Goods worth %s came back", s.money(value)),
			Explain: fmt.Sprintf("%s of what was sold came back, at the prices paid. Most of it: %s.", percent(value, kept), most),
			Sharpen: []Sharpen{{"unit costs", "to count the margin that was lost, not the price"}, {"return reasons", "to tell fit, quality and habit apart"}}}
		if unmatched > 0 {
			l.Assumptions = append(l.Assumptions, fmt.Sprintf("%d units are counted that match no earlier order in the data; they may have been bought before it begins.", unmatched))
		}
		l.Low, l.Mid, l.High = exactly(value)
		out = append(out, l)
	}
	if cancelled > 0 {
		most, err := s.top(ctx, undone)
		if err != nil {
			return nil, err
		}
		l := Leak{Code: "cancellations", From: s.from, To: s.to, Basis: decide.Measured, Link: "/data?tab=quality",
			Title:       fmt.Sprintf("Orders worth %s were undone on the day they were placed", s.money(cancelled)),
			Explain:     fmt.Sprintf("Many are typing errors in quantities. They are left out of demand, and cost handling rather than sales. Most of it: %s.", most),
			Assumptions: []string{"What was ordered again instead is not taken off."},
			Sharpen:     []Sharpen{{"cancellation reasons", "to tell errors from changed minds"}}}
		l.Low, l.Mid, l.High = exactly(cancelled)
		out = append(out, l)
	}
	return out, nil
}

// belowCost sums sales below cost.
func (s scene) belowCost(ctx context.Context) ([]Leak, error) {
	var lost int64
	var below []amount
	sources := map[string]bool{}
	for _, t := range s.totals {
		c, ok := s.costs[t.SKU]
		if !ok || t.Units <= 0 {
			continue
		}
		if gap := c.Amount*t.Units - (t.Gross - t.Discount); gap > 0 {
			lost += gap
			below = append(below, amount{t.SKU, gap})
			sources[c.Source] = true
		}
	}
	if len(below) == 0 {
		return nil, nil
	}
	n := len(below)
	most, err := s.top(ctx, below)
	if err != nil {
		return nil, err
	}
	l := Leak{Code: "below_cost", From: s.from, To: s.to, Basis: decide.Measured, Link: "/products?sort=-net",
		Title:       fmt.Sprintf("%s sold below cost", plural(n, "product was", "products were")),
		Explain:     fmt.Sprintf("Over the whole period their sales brought less than the units cost. Most of it: %s.", most),
		Assumptions: []string{"The cost known at the end of the period held for all of it."},
		Sharpen:     []Sharpen{{"unit costs", "with the day from which each was valid"}}}
	l.Low, l.Mid, l.High = exactly(lost)
	l.madeUp(sources)
	return []Leak{l}, nil
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
