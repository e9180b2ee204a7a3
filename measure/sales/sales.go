// Package sales answers what a shop sold by month as the reports of shop platforms have it: gross sales, discounts,
// returns, net sales, shipping, tax, and what customers paid in all, and which orders make up a month.
//
// state/orders keeps the sums of each day; amounts are minor units of one currency, as orders.Sales says.
package sales

import (
	"cmp"
	"context"
	"slices"
	"time"

	"almanac/state"
	"almanac/state/orders"
)

// Month is one line of the report.
type Month struct {
	Month string // YYYY-MM; empty for a sum
	orders.Sales
}

// Order is what one order adds to a month, so that a difference from another report can be followed to its rows.
type Order struct {
	Order  string
	Placed time.Time
	orders.Sales
}

// Months lists the months in which something was sold or came back, in a currency (in any where it is empty), and how
// many orders are in others.
func Months(ctx context.Context, v *orders.View, shop, currency string) (months []Month, others int64, err error) {
	days, err := v.Report(ctx, shop)
	for _, d := range days {
		if currency != "" && d.Currency != currency {
			others += d.Orders
			continue
		}
		name := d.Day.Time().Format("2006-01")
		if n := len(months); n == 0 || months[n-1].Month != name {
			months = append(months, Month{Month: name})
		}
		months[len(months)-1].Add(d.Sales)
	}
	return months, others, err
}

// Orders lists the orders whose number holds a text and what they, and what came back of them, add to the line of a month,
// largest total first; without a text their sum is that line. An order whose goods came back in a later month is in both.
func Orders(ctx context.Context, v *orders.View, shop, currency, month, text string) ([]Order, error) {
	first, err := time.Parse("2006-01", month)
	if err != nil {
		return nil, err
	}
	list, err := v.ReportOrders(ctx, shop, currency, text, state.DayOf(first, time.UTC), state.DayOf(first.AddDate(0, 1, -1), time.UTC))
	slices.SortFunc(list, func(a, b orders.ReportOrder) int {
		return cmp.Or(-cmp.Compare(size(a.Total()), size(b.Total())), cmp.Compare(a.Order, b.Order))
	})
	out := make([]Order, len(list))
	for i, o := range list {
		out[i] = Order{o.Order, time.UnixMicro(o.Placed).UTC(), o.Sales}
	}
	return out, err
}

func size(v int64) int64 { return max(v, -v) }

// Sum adds months up.
func Sum(months []Month) (s Month) {
	for _, m := range months {
		s.Add(m.Sales)
	}
	return s
}
