package storefront

import (
	"context"
	"errors"
	"strings"
	"time"

	"almanac/fact"
	"almanac/model/recommend/relation"
	"almanac/predict"
	"almanac/predict/affinity"
	"almanac/program/onsite"
	"almanac/state"
	"almanac/state/catalog"
	"almanac/state/orders"
)

// goods is the catalogue with prices, costs and stock as of now.
func (s *Shelf) goods(ctx context.Context, shop string, t terms) ([]onsite.Product, error) {
	held, err := s.holdings(ctx, shop, t)
	if err != nil {
		return nil, err
	}
	due, err := s.due(ctx, shop)
	if err != nil {
		return nil, err
	}
	now := s.now()
	prices, err := s.catalog.Prices(ctx, shop, now)
	if err != nil {
		return nil, err
	}
	costs, err := s.catalog.Costs(ctx, shop, now)
	if err != nil {
		return nil, err
	}
	var out []onsite.Product
	err = s.catalog.All(ctx, shop, func(p catalog.Product) error {
		g := onsite.Product{SKU: p.SKU, Title: p.Title, URL: p.URL, Image: p.Image, Group: p.Group, Category: strings.Join(p.Category, " > "), Brand: p.Brand, Hidden: p.Hidden}
		if g.Title == "" {
			g.Title = p.SKU
		}
		if h := held[p.SKU]; h != nil {
			g.Counted, g.Stock, g.CountedAt, g.SalesOff, g.Places = true, h.units, h.counted, h.salesOff, h.places
		}
		g.MoreOn = due[p.SKU]
		t.send(&g, &p, now)
		if price, ok := prices[p.SKU]; ok {
			g.Price, g.Currency, g.TaxIncluded = price.Amount, price.Currency, price.TaxIncluded
			if cost, ok := costs[p.SKU]; ok && cost.Currency == price.Currency {
				g.Cost = cost.Amount
			}
		}
		for k, v := range p.Attributes {
			g.Attributes = append(g.Attributes, k+"="+v)
		}
		out = append(out, g)
		return nil
	})
	return out, err
}

// sale is how a product sells.
type sale struct {
	weekly   float64 // units, of late
	returned float64 // share of units that came back, shrunk towards that of the shop
	quality  float64 // by its reviews, −1 to 1
	tax      float64 // share of what customers paid that was tax
}

const (
	salesOfLate  = 8 * 7 // days
	salesReturns = 365
	fewUnits     = 20 // units of the shop's own return rate that a product is given in advance
)

// sales is how the shop's products sell, by SKU.
func (s *Shelf) sales(ctx context.Context, shop string) (map[string]sale, error) {
	today := state.DayOf(s.now(), time.UTC)
	year, err := s.orders.ProductTotals(ctx, shop, today-salesReturns, today)
	if err != nil {
		return nil, err
	}
	late, err := s.orders.ProductTotals(ctx, shop, today-salesOfLate, today)
	if err != nil {
		return nil, err
	}
	var units, returned float64
	for _, t := range year {
		units, returned = units+float64(max(0, t.Units)), returned+float64(max(0, t.Returned))
	}
	usual := returned / max(1, units)
	out := make(map[string]sale, len(year))
	for _, t := range year {
		out[t.SKU] = sale{returned: min(1, (float64(max(0, t.Returned))+fewUnits*usual)/(float64(max(0, t.Units))+fewUnits))}
	}
	for _, t := range late {
		v := out[t.SKU]
		v.weekly = float64(max(0, t.Demand())) * 7 / salesOfLate
		out[t.SKU] = v
	}
	if err := s.tax(ctx, shop, today-salesReturns, out); err != nil {
		return nil, err
	}
	return out, s.judge(ctx, shop, out)
}

// tax adds what share of the price of each product is tax, as its order lines tell; under the empty SKU stands the shop's, for
// products that were not sold.
func (s *Shelf) tax(ctx context.Context, shop string, from state.Day, sold map[string]sale) error {
	lines, err := s.orders.Taxes(ctx, shop, from)
	var all orders.Taxed
	for sku, t := range lines {
		all.Net, all.Tax = all.Net+t.Net, all.Tax+t.Tax
		v := sold[sku]
		v.tax = share(t)
		sold[sku] = v
	}
	sold[""] = sale{tax: share(all)}
	return err
}

func share(t orders.Taxed) float64 {
	if t.Net <= 0 || t.Tax <= 0 {
		return 0
	}
	return float64(t.Tax) / float64(t.Net+t.Tax)
}

// judge adds what reviews tell of products.
func (s *Shelf) judge(ctx context.Context, shop string, sold map[string]sale) error {
	if s.review == nil {
		return nil
	}
	quality, err := s.review.Quality(ctx, shop)
	for sku, q := range quality {
		v, known := sold[sku]
		if !known {
			v = sold[""]
		}
		v.quality = q
		sold[sku] = v
	}
	return err
}

// teach makes an engine for a shop from what is on record: visits, orders, and the champion of what goes with what.
func (s *Shelf) teach(ctx context.Context, shop, version string, products []onsite.Product) (*onsite.Engine, error) {
	e := onsite.New(onsite.Options{LeastMargin: s.policy.LeastMargin, Holdout: s.policy.Holdout, Salt: s.policy.Salt + "\x00" + shop,
		Now: s.now, Log: s.exposed(shop)})
	category := map[string]int32{}
	names := map[string]int32{"": 0}
	for i := range products {
		p := &products[i]
		if _, ok := names[p.Category]; !ok {
			names[p.Category] = int32(len(names))
		}
		category[p.SKU] = names[p.Category]
	}
	bought := remembering{s.orders, e.Ledger(), s.now().AddDate(-2, 0, 0)}
	past, err := affinity.Relate(ctx, s.behaviour, bought, shop, s.now(), affinity.Past{}, e.Number, func(sku string) int32 { return category[sku] })
	if err != nil {
		return nil, err
	}
	learned := e.Learn(past, products)
	learned.Version = version
	if version != "" {
		m, err := predict.Load[affinity.Model](ctx, s.registry, shop, predict.Affinity)
		if err != nil && !errors.Is(err, predict.ErrNone) {
			return nil, err
		}
		if err == nil && m.Model.Together {
			learned.Complements = complete(learned.Complements, m.Model, e.Number)
		}
	}
	e.Remember(bought.ledger)
	e.SetLearned(learned)
	return e, nil
}

// remembering notes who bought what while orders are read for teaching.
type remembering struct {
	*orders.View
	ledger *onsite.Ledger
	since  time.Time
}

// Baskets is that of the view.
func (r remembering) Baskets(ctx context.Context, shop string, before state.Day, fn func(order string, at time.Time, customer string, skus []string) error) error {
	return r.View.Baskets(ctx, shop, before, func(order string, at time.Time, customer string, skus []string) error {
		if at.After(r.since) {
			for _, sku := range skus {
				r.ledger.Add(customer, sku, at)
			}
		}
		return fn(order, at, customer, skus)
	})
}

// complete gives those products complements that have none of their own, by what was bought in one basket with them.
func complete(l relation.Links, m *affinity.Model, number func(string) int32) relation.Links {
	for _, sku := range m.SKU {
		it := number(sku)
		for int(it) >= len(l) {
			l = append(l, nil)
		}
		if len(l[it]) > 0 {
			continue
		}
		for _, r := range m.Related(sku) {
			l[it] = append(l[it], relation.Link{Item: number(r.SKU), Score: float32(r.Lift * float64(r.Together) / float64(r.Together+5)), Count: int32(r.Together)})
		}
	}
	return l
}

// Heard takes in what a shop's visitors just did, before state has it: the next answer knows of it. A shop that nobody has
// asked for yet reads it from the record when it is asked.
func (s *Shelf) Heard(shop string, facts []fact.Fact) {
	s.mu.Lock()
	e := s.shops[shop]
	s.mu.Unlock()
	if e == nil {
		return
	}
	snap := e.snap.Load()
	if snap == nil {
		return
	}
	for i := range facts {
		f := &facts[i]
		switch b := f.Body.(type) {
		case *fact.PageView:
			if b.Referrer != "" { // a page that tells of none may be any
				snap.engine.Came(b.Visitor, onsite.Circumstances{Referrer: onsite.Referrer(b.Referrer, b.URL)})
			}
		case *fact.Touch:
			snap.engine.Came(b.Visitor, onsite.Circumstances{Referrer: onsite.Channel(b.Channel)})
		case *fact.ProductEvent:
			who := b.Visitor
			if who == "" {
				who = b.Customer
			}
			what := onsite.Looked
			switch f.Kind {
			case fact.ProductRemoved:
				continue
			case fact.ProductAdded:
				what = onsite.Added
			}
			snap.engine.Heard(who, b.SKU, what, f.OccurredAt)
		case *fact.OrderLine:
			if b.Item != "" || f.Kind != fact.OrderPlaced {
				continue // shipping and the like
			}
			snap.engine.Came(b.Visitor, onsite.Circumstances{Country: b.Country})
			snap.engine.Heard(b.Visitor, b.SKU, onsite.Bought, f.OccurredAt)
			if b.Customer != b.Visitor {
				snap.engine.Heard(b.Customer, b.SKU, onsite.Bought, f.OccurredAt)
			}
			snap.engine.Sold(b.SKU, b.Units, f.OccurredAt)
		}
	}
}

// exposed hands the lists that were shown to whoever keeps them.
func (s *Shelf) exposed(shop string) func(onsite.Exposure) {
	if s.exposures == nil {
		return nil
	}
	return func(x onsite.Exposure) { s.exposures(shop, x) }
}
