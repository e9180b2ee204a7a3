package serve

import (
	"context"
	"errors"
	"net/http"

	"almanac/predict"
	"almanac/program/reorder"
	"almanac/serve/auth"
	"almanac/serve/dashboard"
	"almanac/serve/problem"
	"almanac/serve/wire"
	"almanac/shop"
)

// Span is the period that a page speaks of.
type Span struct {
	From string `query:"from" doc:"First day; absent: where the shop's data begins"`
	To   string `query:"to" doc:"Last day; absent: where it ends"`
}

// List is the part of a list that is wanted.
type List struct {
	Q      string `query:"q" maxLength:"200" doc:"Words that every row must hold"`
	Sort   string `query:"sort" maxLength:"40" doc:"A field, or -field for the greatest first"`
	Limit  int    `query:"limit" default:"50" minimum:"1" maximum:"1000"`
	Offset int    `query:"offset" minimum:"0" maximum:"10000000"`
	Format string `query:"format" enum:"json,csv" default:"json" doc:"csv gives the whole list as a file"`
}

func (l List) part() dashboard.List {
	p := dashboard.List{Text: l.Q, Sort: l.Sort, Limit: l.Limit, Offset: l.Offset}
	if l.Format == "csv" {
		p.Limit, p.Offset = csvRows, 0
	}
	return p
}

// badPeriod explains days that cannot be read.
func badPeriod(span Span, err error) error {
	if err == nil || span.From == "" && span.To == "" {
		return err
	}
	var p *problem.Problem
	if errors.As(err, &p) {
		return err
	}
	if errors.Is(err, dashboard.ErrPeriod) || errors.Is(err, dashboard.ErrDay) {
		return problem.Invalid(err.Error(), "Use days like 2026-01-31, the first not after the last.").Because(err)
	}
	return err
}

// home declares the first page.
func (s *Server) home() {
	call(s, route{http.MethodGet, "/api/home", auth.Viewer, true}, "The first page: figures, where money is lost, what waits", "Home",
		func(ctx context.Context, c caller, in *Span) (*Out[wire.Home], error) {
			v, err := s.reads.Home(ctx, c.Shop, in.From, in.To)
			if err != nil {
				return nil, badPeriod(*in, err)
			}
			if err := s.openWork(ctx, c, &v); err != nil {
				return nil, err
			}
			return out(v), nil
		})
}

// openWork adds what waits for a person: decisions, leaks, what is missing.
func (s *Server) openWork(ctx context.Context, c caller, v *wire.Home) error {
	if err := s.openDecisions(ctx, c.Shop.ID, v); err != nil {
		return err
	}
	if v.Coverage == nil {
		return nil
	}
	w, err := s.reads.Warnings(ctx, c.Shop)
	if err != nil {
		return err
	}
	v.LateOrders = lateOrders(w)
	v.Leaks, err = s.leaksOf(ctx, c.Shop, v.Period)
	return err
}

// leaksOf finds where money was lost in a period, once per state.
func (s *Server) leaksOf(ctx context.Context, sh shop.Shop, p wire.Period) ([]wire.Leak, error) {
	if s.Measure == nil {
		return nil, nil
	}
	offset, err := s.Projector.Offset(ctx)
	if err != nil {
		return nil, err
	}
	return s.leaks.Get(dashboard.Key(sh, offset, p.From, p.To), func() ([]wire.Leak, error) {
		return s.Measure.Leaks(ctx, sh, p.From, p.To)
	})
}

func (s *Server) openDecisions(ctx context.Context, shopID string, v *wire.Home) error {
	if s.Decisions == nil {
		return nil
	}
	open, err := s.Decisions.List(ctx, shopID, DecisionQuery{Status: "proposed", Limit: csvRows})
	if err != nil {
		return err
	}
	v.OpenDecisions = open.Total
	var sum int64
	known := false
	for _, d := range open.Items {
		if d.P50Minor != nil {
			sum += *d.P50Minor
			known = true
		}
	}
	if known {
		v.OpenDecisionsValueMinor = &sum
	}
	v.Readiness, err = s.readiness(ctx, shopID)
	return err
}

// readiness asks the programmes what they lack, once per state and forecast.
func (s *Server) readiness(ctx context.Context, shopID string) ([]wire.Readiness, error) {
	offset, err := s.Projector.Offset(ctx)
	if err != nil {
		return nil, err
	}
	forecast, err := s.Registry.Champion(ctx, shopID, predict.Demand)
	if err != nil && !errors.Is(err, predict.ErrNone) {
		return nil, err
	}
	var chosen reorder.Settings
	if s.Reorder.Settings != nil {
		if chosen, err = s.Reorder.Settings(ctx, shopID); err != nil {
			return nil, err
		}
	}
	return s.ready.Get(dashboard.Key(shopID, offset, forecast.Hash, chosen), func() ([]wire.Readiness, error) {
		return s.Decisions.Readiness(ctx, shopID)
	})
}

// lateOrders is what of the warnings needs somebody; nil where nothing does.
func lateOrders(w *wire.Warnings) *wire.LateOrders {
	late := wire.LateOrders{Orders: w.Alerts}
	for _, d := range w.Drifts {
		if d.Slower {
			late.Slower++
		}
	}
	if late.Orders == 0 && late.Slower == 0 {
		return nil
	}
	if w.Risk > 0 {
		late.RiskMinor = &w.Risk
	}
	return &late
}
