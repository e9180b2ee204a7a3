package serve

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"io"
	"net"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"github.com/klauspost/compress/gzhttp"

	"almanac/serve/problem"
)

type requestKey struct{}

// requestID is the name of the request in logs and problem documents.
func requestID(ctx context.Context) string {
	id, _ := ctx.Value(requestKey{}).(string)
	return id
}

func newRequestID() string {
	b := make([]byte, 8)
	_, _ = rand.Read(b) // never fails: crypto/rand ends the program where there is no randomness
	return hex.EncodeToString(b)
}

// wrap puts what every request needs around the routes, from the outside in.
func (s *Server) wrap() (http.Handler, error) {
	zip, err := gzhttp.NewWrapper(gzhttp.MinSize(1024), gzhttp.ContentTypes([]string{
		"application/json", "application/problem+json", "text/html", "text/css", "text/javascript", "application/javascript",
		"image/svg+xml", "text/csv", "text/plain"}))
	if err != nil {
		return nil, err
	}
	h := s.measured(s.mux) // next to the mux, which tells it the route
	h = s.sameOrigin(h)
	h = s.knownHost(h)
	h = zip(h)
	h = s.recovered(h)
	return s.prepared(h), nil
}

// prepared names the request, sets headers that every answer has, and bounds how long it may take.
func (s *Server) prepared(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := newRequestID()
		h := w.Header()
		h.Set("X-Request-Id", id)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		// Styles may stand in attributes: the dashboard's components and charts place themselves that way.
		h.Set("Content-Security-Policy", "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "+
			"font-src 'self' data:; connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'")
		if s.secure(r) {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		if strings.HasPrefix(r.URL.Path, "/api/") {
			h.Set("Cache-Control", "no-store")
			h.Set("X-Almanac-Now", s.Now().UTC().Format(time.RFC3339)) // the time in the shop, by which the dashboard says "ago"
			r.Header.Set("Accept", "application/json")
		}
		bound(w, r)
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), requestKey{}, id)))
	})
}

const (
	usual   = 60 * time.Second // for a whole request
	patient = 60 * time.Second // for the next bytes of an upload or a stream
	brief   = 10 * time.Second // for a tracking call to arrive: it is small, and who dawdles over it holds a place
)

// bound limits how long a request may take to arrive and to be answered. Uploads and streams may take
// long, as long as something moves. These are limits of the network, hence of the real clock.
func bound(w http.ResponseWriter, r *http.Request) {
	c := http.NewResponseController(w)
	switch {
	case r.URL.Path == "/api/events":
		return // the stream sets its own
	case r.Method == http.MethodPost && r.URL.Path == "/api/uploads":
		r.Body = &moving{r.Body, c}
		return
	}
	arrive := usual
	if strings.HasPrefix(r.URL.Path, "/v1/") || strings.HasPrefix(r.URL.Path, "/api/s/") {
		arrive = brief
	}
	// Test servers and some wrappers have no deadlines; the request is then bounded by its context only.
	_ = c.SetReadDeadline(time.Now().Add(arrive))
	_ = c.SetWriteDeadline(time.Now().Add(2 * usual))
}

// moving gives a body more time with every read.
type moving struct {
	io.ReadCloser
	c *http.ResponseController
}

func (m *moving) Read(b []byte) (int, error) {
	_ = m.c.SetReadDeadline(time.Now().Add(patient)) // see bound
	return m.ReadCloser.Read(b)
}

// recovered turns a panic into a problem that carries the id under which the log has the stack.
func (s *Server) recovered(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		rec := &recorder{ResponseWriter: w}
		defer func() {
			p := recover()
			if p == nil {
				return
			}
			if p == http.ErrAbortHandler { //nolint:errorlint // the documented sentinel, compared as net/http does
				panic(p)
			}
			s.Log.ErrorContext(r.Context(), "a request broke off", "id", requestID(r.Context()), "panic", p, "stack", string(debug.Stack()))
			if rec.status == 0 {
				problem.Write(w, problem.Internal(nil))
			}
		}()
		next.ServeHTTP(rec, r)
	})
}

// knownHost refuses calls over loopback under a foreign name: a page elsewhere that makes its own name
// point to 127.0.0.1 (DNS rebinding) must not reach a server that only this machine may use.
func (s *Server) knownHost(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if overLoopback(r) && !s.ownName(r.Host) {
			problem.Write(w, problem.New(http.StatusMisdirectedRequest, "unknown_host", "This is not a name of this server",
				"The server was called by a name that it does not know.", "Call it as localhost, or add the name to --host."))
			return
		}
		next.ServeHTTP(w, r)
	})
}

func overLoopback(r *http.Request) bool {
	a, ok := r.Context().Value(http.LocalAddrContextKey).(net.Addr)
	if !ok {
		return false
	}
	t, ok := a.(*net.TCPAddr)
	return ok && t.IP.IsLoopback()
}

func (s *Server) ownName(host string) bool {
	name := host
	if h, _, err := net.SplitHostPort(host); err == nil {
		name = h
	}
	name = strings.ToLower(strings.Trim(name, "[]"))
	if name == "localhost" || strings.HasSuffix(name, ".localhost") {
		return true
	}
	if ip := net.ParseIP(name); ip != nil && ip.IsLoopback() {
		return true
	}
	for _, h := range s.Hosts {
		if strings.EqualFold(h, name) || strings.EqualFold(h, host) {
			return true
		}
	}
	return false
}

// sameOrigin refuses changes that a browser sends from another site to the dashboard's API, whatever
// cookies it sends along. The storefront API is for other sites.
func (s *Server) sameOrigin(next http.Handler) http.Handler {
	guard := http.NewCrossOriginProtection()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// /api/s/ is where Jitsu's clients send events: with a write key, from pages anywhere.
		if strings.HasPrefix(r.URL.Path, "/api/") && !strings.HasPrefix(r.URL.Path, "/api/s/") && guard.Check(r) != nil {
			problem.Write(w, problem.New(http.StatusForbidden, "cross_origin", "The call comes from another site",
				"The dashboard API takes changes from its own pages only.", "Use a server key from your server instead."))
			return
		}
		next.ServeHTTP(w, r)
	})
}

// recorder notes the status of an answer.
type recorder struct {
	http.ResponseWriter
	status int
}

// WriteHeader notes the first final status.
func (r *recorder) WriteHeader(status int) {
	if r.status == 0 && status >= 200 {
		r.status = status
	}
	r.ResponseWriter.WriteHeader(status)
}

// Write implies the status 200.
func (r *recorder) Write(b []byte) (int, error) {
	if r.status == 0 {
		r.status = http.StatusOK
	}
	return r.ResponseWriter.Write(b)
}

// Unwrap lets http.ResponseController reach what is beneath.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

// Flush sends what was written so far.
func (r *recorder) Flush() {
	if f, ok := r.ResponseWriter.(http.Flusher); ok {
		f.Flush()
	}
}
