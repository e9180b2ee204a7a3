// Package jobs runs long work inside the server: imports, training, deciding. It answers how far each is,
// lets a person cancel it, and keeps two of a kind from running in one shop at the same time. Jobs live in
// memory; what must survive a restart (the account of an import) is kept by whoever does the work.
package jobs

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"
)

// Kinds of jobs. Training and deciding share a lane: deciding uses what training makes.
const (
	Import = "import"
	Train  = "train"
	Decide = "decide"
	Erase  = "erase"
	// TakeBack has the shop to itself: nothing may be read in or learned from while it goes.
	TakeBack = "take_back"
	// Compare has the model forecast the past, to be held against what a shop expected then.
	Compare = "compare"
	// Replay lives the shop's past again under several ways of ordering.
	Replay = "reorder_replay"
)

// Statuses of a job.
const (
	Running   = "running"
	Done      = "done"
	Failed    = "failed"
	Cancelled = "cancelled"
)

// Errors of this package.
var (
	ErrBusy  = errors.New("a job of this kind is running in this shop")
	ErrNoJob = errors.New("no such job")
)

// Job is long work and how far it is. Result is what the work returned, while running nil.
type Job struct {
	ID, Shop, What string
	Status         string
	Step           string
	Done, Total    int64
	Message        string
	Err            error
	Result         any
	Started, Ended time.Time
}

// Work does the job. It tells how far it is through progress and stops when ctx ends.
type Work func(ctx context.Context, progress func(step string, done, total int64)) (result any, message string, err error)

// kept bounds the finished jobs of a shop that are remembered; quiet is the time between two reports of
// one step.
const (
	kept  = 50
	quiet = 150 * time.Millisecond
)

type entry struct {
	job    Job
	cancel context.CancelFunc
	told   time.Time
}

// Runner runs jobs. It is safe for concurrent use.
type Runner struct {
	now     func() time.Time
	changed func(Job)

	mu     sync.Mutex
	all    []*entry // oldest first
	closed bool
	wg     sync.WaitGroup
}

// New makes a runner. changed is told of every start, step and end, one call at a time for each job; it
// must not block.
func New(now func() time.Time, changed func(Job)) *Runner {
	return &Runner{now: now, changed: changed}
}

// NewID names a job.
func NewID() string {
	b := make([]byte, 8)
	_, _ = rand.Read(b) // never fails: crypto/rand ends the program where there is no randomness
	return hex.EncodeToString(b)
}

func lane(what string) string {
	if what == Import || what == Compare || what == Replay {
		return what
	}
	return Train
}

// clash tells whether two jobs may not run in a shop at the same time.
func clash(a, b string) bool { return a == TakeBack || b == TakeBack || lane(a) == lane(b) }

// Start begins a job in the background; ErrBusy where one of its kind is running in the shop.
func (r *Runner) Start(id, shop, what string, work Work) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return fmt.Errorf("the server is stopping: %w", ErrBusy)
	}
	for _, e := range r.all {
		if e.job.Shop == shop && e.job.Status == Running && clash(e.job.What, what) {
			return ErrBusy
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	e := &entry{job: Job{ID: id, Shop: shop, What: what, Status: Running, Started: r.now()}, cancel: cancel}
	r.all = append(r.all, e)
	r.forget(shop)
	r.wg.Go(func() { r.run(ctx, e, work) })
	r.changed(e.job)
	return nil
}

func (r *Runner) run(ctx context.Context, e *entry, work Work) {
	defer e.cancel()
	result, message, err := guard(ctx, work, func(step string, done, total int64) {
		r.mu.Lock()
		defer r.mu.Unlock()
		now := r.now()
		if e.job.Status != Running || step == e.job.Step && now.Sub(e.told) < quiet && done != total {
			e.job.Done, e.job.Total = done, total
			return
		}
		e.job.Step, e.job.Done, e.job.Total, e.told = step, done, total, now
		r.changed(e.job)
	})
	r.mu.Lock()
	defer r.mu.Unlock()
	e.job.Result, e.job.Message, e.job.Err, e.job.Ended = result, message, err, r.now()
	switch {
	case err == nil:
		e.job.Status = Done
	case ctx.Err() != nil && errors.Is(err, context.Canceled):
		e.job.Status, e.job.Err = Cancelled, nil
	default:
		e.job.Status = Failed
	}
	r.changed(e.job)
}

// guard turns a panic of the work into an error: one broken file must not end the server.
func guard(ctx context.Context, work Work, progress func(string, int64, int64)) (result any, message string, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("the job broke off: %v", p)
		}
	}()
	return work(ctx, progress)
}

// forget drops the oldest finished jobs of a shop.
func (r *Runner) forget(shop string) {
	n := 0
	for _, e := range r.all {
		if e.job.Shop == shop {
			n++
		}
	}
	r.all = slices.DeleteFunc(r.all, func(e *entry) bool {
		if n <= kept || e.job.Shop != shop || e.job.Status == Running {
			return false
		}
		n--
		return true
	})
}

// Get finds a job of a shop; ErrNoJob where there is none.
func (r *Runner) Get(shop, id string) (Job, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, e := range r.all {
		if e.job.ID == id && e.job.Shop == shop {
			return e.job, nil
		}
	}
	return Job{}, ErrNoJob
}

// List gives the jobs of a shop, newest first.
func (r *Runner) List(shop string) []Job {
	r.mu.Lock()
	defer r.mu.Unlock()
	var out []Job
	for _, e := range slices.Backward(r.all) {
		if e.job.Shop == shop {
			out = append(out, e.job)
		}
	}
	return out
}

// Cancel asks a job to stop. It has stopped when its status says so.
func (r *Runner) Cancel(shop, id string) (Job, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, e := range r.all {
		if e.job.ID == id && e.job.Shop == shop {
			e.cancel()
			return e.job, nil
		}
	}
	return Job{}, ErrNoJob
}

// Count counts jobs by kind and status, for the metrics.
func (r *Runner) Count() map[[2]string]int {
	r.mu.Lock()
	defer r.mu.Unlock()
	out := map[[2]string]int{}
	for _, e := range r.all {
		out[[2]string{e.job.What, e.job.Status}]++
	}
	return out
}

// Close cancels what runs and waits for it to stop.
func (r *Runner) Close() {
	r.mu.Lock()
	r.closed = true
	for _, e := range r.all {
		e.cancel()
	}
	r.mu.Unlock()
	r.wg.Wait()
}
