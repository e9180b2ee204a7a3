package dashboard

import (
	"context"

	"almanac/fact"
	"almanac/history"
	"almanac/measure/kpi"
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
		days, err := r.Orders.ShopDays(ctx, s.ID, p.From, p.To)
		if err != nil {
			return v, err
		}
		set, err := r.customerSet(ctx, s)
		if err != nil {
			return v, err
		}
		v.Days = daysOf(days, p)
		if v.Kpis, err = r.figures(ctx, s.ID, set.buyers, b, p); err != nil {
			return v, err
		}
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

// figures are those of package kpi; they are kept for as long as state and period stay.
func (r *Reads) figures(ctx context.Context, shopID string, buyers []kpi.Buyer, b *basis, p Period) ([]wire.Kpi, error) {
	return r.kpis.Get(Key(shopID, b.offset, p.From, p.To), func() ([]wire.Kpi, error) {
		list, err := kpi.Compute(ctx, r.Orders, shopID, buyers, kpi.Span{From: b.first, To: b.last}, kpi.Span(p), kpi.Span(p.Before()))
		out := make([]wire.Kpi, 0, len(list))
		for _, k := range list {
			out = append(out, wire.Kpi{Code: k.Code, Unit: string(k.Unit), Value: k.Value, Previous: k.Previous, Note: k.Note})
		}
		return out, err
	})
}
