package dashboard

import (
	"cmp"
	"context"
	"math"

	"almanac/program/reorder"
	"almanac/serve/wire"
	"almanac/shop"
)

// Warnings lists open purchases with what their lateness may cost, the dearest first, and suppliers whose lead times drift.
func (r *Reads) Warnings(ctx context.Context, s shop.Shop) (*wire.Warnings, error) {
	b, err := r.basis(ctx, s.ID)
	if err != nil {
		return nil, err
	}
	g, key, err := r.shelves(ctx, s, b)
	if err != nil {
		return nil, err
	}
	return r.warnings.Get(key, func() (*wire.Warnings, error) { return g.warnings(), nil })
}

// Orders of which it is likelier than not that they come late, or that would leave the shelf empty in one of five cases, need somebody.
const lateFrom, emptyFrom = 0.5, 0.2

func (g *shelves) warnings() *wire.Warnings {
	v := &wire.Warnings{Today: g.Today.String(), Items: []wire.OpenPurchase{}, Drifts: []wire.SupplierDrift{}}
	for _, r := range reorder.Risks(g.Input) {
		row := wire.OpenPurchase{Purchase: r.Order, SKU: r.SKU, Title: g.b.title(r.SKU), Units: r.Units, Placed: r.Placed.String(), Promised: r.Promised.String(),
			Likely: r.Likely.String(), Latest: r.Latest.String(), Overdue: r.Promised < g.Today, Late: round4(r.Late), Stockout: round4(r.Stockout), Short: round2(r.Short), Forgotten: r.Forgotten, Basis: "assumed"}
		terms, _ := g.TermsOf(r.SKU)
		row.Supplier = g.name(cmp.Or(r.Supplier, terms.Supplier))
		if r.Partly() {
			row.PartCame = r.Last.String()
		}
		if r.Learnt {
			row.Basis = "estimated"
		}
		if p, ok := g.Positions[r.SKU]; ok {
			row.Available = &p.Available
		}
		switch {
		case r.Forgotten:
			v.Forgotten++
		case r.Priced:
			money := int64(math.Round(r.Money))
			row.Risk = &money
			v.Risk += money
		case r.Short > 0:
			v.NoPrice++
		}
		if row.Alert = !r.Forgotten && (r.Late >= lateFrom && r.Short >= 0.5 || r.Stockout >= emptyFrom); row.Alert {
			v.Alerts++
		}
		v.Items = append(v.Items, row)
	}
	for _, d := range reorder.Drifts(g.Input) {
		v.Drifts = append(v.Drifts, wire.SupplierDrift{ID: d.Supplier, Supplier: g.name(d.Supplier), Slower: d.Slower, Since: d.Since.String(), Deliveries: int64(d.Deliveries), Factor: round2(d.Factor)})
	}
	v.Total = int64(len(v.Items))
	return v
}

func round4(v float64) float64 { return math.Round(v*1e4) / 1e4 }

// Curve is service against money over the shop, and where its settings lie.
func (r *Reads) Curve(ctx context.Context, s shop.Shop) (v wire.ServiceCurve, err error) {
	b, err := r.basis(ctx, s.ID)
	if err != nil {
		return v, err
	}
	g, key, err := r.shelves(ctx, s, b)
	if err != nil {
		return v, err
	}
	c, err := r.curves.Get(key, func() (reorder.ShopCurve, error) { return reorder.Curve(g.Input), nil })
	v = wire.ServiceCurve{Items: c.Points, Total: int64(len(c.Points)), Products: int64(c.Products), Without: int64(c.Without)}
	return v, err
}

// Levels are the reorder points of every product and place as they would be today.
func (r *Reads) Levels(ctx context.Context, s shop.Shop) ([]reorder.Level, error) {
	b, err := r.basis(ctx, s.ID)
	if err != nil {
		return nil, err
	}
	g, key, err := r.shelves(ctx, s, b)
	if err != nil {
		return nil, err
	}
	return r.levels.Get(key, func() ([]reorder.Level, error) { return reorder.Levels(g.Input), nil })
}

// Categories are all that products are in, broad and narrow, by name.
func (r *Reads) Categories(ctx context.Context, s shop.Shop) ([]string, error) {
	b, err := r.basis(ctx, s.ID)
	if err != nil {
		return nil, err
	}
	all := map[string]bool{}
	for _, p := range b.titles {
		for _, c := range p.Category {
			all[c] = true
		}
	}
	return sortedKeys(all), nil
}

// Titles names a shop's products.
func (r *Reads) Titles(ctx context.Context, s shop.Shop) (func(sku string) string, error) {
	b, err := r.basis(ctx, s.ID)
	if err != nil {
		return nil, err
	}
	return b.title, nil
}
