package catalog

import (
	"context"
	"time"

	"almanac/sqldb"
)

// Prices is the asking price of every product that has one, as of an instant, by SKU: what [View.Price] answers for one.
func (v *View) Prices(ctx context.Context, shop string, at time.Time) (map[string]Price, error) {
	out := map[string]Price{}
	err := v.db.Query(ctx, `SELECT sku, cur, amount, list, tax_inc, at_us FROM price WHERE shop = ? AND channel = '' AND at_us <= ?
		ORDER BY sku, rank, at_us DESC, rev DESC, source`, []any{shop, sqldb.Micros(at)}, func(r sqldb.Row) error {
		var p Price
		var us, included int64
		if err := r.Scan(&p.SKU, &p.Currency, &p.Amount, &p.ListPrice, &included, &us); err != nil {
			return err
		}
		p.At, p.TaxIncluded = sqldb.Time(us), included == 1
		if _, ok := out[p.SKU]; !ok {
			out[p.SKU] = p
		}
		return nil
	})
	return out, err
}

// PricesBefore hands every asking price that was set before an instant to fn, by SKU, then time: those of the best source that
// prices the product, in the channel "" that stands for all.
func (v *View) PricesBefore(ctx context.Context, shop string, before time.Time, fn func(Price) error) error {
	sku, best := "", int64(0)
	return v.db.Query(ctx, `SELECT sku, cur, amount, list, at_us, rank FROM price WHERE shop = ? AND channel = '' AND at_us < ?
		ORDER BY sku, rank, at_us, rev, source`, []any{shop, sqldb.Micros(before)}, func(r sqldb.Row) error {
		var p Price
		var us, rank int64
		if err := r.Scan(&p.SKU, &p.Currency, &p.Amount, &p.ListPrice, &us, &rank); err != nil {
			return err
		}
		if p.SKU != sku {
			sku, best = p.SKU, rank
		}
		if rank != best {
			return nil
		}
		p.At = sqldb.Time(us)
		return fn(p)
	})
}
