package orders

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

// DaySales is what was sold of something on one day. Only product lines that were paid for count. Money is
// in minor units without tax.
type DaySales struct {
	Orders    int64 // with at least one such line
	Units     int64 // as ordered
	Cancelled int64 // of those, undone on the same shop day
	Returned  int64 // units that came back on this day, cancellations left out
	Gross     int64 // before discounts
	Discount  int64
	Refunded  int64 // value of what was cancelled or returned on this day
}

// Net is gross less discounts and what was refunded.
func (d DaySales) Net() int64 { return d.Gross - d.Discount - d.Refunded }

// Demand is what was wanted: units ordered and not cancelled on the same day.
func (d DaySales) Demand() int64 { return d.Units - d.Cancelled }

// Coverage is the first and last day with an order or reversal; ok is false where there is none.
func (v *View) Coverage(ctx context.Context, shop string) (first, last state.Day, ok bool, err error) {
	var a, b *int64
	err = v.db.QueryRow(ctx, "SELECT MIN(day), MAX(day) FROM shop_day WHERE shop = ?", []any{shop}, &a, &b)
	if err != nil || a == nil || b == nil {
		return 0, 0, false, err
	}
	return state.Day(*a), state.Day(*b), true, nil
}

// DailySales hands the sales of every product and day before a day to fn, by product, then day.
func (v *View) DailySales(ctx context.Context, shop string, before state.Day, fn func(sku string, day state.Day, d DaySales) error) error {
	return v.db.Query(ctx, `SELECT sku, day, orders, units, cancelled, returned, gross, discount, refunded FROM sales_day
		WHERE shop = ? AND day < ? ORDER BY shop, sku, day`, []any{shop, int64(before)}, func(r sqldb.Row) error {
		var sku string
		var day int64
		var d DaySales
		if err := r.Scan(&sku, &day, &d.Orders, &d.Units, &d.Cancelled, &d.Returned, &d.Gross, &d.Discount, &d.Refunded); err != nil {
			return err
		}
		return fn(sku, state.Day(day), d)
	})
}

// ShopDay is the sales of a whole shop on one day. Orders that were cancelled whole are left out.
type ShopDay struct {
	Day state.Day
	DaySales
	Customers int64 // known customers who ordered
}

// ShopDays lists the days from first to last that have orders or reversals.
func (v *View) ShopDays(ctx context.Context, shop string, from, to state.Day) (out []ShopDay, err error) {
	err = v.db.Query(ctx, `SELECT day, orders, customers, units, cancelled, returned, gross, discount, refunded FROM shop_day
		WHERE shop = ? AND day >= ? AND day <= ? ORDER BY day`, []any{shop, int64(from), int64(to)}, func(r sqldb.Row) error {
		var day int64
		var d ShopDay
		err := r.Scan(&day, &d.Orders, &d.Customers, &d.Units, &d.Cancelled, &d.Returned, &d.Gross, &d.Discount, &d.Refunded)
		d.Day = state.Day(day)
		out = append(out, d)
		return err
	})
	return out, err
}

// ProductTotal is what was sold of one product over some days.
type ProductTotal struct {
	SKU string
	DaySales
	PriceMin, PriceMax int64     // of one unit as charged; 0 where nothing was sold
	LastSold           state.Day // 0 where nothing was sold
}

// ProductTotals sums the days from first to last by product.
func (v *View) ProductTotals(ctx context.Context, shop string, from, to state.Day) (out []ProductTotal, err error) {
	err = v.db.Query(ctx, `SELECT sku, SUM(orders), SUM(units), SUM(cancelled), SUM(returned), SUM(gross), SUM(discount), SUM(refunded),
			COALESCE(MIN(CASE WHEN units > 0 THEN price_min END), 0), MAX(price_max), COALESCE(MAX(CASE WHEN units > 0 THEN day END), 0)
		FROM sales_day WHERE shop = ? AND day >= ? AND day <= ? GROUP BY sku ORDER BY sku`, []any{shop, int64(from), int64(to)}, func(r sqldb.Row) error {
		var p ProductTotal
		var last int64
		err := r.Scan(&p.SKU, &p.Orders, &p.Units, &p.Cancelled, &p.Returned, &p.Gross, &p.Discount, &p.Refunded, &p.PriceMin, &p.PriceMax, &last)
		p.LastSold = state.Day(last)
		out = append(out, p)
		return err
	})
	return out, err
}

// ProductDay is the sales of one product on one day.
type ProductDay struct {
	Day state.Day
	DaySales
}

// ProductDays lists the days of one product.
func (v *View) ProductDays(ctx context.Context, shop, sku string) (out []ProductDay, err error) {
	err = v.db.Query(ctx, `SELECT day, orders, units, cancelled, returned, gross, discount, refunded FROM sales_day
		WHERE shop = ? AND sku = ? ORDER BY day`, []any{shop, sku}, func(r sqldb.Row) error {
		var day int64
		var d ProductDay
		err := r.Scan(&day, &d.Orders, &d.Units, &d.Cancelled, &d.Returned, &d.Gross, &d.Discount, &d.Refunded)
		d.Day = state.Day(day)
		out = append(out, d)
		return err
	})
	return out, err
}

// PricePoint is one unit price that a product was sold at.
type PricePoint struct {
	Price       int64 // minor units, without tax, before discounts
	Units       int64
	First, Last state.Day
}

// PricePoints lists the unit prices of one product, lowest first.
func (v *View) PricePoints(ctx context.Context, shop, sku string) (out []PricePoint, err error) {
	err = v.db.Query(ctx, `SELECT gross / units, SUM(units), MIN(day), MAX(day) FROM order_line
		WHERE shop = ? AND sku = ? AND `+isSold+` GROUP BY gross / units ORDER BY gross / units`, []any{shop, sku}, func(r sqldb.Row) error {
		var p PricePoint
		var first, last int64
		err := r.Scan(&p.Price, &p.Units, &first, &last)
		p.First, p.Last = state.Day(first), state.Day(last)
		out = append(out, p)
		return err
	})
	return out, err
}

// Baskets hands every order before a day that was not cancelled whole to fn, in time order, with the
// distinct products in it.
func (v *View) Baskets(ctx context.Context, shop string, before state.Day, fn func(order string, at time.Time, customer string, skus []string) error) error {
	var order, customer string
	var at int64
	var skus []string
	flush := func() error {
		if len(skus) == 0 {
			return nil
		}
		err := fn(order, sqldb.Time(at), customer, skus)
		skus = nil
		return err
	}
	err := v.db.Query(ctx, `SELECT h.at_us, h.order_id, h.customer, l.sku FROM order_head h
		JOIN order_line l ON l.shop = h.shop AND l.order_id = h.order_id
		WHERE h.shop = ? AND h.day < ? AND h.units > h.cancelled AND l.live = 1 AND l.item = '' AND l.gross > 0
		ORDER BY h.at_us, h.order_id, l.sku`, []any{shop, int64(before)}, func(r sqldb.Row) error {
		var o, c, sku string
		var t int64
		if err := r.Scan(&t, &o, &c, &sku); err != nil {
			return err
		}
		if o != order {
			if err := flush(); err != nil {
				return err
			}
			order, customer, at = o, c, t
		}
		if n := len(skus); n == 0 || skus[n-1] != sku {
			skus = append(skus, sku)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return flush()
}

// Return is what came back of one product.
type Return struct {
	SKU       string
	Units     int64 // cancellations left out
	Value     int64 // cancellations included
	Cancelled int64 // of the value, what was undone on the day of its order
	Unmatched int64 // units for which no earlier purchase was found
}

// Returns sums what came back by product, over the days from first to last.
func (v *View) Returns(ctx context.Context, shop string, from, to state.Day) (out []Return, err error) {
	err = v.db.Query(ctx, `SELECT r.sku, SUM(r.units - `+cancelledUnits+`), SUM(r.gross),
			SUM(COALESCE((SELECT SUM(u.gross) FROM order_undo u WHERE u.shop = r.shop AND u.source = r.source AND u.id = r.id AND u.cancelled = 1), 0)),
			SUM(r.units - COALESCE((SELECT SUM(u.units) FROM order_undo u WHERE u.shop = r.shop AND u.source = r.source AND u.id = r.id), 0))
		FROM order_reversal r WHERE r.shop = ? AND r.day >= ? AND r.day <= ? AND r.live = 1 AND r.item = '' GROUP BY r.sku ORDER BY r.sku`,
		[]any{shop, int64(from), int64(to)}, func(r sqldb.Row) error {
			var v Return
			err := r.Scan(&v.SKU, &v.Units, &v.Value, &v.Cancelled, &v.Unmatched)
			out = append(out, v)
			return err
		})
	return out, err
}

// Products lists the products that an order holds by any source.
func (v *View) Products(ctx context.Context, shop, order string) (skus []string, err error) {
	err = v.db.Query(ctx, "SELECT DISTINCT sku FROM order_line WHERE shop = ? AND order_id = ? ORDER BY sku", []any{shop, order}, func(r sqldb.Row) error {
		var s string
		err := r.Scan(&s)
		skus = append(skus, s)
		return err
	})
	return skus, err
}

// Taxed is what was sold of a product and the tax on it, minor units.
type Taxed struct{ Net, Tax int64 }

// Taxes sums what was sold from a day on and the tax on it, by product.
func (v *View) Taxes(ctx context.Context, shop string, from state.Day) (map[string]Taxed, error) {
	out := map[string]Taxed{}
	err := v.db.Query(ctx, "SELECT sku, SUM(gross - discount), SUM(tax) FROM order_line WHERE shop = ? AND day >= ? AND live = 1 AND item = '' AND gross > 0 GROUP BY sku",
		[]any{shop, int64(from)}, func(r sqldb.Row) error {
			var sku string
			var t Taxed
			err := r.Scan(&sku, &t.Net, &t.Tax)
			out[sku] = t
			return err
		})
	return out, err
}
