package storefront

import (
	"context"
	"strconv"
	"time"

	"almanac/program/onsite"
	"almanac/state/availability"
	"almanac/state/catalog"
	"almanac/state/stock"
)

// terms are what a shop promises its stock by: its settings, and what checkouts hold, by product and place.
type terms struct {
	rules availability.StockRules
	held  map[string]map[string]int64
}

// terms reads them; a shelf without a store of them promises everything everywhere.
func (s *Shelf) terms(ctx context.Context, shop string) (t terms, err error) {
	if s.promises == nil {
		return t, nil
	}
	if t.rules, err = s.promises.Settings(ctx, shop); err != nil {
		return t, err
	}
	t.held, err = s.promises.Held(ctx, shop)
	return t, err
}

// holding is how much of a product the shop's pages can promise.
type holding struct {
	places   []onsite.Place
	units    int64
	counted  time.Time // the oldest count in the sum
	salesOff bool
}

// holdings is what lies at places that serve the shop's pages, less what is kept back and what checkouts hold. A product that was
// counted at other places only is there with nothing.
func (s *Shelf) holdings(ctx context.Context, shop string, t terms) (map[string]*holding, error) {
	out := map[string]*holding{}
	err := s.stock.Places(ctx, shop, func(p stock.Position) {
		sku := p.SKU
		if real, ok := t.rules.Aliases[sku]; ok {
			sku = real
		}
		h := out[sku]
		if h == nil {
			h = &holding{counted: p.CountedAt}
			out[sku] = h
		}
		if !t.rules.Serves(availability.Storefront, p.Location) {
			return
		}
		units := max(0, p.Available-t.rules.Buffer(sku, p.Location, availability.Storefront)-t.held[sku][p.Location])
		h.places = append(h.places, onsite.Place{Location: p.Location, Units: units})
		h.units += units
		if p.CountedAt.Before(h.counted) {
			h.counted = p.CountedAt
		}
		h.salesOff = h.salesOff || p.Estimated
	})
	for sku, held := range t.held {
		if h := out[sku]; h != nil && (len(h.places) != 1 || h.places[0].Location != "") {
			h.units = max(0, h.units-held[""]) // held at no place: whichever it will be
		}
	}
	return out, err
}

// due is when more of each product comes, where a purchase says so.
func (s *Shelf) due(ctx context.Context, shop string) (map[string]time.Time, error) {
	out := map[string]time.Time{}
	if s.supply == nil {
		return out, nil
	}
	open, err := s.supply.Incoming(ctx, shop, "")
	today := s.now().Truncate(24 * time.Hour)
	for _, i := range open { // earliest first
		if _, ok := out[i.SKU]; !ok && !i.Due.Before(today) {
			out[i.SKU] = i.Due
		}
	}
	return out, err
}

// send fills in what the terms say of a product.
func (t *terms) send(g *onsite.Product, p *catalog.Product, now time.Time) {
	g.Elsewhere = t.rules.Elsewhere(&p.Product)
	g.OffSeason = !t.rules.Sells(p.SKU, now)
	if grams, err := strconv.ParseFloat(p.Attributes[t.rules.WeightAttribute], 64); err == nil && grams > 0 && grams < 1e9 {
		g.Grams = int64(grams + 0.5)
	}
}
