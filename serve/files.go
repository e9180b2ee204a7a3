package serve

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"reflect"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"almanac/history"
	"almanac/serve/auth"
	"almanac/serve/jobs"
	"almanac/serve/problem"
	"almanac/serve/wire"
)

// files declares uploads, imports and jobs.
func (s *Server) files() {
	s.receiving()
	call(s, route{http.MethodPut, "/api/uploads/{id}", auth.Operator, true}, "Change how an uploaded file is read", "Data",
		func(ctx context.Context, c caller, in *struct {
			ByID
			Body wire.ProposalChange
		}) (*Out[wire.FileProposal], error) {
			up, n, err := s.uploads.find(c.Shop.ID, in.ID)
			if err != nil {
				return nil, err
			}
			up.Change = merge(up.Change, in.Body)
			v, err := s.propose(ctx, c, up, n.Bytes)
			if err != nil {
				return nil, err
			}
			return out(v), s.uploads.save(c.Shop.ID, up, n.Bytes)
		})
	call(s, route{http.MethodDelete, "/api/uploads/{id}", auth.Operator, true}, "Forget an uploaded file", "Data",
		func(_ context.Context, c caller, in *ByID) (*Empty, error) {
			return &Empty{}, s.uploads.remove(c.Shop.ID, in.ID)
		})
	call(s, route{http.MethodPost, "/api/uploads/{id}/import", auth.Operator, true}, "Import an uploaded file", "Data",
		func(ctx context.Context, c caller, in *ByID) (*Out[wire.JobStarted], error) {
			id, err := s.startImport(ctx, c, in.ID)
			return out(wire.JobStarted{Job: id}), err
		})
	call(s, route{http.MethodGet, "/api/imports", auth.Viewer, true}, "Imports with the account of every line, newest first", "Data",
		func(ctx context.Context, c caller, _ *Empty) (*Out[wire.ImportList], error) {
			runs, err := s.History.Imports(ctx, c.Shop.ID, 200)
			v := wire.ImportList{}
			for _, r := range runs {
				v.Items = append(v.Items, wireRun(r))
			}
			return out(v), err
		})
	call(s, route{http.MethodDelete, "/api/imports/{id}", auth.Operator, true}, "Take an import back, as if its file had never come", "Data",
		func(ctx context.Context, c caller, in *ByID) (*Out[wire.JobStarted], error) {
			if s.TakeBack == nil {
				return nil, notReady("taking imports back")
			}
			id, err := s.startTakeBack(ctx, c, in.ID)
			return out(wire.JobStarted{Job: id}), err
		})
	call(s, route{http.MethodGet, "/api/jobs", auth.Viewer, true}, "Jobs, newest first", "Data",
		func(_ context.Context, c caller, _ *Empty) (*Out[wire.JobList], error) {
			v := wire.JobList{}
			for _, j := range s.jobs.List(c.Shop.ID) {
				v.Items = append(v.Items, s.wireJob(j))
			}
			return out(v), nil
		})
	call(s, route{http.MethodGet, "/api/jobs/{id}", auth.Viewer, true}, "How far a job is", "Data",
		func(ctx context.Context, c caller, in *ByID) (*Out[wire.Job], error) {
			v, err := s.findJob(ctx, c.Shop.ID, in.ID)
			return out(v), err
		})
	call(s, route{http.MethodDelete, "/api/jobs/{id}", auth.Operator, true}, "Cancel a job", "Data",
		func(ctx context.Context, c caller, in *ByID) (*Out[wire.Job], error) {
			j, err := s.jobs.Cancel(c.Shop.ID, in.ID)
			if err != nil {
				return nil, err
			}
			s.record(ctx, c, "job cancelled", j.What+" job "+j.ID)
			return out(s.wireJob(j)), nil
		})
}

// receiving declares the arrival of a file. The body is read by hand, straight to the disk.
func (s *Server) receiving() {
	rt := route{http.MethodPost, "/api/uploads", auth.Operator, true}
	o := s.operation(rt, "Upload a file, as multipart field “file” or as the body with ?name=", "Data", http.StatusOK)
	o.Parameters = append(o.Parameters, &huma.Param{Name: "name", In: "query", Description: "The file's name, where the body is the file itself", Schema: &huma.Schema{Type: huma.TypeString}})
	binary := &huma.Schema{Type: huma.TypeString, Format: "binary"}
	o.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{
		"multipart/form-data":      {Schema: &huma.Schema{Type: huma.TypeObject, Properties: map[string]*huma.Schema{"file": binary}, Required: []string{"file"}}},
		"application/octet-stream": {Schema: binary}}}
	o.Responses["200"] = &huma.Response{Description: "How the file would be read", Content: map[string]*huma.MediaType{
		"application/json": {Schema: s.api.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[wire.FileProposal](), true, "")}}}
	admit := s.admit(rt)
	s.mux.HandleFunc(rt.Method+" "+rt.Path, func(w http.ResponseWriter, r *http.Request) {
		admit(humago.NewContext(&o, r, w), func(h huma.Context) {
			v, err := s.receive(h.Context(), callerOf(h.Context()), r)
			if err != nil {
				problem.Write(w, s.problem(r.Context(), err))
				return
			}
			full, err := fullLists(h, "200", v)
			if err == nil {
				w.Header().Set("Content-Type", "application/json")
				err = huma.DefaultJSONFormat.Marshal(w, full)
			}
			if err != nil {
				s.Log.DebugContext(r.Context(), "an answer did not arrive", "id", requestID(r.Context()), "error", err)
			}
		})
	})
	s.api.OpenAPI().AddOperation(&o)
}

func (s *Server) receive(ctx context.Context, c caller, r *http.Request) (wire.FileProposal, error) {
	if s.Importer == nil {
		return wire.FileProposal{}, notReady("imports")
	}
	body, name, size, err := fileOf(r)
	if err != nil {
		return wire.FileProposal{}, err
	}
	up, err := s.uploads.receive(c.Shop.ID, name, size, body)
	if err != nil {
		return wire.FileProposal{}, err
	}
	_, n, err := s.uploads.find(c.Shop.ID, up.ID)
	if err != nil {
		return wire.FileProposal{}, err
	}
	v, err := s.propose(ctx, c, up, n.Bytes)
	if err != nil {
		// A file that cannot be read is of no use to anybody.
		err = errors.Join(err, s.uploads.remove(c.Shop.ID, up.ID))
	}
	return v, err
}

// fileOf finds the file in a request: the first multipart part named file, or the body itself.
func fileOf(r *http.Request) (body io.Reader, name string, size int64, err error) {
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if kind != "multipart/form-data" {
		return r.Body, r.URL.Query().Get("name"), r.ContentLength, nil
	}
	parts, err := r.MultipartReader()
	if err != nil {
		return nil, "", 0, problem.BadRequest("bad_multipart", "The form cannot be read.", "Send the file as the multipart field “file”.").Because(err)
	}
	for {
		p, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return nil, "", 0, problem.BadRequest("no_file", "The form has no field “file”.", "Send the file as the multipart field “file”.")
		}
		if err != nil {
			return nil, "", 0, problem.BadRequest("bad_multipart", "The form breaks off.", "Send it again.").Because(err)
		}
		if p.FormName() == "file" {
			return p, p.FileName(), -1, nil
		}
	}
}

func (s *Server) propose(ctx context.Context, c caller, up Upload, size int64) (wire.FileProposal, error) {
	if s.Importer == nil {
		return wire.FileProposal{}, notReady("imports")
	}
	v, err := s.Importer.Propose(ctx, c.Shop, up)
	v.Upload, v.Name, v.Bytes = up.ID, up.Name, size
	return v, err
}

func (s *Server) startImport(ctx context.Context, c caller, upload string) (string, error) {
	if s.Importer == nil {
		return "", notReady("imports")
	}
	up, n, err := s.uploads.find(c.Shop.ID, upload)
	if err != nil {
		return "", err
	}
	v, err := s.propose(ctx, c, up, n.Bytes)
	if err != nil {
		return "", err
	}
	if !v.Ready {
		p := problem.Invalid("The file cannot be imported yet.", "Answer the questions and name the missing columns.")
		for _, q := range v.Questions {
			p.With(problem.Fault{Location: q.Code, Message: q.Text})
		}
		for _, f := range v.Fields {
			if f.Required && f.Column == "" {
				p.With(problem.Fault{Location: "columns." + f.Field, Message: "no column is named for " + f.Label})
			}
		}
		return "", p
	}
	id := jobs.NewID()
	err = s.jobs.Start(id, c.Shop.ID, jobs.Import, func(ctx context.Context, progress func(string, int64, int64)) (any, string, error) {
		run, err := s.Importer.Import(ctx, c.Shop, up, id, progress)
		if err == nil {
			err = s.uploads.remove(c.Shop.ID, up.ID)
		}
		return run, accountOf(run), err
	})
	if err == nil {
		s.record(ctx, c, "import started", "job "+id)
	}
	return id, err
}

func (s *Server) startTakeBack(ctx context.Context, c caller, run string) (string, error) {
	r, err := s.History.Import(ctx, c.Shop.ID, run)
	switch {
	case err != nil:
		return "", err
	case r.Status == history.TakenBack:
		return "", history.ErrTakenBack
	case r.Status == jobs.Running:
		return "", history.ErrImporting
	}
	id := jobs.NewID()
	return id, s.jobs.Start(id, c.Shop.ID, jobs.TakeBack, func(ctx context.Context, progress func(string, int64, int64)) (any, string, error) {
		r, err := s.TakeBack(ctx, c.Shop.ID, c.Actor(), run, progress)
		if err != nil {
			return nil, "", err
		}
		return r, fmt.Sprintf("%d facts and %d quarantined lines of %s are gone.", r.Taken, r.TakenLines, r.Name), nil
	})
}

// accountOf sums an import up in a sentence.
func accountOf(r history.ImportRun) string {
	if r.Read == 0 {
		return ""
	}
	return fmt.Sprintf("%d lines read: %d accepted, %d known already, %d left out, %d in quarantine.", r.Read, r.Accepted, r.Duplicates, r.Filtered, r.Quarantined)
}

func wireRun(r history.ImportRun) wire.ImportReport {
	return wire.ImportReport{ID: r.ID, Name: r.Name, Kind: r.Kind, Source: r.Source, StartedAt: r.StartedAt, FinishedAt: r.FinishedAt, Status: r.Status,
		Error: r.Error, Remedy: r.Remedy, Read: r.Read, Facts: r.Facts, Accepted: r.Accepted, Duplicates: r.Duplicates, Filtered: r.Filtered,
		Quarantined: r.Quarantined, ByReason: r.ByReason, Seconds: r.Seconds, Mapping: r.Mapping,
		TakenBackAt: r.TakenBackAt, Taken: r.Taken, TakenLines: r.TakenLines}
}

func (s *Server) wireJob(j jobs.Job) wire.Job {
	v := wire.Job{ID: j.ID, What: j.What, Status: j.Status, Step: j.Step, Done: j.Done, Total: j.Total, Message: j.Message}
	if j.Err != nil {
		p := classify(context.Background(), j.Err)
		v.Error, v.Remedy = p.Error(), p.Remedy
	}
	if run, ok := j.Result.(history.ImportRun); ok && run.ID != "" {
		r := wireRun(run)
		if r.ByReason == nil {
			r.ByReason = map[string]int64{}
		}
		v.Report = &r
	}
	return v
}

// findJob looks for a job in memory and, after a restart, for its account in the record.
func (s *Server) findJob(ctx context.Context, shopID, id string) (wire.Job, error) {
	j, err := s.jobs.Get(shopID, id)
	if err == nil {
		return s.wireJob(j), nil
	}
	run, rerr := s.History.Import(ctx, shopID, id)
	if errors.Is(rerr, history.ErrNoImport) {
		return wire.Job{}, err
	}
	if rerr != nil {
		return wire.Job{}, rerr
	}
	r := wireRun(run)
	return wire.Job{ID: id, What: jobs.Import, Status: run.Status, Done: run.Read, Total: run.Read, Message: accountOf(run), Error: run.Error, Remedy: run.Remedy, Report: &r}, nil
}

// reportInterrupted closes the accounts of imports that ended with the former process.
func (s *Server) reportInterrupted(ctx context.Context) error {
	shops, err := s.Shops.List(ctx)
	if err != nil {
		return err
	}
	for _, sh := range shops {
		runs, err := s.History.Imports(ctx, sh.ID, 1000)
		if err != nil {
			return err
		}
		for _, r := range runs {
			if r.Status != jobs.Running {
				continue
			}
			now := s.Now().UTC().Truncate(time.Millisecond)
			r.Status, r.FinishedAt = jobs.Failed, &now
			r.Error = "The server stopped while this file was being imported."
			r.Remedy = "Import the file again: what was recorded already counts once."
			if err := s.History.SaveImport(ctx, r); err != nil {
				return err
			}
		}
	}
	return nil
}
