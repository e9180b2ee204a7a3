package serve

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"almanac/serve/auth"
	"almanac/serve/jobs"
	"almanac/serve/wire"
)

// hub hands news to open dashboards. A dashboard that does not read fast enough loses single pieces of
// news and is told to read everything again.
type hub struct {
	mu   sync.Mutex
	subs map[*subscriber]bool
}

type subscriber struct {
	shop string
	news chan message
	lost bool
}

type message struct {
	event string
	data  any
}

func newHub() *hub { return &hub{subs: map[*subscriber]bool{}} }

func (h *hub) join(shop string) *subscriber {
	s := &subscriber{shop: shop, news: make(chan message, 64)}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.subs[s] = true
	return s
}

func (h *hub) leave(s *subscriber) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.subs, s)
}

func (h *hub) count() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.subs)
}

// send tells the dashboards of one shop, or of all where shop is empty.
func (h *hub) send(shop, event string, data any) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for s := range h.subs {
		if shop != "" && s.shop != shop {
			continue
		}
		m := message{event, data}
		if s.lost {
			m = message{"changed", wire.Changed{Topics: everything}}
		}
		select {
		case s.news <- m:
			s.lost = false
		default:
			s.lost = true
		}
	}
}

// The topics of a change are the first parts of the dashboard's cache keys.
var (
	ofState     = []string{"home", "products", "demand", "stock", "customers", "data", "quarantine"}
	ofDecisions = []string{"decisions", "stock", "audit", "home"}
	everything  = []string{"home", "recommendations", "decisions", "products", "demand", "stock", "customers", "data", "imports", "jobs", "quarantine", "models", "audit"}
	afterJob    = map[string][]string{
		jobs.Import:   append([]string{"session"}, everything...), // a first file may tell the currency
		jobs.TakeBack: everything,
		jobs.Train:    {"models", "jobs", "products", "demand", "stock", "customers", "home"},
		jobs.Decide:   {"decisions", "models", "jobs", "products", "demand", "stock", "customers", "home", "audit"},
		jobs.Compare:  {"demand", "jobs"},
		jobs.Replay:   {"stock", "jobs"},
	}
)

// jobChanged hears of every step of a job.
func (s *Server) jobChanged(j jobs.Job) {
	s.hub.send(j.Shop, "job", s.wireJob(j))
	if j.Status != jobs.Running {
		s.nudge()
		s.hub.send(j.Shop, "changed", wire.Changed{Topics: afterJob[j.What]})
		if j.Err != nil {
			s.Log.Error("a job failed", "job", j.ID, "what", j.What, "shop", j.Shop, "error", j.Err)
		}
	}
}

// nudge has the pages prepared anew. It never blocks; several at once count as one.
func (s *Server) nudge() {
	select {
	case s.due <- struct{}{}:
	default:
	}
}

// breath is the least time between two calls to read again: a dashboard need not blink with every fact.
const breath = time.Second

// watch tells open dashboards when state or decisions changed, until ctx ends.
func (s *Server) watch(ctx context.Context) {
	state, stop := s.Projector.Follow()
	defer stop()
	var decided <-chan struct{}
	if s.Decisions != nil {
		c, stop := s.Decisions.Follow()
		defer stop()
		decided = c
	}
	for {
		topics := ofState
		select {
		case <-ctx.Done():
			return
		case <-state:
		case <-decided:
			topics = ofDecisions
		}
		s.hub.send("", "changed", wire.Changed{Topics: topics})
		select {
		case <-ctx.Done():
			return
		case <-time.After(breath):
		}
	}
}

const heartbeat = 20 * time.Second

// events declares the stream of live updates.
func (s *Server) events() {
	rt := route{Method: http.MethodGet, Path: "/api/events", Role: auth.Viewer, Shop: true}
	o := s.operation(rt, "Follow what changes (server-sent events: “changed” and “job”)", "Live", http.StatusOK)
	schemas := s.api.OpenAPI().Components.Schemas
	schemas.Schema(reflect.TypeFor[wire.Changed](), true, "Changed")
	schemas.Schema(reflect.TypeFor[wire.Job](), true, "Job")
	o.Responses["200"] = &huma.Response{Description: "event: changed, data: Changed; event: job, data: Job",
		Content: map[string]*huma.MediaType{"text/event-stream": {Schema: &huma.Schema{Type: huma.TypeString}}}}
	huma.Register(s.api, o, func(ctx context.Context, _ *Empty) (*huma.StreamResponse, error) {
		c := callerOf(ctx)
		return &huma.StreamResponse{Body: func(h huma.Context) {
			_, w := humago.Unwrap(h)
			s.stream(ctx, w, c)
		}}, nil
	})
}

func (s *Server) stream(ctx context.Context, w http.ResponseWriter, c caller) {
	sub := s.hub.join(c.Shop.ID)
	defer s.hub.leave(sub)
	control := http.NewResponseController(w)
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("X-Accel-Buffering", "no")
	write := func(text string) bool {
		_ = control.SetWriteDeadline(time.Now().Add(patient)) // see bound
		_, err := fmt.Fprint(w, text)
		return err == nil && control.Flush() == nil
	}
	if !write("retry: 3000\n: open\n\n") {
		return
	}
	for _, j := range s.jobs.List(c.Shop.ID) {
		if j.Status == jobs.Running && !write(event("job", s.wireJob(j))) {
			return
		}
	}
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-s.closing:
			return
		case m := <-sub.news:
			if !write(event(m.event, m.data)) {
				return
			}
		case <-beat.C:
			if !s.stillAdmitted(ctx, c) || !write(": still here\n\n") {
				return
			}
		}
	}
}

// stillAdmitted ends streams whose session or key was ended.
func (s *Server) stillAdmitted(ctx context.Context, c caller) bool {
	if c.Session == "" {
		keys, err := s.Auth.Keys(ctx, c.Shop.ID)
		if err != nil {
			return false
		}
		for _, k := range keys {
			if k.ID == c.Key.ID {
				return true
			}
		}
		return false
	}
	u, err := s.Auth.Peek(ctx, c.Session)
	return err == nil && u.Role(c.Shop.ID).Covers(auth.Viewer)
}

func event(name string, data any) string {
	b, err := json.Marshal(data)
	if err != nil { // the types of this package always marshal
		return ": unreadable\n\n"
	}
	return "event: " + name + "\ndata: " + string(b) + "\n\n"
}
