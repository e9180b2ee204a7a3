package exposure

import (
	"context"
	"time"

	"almanac/sqldb"
	"almanac/state"
)

// View reads what the fold keeps.
type View struct{ db *sqldb.DB }

// Open makes a view of a state store.
func Open(db *sqldb.DB) *View { return &View{db} }

// Sides counts the visitors who saw their first list at an instant or later, by side. Both are those who saw lists of both
// sides, as the holdout or its salt was changed; nothing can be told from them.
type Sides struct{ Treated, Held, Both int64 }

// Sides counts visitors.
func (v *View) Sides(ctx context.Context, shop string, since time.Time) (s Sides, err error) {
	err = v.db.QueryRow(ctx, `SELECT COALESCE(SUM(CASE WHEN held = 0 THEN 1 ELSE 0 END), 0), COALESCE(SUM(CASE WHEN treated = 0 THEN 1 ELSE 0 END), 0),
			COALESCE(SUM(CASE WHEN treated > 0 AND held > 0 THEN 1 ELSE 0 END), 0)
		FROM exposure_visitor WHERE shop = ? AND first_us >= ?`, []any{shop, sqldb.Micros(since)}, &s.Treated, &s.Held, &s.Both)
	return s, err
}

// Purchase is one product of an order that a visitor placed after their first list. Money is in minor units after discounts and
// without tax; what was cancelled or came back since is taken off.
type Purchase struct {
	Visitor, Arm, Order, SKU, Currency string
	Units, Net                         int64
}

// Purchases hands what visitors bought after they saw their first list, at since or later, to fn, by visitor. An order is a
// visitor's where it names them, or where its customer is them or is known to be the same person. Visitors who saw
// both sides are left out.
func (v *View) Purchases(ctx context.Context, shop string, since time.Time, fn func(Purchase) error) error {
	us := sqldb.Micros(since)
	day := int64(state.DayOf(since, time.UTC)) - 1 // days are the shop's; the exact instant is asked for below
	return v.db.Query(ctx, `WITH who AS (
			SELECT l.order_id AS order_id, l.visitor AS visitor FROM order_head h JOIN order_line l ON l.shop = h.shop AND l.order_id = h.order_id
				WHERE h.shop = ? AND h.day >= ? AND l.live = 1 AND l.visitor <> ''
			UNION SELECT h.order_id, h.customer FROM order_head h WHERE h.shop = ? AND h.day >= ? AND h.customer <> ''
			UNION SELECT h.order_id, SUBSTR(o.node, 9) FROM order_head h
				JOIN identity_member m ON m.shop = h.shop AND m.node = 'customer:' || h.customer
				JOIN identity_member o ON o.shop = m.shop AND o.person = m.person
				WHERE h.shop = ? AND h.day >= ? AND h.customer <> '' AND o.shared = 0 AND SUBSTR(o.node, 1, 8) = 'visitor:')
		SELECT e.visitor, CASE WHEN e.held = 0 THEN '`+Treatment+`' ELSE '`+Control+`' END, l.order_id, l.sku, l.cur,
			l.units - COALESCE((SELECT SUM(u.units) FROM order_undo u WHERE u.shop = l.shop AND u.order_id = l.order_id AND u.line_source = l.source AND u.line_id = l.line), 0),
			l.gross - l.discount - COALESCE((SELECT SUM(u.gross) FROM order_undo u WHERE u.shop = l.shop AND u.order_id = l.order_id AND u.line_source = l.source AND u.line_id = l.line), 0)
		FROM who w
		JOIN exposure_visitor e ON e.shop = ? AND e.visitor = w.visitor AND e.first_us >= ? AND (e.treated = 0 OR e.held = 0)
		JOIN order_line l ON l.shop = e.shop AND l.order_id = w.order_id AND l.at_us >= e.first_us
		WHERE l.live = 1 AND l.item = '' AND l.gross > 0
		ORDER BY e.visitor, l.order_id, l.source, l.line`, []any{shop, day, shop, day, shop, day, shop, us}, func(r sqldb.Row) error {
		var p Purchase
		if err := r.Scan(&p.Visitor, &p.Arm, &p.Order, &p.SKU, &p.Currency, &p.Units, &p.Net); err != nil {
			return err
		}
		return fn(p)
	})
}

// Shown counts the lists that each product was in, over the days from first to last.
func (v *View) Shown(ctx context.Context, shop string, from, to state.Day) (map[string]int64, error) {
	return sqldb.Totals(ctx, v.db, "SELECT sku, SUM(lists) FROM exposure_sku_day WHERE shop = ? AND day >= ? AND day <= ? GROUP BY sku",
		shop, int64(from), int64(to))
}

// PlacementTotal is how many lists a placement showed, and how many places they had.
type PlacementTotal struct {
	Placement, Arm string
	Lists, Places  int64
}

// Placements sums the days from first to last by placement and side.
func (v *View) Placements(ctx context.Context, shop string, from, to state.Day) (out []PlacementTotal, err error) {
	err = v.db.Query(ctx, `SELECT placement, arm, SUM(lists), SUM(places) FROM exposure_day
		WHERE shop = ? AND day >= ? AND day <= ? GROUP BY placement, arm ORDER BY placement, arm`, []any{shop, int64(from), int64(to)}, func(r sqldb.Row) error {
		var p PlacementTotal
		err := r.Scan(&p.Placement, &p.Arm, &p.Lists, &p.Places)
		out = append(out, p)
		return err
	})
	return out, err
}
