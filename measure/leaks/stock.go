package leaks

import (
	"context"
	"fmt"
	"math"

	"almanac/decide"
	"almanac/state"
)

const (
	recent = 28 // days back that say what a product sells now
	stale  = 90 // days without a sale after which stock counts as dead
)

var (
	needCounts = Sharpen{"stock counts", "product code, on hand, day of the count"}
	needCosts  = Sharpen{"unit costs", "product code and cost of one unit"}
)

// missing is what being out of stock costs a week. A balance below zero is a counting error, no stock-out.
func (s scene) missing(context.Context) ([]Leak, error) {
	l := Leak{Code: "missing_stock", From: s.to - recent + 1, To: s.to, Link: "/products?sort=cover"}
	if len(s.stock) == 0 {
		l.Basis, l.Title = decide.Unknown, "Sales missed while out of stock are not visible yet"
		l.Explain = "Without stock counts a day without sales may be a day without stock."
		l.Sharpen = []Sharpen{needCounts}
		return []Leak{l}, nil
	}
	weeks := math.Max(1, float64(s.to-max(s.from, s.first)+1)/7)
	var n int
	var lost float64
	sources := map[string]bool{}
	for _, t := range s.totals {
		p, ok := s.stock[t.SKU]
		if !ok || p.Available > 0 || p.Negative || t.Demand() <= 0 || s.to-t.LastSold >= recent {
			continue
		}
		n++
		lost += float64(t.Gross-t.Discount) / float64(t.Units) * float64(t.Demand()) / weeks
		sources[p.Source] = true
	}
	if n == 0 {
		return nil, nil
	}
	l.Basis, l.Title = decide.Estimated, fmt.Sprintf("%s out of stock", plural(n, "selling product is", "selling products are"))
	l.Explain = "The sales, not the profit, of an average week of the period, for every week that they stay out."
	low, mid, high := int64(math.Round(lost*0.5)), int64(math.Round(lost*0.75)), int64(math.Round(lost))
	l.Low, l.Mid, l.High = &low, &mid, &high
	l.Assumptions = []string{"Up to half of the buyers may take another product instead."}
	l.Sharpen = []Sharpen{{"daily stock counts", "to see when each product ran out"}}
	if len(s.costs) == 0 {
		l.Sharpen = append(l.Sharpen, needCosts)
	}
	l.madeUp(sources)
	return []Leak{l}, nil
}

// dead is what stock that does not sell ties up. Younger data than the time that makes stock dead cannot tell.
func (s scene) dead(ctx context.Context) ([]Leak, error) {
	l := Leak{Code: "dead_stock", From: s.to - stale + 1, To: s.to, Link: "/products?sort=last_sold"}
	if len(s.stock) == 0 {
		l.Basis, l.Title = decide.Unknown, "Stock that does not sell is not visible yet"
		l.Explain = "Stock counts and unit costs show how much money lies in products that nobody buys."
		l.Sharpen = []Sharpen{needCounts}
		if len(s.costs) == 0 {
			l.Sharpen = append(l.Sharpen, needCosts)
		}
		return []Leak{l}, nil
	}
	if s.first > l.From {
		return nil, nil
	}
	selling, err := s.selling(ctx, l.From)
	if err != nil {
		return nil, err
	}
	var n, priced int
	var value int64
	sources := map[string]bool{}
	for sku, p := range s.stock {
		if p.OnHand <= 0 || selling[sku] {
			continue
		}
		n++
		sources[p.Source] = true
		if c, ok := s.costs[sku]; ok {
			priced++
			value += p.OnHand * c.Amount
			sources[c.Source] = true
		}
	}
	if n == 0 {
		return nil, nil
	}
	l.Title = fmt.Sprintf("%s not sold for %d days", plural(n, "product in stock has", "products in stock have"), stale)
	l.Sharpen = []Sharpen{{"launch dates", "to leave new products out"}}
	if priced < n {
		l.Sharpen = append(l.Sharpen, needCosts)
	}
	if priced == 0 {
		l.Basis, l.Explain = decide.Unknown, "How much money lies in them is not known without their costs."
	} else {
		l.Basis = decide.Measured
		l.Explain = "Their stock at cost. It ties up money; what of it is lost depends on what they can still be sold for."
		l.Low, l.Mid, l.High = exactly(value)
		if priced < n {
			l.Assumptions = []string{fmt.Sprintf("%s without a known cost, and not counted.", plural(n-priced, "of them is", "of them are"))}
		}
	}
	l.madeUp(sources)
	return []Leak{l}, nil
}

// selling is the products sold since a day, whatever the period looked at.
func (s scene) selling(ctx context.Context, since state.Day) (map[string]bool, error) {
	totals, err := s.Orders.ProductTotals(ctx, s.shop.ID, since, s.to)
	out := make(map[string]bool, len(totals))
	for _, t := range totals {
		if t.Demand() > 0 {
			out[t.SKU] = true
		}
	}
	return out, err
}
