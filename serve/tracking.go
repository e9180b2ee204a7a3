package serve

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"strings"

	"github.com/klauspost/compress/gzip"

	"almanac/history"
	"almanac/ingest/track"
	"almanac/serve/problem"
)

// Limits of the tracking API, those of Segment's: one event, and one batch.
const (
	eventLimit = 32 << 10
	batchLimit = 500 << 10
)

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
	body, err := bodyOf(w, r, limit)
	if err != nil {
		return err
	}
	var head heading
	if err := json.Unmarshal(body, &head); err != nil {
		return problem.BadRequest("bad_json", "The body is not a JSON object.", "Send one event, or {\"batch\": […]} to /v1/batch.")
	}
	k, err := s.writer(r, head.WriteKey)
	if err != nil {
		return err
	}
	sh, err := s.Shops.Get(r.Context(), k.Shop)
	if err != nil {
		return err
	}
	if name != "batch" {
		if body, err = head.complete(body, name); err != nil {
			return err
		}
	} else if head.Batch == nil {
		return problem.BadRequest("bad_batch", "The body has no batch.", "Send {\"batch\": […]}.")
	}
	facts, refused, err := track.Decode(k.Shop, source, s.Now().UTC(), body, sh.Currency)
	if err != nil {
		return problem.BadRequest("bad_events", err.Error(), "Send one event, or {\"batch\": […]} to /v1/batch.").Because(err)
	}
	res, err := s.History.Append(r.Context(), facts)
	if err != nil {
		return err
	}
	bad := make([]history.Quarantined, len(refused))
	for i, e := range refused {
		bad[i] = history.Quarantined{Shop: k.Shop, Source: source, Reason: e.Code, Detail: e.Detail, Raw: string(e.Raw),
			Remedy: "Correct the sender and send the event again, or dismiss it."}
	}
	s.metrics.events.WithLabelValues("accepted").Add(float64(res.Accepted))
	s.metrics.events.WithLabelValues("duplicate").Add(float64(res.Duplicates))
	s.metrics.events.WithLabelValues("quarantined").Add(float64(res.Conflicts + len(bad)))
	// One bad event of a batch is kept for a person to look at; it does not hold up the others.
	return s.History.Quarantine(r.Context(), bad)
}

// source names what comes through the tracking API, whichever key it comes with: a new key must not make
// a repeated event count twice.
const source = "segment:web"

// heading is what must be known of a body before its events are read.
type heading struct {
	WriteKey  string            `json:"writeKey"`
	Type      string            `json:"type"`
	MessageID string            `json:"messageId"`
	Batch     []json.RawMessage `json:"batch"`
}

// complete gives a single event what its address says already (its type) and the id that Segment's API
// gives to events that are sent without one.
func (h heading) complete(body []byte, name string) ([]byte, error) {
	if h.Type == name && h.MessageID != "" {
		return body, nil
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(body, &fields); err != nil {
		return nil, problem.BadRequest("bad_json", "The body is not a JSON object.", "Send one event.").Because(err)
	}
	fields["type"] = json.RawMessage(`"` + name + `"`)
	if h.MessageID == "" {
		fields["messageId"] = json.RawMessage(`"almanac-` + newRequestID() + newRequestID() + `"`)
	}
	delete(fields, "batch")
	return json.Marshal(fields)
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
