package ingest

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"almanac/ingest/table"
)

// Whatever an export of a platform holds, every row has one outcome, every fact is as facts must be, no line is
// discounted below nothing, and the same file gives the same facts.
func FuzzGroups(f *testing.F) {
	paths, err := filepath.Glob("testdata/layouts/*.[ct][sx][vt]")
	if err != nil || len(paths) == 0 {
		f.Fatal(paths, err)
	}
	for _, path := range paths {
		b, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		path := filepath.Join(t.TempDir(), "file")
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		first, ok := outcomes(t, path)
		if !ok {
			return
		}
		again, _ := outcomes(t, path)
		if len(first) != len(again) {
			t.Fatalf("%d facts, then %d", len(first), len(again))
		}
		for id := range first {
			if first[id] != again[id] {
				t.Fatalf("%s is not the same twice", id)
			}
		}
	})
}

// outcomes reads a file without a record; false where it cannot be read as a platform's.
func outcomes(t *testing.T, path string) (map[string]string, bool) {
	now := func() time.Time { return time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC) }
	o := Options{Shop: "a", ShopCurrency: "GBP", Mapping: Mapping{DateOrder: "dmy", Decimal: ".", AsOf: "2026-03-01"}}
	p, err := New(nil, now).Propose(t.Context(), path, "file", o)
	if err != nil || !p.Ready || p.Layout == "" {
		return nil, false
	}
	c, err := newConverter(p.Mapping, o, now())
	if err != nil {
		t.Fatalf("the mapping that was proposed: %v", err)
	}
	defer c.close()
	r, _, err := table.Open(path, table.Options{Encoding: p.Mapping.Encoding, Delimiter: p.Mapping.Delimiter, Header: p.Mapping.Header})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = r.Close() }()
	facts, rows, told := map[string]string{}, 0, 0
	take := func(o outcome) {
		told++
		var bad *fault
		var left *filtered
		switch {
		case o.err == nil:
			if len(o.facts) == 0 {
				t.Fatalf("line %d became nothing, for no reason", o.line)
			}
		case errors.As(o.err, &bad) && bad.reason != "" && bad.remedy != "" && bad.detail != "" || errors.As(o.err, &left):
		default:
			t.Fatalf("line %d: %v", o.line, o.err)
		}
		for i := range o.facts {
			if err := o.facts[i].Validate(); err != nil {
				t.Fatal(err)
			}
			body, err := o.facts[i].EncodeBody()
			if err != nil {
				t.Fatal(err)
			}
			facts[string(o.facts[i].Kind)+o.facts[i].ID] = string(body)
		}
	}
	for {
		row, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, false
		}
		rows++
		if c.laid.window == nil {
			f, err := c.convert(&row)
			take(outcome{row.Line, row.Raw, f, err})
			continue
		}
		for _, o := range c.gather(row) {
			take(o)
		}
	}
	for _, o := range c.ending() {
		take(o)
	}
	if rows != told {
		t.Fatalf("%d rows, %d outcomes", rows, told)
	}
	return facts, true
}
