// Package catalog answers what the shop sells: title, category, brand, prices, costs. A product exists
// when it was described, priced, or sold; a description beats what order lines and page events called it.
//
// Facts of kinds product.described, price.set and cost.set go in, and titles from order lines and product
// events.
package catalog

import (
	"context"
	"encoding/json"

	"almanac/fact"
	"almanac/history"
	"almanac/sqldb"
	"almanac/state"
)

// Fold keeps the tables of this view.
type Fold struct{}

// NewFold makes the fold.
func NewFold() *Fold { return &Fold{} }

// Name is "catalog".
func (*Fold) Name() string { return "catalog" }

const (
	productColumns = "shop, sku, source, rev, rank, at_us, body"
	titleColumns   = "shop, sku, title, seen, last_us"
	priceColumns   = "shop, sku, channel, at_us, source, rev, rank, cur, amount, list, tax_inc"
	costColumns    = "shop, sku, at_us, source, rev, rank, cur, amount, supplier"
)

// Migrations creates the tables.
func (*Fold) Migrations() []sqldb.Migration {
	return []sqldb.Migration{{Name: "products, titles, prices, costs", SQL: []string{
		`CREATE TABLE product (shop {text} NOT NULL, sku {text} NOT NULL, source {text} NOT NULL, rev {int} NOT NULL,
			rank {int} NOT NULL, at_us {int} NOT NULL, body {text} NOT NULL, PRIMARY KEY (shop, sku, source)) {clustered}`,
		`CREATE TABLE product_title (shop {text} NOT NULL, sku {text} NOT NULL, title {text} NOT NULL, seen {int} NOT NULL,
			last_us {int} NOT NULL, PRIMARY KEY (shop, sku, title)) {clustered}`,
		`CREATE TABLE price (shop {text} NOT NULL, sku {text} NOT NULL, channel {text} NOT NULL, at_us {int} NOT NULL, source {text} NOT NULL,
			rev {int} NOT NULL, rank {int} NOT NULL, cur {text} NOT NULL, amount {int} NOT NULL, list {int} NOT NULL,
			PRIMARY KEY (shop, sku, channel, at_us, source)) {clustered}`,
		`CREATE TABLE cost (shop {text} NOT NULL, sku {text} NOT NULL, at_us {int} NOT NULL, source {text} NOT NULL, rev {int} NOT NULL,
			rank {int} NOT NULL, cur {text} NOT NULL, amount {int} NOT NULL, supplier {text} NOT NULL,
			PRIMARY KEY (shop, sku, at_us, source)) {clustered}`,
	}}, {Name: "tax in prices", SQL: []string{
		`ALTER TABLE price ADD COLUMN tax_inc {int} NOT NULL DEFAULT 0`,
	}}}
}

// Tables lists what is exported.
func (*Fold) Tables() []state.Table {
	return []state.Table{
		state.NewTable("product", productColumns, "shop, sku, source"),
		state.NewTable("product_title", titleColumns, "shop, sku, title"),
		state.NewTable("price", priceColumns, "shop, sku, channel, at_us, source"),
		state.NewTable("cost", costColumns, "shop, sku, at_us, source"),
	}
}

type titleKey struct{ shop, sku, title string }

type sighting struct{ seen, last int64 }

// Apply takes descriptions, prices, costs and titles in. A product without a revision number is revised by
// the time of its description.
func (f *Fold) Apply(ctx context.Context, t *sqldb.Tx, recs []history.Record) error {
	products := state.NewUpsert("product", productColumns, "shop, sku, source")
	prices := state.NewUpsert("price", priceColumns, "shop, sku, channel, at_us, source")
	costs := state.NewUpsert("cost", costColumns, "shop, sku, at_us, source")
	titles := map[titleKey]sighting{}
	see := func(r *history.Record, sku, title string) {
		if title == "" {
			return
		}
		k := titleKey{r.Shop, sku, title}
		s := titles[k]
		titles[k] = sighting{s.seen + 1, max(s.last, sqldb.Micros(r.OccurredAt))}
	}
	for i := range recs {
		r := &recs[i]
		at, rank := sqldb.Micros(r.OccurredAt), fact.Precedence(r.Source)
		switch b := r.Body.(type) {
		case *fact.OrderLine:
			if b.Item == fact.ItemProduct && b.Gross > 0 {
				see(r, b.SKU, b.Title)
			}
		case *fact.ProductEvent:
			see(r, b.SKU, b.Title)
		case *fact.Product:
			j, err := json.Marshal(b)
			if err != nil {
				return err
			}
			rev := state.Revision(r)
			products.Add(r.Shop+"\x00"+b.SKU+"\x00"+r.Source, rev, r.Shop, b.SKU, r.Source, rev, rank, at, string(j))
		case *fact.Price:
			rev := state.Revision(r)
			included := 0
			if b.TaxIncluded {
				included = 1
			}
			prices.Add(state.Key(r.Shop, b.SKU, b.Channel, at, r.Source), rev, r.Shop, b.SKU, b.Channel, at, r.Source, rev, rank, b.Currency, b.Amount, b.ListPrice, included)
		case *fact.Cost:
			rev := state.Revision(r)
			costs.Add(state.Key(r.Shop, b.SKU, at, r.Source), rev, r.Shop, b.SKU, at, r.Source, rev, rank, b.Currency, b.Amount, b.Supplier)
		}
	}
	args := make([]any, 0, 5*len(titles))
	for k, s := range titles {
		args = append(args, k.shop, k.sku, k.title, s.seen, s.last)
	}
	if _, err := t.Insert(ctx, "product_title ("+titleColumns+")", `ON CONFLICT (shop, sku, title) DO UPDATE SET seen = product_title.seen + excluded.seen,
		last_us = CASE WHEN excluded.last_us > product_title.last_us THEN excluded.last_us ELSE product_title.last_us END`, 5, args); err != nil {
		return err
	}
	return state.Flush(ctx, t, products, prices, costs)
}

// Settle has nothing to derive: readers choose among few rows.
func (*Fold) Settle(context.Context, *sqldb.Tx) error { return nil }
