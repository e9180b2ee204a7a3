package main

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"time"

	"almanac/fact"
	"almanac/predict"
	"almanac/predict/demand"
	"almanac/state"
	"almanac/state/catalog"
	"almanac/state/orders"
	"almanac/state/outlook"
	"almanac/state/stock"
)

// benchShop is a shop in memory as forecasts see it: a catalogue in a hundred categories, in which products begin and end, large
// orders come, and shelves are empty at times. Every other product is counted; stockouts of the rest only show in their sales. A tenth of
// the product weeks are sold at a reduced price that was told ahead.
type benchShop struct {
	start   state.Day
	skus    []string
	units   [][]float32 // by product and week, after prices and stockouts
	reduced [][]bool
	empty   []int // the week in which the shelf was empty, −1 for none
	bulk    []int // the week of a large order, −1 for none
	plans   []outlook.Plan
}

// How many products in a hundred begin in the last year, end in the last half year, have a large order, and an empty shelf.
const benchBegin, benchEnd, benchBulk, benchEmpty = 10, 5, 5, 30

func newBenchShop(random *rand.Rand, series [][]float64) *benchShop {
	b := &benchShop{start: state.DayOf(time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC), time.UTC)}
	some := func(percent, weeks int) int {
		if random.IntN(100) >= percent || weeks < 1 {
			return -1
		}
		return random.IntN(weeks)
	}
	for i, y := range series {
		n := len(y)
		sku, own, reduced := benchSKU(i), make([]float32, n), make([]bool, n)
		begins, ends := 0, n
		if w := some(benchBegin, min(n, 52)); w >= 0 {
			begins = n - 1 - w
		} else if w := some(benchEnd, min(n, 26)); w >= 0 {
			ends = n - w
		}
		for t := begins; t < ends; t++ {
			own[t] = float32(y[t])
			if reduced[t] = random.IntN(10) == 0; reduced[t] {
				own[t] = float32(math.Round(1.4 * y[t]))
				at := (b.start + state.Day(7*t)).Time()
				b.plans = append(b.plans, outlook.Plan{ID: fmt.Sprint(sku, t), Promotion: true, Told: at.AddDate(0, 0, -100), From: at, To: at.AddDate(0, 0, 7), Percent: 20, SKUs: []string{sku}})
			}
		}
		empty := some(benchEmpty, n-1)
		if empty >= 0 {
			own[empty] = 0
		}
		b.skus, b.units, b.reduced = append(b.skus, sku), append(b.units, own), append(b.reduced, reduced)
		b.empty, b.bulk = append(b.empty, empty), append(b.bulk, some(benchBulk, n))
	}
	return b
}

// DailySales implements demand.Sales: each week's units over its days, a unit an order, and large orders.
func (b *benchShop) DailySales(_ context.Context, _ string, before state.Day, fn func(string, state.Day, orders.DaySales) error) error {
	for i, y := range b.units {
		for t, v := range y {
			for d := range 7 {
				units := int64(v)/7 + min(1, max(0, int64(v)%7-int64(d*3+i)%7))
				sale := orders.DaySales{Units: units, Orders: units}
				if t == b.bulk[i] && d == 2 {
					sale.Units, sale.Orders = sale.Units+500, sale.Orders+1
				}
				if day := b.start + state.Day(7*t+d); sale.Units > 0 && day < before {
					if err := fn(b.skus[i], day, sale); err != nil {
						return err
					}
				}
			}
		}
	}
	return nil
}

// Outages implements demand.Stock.
func (b *benchShop) Outages(context.Context, string) (map[string][]stock.Outage, error) {
	out := make(map[string][]stock.Outage, len(b.skus)/2)
	for i := 0; i < len(b.skus); i += 2 {
		var of []stock.Outage
		if t := b.empty[i]; t >= 0 {
			of = []stock.Outage{{From: (b.start + state.Day(7*t)).Time(), To: (b.start + state.Day(7*t+7)).Time()}}
		}
		out[b.skus[i]] = of
	}
	return out, nil
}

// All implements demand.Catalog.
func (b *benchShop) All(_ context.Context, _ string, fn func(catalog.Product) error) error {
	for i, sku := range b.skus {
		if err := fn(catalog.Product{Product: fact.Product{SKU: sku, Category: []string{fmt.Sprint("category ", i%100)}, Brand: fmt.Sprint("brand ", i%30)}}); err != nil {
			return err
		}
	}
	return nil
}

// Prices implements demand.Around: a price is told when it changes.
func (b *benchShop) Prices(_ context.Context, _ string, fn func(outlook.Price) error) error {
	for i, sku := range b.skus {
		for t, now := range b.reduced[i] {
			p := outlook.Price{SKU: sku, At: (b.start + state.Day(7*t)).Time(), Amount: 1000}
			if now {
				p.Amount, p.List = 800, 1000
			}
			if t == 0 || now != b.reduced[i][t-1] {
				if err := fn(p); err != nil {
					return err
				}
			}
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

// source is what forecasts are learnt from.
func (b *benchShop) source() demand.Source {
	return demand.Source{Sales: b, Stock: b, Around: b, Catalog: b}
}

// fit trains the shop's forecasts as every night does, up to the bytes that are kept.
func (b *benchShop) fit(ctx context.Context, weeks int) (card predict.Card, seconds float64, err error) {
	began := time.Now()
	m, card, err := demand.Fit(ctx, b.source(), "bench", b.start+state.Day(7*weeks))
	if err == nil {
		_, err = predict.Encode(card, m)
	}
	return card, time.Since(began).Seconds(), err
}
