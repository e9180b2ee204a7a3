package orders

import (
	"context"
	"time"

	"almanac/sqldb"
	"almanac/state"
)

// CustomerOrders hands every order of a known customer before a day to fn, by customer, then time. Orders
// cancelled whole are left out; net is before later returns.
func (v *View) CustomerOrders(ctx context.Context, shop string, before state.Day, fn func(customer string, at time.Time, day state.Day, net int64) error) error {
	return v.db.Query(ctx, `SELECT customer, at_us, day, gross - discount FROM order_head
		WHERE shop = ? AND customer <> '' AND day < ? AND units > cancelled ORDER BY customer, at_us, order_id`,
		[]any{shop, int64(before)}, func(r sqldb.Row) error {
			var customer string
			var at, day, net int64
			if err := r.Scan(&customer, &at, &day, &net); err != nil {
				return err
			}
			return fn(customer, sqldb.Time(at), state.Day(day), net)
		})
}

// Order is one order of a customer.
type Order struct {
	Order, Customer, Country                string
	At                                      time.Time
	Lines, Units, Gross, Discount, Refunded int64
}

// OrdersOf lists the orders of one customer, newest first.
func (v *View) OrdersOf(ctx context.Context, shop, customer string) (out []Order, err error) {
	err = v.db.Query(ctx, `SELECT order_id, customer, country, at_us, lines, units, gross, discount, refunded FROM order_head
		WHERE shop = ? AND customer = ? ORDER BY at_us DESC, order_id`, []any{shop, customer}, func(r sqldb.Row) error {
		var o Order
		var at int64
		err := r.Scan(&o.Order, &o.Customer, &o.Country, &at, &o.Lines, &o.Units, &o.Gross, &o.Discount, &o.Refunded)
		o.At = sqldb.Time(at)
		out = append(out, o)
		return err
	})
	return out, err
}

// CustomerProduct is what one customer bought of one product.
type CustomerProduct struct {
	SKU        string
	Units, Net int64 // Net before returns
	Last       time.Time
}

// ProductsOf lists what one customer bought, most valuable first. CROSS JOIN makes SQLite start from the customer's few
// orders; left to itself it may walk through every line of the shop in the order of products.
func (v *View) ProductsOf(ctx context.Context, shop, customer string) (out []CustomerProduct, err error) {
	err = v.db.Query(ctx, `SELECT l.sku, SUM(l.units), SUM(l.gross - l.discount), MAX(l.at_us) FROM order_head h CROSS JOIN order_line l
		WHERE h.shop = ? AND h.customer = ? AND l.shop = h.shop AND l.order_id = h.order_id AND l.live = 1 AND l.item = '' AND l.gross > 0
		GROUP BY l.sku ORDER BY SUM(l.gross - l.discount) DESC, l.sku`, []any{shop, customer}, func(r sqldb.Row) error {
		var p CustomerProduct
		var last int64
		err := r.Scan(&p.SKU, &p.Units, &p.Net, &last)
		p.Last = sqldb.Time(last)
		out = append(out, p)
		return err
	})
	return out, err
}

// WithoutCustomer tells how much was sold without a customer id.
type WithoutCustomer struct {
	Lines       int64 // order lines without a customer
	Net, AllNet int64 // before returns
}

// WithoutCustomer sums the orders that name no customer beside all orders.
func (v *View) WithoutCustomer(ctx context.Context, shop string) (w WithoutCustomer, err error) {
	err = v.db.QueryRow(ctx, `SELECT COALESCE(SUM(CASE WHEN customer = '' THEN lines ELSE 0 END), 0),
			COALESCE(SUM(CASE WHEN customer = '' THEN gross - discount ELSE 0 END), 0), COALESCE(SUM(gross - discount), 0)
		FROM order_head WHERE shop = ?`, []any{shop}, &w.Lines, &w.Net, &w.AllNet)
	return w, err
}

// Value is what one customer is worth so far.
type Value struct {
	Customer, Country string
	Orders, Net       int64 // Net after returns
	First, Last       state.Day
}

// Values lists every known customer.
func (v *View) Values(ctx context.Context, shop string) (out []Value, err error) {
	err = v.db.Query(ctx, `SELECT customer, country, orders, net, first_day, last_day FROM customer_value
		WHERE shop = ? ORDER BY customer`, []any{shop}, func(r sqldb.Row) error {
		var c Value
		var first, last int64
		err := r.Scan(&c.Customer, &c.Country, &c.Orders, &c.Net, &first, &last)
		c.First, c.Last = state.Day(first), state.Day(last)
		out = append(out, c)
		return err
	})
	return out, err
}
