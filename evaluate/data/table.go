package data

import (
	"compress/gzip"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

// Read opens a file, plain or gzip, and has fn read it. An error names the file.
func Read[T any](path string, fn func(io.Reader) (T, error)) (out T, err error) {
	f, err := Open(path)
	if err != nil {
		return out, err
	}
	defer func() { _ = f.Close() }() // only read
	if out, err = fn(f); err != nil {
		return out, fmt.Errorf("read %s: %w", path, err)
	}
	return out, nil
}

// Table is a CSV whose columns are found by their names.
type Table struct {
	rows   *csv.Reader
	header []string
	at     map[string]int
	row    []string
}

// NewTable reads the header of r, plain or gzip. All columns of need must be there; others may.
func NewTable(r io.Reader, need ...string) (*Table, error) {
	in, err := Unpacked(r)
	if err != nil {
		return nil, err
	}
	t := &Table{rows: csv.NewReader(in), at: map[string]int{}}
	t.rows.ReuseRecord = true
	header, err := t.rows.Read()
	if errors.Is(err, io.EOF) {
		return nil, errors.New("the file is empty")
	}
	if err != nil {
		return nil, fmt.Errorf("read the header: %w", whole(err))
	}
	for i, h := range header {
		h = strings.TrimSpace(strings.TrimPrefix(h, "\ufeff"))
		t.header = append(t.header, h)
		t.at[h] = i
	}
	for _, c := range need {
		if !slices.Contains(t.header, c) {
			return nil, fmt.Errorf("there is no column %s; the file needs %s%s", c, strings.Join(need, ", "), t.instead())
		}
	}
	return t, nil
}

// instead says what the header looks like where it is not what was asked for.
func (t *Table) instead() string {
	text := strings.Join(t.header, ", ")
	switch {
	case !utf8.ValidString(text) || strings.ContainsAny(text, "\x00\r"):
		return "; it is no text in UTF-8 with a line for each row: save it as CSV in UTF-8"
	case len(t.header) == 1 && strings.ContainsAny(text, ";\t|"):
		return "; its columns are not separated by commas: save it with commas"
	case len(text) > 200:
		text = strings.ToValidUTF8(text[:200], "") + " …"
	}
	return "; it has " + text
}

// whole says of an error of reading what it means for the file.
func whole(err error) error {
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, gzip.ErrChecksum) || errors.Is(err, gzip.ErrHeader) {
		return fmt.Errorf("the file is cut off or damaged (%w): fetch it again", err)
	}
	if errors.Is(err, csv.ErrFieldCount) {
		return fmt.Errorf("%w: the row is cut off, or has a comma too many or too few (a cell with commas stands in quotes)", err)
	}
	return err
}

// With is the columns whose names begin with prefix, in their order.
func (t *Table) With(prefix string) (out []string) {
	for _, h := range t.header {
		if strings.HasPrefix(h, prefix) {
			out = append(out, h)
		}
	}
	return out
}

// Get is the cell of a column in the current row, empty where there is no such column. It is part of a longer text: what is
// kept of it should be cloned.
func (t *Table) Get(column string) string {
	if i, ok := t.at[column]; ok {
		return t.row[i]
	}
	return ""
}

// Each calls fn for every row; a file needs one at least. An error of fn is told with the line of its row.
func (t *Table) Each(fn func() error) error {
	for n := 0; ; n++ {
		row, err := t.rows.Read()
		if errors.Is(err, io.EOF) {
			if n == 0 {
				return errors.New("there are no rows")
			}
			return nil
		}
		if err != nil {
			return whole(err)
		}
		t.row = row
		if err := fn(); err != nil {
			line, _ := t.rows.FieldPos(0)
			return fmt.Errorf("line %d: %w", line, err)
		}
	}
}
