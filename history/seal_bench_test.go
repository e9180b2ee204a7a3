package history_test

import (
	"context"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"almanac/blob"
	"almanac/fact"
	"almanac/history"
	"almanac/sqldb"
)

// traffic is a day of browsing: visits of a few pages and products, popular and rare ones, random message ids.
func traffic(n int) (out []fact.Fact) {
	rng := rand.New(rand.NewPCG(3, 4))
	zipf := rand.NewZipf(rng, 1.2, 8, 4999)
	for len(out) < n {
		who := fact.Actor{Visitor: fmt.Sprintf("%08x-0000-4000-8000-%012x", rng.Uint32(), rng.Uint64N(1<<48)), Session: fmt.Sprint(1_772_000_000 + rng.IntN(86_400))}
		at := noon.Add(-time.Duration(rng.IntN(12*3600)) * time.Second)
		for range 1 + rng.IntN(12) {
			at = at.Add(time.Duration(rng.IntN(60_000)) * time.Millisecond)
			sku := zipf.Uint64()
			f := fact.Fact{Shop: "a", Source: "segment:web", OccurredAt: at, ReceivedAt: at.Add(time.Duration(80+rng.IntN(400)) * time.Millisecond),
				ID: fmt.Sprintf("%08x-%04x-4%03x-8%03x-%012x", rng.Uint32(), rng.Uint32()&0xffff, rng.Uint32()&0xfff, rng.Uint32()&0xfff, rng.Uint64N(1<<48))}
			if rng.IntN(3) == 0 {
				f.Body = &fact.PageView{Actor: who, URL: fmt.Sprintf("https://shop.example/c/%d", sku%80), Path: fmt.Sprintf("/c/%d", sku%80)}
			} else {
				f.Body = &fact.ProductEvent{Actor: who, SKU: fmt.Sprint("SKU-", sku), Title: fmt.Sprintf("Product number %d in blue", sku),
					Category: fmt.Sprint("category ", sku%80), Currency: "EUR", Price: int64(500 + 100*(sku%97))}
			}
			f.Kind = f.Body.Kind()
			out = append(out, f)
		}
	}
	return out[:n]
}

// sealedDay is a record with n facts, of which all are sealed, the room they take, and the time it took.
func sealedDay(b *testing.B, n int) (*history.Store, int64, time.Duration) {
	b.Helper()
	dir := b.TempDir()
	blobs, err := blob.OpenDir(dir)
	if err != nil {
		b.Fatal(err)
	}
	db, err := sqldb.Open(context.Background(), filepath.Join(b.TempDir(), "record.db"), sqldb.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = db.Close() })
	s, err := history.Open(context.Background(), db, blobs, func() time.Time { return noon })
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(s.Close)
	facts := traffic(n)
	for i := 0; i < n; i += 10_000 {
		if _, err := s.Append(context.Background(), facts[i:min(n, i+10_000)]); err != nil {
			b.Fatal(err)
		}
	}
	began := time.Now()
	if _, err := s.SealAll(context.Background()); err != nil {
		b.Fatal(err)
	}
	took := time.Since(began)
	var size int64
	err = filepath.WalkDir(dir, func(_ string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			var i os.FileInfo
			if i, err = e.Info(); err == nil {
				size += i.Size()
			}
		}
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	return s, size, took
}

// How fast a day of behaviour is sealed, and how much room a fact takes then.
func BenchmarkSeal(b *testing.B) {
	const n = 200_000
	var size int64
	var took time.Duration
	for range b.N {
		var t time.Duration
		_, size, t = sealedDay(b, n)
		took += t
	}
	b.ReportMetric(float64(b.N)*n/took.Seconds(), "facts/s")
	b.ReportMetric(float64(size)/n, "bytes/fact")
}

// How fast kind, time and product of sealed facts are read, on one core.
func BenchmarkScan(b *testing.B) {
	const n = 400_000
	s, _, _ := sealedDay(b, n)
	b.ResetTimer()
	total := 0
	for range b.N {
		err := s.Scan(context.Background(), "a", noon.Add(-48*time.Hour), noon.Add(48*time.Hour), []string{"kind", "occurred_at", "sku"}, func(c *history.Chunk) error {
			total += c.Rows
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	if total != n*b.N {
		b.Fatalf("%d facts of %d", total, n*b.N)
	}
	b.ReportMetric(float64(total)/b.Elapsed().Seconds(), "facts/s")
}
