package orders

import (
	"context"
	"strings"

	"almanac/sqldb"
)

const (
	headColumns    = "shop, order_id, claim, customer, country, at_us, day, lines, units, gross, discount, shipping, services, cancelled, refunded, cur, reduced, postage, fees, tax, taxed, taxed_off, taxed_tax"
	cellColumns    = "shop, sku, day, orders, units, cancelled, returned, gross, discount, refunded, price_min, price_max"
	shopDayColumns = "shop, day, orders, customers, units, cancelled, returned, gross, discount, refunded"
)

// scope holds the conditions that restrict a derivation to what is dirty, or nothing for everything.
type scope struct{ order, document, cell, day, customer string }

var dirtyScope = scope{
	order:    "(shop, order_id) IN (SELECT shop, order_id FROM dirty_order)",
	document: "(shop, document) IN (SELECT shop, document FROM dirty_document)",
	cell:     "(shop, sku, day) IN (SELECT shop, sku, day FROM dirty_cell)",
	day:      "(shop, day) IN (SELECT shop, day FROM dirty_cell)",
	customer: "(shop, customer) IN (SELECT shop, customer FROM dirty_customer)",
}

var wholeScope = scope{"1 = 1", "1 = 1", "1 = 1", "1 = 1", "1 = 1"}

// Settle derives heads, sales by product and day, by day, and by customer for everything that Apply noted.
func (f *Fold) Settle(ctx context.Context, t *sqldb.Tx) error {
	var touched, others int64
	err := t.QueryRow(ctx, `SELECT (SELECT COUNT(*) FROM dirty_order),
		(SELECT COUNT(*) FROM dirty_document) + (SELECT COUNT(*) FROM dirty_cell) + (SELECT COUNT(*) FROM dirty_customer)`, nil, &touched, &others)
	if err != nil || touched+others == 0 {
		return err
	}
	s := dirtyScope
	if touched > f.Bulk {
		s = wholeScope // whose derivations read every line once: without the index they do it in one pass
	} else if _, err := t.Exec(ctx, bySKU); err != nil {
		return err
	}
	if err := believe(ctx, t, s); err != nil {
		return err
	}
	// Lines of an order may have been believed from another source before: their products change, too.
	if err := widen(ctx, t, s, false); err != nil {
		return err
	}
	if err := match(ctx, t, s); err != nil {
		return err
	}
	if err := widen(ctx, t, s, true); err != nil {
		return err
	}
	if err := derive(ctx, t, s); err != nil {
		return err
	}
	if _, err := t.Exec(ctx, bySKU); err != nil {
		return err
	}
	for _, table := range [...]string{"dirty_order", "dirty_document", "dirty_cell", "dirty_customer", "dirty_pair"} {
		if _, err := t.Exec(ctx, "DELETE FROM "+table); err != nil {
			return err
		}
	}
	return nil
}

// derive computes heads, what came back, and the sums.
func derive(ctx context.Context, t *sqldb.Tx, s scope) error {
	if err := exec(ctx, t, heads(s)...); err != nil {
		return err
	}
	if err := backs(ctx, t, s); err != nil {
		return err
	}
	if s != wholeScope {
		if err := exec(ctx, t, backDays(s)...); err != nil {
			return err
		}
	}
	if err := exec(ctx, t, sums(s)...); err != nil {
		return err
	}
	if err := places(ctx, t, s); err != nil {
		return err
	}
	return reportDays(ctx, t, s)
}

func exec(ctx context.Context, t *sqldb.Tx, qs ...string) error {
	for _, q := range qs {
		if _, err := t.Exec(ctx, q); err != nil {
			return err
		}
	}
	return nil
}

// backDays note the days on which something of the dirty orders and documents was paid back. No product is named.
func backDays(s scope) []string {
	const into = "INSERT INTO dirty_cell (shop, sku, day) SELECT DISTINCT shop, '', day FROM order_back WHERE "
	return []string{into + s.order + " ON CONFLICT DO NOTHING", into + "order_id = '' AND " + s.document + " ON CONFLICT DO NOTHING"}
}

// believe marks the lines and reversals of the source with the least claim as live, where several sources
// tell of the same order or document.
func believe(ctx context.Context, t *sqldb.Tx, s scope) error {
	return exec(ctx, t,
		`UPDATE order_line SET live = CASE WHEN claim = (SELECT MIN(o.claim) FROM order_line o
				WHERE o.shop = order_line.shop AND o.order_id = order_line.order_id) THEN 1 ELSE 0 END
			WHERE (shop, order_id) IN (SELECT shop, order_id FROM order_line WHERE `+s.order+` GROUP BY shop, order_id HAVING MIN(claim) <> MAX(claim))`,
		`UPDATE order_reversal SET live = CASE WHEN claim = (SELECT MIN(o.claim) FROM order_reversal o
				WHERE o.shop = order_reversal.shop AND o.document = order_reversal.document) THEN 1 ELSE 0 END
			WHERE (shop, document) IN (SELECT shop, document FROM order_reversal WHERE `+s.document+` GROUP BY shop, document HAVING MIN(claim) <> MAX(claim))`)
}

// ofOrder joins l to the dirty orders d. CROSS JOIN makes SQLite start from the few dirty rows.
const ofOrder = "l.shop = d.shop AND l.order_id = d.order_id"

// widen notes the products, days and customers of the dirty orders and documents. It runs before matching,
// for the state that was, and after it, for the state that is. In the whole scope nothing needs noting.
func widen(ctx context.Context, t *sqldb.Tx, s scope, after bool) error {
	if s == wholeScope {
		return nil
	}
	qs := append(backDays(s),
		`INSERT INTO dirty_order (shop, order_id) SELECT DISTINCT shop, order_id FROM order_reversal WHERE order_id <> '' AND `+s.document+` ON CONFLICT DO NOTHING`,
		`INSERT INTO dirty_cell (shop, sku, day) SELECT DISTINCT l.shop, l.sku, l.day FROM dirty_order d CROSS JOIN order_line l WHERE `+ofOrder+` ON CONFLICT DO NOTHING`,
		`INSERT INTO dirty_cell (shop, sku, day) SELECT DISTINCT shop, sku, day FROM order_reversal WHERE `+s.document+` ON CONFLICT DO NOTHING`,
		`INSERT INTO dirty_cell (shop, sku, day) SELECT DISTINCT l.shop, l.sku, l.day FROM dirty_order d CROSS JOIN order_undo l WHERE `+ofOrder+` ON CONFLICT DO NOTHING`)
	if after {
		qs = append(qs,
			`INSERT INTO dirty_customer (shop, customer) SELECT DISTINCT l.shop, l.customer FROM dirty_order d CROSS JOIN order_line l WHERE l.customer <> '' AND `+ofOrder+` ON CONFLICT DO NOTHING`,
			`INSERT INTO dirty_customer (shop, customer) SELECT DISTINCT l.shop, l.customer FROM dirty_order d CROSS JOIN order_head l WHERE l.customer <> '' AND `+ofOrder+` ON CONFLICT DO NOTHING`,
			`INSERT INTO dirty_customer (shop, customer) SELECT DISTINCT shop, customer FROM order_reversal WHERE customer <> '' AND `+s.document+` ON CONFLICT DO NOTHING`)
	}
	return exec(ctx, t, qs...)
}

// isSold is the condition for a line to count as a product sale: goods that were paid for. Free lines
// (samples, replacements) are no demand at a price.
const isSold = "live = 1 AND item = '' AND gross > 0"

// cancelledUnits are the units of a reversal r that undid lines on the day of their order.
const cancelledUnits = `COALESCE((SELECT SUM(u.units) FROM order_undo u
	WHERE u.shop = r.shop AND u.source = r.source AND u.id = r.id AND u.cancelled = 1), 0)`

// heads sum up orders.
func heads(s scope) []string {
	return s.in(
		"DELETE FROM order_head WHERE {order}",
		`INSERT INTO order_head (`+headColumns+`)
			SELECT shop, order_id, MIN(claim), MAX(customer), MAX(country), MIN(at_us), MIN(day), COUNT(*),
				SUM(CASE WHEN item = '' AND gross > 0 THEN units ELSE 0 END), SUM(CASE WHEN item = '' THEN gross ELSE 0 END),
				SUM(CASE WHEN item = '' THEN discount ELSE 0 END), SUM(shipping), SUM(CASE WHEN item = '' THEN 0 ELSE gross - discount END), 0, 0,
				MIN(cur), `+soldSums+`
			FROM order_line WHERE live = 1 AND {order} GROUP BY shop, order_id`,
		`UPDATE order_head SET cancelled = u.cancelled, refunded = u.refunded FROM (
				SELECT shop, order_id, SUM(CASE WHEN cancelled = 1 THEN units ELSE 0 END) AS cancelled, SUM(gross) AS refunded
				FROM order_undo WHERE {order} GROUP BY shop, order_id) u
			WHERE order_head.shop = u.shop AND order_head.order_id = u.order_id`)
}

// sums add up products and days, days, and customers.
func sums(s scope) []string {
	return s.in(
		`UPDATE order_head SET refunded = refunded + b.goods FROM (SELECT shop, order_id, SUM(goods) AS goods FROM order_back WHERE goods > 0 AND {order} GROUP BY shop, order_id) b
			WHERE order_head.shop = b.shop AND order_head.order_id = b.order_id`,
		"DELETE FROM sales_day WHERE {cell}",
		`INSERT INTO sales_day (`+cellColumns+`)
			SELECT shop, sku, day, COUNT(DISTINCT order_id), SUM(units), 0, 0, SUM(gross), SUM(discount), 0, MIN(gross / units), MAX(gross / units)
			FROM order_line WHERE {sold} AND {cell} GROUP BY shop, sku, day`,
		`INSERT INTO sales_day (`+cellColumns+`)
			SELECT shop, sku, day, 0, 0, SUM(units), 0, 0, 0, 0, 0, 0 FROM order_undo WHERE cancelled = 1 AND {cell} GROUP BY shop, sku, day
			ON CONFLICT (shop, sku, day) DO UPDATE SET cancelled = excluded.cancelled`,
		`INSERT INTO sales_day (`+cellColumns+`)
			SELECT r.shop, r.sku, r.day, 0, 0, 0, SUM(r.units - `+cancelledUnits+`), 0, 0, SUM(r.gross), 0, 0
			FROM order_reversal r
			WHERE r.live = 1 AND r.item = '' AND (r.shop, r.sku, r.day) IN (SELECT shop, sku, day FROM order_reversal WHERE {cell})
			GROUP BY r.shop, r.sku, r.day
			ON CONFLICT (shop, sku, day) DO UPDATE SET returned = excluded.returned, refunded = excluded.refunded`,

		"DELETE FROM shop_day WHERE {day}",
		`INSERT INTO shop_day (`+shopDayColumns+`)
			SELECT shop, day, SUM(CASE WHEN units > cancelled THEN 1 ELSE 0 END), COUNT(DISTINCT NULLIF(customer, '')),
				SUM(units), SUM(cancelled), 0, SUM(gross), SUM(discount), 0
			FROM order_head WHERE {day} GROUP BY shop, day`,
		`INSERT INTO shop_day (`+shopDayColumns+`)
			SELECT r.shop, r.day, 0, 0, 0, 0, SUM(r.units - `+cancelledUnits+`), 0, 0, SUM(r.gross)
			FROM order_reversal r
			WHERE r.live = 1 AND r.item = '' AND (r.shop, r.day) IN (SELECT shop, day FROM order_reversal WHERE {day})
			GROUP BY r.shop, r.day
			ON CONFLICT (shop, day) DO UPDATE SET returned = excluded.returned, refunded = excluded.refunded`,
		`INSERT INTO shop_day (`+shopDayColumns+`)
			SELECT shop, day, 0, 0, 0, 0, 0, 0, 0, SUM(goods) FROM order_back WHERE goods > 0 AND {day} GROUP BY shop, day
			ON CONFLICT (shop, day) DO UPDATE SET refunded = shop_day.refunded + excluded.refunded`,

		"DELETE FROM customer_value WHERE {customer}",
		`INSERT INTO customer_value (shop, customer, country, orders, net, first_day, last_day)
			SELECT shop, customer, MAX(country), SUM(CASE WHEN units > cancelled THEN 1 ELSE 0 END), SUM(gross - discount), MIN(day), MAX(day)
			FROM order_head WHERE customer <> '' AND {customer} GROUP BY shop, customer`,
		`UPDATE customer_value SET net = net - r.refunded FROM (
				SELECT shop, customer, SUM(gross) AS refunded FROM order_reversal
				WHERE customer <> '' AND live = 1 AND item = '' AND {customer} GROUP BY shop, customer) r
			WHERE customer_value.shop = r.shop AND customer_value.customer = r.customer`,
		`UPDATE customer_value SET net = net - b.goods FROM (
				SELECT h.shop, h.customer, SUM(b.goods) AS goods FROM order_head h JOIN order_back b ON b.shop = h.shop AND b.order_id = h.order_id
				WHERE h.customer <> '' AND b.goods > 0 AND (h.shop, h.customer) IN (SELECT shop, customer FROM customer_value WHERE {customer}) GROUP BY h.shop, h.customer) b
			WHERE customer_value.shop = b.shop AND customer_value.customer = b.customer`)
}

// in restricts statements to the scope.
func (s scope) in(qs ...string) []string {
	r := strings.NewReplacer("{order}", s.order, "{cell}", s.cell, "{day}", s.day, "{customer}", s.customer, "{sold}", isSold)
	for i := range qs {
		qs[i] = r.Replace(qs[i])
	}
	return qs
}
