package serve

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"slices"

	"almanac/measure/kpi"
	"almanac/serve/auth"
	"almanac/serve/dashboard"
	"almanac/serve/digest"
	"almanac/serve/problem"
	"almanac/serve/wire"
	"almanac/shop"
	"almanac/state"
)

// digest declares the page that says what the weekly mail says.
func (s *Server) digest() {
	call(s, route{http.MethodGet, "/api/digest", auth.Viewer, true}, "The last whole week in short, as it is mailed", "Home",
		func(ctx context.Context, c caller, _ *Empty) (*Out[wire.Digest], error) {
			v, err := s.Digest(ctx, c.Shop)
			return out(v), err
		})
	call(s, route{http.MethodPut, "/api/digest/plan", auth.Admin, true}, "Plan when the digest of a shop is mailed, and to whom", "Home",
		func(ctx context.Context, c caller, in *struct{ Body wire.DigestPlan }) (*Empty, error) {
			schedule, err := digest.ParseSchedule(in.Body.Day, in.Body.Hour)
			if err == nil {
				err = s.Digests.Set(ctx, c.Shop.ID, digest.Plan{Schedule: schedule, Readers: in.Body.Readers})
			}
			if err != nil {
				return nil, problem.Invalid(err.Error(), "Name a weekday or off, an hour from 0 to 23, and e-mail addresses.")
			}
			s.record(ctx, c, "digest planned", fmt.Sprintf("%s at %d, %d readers", schedule.Name(), schedule.Hour, len(in.Body.Readers)))
			return &Empty{}, nil
		})
}

// Days of the digest: its leaks are those of a year, its products of a quarter, as trends are.
const (
	digestLeakDays = 52 * 7
	digestTrend    = 12 * 7
	digestRows     = 5
	digestCover    = 2.0 // weeks
)

// Digest tells the last whole week of a shop that had ended when its digest was last due.
func (s *Server) Digest(ctx context.Context, sh shop.Shop) (wire.Digest, error) {
	plan, err := s.Digests.Of(ctx, sh.ID)
	if err != nil {
		return wire.Digest{}, err
	}
	due := plan.Last(s.Now(), sh.Location())
	to := state.DayOf(due, sh.Location()) - 1
	from := to - 6
	d := wire.Digest{Shop: sh.Name, Currency: sh.Currency, From: from.String(), To: to.String(), MailDay: plan.Name(), MailHour: plan.Hour, Readers: append([]string{}, plan.Readers...), Mails: s.Mails}
	home, err := s.reads.Home(ctx, sh, d.From, d.To)
	if err != nil {
		return d, err
	}
	d.Synthetic, d.Quarantined = home.Synthetic, home.Quarantined
	if err := s.openDecisions(ctx, sh.ID, &home); err != nil {
		return d, err
	}
	d.OpenDecisions, d.OpenDecisionsValueMinor = home.OpenDecisions, home.OpenDecisionsValueMinor
	data, err := s.reads.Data(ctx, sh)
	if err != nil {
		return d, err
	}
	for _, f := range data.Findings { // without examples, which may name persons
		d.Findings = append(d.Findings, wire.DigestFinding{Title: f.Title, Severity: f.Severity, Count: f.Count, Remedy: f.Remedy})
	}
	if home.Coverage == nil {
		return d, nil
	}
	d.KnownUntil = home.Coverage.To
	first, err := state.ParseDay(home.Coverage.From)
	if err != nil {
		return d, err
	}
	if err := s.digestSales(ctx, sh, &d, first, kpi.Span{From: from, To: to}); err != nil {
		return d, err
	}
	leaks, err := s.leaksOf(ctx, sh, wire.Period{From: max(first, to-digestLeakDays+1).String(), To: to.String()})
	if err != nil {
		return d, err
	}
	d.Leaks = costliest(leaks, 3)
	return d, s.digestStock(ctx, sh, &d, to)
}

func (s *Server) digestSales(ctx context.Context, sh shop.Shop, d *wire.Digest, first state.Day, week kpi.Span) error {
	for _, w := range []struct {
		back        state.Day
		net, orders **int64
	}{{0, &d.NetMinor.Value, &d.Orders.Value}, {7, &d.NetMinor.LastWeek, &d.Orders.LastWeek}, {52 * 7, &d.NetMinor.LastYear, &d.Orders.LastYear}} {
		span := kpi.Span{From: week.From - w.back, To: week.To - w.back}
		if span.From < first {
			continue
		}
		t, err := kpi.Sum(ctx, s.Views.Orders, sh.ID, span)
		if err != nil {
			return err
		}
		net := t.Net()
		*w.net, *w.orders = &net, &t.Orders
	}
	return nil
}

// costliest are the leaks with the greatest figures; those without one come last.
func costliest(leaks []wire.Leak, n int) []wire.Leak {
	leaks = slices.Clone(leaks)
	slices.SortStableFunc(leaks, func(a, b wire.Leak) int {
		switch {
		case a.MidMinor == nil || b.MidMinor == nil:
			return cmp.Compare(digestRank(b), digestRank(a))
		default:
			return cmp.Compare(*b.MidMinor, *a.MidMinor)
		}
	})
	return leaks[:min(n, len(leaks))]
}

func digestRank(l wire.Leak) int {
	if l.MidMinor == nil {
		return 0
	}
	return 1
}

func (s *Server) digestStock(ctx context.Context, sh shop.Shop, d *wire.Digest, to state.Day) error {
	list, err := s.reads.Products(ctx, sh, (to - digestTrend + 1).String(), to.String(), dashboard.List{Sort: "-demand", Limit: csvRows})
	if err != nil {
		return err
	}
	for _, p := range list.Items {
		if p.OnHand == nil {
			continue
		}
		row := wire.DigestProduct{SKU: p.SKU, Title: p.Title, OnHand: *p.OnHand, DemandWeek: p.DemandWeek, WeeksOfCover: p.WeeksOfCover}
		wanted := p.Units > 0 || p.DemandWeek != nil && *p.DemandWeek > 0
		switch {
		case *p.OnHand <= 0 && wanted:
			if d.OutTotal++; len(d.Out) < digestRows {
				d.Out = append(d.Out, row)
			}
		case *p.OnHand > 0 && p.WeeksOfCover != nil && *p.WeeksOfCover < digestCover:
			if d.SoonTotal++; len(d.Soon) < digestRows {
				d.Soon = append(d.Soon, row)
			}
		}
	}
	return nil
}

// DigestLetter is the digest as it is mailed and printed.
func (s *Server) DigestLetter(ctx context.Context, sh shop.Shop) (digest.Letter, error) {
	d, err := s.Digest(ctx, sh)
	if err != nil {
		return digest.Letter{}, err
	}
	return digest.Write(d, func(minor int64) string { return amount(minor, sh.Currency) })
}
