package ingest_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"almanac/history"
	"almanac/ingest"
	"almanac/ingest/layout"
	"almanac/sqldb/sqltest"
)

// Every platform's files, recognised by their columns, become the facts of their golden file.
func TestExportsOfPlatforms(t *testing.T) {
	paths, err := filepath.Glob("testdata/layouts/*.[ct][sx][vt]")
	if err != nil || len(paths) == 0 {
		t.Fatal(paths, err)
	}
	seen := map[string]bool{}
	for _, path := range paths {
		name := filepath.Base(path)
		t.Run(name, func(t *testing.T) {
			d := newDoor(t, sqltest.SQLite(t))
			o := ingest.Options{Shop: "a", ShopCurrency: "GBP", ShopTimeZone: "UTC"}
			p, err := d.im.Propose(t.Context(), path, name, o)
			if err != nil || !p.Ready || p.Mapping.Layout == "" {
				t.Fatalf("laid out as %q, questions %v, %v", p.Mapping.Layout, p.Questions, err)
			}
			seen[p.Mapping.Layout] = true
			if want := strings.ReplaceAll(p.Mapping.Layout, " ", "-"); !strings.HasPrefix(name, want) {
				t.Errorf("taken for %s", want)
			}
			m := ingest.Mapping{}
			if p.Kind == "products" || p.Kind == "customers" {
				m.AsOf = "2026-03-01"
			}
			run := d.read(t, path, m)
			kept, err := d.record.Quarantined(t.Context(), "a", quarantine(run.ID), 0, 100)
			if err != nil {
				t.Fatal(err)
			}
			lines := d.facts(t)
			for reason, n := range run.ByReason {
				lines = append(lines, "# "+reason+" "+string(rune('0'+n)))
			}
			for _, q := range kept {
				lines = append(lines, "! "+q.Detail)
			}
			sorted(lines)
			golden(t, filepath.Join("layouts", strings.TrimSuffix(name, filepath.Ext(name))), lines)
			if again := d.read(t, path, m); again.Facts != 0 {
				t.Errorf("again: %+v", again)
			}
		})
	}
	for _, l := range layout.All() {
		if !seen[l.Name()] {
			t.Errorf("no file shows %s", l.Name())
		}
	}
}

// Every column that a layout names is one that its signature or its fields can find, and no file fits two layouts
// equally well.
func TestLayoutsAreToldApart(t *testing.T) {
	for _, l := range layout.All() {
		var header []string
		for _, s := range l.Signature {
			header = append(header, strings.Split(s, "|")[0])
		}
		for _, f := range l.Fields {
			if len(f.Columns) == 0 {
				t.Errorf("%s: %s has no column", l.Name(), f.Name)
				continue
			}
			header = append(header, f.Columns[0])
		}
		if got := layout.Match(header); got != l {
			t.Errorf("the columns of %s are taken for %v", l.Name(), got)
		}
	}
	if l := layout.Match([]string{"Invoice No", "StockCode", "Description", "Quantity", "Invoice Date", "Unit Price", "Customer ID", "Country"}); l != nil {
		t.Errorf("an ordinary table is taken for %s", l.Name())
	}
}

func data(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", "layouts", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func quarantine(run string) history.QuarantineFilter { return history.QuarantineFilter{Import: run} }

func sorted(s []string) { slices.Sort(s) }
