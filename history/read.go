package history

import (
	"context"
	"fmt"
	"time"

	"almanac/fact"
	"almanac/sqldb"
)

const columns = "seq, shop, source, kind, id, rev, occurred_us, received_us, body, ext"

// Head is the offset of the newest record, 0 while there is none.
func (s *Store) Head(ctx context.Context) (int64, error) {
	var next int64
	err := s.db.QueryRow(ctx, "SELECT next_offset FROM record_head WHERE one = 1", nil, &next)
	return next - 1, err
}

// Read hands records behind the offset to fn, in order, at most limit of them and
// perhaps fewer, and returns the last offset read (after itself where there was nothing).
func (s *Store) Read(ctx context.Context, after int64, limit int, fn func(Record) error) (int64, error) {
	last := after
	if recs := s.recent.after(after, limit); len(recs) > 0 {
		for _, r := range recs {
			if err := fn(r); err != nil {
				return last, err
			}
			last = r.Offset
		}
		return last, nil
	}
	for {
		recs, passed, err := s.sealedAfter(ctx, after, limit)
		if err != nil {
			return last, err
		}
		after, last = passed, passed
		if len(recs) == 0 {
			again, last, err := s.readTail(ctx, after, limit, fn)
			if again {
				continue // what was in the tail is sealed by now
			}
			return last, err
		}
		for _, r := range recs {
			if err := fn(r); err != nil {
				return last, err
			}
			last = r.Offset
		}
		return last, nil
	}
}

// readTail is Read for records in the tail. again is true where others were sealed meanwhile that come first.
func (s *Store) readTail(ctx context.Context, after int64, limit int, fn func(Record) error) (again bool, last int64, err error) {
	var recs []Record
	err = s.db.Read(ctx, func(t *sqldb.Tx) error {
		var sealed int64
		if err := t.QueryRow(ctx, "SELECT COUNT(*) FROM sealed_batch WHERE last_seq > ?", []any{after}, &sealed); err != nil || sealed > 0 {
			again = sealed > 0
			return err
		}
		return t.Query(ctx, "SELECT "+columns+" FROM tail WHERE seq > ? ORDER BY seq LIMIT ?", []any{after, limit}, func(r sqldb.Row) error {
			rec, err := scan(r)
			recs = append(recs, rec)
			return err
		})
	})
	last = after
	defer func() { // what was erased is passed over
		if err == nil && len(recs) > 0 && recs[len(recs)-1].Kind == tombstone {
			last = recs[len(recs)-1].Offset
		}
	}()
	for _, r := range recs {
		if err != nil {
			break
		}
		if r.Kind == tombstone {
			continue
		}
		if err = fn(r); err == nil {
			last = r.Offset
		}
	}
	return again, last, err
}

// AsOf hands every fact of a shop that had occurred by t and was known by then to fn, in the order of the
// record: what somebody asking at t could have known.
func (s *Store) AsOf(ctx context.Context, shop string, occurred, known time.Time, fn func(Record) error) error {
	o, k := sqldb.Micros(occurred), sqldb.Micros(known)
	after := int64(0)
	for {
		var first, last int64
		err := s.db.Query(ctx, "SELECT first_seq, last_seq FROM sealed_batch WHERE last_seq > ? ORDER BY last_seq LIMIT 1", []any{after},
			func(r sqldb.Row) error { return r.Scan(&first, &last) })
		if err != nil {
			return err
		}
		if last == 0 {
			break
		}
		recs, err := s.batch(ctx, first, shop, o, k)
		if err != nil {
			return err
		}
		for _, r := range recs {
			if err := fn(r); err != nil {
				return err
			}
		}
		after = last
	}
	return s.asOfTail(ctx, shop, after, o, k, fn)
}

// asOfTail is AsOf for what lies behind the sealed records, also where it is sealed meanwhile.
func (s *Store) asOfTail(ctx context.Context, shop string, after, occurred, known int64, fn func(Record) error) error {
	for {
		n := 0
		last, err := s.Read(ctx, after, SealBatch, func(r Record) error {
			n++
			if r.Shop != shop || sqldb.Micros(r.OccurredAt) > occurred || sqldb.Micros(r.ReceivedAt) > known {
				return nil
			}
			return fn(r)
		})
		if err != nil || n == 0 {
			return err
		}
		after = last
	}
}

func scan(r sqldb.Row) (Record, error) {
	var rec Record
	var kind string
	var occurred, received int64
	var body, ext []byte
	if err := r.Scan(&rec.Offset, &rec.Shop, &rec.Source, &kind, &rec.ID, &rec.Rev, &occurred, &received, &body, &ext); err != nil {
		return rec, err
	}
	if kind == tombstone {
		return rec, nil
	}
	rec.Kind, rec.OccurredAt, rec.ReceivedAt, rec.Ext = fact.Kind(kind), sqldb.Time(occurred), sqldb.Time(received), ext
	var err error
	if rec.Body, err = fact.DecodeBody(rec.Kind, body); err != nil {
		return rec, fmt.Errorf("record %d: %w", rec.Offset, err)
	}
	return rec, nil
}
