package dashboard

import (
	"context"
	"fmt"

	"almanac/fact"
	"almanac/history"
	"almanac/serve/wire"
	"almanac/shop"
	"almanac/state"
	"almanac/state/orders"
)

// Home tells the figures of a period beside those of the one before. Where money is lost, what is ready and
// what waits for a decision are the caller's to add.
func (r *Reads) Home(ctx context.Context, s shop.Shop, from, to string) (wire.Home, error) {
	var v wire.Home
	b, err := r.basis(ctx, s.ID)
	if err != nil {
		return v, err
	}
	p, err := r.period(s, b, from, to)
	if err != nil {
		return v, err
	}
	before := p.Before()
	v.Period = wire.Period{From: p.From.String(), To: p.To.String(), PreviousFrom: before.From.String(), PreviousTo: before.To.String()}
	if b.any {
		v.Coverage = &wire.Coverage{From: b.first.String(), To: b.last.String()}
		days, err := r.Orders.ShopDays(ctx, s.ID, before.From, p.To)
		if err != nil {
			return v, err
		}
		set, err := r.customerSet(ctx, s)
		if err != nil {
			return v, err
		}
		v.Days = daysOf(days, p)
		v.Kpis = kpis(days, set.buyers, b, p)
	}
	return v, r.account(ctx, s.ID, b, &v)
}

// account adds what is known of the data itself.
func (r *Reads) account(ctx context.Context, shopID string, b *basis, v *wire.Home) error {
	sources, err := r.History.Sources(ctx, shopID)
	if err != nil {
		return err
	}
	seen := map[string]bool{}
	for _, src := range sources {
		if v.Coverage != nil && src.LastReceived.After(v.Coverage.AsOf) {
			v.Coverage.AsOf = src.LastReceived
		}
		if fact.Synthetic(src.Source) && !seen[src.Source] {
			seen[src.Source] = true
			v.Synthetic = append(v.Synthetic, src.Source)
		}
	}
	findings, err := r.findingsOf(ctx, shopID, b.offset)
	if err != nil {
		return err
	}
	v.Findings = int64(len(findings))
	open, err := r.History.QuarantineCounts(ctx, shopID, openOnly)
	if err != nil {
		return err
	}
	for _, n := range open {
		v.Quarantined += n
	}
	v.Behind, err = r.Projector.Behind(ctx)
	return err
}

var openOnly = history.QuarantineFilter{Status: "open"}

// daysOf lists every day of a period; days without sales are zero, not missing.
func daysOf(days []orders.ShopDay, p Period) []wire.Day {
	if p.Days() > 20_000 {
		p.From = p.To - 20_000
	}
	out := make([]wire.Day, p.Days())
	for i := range out {
		out[i].Day = (p.From + state.Day(i)).String()
	}
	for _, d := range days {
		if d.Day < p.From || d.Day > p.To {
			continue
		}
		o := &out[d.Day-p.From]
		o.Orders, o.Units, o.GrossMinor, o.DiscountMinor, o.ReturnsMinor, o.NetMinor = d.Orders, d.Demand(), d.Gross, d.Discount, d.Refunded, d.Net()
	}
	return out
}

func sum(days []orders.ShopDay, p Period) (t orders.DaySales) {
	for _, d := range days {
		if d.Day >= p.From && d.Day <= p.To {
			t.Orders += d.Orders
			t.Units += d.Units
			t.Cancelled += d.Cancelled
			t.Returned += d.Returned
			t.Gross += d.Gross
			t.Discount += d.Discount
			t.Refunded += d.Refunded
		}
	}
	return t
}

// kpis are the figures of docs/metrics.md. A period before the shop's first day has no figures to compare
// with, and one that the shop's data covers only in part would mislead; both are left out, and said.
func kpis(days []orders.ShopDay, buyers []buyer, b *basis, p Period) []wire.Kpi {
	before := p.Before()
	compared := before.From >= b.first
	now, then := sum(days, p), sum(days, before)
	note := ""
	if !compared {
		note = "The data does not reach back far enough for a comparison."
	}
	ratio := func(code, unit string, value func(orders.DaySales) (float64, bool)) wire.Kpi {
		k := wire.Kpi{Code: code, Unit: unit, Note: note}
		if v, ok := value(now); ok {
			k.Value = &v
		}
		if v, ok := value(then); ok && compared {
			k.Previous = &v
		}
		return k
	}
	always := func(f func(orders.DaySales) int64) func(orders.DaySales) (float64, bool) {
		return func(d orders.DaySales) (float64, bool) { return float64(f(d)), true }
	}
	out := []wire.Kpi{
		ratio("net_sales", "money", always(orders.DaySales.Net)),
		ratio("orders", "count", always(func(d orders.DaySales) int64 { return d.Orders })),
		ratio("average_order", "money", func(d orders.DaySales) (float64, bool) {
			return float64(d.Gross-d.Discount) / float64(max(d.Orders, 1)), d.Orders > 0
		}),
		ratio("units", "count", always(orders.DaySales.Demand)),
		ratio("return_rate", "ratio", func(d orders.DaySales) (float64, bool) {
			return float64(d.Refunded) / float64(max(d.Gross-d.Discount, 1)), d.Gross > d.Discount
		}),
	}
	customers := wire.Kpi{Code: "customers", Unit: "count", Note: note}
	n := float64(ordered(buyers, p))
	customers.Value = &n
	if compared {
		m := float64(ordered(buyers, before))
		customers.Previous = &m
	}
	return append(out, customers, repeatKpi("repeat_rate_90", buyers, 90, b, p), repeatKpi("repeat_rate_365", buyers, 365, b, p))
}

// ordered counts the customers with an order in the period.
func ordered(buyers []buyer, p Period) (n int) {
	for _, b := range buyers {
		for _, d := range b.days {
			if d >= p.From && d <= p.To {
				n++
				break
			}
		}
	}
	return n
}

// repeatKpi is the repeat rate as it was known at the end of the period.
func repeatKpi(code string, buyers []buyer, within int, b *basis, p Period) wire.Kpi {
	k := wire.Kpi{Code: code, Unit: "ratio"}
	rate := repeatRate(buyers, within, min(p.To, b.last))
	if rate == nil {
		k.Note = fmt.Sprintf("No month's new customers have had %d days yet.", within)
		return k
	}
	k.Value = &rate.Rate
	k.Note = fmt.Sprintf("Of %d customers who had %d days; %d newer ones are left out.", rate.CohortCustomers, within, rate.ImmatureLeftOut)
	if earlier := repeatRate(buyers, within, p.From-1); earlier != nil && p.From > b.first {
		k.Previous = &earlier.Rate
	}
	return k
}
