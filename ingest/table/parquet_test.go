package table_test

import (
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/deprecated"

	"almanac/ingest/table"
)

// sale has a column of every kind that exports use.
type sale struct {
	Order  string           `parquet:"order_id,dict"`
	Units  int32            `parquet:"units"`
	Serial int64            `parquet:"serial,delta"`
	Price  int64            `parquet:"price,decimal(2:18)"`
	Weight float64          `parquet:"weight"`
	Share  float32          `parquet:"share"`
	Gift   bool             `parquet:"gift"`
	At     time.Time        `parquet:"at,timestamp(microsecond)"`
	Day    int32            `parquet:"day,date"`
	Stock  uint64           `parquet:"stock"`
	Sent   int64            `parquet:"sent,timestamp(millisecond:local)"`
	Paid   deprecated.Int96 `parquet:"paid"`
	Note   *string          `parquet:"note,optional,zstd"`
}

func writeParquet[T any](t *testing.T, rows []T, o ...parquet.WriterOption) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "sales.parquet")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	w := parquet.NewGenericWriter[T](f, o...)
	if _, err := w.Write(rows); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(w.Close(), f.Close()); err != nil {
		t.Fatal(err)
	}
	return path
}

func readAll(t *testing.T, path string) (header []string, rows [][]string) {
	t.Helper()
	r, _, err := table.Open(path, table.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = r.Close() }()
	for {
		row, err := r.Next()
		if errors.Is(err, io.EOF) {
			return r.Header(), rows
		}
		if err != nil {
			t.Fatal(err)
		}
		rows = append(rows, append([]string(nil), row.Fields...))
	}
}

func TestParquetColumnsComeOutAsTheTextOfTheirValues(t *testing.T) {
	note := "fragile; größe"
	at := time.Date(2026, 3, 1, 9, 30, 15, 250_000_000, time.UTC)
	path := writeParquet(t, []sale{
		{"1001", 3, 7_000_000_000, 1999, 0.25, 0.5, true, at, 20513, math.MaxUint64, 1_772_357_400_000, deprecated.Int96{3_000_000_000 & 0xffffffff, 0, 2_461_101}, &note},
		{"1002", -1, -4, -5, 1e6, 0, false, at.Add(time.Hour), 0, 0, 0, deprecated.Int96{0, 0, 2440588}, nil},
	})
	header, rows := readAll(t, path)
	if d := cmp.Diff([]string{"order_id", "units", "serial", "price", "weight", "share", "gift", "at", "day", "stock", "sent", "paid", "note"}, header); d != "" {
		t.Error(d)
	}
	want := [][]string{
		{"1001", "3", "7000000000", "19.99", "0.25", "0.5", "true", "2026-03-01T09:30:15.25Z", "2026-03-01", "18446744073709551615", "2026-03-01T09:30:00", "2026-03-01T00:00:03", note},
		{"1002", "-1", "-4", "-0.05", "1000000", "0", "false", "2026-03-01T10:30:15.25Z", "1970-01-01", "0", "1970-01-01T00:00:00", "1970-01-01T00:00:00", ""},
	}
	if d := cmp.Diff(want, rows); d != "" {
		t.Errorf("(- wanted, + read):\n%s", d)
	}
}

func TestParquetRowGroupsAreReadToTheEnd(t *testing.T) {
	var in []sale
	for i := range 5000 {
		in = append(in, sale{Order: "o", Serial: int64(i)})
	}
	_, rows := readAll(t, writeParquet(t, in, parquet.MaxRowsPerRowGroup(700), parquet.Compression(&parquet.Snappy)))
	if len(rows) != len(in) {
		t.Fatalf("%d rows of %d", len(rows), len(in))
	}
	if rows[4999][2] != "4999" {
		t.Errorf("the last row is %v", rows[4999])
	}
}

func TestParquetWithListsIsRefusedByColumn(t *testing.T) {
	type basket struct {
		Order string   `parquet:"order_id"`
		SKUs  []string `parquet:"skus"`
	}
	_, _, err := table.Open(writeParquet(t, []basket{{"1", []string{"a", "b"}}}), table.Options{})
	var e *table.Error
	if !errors.As(err, &e) || e.Code != "nested" || e.Column != "skus" {
		t.Errorf("the error is %v", err)
	}
}

func TestATruncatedParquetFileIsCalledDamaged(t *testing.T) {
	path := writeParquet(t, []sale{{Order: "1"}, {Order: "2"}})
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range []int{4, len(b) / 2, len(b) - 1} {
		if err := os.WriteFile(path, b[:n], 0o600); err != nil {
			t.Fatal(err)
		}
		_, _, err := table.Open(path, table.Options{})
		var e *table.Error
		if !errors.As(err, &e) || e.Code != "damaged" || e.Remedy == "" {
			t.Errorf("cut to %d bytes: %v", n, err)
		}
	}
}
