package orders

import (
	"context"
	"math/bits"
	"strings"

	"almanac/sqldb"
	"almanac/state"
)

// Sales is what an order, a day or a month adds to the report that shop platforms print: gross sales, discounts, returns,
// shipping, fees and tax in minor units of one currency. All but Tax are without tax. Where prices contain the tax, it is
// taken out for the order as a whole, so that it does not matter how a source shared it among lines; the tax on a discount
// is in proportion to the tax on what was left after it. What was paid back is without the tax that its order bore on
// average, because most platforms tell one amount: it is a return whether it was goods or postage.
type Sales struct {
	Orders    int64
	Gross     int64
	Discounts int64
	Returns   int64
	Shipping  int64
	Fees      int64 // tips, wrapping, handling and what else is no product; gift cards are a debt, not here
	Tax       int64 // less that of returns
	TaxBack   int64 // that of returns
	Priced    int64 // gross sales at the prices that customers saw, which may contain tax
	Units     int64 // of products that were paid for
	UnitsBack int64
}

// Net is gross sales less discounts and returns.
func (s Sales) Net() int64 { return s.Gross - s.Discounts - s.Returns }

// Total is what customers paid, less what was paid back to them.
func (s Sales) Total() int64 { return s.Net() + s.Shipping + s.Fees + s.Tax }

// Add adds other sales.
func (s *Sales) Add(o Sales) {
	s.Orders += o.Orders
	s.Gross += o.Gross
	s.Discounts += o.Discounts
	s.Returns += o.Returns
	s.Shipping += o.Shipping
	s.Fees += o.Fees
	s.Tax += o.Tax
	s.TaxBack += o.TaxBack
	s.Priced += o.Priced
	s.Units += o.Units
	s.UnitsBack += o.UnitsBack
}

// soldColumns are what order_head keeps for Sales; taxed ones are of goods whose price contains the tax.
const soldColumns = "gross, discount, shipping, reduced, postage, fees, tax, taxed, taxed_off, taxed_tax, units"

// soldSums compute those of these columns that the head has for them alone from lines, whose gross is without tax.
const soldSums = `SUM(CASE WHEN item = 'discount' THEN gross + taxed * tax ELSE 0 END),
	SUM(CASE WHEN item = 'shipping' THEN gross - discount ELSE 0 END),
	SUM(CASE WHEN item IN ('', 'discount', 'shipping', 'gift_card', 'sample') THEN 0 ELSE gross - discount END),
	SUM(CASE WHEN item IN ('gift_card', 'sample') THEN 0 ELSE tax END),
	SUM(CASE WHEN item = '' AND taxed = 1 THEN gross + tax - discount ELSE 0 END),
	SUM(CASE WHEN item = '' AND taxed = 1 THEN discount ELSE 0 END),
	SUM(CASE WHEN item = '' AND taxed = 1 THEN tax ELSE 0 END)`

// sold are the values of soldColumns.
type sold [11]int64

func (s *sold) dest() (out []any) {
	for i := range s {
		out = append(out, &s[i])
	}
	return out
}

// sales are those of an order before anything came back.
func (s *sold) sales() Sales {
	onDiscount := part(s[8], s[9], s[7])
	return Sales{Orders: 1, Gross: s[0] - onDiscount, Discounts: s[1] - onDiscount + s[3], Shipping: s[2] + s[4], Fees: s[5], Tax: s[6], Priced: s[0] + s[9], Units: s[10]}
}

// back is what was paid back by one document of an order.
type back struct {
	document string
	claim    string
	at, day  int64
	cur      string
	paid     int64 // with tax
	tax      int64 // as the document tells it
	units    int64
	lined    bool // it names lines
}

type orderKey struct{ shop, order string }

// notBelieved is the condition for a source to tell the lines of an order that are believed from another source.
const notBelieved = "EXISTS (SELECT 1 FROM order_line l WHERE l.shop = r.shop AND l.order_id = r.order_id AND l.source = r.source AND l.live = 0)"

// backs derives order_back: one row for each document by which something of an order came back or was paid back. A
// source that is not believed for the order is not believed here either. A refund of the same document says how much its
// lines brought back. Of refunds without lines those of one source count, the one with the least claim of all that tell
// of something paid back on the order: a provider of payments names refunds otherwise than the shop does.
func backs(ctx context.Context, t *sqldb.Tx, s scope) error {
	for _, q := range [...]string{"DELETE FROM order_back WHERE " + s.order, "DELETE FROM order_back WHERE order_id = '' AND " + s.document} {
		if _, err := t.Exec(ctx, q); err != nil {
			return err
		}
	}
	all, err := documents(ctx, t, s)
	if err != nil {
		return err
	}
	if err := refunds(ctx, t, s, all); err != nil || len(all) == 0 {
		return err
	}
	heads := map[orderKey]Sales{}
	err = t.Query(ctx, `SELECT shop, order_id, `+soldColumns+` FROM order_head h WHERE `+s.order+`
		AND (EXISTS (SELECT 1 FROM order_reversal r WHERE r.shop = h.shop AND r.order_id = h.order_id) OR EXISTS (SELECT 1 FROM order_refund r WHERE r.shop = h.shop AND r.order_id = h.order_id))`, nil,
		func(r sqldb.Row) error {
			var k orderKey
			var v sold
			err := r.Scan(append([]any{&k.shop, &k.order}, v.dest()...)...)
			heads[k] = v.sales()
			return err
		})
	if err != nil {
		return err
	}
	const width = 10
	var rows []any
	for k, docs := range all {
		h, known := heads[k]
		for _, b := range docs {
			tax, goods := b.tax, int64(0)
			if known {
				tax = part(b.paid, h.Tax, h.Total())
			}
			if !b.lined {
				goods = b.paid
				if known {
					goods = part(b.paid, h.Net(), h.Total())
				}
			}
			rows = append(rows, k.shop, k.order, b.document, b.at, b.day, b.cur, b.paid-tax, tax, goods, b.units)
		}
	}
	_, err = t.Insert(ctx, "order_back (shop, order_id, document, at_us, day, cur, returned, tax, goods, units)", "", width, rows)
	return err
}

// documents collects what reversals bring back, by order and document.
func documents(ctx context.Context, t *sqldb.Tx, s scope) (map[orderKey][]*back, error) {
	all := map[orderKey][]*back{}
	const of = `SELECT r.shop, r.order_id, r.document, MIN(r.claim), MIN(r.at_us), MIN(r.day), MIN(r.cur), SUM(r.gross + r.tax), SUM(r.tax), SUM(CASE WHEN r.item = '' THEN r.units ELSE 0 END)
		FROM order_reversal r WHERE r.live = 1 AND r.item <> 'gift_card' AND `
	const group = " GROUP BY r.shop, r.order_id, r.document"
	for _, q := range [...]string{of + "r.order_id <> '' AND " + s.order + " AND NOT " + notBelieved + group, of + "r.order_id = '' AND " + s.document + group} {
		err := t.Query(ctx, q, nil, func(r sqldb.Row) error {
			var k orderKey
			b := &back{lined: true}
			err := r.Scan(&k.shop, &k.order, &b.document, &b.claim, &b.at, &b.day, &b.cur, &b.paid, &b.tax, &b.units)
			all[k] = append(all[k], b)
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return all, nil
}

// refunds adds what was paid back.
func refunds(ctx context.Context, t *sqldb.Tx, s scope, all map[orderKey][]*back) error {
	paid := map[orderKey][]*back{}
	err := t.Query(ctx, `SELECT r.shop, r.order_id, r.refund, r.claim, MIN(r.at_us), MIN(r.day), MIN(r.cur), MAX(r.amount)
		FROM order_refund r WHERE `+s.order+` AND NOT `+notBelieved+` GROUP BY r.shop, r.order_id, r.refund, r.claim ORDER BY r.shop, r.order_id, r.refund, r.claim`, nil,
		func(r sqldb.Row) error {
			var k orderKey
			b := &back{}
			if err := r.Scan(&k.shop, &k.order, &b.document, &b.claim, &b.at, &b.day, &b.cur, &b.paid); err != nil {
				return err
			}
			if p := paid[k]; len(p) == 0 || p[len(p)-1].document != b.document { // of several sources the first is believed
				paid[k] = append(p, b)
			}
			return nil
		})
	for k, list := range paid {
		docs := all[k]
		named := map[string]*back{}
		least := list[0].claim
		for _, b := range docs {
			named[b.document] = b
			least = min(least, b.claim)
		}
		for _, b := range list {
			least = min(least, b.claim)
		}
		for _, b := range list {
			if doc := named[b.document]; doc != nil {
				doc.paid = b.paid
			} else if b.claim == least {
				all[k] = append(all[k], b)
			}
		}
	}
	return err
}

// backColumns are what order_back keeps for Sales.
const backColumns = "returned, tax, units"

// backs are where backColumns go; brought makes sales of them.
func (s *Sales) backs() []any { return []any{&s.Returns, &s.TaxBack, &s.UnitsBack} }

func (s Sales) brought() Sales {
	s.Tax = -s.TaxBack
	return s
}

type reportKey struct {
	shop string
	day  int64
	cur  string
}

// reportDays derives report_day: what each day adds to the report.
func reportDays(ctx context.Context, t *sqldb.Tx, s scope) error {
	if _, err := t.Exec(ctx, "DELETE FROM report_day WHERE "+s.day); err != nil {
		return err
	}
	days := map[reportKey]*Sales{}
	add := func(k reportKey, v Sales) {
		if days[k] == nil {
			days[k] = &Sales{}
		}
		days[k].Add(v)
	}
	err := t.Query(ctx, "SELECT shop, day, cur, "+soldColumns+" FROM order_head WHERE "+s.day, nil, func(r sqldb.Row) error {
		var k reportKey
		var v sold
		err := r.Scan(append([]any{&k.shop, &k.day, &k.cur}, v.dest()...)...)
		add(k, v.sales())
		return err
	})
	if err != nil {
		return err
	}
	err = t.Query(ctx, "SELECT shop, day, cur, "+backColumns+" FROM order_back WHERE "+s.day, nil, func(r sqldb.Row) error {
		var k reportKey
		var b Sales
		err := r.Scan(append([]any{&k.shop, &k.day, &k.cur}, b.backs()...)...)
		add(k, b.brought())
		return err
	})
	if err != nil {
		return err
	}
	const width = 14
	rows := make([]any, 0, width*len(days))
	for k, v := range days {
		rows = append(rows, k.shop, k.day, k.cur, v.Orders, v.Gross, v.Discounts, v.Returns, v.Shipping, v.Fees, v.Tax, v.TaxBack, v.Priced, v.Units, v.UnitsBack)
	}
	_, err = t.Insert(ctx, "report_day ("+reportColumns+")", "", width, rows)
	return err
}

const reportColumns = "shop, day, cur, orders, gross, discounts, returns, shipping, fees, tax, tax_back, priced, units, units_back"

// ReportDay is what one day adds to the report in one currency.
type ReportDay struct {
	Day      state.Day
	Currency string
	Sales
}

// Report lists the days on which something was ordered or came back, earliest first.
func (v *View) Report(ctx context.Context, shop string) (out []ReportDay, err error) {
	err = v.db.Query(ctx, "SELECT "+reportColumns+" FROM report_day WHERE shop = ? ORDER BY day, cur", []any{shop}, func(r sqldb.Row) error {
		var d ReportDay
		var id string
		var day int64
		err := r.Scan(&id, &day, &d.Currency, &d.Orders, &d.Gross, &d.Discounts, &d.Returns, &d.Shipping, &d.Fees, &d.Tax, &d.TaxBack, &d.Priced, &d.Units, &d.UnitsBack)
		d.Day = state.Day(day)
		out = append(out, d)
		return err
	})
	return out, err
}

// ReportOrder is what one order, or a document that names none, adds to the report over some days.
type ReportOrder struct {
	Order  string
	Placed int64 // microseconds; of the document where no order is known
	Sales
}

// ReportOrders lists what orders, and what came back of them, add to the days from first to last in a currency (in any
// where cur is empty) and whose number holds a text. Orders that were placed before and of which something came back are in it.
func (v *View) ReportOrders(ctx context.Context, shop, cur, text string, from, to state.Day) ([]ReportOrder, error) {
	of := map[string]*ReportOrder{}
	where := " WHERE x.shop = ? AND x.day >= ? AND x.day <= ?"
	args := []any{shop, int64(from), int64(to)}
	if cur != "" {
		where += " AND x.cur = ?"
		args = append(args, cur)
	}
	wanted := func(order string) bool { return strings.Contains(strings.ToLower(order), strings.ToLower(text)) }
	err := v.db.Query(ctx, "SELECT order_id, at_us, "+soldColumns+" FROM order_head x"+where, args, func(r sqldb.Row) error {
		var o ReportOrder
		var s sold
		if err := r.Scan(append([]any{&o.Order, &o.Placed}, s.dest()...)...); err != nil {
			return err
		}
		if o.Sales = s.sales(); wanted(o.Order) {
			of[o.Order] = &o
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	err = v.db.Query(ctx, `SELECT CASE WHEN x.order_id = '' THEN x.document ELSE x.order_id END, COALESCE(h.at_us, x.at_us), x.returned, x.tax, x.units
		FROM order_back x LEFT JOIN order_head h ON h.shop = x.shop AND h.order_id = x.order_id`+where, args, func(r sqldb.Row) error {
		var o ReportOrder
		if err := r.Scan(append([]any{&o.Order, &o.Placed}, o.backs()...)...); err != nil {
			return err
		}
		if o.Sales = o.brought(); !wanted(o.Order) {
			return nil
		}
		if have := of[o.Order]; have != nil {
			have.Add(o.Sales)
		} else {
			of[o.Order] = &o
		}
		return nil
	})
	out := make([]ReportOrder, 0, len(of))
	for _, o := range of {
		out = append(out, *o)
	}
	return out, err
}

// part is amount × share ÷ whole, rounded half up; nothing where there is no whole.
func part(amount, share, whole int64) int64 {
	if amount <= 0 || share <= 0 || whole <= 0 {
		return 0
	}
	hi, lo := bits.Mul64(uint64(amount), uint64(share))
	lo, carry := bits.Add64(lo, uint64(whole)/2, 0)
	if hi += carry; hi >= uint64(whole) {
		return 0 // no amounts of facts are so large
	}
	q, _ := bits.Div64(hi, lo, uint64(whole))
	return int64(q)
}
