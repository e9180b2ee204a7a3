package serve

import (
	"net/http"
	"reflect"
	"slices"
	"strings"

	"almanac/ingest/track"
	"almanac/serve/auth"
	"almanac/serve/problem"
)

// eventLimit bounds the bodies of single calls, as Segment's API does.
const eventLimit = track.MaxEvent

// Success is the answer to a tracking call.
type Success struct {
	Success bool `json:"success"`
}

// door is one address of the tracking API.
type door struct {
	kind  string // of its events; empty: a batch, whose events tell their own
	limit int64  // bytes of a body
}

// types are the calls of Segment's HTTP API that take one event.
var types = []string{"track", "identify", "page", "screen", "group", "alias"}

// tracking declares the tracking API: Segment's addresses, those that RudderStack's and Jitsu's clients
// call besides, the pixel, and what clients ask before they send.
func (s *Server) tracking() {
	for _, name := range types {
		s.takes("/v1/"+name, door{name, eventLimit}, "Take in one event in the form of Segment's HTTP API; answered when it is on disk")
		s.mux.HandleFunc("GET /v1/pixel/"+name, func(w http.ResponseWriter, r *http.Request) { s.pixel(w, r, door{name, eventLimit}) })
		s.alike("/v1/"+name[:1], door{name, eventLimit})    // Segment's browser client
		s.alike("/api/s/"+name, door{name, eventLimit})     // Jitsu, from browsers
		s.alike("/api/s/s2s/"+name, door{name, eventLimit}) // and from servers
	}
	batch := door{"", track.MaxBody}
	s.takes("/v1/batch", batch, "Take in a batch of events; those that cannot be read go to quarantine, each alone")
	s.takes("/v1/import", batch, "Take in a batch of events of the past")
	s.alike("/v1/b", batch)
	s.alike("/beacon/v1/batch", batch) // RudderStack, from pages being closed
	s.settings()
}

// takes declares an address that takes events in.
func (s *Server) takes(path string, d door, summary string) {
	s.alike(path, d)
	s.documented(route{Method: http.MethodPost, Path: path}, summary, reflect.TypeFor[map[string]any](), reflect.TypeFor[Success]())
}

// alike is an address that other clients call, with the same meaning.
func (s *Server) alike(path string, d door) {
	s.mux.HandleFunc("POST "+path, func(w http.ResponseWriter, r *http.Request) { s.track(w, r, d) })
	if !strings.HasPrefix(path, "/v1/") { // where OPTIONS /v1/ does not answer
		s.mux.HandleFunc("OPTIONS "+path, s.preflight)
	}
}

func (s *Server) preflight(w http.ResponseWriter, r *http.Request) {
	s.cors(w, r)
	w.WriteHeader(http.StatusNoContent)
}

func (s *Server) track(w http.ResponseWriter, r *http.Request, d door) {
	s.cors(w, r)
	if err := s.takeIn(w, r, d); err != nil {
		problem.Write(w, s.problem(r.Context(), err))
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write([]byte(`{"success":true}`)) // a sender that left will send again, and count once
}

// takeIn reads a call, and has its events taken in under the key that it carries.
func (s *Server) takeIn(w http.ResponseWriter, r *http.Request, d door) error {
	leave, err := s.crowd.enter(r, d.limit)
	if err != nil {
		return err
	}
	defer leave()
	body, done, err := bodyOf(w, r, d.limit)
	if err != nil {
		return err
	}
	defer done()
	return s.accept(w, r, d, body)
}

// accept takes in the events of a body.
func (s *Server) accept(w http.ResponseWriter, r *http.Request, d door, body []byte) error {
	in, err := track.Parse(body, d.kind)
	if err != nil {
		return unreadable(d, err)
	}
	k, err := s.writer(r, in.WriteKey)
	if err != nil {
		return err
	}
	if err := allowedFrom(w, r, k); err != nil {
		return err
	}
	if d.kind == "" && !in.Batch {
		return problem.BadRequest("bad_batch", "The body has no batch.", "Send {\"batch\": […]}.")
	}
	if err := s.crowd.pass(k.ID, len(in.Events), s.Now()); err != nil {
		return err
	}
	sh, err := s.Shops.Get(r.Context(), k.Shop)
	if err != nil {
		return err
	}
	return s.intake(r.Context(), &intake{
		door: track.Door{Shop: k.Shop, Source: source, ReceivedAt: s.Now().UTC(), Currency: sh.Currency},
		gpc:  r.Header.Get("Sec-GPC") == "1",
	}, in.Events)
}

func unreadable(d door, err error) error {
	code, detail, remedy := "bad_json", "The body is not a JSON object.", "Send one event as a JSON object."
	if d.kind == "" {
		remedy = "Send {\"batch\": […]}, with at most 2,500 events."
	}
	if strings.Contains(err.Error(), "more than") || strings.Contains(err.Error(), "nested") {
		code, detail = "bad_batch", err.Error()
	}
	return problem.BadRequest(code, detail, remedy).Because(err)
}

// source names what comes through the tracking API, whichever key it comes with: a new key must not make
// a repeated event count twice.
const source = "segment:web"

// allowedFrom refuses a key on pages that it is not for. Calls of servers come from no page.
func allowedFrom(w http.ResponseWriter, r *http.Request, k auth.Key) error {
	o := r.Header.Get("Origin")
	if o == "" || len(k.Origins) == 0 {
		return nil
	}
	h := w.Header()
	h.Add("Vary", "Origin")
	if slices.Contains(k.Origins, o) {
		if h.Get("Access-Control-Allow-Origin") != "" {
			h.Set("Access-Control-Allow-Origin", o)
		}
		return nil
	}
	h.Del("Access-Control-Allow-Origin")
	return problem.New(http.StatusForbidden, "origin_refused", "This key is not for this page", "The key may not be used on pages of "+o+".",
		"Add the origin to the key under Settings → Keys.")
}

// keyOf finds a key wherever clients put it: Basic user name, Bearer token, header X-Write-Key (Jitsu),
// ?key=, ?writeKey=. The first that is there counts.
func keyOf(r *http.Request) string {
	if user, _, ok := r.BasicAuth(); ok {
		return user
	}
	if bearer, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok {
		return strings.TrimSpace(bearer)
	}
	if k := r.Header.Get("X-Write-Key"); k != "" {
		k, _, _ = strings.Cut(k, ":") // Jitsu's clients want a key of two parts; ours is the first
		return k
	}
	if r.URL.RawQuery == "" {
		return ""
	}
	q := r.URL.Query()
	if k := q.Get("key"); k != "" {
		return k
	}
	return q.Get("writeKey")
}
