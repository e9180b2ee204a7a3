package history

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"slices"
	"sync"

	"almanac/blob"
	"almanac/sqldb"
)

// segment is one line of the manifest.
type segment struct {
	name  string
	batch int64 // first offset of the batch that it belongs to
	partition
	facts, bytes                  int64
	minTime, maxTime, minReceived int64
	sums                          []byte // CRC-32C of every block
}

const segmentColumns = "name, batch, shop, day, facts, bytes, min_us, max_us, min_received_us, sums"

func (m *segment) values() []any {
	return []any{m.name, m.batch, m.shop, m.day, m.facts, m.bytes, m.minTime, m.maxTime, m.minReceived, m.sums}
}

func (s *Store) segments(ctx context.Context, where string, args ...any) (out []segment, err error) {
	err = s.db.Query(ctx, "SELECT "+segmentColumns+" FROM segment WHERE "+where, args, func(r sqldb.Row) error {
		var m segment
		err := r.Scan(&m.name, &m.batch, &m.shop, &m.day, &m.facts, &m.bytes, &m.minTime, &m.maxTime, &m.minReceived, &m.sums)
		out = append(out, m)
		return err
	})
	return out, err
}

// block is how many bytes one checksum covers, so that damage can be named by its place.
const block = 64 << 10

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

func checksums(b []byte) (out []byte) {
	for c := range slices.Chunk(b, block) {
		out = binary.BigEndian.AppendUint32(out, crc32.Checksum(c, castagnoli))
	}
	return out
}

// Damage is what is wrong with a segment, and where.
type Damage struct {
	Segment string `json:"segment"`
	Offset  int64  `json:"offset"` // of the first damaged block, in bytes; in the tail the record
	What    string `json:"what"`
}

func (d *Damage) Error() string {
	return fmt.Sprintf("segment %s is damaged at byte %d: %s", d.Segment, d.Offset, d.What)
}

// check compares a segment's bytes with its checksums.
func (m *segment) check(b []byte) *Damage {
	i := 0
	for c := range slices.Chunk(b, block) {
		if 4*i+4 > len(m.sums) || binary.BigEndian.Uint32(m.sums[4*i:]) != crc32.Checksum(c, castagnoli) {
			return &Damage{m.name, int64(i) * block, "its checksum is another one"}
		}
		i++
	}
	if int64(len(b)) != m.bytes {
		return &Damage{m.name, int64(len(b)), fmt.Sprintf("it has %d bytes of %d", len(b), m.bytes)}
	}
	return nil
}

// load reads and checks a segment.
func (s *Store) load(ctx context.Context, m *segment) ([]row, error) {
	b, err := s.blobs.Get(ctx, m.name)
	if err != nil {
		return nil, fmt.Errorf("sealed segment: %w", err)
	}
	if d := m.check(b); d != nil {
		return nil, d
	}
	rows, err := decodeSegment(b)
	if err != nil {
		return nil, &Damage{m.name, 0, err.Error()}
	}
	return rows, nil
}

// damageOf is the damage that an error of load tells of, or nil.
func damageOf(m *segment, err error) *Damage {
	var d *Damage
	switch {
	case errors.As(err, &d):
		return d
	case errors.Is(err, blob.ErrNotFound):
		return &Damage{m.name, 0, "it is missing"}
	}
	return nil
}

// openedBatch is the batch that was read last: whoever replays asks for its parts one after the other.
type openedBatch struct {
	mu          sync.Mutex
	first, last int64
	recs        []Record
}

// sealedAfter returns up to limit sealed records behind an offset, in order; none where what follows is in
// the tail. passed is the offset, or the end of the batches behind it of which all the rest is erased.
func (s *Store) sealedAfter(ctx context.Context, after int64, limit int) (recs []Record, passed int64, err error) {
	o := &s.opened
	o.mu.Lock()
	defer o.mu.Unlock()
	for {
		if o.recs == nil || after+1 < o.first || after >= o.last {
			var first, last int64
			err := s.db.Query(ctx, "SELECT first_seq, last_seq FROM sealed_batch WHERE last_seq > ? ORDER BY last_seq LIMIT 1", []any{after},
				func(r sqldb.Row) error { return r.Scan(&first, &last) })
			if err != nil || last == 0 {
				o.recs = nil
				return nil, after, err
			}
			recs, err := s.batch(ctx, first, "", never.UnixMicro(), never.UnixMicro())
			if err != nil {
				return nil, after, err
			}
			o.first, o.last, o.recs = first, last, recs
		}
		i, _ := slices.BinarySearchFunc(o.recs, after+1, func(r Record, seq int64) int { return sign(r.Offset - seq) })
		if i < len(o.recs) {
			return slices.Clone(o.recs[i:min(i+limit, len(o.recs))]), after, nil
		}
		after, o.recs = o.last, nil // erased to the end of the batch
	}
}

// batch reads the records of a batch in their order: of one shop, or of all where shop is empty, that had
// occurred and were known by the given times.
func (s *Store) batch(ctx context.Context, first int64, shop string, occurred, known int64) ([]Record, error) {
	segs, err := s.segments(ctx, "batch = ? AND (shop = ? OR ? = '') AND min_us <= ? AND min_received_us <= ?", first, shop, shop, occurred, known)
	if err != nil {
		return nil, err
	}
	var recs []Record
	for i := range segs {
		rows, err := s.load(ctx, &segs[i])
		if d := damageOf(&segs[i], err); d != nil && s.accept != nil {
			s.accept(*d)
			continue
		}
		if err != nil {
			return nil, err
		}
		for j := range rows {
			if r := &rows[j]; r.Occurred <= occurred && r.Occurred+r.Delay <= known {
				rec, err := r.record(segs[i].shop)
				if err != nil {
					return nil, &Damage{segs[i].name, 0, err.Error()}
				}
				recs = append(recs, rec)
			}
		}
	}
	slices.SortFunc(recs, func(a, b Record) int { return sign(a.Offset - b.Offset) })
	return recs, nil
}
