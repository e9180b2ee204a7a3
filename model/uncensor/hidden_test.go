package uncensor_test

import (
	"math"
	"math/rand/v2"
	"reflect"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"

	"almanac/model/uncensor"
)

// sales of products with negative binomial demand whose stock runs out with the given chance a day, and comes back with 0.2.
func sales(products, days int, runsOut float64, seed uint64) (sold [][]float64, out [][]bool) {
	src := rand.NewPCG(seed, 1)
	r := rand.New(src)
	for i := range products {
		mean := .2 * math.Pow(2, float64(i%5)) // 0.2 to 3.2 a day
		y, o := make([]float64, days), make([]bool, days)
		empty := false
		for t := range days {
			if empty {
				empty = r.Float64() > .2
			} else {
				empty = r.Float64() < runsOut
			}
			rate := distuv.Gamma{Alpha: 2, Beta: 2 / mean, Src: src}.Rand()
			if o[t] = empty; !empty {
				y[t] = distuv.Poisson{Lambda: rate, Src: src}.Rand()
			}
		}
		sold, out = append(sold, y), append(out, o)
	}
	return sold, out
}

func TestStockoutsAreFoundInSalesAlone(t *testing.T) {
	sold, out := sales(400, 365, .02, 5)
	var named, right, expected, without float64
	for i, runs := range uncensor.Hidden(sold, nil, uncensor.Inferring) {
		for _, r := range runs {
			for d, p := range r.Out {
				is := 0.
				if out[i][r.From+d] {
					is = 1
				}
				expected, without = expected+p, without+is
				if p > .9 {
					named, right = named+1, right+is
				}
			}
		}
	}
	t.Logf("days without stock: %.0f expected, %.0f true; of %.0f nearly sure ones %.3f are right", expected, without, named, right/named)
	if math.Abs(expected/without-1) > .15 {
		t.Errorf("%.0f days without stock are expected, %.0f were", expected, without)
	}
	if named < .2*without || right < .9*named {
		t.Errorf("of %.0f nearly sure days %.0f are right; %.0f were without stock", named, right, without)
	}
}

func TestAShopThatNeverRunsOutIsNotSuspected(t *testing.T) {
	sold, _ := sales(400, 365, 0, 6)
	var expected, days float64
	for _, runs := range uncensor.Hidden(sold, nil, uncensor.Inferring) {
		for _, r := range runs {
			expected, days = expected+r.Chance(), days+float64(len(r.Out))
		}
	}
	if expected > .02*days {
		t.Errorf("%.0f of %.0f days without a sale are taken for stockouts", expected, days)
	}
}

func TestDaysOnWhichTheShopIsClosedAreNoStockouts(t *testing.T) {
	sold, _ := sales(100, 200, 0, 7)
	usual := make([]float64, 200)
	for d := range usual {
		usual[d] = 1
		if d%7 == 6 || d > 100 && d < 110 {
			usual[d] = 0
			for i := range sold {
				sold[i][d] = 0
			}
		}
	}
	for i, runs := range uncensor.Hidden(sold, usual, uncensor.Inferring) {
		for _, r := range runs {
			if r.Chance() > .5*float64(len(r.Out)) && len(r.Out) > 8 && i%5 == 4 {
				t.Errorf("product %d, days %d to %d: %v", i, r.From, r.From+len(r.Out), r.Out)
			}
		}
	}
}

func TestWhatCannotBeJudgedIsLeftAlone(t *testing.T) {
	nan := math.NaN()
	long := make([]float64, 100)
	long[0], long[99] = 3, 3
	runs := uncensor.Hidden([][]float64{
		nil, {0, 0, 0}, {nan, nan}, {0, 0, 5}, {5, 0, 0}, {1, 0, nan, 0, 1}, long, {2, 0, 2},
	}, nil, uncensor.Inferring)
	for i, of := range runs[:7] {
		if len(of) > 0 {
			t.Errorf("series %d: %v", i, of)
		}
	}
	if len(runs[7]) != 1 || runs[7][0].From != 1 || !(runs[7][0].Out[0] > 0 && runs[7][0].Out[0] < 1) {
		t.Errorf("%v", runs[7])
	}
	sold, _ := sales(50, 100, .05, 8)
	if !reflect.DeepEqual(uncensor.Hidden(sold, nil, uncensor.Inferring), uncensor.Hidden(sold, nil, uncensor.Inferring)) {
		t.Error("the same sales gave two answers")
	}
}
