package history

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/parquet-go/parquet-go"

	"almanac/sqldb"
)

// Chunk is a part of what Scan reads, by column. A missing text is empty, a missing number zero.
type Chunk struct {
	Rows    int
	texts   map[string][]string
	numbers map[string][]int64
}

// Text is a column of text, one value a row; nil where the scan was not asked for it.
func (c *Chunk) Text(column string) []string { return c.texts[column] }

// Number is a column of numbers or of times (microseconds since 1970), one value a row; nil where the scan
// was not asked for it.
func (c *Chunk) Number(column string) []int64 { return c.numbers[column] }

const occurredColumn = "occurred_at"

// Scan hands the sealed facts of a shop that occurred in [from, to) to fn, a segment at a time, in no order.
// Only the named columns are read; docs/record.md lists them. What is still in the tail is not part of it.
// A chunk is used again after fn returns.
func (s *Store) Scan(ctx context.Context, shop string, from, to time.Time, columns []string, fn func(*Chunk) error) error {
	lo, hi := sqldb.Micros(from), sqldb.Micros(to)
	segs, err := s.segments(ctx, "shop = ? AND max_us >= ? AND min_us < ? ORDER BY day, batch", shop, lo, hi)
	if err != nil {
		return err
	}
	sc := scanner{Chunk: Chunk{texts: map[string][]string{}, numbers: map[string][]int64{}}, texts: interner{}, buf: make([]parquet.Value, 2048)}
	for i := range segs {
		if err := ctx.Err(); err != nil {
			return err
		}
		b, err := s.blobs.Get(ctx, segs[i].name)
		if err != nil {
			return fmt.Errorf("sealed segment: %w", err)
		}
		if d := segs[i].check(b); d != nil {
			return d
		}
		wanted := columns
		whole := segs[i].minTime >= lo && segs[i].maxTime < hi
		if !whole && !slices.Contains(columns, occurredColumn) {
			wanted = append(slices.Clone(columns), occurredColumn)
		}
		if err := sc.segment(b, wanted); err != nil {
			return fmt.Errorf("segment %s: %w", segs[i].name, err)
		}
		if !whole {
			sc.restrict(lo, hi)
		}
		if err := fn(&sc.Chunk); err != nil {
			return err
		}
	}
	return nil
}

type scanner struct {
	Chunk
	texts interner
	buf   []parquet.Value
}

// segment reads columns of a Parquet file.
func (s *scanner) segment(b []byte, columns []string) (err error) {
	defer func() { // the library answers some damaged files with a panic
		if p := recover(); p != nil {
			err = fmt.Errorf("not a readable Parquet file: %v", p)
		}
	}()
	f, err := parquet.OpenFile(bytes.NewReader(b), int64(len(b)), parquet.SkipPageIndex(true), parquet.SkipBloomFilters(true))
	if err != nil {
		return err
	}
	s.Rows = int(f.NumRows())
	if len(s.texts) > 1<<17 {
		clear(s.texts)
	}
	for _, name := range columns {
		leaf, ok := f.Schema().Lookup(name)
		if !ok {
			return fmt.Errorf("there is no column %q", name)
		}
		text := leaf.Node.Type().Kind() == parquet.ByteArray
		if text {
			s.Chunk.texts[name] = s.Chunk.texts[name][:0]
		} else {
			s.numbers[name] = s.numbers[name][:0]
		}
		for _, g := range f.RowGroups() {
			if err := s.column(g.ColumnChunks()[leaf.ColumnIndex], name, text); err != nil {
				return fmt.Errorf("column %s: %w", name, err)
			}
		}
	}
	return nil
}

func (s *scanner) column(c parquet.ColumnChunk, name string, text bool) (err error) {
	pages := c.Pages()
	defer func() { err = errors.Join(err, pages.Close()) }()
	for {
		p, err := pages.ReadPage()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := s.page(p.Values(), name, text); err != nil {
			return err
		}
		parquet.Release(p)
	}
}

func (s *scanner) page(values parquet.ValueReader, name string, text bool) error {
	texts, numbers := s.Chunk.texts[name], s.numbers[name]
	for {
		n, err := values.ReadValues(s.buf)
		for i := range s.buf[:n] {
			switch v := &s.buf[i]; {
			case !text && v.IsNull():
				numbers = append(numbers, 0)
			case !text:
				numbers = append(numbers, v.Int64())
			case v.IsNull():
				texts = append(texts, "")
			default:
				texts = append(texts, s.texts.ofBytes(v.ByteArray()))
			}
		}
		s.Chunk.texts[name], s.numbers[name] = texts, numbers
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// restrict keeps the rows that occurred in [lo, hi).
func (s *scanner) restrict(lo, hi int64) {
	at := slices.Clone(s.numbers[occurredColumn])
	kept := 0
	for i, t := range at {
		if t < lo || t >= hi {
			continue
		}
		for _, v := range s.Chunk.texts {
			v[kept] = v[i]
		}
		for _, v := range s.numbers {
			v[kept] = v[i]
		}
		kept++
	}
	for k, v := range s.Chunk.texts {
		s.Chunk.texts[k] = v[:kept]
	}
	for k, v := range s.numbers {
		s.numbers[k] = v[:kept]
	}
	s.Rows = kept
}
