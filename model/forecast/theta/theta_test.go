package theta_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"

	"almanac/model/forecast/theta"
)

var methods = map[string]func([]float64, int, int) []float64{"standard": theta.Standard, "optimised": theta.Optimised}

// On a straight line smoothing follows with the whole slope, and the drift adds half of it per step.
func TestALineGoesOnWithHalfItsSlope(t *testing.T) {
	y := make([]float64, 60)
	for i := range y {
		y[i] = 10 + 2*float64(i)
	}
	f := theta.Standard(y, 1, 5)
	for h := 1; h < 5; h++ {
		if d := f[h] - f[h-1]; math.Abs(d-1) > 1e-6 {
			t.Errorf("grows by %v at step %d, want 1", d, h)
		}
	}
	if math.Abs(f[0]-129) > 0.01 {
		t.Errorf("first step %v, want 129", f[0])
	}
}

// The optimised model sees that the line is certain: θ grows and the whole slope goes on.
func TestOptimisingFollowsALineThatIsCertain(t *testing.T) {
	y := make([]float64, 60)
	for i := range y {
		y[i] = 10 + 2*float64(i)
	}
	f := theta.Optimised(y, 1, 5)
	if math.Abs(f[4]-138) > 0.5 {
		t.Errorf("step 5 is %v, want 138", f[4])
	}
}

func TestUnitsDoNotMatterAndNothingIsNaN(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		y := rapid.SliceOfN(rapid.Float64Range(-1e5, 1e5), 0, 60).Draw(t, "y")
		period := rapid.SampledFrom([]int{1, 4, 12}).Draw(t, "period")
		k := math.Ldexp(1, rapid.IntRange(-12, 12).Draw(t, "power"))
		times := make([]float64, len(y))
		for i, v := range y {
			times[i] = k * v
		}
		for name, f := range methods {
			a, b := f(y, period, 6), f(times, period, 6)
			for h := range a {
				if math.IsNaN(a[h]) || math.IsInf(a[h], 0) || math.Abs(b[h]-k*a[h]) > 1e-6*k*(1+math.Abs(a[h])) {
					t.Fatalf("%s, step %d: %v; in other units %v, want %v", name, h, a[h], b[h], k*a[h])
				}
			}
		}
	})
}

func monthly() []float64 {
	random := rand.New(rand.NewPCG(1, 2))
	y := make([]float64, 120)
	for i := range y {
		y[i] = (1000 + 5*float64(i)) * (1 + 0.3*math.Sin(math.Pi*float64(i)/6)) * math.Exp(0.05*random.NormFloat64())
	}
	return y
}

func BenchmarkStandard(b *testing.B)  { bench(b, theta.Standard) }
func BenchmarkOptimised(b *testing.B) { bench(b, theta.Optimised) }

func bench(b *testing.B, f func([]float64, int, int) []float64) {
	y := monthly()
	for b.Loop() {
		f(y, 12, 18)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "series/s")
}
