package decide_test

import (
	"context"
	"errors"
	"maps"
	"slices"
	"testing"
	"time"

	"almanac/decide"
	"almanac/sqldb"
	"almanac/sqldb/sqltest"
)

const home = "default"

// reporter is what *testing.T and *rapid.T have in common.
type reporter interface {
	Helper()
	Fatal(args ...any)
	Fatalf(format string, args ...any)
}

// world is a store with a clock that stands still and channels that remember.
type world struct {
	reporter
	*decide.Store
	ctx   context.Context
	db    *sqldb.DB
	clock time.Time
	o     decide.Options
}

func newWorld(t reporter, ctx context.Context, db *sqldb.DB, o decide.Options) *world {
	t.Helper()
	w := &world{reporter: t, ctx: ctx, db: db, clock: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC), o: o}
	w.restart()
	return w
}

// restart opens the store anew, as another run of the program would.
func (w *world) restart() {
	w.Helper()
	var err error
	if w.Store, err = decide.Open(w.ctx, w.db, func() time.Time { return w.clock }, w.o); err != nil {
		w.Fatal(err)
	}
}

func (w *world) pass(d time.Duration) { w.clock = w.clock.Add(d) }

// each runs a test in an empty store on every database.
func each(t *testing.T, o func() decide.Options, test func(t *testing.T, w *world)) {
	t.Helper()
	sqltest.Each(t, func(t *testing.T, open func() *sqldb.DB) {
		test(t, newWorld(t, t.Context(), open(), o()))
	})
}

func noChannel() decide.Options { return decide.Options{Salt: "pepper"} }

// need is a proposal to order a product of the Potter.
func need(sku, hash string) decide.Proposal {
	worth := int64(1200)
	return decide.Proposal{Programme: "reorder", Subject: sku, Group: "Potter", Title: "Title of " + sku, Action: "Order 24 units", P50: &worth, Currency: "GBP",
		InputHash: hash, Settles: 14 * 24 * time.Hour, Service: true, Guardrails: []decide.Guardrail{{Code: "cover", Met: true}},
		Line: &decide.OrderLine{SKU: sku, Title: "Title of " + sku, Units: 24, Pack: 6, Currency: "GBP", Supplier: "Potter"}}
}

func of(supplier string, p decide.Proposal) decide.Proposal {
	p.Group, p.Line.Supplier = supplier, supplier
	return p
}

func (w *world) propose(mode string, ps ...decide.Proposal) decide.Counts {
	w.Helper()
	c, err := w.Propose(w.ctx, home, "reorder", mode, ps)
	if err != nil {
		w.Fatal(err)
	}
	return c
}

func (w *world) all() []decide.Decision {
	w.Helper()
	ds, _, _, err := w.List(w.ctx, home, decide.Filter{Limit: 10000, Sort: "created"})
	if err != nil {
		w.Fatal(err)
	}
	return ds
}

// in lists the subjects of the decisions with a status, in order.
func (w *world) in(s decide.Status) (subjects []string) {
	w.Helper()
	for _, d := range w.all() {
		if d.Status == s {
			subjects = append(subjects, d.Subject)
		}
	}
	slices.Sort(subjects)
	return subjects
}

// ids finds the decisions of subjects that have a status.
func (w *world) ids(s decide.Status, subjects ...string) (ids []string) {
	w.Helper()
	for _, sku := range subjects {
		found := ""
		for _, d := range w.all() {
			if d.Status == s && d.Subject == sku {
				found = d.ID
			}
		}
		if found == "" {
			w.Fatalf("no decision on %s is %s", sku, s)
		}
		ids = append(ids, found)
	}
	return ids
}

// done fails unless every result went the way it was meant to.
func (w *world) done(rs []decide.Result, err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
	for _, r := range rs {
		if r.Error != "" {
			w.Fatalf("%s stayed %s: %s", r.ID, r.Status, r.Error)
		}
	}
}

func (w *world) approve(subjects ...string) {
	w.Helper()
	w.done(w.Approve(w.ctx, home, "user:ann", w.ids(decide.Proposed, subjects...), ""))
}

func (w *world) reject(subjects ...string) {
	w.Helper()
	w.done(w.Reject(w.ctx, home, "user:ann", w.ids(decide.Proposed, subjects...), "not now"))
}

// apply lets the time to undo pass and carries out what is due.
func (w *world) apply() int {
	w.Helper()
	w.pass(time.Minute)
	n, err := w.ApplyPending(w.ctx)
	if err != nil {
		w.Fatal(err)
	}
	return n
}

// channel is an actuator that remembers what it was given, or fails as told.
type channel struct {
	name    string
	fails   error
	loses   bool   // takes a batch and forgets it
	during  func() // runs while a batch is handed over
	arrived map[string][]string
	calls   int
}

func (c *channel) Name() string   { return c.name }
func (c *channel) Target() string { return "the " + c.name }

func (c *channel) Apply(_ context.Context, b decide.Batch) error {
	c.calls++
	if c.during != nil {
		c.during()
	}
	if c.fails != nil {
		return c.fails
	}
	if c.loses {
		return nil
	}
	if c.arrived == nil {
		c.arrived = map[string][]string{}
	}
	var skus []string
	for _, d := range b.Decisions {
		skus = append(skus, d.Subject)
	}
	slices.Sort(skus)
	c.arrived[b.ID] = skus
	return nil
}

func (c *channel) ReadBack(_ context.Context, b decide.Batch) (bool, error) {
	_, ok := c.arrived[b.ID]
	return ok, nil
}

// orders lists what arrived, one entry a batch, in order.
func (c *channel) orders() [][]string {
	return slices.SortedFunc(maps.Values(c.arrived), slices.Compare[[]string])
}

var errDown = errors.New("the line is dead")
