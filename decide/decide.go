// Package decide keeps the life of decisions: proposed by a programme, guarded, held out or not, approved or
// rejected by a person, applied through actuators, and on record for ever in a hash-chained audit trail.
//
// Proposals go in; what people and programmes did with them comes out. A need is proposed once: an equal
// proposal is not repeated, a changed one supersedes the open one, and nothing is proposed while an approved
// answer to the same need is on its way.
package decide

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"almanac/sqldb"
)

// Status is where a decision stands.
type Status string

// Statuses. From proposed a decision goes to approved, rejected, expired or superseded; from approved to
// applied or failed; approved and rejected can be undone.
const (
	Proposed   Status = "proposed"
	Approved   Status = "approved"
	Applied    Status = "applied"
	Failed     Status = "failed"
	Rejected   Status = "rejected"
	Expired    Status = "expired"
	Superseded Status = "superseded"
	HeldOut    Status = "held_out"
	Shadow     Status = "shadow"
)

// Modes of a programme.
const (
	ModeOff     = "off"     // propose nothing
	ModeShadow  = "shadow"  // propose for comparison only
	ModeApprove = "approve" // a person approves
	ModeAuto    = "auto"    // what meets every guardrail is approved at once
)

// Basis says how a figure is known.
type Basis string

// Bases.
const (
	Measured  Basis = "measured"
	Estimated Basis = "estimated"
	Assumed   Basis = "assumed"
	Unknown   Basis = "unknown"
)

// Reason is one argument, in a merchant's words.
type Reason struct {
	Code  string `json:"code"`
	Text  string `json:"text"`
	Value string `json:"value,omitempty"`
	Basis Basis  `json:"basis"`
}

// Guardrail is a limit that a decision had to keep. The binding one is what shaped it.
type Guardrail struct {
	Code    string `json:"code"`
	Title   string `json:"title"`
	Met     bool   `json:"met"`
	Binding bool   `json:"binding"`
	Limit   string `json:"limit"`
	Value   string `json:"value"`
}

// Proposal is what a programme wants done.
type Proposal struct {
	Programme  string          `json:"programme"`
	Subject    string          `json:"subject"` // what it is about, e.g. a SKU: one open decision each
	Group      string          `json:"group"`   // what is carried out together, e.g. a supplier
	Title      string          `json:"title"`
	Action     string          `json:"action"`        // "Order 240 units"
	P10        *int64          `json:"p10,omitempty"` // value of acting, minor units; nil where unknown
	P50        *int64          `json:"p50,omitempty"`
	P90        *int64          `json:"p90,omitempty"`
	Currency   string          `json:"currency"`
	Reasons    []Reason        `json:"reasons"`
	Guardrails []Guardrail     `json:"guardrails"`
	Effects    []string        `json:"effects"` // what approving does, in words
	Model      string          `json:"model,omitempty"`
	Baseline   string          `json:"baseline,omitempty"`
	InputHash  string          `json:"input_hash"` // equal inputs give equal hashes
	ExpiresAt  time.Time       `json:"expires_at"`
	Settles    time.Duration   `json:"settles"` // after applying, how long the need counts as being met
	Synthetic  bool            `json:"synthetic,omitempty"`
	Service    bool            `json:"service,omitempty"` // safety, service and exceptions are never held out
	Line       *OrderLine      `json:"line,omitempty"`    // what an actuator is asked for: one of these
	Price      *PriceChange    `json:"price,omitempty"`
	Message    *Message        `json:"message,omitempty"`
	Move       *Move           `json:"move,omitempty"`
	Levels     []SetLevel      `json:"levels,omitempty"`
	Payload    json.RawMessage `json:"payload,omitempty"` // the programme's detail for the page
}

// Decision is a proposal and what became of it.
type Decision struct {
	ID   string
	Shop string
	Proposal
	Status    Status
	Mode      string
	CreatedAt time.Time
	ChangedAt time.Time
	Batch     string // what it is carried out with, once approved
}

// Options tune the store.
type Options struct {
	Salt      string        // of the holdout draw; keep it for the life of the installation
	Holdout   float64       // share of proposals that are held out, 0 to 1
	UndoTime  time.Duration // between approval and application; 10 seconds where zero
	Actuators []Actuator
	// Review looks at a batch once more before it leaves, and may take out what must not: who said no since it was proposed. nil: nobody.
	Review func(ctx context.Context, b Batch) (Batch, error)
}

// Store keeps decisions. It is safe for concurrent use.
type Store struct {
	db  *sqldb.DB
	now func() time.Time
	o   Options

	mu   sync.Mutex
	subs map[chan struct{}]bool
}

// Open prepares the tables.
func Open(ctx context.Context, db *sqldb.DB, now func() time.Time, o Options) (*Store, error) {
	if o.Holdout < 0 || o.Holdout >= 1 {
		return nil, fmt.Errorf("the holdout share %v is not between 0 and 1", o.Holdout)
	}
	if o.Holdout > 0 && o.Salt == "" {
		return nil, errors.New("a holdout needs a salt to draw with: give the installation's secret")
	}
	if o.UndoTime == 0 {
		o.UndoTime = 10 * time.Second
	}
	err := db.Migrate(ctx, "decide", []sqldb.Migration{{Name: "decisions, deliveries, audit", SQL: []string{
		`CREATE TABLE decision (
			shop {text} NOT NULL, id {text} NOT NULL, programme {text} NOT NULL, subject {text} NOT NULL, grp {text} NOT NULL, title {text} NOT NULL,
			status {text} NOT NULL, mode {text} NOT NULL, input_hash {text} NOT NULL, p50 {int}, created_us {int} NOT NULL, changed_us {int} NOT NULL,
			expires_us {int} NOT NULL, batch {text} NOT NULL, proposal {text} NOT NULL, PRIMARY KEY (shop, id))`,
		`CREATE INDEX decision_by_subject ON decision (shop, programme, subject)`,
		`CREATE INDEX decision_by_status ON decision (shop, status)`,
		`CREATE INDEX decision_by_batch ON decision (shop, batch)`,
		`CREATE TABLE delivery (
			shop {text} NOT NULL, batch {text} NOT NULL, channel {text} NOT NULL, target {text} NOT NULL, status {text} NOT NULL,
			attempts {int} NOT NULL, error {text} NOT NULL, due_us {int} NOT NULL, at_us {int} NOT NULL, PRIMARY KEY (shop, batch, channel))`,
		`CREATE INDEX delivery_due ON delivery (status, due_us)`,
		`CREATE TABLE audit (
			shop {text} NOT NULL, seq {int} NOT NULL, at_us {int} NOT NULL, actor {text} NOT NULL, event {text} NOT NULL, decision_id {text} NOT NULL,
			detail {text} NOT NULL, prev_hash {text} NOT NULL, hash {text} NOT NULL, PRIMARY KEY (shop, seq))`,
		`CREATE INDEX audit_by_decision ON audit (shop, decision_id, seq)`,
	}}})
	return &Store{db: db, now: now, o: o, subs: map[chan struct{}]bool{}}, err
}

// ErrNotFound says that a shop has no such decision.
var ErrNotFound = errors.New("no such decision")

// Follow returns a channel that receives a value after decisions changed; values may be merged.
func (s *Store) Follow() (changed <-chan struct{}, stop func()) {
	c := make(chan struct{}, 1)
	s.mu.Lock()
	s.subs[c] = true
	s.mu.Unlock()
	return c, func() {
		s.mu.Lock()
		delete(s.subs, c)
		s.mu.Unlock()
	}
}

// write runs a change and tells the followers of it. Changes happen one after the other, on any node: each
// sees what the one before did to the decisions and to the audit trail.
func (s *Store) write(ctx context.Context, fn func(t *sqldb.Tx) error) error {
	err := s.db.Write(ctx, func(t *sqldb.Tx) error {
		if t.Dialect().Name == sqldb.Postgres.Name {
			if _, err := t.Exec(ctx, "SELECT pg_advisory_xact_lock(7310202)"); err != nil {
				return err
			}
		}
		return fn(t)
	})
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for c := range s.subs {
		select {
		case c <- struct{}{}:
		default:
		}
	}
	return nil
}
