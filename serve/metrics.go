package serve

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// metrics are the figures of the server itself. Labels are routes, never addresses or ids.
type metrics struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
	events   *prometheus.CounterVec
}

func newMetrics(s *Server) *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "almanac_http_requests_total", Help: "Requests by route, method and status."},
			[]string{"route", "method", "status"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "almanac_http_request_seconds", Help: "Time to answer by route.",
			Buckets: []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10}}, []string{"route"}),
		events: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "almanac_tracked_facts_total", Help: "Facts taken in through the tracking API, by what became of them."},
			[]string{"outcome"}),
	}
	m.registry.MustRegister(m.requests, m.seconds, m.events, &gauges{s}, &sources{s}, collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

func (m *metrics) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
}

// measured counts and times requests by route.
func (s *Server) measured(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		rec := &recorder{ResponseWriter: w}
		r, ended := s.traces.request(r)
		defer func() {
			route := r.Pattern // the mux has written it by now
			if _, path, ok := strings.Cut(route, " "); ok {
				route = path
			}
			if rec.status == 0 {
				rec.status = http.StatusOK
			}
			ended(route, rec.status)
			s.metrics.requests.WithLabelValues(route, known(r.Method), strconv.Itoa(rec.status)).Inc()
			if route != "/api/events" {
				s.metrics.seconds.WithLabelValues(route).Observe(time.Since(start).Seconds())
			}
		}()
		next.ServeHTTP(rec, r)
	})
}

// known bounds the values of a label that clients choose.
func known(method string) string {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodDelete, http.MethodOptions:
		return method
	}
	return "other"
}

// gauges are read when somebody asks for the metrics.
type gauges struct{ s *Server }

var (
	recordedDesc = prometheus.NewDesc("almanac_facts_recorded", "Facts in the record.", nil, nil)
	behindDesc   = prometheus.NewDesc("almanac_state_behind", "Facts recorded that the views do not show yet.", nil, nil)
	jobsDesc     = prometheus.NewDesc("almanac_jobs", "Jobs since the start by kind and status.", []string{"what", "status"}, nil)
	streamsDesc  = prometheus.NewDesc("almanac_dashboards_open", "Open streams of live updates.", nil, nil)
)

// Describe names the gauges.
func (g *gauges) Describe(c chan<- *prometheus.Desc) {
	c <- recordedDesc
	c <- behindDesc
	c <- jobsDesc
	c <- streamsDesc
}

// Collect reads them.
func (g *gauges) Collect(c chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	if n, err := g.s.History.Head(ctx); err == nil {
		c <- prometheus.MustNewConstMetric(recordedDesc, prometheus.GaugeValue, float64(n))
	}
	if n, err := g.s.Projector.Behind(ctx); err == nil {
		c <- prometheus.MustNewConstMetric(behindDesc, prometheus.GaugeValue, float64(n))
	}
	for k, n := range g.s.jobs.Count() {
		c <- prometheus.MustNewConstMetric(jobsDesc, prometheus.GaugeValue, float64(n), k[0], k[1])
	}
	c <- prometheus.MustNewConstMetric(streamsDesc, prometheus.GaugeValue, float64(g.s.hub.count()))
}
