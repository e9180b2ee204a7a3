package history

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"almanac/fact"
	"almanac/sqldb"
)

// Statuses of an import that is taken back, besides those of its running.
const (
	TakingBack = "taking_back" // begun: call TakeBack again where it was stopped
	TakenBack  = "taken_back"
)

// Errors of TakeBack.
var (
	ErrTakenBack = errors.New("this import is taken back already")
	ErrImporting = errors.New("this file is still being imported")
	ErrUntraced  = errors.New("the record does not know which facts came with this import")
)

// TakeBack removes from the record what one import told, as if it had never come: its facts, their keys, so
// that they may come again, and its rejected lines. A fact that another import told too stays. What was
// derived from the record is derived anew by derive. It may be stopped at any instant and called again; the
// account says how far it came. progress, which may be nil, is told segments.
func (s *Store) TakeBack(ctx context.Context, shop, id string, derive func(context.Context) error, progress func(done, total int64)) (ImportRun, error) {
	run, err := s.withdraw(ctx, shop, id, progress)
	if err != nil {
		return run, err
	}
	if err := derive(ctx); err != nil {
		return run, err
	}
	at := s.now().UTC()
	return s.account(ctx, shop, id, func(run *ImportRun) { run.Status, run.TakenBackAt = TakenBack, &at })
}

// withdraw does the part of TakeBack that concerns the record.
func (s *Store) withdraw(ctx context.Context, shop, id string, progress func(done, total int64)) (run ImportRun, err error) {
	s.moving.Lock()
	defer s.moving.Unlock()
	if run, err = s.beginTakeBack(ctx, shop, id); err != nil {
		return run, err
	}
	if err := s.truncate(ctx); err != nil { // nothing lies in tail and segments at once
		return run, err
	}
	defer s.forgetCopies()
	w := &withdrawal{s: s, shop: shop, id: id, stay: map[string]int64{}}
	if w.spans, err = s.goneSpans(ctx, shop); err != nil {
		return run, err
	}
	segs, err := s.segments(ctx, "shop = ? ORDER BY batch, name", shop)
	if err != nil {
		return run, err
	}
	lasts, err := s.batchEnds(ctx)
	if err != nil {
		return run, err
	}
	for i := range segs {
		if err := ctx.Err(); err != nil {
			return run, err
		}
		if w.touches(segs[i].batch, lasts[segs[i].batch]) {
			if err := w.segment(ctx, &segs[i]); err != nil {
				return run, fmt.Errorf("take back from segment %s: %w", segs[i].name, err)
			}
		}
		if progress != nil {
			progress(int64(i+1), int64(len(segs)+1))
		}
	}
	if err := w.tail(ctx); err != nil {
		return run, fmt.Errorf("take back from the tail: %w", err)
	}
	return w.finish(ctx)
}

// beginTakeBack notes that an import is gone, before anything else changes: what else told of its facts is
// known from then on.
func (s *Store) beginTakeBack(ctx context.Context, shop, id string) (ImportRun, error) {
	run, err := s.Import(ctx, shop, id)
	if err != nil {
		return run, err
	}
	switch run.Status {
	case TakenBack:
		return run, ErrTakenBack
	case "running":
		return run, ErrImporting
	}
	var traces int64
	err = s.db.QueryRow(ctx, "SELECT (SELECT COUNT(*) FROM import_range WHERE import_id = ?) + (SELECT COUNT(*) FROM import_gone WHERE import_id = ?)", []any{id, id}, &traces)
	if err != nil {
		return run, err
	}
	if traces == 0 && run.Facts > 0 {
		return run, ErrUntraced
	}
	err = s.db.Write(ctx, func(t *sqldb.Tx) error {
		if _, err := lockHead(ctx, t); err != nil {
			return err
		}
		_, err := t.Exec(ctx, "INSERT INTO import_gone (import_id, shop) VALUES (?, ?) ON CONFLICT DO NOTHING", id, shop)
		return err
	})
	if err != nil {
		return run, err
	}
	return s.account(ctx, shop, id, func(run *ImportRun) { run.Status = TakingBack })
}

// span is a range of offsets that an import recorded.
type span struct {
	id          string
	first, last int64
}

// goneSpans are the ranges of the imports of a shop that are taken back or are being taken back: of earlier
// ones only those are kept of which facts have stayed, because another import told them too. They are looked
// at again, because that other import may be the one that goes now.
func (s *Store) goneSpans(ctx context.Context, shop string) (out []span, err error) {
	err = s.db.Query(ctx, `SELECT r.import_id, r.first_seq, r.last_seq FROM import_range r JOIN import_gone g ON g.import_id = r.import_id
		WHERE g.shop = ? ORDER BY r.first_seq`, []any{shop}, func(r sqldb.Row) error {
		var v span
		err := r.Scan(&v.id, &v.first, &v.last)
		out = append(out, v)
		return err
	})
	return out, err
}

func (s *Store) batchEnds(ctx context.Context) (map[int64]int64, error) {
	out := map[int64]int64{}
	err := s.db.Query(ctx, "SELECT first_seq, last_seq FROM sealed_batch", nil, func(r sqldb.Row) error {
		var first, last int64
		err := r.Scan(&first, &last)
		out[first] = last
		return err
	})
	return out, err
}

// account changes the account of an import.
func (s *Store) account(ctx context.Context, shop, id string, change func(*ImportRun)) (run ImportRun, err error) {
	err = s.db.Write(ctx, func(t *sqldb.Tx) error {
		run, err = accountIn(ctx, t, shop, id, change)
		return err
	})
	return run, err
}

func accountIn(ctx context.Context, t *sqldb.Tx, shop, id string, change func(*ImportRun)) (run ImportRun, err error) {
	var text string
	if err := t.QueryRow(ctx, "SELECT run FROM import_run WHERE shop = ? AND id = ?", []any{shop, id}, &text); err != nil {
		return run, err
	}
	if err := json.Unmarshal([]byte(text), &run); err != nil {
		return run, err
	}
	change(&run)
	b, err := json.Marshal(run)
	if err != nil {
		return run, err
	}
	_, err = t.Exec(ctx, "UPDATE import_run SET run = ? WHERE shop = ? AND id = ?", string(b), shop, id)
	return run, err
}

// withdrawal is a taking back on its way.
type withdrawal struct {
	s        *Store
	shop, id string
	spans    []span           // by their first offset; they do not overlap
	stay     map[string]int64 // import → its facts that stay
}

// of is the import that recorded an offset, empty where it is none of those that are gone.
func (w *withdrawal) of(seq int64) string {
	i, found := slices.BinarySearchFunc(w.spans, seq, func(v span, seq int64) int { return sign(v.first - seq) })
	if !found {
		i--
	}
	if i >= 0 && seq <= w.spans[i].last {
		return w.spans[i].id
	}
	return ""
}

func (w *withdrawal) touches(first, last int64) bool {
	return slices.ContainsFunc(w.spans, func(v span) bool { return v.first <= last && v.last >= first })
}

// withdrawn is a fact that may have to go.
type withdrawn struct {
	seq    int64
	source string
	kind   fact.Kind
	key    [16]byte
	at     int64
}

func withdrawnOf(rec *Record) withdrawn {
	return withdrawn{rec.Offset, rec.Source, rec.Kind, rec.Key().Hash(), sqldb.Micros(rec.OccurredAt)}
}

// told finds which keys an import told that is not gone: their facts stay.
func told(ctx context.Context, t *sqldb.Tx, facts []withdrawn) (map[[16]byte]bool, error) {
	out := map[[16]byte]bool{}
	for part := range slices.Chunk(facts, 512) {
		args := make([]any, len(part))
		for i := range part {
			args[i] = part[i].key[:]
		}
		err := t.Query(ctx, "SELECT fact_key FROM import_repeat WHERE fact_key IN "+sqldb.In(len(part))+
			" AND NOT EXISTS (SELECT 1 FROM import_gone g WHERE g.import_id = import_repeat.import_id)", args, func(r sqldb.Row) error {
			var k []byte
			if err := r.Scan(&k); err != nil {
				return err
			}
			out[[16]byte(k)] = true
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// errTold is returned where an import told a fact again while it was being removed.
var errTold = errors.New("told again meanwhile")

// segment removes what goes from one segment, by writing it anew.
func (w *withdrawal) segment(ctx context.Context, m *segment) error {
	for {
		err := w.trySegment(ctx, m)
		if !errors.Is(err, errTold) {
			return err
		}
	}
}

func (w *withdrawal) trySegment(ctx context.Context, m *segment) error {
	rows, err := w.s.load(ctx, m)
	if err != nil {
		return err
	}
	var some []withdrawn
	for i := range rows {
		if w.of(rows[i].Seq) == "" {
			continue
		}
		rec, err := rows[i].record(m.shop)
		if err != nil {
			return err
		}
		some = append(some, withdrawnOf(&rec))
	}
	var stays map[[16]byte]bool
	if err := w.s.db.Read(ctx, func(t *sqldb.Tx) (err error) {
		stays, err = told(ctx, t, some)
		return err
	}); err != nil {
		return err
	}
	goes, gone := w.divide(some, stays)
	if len(goes) == 0 {
		w.count(some, stays)
		return nil
	}
	var kept []*row
	for i := range rows {
		if !gone[rows[i].Seq] {
			kept = append(kept, &rows[i])
		}
	}
	next, err := w.s.rewrite(ctx, m, kept)
	if err != nil {
		return err
	}
	w.s.point("takeback/segment-written")
	err = w.s.db.Write(ctx, func(t *sqldb.Tx) error {
		if _, err := lockHead(ctx, t); err != nil {
			return err
		}
		if again, err := told(ctx, t, goes); err != nil {
			return err
		} else if len(again) > 0 {
			return errTold
		}
		if _, err := t.Exec(ctx, "DELETE FROM segment WHERE name = ?", m.name); err != nil {
			return err
		}
		if next != nil {
			if _, err := t.Insert(ctx, "segment ("+segmentColumns+")", "", 10, next.values()); err != nil {
				return err
			}
		}
		if _, err := t.Exec(ctx, "UPDATE sealed_batch SET facts = facts - ? WHERE first_seq = ?", len(goes), m.batch); err != nil {
			return err
		}
		return w.unlist(ctx, t, goes)
	})
	if err != nil {
		return err
	}
	w.s.point("takeback/segment-gone")
	w.count(some, stays)
	return w.s.blobs.Delete(ctx, m.name)
}

// divide finds what goes.
func (w *withdrawal) divide(some []withdrawn, stays map[[16]byte]bool) (goes []withdrawn, gone map[int64]bool) {
	gone = map[int64]bool{}
	for _, v := range some {
		if !stays[v.key] {
			goes = append(goes, v)
			gone[v.seq] = true
		}
	}
	return goes, gone
}

func (w *withdrawal) count(some []withdrawn, stays map[[16]byte]bool) {
	for _, v := range some {
		if stays[v.key] {
			w.stay[w.of(v.seq)]++
		}
	}
}

// tail removes what goes from the tail. Offsets stay.
func (w *withdrawal) tail(ctx context.Context) error {
	for _, v := range w.spans {
		for after := v.first - 1; after < v.last; {
			var some []withdrawn
			err := w.s.db.Query(ctx, "SELECT "+columns+" FROM tail WHERE seq > ? AND seq <= ? AND shop = ? AND kind <> '' ORDER BY seq LIMIT 5000", []any{after, v.last, w.shop}, func(r sqldb.Row) error {
				rec, err := scan(r)
				some = append(some, withdrawnOf(&rec))
				return err
			})
			if err != nil {
				return err
			}
			if len(some) == 0 {
				break
			}
			if err := w.fromTail(ctx, some); err != nil {
				return err
			}
			w.s.point("takeback/tail-step")
			after = some[len(some)-1].seq
		}
	}
	return nil
}

func (w *withdrawal) fromTail(ctx context.Context, some []withdrawn) error {
	var stays map[[16]byte]bool
	err := w.s.db.Write(ctx, func(t *sqldb.Tx) error {
		if _, err := lockHead(ctx, t); err != nil {
			return err
		}
		var err error
		if stays, err = told(ctx, t, some); err != nil {
			return err
		}
		goes, _ := w.divide(some, stays)
		for _, v := range goes {
			if _, err := t.Exec(ctx, "UPDATE tail SET source = '', kind = '', id = '', body = ?, ext = NULL WHERE seq = ?", []byte("{}"), v.seq); err != nil {
				return err
			}
		}
		return w.unlist(ctx, t, goes)
	})
	if err == nil {
		w.count(some, stays)
	}
	return err
}

// unlist takes the keys of facts that go off the lists, and keeps the counts in step.
func (w *withdrawal) unlist(ctx context.Context, t *sqldb.Tx, goes []withdrawn) error {
	type counted struct {
		source string
		kind   fact.Kind
	}
	counts := map[counted]int64{}
	byDay := map[int64][]any{}
	for i := range goes {
		v := &goes[i]
		counts[counted{v.source, v.kind}]++
		for _, day := range keptUnder(v.kind, v.at) {
			byDay[day] = append(byDay[day], v.key[:])
		}
	}
	for day, keys := range byDay {
		for part := range slices.Chunk(keys, 512) {
			q, args := "DELETE FROM message_key WHERE day = ? AND fact_key IN "+sqldb.In(len(part)), append([]any{day}, part...)
			if day == forever {
				q, args = "DELETE FROM dedupe WHERE fact_key IN "+sqldb.In(len(part)), part
			}
			if _, err := t.Exec(ctx, q, args...); err != nil {
				return err
			}
		}
	}
	for c, n := range counts {
		if _, err := t.Exec(ctx, "UPDATE source_stat SET facts = facts - ? WHERE shop = ? AND source = ? AND kind = ?", n, w.shop, c.source, string(c.kind)); err != nil {
			return err
		}
	}
	_, err := accountIn(ctx, t, w.shop, w.id, func(run *ImportRun) { run.Taken += int64(len(goes)) })
	return err
}
