package history

import (
	"context"
	"errors"
	"fmt"
	"math"

	"almanac/blob"
	"almanac/fact"
	"almanac/sqldb"
)

// Missing names the segments of the manifest that are not in the blob store or have another size there. It
// looks at no contents, so that it can run at every start.
func (s *Store) Missing(ctx context.Context) (out []Damage, err error) {
	segs, err := s.segments(ctx, "1 = 1 ORDER BY name")
	if err != nil {
		return nil, err
	}
	for _, m := range segs {
		n, err := s.blobs.Size(ctx, m.name)
		switch {
		case errors.Is(err, blob.ErrNotFound):
			out = append(out, Damage{m.name, 0, "it is missing"})
		case err != nil:
			return out, err
		case n != m.bytes:
			out = append(out, Damage{m.name, min(n, m.bytes), fmt.Sprintf("it has %d bytes of %d", n, m.bytes)})
		}
	}
	return out, nil
}

// Verify reads the whole record: every segment against its checksums and its line in the manifest, every
// batch against its segments, and every record of the tail against the hash that was kept with its key.
// progress, which may be nil, is told facts.
func (s *Store) Verify(ctx context.Context, progress func(done, total int64)) (out []Damage, err error) {
	head, err := s.Head(ctx)
	if err != nil {
		return nil, err
	}
	segs, err := s.segments(ctx, "1 = 1 ORDER BY batch, name")
	if err != nil {
		return nil, err
	}
	var done int64
	sealed := map[int64]int64{}
	for i := range segs {
		if err := ctx.Err(); err != nil {
			return out, err
		}
		d, err := s.verifySegment(ctx, &segs[i])
		if err != nil {
			return out, err
		}
		if d != nil {
			out = append(out, *d)
		}
		sealed[segs[i].batch] += segs[i].facts
		if done += segs[i].facts; progress != nil {
			progress(done, head)
		}
	}
	gaps, err := s.verifyBatches(ctx, sealed)
	if err != nil {
		return out, err
	}
	tail, err := s.verifyTail(ctx, func(n int64) {
		if progress != nil {
			progress(done+n, head)
		}
	})
	return append(append(out, gaps...), tail...), err
}

func (s *Store) verifySegment(ctx context.Context, m *segment) (*Damage, error) {
	rows, err := s.load(ctx, m)
	if d := damageOf(m, err); d != nil {
		return d, nil
	}
	switch {
	case err != nil:
		return nil, err
	case int64(len(rows)) != m.facts:
		return &Damage{m.name, 0, fmt.Sprintf("it holds %d facts of %d", len(rows), m.facts)}, nil
	}
	for i := range rows {
		if _, err := rows[i].record(m.shop); err != nil {
			return &Damage{m.name, 0, err.Error()}, nil
		}
	}
	return nil, nil
}

// verifyBatches checks that the batches hold what their segments hold, and follow one another up to the tail.
func (s *Store) verifyBatches(ctx context.Context, sealed map[int64]int64) (out []Damage, err error) {
	next := int64(1)
	err = s.db.Query(ctx, "SELECT first_seq, last_seq, facts FROM sealed_batch ORDER BY first_seq", nil, func(r sqldb.Row) error {
		var first, last, facts int64
		if err := r.Scan(&first, &last, &facts); err != nil {
			return err
		}
		name := fmt.Sprintf("records %d to %d", first, last)
		if first != next {
			out = append(out, Damage{name, 0, fmt.Sprintf("records %d to %d are missing before it", next, first-1)})
		}
		if sealed[first] != facts {
			out = append(out, Damage{name, 0, fmt.Sprintf("its segments hold %d facts of %d", sealed[first], facts)})
		}
		next = last + 1
		return nil
	})
	if err != nil {
		return out, err
	}
	first, last, err := s.tailRange(ctx)
	if err != nil {
		return out, err
	}
	head, err := s.Head(ctx)
	if err != nil {
		return out, err
	}
	missing := func(from, to int64) {
		if from <= to {
			out = append(out, Damage{"tail", from, fmt.Sprintf("records %d to %d are missing", from, to)})
		}
	}
	if first == 0 {
		missing(next, head)
	} else {
		missing(next, first-1)
		missing(last+1, head)
	}
	return out, nil
}

// verifyTail compares the records of the tail with the hashes that dedupe keeps.
func (s *Store) verifyTail(ctx context.Context, progress func(int64)) (out []Damage, err error) {
	var n, after int64
	for {
		kept := map[int64][][16]byte{} // where their hashes may be
		var keys [][16]byte
		var hashes [][8]byte
		var offsets []int64
		err := s.db.Query(ctx, "SELECT "+columns+" FROM tail WHERE seq > ? AND seq > "+sealedEnd+" ORDER BY seq LIMIT 4096", []any{after}, func(r sqldb.Row) error {
			var f fact.Fact
			var kind string
			var seq, occurred, received int64
			var body, ext []byte
			if err := r.Scan(&seq, &f.Shop, &f.Source, &kind, &f.ID, &f.Rev, &occurred, &received, &body, &ext); err != nil {
				return err
			}
			offsets = append(offsets, seq)
			if kind == tombstone {
				keys, hashes = append(keys, [16]byte{}), append(hashes, [8]byte{})
				return nil
			}
			f.Kind = fact.Kind(kind)
			k := f.Key().Hash()
			keys, hashes = append(keys, k), append(hashes, bodyHash(body))
			for _, d := range keptUnder(f.Kind, occurred) {
				kept[d] = append(kept[d], k)
			}
			return nil
		})
		if err != nil || len(keys) == 0 {
			return out, err
		}
		known, err := s.knownHashes(ctx, kept)
		if err != nil {
			return out, err
		}
		for i, k := range keys {
			if h, ok := known[k]; ok && h != hashes[i] {
				out = append(out, Damage{"tail", offsets[i], fmt.Sprintf("record %d is not what was accepted: its hash differs", offsets[i])})
			}
		}
		after = offsets[len(offsets)-1]
		n += int64(len(keys))
		progress(n)
	}
}

// knownHashes finds the hashes that are kept with keys, wherever they are kept.
func (s *Store) knownHashes(ctx context.Context, keys map[int64][][16]byte) (map[[16]byte][8]byte, error) {
	out := map[[16]byte][8]byte{}
	err := s.db.Read(ctx, func(t *sqldb.Tx) error {
		for day, of := range keys {
			entries := make([]entry, len(of))
			some := make([]int, len(of))
			for i, k := range of {
				entries[i].key, some[i] = k, i
			}
			if err := lookUp(ctx, t, entries, day, some, math.MaxInt64, out); err != nil {
				return err
			}
		}
		return nil
	})
	return out, err
}
