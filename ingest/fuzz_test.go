package ingest_test

import (
	"os"
	"path/filepath"
	"testing"

	"almanac/ingest"
	"almanac/sqldb/sqltest"
)

// Whatever a file holds: an error or an account that adds up, never a panic.
func FuzzImport(f *testing.F) {
	f.Add([]byte(lines))
	f.Add([]byte("sku;on hand\nmug;4\n"))
	f.Add([]byte(`{"type":"track","event":"Order Completed","messageId":"1","userId":"u","properties":{"order_id":"1","products":[{"sku":"a","quantity":2,"price":"1.5"}]}}`))
	f.Add([]byte("PAR1\x00\x00PAR1"))
	f.Add([]byte("\xff\xfeo\x00r\x00"))
	d := newDoor(f, sqltest.SQLite(f))
	f.Fuzz(func(t *testing.T, b []byte) {
		path := filepath.Join(t.TempDir(), "file")
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		run, err := d.im.Import(t.Context(), path, "file", ingest.Options{Shop: "a", ShopCurrency: "GBP"}, nil)
		if err == nil && run.Read != run.Accepted+run.Duplicates+run.Filtered+run.Quarantined {
			t.Fatalf("%+v", run)
		}
	})
}
