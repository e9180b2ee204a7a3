package supply

import (
	"context"

	"almanac/sqldb"
)

// Receiving counts the purchase lines that were asked to be delivered to each place; places nobody named are left out.
func (v *View) Receiving(ctx context.Context, shop string) (map[string]int64, error) {
	out := map[string]int64{}
	err := v.db.Query(ctx, `SELECT loc, COUNT(*) FROM purchase_line WHERE shop = ? AND loc <> '' AND stage = 'purchase.placed' GROUP BY loc`, []any{shop}, func(r sqldb.Row) error {
		var loc string
		var n int64
		err := r.Scan(&loc, &n)
		out[loc] = n
		return err
	})
	return out, err
}
