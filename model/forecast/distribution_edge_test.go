package forecast

import (
	"math"
	"testing"
)

// A variance that is the mean up to rounding is a Poisson count: its quantiles may not jump.
func TestAVarianceOfTheMeanIsPoisson(t *testing.T) {
	for _, mean := range []float64{1, 5, 20, 60, 150} {
		want := poissonQuantile(mean, 0.95)
		for _, more := range []float64{1e-15, 1e-12, 1e-10, 1e-8, 1e-6} {
			if got := DemandQuantile(mean, math.Sqrt(mean*(1+more)), 0.95); got != want {
				t.Errorf("mean %v, variance %v above it: %v, want %v", mean, more*mean, got, want)
			}
		}
	}
}
