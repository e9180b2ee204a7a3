package serve

import (
	"context"
	"net/http"

	"almanac/serve/auth"
	"almanac/serve/jobs"
	"almanac/serve/wire"
)

// erasure declares the forgetting of a person.
func (s *Server) erasure() {
	type one struct {
		ID string `path:"id" maxLength:"512"`
	}
	call(s, route{http.MethodPost, "/api/customers/{id}/erase", auth.Admin, true},
		"Forget a person: what is about them only is erased, orders are kept without them, state is rebuilt. It cannot be undone", "Customers",
		func(_ context.Context, c caller, in *one) (*Out[wire.JobStarted], error) {
			if s.Erase == nil {
				return nil, notReady("erasure")
			}
			id := jobs.NewID()
			return out(wire.JobStarted{Job: id}), s.jobs.Start(id, c.Shop.ID, jobs.Erase, func(ctx context.Context, progress func(string, int64, int64)) (any, string, error) {
				return nil, "The person is forgotten.", s.Erase(ctx, c.Shop.ID, c.Actor(), in.ID, progress)
			})
		})
}
