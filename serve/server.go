// Package serve answers HTTP: the dashboard and its API, the storefront API, health and metrics. It
// contains no rules of the trade. What it shows comes from the state views, the predictions and the
// decisions; what comes in goes to the record.
//
// Every call under /api has a role that it needs (see routes.go) and belongs to one shop. Errors are
// RFC 9457 problem documents, made in one place (errors.go). The description of the API in OpenAPI 3.1 is
// generated from the same declarations that answer (OpenAPI).
package serve

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"almanac/program/onsite"
	"almanac/serve/dashboard"
	"almanac/serve/jobs"
	"almanac/serve/storefront"
	"almanac/serve/wire"
	"almanac/shop"
	"almanac/state/availability"
)

// Server answers HTTP. New makes it, Run lets it listen.
type Server struct {
	Config
	api      huma.API
	mux      *http.ServeMux
	handler  http.Handler
	routes   []route
	metrics  *metrics
	traces   *traces
	hub      *hub
	jobs     *jobs.Runner
	reads    *dashboard.Reads
	shelf    *storefront.Shelf
	shown    *exposures
	uploads  *uploads
	crowd    *crowd
	leaks    *dashboard.Cache[[]wire.Leak]
	ready    *dashboard.Cache[[]wire.Readiness]
	lifts    *dashboard.Cache[wire.Lift]
	due      chan struct{} // the pages are worth preparing
	closing  chan struct{}
	stopOnce sync.Once
}

// New prepares a server. It starts nothing.
func New(c Config) (*Server, error) {
	if c.Now == nil || c.Log == nil || c.Main == nil || c.State == nil || c.Shops == nil || c.Auth == nil || c.Doors == nil || c.History == nil || c.Projector == nil || c.Registry == nil {
		return nil, errors.New("serve: Now, Log, Main, State, Shops, Auth, Doors, History, Projector and Registry are needed")
	}
	return assemble(c)
}

func assemble(c Config) (*Server, error) {
	if c.UploadLimit == 0 {
		c.UploadLimit = 4 << 30
	}
	if c.KeepFree == 0 {
		c.KeepFree = 512 << 20
	}
	s := &Server{Config: c, mux: http.NewServeMux(), due: make(chan struct{}, 1), closing: make(chan struct{})}
	s.hub = newHub()
	s.crowd = newCrowd(c.DoorRoom, c.EventsPerKey)
	s.leaks, s.ready = dashboard.NewCache[[]wire.Leak](64), dashboard.NewCache[[]wire.Readiness](64)
	s.lifts = dashboard.NewCache[wire.Lift](64)
	s.jobs = jobs.New(c.Now, s.jobChanged)
	s.reads = dashboard.New(c.Views.sources(c))
	s.shown = newExposures(s)
	var written func(context.Context, string) ([]onsite.Rule, error)
	if c.OnSiteRules != nil {
		written = c.OnSiteRules.Rules
	}
	var promises *availability.Store
	if c.Availability != nil {
		promises = c.Availability.Store
	}
	s.shelf = storefront.New(storefront.Sources{Catalog: c.Views.Catalog, Orders: c.Views.Orders, Stock: c.Views.Stock, Behaviour: c.Views.Behaviour, Identity: c.Views.Identity, Supply: c.Views.Supply, Review: c.Views.Review, Promises: promises, Knows: s.knows,
		Registry: c.Registry, Projector: c.Projector, Head: c.History.Head, Now: c.Now, Patience: c.Patience, Exposures: s.shown.seen, Policy: c.OnSite, Rules: written,
		Fault: func(err error) {
			c.Log.Warn("recommendations could not be renewed; the former ones go on", "error", err)
		}})
	s.uploads = newUploads(filepath.Join(c.DataDir, "uploads"), c.UploadLimit, c.KeepFree)
	s.metrics = newMetrics(s)
	s.traces = newTraces(c.Traces)
	s.api = humago.New(s.mux, apiConfig(c.Version))
	s.declare()
	finishSchemas(s.api.OpenAPI())
	var err error
	if s.handler, err = s.wrap(); err != nil {
		return nil, err
	}
	return s, nil
}

// OpenAPI is the description of the API (OpenAPI 3.1, JSON). It needs nothing that runs.
func OpenAPI() ([]byte, error) {
	s, err := assemble(Config{Version: "1", Log: slog.New(slog.DiscardHandler), Now: time.Now})
	if err != nil {
		return nil, err
	}
	b, err := json.MarshalIndent(s.api.OpenAPI(), "", "  ")
	if err != nil {
		return nil, fmt.Errorf("describe the API: %w", err)
	}
	return append(b, '\n'), nil
}

// Shelf is what recommends; clicks that come in another way than the tracking doors are told to it.
func (s *Server) Shelf() *storefront.Shelf { return s.shelf }

// Handler is everything that the server answers.
func (s *Server) Handler() http.Handler { return s.handler }

// drain is how long requests may go on after the server was told to stop.
const drain = 15 * time.Second

// Run answers on the listener until ctx ends, and then lets running requests and jobs come to an end.
func (s *Server) Run(ctx context.Context, l net.Listener) error {
	if err := s.reportInterrupted(ctx); err != nil {
		return err
	}
	if err := s.uploads.clean(s.Now()); err != nil {
		s.Log.Warn("old uploads could not be removed", "error", err)
	}
	h := &http.Server{
		Handler:           s.handler,
		ReadHeaderTimeout: 10 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
		ErrorLog:          slog.NewLogLogger(s.Log.Handler(), slog.LevelDebug), // broken connections are the client's business
	}
	h.RegisterOnShutdown(s.stopStreams)
	work, stop := context.WithCancel(ctx)
	var background sync.WaitGroup
	background.Go(func() { s.watch(work) })
	background.Go(func() { s.keep(work) })
	background.Go(func() { s.warm(work) })
	background.Go(func() { s.shown.run(work) })
	background.Go(func() { s.traces.run(work, s.Projector, s.Now) })
	background.Go(func() {
		s.Doors.Run(work, func(err error) { s.Log.Warn("what was counted at the doors could not be written", "error", err) })
	})
	failed := make(chan error, 1)
	go func() { failed <- h.Serve(l) }()

	var err error
	select {
	case err = <-failed:
		s.stopStreams()
	case <-ctx.Done():
		end, cancel := context.WithTimeout(context.WithoutCancel(ctx), drain)
		err = h.Shutdown(end)
		cancel()
	}
	stop()
	s.jobs.Close()
	background.Wait()
	if ferr := s.Auth.Flush(context.WithoutCancel(ctx)); ferr != nil {
		err = errors.Join(err, fmt.Errorf("write when keys were last used: %w", ferr))
	}
	if errors.Is(err, http.ErrServerClosed) {
		err = nil
	}
	return err
}

func (s *Server) stopStreams() { s.stopOnce.Do(func() { close(s.closing) }) }

// keep does the small chores of a running server.
func (s *Server) keep(ctx context.Context) {
	tick := time.NewTicker(time.Minute)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			if err := s.Auth.Flush(ctx); err != nil && ctx.Err() == nil {
				s.Log.Warn("could not write when keys were last used", "error", err)
			}
		}
	}
}

// warm prepares the pages of every shop at the start and after each job, so that the first person to look
// need not wait.
func (s *Server) warm(ctx context.Context) {
	for {
		shops, err := s.Shops.List(ctx)
		for _, sh := range shops {
			err = errors.Join(err, s.shelf.Warm(ctx, sh.ID), s.reads.Warm(ctx, sh), s.warmHome(ctx, sh))
		}
		if err != nil && ctx.Err() == nil {
			s.Log.Warn("the pages could not be prepared", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-s.due:
		}
	}
}

func (s *Server) warmHome(ctx context.Context, sh shop.Shop) error {
	v, err := s.reads.Home(ctx, sh, "", "")
	if err != nil || v.Coverage == nil {
		return err
	}
	_, err = s.leaksOf(ctx, sh, v.Period)
	return err
}

func (v Views) sources(c Config) dashboard.Sources {
	return dashboard.Sources{Catalog: v.Catalog, Orders: v.Orders, Stock: v.Stock, Supply: v.Supply, Quality: v.Quality, Outlook: v.Outlook, Place: v.Place,
		History: c.History, Projector: c.Projector, Registry: c.Registry, Planned: c.Planned, Settings: c.Reorder.Settings, Now: c.Now}
}
