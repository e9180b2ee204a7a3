package history

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"almanac/sqldb"
)

// SealBatch is how many records move from the tail to segments at once. It bounds the memory of sealing,
// and of reading sealed records in their order.
const SealBatch = 100_000

// Seal moves the oldest records of the tail to segments, a batch at a time, while more than keep of them
// would stay. It returns how many it moved. Every batch is moved whole: first its segments are written and
// flushed, then one transaction names them in the manifest and takes the records off the tail. Whoever stops
// in between leaves blobs that no manifest names; Sweep removes them. Only one process may seal at a time:
// the caller holds a lease where there are several.
func (s *Store) Seal(ctx context.Context, keep int64) (moved int64, err error) {
	s.moving.Lock()
	defer s.moving.Unlock()
	if err := s.truncate(ctx); err != nil { // what an interrupted seal left
		return 0, err
	}
	for {
		first, last, err := s.tailRange(ctx)
		if err != nil || first == 0 || last-first+1 < keep+SealBatch {
			return moved, err
		}
		n, err := s.sealBatch(ctx, first, first+SealBatch-1)
		if err != nil {
			return moved, err
		}
		moved += n
	}
}

// SealAll moves everything that is in the tail.
func (s *Store) SealAll(ctx context.Context) (moved int64, err error) {
	s.moving.Lock()
	defer s.moving.Unlock()
	if err := s.truncate(ctx); err != nil { // what an interrupted seal left
		return 0, err
	}
	for {
		first, last, err := s.tailRange(ctx)
		if err != nil || first == 0 {
			return moved, err
		}
		n, err := s.sealBatch(ctx, first, min(last, first+SealBatch-1))
		if err != nil {
			return moved, err
		}
		moved += n
	}
}

// tailRange is the first and the last offset in the tail that is not sealed, 0 where there is none.
func (s *Store) tailRange(ctx context.Context) (first, last int64, err error) {
	err = s.db.QueryRow(ctx, "SELECT COALESCE(MIN(seq), 0), COALESCE(MAX(seq), 0) FROM tail WHERE seq > "+sealedEnd, nil, &first, &last)
	return first, last, err
}

// sealedEnd is the last offset that is in segments. Rows of the tail up to there are not read any more.
const sealedEnd = "(SELECT COALESCE(MAX(last_seq), 0) FROM sealed_batch)"

// truncateStep is how many rows are removed at once, so that who appends hardly waits.
const truncateStep = 5_000

// truncate removes from the tail what is in segments.
func (s *Store) truncate(ctx context.Context) error {
	for {
		var first, end int64
		if err := s.db.QueryRow(ctx, "SELECT COALESCE(MIN(seq), 0), "+sealedEnd+" FROM tail", nil, &first, &end); err != nil {
			return err
		}
		if first == 0 || first > end {
			return nil
		}
		if _, err := s.db.Exec(ctx, "DELETE FROM tail WHERE seq <= ?", min(end, first+truncateStep-1)); err != nil {
			return fmt.Errorf("remove sealed records from the tail: %w", s.wrote(err))
		}
		s.point("seal/truncating")
	}
}

// partition is what one segment holds: a shop's facts of one day (UTC).
type partition struct {
	shop string
	day  int64
}

const dayMicros = 24 * 3600 * 1_000_000

func dayOf(us int64) int64 {
	if us < 0 {
		return (us - dayMicros + 1) / dayMicros
	}
	return us / dayMicros
}

// name of the segment that holds the partition's rows of a batch: shop=…/day=…, as engines find partitions.
func (p partition) name(first, last int64) string {
	day := time.UnixMicro(p.day * dayMicros).UTC().Format(time.DateOnly)
	return fmt.Sprintf("history/shop=%s/day=%s/%012d-%012d.parquet", url.PathEscape(p.shop), day, first, last)
}

func (s *Store) sealBatch(ctx context.Context, first, last int64) (int64, error) {
	parts, n, err := s.readPartitions(ctx, first, last)
	if err != nil {
		return 0, err
	}
	s.point("seal/before-segments")
	keys := make([]partition, 0, len(parts))
	for p := range parts {
		keys = append(keys, p)
	}
	slices.SortFunc(keys, func(a, b partition) int {
		if c := strings.Compare(a.shop, b.shop); c != 0 {
			return c
		}
		return sign(a.day - b.day)
	})
	manifest := make([]segment, 0, len(keys))
	for _, p := range keys {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		seg, err := s.writeSegment(ctx, p, parts[p], first, last)
		if err != nil {
			return 0, err
		}
		delete(parts, p)
		manifest = append(manifest, seg)
		s.point("seal/segment-written")
	}
	s.point("seal/before-manifest")
	if err := s.enterManifest(ctx, manifest, first, last, n); err != nil {
		return 0, fmt.Errorf("seal records %d to %d: %w", first, last, s.wrote(err))
	}
	s.point("seal/after-manifest")
	return n, s.truncate(ctx)
}

// readPartitions reads records of the tail, sorted by partition; equal texts are kept once.
func (s *Store) readPartitions(ctx context.Context, first, last int64) (parts map[partition][]*row, n int64, err error) {
	parts = map[partition][]*row{}
	texts := interner{}
	err = s.db.Query(ctx, "SELECT "+columns+" FROM tail WHERE seq >= ? AND seq <= ? ORDER BY seq", []any{first, last}, func(q sqldb.Row) error {
		r := &row{}
		n++
		var shop, id string
		var received int64
		var body []byte
		if err := q.Scan(&r.Seq, &shop, &r.Source, &r.Kind, &id, &r.Rev, &r.Occurred, &received, &body, &r.Ext); err != nil {
			return err
		}
		if r.Kind == tombstone {
			return nil
		}
		r.setID(id)
		r.Delay = received - r.Occurred
		r.Rest = split(body, r)
		r.Source, r.Kind = texts.of(r.Source), texts.of(r.Kind)
		for _, c := range r.texts() {
			*c.to = texts.of(*c.to)
		}
		p := partition{texts.of(shop), dayOf(r.Occurred)}
		parts[p] = append(parts[p], r)
		return nil
	})
	return parts, n, err
}

// interner keeps one copy of each text.
type interner map[string]string

func (in interner) of(s string) string {
	if s == "" {
		return ""
	}
	if v, ok := in[s]; ok {
		return v
	}
	in[s] = s
	return s
}

func (in interner) ofBytes(b []byte) string {
	if v, ok := in[string(b)]; ok {
		return v
	}
	s := string(b)
	in[s] = s
	return s
}

func (s *Store) writeSegment(ctx context.Context, p partition, rows []*row, first, last int64) (segment, error) {
	return s.writeRows(ctx, p.name(first, last), p, first, rows)
}

func (s *Store) writeRows(ctx context.Context, name string, p partition, batch int64, rows []*row) (segment, error) {
	seg := segment{name: name, batch: batch, partition: p, facts: int64(len(rows)),
		minTime: rows[0].Occurred, maxTime: rows[0].Occurred, minReceived: rows[0].Occurred + rows[0].Delay}
	for _, r := range rows {
		seg.minTime, seg.maxTime = min(seg.minTime, r.Occurred), max(seg.maxTime, r.Occurred)
		seg.minReceived = min(seg.minReceived, r.Occurred+r.Delay)
	}
	b, err := encodeSegment(rows)
	if err != nil {
		return seg, fmt.Errorf("encode segment %s: %w", seg.name, err)
	}
	if err := s.blobs.Put(ctx, seg.name, b); err != nil {
		return seg, err
	}
	seg.bytes, seg.sums = int64(len(b)), checksums(b)
	return seg, nil
}

func (s *Store) enterManifest(ctx context.Context, manifest []segment, first, last, facts int64) error {
	return s.db.Write(ctx, func(t *sqldb.Tx) error {
		args := make([]any, 0, 10*len(manifest))
		held := int64(0) // less than were in the tail where some were erased
		for _, m := range manifest {
			args = append(args, m.values()...)
			held += m.facts
		}
		if _, err := t.Insert(ctx, "segment ("+segmentColumns+")", "", 10, args); err != nil {
			return err
		}
		if _, err := t.Exec(ctx, "INSERT INTO sealed_batch (first_seq, last_seq, facts, sealed_us) VALUES (?, ?, ?, ?)",
			first, last, held, sqldb.Micros(s.now())); err != nil {
			return err
		}
		var n int64
		err := t.QueryRow(ctx, "SELECT COUNT(*) FROM tail WHERE seq >= ? AND seq <= ?", []any{first, last}, &n)
		if err == nil && n != facts {
			err = fmt.Errorf("%d records were sealed and %d are in the tail: another process seals at the same time", facts, n)
		}
		return err
	})
}

// Sweep removes segments that no manifest names: what a seal that was stopped has left.
func (s *Store) Sweep(ctx context.Context) (removed int, err error) {
	names, err := s.blobs.List(ctx, "history/")
	if err != nil {
		return 0, err
	}
	known := map[string]bool{}
	if err := s.db.Query(ctx, "SELECT name FROM segment", nil, func(r sqldb.Row) error {
		var name string
		err := r.Scan(&name)
		known[name] = true
		return err
	}); err != nil {
		return 0, err
	}
	for _, n := range names {
		if known[n] {
			continue
		}
		if err := s.blobs.Delete(ctx, n); err != nil {
			return removed, err
		}
		removed++
	}
	return removed, nil
}

// point is where tests stop the process.
func (s *Store) point(name string) {
	if s.crash != nil {
		s.crash(name)
	}
}
