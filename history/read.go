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
	err := s.db.Query(ctx, "SELECT "+columns+" FROM tail WHERE seq > ? ORDER BY seq LIMIT ?", []any{after, limit}, func(r sqldb.Row) error {
		rec, err := scan(r)
		if err != nil {
			return err
		}
		if err := fn(rec); err != nil {
			return err
		}
		last = rec.Offset
		return nil
	})
	return last, err
}

// AsOf hands every fact of a shop that had occurred by t and was known by then to fn, in the order of the
// record: what somebody asking at t could have known.
func (s *Store) AsOf(ctx context.Context, shop string, occurred, known time.Time, fn func(Record) error) error {
	return s.db.Query(ctx, "SELECT "+columns+" FROM tail WHERE shop = ? AND occurred_us <= ? AND received_us <= ? ORDER BY seq",
		[]any{shop, sqldb.Micros(occurred), sqldb.Micros(known)}, func(r sqldb.Row) error {
			rec, err := scan(r)
			if err != nil {
				return err
			}
			return fn(rec)
		})
}

func scan(r sqldb.Row) (Record, error) {
	var rec Record
	var kind string
	var occurred, received int64
	var body, ext []byte
	if err := r.Scan(&rec.Offset, &rec.Shop, &rec.Source, &kind, &rec.ID, &rec.Rev, &occurred, &received, &body, &ext); err != nil {
		return rec, err
	}
	rec.Kind, rec.OccurredAt, rec.ReceivedAt, rec.Ext = fact.Kind(kind), sqldb.Time(occurred), sqldb.Time(received), ext
	var err error
	if rec.Body, err = fact.DecodeBody(rec.Kind, body); err != nil {
		return rec, fmt.Errorf("record %d: %w", rec.Offset, err)
	}
	return rec, nil
}
