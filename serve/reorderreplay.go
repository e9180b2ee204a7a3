package serve

import (
	"context"
	"fmt"
	"net/http"
	"reflect"

	"almanac/program/reorder/replay"
	"almanac/serve/auth"
	"almanac/serve/jobs"
	"almanac/serve/wire"
)

// reorderReplay declares the replay of a shop's past: what it said last, and to begin a new one.
func (s *Server) reorderReplay() {
	type whole struct {
		Format string `query:"format" enum:"json,csv" default:"json" doc:"csv gives the whole list as a file"`
	}
	call(s, route{http.MethodGet, "/api/reorder-replay", auth.Viewer, true}, "What the shop's past would have cost under other ways of ordering, as replayed last", "Stock",
		func(ctx context.Context, c caller, in *whole) (*Page[wire.ReorderReplay], error) {
			v, err := s.lastReplay(ctx, c.Shop.ID)
			if err != nil {
				return nil, err
			}
			return page(v, in.Format, "reorder-replay"), nil
		})
	call(s, route{http.MethodPost, "/api/reorder-replay", auth.Operator, true}, "Live the shop's last days again, in the background", "Stock",
		func(ctx context.Context, c caller, in *struct{ Body wire.ReplayAsk }) (*Out[wire.JobStarted], error) {
			if s.Reorder.Replay == nil {
				return nil, notReady("replaying the past")
			}
			id, err := s.startReplay(c.Shop.ID, in.Body.Days)
			if err == nil {
				s.record(ctx, c, "past replayed", fmt.Sprintf("the last %d days, job %s", in.Body.Days, id))
			}
			return out(wire.JobStarted{Job: id}), err
		})
}

func (s *Server) startReplay(shopID string, days int) (string, error) {
	id := jobs.NewID()
	return id, s.jobs.Start(id, shopID, jobs.Replay, func(ctx context.Context, tell func(string, int64, int64)) (any, string, error) {
		r, err := s.Reorder.Replay(ctx, shopID, days, tell)
		if err != nil {
			return nil, "", err
		}
		return nil, fmt.Sprintf("%d days of %d products were lived through again.", r.Days, r.Products), nil
	})
}

// lastReplay is the last one kept, and whether another is under way.
func (s *Server) lastReplay(ctx context.Context, shopID string) (v wire.ReorderReplay, err error) {
	v.Items = []replay.PastRow{}
	if s.Reorder.Replays == nil {
		return v, notReady("replaying the past")
	}
	kept, err := s.Reorder.Replays.Last(ctx, shopID)
	if err != nil {
		return v, err
	}
	for _, j := range s.jobs.List(shopID) {
		if j.What == jobs.Replay && j.Status == jobs.Running {
			v.Job = j.ID
		}
	}
	v.Broken = v.Job == "" && !kept.Begun.IsZero()
	if kept.Report == nil {
		return v, nil
	}
	settings, err := s.Reorder.Settings(ctx, shopID)
	if err != nil {
		return v, err
	}
	v.MadeAt, v.About, v.Changed = &kept.Made, &kept.Report.Replayed, !reflect.DeepEqual(settings, kept.Report.Settings)
	if kept.Report.Items != nil {
		v.Items = kept.Report.Items
	}
	v.Total = int64(len(v.Items))
	return v, nil
}
