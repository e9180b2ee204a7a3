// Package doors keeps what a shop says about what comes in through the tracking API: its consent policy,
// its tracking plan, what people chose, and how often what happened at the door (unknown events, violations
// of the plan, facts dropped or kept without identity).
//
// Settings are read often and changed seldom: they are remembered for half a minute. Counts are gathered in
// memory and written every few seconds; the facts themselves never wait for them.
package doors

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"almanac/ingest/consent"
	"almanac/ingest/plan"
	"almanac/sqldb"
)

// Store keeps the settings, choices and counts. It is safe for concurrent use.
type Store struct {
	db  *sqldb.DB
	now func() time.Time

	mu      sync.Mutex
	rules   map[string]rules
	choices map[subject]remembered
	chosen  map[string]bool // shops in which anybody chose anything
	counts  map[Count]int64
	names   map[Count]int // how many names a thing has that is counted, to bound them
	linked  map[subject]bool
}

// fresh is how long settings and choices are remembered; another process may change them.
const fresh = 30 * time.Second

// Rules are the settings of a shop, ready for use.
type Rules struct {
	Policy consent.Policy
	Plan   plan.Plan
	Check  *plan.Checker
}

type rules struct {
	Rules
	until time.Time
}

// Open prepares the tables.
func Open(ctx context.Context, db *sqldb.DB, now func() time.Time) (*Store, error) {
	if err := db.Migrate(ctx, "doors", migrations); err != nil {
		return nil, err
	}
	s := &Store{db: db, now: now, rules: map[string]rules{}, choices: map[subject]remembered{}, chosen: map[string]bool{},
		counts: map[Count]int64{}, names: map[Count]int{}, linked: map[subject]bool{}}
	return s, nil
}

var migrations = []sqldb.Migration{{Name: "settings, choices, links, counts", SQL: []string{
	`CREATE TABLE door_setting (shop {text} NOT NULL, what {text} NOT NULL, value {text} NOT NULL, changed_us {int} NOT NULL, PRIMARY KEY (shop, what))`,
	`CREATE TABLE door_choice (shop {text} NOT NULL, subject {text} NOT NULL, choice {text} NOT NULL, at_us {int} NOT NULL, PRIMARY KEY (shop, subject)) {clustered}`,
	`CREATE TABLE door_link (shop {text} NOT NULL, visitor {text} NOT NULL, customer {text} NOT NULL, PRIMARY KEY (shop, visitor, customer)) {clustered}`,
	`CREATE TABLE door_count (shop {text} NOT NULL, source {text} NOT NULL, what {text} NOT NULL, name {text} NOT NULL, day {text} NOT NULL,
		n {int} NOT NULL, last_us {int} NOT NULL, PRIMARY KEY (shop, source, what, name, day)) {clustered}`,
}}}

// Rules reads the settings of a shop.
func (s *Store) Rules(ctx context.Context, shop string) (Rules, error) {
	now := s.now()
	s.mu.Lock()
	r, ok := s.rules[shop]
	s.mu.Unlock()
	if ok && now.Before(r.until) {
		return r.Rules, nil
	}
	r = rules{Rules{Policy: consent.Standard(), Plan: plan.Standard()}, now.Add(fresh)}
	err := s.db.Query(ctx, "SELECT what, value FROM door_setting WHERE shop = ?", []any{shop}, func(row sqldb.Row) error {
		var what, value string
		if err := row.Scan(&what, &value); err != nil {
			return err
		}
		switch what {
		case "consent":
			r.Policy = consent.Policy{}
			return json.Unmarshal([]byte(value), &r.Policy)
		case "plan":
			r.Plan = plan.Plan{}
			return json.Unmarshal([]byte(value), &r.Plan)
		}
		return nil
	})
	if err == nil {
		r.Check, err = plan.Compile(r.Plan)
	}
	if err != nil {
		return Rules{}, fmt.Errorf("read the door settings of shop %s: %w", shop, err)
	}
	s.mu.Lock()
	s.rules[shop] = r
	s.mu.Unlock()
	return r.Rules, nil
}

// SetPolicy changes a shop's consent policy. It must be right (Policy.Check).
func (s *Store) SetPolicy(ctx context.Context, shop string, p consent.Policy) error {
	return s.set(ctx, shop, "consent", p)
}

// ChangePlan changes a shop's tracking plan. The error of a plan that cannot be compiled is a *BadPlan.
func (s *Store) ChangePlan(ctx context.Context, shop string, change func(*plan.Plan) error) error {
	r, err := s.Rules(ctx, shop)
	if err != nil {
		return err
	}
	p := r.Plan
	p.Events = make(map[string]plan.Event, len(r.Plan.Events))
	for name, e := range r.Plan.Events {
		p.Events[name] = e
	}
	if err := change(&p); err != nil {
		return err
	}
	if _, err := plan.Compile(p); err != nil {
		return &BadPlan{err}
	}
	return s.set(ctx, shop, "plan", p)
}

// BadPlan says why a plan cannot be.
type BadPlan struct{ err error }

func (b *BadPlan) Error() string { return b.err.Error() }

// Unwrap is what is wrong.
func (b *BadPlan) Unwrap() error { return b.err }

// Remedy tells what to do.
func (b *BadPlan) Remedy() string {
	return "Correct the plan; schemas are JSON Schema of draft 2020-12, complete in themselves."
}

func (s *Store) set(ctx context.Context, shop, what string, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	_, err = s.db.Exec(ctx, `INSERT INTO door_setting (shop, what, value, changed_us) VALUES (?, ?, ?, ?)
		ON CONFLICT (shop, what) DO UPDATE SET value = excluded.value, changed_us = excluded.changed_us`, shop, what, string(b), sqldb.Micros(s.now()))
	s.mu.Lock()
	delete(s.rules, shop)
	s.mu.Unlock()
	return err
}
