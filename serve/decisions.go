package serve

import (
	"cmp"
	"context"
	"net/http"

	"almanac/serve/auth"
	"almanac/serve/jobs"
	"almanac/serve/problem"
	"almanac/serve/wire"
)

// notReady answers where a part of the product was not wired in.
func notReady(what string) error {
	return problem.New(http.StatusServiceUnavailable, "not_configured", "This part is not running here", "This server runs without "+what+".",
		"Ask the server that has this role.")
}

// decisions declares the inbox, what can be done with it, and the audit trail.
func (s *Server) decisions() {
	type ask struct {
		List
		Status    string `query:"status" maxLength:"20"`
		Programme string `query:"programme" maxLength:"40"`
		Group     string `query:"group" maxLength:"200"`
	}
	call(s, route{http.MethodGet, "/api/decisions", auth.Viewer, true}, "The inbox of decisions", "Decisions",
		func(ctx context.Context, c caller, in *ask) (*Page[wire.DecisionList], error) {
			if s.Decisions == nil {
				return nil, notReady("decisions")
			}
			p := in.part()
			v, err := s.Decisions.List(ctx, c.Shop.ID, DecisionQuery{Status: in.Status, Programme: in.Programme, Group: in.Group, Text: p.Text, Sort: p.Sort, Limit: p.Limit, Offset: p.Offset})
			if err != nil {
				return nil, err
			}
			v.Readiness, err = s.readiness(ctx, c.Shop.ID)
			return page(v, in.Format, "decisions"), err
		})
	call(s, route{http.MethodGet, "/api/decisions/{id}", auth.Viewer, true}, "One decision with reasons, guardrails and its life so far", "Decisions",
		func(ctx context.Context, c caller, in *ByID) (*Out[wire.Decision], error) {
			if s.Decisions == nil {
				return nil, notReady("decisions")
			}
			v, ok, err := s.Decisions.Get(ctx, c.Shop.ID, in.ID)
			if err != nil {
				return nil, err
			}
			if !ok {
				return nil, problem.NotFound("decision", in.ID)
			}
			return out(v), s.nameActors(ctx, c.Shop.ID, v.Audit)
		})
	judge(s, "approve", "Approve decisions; they are applied at once", func(ctx context.Context, c caller, b wire.Approve) ([]wire.DecisionResult, error) {
		return s.Decisions.Approve(ctx, c.Shop.ID, c.Actor(), b.IDs, b.Note)
	})
	judge(s, "reject", "Reject decisions", func(ctx context.Context, c caller, b wire.Reject) ([]wire.DecisionResult, error) {
		return s.Decisions.Reject(ctx, c.Shop.ID, c.Actor(), b.IDs, b.Reason)
	})
	judge(s, "undo", "Put approved decisions that were not applied yet, or rejected ones, back into the inbox", func(ctx context.Context, c caller, b wire.Undo) ([]wire.DecisionResult, error) {
		return s.Decisions.Undo(ctx, c.Shop.ID, c.Actor(), b.IDs)
	})
	call(s, route{http.MethodPost, "/api/decisions/run", auth.Operator, true}, "Train and decide now", "Decisions",
		func(_ context.Context, c caller, _ *Empty) (*Out[wire.JobStarted], error) {
			id, err := s.trainAndDecide(c.Shop.ID)
			return out(wire.JobStarted{Job: id}), err
		})
	type pageOf struct{ List }
	call(s, route{http.MethodGet, "/api/audit", auth.Viewer, true}, "Everything that was done, newest first", "Decisions",
		func(ctx context.Context, c caller, in *pageOf) (*Page[wire.AuditList], error) {
			if s.Decisions == nil {
				return nil, notReady("decisions")
			}
			p := in.part()
			v, err := s.Decisions.Audit(ctx, c.Shop.ID, p.Text, p.Limit, p.Offset)
			if err != nil {
				return nil, err
			}
			return page(v, in.Format, "audit"), s.nameActors(ctx, c.Shop.ID, v.Items)
		})
}

// judge declares one thing that an approver may do to several decisions.
func judge[B any](s *Server, verb, summary string, do func(ctx context.Context, c caller, body B) ([]wire.DecisionResult, error)) {
	call(s, route{http.MethodPost, "/api/decisions/" + verb, auth.Approver, true}, summary, "Decisions",
		func(ctx context.Context, c caller, in *struct{ Body B }) (*Out[wire.DecisionResults], error) {
			if s.Decisions == nil {
				return nil, notReady("decisions")
			}
			// What a person decided must not stay half done because their browser closed.
			r, err := do(context.WithoutCancel(ctx), c, in.Body)
			if err != nil {
				return nil, err
			}
			return out(wire.DecisionResults{Results: r}), nil
		})
}

func (s *Server) trainAndDecide(shopID string) (string, error) {
	if s.Train == nil || s.Decide == nil {
		return "", notReady("training")
	}
	id := jobs.NewID()
	return id, s.jobs.Start(id, shopID, jobs.Decide, func(ctx context.Context, progress func(string, int64, int64)) (any, string, error) {
		if err := s.Train(ctx, shopID, progress); err != nil {
			return nil, "", err
		}
		if err := s.Decide(ctx, shopID, progress); err != nil {
			return nil, "", err
		}
		return nil, "Trained and decided.", nil
	})
}

// nameActors shows people by their names. The trail itself holds ids, so that it need not be altered when
// a person leaves.
func (s *Server) nameActors(ctx context.Context, shopID string, trail []wire.AuditEntry) error {
	names, err := s.actorNames(ctx, shopID)
	for i := range trail {
		if n := names[trail[i].Actor]; n != "" {
			trail[i].Actor = n
		}
	}
	return err
}

// actorNames are the names of a shop's people by what the audit trail calls them.
func (s *Server) actorNames(ctx context.Context, shopID string) (map[string]string, error) {
	people, err := s.Auth.Users(ctx, shopID)
	names := map[string]string{}
	for _, u := range people {
		names["user:"+u.ID] = cmp.Or(u.Name, u.Email, "administrator")
	}
	return names, err
}
