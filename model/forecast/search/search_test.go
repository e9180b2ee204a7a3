package search_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"almanac/model/forecast/search"
)

// Rosenbrock's valley: the least value 0 lies at (1, 1), at the end of a bent and narrow floor.
func rosenbrock(x, g []float64) float64 {
	a, b := 1-x[0], x[1]-x[0]*x[0]
	if g != nil {
		g[0], g[1] = -2*a-400*x[0]*b, 200*b
	}
	return a*a + 100*b*b
}

func TestTheEndOfRosenbrocksValleyIsFound(t *testing.T) {
	x := []float64{-1.2, 1}
	if v := search.BFGS(rosenbrock, x, 200, 1e-12); v > 1e-6 || math.Abs(x[0]-1) > 1e-2 {
		t.Errorf("with the gradient: %v at %v", v, x)
	}
	x = []float64{-1.2, 1}
	v := search.NelderMead(func(x []float64) float64 { return rosenbrock(x, nil) }, x, []float64{0.5, 0.5}, 500, 1e-14)
	if v > 1e-6 || math.Abs(x[0]-1) > 1e-2 {
		t.Errorf("without: %v at %v", v, x)
	}
}

func TestABowlOfAnyShapeIsFoundFromAnywhere(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 6).Draw(t, "dimensions")
		at := rapid.SliceOfN(rapid.Float64Range(-5, 5), n, n).Draw(t, "valley")
		steep := rapid.SliceOfN(rapid.Float64Range(0.1, 50), n, n).Draw(t, "steepness")
		x := rapid.SliceOfN(rapid.Float64Range(-5, 5), n, n).Draw(t, "start")
		search.BFGS(func(x, g []float64) (v float64) {
			for i := range x {
				d := x[i] - at[i]
				v += steep[i] * d * d
				g[i] = 2 * steep[i] * d
			}
			return v
		}, x, 200, 1e-13)
		for i := range x {
			if math.Abs(x[i]-at[i]) > 1e-3 {
				t.Fatalf("ends at %v, the valley is at %v", x, at)
			}
		}
	})
}

func TestWhereAFunctionIsNotDefinedIsAvoided(t *testing.T) {
	wall := func(x []float64) float64 {
		if x[0] < 0 {
			return math.NaN()
		}
		return x[0] - math.Log(x[0]+1e-9)
	}
	x := []float64{3}
	search.NelderMead(wall, x, []float64{-2.5}, 200, 1e-12)
	if math.Abs(x[0]-1) > 1e-3 {
		t.Errorf("ends at %v, want 1", x[0])
	}
	if v := search.BFGS(func([]float64, []float64) float64 { return math.Inf(1) }, []float64{1}, 10, 1e-6); !math.IsInf(v, 1) {
		t.Errorf("nowhere defined, and yet %v", v)
	}
}

func TestTheDeeperOfTwoValleysIsFound(t *testing.T) {
	f := func(x float64) float64 { return math.Min((x-1)*(x-1), (x-8)*(x-8)-0.5) }
	if x, v := search.Golden(f, 0, 10, 10, 1e-6); math.Abs(x-8) > 1e-4 || math.Abs(v+0.5) > 1e-6 {
		t.Errorf("%v at %v", v, x)
	}
}
