package state

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"almanac/sqldb"
)

// Export writes every table of every view as JSON lines, tables and rows in a fixed order: equal states
// give equal bytes.
func (p *Projector) Export(ctx context.Context, w io.Writer) error {
	return p.db.Read(ctx, func(t *sqldb.Tx) error {
		b := bufio.NewWriterSize(w, 1<<16)
		for _, f := range p.folds {
			for _, tb := range f.Tables() {
				if err := exportTable(ctx, t, tb, "", b); err != nil {
					return err
				}
			}
		}
		return b.Flush()
	})
}

// ExportShop writes the state of one shop, each table to the writer that file makes for it.
func (p *Projector) ExportShop(ctx context.Context, shop string, file func(table string) (io.Writer, error)) error {
	return p.db.Read(ctx, func(t *sqldb.Tx) error {
		for _, f := range p.folds {
			for _, tb := range f.Tables() {
				w, err := file(tb.Name)
				if err != nil {
					return err
				}
				b := bufio.NewWriterSize(w, 1<<16)
				if err := errors.Join(exportTable(ctx, t, tb, shop, b), b.Flush()); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// exportTable writes a table's rows: those of one shop, or of all where shop is empty.
func exportTable(ctx context.Context, t *sqldb.Tx, tb Table, shop string, b *bufio.Writer) error {
	where, args := "", []any(nil)
	if shop != "" {
		where, args = " WHERE shop = ?", []any{shop}
	}
	q := "SELECT " + strings.Join(tb.Columns, ", ") + " FROM " + tb.Name + where + " ORDER BY " + strings.Join(tb.Key, ", ")
	vals := make([]any, len(tb.Columns))
	dest := make([]any, len(tb.Columns))
	for i := range vals {
		dest[i] = &vals[i]
	}
	names := make([]string, len(tb.Columns))
	for i, c := range tb.Columns {
		names[i] = `,"` + c + `":`
	}
	head := `{"table":"` + tb.Name + `"`
	return t.Query(ctx, q, args, func(r sqldb.Row) error {
		if err := r.Scan(dest...); err != nil {
			return err
		}
		_, _ = b.WriteString(head)
		for i, v := range vals {
			if raw, ok := v.([]byte); ok {
				v = string(raw)
			}
			j, err := json.Marshal(v)
			if err != nil {
				return err
			}
			_, _ = b.WriteString(names[i])
			_, _ = b.Write(j)
		}
		_, err := b.WriteString("}\n") // bufio keeps the first error of all writes
		return err
	})
}

// Verify folds the record into an empty scratch store and compares it with the live views. scratch must
// have been made with the same folds. It returns ErrDiffers with the first difference.
func (p *Projector) Verify(ctx context.Context, scratch *Projector, progress func(done, total int64)) error {
	if err := p.CatchUp(ctx, nil); err != nil {
		return err
	}
	if err := scratch.Rebuild(ctx, progress); err != nil {
		return err
	}
	live, rebuilt := pipe(ctx, p), pipe(ctx, scratch)
	defer live.Close()    //nolint:errcheck // a pipe's reader never fails to close
	defer rebuilt.Close() //nolint:errcheck // a pipe's reader never fails to close
	a, b := bufio.NewReaderSize(live, 1<<16), bufio.NewReaderSize(rebuilt, 1<<16)
	for {
		x, errA := a.ReadBytes('\n')
		y, errB := b.ReadBytes('\n')
		if !bytes.Equal(x, y) {
			return fmt.Errorf("%w: live has %s, the record says %s", ErrDiffers, orNothing(x), orNothing(y))
		}
		if errA != nil || errB != nil {
			if errors.Is(errA, io.EOF) && errors.Is(errB, io.EOF) {
				return nil
			}
			return errors.Join(errA, errB)
		}
	}
}

func orNothing(b []byte) string {
	if len(b) == 0 {
		return "nothing"
	}
	return string(bytes.TrimSpace(b))
}

func pipe(ctx context.Context, p *Projector) *io.PipeReader {
	r, w := io.Pipe()
	go func() { _ = w.CloseWithError(p.Export(ctx, w)) }()
	return r
}
