package serve

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"almanac/ingest"
	"almanac/predict"
	"almanac/predict/demand"
	"almanac/predict/planned"
	"almanac/serve/auth"
	"almanac/serve/jobs"
	"almanac/serve/problem"
	"almanac/serve/wire"
	"almanac/state"
)

// ownLimit bounds a file with the shop's own forecast.
const ownLimit = 32 << 20

// ownForecast declares the forecast that the shop makes itself, which is compared with the model's.
func (s *Server) ownForecast() {
	type whole struct {
		Format string `query:"format" enum:"json,csv" default:"json" doc:"csv gives the whole list as a file"`
	}
	call(s, route{http.MethodGet, "/api/demand-own", auth.Viewer, true}, "The shop's own forecast beside the model's, week by week", "Demand",
		func(ctx context.Context, c caller, in *whole) (*Page[wire.OwnForecast], error) {
			v, err := s.reads.Own(ctx, c.Shop)
			if err != nil {
				return nil, err
			}
			return page(v, in.Format, "own-forecast"), nil
		})
	rt := route{http.MethodPost, "/api/demand-own", auth.Operator, true}
	o := s.operation(rt, "Import the shop's own forecast: a table of product code, week or date, units", "Demand", http.StatusOK)
	o.MaxBodyBytes = ownLimit
	type file struct {
		Name    string `query:"name" maxLength:"200" doc:"The file's name"`
		RawBody []byte `contentType:"application/octet-stream"`
	}
	huma.Register(s.api, o, func(ctx context.Context, in *file) (*Out[wire.OwnImport], error) {
		v, err := s.importOwn(context.WithoutCancel(ctx), callerOf(ctx), fileName(in.Name), in.RawBody)
		if err != nil {
			return nil, s.problem(ctx, err)
		}
		return out(v), nil
	})
	call(s, route{http.MethodDelete, "/api/demand-own", auth.Operator, true}, "Forget the shop's own forecast", "Demand",
		func(ctx context.Context, c caller, _ *Empty) (*Empty, error) {
			if s.Planned == nil {
				return nil, notReady("planning")
			}
			n, err := s.Planned.ForgetOwn(ctx, c.Shop.ID)
			if err != nil {
				return nil, err
			}
			s.record(ctx, c, "own forecast forgotten", fmt.Sprintf("%d weeks of products", n))
			s.replanned(c.Shop.ID)
			return &Empty{}, nil
		})
}

func (s *Server) importOwn(ctx context.Context, c caller, name string, body []byte) (v wire.OwnImport, err error) {
	if s.Planned == nil {
		return v, notReady("planning")
	}
	if len(body) == 0 {
		return v, problem.Invalid("The file is empty.", "Choose a file with the columns sku, week and units.")
	}
	// The reader of files wants to look at a file twice, as it does with every other.
	up, err := s.uploads.receive(c.Shop.ID, name, int64(len(body)), bytes.NewReader(body))
	if err != nil {
		return v, err
	}
	f, err := ingest.ReadExpected(up.Path)
	if rerr := s.uploads.remove(c.Shop.ID, up.ID); err == nil {
		err = rerr
	}
	if err != nil {
		return v, err
	}
	v = wire.OwnImport{Rows: f.Rows, Refused: f.Refused}
	for _, fault := range f.Faults {
		v.Faults = append(v.Faults, fault.Error()+". "+fault.Remedy)
	}
	list, today, err := s.reads.OwnFrom(ctx, c.Shop, f.Items)
	if err != nil {
		return v, err
	}
	if err := s.Planned.SetOwn(ctx, c.Shop.ID, c.Actor(), name, today, list); err != nil {
		return v, err
	}
	products, weeks := map[string]bool{}, map[state.Day]bool{}
	for _, o := range list {
		products[o.SKU], weeks[o.Week.Week] = true, true
		day := o.Week.Week.String()
		if v.From == "" || day < v.From {
			v.From = day
		}
		v.To = max(v.To, day)
	}
	v.Products, v.Weeks = len(products), len(weeks)
	s.record(ctx, c, "own forecast imported", fmt.Sprintf("%s: %d products, weeks from %s to %s", name, v.Products, v.From, v.To))
	s.replanned(c.Shop.ID)
	v.Job, err = s.compare(c.Shop.ID, list, today)
	if errors.Is(err, jobs.ErrBusy) { // the file itself is kept
		v.Faults = append(v.Faults, "Another file is being compared. Import this one again afterwards, to have its past weeks compared too.")
		return v, nil
	}
	return v, err
}

// mostOrigins bounds how far back the model is asked: four quarters.
const mostOrigins = 4

// compare has the model forecast the weeks that are over as it would have then, in the background. A quarter is forecast
// from each start, like a merchant who plans once a quarter; the newest year is enough. It starts nothing where no week is over.
func (s *Server) compare(shopID string, list []planned.Own, today state.Day) (job string, err error) {
	var first, last state.Day
	for _, o := range list {
		if o.Model == nil && o.Week.Week+7 <= today {
			if first == 0 || o.Week.Week < first {
				first = o.Week.Week
			}
			last = max(last, o.Week.Week)
		}
	}
	if first == 0 {
		return "", nil
	}
	first = max(first, last-7*demand.Horizon*mostOrigins+7)
	job = jobs.NewID()
	return job, s.jobs.Start(job, shopID, jobs.Compare, func(ctx context.Context, tell func(string, int64, int64)) (any, string, error) {
		var starts []state.Day
		for at := first; at <= last; at += 7 * demand.Horizon {
			starts = append(starts, at)
		}
		known := 0
		for i, at := range starts {
			tell("Forecasting the past from "+at.String(), int64(i), int64(len(starts)))
			m, _, err := demand.Fit(ctx, s.Views.Demand(), shopID, at)
			if errors.Is(err, predict.ErrNone) {
				continue // nothing had been sold before: those weeks are not compared, and the page says so
			}
			if err != nil {
				return nil, "", err
			}
			n, err := s.Planned.FillOwn(ctx, shopID, m, at, min(at+7*demand.Horizon, last+7))
			if err != nil {
				return nil, "", err
			}
			known += n
		}
		return nil, fmt.Sprintf("Compared %d weeks of products with the model.", known), ctx.Err()
	})
}
