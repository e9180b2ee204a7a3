package serve

import (
	"encoding/json"
	"net/http"

	"almanac/serve/problem"
)

// declare registers every route. The roles that calls need stand where each is declared.
func (s *Server) declare() {
	s.session()
	s.people()
	s.keys()
	s.home()
	s.digest()
	s.decisions()
	s.persons()
	s.erasure()
	s.takeout()
	s.products()
	s.customers()
	s.demand()
	s.stock()
	s.reordering()
	s.data()
	s.files()
	s.events()
	s.storefront()
	s.availability()
	s.tracking()
	s.doorSettings()
	s.recommendations()
	s.ruling()
	s.reports()
	s.example()
	s.terms()

	s.mux.HandleFunc("GET /healthz", s.healthz)
	s.mux.HandleFunc("GET /readyz", s.readyz)
	s.mux.Handle("GET /metrics", s.metrics.handler())
	s.mux.HandleFunc("GET /openapi.json", s.describe)
	s.mux.HandleFunc("GET /docs", s.docs)
	s.mux.HandleFunc("/", s.dashboardFiles)
}

func (s *Server) describe(w http.ResponseWriter, r *http.Request) {
	b, err := json.Marshal(s.api.OpenAPI())
	if err != nil {
		problem.Write(w, s.problem(r.Context(), err))
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-cache")
	_, _ = w.Write(b) // a client that left cannot be told
}
