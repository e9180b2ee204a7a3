package orders

import (
	"context"
	"slices"
	"strings"

	"almanac/sqldb"
)

// pair is a customer and a product: a reversal that does not name its order undoes an earlier purchase of
// the same product by the same customer.
type pair struct{ shop, customer, sku string }

type reversal struct {
	source, id, order   string
	at, day, units, sum int64
	cancelled, live     bool
}

// matchable: without a customer only the order that is named can tell what is undone.
func (r reversal) matchable(p pair) bool { return r.live && (p.customer != "" || r.order != "") }

type line struct {
	order, source, id    string
	at, day, units, left int64
}

// match finds for every reversal the lines that it undoes: those of the order it names, or else the
// customer's latest earlier purchases of the product (last in, first out). What is undone on the day of the
// order, or is told as a cancellation, is cancelled; the rest is returned. Units that match no line stay a
// return of an unknown order. The answer depends on the set of facts only, not on their arrival.
func match(ctx context.Context, t *sqldb.Tx, s scope) error {
	pairs, err := pairsOf(ctx, t, s)
	if err != nil || len(pairs) == 0 {
		return err
	}
	reversals, err := loadReversals(ctx, t, s, pairs)
	if err != nil {
		return err
	}
	for p := range pairs {
		if !slices.ContainsFunc(reversals[p], func(r reversal) bool { return r.matchable(p) }) {
			delete(pairs, p) // nothing to match; guests' purchases of a product would be many
		}
	}
	lines, err := loadLines(ctx, t, s, pairs)
	if err != nil {
		return err
	}
	var keys []any
	var rows []any
	d := newDirty()
	for p, rs := range reversals {
		for _, r := range rs {
			keys = append(keys, p.shop, r.source, r.id)
		}
		rows = allot(p, rs, lines[p], rows)
	}
	if err := forget(ctx, t, s, keys, d); err != nil {
		return err
	}
	const width = 11
	for i := 0; i < len(rows); i += width {
		d.orders[[2]string{rows[i].(string), rows[i+3].(string)}] = true
	}
	if _, err := t.Insert(ctx, "order_undo (shop, source, id, order_id, line_source, line_id, sku, day, units, gross, cancelled)", "", width, rows); err != nil {
		return err
	}
	if s == wholeScope {
		return nil
	}
	return d.flush(ctx, t)
}

// allot hands the units of reversals, earliest first, to lines, latest first.
func allot(p pair, rs []reversal, ls []line, rows []any) []any {
	for _, r := range rs {
		if !r.matchable(p) {
			continue
		}
		left, money := r.units, r.sum
		for i := len(ls) - 1; i >= 0 && left > 0; i-- {
			l := &ls[i]
			if l.at > r.at || l.left == 0 || (r.order != "" && l.order != r.order) {
				continue
			}
			n := min(left, l.left)
			share := money
			if n < left {
				share = money * n / left
			}
			l.left -= n
			left -= n
			money -= share
			rows = append(rows, p.shop, r.source, r.id, l.order, l.source, l.id, p.sku, l.day, n, share, truth(r.cancelled || r.day == l.day))
		}
	}
	return rows
}

// pairsOf finds the pairs whose reversals have to be matched: those of dirty documents, those of dirty
// orders that have reversals at all, and those that a revision has left.
func pairsOf(ctx context.Context, t *sqldb.Tx, s scope) (map[pair]bool, error) {
	pairs := map[pair]bool{}
	scan := func(r sqldb.Row) error {
		var p pair
		err := r.Scan(&p.shop, &p.customer, &p.sku)
		pairs[p] = true
		return err
	}
	if err := t.Query(ctx, "SELECT DISTINCT shop, customer, sku FROM order_reversal WHERE "+s.document, nil, scan); err != nil || s == wholeScope {
		return pairs, err
	}
	if err := t.Query(ctx, "SELECT shop, customer, sku FROM dirty_pair", nil, scan); err != nil {
		return nil, err
	}
	err := t.Query(ctx, `SELECT DISTINCT r.shop, r.customer, r.sku FROM dirty_order d CROSS JOIN order_line l CROSS JOIN order_reversal r
		WHERE `+ofOrder+` AND r.shop = l.shop AND r.customer = l.customer AND r.sku = l.sku`, nil, scan)
	return pairs, err
}

const reversalFields = "shop, customer, sku, source, id, order_id, at_us, day, units, gross, cancelled, live"

func loadReversals(ctx context.Context, t *sqldb.Tx, s scope, pairs map[pair]bool) (map[pair][]reversal, error) {
	out := map[pair][]reversal{}
	scan := func(row sqldb.Row) error {
		var p pair
		var r reversal
		var cancelled, live int64
		err := row.Scan(&p.shop, &p.customer, &p.sku, &r.source, &r.id, &r.order, &r.at, &r.day, &r.units, &r.sum, &cancelled, &live)
		r.cancelled, r.live = cancelled == 1, live == 1
		out[p] = append(out[p], r)
		return err
	}
	err := perPair(s, pairs, func(where string, args []any) error {
		return t.Query(ctx, "SELECT "+reversalFields+" FROM order_reversal WHERE "+where, args, scan)
	})
	for _, rs := range out {
		slices.SortFunc(rs, func(a, b reversal) int { return byTime(a.at, b.at, a.source+"\x00"+a.id, b.source+"\x00"+b.id) })
	}
	return out, err
}

func loadLines(ctx context.Context, t *sqldb.Tx, s scope, pairs map[pair]bool) (map[pair][]line, error) {
	out := map[pair][]line{}
	scan := func(row sqldb.Row) error {
		var p pair
		var l line
		if err := row.Scan(&p.shop, &p.customer, &p.sku, &l.order, &l.source, &l.id, &l.at, &l.day, &l.units); err != nil {
			return err
		}
		l.left = l.units
		out[p] = append(out[p], l)
		return nil
	}
	err := perPair(s, pairs, func(where string, args []any) error {
		if s == wholeScope {
			// One pass over all lines; the expression keeps SQLite from looking every pair up by product.
			where = "(shop || '', customer, sku) IN (SELECT shop, customer, sku FROM order_reversal)"
		}
		return t.Query(ctx, "SELECT shop, customer, sku, order_id, source, line, at_us, day, units FROM order_line WHERE live = 1 AND "+where, args, scan)
	})
	for _, ls := range out {
		slices.SortFunc(ls, func(a, b line) int {
			return byTime(a.at, b.at, a.order+"\x00"+a.source+"\x00"+a.id, b.order+"\x00"+b.source+"\x00"+b.id)
		})
	}
	return out, err
}

// perPair runs a query once for everything, or for some pairs at a time.
func perPair(s scope, pairs map[pair]bool, query func(where string, args []any) error) error {
	if s == wholeScope {
		return query("1 = 1", nil)
	}
	var args []any
	for p := range pairs {
		args = append(args, p.shop, p.customer, p.sku)
	}
	for len(args) > 0 {
		n := min(len(args), 3*100)
		where := "(" + strings.TrimSuffix(strings.Repeat("(shop = ? AND customer = ? AND sku = ?) OR ", n/3), " OR ") + ")"
		if err := query(where, args[:n]); err != nil {
			return err
		}
		args = args[n:]
	}
	return nil
}

// forget removes the former matches of reversals and notes the orders that they touched.
func forget(ctx context.Context, t *sqldb.Tx, s scope, keys []any, d *dirty) error {
	if s == wholeScope {
		_, err := t.Exec(ctx, "DELETE FROM order_undo")
		return err
	}
	for len(keys) > 0 {
		n := min(len(keys), 3*100)
		where := "(shop, source, id) IN (VALUES " + strings.TrimSuffix(strings.Repeat("(?,?,?),", n/3), ",") + ")"
		err := t.Query(ctx, "SELECT shop, order_id, sku, day FROM order_undo WHERE "+where, keys[:n], func(r sqldb.Row) error {
			var order string
			var c cell
			if err := r.Scan(&c.shop, &order, &c.sku, &c.day); err != nil {
				return err
			}
			d.orders[[2]string{c.shop, order}] = true
			d.cells[c] = true
			return nil
		})
		if err != nil {
			return err
		}
		if _, err := t.Exec(ctx, "DELETE FROM order_undo WHERE "+where, keys[:n]...); err != nil {
			return err
		}
		keys = keys[n:]
	}
	return nil
}

func byTime(a, b int64, x, y string) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return strings.Compare(x, y)
}
