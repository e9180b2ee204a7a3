package serve

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"strings"
	"time"

	"github.com/klauspost/compress/gzip"

	"almanac/fact"
	"almanac/history"
	"almanac/serve/problem"
)

// Limits of the tracking API, those of Segment's: one event, and one batch.
const (
	eventLimit = 32 << 10
	batchLimit = 500 << 10
)

// Tracked is what became of one event: its facts, or why there are none.
type Tracked struct {
	Facts          []fact.Fact
	Reason, Detail string // where it has no facts and is not simply of no interest
	Remedy         string
}

// DecodeEvents turns the body of a tracking call (the path's last part names it) into facts. It fails only
// where the body as a whole cannot be read; events that are wrong by themselves come back with a reason.
type DecodeEvents func(shop, call string, body []byte, received time.Time) ([]Tracked, []json.RawMessage, error)

// Success is the answer to a tracking call.
type Success struct {
	Success bool `json:"success"`
}

// calls are the tracking calls of Segment's HTTP API that exist here.
var calls = []string{"track", "identify", "page", "screen", "group", "alias", "batch"}

// tracking declares the tracking API.
func (s *Server) tracking() {
	for _, name := range calls {
		limit := int64(eventLimit)
		if name == "batch" {
			limit = batchLimit
		}
		path := "/v1/" + name
		s.mux.HandleFunc("POST "+path, func(w http.ResponseWriter, r *http.Request) { s.track(w, r, name, limit) })
		s.documented(route{Method: http.MethodPost, Path: path}, "Take in events in the form of Segment's HTTP API; answered when they are on disk",
			reflect.TypeFor[map[string]any](), reflect.TypeFor[Success]())
	}
}

func (s *Server) track(w http.ResponseWriter, r *http.Request, name string, limit int64) {
	s.cors(w, r)
	if err := s.takeIn(w, r, name, limit); err != nil {
		problem.Write(w, s.problem(r.Context(), err))
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write([]byte(`{"success":true}`)) // a sender that left will send again, and count once
}

func (s *Server) takeIn(w http.ResponseWriter, r *http.Request, name string, limit int64) error {
	if s.Track == nil {
		return notReady("tracking")
	}
	body, err := bodyOf(w, r, limit)
	if err != nil {
		return err
	}
	var envelope struct {
		WriteKey string `json:"writeKey"`
	}
	if err := json.Unmarshal(body, &envelope); err != nil {
		return problem.BadRequest("bad_json", "The body is not a JSON object.", "Send one event, or {\"batch\": […]} to /v1/batch.")
	}
	k, err := s.writer(r, envelope.WriteKey)
	if err != nil {
		return err
	}
	events, raws, err := s.Track(k.Shop, name, body, s.Now().UTC())
	if err != nil {
		return problem.BadRequest("bad_events", err.Error(), "Send one event, or {\"batch\": […]} to /v1/batch.").Because(err)
	}
	var facts []fact.Fact
	var bad []history.Quarantined
	for i, e := range events {
		facts = append(facts, e.Facts...)
		if e.Reason != "" {
			bad = append(bad, history.Quarantined{Shop: k.Shop, Source: "track:" + name, Line: int64(i + 1), Reason: e.Reason, Detail: e.Detail, Remedy: e.Remedy, Raw: string(raws[i])})
		}
	}
	res, err := s.History.Append(r.Context(), facts)
	if err != nil {
		return err
	}
	s.metrics.events.WithLabelValues("accepted").Add(float64(res.Accepted))
	s.metrics.events.WithLabelValues("duplicate").Add(float64(res.Duplicates))
	s.metrics.events.WithLabelValues("quarantined").Add(float64(res.Conflicts + len(bad)))
	return s.History.Quarantine(r.Context(), bad)
}

// bodyOf reads a body, plain or gzip, up to a limit that holds for what it unpacks to.
func bodyOf(w http.ResponseWriter, r *http.Request, limit int64) ([]byte, error) {
	in := io.Reader(http.MaxBytesReader(w, r.Body, limit))
	switch strings.ToLower(r.Header.Get("Content-Encoding")) {
	case "", "identity":
	case "gzip":
		z, err := gzip.NewReader(in)
		if err != nil {
			return nil, problem.BadRequest("bad_gzip", "The body is not gzip, although its header says so.", "Pack it with gzip, or leave Content-Encoding out.")
		}
		in = z
	default:
		return nil, problem.New(http.StatusUnsupportedMediaType, "unsupported_encoding", "The body is packed in an unknown way", "Content-Encoding may be gzip.", "Pack the body with gzip, or not at all.")
	}
	b, err := io.ReadAll(io.LimitReader(in, limit+1))
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge) || int64(len(b)) > limit:
		return nil, problem.TooLarge(fmt.Sprintf("%d KB", limit>>10))
	case err != nil:
		return nil, problem.BadRequest("bad_body", "The body breaks off.", "Send it again.").Because(err)
	}
	return b, nil
}
