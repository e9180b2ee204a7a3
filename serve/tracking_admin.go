package serve

import (
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"slices"

	"almanac/ingest/consent"
	"almanac/ingest/plan"
	"almanac/serve/auth"
	"almanac/serve/problem"
	"almanac/serve/wire"
)

// doorSettings declares how a shop says what may come in, and what was counted there.
func (s *Server) doorSettings() {
	const tag = "Tracking"
	call(s, route{http.MethodGet, "/api/tracking/consent", auth.Viewer, true}, "What the shop asks of its visitors", tag,
		func(ctx context.Context, c caller, _ *Empty) (*Out[wire.ConsentPolicy], error) {
			r, err := s.Doors.Rules(ctx, c.Shop.ID)
			return out(wirePolicy(r.Policy)), err
		})
	call(s, route{http.MethodPut, "/api/tracking/consent", auth.Admin, true}, "Change what the shop asks of its visitors", tag,
		func(ctx context.Context, c caller, in *struct{ Body wire.ConsentPolicy }) (*Empty, error) {
			p := policyOf(in.Body)
			if err := p.Check(); err != nil {
				return nil, problem.Invalid(err.Error(), "Correct it and save again.")
			}
			if err := s.Doors.SetPolicy(ctx, c.Shop.ID, p); err != nil {
				return nil, err
			}
			s.record(ctx, c, "consent policy changed", "analytics "+in.Body.Analytics+", personalization "+in.Body.Personalization+", marketing "+in.Body.Marketing)
			return &Empty{}, nil
		})
	call(s, route{http.MethodGet, "/api/tracking/plan", auth.Viewer, true}, "The tracking plan", tag,
		func(ctx context.Context, c caller, _ *Empty) (*Out[wire.TrackingPlan], error) {
			r, err := s.Doors.Rules(ctx, c.Shop.ID)
			return out(wirePlan(r.Plan)), err
		})
	call(s, route{http.MethodPut, "/api/tracking/plan", auth.Admin, true}, "Replace the tracking plan", tag,
		func(ctx context.Context, c caller, in *struct{ Body wire.TrackingPlan }) (*Empty, error) {
			return s.changePlan(ctx, c, "replaced", func(p *plan.Plan) error { *p = planOf(in.Body); return nil })
		})
	call(s, route{http.MethodPut, "/api/tracking/plan/events/{name}", auth.Admin, true}, "Plan an event, or change it", tag,
		func(ctx context.Context, c caller, in *struct {
			Name string `path:"name" minLength:"1" maxLength:"200"`
			Body wire.PlannedEventChange
		}) (*Empty, error) {
			return s.changePlan(ctx, c, in.Name, func(p *plan.Plan) error {
				p.Events[in.Name] = plan.Event{Description: in.Body.Description, Schema: schemaOf(in.Body.Schema)}
				return nil
			})
		})
	call(s, route{http.MethodDelete, "/api/tracking/plan/events/{name}", auth.Admin, true}, "Take an event out of the plan", tag,
		func(ctx context.Context, c caller, in *struct {
			Name string `path:"name"`
		}) (*Empty, error) {
			return s.changePlan(ctx, c, "without "+in.Name, func(p *plan.Plan) error {
				if _, ok := p.Events[in.Name]; !ok {
					return problem.NotFound("planned event", in.Name)
				}
				delete(p.Events, in.Name)
				return nil
			})
		})
	call(s, route{http.MethodGet, "/api/tracking/counts", auth.Viewer, true}, "What happened at the doors: unknown events, violations of the plan, facts dropped or kept without identity", tag,
		func(ctx context.Context, c caller, _ *Empty) (*Out[wire.TrackingCounts], error) {
			counts, err := s.Doors.Counts(ctx, c.Shop.ID)
			v := wire.TrackingCounts{}
			for _, n := range counts {
				v.Items = append(v.Items, wire.TrackingCount{Source: n.Source, What: n.What, Name: n.Name, Count: n.N, LastAt: n.Last.UTC()})
			}
			return out(v), err
		})
}

func (s *Server) changePlan(ctx context.Context, c caller, what string, change func(*plan.Plan) error) (*Empty, error) {
	if err := s.Doors.ChangePlan(ctx, c.Shop.ID, change); err != nil {
		return nil, err
	}
	s.record(ctx, c, "tracking plan changed", what)
	return &Empty{}, nil
}

func wirePolicy(p consent.Policy) wire.ConsentPolicy {
	v := wire.ConsentPolicy{Analytics: p.Default[consent.Analytics], Personalization: p.Default[consent.Personalization],
		Marketing: p.Default[consent.Marketing], Sale: p.Default[consent.Sale], Refused: p.Refused, Categories: map[string][]string{}}
	for name, purposes := range p.Categories {
		v.Categories[name] = texts(purposes)
	}
	v.GPC = texts(p.GPC)
	return v
}

func texts(purposes []consent.Purpose) []string {
	out := make([]string, len(purposes))
	for i, u := range purposes {
		out[i] = string(u)
	}
	return out
}

func policyOf(v wire.ConsentPolicy) consent.Policy {
	purposes := func(names []string) []consent.Purpose {
		out := make([]consent.Purpose, len(names))
		for i, n := range names {
			out[i] = consent.Purpose(n)
		}
		return out
	}
	p := consent.Policy{Refused: v.Refused, Categories: map[string][]consent.Purpose{}, GPC: purposes(v.GPC), Default: map[consent.Purpose]string{
		consent.Analytics: v.Analytics, consent.Personalization: v.Personalization, consent.Marketing: v.Marketing, consent.Sale: v.Sale}}
	for name, list := range v.Categories {
		p.Categories[name] = purposes(list)
	}
	return p
}

func wirePlan(p plan.Plan) wire.TrackingPlan {
	v := wire.TrackingPlan{Mode: string(p.Mode), Unplanned: string(p.Unplanned)}
	for _, name := range slices.Sorted(maps.Keys(p.Events)) {
		e := p.Events[name]
		v.Events = append(v.Events, wire.PlannedEvent{Name: name, Description: e.Description, Schema: e.Schema})
	}
	return v
}

func planOf(v wire.TrackingPlan) plan.Plan {
	p := plan.Plan{Mode: plan.Mode(v.Mode), Unplanned: plan.Mode(v.Unplanned), Events: map[string]plan.Event{}}
	for _, e := range v.Events {
		p.Events[e.Name] = plan.Event{Description: e.Description, Schema: schemaOf(e.Schema)}
	}
	return p
}

func schemaOf(b json.RawMessage) json.RawMessage {
	if string(b) == "null" {
		return nil
	}
	return b
}
