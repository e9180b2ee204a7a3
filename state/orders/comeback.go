package orders

import (
	"context"

	"almanac/sqldb"
	"almanac/state"
)

// Demand hands fn the units of each product that were ordered, and not cancelled on the same day, on the days from first to last.
func (v *View) Demand(ctx context.Context, shop string, first, last state.Day, fn func(sku string, day state.Day, units int64)) error {
	return v.db.Query(ctx, `SELECT sku, day, units - cancelled FROM sales_day WHERE shop = ? AND day >= ? AND day <= ? AND units > cancelled ORDER BY sku, day`,
		[]any{shop, int64(first), int64(last)}, func(r sqldb.Row) error {
			var sku string
			var day, units int64
			err := r.Scan(&sku, &day, &units)
			if err == nil {
				fn(sku, state.Day(day), units)
			}
			return err
		})
}

// CameBack hands fn the units of each product that were sold from a day on and came back, with both days. Cancellations are left out.
func (v *View) CameBack(ctx context.Context, shop string, from state.Day, fn func(sku string, sold, back state.Day, units int64)) error {
	return v.db.Query(ctx, `SELECT u.sku, u.day, r.day, SUM(u.units) FROM order_undo u JOIN order_reversal r ON r.shop = u.shop AND r.source = u.source AND r.id = u.id
		WHERE u.shop = ? AND u.day >= ? AND u.cancelled = 0 GROUP BY u.sku, u.day, r.day ORDER BY u.sku, u.day, r.day`,
		[]any{shop, int64(from)}, func(r sqldb.Row) error {
			var sku string
			var sold, back, units int64
			err := r.Scan(&sku, &sold, &back, &units)
			if err == nil {
				fn(sku, state.Day(sold), state.Day(back), units)
			}
			return err
		})
}
