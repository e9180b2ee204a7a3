package stock

import (
	"context"
	"time"

	"almanac/sqldb"
)

// Returned hands fn the units of each product that were put back on the shelf from a time on, out of what customers returned (moves of
// reason return or returned). What several sources tell alike counts once.
func (v *View) Returned(ctx context.Context, shop string, from time.Time, fn func(sku string, at time.Time, units int64)) error {
	return v.db.Query(ctx, `SELECT sku, at_us, SUM(units) FROM (SELECT DISTINCT id, sku, at_us, units FROM stock_move
		WHERE shop = ? AND reason IN ('return', 'returned') AND units > 0 AND at_us >= ?) told GROUP BY sku, at_us ORDER BY sku, at_us`,
		[]any{shop, sqldb.Micros(from)}, func(r sqldb.Row) error {
			var sku string
			var at, units int64
			err := r.Scan(&sku, &at, &units)
			if err == nil {
				fn(sku, sqldb.Time(at), units)
			}
			return err
		})
}
