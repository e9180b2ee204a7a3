package data

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
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
		return nil, fmt.Errorf("read the header: %w", err)
	}
	for i, h := range header {
		h = strings.TrimSpace(strings.TrimPrefix(h, "\ufeff"))
		t.header = append(t.header, h)
		t.at[h] = i
	}
	for _, c := range need {
		if !slices.Contains(t.header, c) {
			return nil, fmt.Errorf("there is no column %s; the file needs %s", c, strings.Join(need, ", "))
		}
	}
	return t, nil
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
			return err
		}
		t.row = row
		if err := fn(); err != nil {
			line, _ := t.rows.FieldPos(0)
			return fmt.Errorf("line %d: %w", line, err)
		}
	}
}
