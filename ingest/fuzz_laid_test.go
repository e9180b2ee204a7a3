package ingest_test

import (
	"os"
	"path/filepath"
	"testing"

	"almanac/ingest"
	"almanac/sqldb/sqltest"
)

// Whatever an export of a platform holds: an error or an account that adds up, never a panic; and read twice it adds
// nothing.
func FuzzExports(f *testing.F) {
	for _, text := range oneOrder {
		f.Add([]byte(text))
	}
	paths, err := filepath.Glob("testdata/layouts/*.[ct][sx][vt]")
	if err != nil {
		f.Fatal(err)
	}
	for _, path := range paths {
		b, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	d := newDoor(f, sqltest.SQLite(f))
	f.Fuzz(func(t *testing.T, b []byte) {
		path := filepath.Join(t.TempDir(), "file")
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		o := ingest.Options{Shop: "a", ShopCurrency: "GBP", Mapping: ingest.Mapping{DateOrder: "dmy", Decimal: ".", AsOf: "2026-03-01"}}
		run, err := d.im.Import(t.Context(), path, "file", o, nil)
		if err != nil {
			return
		}
		if run.Read != run.Accepted+run.Duplicates+run.Filtered+run.Quarantined {
			t.Fatalf("%+v", run)
		}
		if again, err := d.im.Import(t.Context(), path, "file", o, nil); err != nil || again.Facts != 0 {
			t.Fatalf("%+v %v", again, err)
		}
	})
}
