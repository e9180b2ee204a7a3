package behaviour

import (
	"context"
	"time"

	"almanac/sqldb"
)

// Touches hands every product event since an instant to fn, by visitor, then time.
func (v *View) Touches(ctx context.Context, shop string, since time.Time, fn func(visitor string, t Touch) error) error {
	return v.db.Query(ctx, "SELECT visitor, sku, kind, at_us FROM product_touch WHERE shop = ? AND at_us >= ? ORDER BY shop, visitor, at_us, source, id",
		[]any{shop, sqldb.Micros(since)}, func(r sqldb.Row) error {
			var who string
			var t Touch
			var at int64
			if err := r.Scan(&who, &t.SKU, &t.Kind, &at); err != nil {
				return err
			}
			t.At = sqldb.Time(at)
			return fn(who, t)
		})
}
