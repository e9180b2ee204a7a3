package gbdt

import (
	"math/rand/v2"

	"almanac/model/parallel"
)

// block is how many rows are summed as one, so that sums of floating point do not depend on the number of goroutines.
const block = 8192

// parts runs fn on slices of 0..n, on up to workers goroutines.
func parts(n, workers int, fn func(lo, hi int)) {
	if workers <= 1 || n <= block {
		fn(0, n)
		return
	}
	parallel.On(workers, (n+block-1)/block, func(k int) { fn(k*block, min(n, (k+1)*block)) })
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
