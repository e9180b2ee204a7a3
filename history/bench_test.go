package history_test

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"

	"almanac/fact"
	"almanac/history"
	"almanac/sqldb"
)

// durable opens a record whose commits wait for the disk, as in production.
func durable(b *testing.B) *history.Store {
	b.Helper()
	db, err := sqldb.Open(context.Background(), b.TempDir()+"/record.db", sqldb.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = db.Close() })
	return open(b, db)
}

// One fact a call from 64 senders at once: what the tracking API does to the record.
func BenchmarkAppendSingles(b *testing.B) {
	s := durable(b)
	var n atomic.Int64
	b.SetParallelism(32) // times GOMAXPROCS
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if _, err := s.Append(context.Background(), []fact.Fact{viewed(fmt.Sprint(n.Add(1)), "mug")}); err != nil {
				b.Error(err)
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "facts/s")
}

// Batches of 8,000 facts: what an import does.
func BenchmarkAppendBatches(b *testing.B) {
	s := durable(b)
	const size = 8000
	next := 0
	b.ReportAllocs()
	for b.Loop() {
		batch := make([]fact.Fact, size)
		for i := range batch {
			batch[i] = viewed(fmt.Sprint(next), "mug")
			next++
		}
		if _, err := s.Append(context.Background(), batch); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(next)/b.Elapsed().Seconds(), "facts/s")
}
