package uncensor_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"

	"almanac/model/uncensor"
)

func TestWeeksWithoutStockAreFilled(t *testing.T) {
	src := rand.NewPCG(9, 9)
	r := rand.New(src)
	var truth, filled, asSold, miss, missSold float64
	for range 300 {
		level := 1 + 20*r.Float64()
		demand, sold, in := make([]float64, 60), make([]float64, 60), make([]float64, 60)
		for w := range demand {
			level *= math.Exp(.05 * r.NormFloat64())
			in[w] = 1
			if r.Float64() < .3 {
				in[w] = math.Floor(7*r.Float64()) / 7
			}
			sold[w] = distuv.Poisson{Lambda: level*in[w] + 1e-12, Src: src}.Rand()
			demand[w] = sold[w] + distuv.Poisson{Lambda: level*(1-in[w]) + 1e-12, Src: src}.Rand()
		}
		for w, v := range uncensor.Levels.Filled(sold, in) {
			if in[w] == 1 {
				if v != sold[w] {
					t.Fatalf("a week with stock was changed from %v to %v", sold[w], v)
				}
				continue
			}
			truth, filled, asSold = truth+demand[w], filled+v, asSold+sold[w]
			miss, missSold = miss+math.Abs(v-demand[w]), missSold+math.Abs(sold[w]-demand[w])
		}
	}
	t.Logf("demand %.0f, filled %.0f, sold %.0f; missed %.3f, sales %.3f", truth, filled, asSold, miss/truth, missSold/truth)
	if math.Abs(filled/truth-1) > .03 {
		t.Errorf("%.0f were wanted, %.0f are said", truth, filled)
	}
	if miss > .6*missSold {
		t.Errorf("filled weeks miss %.3f, sales %.3f", miss/truth, missSold/truth)
	}
}

func TestFillingKnowsItsLimits(t *testing.T) {
	nan := math.NaN()
	for _, c := range []struct{ sold, in, want []float64 }{
		{nil, nil, nil},
		{[]float64{0, 0}, []float64{0, 0}, []float64{0, 0}}, // never in stock: nothing is known
		{[]float64{nan, 4, 0, 4}, []float64{1, 1, 0, 1}, []float64{nan, 4, 4, 4}},
		{[]float64{0, 0, 0}, []float64{1, .5, 1}, []float64{0, 0, 0}},
	} {
		got := uncensor.Levels.Filled(c.sold, c.in)
		for i := range c.want {
			if math.Abs(got[i]-c.want[i]) > 1e-9 {
				t.Errorf("%v with stock %v: %v, want %v", c.sold, c.in, got, c.want)
			}
		}
	}
}
