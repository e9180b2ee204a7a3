package history

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"slices"
	"time"

	"almanac/fact"
	"almanac/sqldb"
)

// Outcome is what became of one fact of an Append.
type Outcome uint8

// Outcomes of a fact.
const (
	Accepted   Outcome = iota
	Duplicate          // an equal fact is in the record already
	Conflict           // a fact with this key and another body is in the record; this one is in quarantine
	Suppressed         // it is about a person who asked to be forgotten only, and is not recorded
)

// Result says what became of every fact of an Append, in order.
type Result struct {
	Outcomes                        []Outcome
	Accepted, Duplicates, Conflicts int
	Suppressed                      int
}

type request struct {
	ctx    context.Context
	run    string // the import that tells the facts, or empty
	facts  []fact.Fact
	bodies [][]byte
	result Result
	err    error
	done   chan struct{}
}

// groupLimit bounds the facts of one commit, so that no request waits long for the others of its group.
const groupLimit = 20_000

// Append records facts. It returns when they are on disk. Either all facts of the call are dealt with as
// the Result says, or none and the error tells why. Calls that arrive while another is being written
// share the next commit, so that durability costs one disk flush for many.
//
// After another error than ErrFull and ErrClosed the facts may be there all the same, all of them: whoever sends again is
// told that they are duplicates. ErrFull tells that the disk is too full, ErrDisk that it failed, ErrClosed that the store is closing.
//
// Facts must be valid (fact.Validate); ReceivedAt is set to now where it is zero. Their bodies are kept: the
// caller does not change them any more.
func (s *Store) Append(ctx context.Context, facts []fact.Fact) (Result, error) {
	return s.append(ctx, "", facts)
}

func (s *Store) append(ctx context.Context, run string, facts []fact.Fact) (Result, error) {
	if len(facts) == 0 {
		return Result{}, nil
	}
	if err := s.Room(); err != nil {
		return Result{}, err
	}
	outcomes, facts := s.forgotten.apply(facts)
	if len(facts) == 0 {
		return Result{Outcomes: outcomes, Suppressed: len(outcomes)}, nil
	}
	// Encoded here, so that nobody's fault or work is on those who share the commit.
	bodies := make([][]byte, len(facts))
	for i := range facts {
		var err error
		if bodies[i], err = encode(&facts[i]); err != nil {
			return Result{}, fmt.Errorf("encode fact %s of %s: %w", facts[i].ID, facts[i].Source, err)
		}
	}
	r := &request{ctx: ctx, run: run, facts: facts, bodies: bodies, done: make(chan struct{})}
	select {
	case s.queue <- r:
	case <-s.quit:
		return Result{}, ErrClosed
	case <-ctx.Done():
		return Result{}, ctx.Err()
	}
	<-r.done // the commit runs to its end, so that the caller never has to guess
	if outcomes != nil && r.err == nil {
		r.result.spread(outcomes)
	}
	return r.result, r.err
}

func (s *Store) commit() {
	defer close(s.ended)
	for {
		var group []*request
		select {
		case r := <-s.queue:
			group = append(group, r)
		case <-s.quit:
			return
		}
		n := len(group[0].facts)
	collect:
		for n < groupLimit {
			select {
			case r := <-s.queue:
				group = append(group, r)
				n += len(r.facts)
			default:
				break collect
			}
		}
		err := s.write(group)
		if err == nil {
			s.wakeAll()
		}
		for _, r := range group {
			if err != nil {
				r.result, r.err = Result{}, err
			}
			close(r.done)
		}
	}
}

// entry is a fact on its way into the record.
type entry struct {
	f       *fact.Fact
	key     [16]byte
	day     int64 // under which its key is kept for some days; forever for good
	hash    [8]byte
	body    []byte
	run     string
	outcome *Outcome
}

func (s *Store) write(group []*request) error {
	now := s.now().UTC()
	n := 0
	for _, r := range group {
		n += len(r.facts)
	}
	entries := make([]entry, 0, n)
	for _, r := range group {
		r.result.Outcomes = make([]Outcome, len(r.facts))
		for i := range r.facts {
			f := &r.facts[i]
			if f.ReceivedAt.IsZero() {
				f.ReceivedAt = now
			}
			body := r.bodies[i]
			entries = append(entries, entry{f, f.Key().Hash(), keyDay(f, now), bodyHash(body), body, r.run, &r.result.Outcomes[i]})
		}
	}
	// Requests end together, so the group must not end when one caller goes away.
	ctx := context.WithoutCancel(group[0].ctx)
	var head int64
	err := s.db.Write(ctx, func(t *sqldb.Tx) (err error) {
		if head, err = lockHead(ctx, t); err != nil {
			return err
		}
		if err := judge(ctx, t, entries, head); err != nil {
			return err
		}
		if err := s.store(ctx, t, entries, head); err != nil {
			return err
		}
		if err := traceImports(ctx, t, entries, head); err != nil {
			return err
		}
		err = countSources(ctx, t, entries)
		s.point("append/before-commit")
		return err
	})
	s.point("append/after-commit")
	if err != nil {
		return fmt.Errorf("append to the record: %w", s.wrote(err))
	}
	s.remember(entries, head)
	s.pulse.count(entries, now)
	for _, r := range group {
		for _, o := range r.result.Outcomes {
			switch o {
			case Accepted:
				r.result.Accepted++
			case Duplicate:
				r.result.Duplicates++
			case Conflict:
				r.result.Conflicts++
			}
		}
	}
	return nil
}

// remember keeps what was accepted for those who follow closely. Times are cut to what the tail holds.
func (s *Store) remember(entries []entry, next int64) {
	recs := make([]Record, 0, len(entries))
	for i := range entries {
		if *entries[i].outcome != Accepted {
			continue
		}
		f := *entries[i].f
		f.OccurredAt, f.ReceivedAt = f.OccurredAt.UTC().Truncate(time.Microsecond), f.ReceivedAt.UTC().Truncate(time.Microsecond)
		recs = append(recs, Record{next, f})
		next++
	}
	if len(recs) > 0 {
		s.recent.add(recs)
	}
}

// bodyHash leaves the time of the event out: a retried message carries the same body with another
// correction of its sender's clock, and is the same message.
func bodyHash(body []byte) [8]byte {
	h := sha256.Sum256(body)
	return [8]byte(h[:8])
}

// lockHead reads the next offset and keeps other writers out until the transaction ends, so that offsets
// become visible in their order.
func lockHead(ctx context.Context, t *sqldb.Tx) (next int64, err error) {
	q := "SELECT next_offset FROM record_head WHERE one = 1"
	if t.Dialect() == sqldb.Postgres {
		q += " FOR UPDATE"
	}
	err = t.QueryRow(ctx, q, nil, &next)
	return next, err
}

// judge enters the keys of new facts and finds the duplicates and conflicts among the rest.
func judge(ctx context.Context, t *sqldb.Tx, entries []entry, head int64) error {
	order := make([]int, len(entries))
	for i := range order {
		order[i] = i
	}
	// In the order of the keys neighbouring inserts touch the same page; equal keys keep their order.
	slices.SortStableFunc(order, func(a, b int) int { return bytes.Compare(entries[a].key[:], entries[b].key[:]) })
	first := make([]int, 0, len(order)) // of each key within the group
	for _, i := range order {
		if n := len(first); n > 0 && entries[first[n-1]].key == entries[i].key {
			continue
		}
		first = append(first, i)
	}
	known := map[[16]byte][8]byte{} // key → hash of what the record holds, where that is not ours
	if err := enterKeys(ctx, t, entries, first, head, known); err != nil {
		return err
	}
	for n, i := range order {
		e := &entries[i]
		h, old := known[e.key]
		if !old && (n == 0 || entries[order[n-1]].key != e.key) {
			known[e.key] = e.hash // new: those of the group that repeat it are judged by it
			continue
		}
		*e.outcome = Duplicate
		if h != e.hash {
			*e.outcome = Conflict
		}
	}
	return nil
}

// store writes the accepted facts to the tail and the conflicts to quarantine.
func (s *Store) store(ctx context.Context, t *sqldb.Tx, entries []entry, head int64) error {
	args := make([]any, 0, 10*len(entries))
	var conflicts []Quarantined
	next := head
	for i := range entries {
		e := &entries[i]
		switch *e.outcome {
		case Conflict:
			raw, err := e.f.MarshalJSON()
			if err != nil {
				return err
			}
			conflicts = append(conflicts, Quarantined{Shop: e.f.Shop, Import: e.run, Source: e.f.Source, Reason: "conflict", Raw: string(raw),
				Detail: fmt.Sprintf("%s %q was recorded before with other content", e.f.Kind, e.f.ID),
				Remedy: "Compare the two. If this one is right, send it again with a higher revision."})
		case Accepted:
			var ext any
			if len(e.f.Ext) > 0 {
				ext = []byte(e.f.Ext)
			}
			args = append(args, next, e.f.Shop, e.f.Source, string(e.f.Kind), e.f.ID, e.f.Rev,
				sqldb.Micros(e.f.OccurredAt), sqldb.Micros(e.f.ReceivedAt), e.body, ext)
			next++
		}
	}
	if err := s.quarantine(ctx, t, conflicts); err != nil {
		return err
	}
	if _, err := t.Insert(ctx, "tail (seq, shop, source, kind, id, rev, occurred_us, received_us, body, ext)", "", 10, args); err != nil {
		return err
	}
	_, err := t.Exec(ctx, "UPDATE record_head SET next_offset = ? WHERE one = 1", next)
	return err
}
