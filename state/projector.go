package state

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"almanac/history"
	"almanac/sqldb"
)

// Record is what the projector follows: *history.Store.
type Record interface {
	Read(ctx context.Context, after int64, limit int, fn func(history.Record) error) (int64, error)
	Head(ctx context.Context) (int64, error)
	Follow() (wake <-chan struct{}, stop func())
}

// Projector folds the record into the state store.
type Projector struct {
	record Record
	db     *sqldb.DB
	folds  []Fold
	mark   string     // what the state depends on besides the record, e.g. time zones
	mu     sync.Mutex // one catching up at a time

	applied   atomic.Int64 // offset of the newest record that was taken in, as far as this process knows
	held      atomic.Int32
	settledAt time.Time     // when the last settling ended, guarded by mu
	settling  time.Duration // how long it took, guarded by mu

	subs    sync.Mutex
	changed map[chan struct{}]bool
}

// Depend tells what the state depends on from now on; where that is new, the next CatchUp rebuilds.
func (p *Projector) Depend(mark string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.mark = mark
}

// Hold keeps a running projector from settling until release is called: while a file is read, deriving
// again and again what the next rows change anyway would only slow it down. CatchUp settles all the same.
func (p *Projector) Hold() (release func()) {
	p.held.Add(1)
	var once sync.Once
	return func() { once.Do(func() { p.held.Add(-1) }) }
}

// batch is how many records one transaction takes in.
const batch = 12_000

// NewProjector prepares the tables. mark names what the state depends on besides the record (the shops'
// time zones); where it differs from what the state was built with, CatchUp rebuilds.
func NewProjector(ctx context.Context, record Record, db *sqldb.DB, mark string, folds ...Fold) (*Projector, error) {
	p := &Projector{record: record, db: db, folds: folds, mark: mark, changed: map[chan struct{}]bool{}}
	err := db.Migrate(ctx, "state", []sqldb.Migration{{Name: "offset", SQL: []string{
		`CREATE TABLE state_offset (one {int} NOT NULL PRIMARY KEY, applied {int} NOT NULL, settled {int} NOT NULL, analyzed {int} NOT NULL, mark {text} NOT NULL)`,
		`INSERT INTO state_offset (one, applied, settled, analyzed, mark) VALUES (1, 0, 0, 0, '')`,
	}}})
	if err != nil {
		return nil, err
	}
	for _, f := range folds {
		if err := db.Migrate(ctx, "state/"+f.Name(), f.Migrations()); err != nil {
			return nil, err
		}
	}
	return p, nil
}

func (p *Projector) offsets(ctx context.Context) (applied, settled int64, mark string, err error) {
	err = p.db.QueryRow(ctx, "SELECT applied, settled, mark FROM state_offset WHERE one = 1", nil, &applied, &settled, &mark)
	return applied, settled, mark, err
}

// Offset is the offset of the newest record that every view shows. It changes whenever state changes.
func (p *Projector) Offset(ctx context.Context) (int64, error) {
	_, settled, _, err := p.offsets(ctx)
	return settled, err
}

// Behind is the number of records that the views do not show yet.
func (p *Projector) Behind(ctx context.Context) (int64, error) {
	head, err := p.record.Head(ctx)
	if err != nil {
		return 0, err
	}
	settled, err := p.Offset(ctx)
	return max(0, head-settled), err
}

// Near waits until a running projector has taken in all but n records. Who follows closely is given what is in memory; who falls
// behind reads and decodes it again, and falls behind the more. It is false where nothing was taken in for as long as patience.
func (p *Projector) Near(ctx context.Context, n int64, patience time.Duration) (bool, error) {
	head, err := p.record.Head(ctx)
	if err != nil {
		return false, err
	}
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	at, since := p.applied.Load(), time.Now()
	for head-at > n {
		select {
		case <-ctx.Done():
			return false, ctx.Err()
		case <-tick.C:
		}
		if now := p.applied.Load(); now != at {
			at, since = now, time.Now()
		} else if time.Since(since) > patience {
			return false, nil
		}
	}
	return true, nil
}

// Follow returns a channel that receives a value after state changed; values may be merged.
func (p *Projector) Follow() (changed <-chan struct{}, stop func()) {
	c := make(chan struct{}, 1)
	p.subs.Lock()
	p.changed[c] = true
	p.subs.Unlock()
	return c, func() {
		p.subs.Lock()
		delete(p.changed, c)
		p.subs.Unlock()
	}
}

func (p *Projector) tell() {
	p.subs.Lock()
	defer p.subs.Unlock()
	for c := range p.changed {
		select {
		case c <- struct{}{}:
		default:
		}
	}
}

// Run follows the record until ctx ends. A fault is reported to fault and tried again, later each time up
// to a minute.
func (p *Projector) Run(ctx context.Context, fault func(error)) {
	wake, stop := p.record.Follow()
	defer stop()
	wait := time.Second
	for {
		due, err := p.catchUp(ctx, nil, true)
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			fault(err)
			wait = min(2*wait, time.Minute)
		case due > 0:
			wait = due
		default:
			wait = time.Second
		}
		select {
		case <-ctx.Done():
			return
		case <-wake:
		case <-time.After(wait): // another node may have appended
		}
	}
}

// CatchUp folds everything recorded so far. progress may be nil. It may be interrupted at any time and goes
// on where it was.
func (p *Projector) CatchUp(ctx context.Context, progress func(done, total int64)) error {
	_, err := p.catchUp(ctx, progress, false)
	return err
}

// settleShare bounds the share of time that settling may take while facts keep coming in: at most one
// part in settleShare + 1.
const settleShare = 4

// catchUp is CatchUp; a lazy one leaves the settling for later when it was done a short while ago, and
// returns how long to wait for it.
func (p *Projector) catchUp(ctx context.Context, progress func(done, total int64), lazy bool) (due time.Duration, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	applied, settled, mark, err := p.offsets(ctx)
	if err != nil {
		return 0, err
	}
	if mark != p.mark {
		if err := p.reset(ctx); err != nil {
			return 0, err
		}
		applied, settled = 0, 0
	}
	p.applied.Store(applied)
	head, err := p.record.Head(ctx)
	if err != nil {
		return 0, err
	}
	if head < applied {
		return 0, fmt.Errorf("state has read up to record %d, but the record ends at %d: state and record do not belong together; run `almanac replay`", applied, head)
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	from := applied
	for c := range p.read(ctx, applied) {
		if c.err != nil {
			return 0, c.err
		}
		last := len(c.recs) < batch && (!lazy || p.dueIn() <= 0)
		err := p.db.Write(ctx, func(t *sqldb.Tx) error {
			for _, f := range p.folds {
				if err := f.Apply(ctx, t, c.recs); err != nil {
					return fmt.Errorf("view %s, records %d to %d: %w", f.Name(), applied+1, c.to, err)
				}
			}
			if last {
				return p.settle(ctx, t, c.to)
			}
			_, err := t.Exec(ctx, "UPDATE state_offset SET applied = ? WHERE one = 1", c.to)
			return err
		})
		if err != nil {
			return 0, err
		}
		applied = c.to
		p.applied.Store(applied)
		if last {
			settled = applied
			p.tell()
		}
		if progress != nil {
			progress(applied-from, max(head, applied)-from)
		}
	}
	if err := ctx.Err(); err != nil || settled == applied {
		return 0, err
	}
	if due := p.dueIn(); lazy && due > 0 {
		return due, nil
	}
	if err := p.db.Write(ctx, func(t *sqldb.Tx) error { return p.settle(ctx, t, applied) }); err != nil {
		return 0, err
	}
	p.tell()
	return 0, nil
}

func (p *Projector) dueIn() time.Duration {
	if p.held.Load() > 0 {
		return time.Second
	}
	return time.Until(p.settledAt.Add(settleShare * p.settling))
}

func (p *Projector) settle(ctx context.Context, t *sqldb.Tx, applied int64) error {
	began := time.Now()
	defer func() { p.settledAt, p.settling = time.Now(), time.Since(began) }()
	if err := analyze(ctx, t, applied); err != nil {
		return err
	}
	for _, f := range p.folds {
		if err := f.Settle(ctx, t); err != nil {
			return fmt.Errorf("settle view %s: %w", f.Name(), err)
		}
	}
	_, err := t.Exec(ctx, "UPDATE state_offset SET applied = ?, settled = ? WHERE one = 1", applied, applied)
	return err
}

// analyze refreshes the planner's statistics whenever the record has grown by a quarter.
func analyze(ctx context.Context, t *sqldb.Tx, applied int64) error {
	var analyzed int64
	if err := t.QueryRow(ctx, "SELECT analyzed FROM state_offset WHERE one = 1", nil, &analyzed); err != nil {
		return err
	}
	if applied < analyzed+analyzed/4+100 {
		return nil
	}
	if err := t.Analyze(ctx); err != nil {
		return err
	}
	_, err := t.Exec(ctx, "UPDATE state_offset SET analyzed = ? WHERE one = 1", applied)
	return err
}

type chunk struct {
	recs []history.Record
	to   int64
	err  error
}

// read decodes the next records while the last ones are being written.
func (p *Projector) read(ctx context.Context, after int64) <-chan chunk {
	out := make(chan chunk)
	go func() {
		defer close(out)
		room := 1024
		for {
			c := chunk{recs: make([]history.Record, 0, room)}
			c.to, c.err = p.record.Read(ctx, after, batch, func(r history.Record) error {
				c.recs = append(c.recs, r)
				return nil
			})
			if c.err == nil && c.to == after {
				return
			}
			room = max(1024, len(c.recs)) // of a long record parts of one size come
			select {
			case out <- c:
			case <-ctx.Done():
				return
			}
			if c.err != nil {
				return
			}
			after = c.to
		}
	}()
	return out
}

func (p *Projector) reset(ctx context.Context) error {
	return p.db.Write(ctx, func(t *sqldb.Tx) error {
		for _, f := range p.folds {
			for _, tb := range f.Tables() {
				if _, err := t.Exec(ctx, "DELETE FROM "+tb.Name); err != nil {
					return err
				}
			}
		}
		_, err := t.Exec(ctx, "UPDATE state_offset SET applied = 0, settled = 0, analyzed = 0, mark = ? WHERE one = 1", p.mark)
		return err
	})
}

// Rebuild empties the views and folds the whole record anew.
func (p *Projector) Rebuild(ctx context.Context, progress func(done, total int64)) error {
	p.mu.Lock()
	err := p.reset(ctx)
	p.mu.Unlock()
	if err != nil {
		return err
	}
	return p.CatchUp(ctx, progress)
}

// ErrDiffers is returned by Verify when live state is not what the record says.
var ErrDiffers = errors.New("live state differs from the state rebuilt from the record")
