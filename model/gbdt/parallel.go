package gbdt

import (
	"math/rand/v2"
	"sync"
)

// block is how many rows are summed as one, so that sums of floating point do not depend on the number of goroutines.
const block = 8192

// parts runs fn on slices of 0..n, on up to workers goroutines.
func parts(n, workers int, fn func(lo, hi int)) {
	if workers <= 1 || n <= block {
		fn(0, n)
		return
	}
	each((n+block-1)/block, workers, func(k int) { fn(k*block, min(n, (k+1)*block)) })
}

// each runs fn for 0..n-1, on up to workers goroutines.
func each(n, workers int, fn func(k int)) {
	workers = min(workers, n)
	if workers <= 1 {
		for k := range n {
			fn(k)
		}
		return
	}
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			for k := w; k < n; k += workers {
				fn(k)
			}
		})
	}
	wg.Wait()
}

// drawn is a share of 0..n-1 in ascending order, at least one.
func drawn(rng *rand.Rand, n int, share float64) []int {
	take := max(1, int(share*float64(n)+.5))
	out := make([]int, 0, take)
	for i := range n {
		if rng.IntN(n-i) < take-len(out) {
			out = append(out, i)
		}
	}
	return out
}
