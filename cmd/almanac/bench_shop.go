package main

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"time"

	"almanac/fact"
	"almanac/predict/demand"
	"almanac/state"
	"almanac/state/catalog"
	"almanac/state/orders"
	"almanac/state/outlook"
)

// benchShop is a shop in memory as forecasts see it: a catalogue in categories, a tenth of whose product weeks are sold at a reduced
// price that was told ahead.
type benchShop struct {
	start  state.Day
	units  [][]float64 // by product and week
	prices []outlook.Price
	plans  []outlook.Plan
}

func newBenchShop(random *rand.Rand, series [][]float64) *benchShop {
	b := &benchShop{start: state.DayOf(time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC), time.UTC)}
	for i, y := range series {
		sku, own := benchSKU(i), make([]float64, len(y))
		for t, v := range y {
			at := (b.start + state.Day(7*t)).Time()
			p := outlook.Price{SKU: sku, At: at, Amount: 1000}
			if own[t] = v; random.IntN(10) == 0 {
				p.Amount, p.List, own[t] = 800, 1000, math.Round(1.4*v)
				b.plans = append(b.plans, outlook.Plan{ID: fmt.Sprint(sku, t), Promotion: true, Told: at.AddDate(0, 0, -100), From: at, To: at.AddDate(0, 0, 7), Percent: 20, SKUs: []string{sku}})
			}
			b.prices = append(b.prices, p)
		}
		b.units = append(b.units, own)
	}
	return b
}

// DailySales implements demand.Sales: each week's units on its Monday.
func (b *benchShop) DailySales(_ context.Context, _ string, before state.Day, fn func(string, state.Day, orders.DaySales) error) error {
	for i, y := range b.units {
		for t, v := range y {
			if day := b.start + state.Day(7*t); v > 0 && day < before {
				if err := fn(benchSKU(i), day, orders.DaySales{Units: int64(v), Orders: int64(v)}); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// All implements demand.Catalog.
func (b *benchShop) All(_ context.Context, _ string, fn func(catalog.Product) error) error {
	for i := range b.units {
		if err := fn(catalog.Product{Product: fact.Product{SKU: benchSKU(i), Category: []string{fmt.Sprint("category ", i%100)}}}); err != nil {
			return err
		}
	}
	return nil
}

// Prices implements demand.Around.
func (b *benchShop) Prices(_ context.Context, _ string, fn func(outlook.Price) error) error {
	for _, p := range b.prices {
		if err := fn(p); err != nil {
			return err
		}
	}
	return nil
}

// Plans implements demand.Around.
func (b *benchShop) Plans(context.Context, string) ([]outlook.Plan, error) { return b.plans, nil }

// Signals implements demand.Around.
func (*benchShop) Signals(context.Context, string, func(outlook.Signal) error) error { return nil }

// Country implements demand.Around.
func (*benchShop) Country(context.Context, string, state.Day) (string, error) { return "DE", nil }

// fit trains the shop's forecasts as every night does.
func (b *benchShop) fit(ctx context.Context, weeks int) (seconds float64, err error) {
	began := time.Now()
	_, _, err = demand.Fit(ctx, demand.Source{Sales: b, Around: b, Catalog: b}, "bench", b.start+state.Day(7*weeks))
	return time.Since(began).Seconds(), err
}
