// Package history is the durable record of facts: what was accepted, in the order in which it was
// accepted, each fact once.
//
// Facts go in through Append and are on disk when it returns. They come out through Read, by offset, for
// those who follow the record (state), and through AsOf, by event time, for those who ask what was known.
// A fact that repeats an accepted one is counted as a duplicate; one that contradicts it (same key, other
// body) goes to quarantine, where it waits for a person.
package history

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"almanac/blob"
	"almanac/fact"
	"almanac/sqldb"
)

// Store is the record. It is safe for concurrent use.
type Store struct {
	db    *sqldb.DB
	blobs blob.Store
	now   func() time.Time
	queue chan *request
	quit  chan struct{}
	ended chan struct{}

	recent    recent
	pulse     pulses
	opened    openedBatch
	mark      watermark
	failed    atomic.Pointer[error]
	forgotten suppression
	moving    sync.Mutex         // of records to segments, or out of them
	accept    func(Damage)       // takes note of damage instead of failing; nil to fail
	crash     func(point string) // stops the process at a named point; nil outside tests

	mu     sync.Mutex
	closed bool
	wake   map[chan struct{}]bool
}

// Open prepares the tables and starts the committer. Close ends it. Sealed segments lie in blobs.
func Open(ctx context.Context, db *sqldb.DB, blobs blob.Store, now func() time.Time) (*Store, error) {
	if err := db.Migrate(ctx, "history", migrations); err != nil {
		return nil, err
	}
	s := &Store{db: db, blobs: blobs, now: now, queue: make(chan *request), quit: make(chan struct{}), ended: make(chan struct{}), wake: map[chan struct{}]bool{}}
	if err := s.forgotten.load(ctx, db); err != nil {
		return nil, err
	}
	go s.commit()
	return s, nil
}

// AcceptDamage makes reading pass over segments that are damaged or missing, and tell note of each. It is
// called before the store is used.
func (s *Store) AcceptDamage(note func(Damage)) { s.accept = note }

// ErrClosed is returned by Append after Close.
var ErrClosed = errors.New("the record is closed")

// Close waits for what is being written. The database stays open; it is the caller's.
func (s *Store) Close() {
	s.mu.Lock()
	was := s.closed
	s.closed = true
	s.mu.Unlock()
	if !was {
		close(s.quit)
	}
	<-s.ended
}

// Follow returns a channel that receives a value after facts were appended. Values may be merged; a
// follower reads until it has caught up. stop ends the subscription.
func (s *Store) Follow() (wake <-chan struct{}, stop func()) {
	c := make(chan struct{}, 1)
	s.mu.Lock()
	s.wake[c] = true
	s.mu.Unlock()
	return c, func() {
		s.mu.Lock()
		delete(s.wake, c)
		s.mu.Unlock()
	}
}

func (s *Store) wakeAll() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for c := range s.wake {
		select {
		case c <- struct{}{}:
		default: // it has a value waiting already
		}
	}
}

// Record is a fact at its place in the record.
type Record struct {
	Offset int64 // 1, 2, 3 … without gaps, in the order of acceptance
	fact.Fact
}

var migrations = []sqldb.Migration{{Name: "tail, dedupe, quarantine, imports", SQL: []string{
	`CREATE TABLE record_head (one {int} NOT NULL PRIMARY KEY, next_offset {int} NOT NULL)`,
	`INSERT INTO record_head (one, next_offset) VALUES (1, 1)`,
	`CREATE TABLE tail (
		seq {int} NOT NULL PRIMARY KEY,
		shop {text} NOT NULL, source {text} NOT NULL, kind {text} NOT NULL, id {text} NOT NULL, rev {int} NOT NULL,
		occurred_us {int} NOT NULL, received_us {int} NOT NULL, body {blob} NOT NULL, ext {blob})`,
	`CREATE TABLE dedupe (fact_key {blob} NOT NULL PRIMARY KEY, body_hash {blob} NOT NULL, since {int} NOT NULL) {clustered}`,
	`CREATE TABLE source_stat (
		shop {text} NOT NULL, source {text} NOT NULL, kind {text} NOT NULL,
		facts {int} NOT NULL, duplicates {int} NOT NULL, conflicts {int} NOT NULL,
		first_us {int} NOT NULL, last_us {int} NOT NULL, last_received_us {int} NOT NULL,
		PRIMARY KEY (shop, source, kind)) {clustered}`,
	`CREATE TABLE quarantine (
		id {identity}, shop {text} NOT NULL, import_id {text} NOT NULL, source {text} NOT NULL, line {int} NOT NULL,
		reason {text} NOT NULL, detail {text} NOT NULL, remedy {text} NOT NULL, raw {text} NOT NULL,
		at_us {int} NOT NULL, status {text} NOT NULL)`,
	`CREATE INDEX quarantine_by_shop ON quarantine (shop, status, reason, id)`,
	`CREATE INDEX quarantine_by_import ON quarantine (shop, import_id, line)`,
	`CREATE TABLE import_run (
		id {text} NOT NULL PRIMARY KEY, shop {text} NOT NULL, started_us {int} NOT NULL, run {text} NOT NULL)`,
	`CREATE INDEX import_run_by_shop ON import_run (shop, started_us)`,
}}, {Name: "segments", SQL: []string{
	// What was moved from the tail at once: the records first_seq to last_seq.
	`CREATE TABLE sealed_batch (first_seq {int} NOT NULL PRIMARY KEY, last_seq {int} NOT NULL, facts {int} NOT NULL, sealed_us {int} NOT NULL)`,
	`CREATE TABLE segment (
		name {text} NOT NULL PRIMARY KEY, batch {int} NOT NULL, shop {text} NOT NULL, day {int} NOT NULL, facts {int} NOT NULL,
		bytes {int} NOT NULL, min_us {int} NOT NULL, max_us {int} NOT NULL, min_received_us {int} NOT NULL, sums {blob} NOT NULL)`,
	`CREATE INDEX segment_by_batch ON segment (batch)`,
	`CREATE INDEX segment_by_day ON segment (shop, day)`,
}}, {Name: "keys of messages by day", SQL: []string{
	// Clustered by day, so that inserts touch few pages and old days go at once.
	`CREATE TABLE message_key (day {int} NOT NULL, fact_key {blob} NOT NULL, body_hash {blob} NOT NULL, since {int} NOT NULL,
		PRIMARY KEY (day, fact_key)) {clustered}`,
}}, {Name: "suppression", SQL: []string{
	`CREATE TABLE suppressed (shop {text} NOT NULL, hash {blob} NOT NULL, at_us {int} NOT NULL, PRIMARY KEY (shop, hash)) {clustered}`,
	`CREATE TABLE suppression_salt (one {int} NOT NULL PRIMARY KEY, salt {blob} NOT NULL)`,
}}, {Name: "what imports told", SQL: []string{
	`CREATE TABLE import_range (import_id {text} NOT NULL, first_seq {int} NOT NULL, last_seq {int} NOT NULL, PRIMARY KEY (import_id, first_seq)) {clustered}`,
	// Facts that an import told and that were recorded before.
	`CREATE TABLE import_repeat (fact_key {blob} NOT NULL, import_id {text} NOT NULL, PRIMARY KEY (fact_key, import_id)) {clustered}`,
	`CREATE TABLE import_gone (import_id {text} NOT NULL PRIMARY KEY, shop {text} NOT NULL)`,
}}}
