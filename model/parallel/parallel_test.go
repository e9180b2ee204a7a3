package parallel_test

import (
	"sync/atomic"
	"testing"

	"almanac/model/parallel"
)

func TestEachIsDoneOnce(t *testing.T) {
	for _, n := range []int{0, 1, 2, 1000} {
		for _, workers := range []int{-1, 0, 1, 3, 2000} {
			done := make([]atomic.Int32, n)
			parallel.On(workers, n, func(i int) { done[i].Add(1) })
			for i := range done {
				if got := done[i].Load(); got != 1 {
					t.Fatalf("%d of %d on %d workers was done %d times", i, n, workers, got)
				}
			}
		}
	}
}
