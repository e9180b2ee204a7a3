package serve

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"almanac/predict/planned"
	"almanac/serve/auth"
	"almanac/serve/dashboard"
	"almanac/serve/problem"
	"almanac/serve/wire"
	"almanac/state"
)

// demand declares forecasts: the list, the page of one product, how good they were, and what people set by hand.
func (s *Server) demand() {
	type ask struct {
		List
		Category string `query:"category" maxLength:"512"`
		Type     string `query:"type" enum:",smooth,erratic,intermittent,lumpy,few" doc:"How the demand comes"`
		Only     string `query:"only" enum:",forecast,missing,adjusted"`
		AtPlace
	}
	call(s, route{http.MethodGet, "/api/demand", auth.Viewer, true}, "List products with their forecast and how good it was", "Demand",
		func(ctx context.Context, c caller, in *ask) (*Page[wire.DemandList], error) {
			v, ok, err := s.reads.Demand(ctx, c.Shop, dashboard.DemandQuery{List: in.part(), Category: in.Category, Type: in.Type, Only: in.Only, At: in.query()})
			if err != nil {
				return nil, err
			}
			if !ok {
				return nil, in.none()
			}
			return page(v, in.Format, "demand"), nil
		})
	type whole struct {
		Format string `query:"format" enum:"json,csv" default:"json" doc:"csv gives the whole list as a file"`
	}
	call(s, route{http.MethodGet, "/api/demand-accuracy", auth.Viewer, true}, "How good forecasts were, by category and over time", "Demand",
		func(ctx context.Context, c caller, in *whole) (*Page[wire.DemandAccuracy], error) {
			v, err := s.reads.Accuracy(ctx, c.Shop)
			if err != nil {
				return nil, err
			}
			return page(v, in.Format, "accuracy"), nil
		})
	type level struct {
		Category string `query:"category" maxLength:"512" doc:"Empty: the whole shop"`
		AtPlace
	}
	call(s, route{http.MethodGet, "/api/demand-level", auth.Viewer, true}, "The forecast of a category, a place, a region or the whole shop", "Demand",
		func(ctx context.Context, c caller, in *level) (*Out[wire.DemandLevel], error) {
			v, ok, err := s.reads.DemandLevel(ctx, c.Shop, in.Category, in.query())
			if err != nil {
				return nil, err
			}
			if !ok && in.query() != (dashboard.PlaceQuery{}) {
				return nil, in.none()
			}
			if !ok {
				return nil, problem.NotFound("category", in.Category)
			}
			return out(v), nil
		})
	type one struct {
		SKU string `path:"sku" maxLength:"512"`
	}
	call(s, route{http.MethodGet, "/api/demand/{sku}", auth.Viewer, true}, "Everything about the forecast of one product", "Demand",
		func(ctx context.Context, c caller, in *one) (*Out[wire.DemandProduct], error) {
			v, ok, err := s.reads.DemandOf(ctx, c.Shop, in.SKU)
			if err != nil {
				return nil, err
			}
			if !ok {
				return nil, problem.NotFound("product", in.SKU)
			}
			return out(v), s.nameAdjusters(ctx, c.Shop.ID, v.Adjustments)
		})
	s.places()
	s.adjustments()
	s.ownForecast()
}

// adjustments declares what planners set by hand.
func (s *Server) adjustments() {
	type whole struct {
		Format string `query:"format" enum:"json,csv" default:"json" doc:"csv gives the whole list as a file"`
	}
	call(s, route{http.MethodGet, "/api/demand-adjustments", auth.Viewer, true}, "What planners set by hand, newest first, and how it did", "Demand",
		func(ctx context.Context, c caller, in *whole) (*Page[wire.AdjustmentList], error) {
			v, err := s.reads.Adjustments(ctx, c.Shop, "")
			if err != nil {
				return nil, err
			}
			return page(v, in.Format, "adjustments"), s.nameAdjusters(ctx, c.Shop.ID, v.Items)
		})
	call(s, route{http.MethodPost, "/api/demand-adjustments", auth.Operator, true}, "Set weeks of a product's forecast by hand", "Demand",
		func(ctx context.Context, c caller, in *struct{ Body wire.Adjust }) (*Out[wire.Adjustment], error) {
			v, err := s.adjust(context.WithoutCancel(ctx), c, in.Body)
			if err != nil {
				return nil, err
			}
			return out(v), nil
		})
	call(s, route{http.MethodDelete, "/api/demand-adjustments/{id}", auth.Operator, true}, "Undo what was set by hand", "Demand",
		func(ctx context.Context, c caller, in *ByID) (*Empty, error) {
			if s.Planned == nil {
				return nil, notReady("planning")
			}
			today, err := s.reads.Today(ctx, c.Shop)
			if err != nil {
				return nil, err
			}
			done, err := s.Planned.Undo(ctx, c.Shop.ID, in.ID, c.Actor(), today)
			if err != nil {
				return nil, aboutPlan(err, in.ID)
			}
			s.record(ctx, c, "forecast change undone", fmt.Sprintf("%s: %d weeks, %s", done.SKU, len(done.Weeks), done.Note))
			s.replanned(c.Shop.ID)
			return &Empty{}, nil
		})
}

func (s *Server) adjust(ctx context.Context, c caller, in wire.Adjust) (v wire.Adjustment, err error) {
	if s.Planned == nil {
		return v, notReady("planning")
	}
	change := planned.Change{SKU: in.SKU, Note: in.Note, By: c.Actor()}
	if change.Until, err = state.ParseDay(in.Until); err != nil {
		return v, problem.Invalid(err.Error(), "Write the last day in force like 2026-01-31.").Because(err)
	}
	for _, w := range in.Weeks {
		day, err := state.ParseDay(w.Week)
		if err != nil {
			return v, problem.Invalid(err.Error(), "Write weeks by their Monday, like 2026-01-26.").Because(err)
		}
		change.Weeks = append(change.Weeks, planned.Week{Week: day, Units: w.Units})
	}
	today, ok, err := s.reads.ModelOf(ctx, c.Shop, in.SKU, change.Weeks)
	if err != nil {
		return v, err
	}
	if !ok {
		return v, problem.NotFound("product", in.SKU)
	}
	if change, err = s.Planned.Set(ctx, c.Shop.ID, change, today); err != nil {
		return v, aboutPlan(err, "")
	}
	s.record(ctx, c, "forecast changed by hand", adjustedText(change))
	s.replanned(c.Shop.ID)
	list, err := s.reads.Adjustments(ctx, c.Shop, in.SKU)
	if err != nil {
		return v, err
	}
	for _, a := range list.Items {
		if a.ID == change.ID {
			v = a
		}
	}
	named := []wire.Adjustment{v}
	err = s.nameAdjusters(ctx, c.Shop.ID, named)
	return named[0], err
}

func adjustedText(c planned.Change) string {
	first, last := c.Weeks[0], c.Weeks[len(c.Weeks)-1]
	var units float64
	for _, w := range c.Weeks {
		units += w.Units
	}
	return fmt.Sprintf("%s: %g units over %d weeks from %s to %s, until %s: %s", c.SKU, units, len(c.Weeks), first.Week, last.Week+6, c.Until, c.Note)
}

// replanned tells open dashboards that what is expected changed.
func (s *Server) replanned(shopID string) {
	s.hub.send(shopID, "changed", wire.Changed{Topics: []string{"demand", "stock", "audit"}})
}

// aboutPlan explains what a plan's store refused.
func aboutPlan(err error, id string) error {
	var fault *planned.Fault
	switch {
	case errors.As(err, &fault):
		return problem.Invalid(fault.What, fault.Do).Because(err)
	case errors.Is(err, planned.ErrNone):
		return problem.NotFound("change of the forecast", id)
	case errors.Is(err, planned.ErrUndone):
		return problem.New(http.StatusConflict, "undone_already", "This was undone already", "Somebody undid this change before.", "Reload the page.").Because(err)
	}
	return err
}

// nameAdjusters shows people by their names.
func (s *Server) nameAdjusters(ctx context.Context, shopID string, list []wire.Adjustment) error {
	if len(list) == 0 {
		return nil
	}
	names, err := s.actorNames(ctx, shopID)
	for i := range list {
		if n := names[list[i].By]; n != "" {
			list[i].By = n
		}
		if n := names[list[i].UndoneBy]; n != "" {
			list[i].UndoneBy = n
		}
	}
	return err
}
