// Package parallel does the same to many things on all processors. Results go into places of their own; sums are added up
// afterwards, in order, so that they are the same whichever processor was faster and however many there are.
package parallel

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// For does fn for 0 … n−1 on all processors and returns when all is done.
func For(n int, fn func(i int)) { On(runtime.GOMAXPROCS(0), n, fn) }

// On is [For] on at most so many processors; each takes the next that nobody has taken.
func On(workers, n int, fn func(i int)) {
	if workers = min(workers, n); workers <= 1 {
		for i := range n {
			fn(i)
		}
		return
	}
	var next atomic.Int64
	var all sync.WaitGroup
	for range workers {
		all.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				fn(i)
			}
		})
	}
	all.Wait()
}
