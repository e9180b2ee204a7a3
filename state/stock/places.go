package stock

import (
	"context"
	"maps"
	"slices"
	"time"

	"almanac/fact"
	"almanac/sqldb"
)

// Positions sums every counted product over its places. Products never counted are not in the map.
func (v *View) Positions(ctx context.Context, shop string) (map[string]Position, error) {
	out := map[string]Position{}
	return out, v.Places(ctx, shop, func(p Position) {
		out[p.SKU] = merge(out[p.SKU], p)
	})
}

// ByPlace gives the position of every counted product at each of its places, by product and place.
func (v *View) ByPlace(ctx context.Context, shop string) (map[string]map[string]Position, error) {
	out := map[string]map[string]Position{}
	return out, v.Places(ctx, shop, func(p Position) {
		if out[p.SKU] == nil {
			out[p.SKU] = map[string]Position{}
		}
		out[p.SKU][p.Location] = p
	})
}

// Places hands what is there of every counted product at each of its places to fn, by product, then place.
func (v *View) Places(ctx context.Context, shop string, fn func(Position)) error {
	levels, err := v.Levels(ctx, shop, "")
	if err != nil {
		return err
	}
	for i := 0; i < len(levels); {
		j := i
		here := map[fact.Quantity]Level{}
		for ; j < len(levels) && levels[j].SKU == levels[i].SKU && levels[j].Location == levels[i].Location; j++ {
			here[levels[j].Quantity] = levels[j]
		}
		if p, ok := strike(here); ok {
			p.SKU, p.Location = levels[i].SKU, levels[i].Location
			fn(p)
		}
		i = j
	}
	return nil
}

// Sum is what there is of each product over all of its places.
func Sum(places map[string]map[string]Position) map[string]Position {
	out := make(map[string]Position, len(places))
	for sku, at := range places {
		for _, loc := range slices.Sorted(maps.Keys(at)) {
			out[sku] = merge(out[sku], at[loc])
		}
	}
	return out
}

// Sold is how many units of each product left each place as sales from a time on, where a source tells of that; by product and
// place. What several sources tell alike counts once.
func (v *View) Sold(ctx context.Context, shop string, from time.Time) (map[string]map[string]int64, error) {
	out := map[string]map[string]int64{}
	err := v.db.Query(ctx, `SELECT sku, loc, SUM(units) FROM (SELECT DISTINCT id, sku, loc, units FROM stock_move
		WHERE shop = ? AND reason = 'sale' AND at_us >= ?) told GROUP BY sku, loc`, []any{shop, sqldb.Micros(from)}, func(r sqldb.Row) error {
		var sku, loc string
		var units int64
		if err := r.Scan(&sku, &loc, &units); err != nil {
			return err
		}
		if out[sku] == nil {
			out[sku] = map[string]int64{}
		}
		out[sku][loc] = max(0, -units)
		return nil
	})
	return out, err
}
