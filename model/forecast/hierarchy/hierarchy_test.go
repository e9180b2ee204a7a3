package hierarchy_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"almanac/model/forecast/hierarchy"
)

// The walk over the tree gives what the matrices of the paper give: S (S'W⁻¹S)⁻¹ S'W⁻¹ ŷ.
func TestReconciliationIsWeightedLeastSquares(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 3))
	parent := []int{5, 5, 6, 6, 6, 7, 7, -1}
	sums := mat.NewDense(8, 5, nil)
	for leaf := range 5 {
		for at := leaf; at >= 0; at = parent[at] {
			sums.Set(at, leaf, 1)
		}
	}
	for range 20 {
		variance := make([]float64, 8)
		mean := make([][]float64, 8)
		base := mat.NewVecDense(8, nil)
		weight := mat.NewDiagDense(8, nil)
		for i := range mean {
			variance[i] = 0.2 + 5*r.Float64()
			mean[i] = []float64{[]float64{50, 50, 50, 50, 50, 100, 150, 250}[i] + 5*r.NormFloat64()}
			base.SetVec(i, mean[i][0])
			weight.SetDiag(i, 1/variance[i])
		}
		var sw, normal, right, bottom, want mat.Dense
		sw.Mul(sums.T(), weight)
		normal.Mul(&sw, sums)
		right.Mul(&sw, base)
		if err := bottom.Solve(&normal, &right); err != nil {
			t.Fatal(err)
		}
		want.Mul(sums, &bottom)
		hierarchy.Reconcile(parent, mean, variance)
		for i := range mean {
			if math.Abs(mean[i][0]-want.At(i, 0)) > 1e-9 {
				t.Fatalf("node %d: %v, by matrices %v", i, mean[i][0], want.At(i, 0))
			}
		}
	}
}

func TestWhatAddsUpStaysAndNothingIsNegative(t *testing.T) {
	parent := []int{2, 2, -1}
	mean := [][]float64{{3, 1}, {4, 0}, {7, -9}}
	hierarchy.Reconcile(parent, mean, []float64{1, 2, 1})
	if mean[0][0] != 3 || mean[1][0] != 4 || mean[2][0] != 7 {
		t.Errorf("what added up was changed to %v", mean)
	}
	if mean[0][1] < 0 || mean[1][1] < 0 || mean[2][1] != mean[0][1]+mean[1][1] {
		t.Errorf("second step %v", mean)
	}
}

func TestWithoutForecastsAboveTheSumsAreBottomUp(t *testing.T) {
	mean := [][]float64{{3}, {4}, {100}, {5}, {900}}
	hierarchy.Reconcile([]int{2, 2, 4, 4, -1}, mean, []float64{1, 1, 0, 1, 0})
	if got := slices.Concat(mean...); !slices.Equal(got, []float64{3, 4, 7, 5, 12}) {
		t.Errorf("%v", got)
	}
}
