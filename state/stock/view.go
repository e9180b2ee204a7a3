package stock

import (
	"context"
	"time"

	"almanac/fact"
	"almanac/sqldb"
)

// View reads what the fold keeps.
type View struct{ db *sqldb.DB }

// Open makes a view of a state store that also holds the view of orders.
func Open(db *sqldb.DB) *View { return &View{db} }

// Level is one counted quantity of one product at one place, brought forward to now.
type Level struct {
	SKU, Location string
	Quantity      fact.Quantity
	Units         int64
	Counted       int64     // as counted
	AsOf          time.Time // of the count
	Source        string
	Estimated     bool // sales since the count were taken off
}

// Levels lists the levels of one product, or of all where sku is empty, by product, place and quantity.
func (v *View) Levels(ctx context.Context, shop, sku string) ([]Level, error) {
	where, args := "shop = ?", []any{shop}
	if sku != "" {
		where += " AND sku = ?"
		args = append(args, sku)
	}
	var out []Level
	err := v.db.Query(ctx, `SELECT sku, loc, quantity, as_of_us, source, units FROM stock_count WHERE `+where+`
		ORDER BY sku, loc, quantity, as_of_us DESC, rank, rev DESC, source`, args, func(r sqldb.Row) error {
		var l Level
		var at int64
		if err := r.Scan(&l.SKU, &l.Location, &l.Quantity, &at, &l.Source, &l.Counted); err != nil {
			return err
		}
		if n := len(out); n > 0 && out[n-1].SKU == l.SKU && out[n-1].Location == l.Location && out[n-1].Quantity == l.Quantity {
			return nil // an older count
		}
		l.AsOf, l.Units = sqldb.Time(at), l.Counted
		out = append(out, l)
		return nil
	})
	if err != nil || len(out) == 0 {
		return out, err
	}
	return out, v.bringForward(ctx, shop, out)
}

type place struct{ sku, loc string }

// bringForward adds what moved after each count of goods on hand or available.
func (v *View) bringForward(ctx context.Context, shop string, levels []Level) error {
	oldest := levels[0].AsOf
	at := map[place][]int{}
	places := map[string]int{} // locations counted by product
	for i, l := range levels {
		if l.AsOf.Before(oldest) {
			oldest = l.AsOf
		}
		if l.Quantity == fact.OnHand || l.Quantity == fact.Available {
			k := place{l.SKU, l.Location}
			if len(at[k]) == 0 {
				places[l.SKU]++
			}
			at[k] = append(at[k], i)
		}
	}
	add := func(k place, us, units int64, estimated bool) {
		for _, i := range at[k] {
			if l := &levels[i]; us > sqldb.Micros(l.AsOf) {
				l.Units += units
				l.Estimated = l.Estimated || estimated
			}
		}
	}
	sales := map[string]bool{} // products whose sales a source tells as moves
	err := v.db.Query(ctx, `SELECT sku, loc, at_us, units, reason FROM stock_move WHERE shop = ? AND at_us > ?`,
		[]any{shop, sqldb.Micros(oldest)}, func(r sqldb.Row) error {
			var k place
			var us, units int64
			var reason string
			if err := r.Scan(&k.sku, &k.loc, &us, &units, &reason); err != nil {
				return err
			}
			if reason == "sale" {
				sales[k.sku] = true
			}
			add(k, us, units, false)
			return nil
		})
	if err != nil {
		return err
	}
	// Sales are known by product only; they can be taken off where the product lies at one place.
	return v.db.Query(ctx, `SELECT l.sku, l.at_us, l.units FROM (SELECT DISTINCT shop, sku FROM stock_count WHERE shop = ?) c
		JOIN order_line l ON l.shop = c.shop AND l.sku = c.sku AND l.day >= ?
		WHERE l.live = 1 AND l.item = '' AND l.at_us > ?`,
		[]any{shop, sqldb.Micros(oldest)/86_400_000_000 - 1, sqldb.Micros(oldest)}, func(r sqldb.Row) error {
			var sku string
			var us, units int64
			if err := r.Scan(&sku, &us, &units); err != nil {
				return err
			}
			if sales[sku] || places[sku] != 1 {
				return nil
			}
			for k := range at {
				if k.sku == sku {
					add(k, us, -units, true)
				}
			}
			return nil
		})
}

// Position is what is there of one product over all places.
type Position struct {
	SKU       string
	OnHand    int64 // or available, where a source counts only that
	Available int64 // on hand − committed − unavailable, or as counted
	Incoming  int64
	CountedAt time.Time // the oldest count in the sum
	Source    string
	Estimated bool
	Negative  bool // some place holds less than nothing: a finding, not a stock-out
}

// Positions sums every counted product over its places. Products never counted are not in the map.
func (v *View) Positions(ctx context.Context, shop string) (map[string]Position, error) {
	levels, err := v.Levels(ctx, shop, "")
	if err != nil {
		return nil, err
	}
	out := map[string]Position{}
	for i := 0; i < len(levels); {
		j := i
		here := map[fact.Quantity]Level{}
		for ; j < len(levels) && levels[j].SKU == levels[i].SKU && levels[j].Location == levels[i].Location; j++ {
			here[levels[j].Quantity] = levels[j]
		}
		if p, ok := strike(here); ok {
			out[levels[i].SKU] = merge(out[levels[i].SKU], p, levels[i].SKU)
		}
		i = j
	}
	return out, nil
}

// strike makes the position at one place from its levels; available is on hand less committed and
// unavailable only where it was not itself counted, so that nothing is subtracted twice.
func strike(l map[fact.Quantity]Level) (Position, bool) {
	onHand, counted := l[fact.OnHand]
	available, direct := l[fact.Available]
	if !counted && !direct {
		return Position{}, false
	}
	base := onHand
	if !counted {
		base = available
	}
	p := Position{OnHand: base.Units, CountedAt: base.AsOf, Source: base.Source, Estimated: base.Estimated || available.Estimated, Incoming: l[fact.Incoming].Units}
	if direct {
		p.Available = available.Units
	} else {
		p.Available = onHand.Units - l[fact.Committed].Units - l[fact.Unavailable].Units
	}
	p.Negative = p.OnHand < 0
	return p, true
}

func merge(a, b Position, sku string) Position {
	if a.SKU == "" {
		b.SKU = sku
		return b
	}
	a.OnHand += b.OnHand
	a.Available += b.Available
	a.Incoming += b.Incoming
	if b.CountedAt.Before(a.CountedAt) {
		a.CountedAt = b.CountedAt
	}
	if fact.Synthetic(b.Source) {
		a.Source = b.Source // a sum with made-up parts is made up
	}
	a.Estimated = a.Estimated || b.Estimated
	a.Negative = a.Negative || b.Negative
	return a
}

// Unanchored lists products with moves but no count: their balance cannot be known.
func (v *View) Unanchored(ctx context.Context, shop string) (skus []string, err error) {
	err = v.db.Query(ctx, `SELECT DISTINCT sku FROM stock_move m WHERE shop = ? AND NOT EXISTS (
		SELECT 1 FROM stock_count c WHERE c.shop = m.shop AND c.sku = m.sku) ORDER BY sku`, []any{shop}, func(r sqldb.Row) error {
		var s string
		err := r.Scan(&s)
		skus = append(skus, s)
		return err
	})
	return skus, err
}
