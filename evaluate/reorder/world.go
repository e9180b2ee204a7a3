package reorder

import (
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"almanac/fact"
	"almanac/sim"
)

// live lives through a world whose shelves are always full, and reads off what no policy can change: what people wanted on
// every day, prices and costs, and how long an order of every product and week would have taken.
func live(ctx context.Context, config sim.Config) (*Shop, error) {
	g := &gathering{shop: &Shop{}, items: map[string]int{}, suppliers: map[string]int{}, tax: 1 + config.Catalogue.Tax}
	plenty := sim.Policy{Name: "plenty", Order: func(s sim.Shelf) int {
		mean := max(float64(s.Sold30)/30, s.Forecast)
		need := int(mean*float64(3*s.LeadDays+90)) - s.OnHand - s.OnOrder
		return (max(0, need)/s.Pack + 1) * s.Pack
	}}
	w, err := sim.New(config, plenty, g.fact, g.truth)
	if err != nil {
		return nil, err
	}
	g.begin, g.shop.Days = w.Date(0), w.Days()
	if err := w.Run(ctx, nil); err != nil {
		return nil, err
	}
	return g.done()
}

// gathering is a shop under way.
type gathering struct {
	shop      *Shop
	begin     time.Time
	items     map[string]int
	suppliers map[string]int
	tax       float64
	prices    []map[int]float64 // by item, day
	takes     []map[int]int
	orders    int
}

func (g *gathering) item(sku string) *Item {
	i, ok := g.items[sku]
	if !ok {
		i = len(g.shop.Items)
		g.items[sku] = i
		g.shop.Items = append(g.shop.Items, Item{ID: sku, First: -1, Demand: make([]float64, g.shop.Days)})
		g.prices, g.takes = append(g.prices, map[int]float64{}), append(g.takes, map[int]int{})
	}
	return &g.shop.Items[i]
}

func (g *gathering) fact(f fact.Fact) error {
	day := int(f.OccurredAt.Sub(g.begin) / (24 * time.Hour))
	switch b := f.Body.(type) {
	case *fact.Product:
		i := g.item(b.SKU)
		switch {
		case b.Hidden:
			i.End = day
		case i.First < 0:
			i.First = day
		}
	case *fact.Cost:
		g.item(b.SKU).Cost = float64(b.Amount) / 100
	case *fact.Terms:
		i := g.item(b.SKU)
		s, ok := g.suppliers[b.Supplier]
		if !ok {
			s = len(g.suppliers)
			g.suppliers[b.Supplier] = s
		}
		i.Supplier, i.Quoted, i.Pack = s, b.LeadDays, float64(b.Pack)
	case *fact.Price:
		g.item(b.SKU)
		g.prices[g.items[b.SKU]][day] = float64(b.Amount) / 100 / g.tax
	}
	return nil
}

func (g *gathering) truth(t sim.Truth) error {
	switch t.Kind {
	case "demand":
		g.item(t.SKU).Demand[t.Day] += t.Value
	case "lead time":
		g.item(t.SKU)
		g.takes[g.items[t.SKU]][t.Day] = int(t.Value)
	}
	return nil
}

// done fills the days between: prices stay, and an order of a day takes what the week's would have taken.
func (g *gathering) done() (*Shop, error) {
	for n := range g.shop.Items {
		i := &g.shop.Items[n]
		if i.First < 0 || len(g.prices[n]) == 0 || len(g.takes[n]) == 0 || i.Quoted < 1 {
			return nil, fmt.Errorf("the world does not tell of %s when it comes, what it costs or how long it takes", i.ID)
		}
		look := 0
		for d := range g.takes[n] {
			look = max(look, d)
		}
		i.Look = (7 - look%7) % 7
		i.Price, i.Lead = make([]float64, g.shop.Days), make([]uint16, g.shop.Days)
		price, takes := 0.0, 0
		for d := range g.shop.Days {
			if p, ok := g.prices[n][d]; ok {
				price = p
			}
			if t, ok := g.takes[n][d]; ok {
				takes = t
				if g.orders++; g.orders%5 == 0 { // as often as a shop would have ordered it
					g.shop.Record = append(g.shop.Record, Placed{i.Supplier, d, t})
				}
			}
			i.Price[d], i.Lead[d] = price, uint16(min(takes, math.MaxUint16))
		}
		for d := g.shop.Days - 2; d >= 0; d-- {
			if i.Price[d] == 0 {
				i.Price[d] = i.Price[d+1]
			}
			if i.Lead[d] == 0 {
				i.Lead[d] = i.Lead[d+1]
			}
		}
	}
	slices.SortStableFunc(g.shop.Record, func(a, b Placed) int { return a.Day - b.Day })
	return g.shop, nil
}
