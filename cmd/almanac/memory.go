package main

import (
	"context"
	"math"
	"runtime/debug"
	"runtime/metrics"
	"time"
)

// roomForMemory moves the soft limit of memory with what is really held: sessions and catalogues of a large shop stay in
// memory, and a limit below them would make the garbage collector run without end. It goes on until ctx ends.
func roomForMemory(ctx context.Context) {
	every(ctx, 5*time.Second, func() { debug.SetMemoryLimit(softLimit(liveHeap())) })
}

// makeRoom has roomForMemory go on beside a training or a decision until end is called.
func makeRoom(ctx context.Context) (end func()) {
	ctx, end = context.WithCancel(ctx)
	go roomForMemory(ctx)
	return end
}

// softLimit is the usual limit, or half as much again as what is held.
func softLimit(live uint64) int64 {
	if live > math.MaxInt64/4 {
		return math.MaxInt64
	}
	return max(memoryLimit, int64(live)/2*3+64<<20)
}

// liveHeap is what the last collection found in use.
func liveHeap() uint64 {
	s := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(s)
	if s[0].Value.Kind() != metrics.KindUint64 {
		return 0
	}
	return s[0].Value.Uint64()
}
