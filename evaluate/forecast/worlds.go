package forecast

import (
	"context"
	"math"
	"slices"
	"strings"
	"time"

	"almanac/evaluate/worlds"
	"almanac/predict/demand"
	"almanac/state"
	"almanac/state/orders"
	"almanac/state/stock"
)

// WorldScore is how far forecasts of the demand of products over four weeks are from what people wanted.
type WorldScore struct {
	Method   string  `json:"method,omitempty"`
	Products int     `json:"products"`
	Wanted   float64 `json:"wanted"` // units
	WAPE     float64 `json:"wape"`   // sum of |forecast − wanted| over the sum of what was wanted
	Bias     float64 `json:"bias"`   // sum of forecast − wanted over the same
}

// Methods of forecasts in worlds.
const (
	worldAuto  = "predict/demand"
	worldLast  = "what sold in the last four weeks"
	worldYear  = "what sold in the same weeks a year ago"
	worldTruth = "what was wanted in the last four weeks" // nobody knows it in life
)

const worldWeeks, worldLevel = 4, 0.8

// errors of forecasts over products.
type missed struct{ products, abs, signed, wanted float64 }

func (m *missed) add(f, wanted float64) {
	m.products++
	m.abs += math.Abs(f - wanted)
	m.signed += f - wanted
	m.wanted += wanted
}

// livedWorld is the forecasts of one world.
type livedWorld struct {
	methods map[string]missed
	weeks   worlds.Tally // intervals of single weeks of products
}

// RunWorlds has predict/demand forecast each product of simulated shops whose shelves are empty at times, 13 weeks before the end, from what
// the shop's systems told by then, and holds the next four weeks against what people truly wanted, sold or not.
func RunWorlds(ctx context.Context, o worlds.Options) (*worlds.Report[WorldScore], error) {
	began := time.Now()
	usual, hostile, err := worlds.Live(ctx, o, forecastWorld)
	if err != nil {
		return nil, err
	}
	return worlds.NewReport("forecast", "units of each product that are wanted in the next four weeks; intervals: of each product and week, 10 to 90 %", o, began, usual, hostile, sumWorlds), nil
}

func forecastWorld(ctx context.Context, kind string, seed uint64) (livedWorld, error) {
	b, err := worlds.Of(ctx, kind, seed)
	if err != nil {
		return livedWorld{}, err
	}
	at := (b.To - 13*7).Monday()
	k := &books{b, at}
	m, _, err := demand.Fit(ctx, demand.Source{Sales: k, Stock: k}, "shop", at)
	if err != nil {
		return livedWorld{}, err
	}
	sold := map[string]map[state.Day]float64{}
	for _, l := range b.Lines {
		if sold[l.SKU] == nil {
			sold[l.SKU] = map[state.Day]float64{}
		}
		sold[l.SKU][l.Day] += float64(l.Units)
	}
	out := livedWorld{methods: map[string]missed{}}
	for _, p := range m.Product {
		wanted := between(b.Wanted[p.SKU], m.Start, 7*worldWeeks)
		for name, f := range map[string]float64{
			worldAuto: p.Forecast().SumMean(worldWeeks), worldLast: between(sold[p.SKU], m.Start-7*worldWeeks, 7*worldWeeks),
			worldYear: between(sold[p.SKU], m.Start-364, 7*worldWeeks), worldTruth: between(b.Wanted[p.SKU], m.Start-7*worldWeeks, 7*worldWeeks),
		} {
			e := out.methods[name]
			e.add(f, wanted)
			out.methods[name] = e
		}
		for w := range worldWeeks {
			out.weeks.Add(p.P10[w], p.P90[w], between(b.Wanted[p.SKU], m.Week(w), 7), worldLevel)
		}
	}
	return out, nil
}

func between(of map[state.Day]float64, from state.Day, days int) (sum float64) {
	for d := range state.Day(days) {
		sum += of[from+d]
	}
	return sum
}

func sumWorlds(all []livedWorld) worlds.Group[WorldScore] {
	g := worlds.Group[WorldScore]{Worlds: len(all), Methods: map[string]WorldScore{}}
	sums, tallies := map[string]missed{}, make([]worlds.Tally, 0, len(all))
	for _, l := range all {
		for name, m := range l.methods {
			s := sums[name]
			s.products += m.products
			s.abs += m.abs
			s.signed += m.signed
			s.wanted += m.wanted
			sums[name] = s
		}
		tallies = append(tallies, l.weeks)
	}
	for name, s := range sums {
		g.Methods[name] = WorldScore{Products: int(s.products), Wanted: s.wanted, WAPE: s.abs / s.wanted, Bias: s.signed / s.wanted}
	}
	g.Auto = g.Methods[worldAuto]
	g.Auto.Method = worldAuto
	i := worlds.Judge(worldLevel, tallies)
	g.Intervals = &i
	return g
}

// books is what the shop's systems told before a day: what predict/demand reads in the product from state.
type books struct {
	*worlds.Books
	until state.Day
}

// DailySales makes it demand.Sales.
func (b *books) DailySales(_ context.Context, _ string, before state.Day, fn func(string, state.Day, orders.DaySales) error) error {
	type key struct {
		sku string
		day state.Day
	}
	sums := map[key]orders.DaySales{}
	var keys []key
	for _, l := range b.Lines {
		if l.Day >= min(before, b.until) {
			continue
		}
		k := key{l.SKU, l.Day}
		s, ok := sums[k]
		if !ok {
			keys = append(keys, k)
		}
		s.Orders++
		s.Units += l.Units
		s.Gross += l.Net
		sums[k] = s
	}
	slices.SortFunc(keys, func(a, b key) int {
		if c := strings.Compare(a.sku, b.sku); c != 0 {
			return c
		}
		return int(a.day - b.day)
	})
	for _, k := range keys {
		if err := fn(k.sku, k.day, sums[k]); err != nil {
			return err
		}
	}
	return nil
}

// Outages makes it demand.Stock; what begins later is not known yet.
func (b *books) Outages(context.Context, string) (map[string][]stock.Outage, error) {
	all := b.Stock.Outages()
	for sku, of := range all {
		of = slices.DeleteFunc(of, func(o stock.Outage) bool { return !o.From.Before(b.until.Time()) })
		for i := range of {
			if of[i].To.After(b.until.Time()) {
				of[i].To = time.Time{} // it lasts
			}
		}
		all[sku] = of
	}
	return all, nil
}
