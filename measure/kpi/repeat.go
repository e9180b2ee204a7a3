package kpi

import (
	"context"
	"fmt"
	"time"

	"almanac/model/lifetime"
	"almanac/state"
)

// Buyer is one known customer and the days with an order that was not cancelled: ascending, each once, at least one.
type Buyer struct {
	ID   string
	Days []state.Day
}

// Purchases tells who ordered when: *orders.View.
type Purchases interface {
	CustomerOrders(ctx context.Context, shop string, before state.Day, fn func(customer string, at time.Time, day state.Day, net int64) error) error
}

// Buyers lists the customers with an order before a day.
func Buyers(ctx context.Context, src Purchases, shop string, before state.Day) (out []Buyer, err error) {
	err = src.CustomerOrders(ctx, shop, before, func(id string, _ time.Time, day state.Day, _ int64) error {
		if n := len(out); n == 0 || out[n-1].ID != id {
			out = append(out, Buyer{ID: id})
		}
		b := &out[len(out)-1]
		if n := len(b.Days); n == 0 || b.Days[n-1] != day {
			b.Days = append(b.Days, day)
		}
		return nil
	})
	return out, err
}

// Active counts the customers who ordered within a span.
func Active(buyers []Buyer, s Span) (n int) {
	for _, b := range buyers {
		for _, d := range b.Days {
			if s.holds(d) {
				n++
				break
			}
		}
	}
	return n
}

// Repeat is a repeat rate over cohorts.
type Repeat struct {
	Rate      float64
	Customers int64 // in the monthly cohorts that had the time
	Immature  int64 // newer customers, left out
}

// RepeatRate is the share of first-time buyers who ordered again, on another day, within so many days of their first,
// over the monthly cohorts all of whose members had that many days by asOf; ok is false where none had.
func RepeatRate(buyers []Buyer, within int, asOf state.Day) (r Repeat, ok bool) {
	var newcomers []lifetime.Newcomer
	for _, b := range buyers {
		if b.Days[0] > asOf {
			continue
		}
		n := lifetime.Newcomer{First: int(b.Days[0])}
		if len(b.Days) > 1 && b.Days[1] <= asOf {
			n.Second, n.Returned = int(b.Days[1]), true
		}
		newcomers = append(newcomers, n)
	}
	all := lifetime.RepeatRate(lifetime.RepeatByCohort(newcomers, within, int(asOf)))
	return Repeat{Rate: all.Rate, Customers: all.Customers, Immature: int64(len(newcomers)) - all.Customers}, all.Customers > 0
}

// repeatKpi is the repeat rate as it was known at the end of the span, beside that at its beginning.
func repeatKpi(code string, buyers []Buyer, within int, known, now Span) Kpi {
	k := Kpi{Code: code, Unit: Ratio}
	r, ok := RepeatRate(buyers, within, min(now.To, known.To))
	if !ok {
		k.Note = fmt.Sprintf("No month's new customers have had %d days yet.", within)
		return k
	}
	k.Value = &r.Rate
	k.Note = fmt.Sprintf("Of %d customers who had %d days; %d newer ones are left out.", r.Customers, within, r.Immature)
	if now.From > known.From {
		if earlier, ok := RepeatRate(buyers, within, now.From-1); ok {
			k.Previous = &earlier.Rate
		}
	}
	return k
}
