package serve

import (
	"net/http"
	"strings"

	"almanac/serve/problem"
)

// noRoute answers for an address that is not there, and for one that is called by a method that it does
// not have, which the answer names (RFC 9110, 15.5.6).
func (s *Server) noRoute(w http.ResponseWriter, r *http.Request) {
	allow := s.methods(r)
	if len(allow) == 0 {
		problem.Write(w, problem.NoRoute(r.Method, r.URL.Path))
		return
	}
	list := strings.Join(allow, ", ")
	w.Header().Set("Allow", list)
	problem.Write(w, problem.New(http.StatusMethodNotAllowed, "wrong_method", "This address is called by another method",
		r.Method+" is not a method of this address.", "Use "+list+"."))
}

// methods lists those by which an address can be called.
func (s *Server) methods(r *http.Request) (out []string) {
	for _, m := range []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions} {
		other := *r
		other.Method = m
		_, pattern := s.mux.Handler(&other)
		switch pattern {
		case "", "/":
		case "OPTIONS /v1/": // answers for every address below, also for those that are not there
			if len(out) > 0 {
				out = append(out, m)
			}
		default:
			out = append(out, m)
		}
	}
	if out == nil && !strings.HasPrefix(r.URL.Path, "/api/") && !strings.HasPrefix(r.URL.Path, "/v1/") && !isAPI(r.URL.Path) {
		return []string{http.MethodGet, http.MethodHead} // a page of the dashboard
	}
	return out
}

func isAPI(path string) bool { return path == "/api" || path == "/v1" }
