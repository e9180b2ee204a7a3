package serve

import (
	"context"
	"net/http"
	"slices"

	"almanac/history"
	"almanac/serve/auth"
	"almanac/serve/doors"
	"almanac/serve/jobs"
	"almanac/serve/wire"
)

// data declares the pages about sources, quality, quarantine and models.
func (s *Server) data() {
	call(s, route{http.MethodGet, "/api/data", auth.Viewer, true}, "Sources, findings and how far state is", "Data",
		func(ctx context.Context, c caller, _ *Empty) (*Out[wire.Data], error) {
			v, err := s.reads.Data(ctx, c.Shop)
			if err != nil {
				return nil, err
			}
			counts, err := s.Doors.Counts(ctx, c.Shop.ID)
			for _, n := range counts {
				if i := slices.IndexFunc(v.Sources, func(r wire.SourceRow) bool { return r.Source == n.Source }); i >= 0 && n.What == doors.Unknown {
					v.Sources[i].Unknown += n.N
				}
			}
			return out(v), err
		})
	call(s, route{http.MethodGet, "/api/models", auth.Viewer, true}, "What answers each question about the future, and how well", "Data",
		func(ctx context.Context, c caller, _ *Empty) (*Out[wire.ModelList], error) {
			v, err := s.reads.Models(ctx, c.Shop)
			return out(v), err
		})
	type newest struct {
		Limit int `query:"limit" default:"30" minimum:"1" maximum:"200"`
	}
	// Ids and what was searched for may tell of persons, so mere viewers do not see them.
	call(s, route{http.MethodGet, "/api/events/latest", auth.Operator, true}, "The newest facts, as they come in", "Data",
		func(_ context.Context, c caller, in *newest) (*Out[wire.Latest], error) {
			return out(s.reads.Latest(c.Shop.ID, in.Limit)), nil
		})
	type ask struct {
		Reason   string `query:"reason" maxLength:"64"`
		Status   string `query:"status" enum:"open,replayed,dismissed,all" default:"open"`
		ImportID string `query:"import_id" maxLength:"64"`
		Limit    int    `query:"limit" default:"50" minimum:"1" maximum:"1000"`
		Offset   int    `query:"offset" minimum:"0" maximum:"1000000"`
		Format   string `query:"format" enum:"json,csv" default:"json"`
	}
	// Raw lines may hold personal data, so mere viewers do not see them.
	call(s, route{http.MethodGet, "/api/quarantine", auth.Operator, true}, "Lines that could not become facts", "Data",
		func(ctx context.Context, c caller, in *ask) (*Page[wire.QuarantineList], error) {
			f := history.QuarantineFilter{Reason: in.Reason, Import: in.ImportID, Status: in.Status}
			if f.Status == "all" {
				f.Status = ""
			}
			if in.Format == "csv" {
				in.Limit, in.Offset = csvRows, 0
			}
			v, err := s.quarantine(ctx, c.Shop.ID, f, in.Offset, in.Limit)
			return page(v, in.Format, "quarantine"), err
		})
	call(s, route{http.MethodPost, "/api/quarantine/replay", auth.Operator, true}, "Try quarantined lines again, with another mapping where one is given", "Data",
		func(ctx context.Context, c caller, in *struct{ Body wire.Replay }) (*Out[wire.JobStarted], error) {
			if s.Importer == nil {
				return nil, notReady("imports")
			}
			id, b := jobs.NewID(), in.Body
			f := history.QuarantineFilter{Reason: b.Reason, Import: b.ImportID, Status: "open"}
			err := s.jobs.Start(id, c.Shop.ID, jobs.Import, func(ctx context.Context, progress func(string, int64, int64)) (any, string, error) {
				tracked, err := s.replayTracked(ctx, c.Shop, f, progress)
				if err != nil {
					return nil, "", err
				}
				run, err := s.Importer.Replay(ctx, c.Shop, f, b.Mapping, id, progress)
				if err == nil {
					tracked.add(&run)
					err = s.History.SaveImport(ctx, run)
				}
				return run, accountOf(run), err
			})
			if err == nil {
				s.record(ctx, c, "quarantine replayed", "job "+id)
			}
			return out(wire.JobStarted{Job: id}), err
		})
	call(s, route{http.MethodPost, "/api/quarantine/dismiss", auth.Operator, true}, "Set quarantined lines aside", "Data",
		func(ctx context.Context, c caller, in *struct{ Body wire.Dismiss }) (*Out[wire.Dismissed], error) {
			n, err := s.History.MarkQuarantined(ctx, c.Shop.ID, "dismissed", in.Body.IDs)
			if err != nil {
				return nil, err
			}
			s.hub.send(c.Shop.ID, "changed", wire.Changed{Topics: []string{"quarantine", "data", "home"}})
			return out(wire.Dismissed{Dismissed: n}), nil
		})
}

func (s *Server) quarantine(ctx context.Context, shopID string, f history.QuarantineFilter, offset, limit int) (wire.QuarantineList, error) {
	v := wire.QuarantineList{}
	var err error
	if v.ByReason, err = s.History.QuarantineCounts(ctx, shopID, history.QuarantineFilter{Import: f.Import, Status: f.Status}); err != nil {
		return v, err
	}
	for reason, n := range v.ByReason {
		if f.Reason == "" || f.Reason == reason {
			v.Total += n
		}
	}
	// The record pages by id. Skipping is fine here: people look at the first pages.
	rows, err := s.History.Quarantined(ctx, shopID, f, 0, offset+limit)
	if err != nil {
		return v, err
	}
	for _, q := range rows[min(offset, len(rows)):] {
		v.Items = append(v.Items, wire.QuarantineRow{ID: q.ID, ImportID: q.Import, Source: q.Source, Line: q.Line, Reason: q.Reason,
			Detail: q.Detail, Remedy: q.Remedy, Raw: q.Raw, At: q.At, Status: q.Status})
	}
	return v, nil
}
