// Package systems are a simulated shop's systems as live servers, in the wire formats of real ones, to test connectors
// against: the site that sends visitors' events ([Player]), a supplier's endpoint for purchase orders ([Supplier]), and the admin API of the
// shop's platform with its webhooks ([Woo]).
//
// In go the facts of a sim.World; out come requests and answers that fail as often as [Faults] say. Chance is seeded: which
// request fails depends on the seed and the order of requests alone.
package systems

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// Faults are shares of deliveries or requests, 0 to 1.
type Faults struct {
	// Of what these systems send. What is dropped gets lost on the way, or its answer does.
	Drop, Duplicate, Reorder, Late float64
	// Of the requests that they answer: 429, 500 (half of them after the work was done), and no answer at all.
	Busy, Fail, Hang float64
}

// Check names every share that is none.
func (f Faults) Check() error {
	for _, s := range []struct {
		name  string
		share float64
	}{{"drop", f.Drop}, {"duplicate", f.Duplicate}, {"reorder", f.Reorder}, {"late", f.Late}, {"busy", f.Busy}, {"fail", f.Fail}, {"hang", f.Hang}} {
		if !(s.share >= 0 && s.share <= 1) {
			return fmt.Errorf("%s is %g, not a share from 0 to 1", s.name, s.share)
		}
	}
	if f.Drop == 1 {
		return fmt.Errorf("drop is 1: nothing would ever arrive")
	}
	return nil
}

// luck draws, for several goroutines.
type luck struct {
	mu sync.Mutex
	r  *rand.Rand
}

func newLuck(seed, of uint64) *luck { return &luck{r: rand.New(rand.NewPCG(seed, of))} }

func (l *luck) happens(share float64) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.r.Float64() < share
}

func (l *luck) intn(n int) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.r.IntN(n)
}

// meter lets so many requests through in a second, with as many at once after a rest; 0: all.
type meter struct {
	mu    sync.Mutex
	rate  float64
	left  float64
	since time.Time
	now   func() time.Time
}

// allow tells whether a request may pass, else after how many whole seconds it may.
func (m *meter) allow() (ok bool, after int) {
	if m.rate <= 0 {
		return true, 0
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	now := m.now()
	if m.since.IsZero() {
		m.left = m.rate
	} else {
		m.left = min(m.rate, m.left+m.rate*now.Sub(m.since).Seconds())
	}
	m.since = now
	if m.left >= 1 {
		m.left--
		return true, 0
	}
	return false, int((1-m.left)/m.rate) + 1
}

// Pause waits so long, or ends with the context.
func Pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}

// hang waits until the caller gives up, or, where most is above 0, so long.
func hang(ctx context.Context, most time.Duration) {
	if most <= 0 {
		<-ctx.Done()
		return
	}
	_ = Pause(ctx, most) // who asked is gone where it ends before
}

func tooMany(w http.ResponseWriter, after int) {
	w.Header().Set("Retry-After", strconv.Itoa(after))
	answer(w, http.StatusTooManyRequests, map[string]any{"code": "too_many_requests", "message": "Slow down.", "data": map[string]int{"status": http.StatusTooManyRequests}})
}

func answer(w http.ResponseWriter, status int, body any) {
	b, err := json.Marshal(body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=UTF-8")
	w.WriteHeader(status)
	_, _ = w.Write(b) // who asked is gone where it fails
}
