package baseline_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"almanac/model/forecast/baseline"
)

func TestBaselines(t *testing.T) {
	y := []float64{1, 2, 3, 4, 5, 9}
	for name, c := range map[string]struct{ got, want []float64 }{
		"naive":                     {baseline.Naive(y, 2), []float64{9, 9}},
		"naive of nothing":          {baseline.Naive(nil, 2), []float64{0, 0}},
		"season of three":           {baseline.Seasonal(y, 3, 4), []float64{4, 5, 9, 4}},
		"season longer than y":      {baseline.Seasonal(y, 7, 2), []float64{9, 9}},
		"drift":                     {baseline.Drift([]float64{1, 2, 5}, 2), []float64{7, 9}},
		"window of two":             {baseline.Window(y, 2, 1), []float64{7}},
		"window longer than y":      {baseline.Window([]float64{2, 4}, 9, 1), []float64{3}},
		"naive2 without season":     {baseline.Naive2(y, 3, 2), []float64{9, 9}},
		"window of nothing, at all": {baseline.Window(nil, 0, 1), []float64{0}},
	} {
		if d := cmp.Diff(c.want, c.got); d != "" {
			t.Errorf("%s:\n%s", name, d)
		}
	}
}

// Twelve months of a certain season: Naive2 repeats it at the level of the last month.
func TestNaive2PutsTheSeasonBack(t *testing.T) {
	season := []float64{0.5, 1.5, 1.25, 0.75}
	y := make([]float64, 40)
	for i := range y {
		y[i] = 80 * season[i%4]
	}
	for h, v := range baseline.Naive2(y, 4, 4) {
		if want := 80 * season[h%4]; v < want-1e-6 || v > want+1e-6 {
			t.Errorf("step %d: %v, want %v", h, v, want)
		}
	}
}
