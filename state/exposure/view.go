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

// people are the persons who saw their first list at an instant or later (shop, then µs). Browsers that are known to be one
// person's are one: their side is that of the first list that they saw on any of them, and mixed says that one of them saw lists of
// both sides, as the draw was changed, from which nothing can be told.
const people = `named AS (
		SELECT e.shop AS shop, e.visitor AS visitor, e.first_us AS first_us, e.treated AS treated, e.held AS held,
			COALESCE(v.person, c.person, 'visitor:' || e.visitor) AS who
		FROM exposure_visitor e
		LEFT JOIN identity_member v ON v.shop = e.shop AND v.node = 'visitor:' || e.visitor AND v.shared = 0
		LEFT JOIN identity_member c ON c.shop = e.shop AND c.node = 'customer:' || e.visitor AND c.shared = 0
		WHERE e.shop = ?),
	person AS (
		SELECT who, MIN(first_us) AS first_us, MIN(CASE WHEN treated > 0 THEN first_us END) AS treated_us, MIN(CASE WHEN held > 0 THEN first_us END) AS held_us,
			MAX(CASE WHEN treated > 0 AND held > 0 THEN 1 ELSE 0 END) AS mixed
		FROM named GROUP BY who HAVING MIN(first_us) >= ?)`

// first says whether a person's first list was one of a side.
const (
	firstTreated = "(held_us IS NULL OR treated_us <= held_us)"
	firstHeld    = "(treated_us IS NULL OR held_us < treated_us)"
)

// Sides counts the people who saw their first list at an instant or later, by the side of that list. Both are those one of whose
// browsers saw lists of both sides, as the holdout or its salt was changed; nothing can be told from them. Crossed are those of
// Treated and Held who saw lists of the other side on another of their browsers.
type Sides struct{ Treated, Held, Both, Crossed int64 }

// Sides counts people.
func (v *View) Sides(ctx context.Context, shop string, since time.Time) (s Sides, err error) {
	err = v.db.QueryRow(ctx, `WITH `+people+`
		SELECT COALESCE(SUM(CASE WHEN mixed = 0 AND `+firstTreated+` THEN 1 ELSE 0 END), 0), COALESCE(SUM(CASE WHEN mixed = 0 AND `+firstHeld+` THEN 1 ELSE 0 END), 0),
			COALESCE(SUM(mixed), 0), COALESCE(SUM(CASE WHEN mixed = 0 AND treated_us IS NOT NULL AND held_us IS NOT NULL THEN 1 ELSE 0 END), 0)
		FROM person`, []any{shop, sqldb.Micros(since)}, &s.Treated, &s.Held, &s.Both, &s.Crossed)
	return s, err
}

// Purchase is one product of an order that somebody placed after their first list. Money is in minor units after discounts and
// without tax; what was cancelled or came back since is taken off.
type Purchase struct {
	Person, Arm, Order, SKU, Currency string
	Units, Net                        int64
}

// Purchases hands what people bought after they saw their first list, at since or later, to fn, by person. An order is somebody's
// where it names one of their browsers, or where its customer is them. People one of whose browsers saw both sides are left out.
func (v *View) Purchases(ctx context.Context, shop string, since time.Time, fn func(Purchase) error) error {
	us := sqldb.Micros(since)
	day := int64(state.DayOf(since, time.UTC)) - 1 // days are the shop's; the exact instant is asked for below
	return v.db.Query(ctx, `WITH `+people+`, bought AS (
			SELECT l.order_id AS order_id, n.who AS who FROM order_head h JOIN order_line l ON l.shop = h.shop AND l.order_id = h.order_id
				JOIN named n ON n.shop = l.shop AND n.visitor = l.visitor
				WHERE h.shop = ? AND h.day >= ? AND l.live = 1 AND l.visitor <> ''
			UNION SELECT h.order_id, n.who FROM order_head h JOIN named n ON n.shop = h.shop AND n.visitor = h.customer
				WHERE h.shop = ? AND h.day >= ? AND h.customer <> ''
			UNION SELECT h.order_id, m.person FROM order_head h JOIN identity_member m ON m.shop = h.shop AND m.node = 'customer:' || h.customer
				WHERE h.shop = ? AND h.day >= ? AND h.customer <> '')
		SELECT p.who, CASE WHEN `+firstTreated+` THEN '`+Treatment+`' ELSE '`+Control+`' END, l.order_id, l.sku, l.cur,
			l.units - COALESCE((SELECT SUM(u.units) FROM order_undo u WHERE u.shop = l.shop AND u.order_id = l.order_id AND u.line_source = l.source AND u.line_id = l.line), 0),
			l.gross - l.discount - COALESCE((SELECT SUM(u.gross) FROM order_undo u WHERE u.shop = l.shop AND u.order_id = l.order_id AND u.line_source = l.source AND u.line_id = l.line), 0)
		FROM bought b
		JOIN person p ON p.who = b.who AND p.mixed = 0
		JOIN order_line l ON l.shop = ? AND l.order_id = b.order_id AND l.at_us >= p.first_us
		WHERE l.live = 1 AND l.item = '' AND l.gross > 0
		ORDER BY p.who, l.order_id, l.source, l.line`, []any{shop, us, shop, day, shop, day, shop, day, shop}, func(r sqldb.Row) error {
		var p Purchase
		if err := r.Scan(&p.Person, &p.Arm, &p.Order, &p.SKU, &p.Currency, &p.Units, &p.Net); err != nil {
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
