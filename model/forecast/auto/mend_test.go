package auto_test

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"almanac/model/forecast/auto"
)

func TestMending(t *testing.T) {
	nan := math.NaN()
	for name, c := range map[string]struct {
		raw    []float64
		period int
		want   []float64
	}{
		"steps before the first observation are dropped": {[]float64{nan, math.Inf(-1), 3, 4}, 1, []float64{3, 4}},
		"a gap is a line":                            {[]float64{1, nan, nan, 4}, 1, []float64{1, 2, 3, 4}},
		"a gap at the end repeats":                   {[]float64{1, 5, nan}, 1, []float64{1, 5, 5}},
		"a gap in a season is the mean of its phase": {[]float64{1, 10, 3, nan, 1, 14}, 2, []float64{1, 10, 3, 12, 1, 14}},
		"a gap in the last season repeats its phase": {[]float64{1, 10, 2, nan}, 2, []float64{1, 10, 2, 10}},
		"nothing": {[]float64{nan}, 4, nil},
	} {
		if d := cmp.Diff(c.want, auto.Mend(c.raw, c.period)); d != "" && len(c.want) > 0 {
			t.Errorf("%s:\n%s", name, d)
		}
	}
}

func TestASpikeIsDrawnBackAndANewLevelIsNot(t *testing.T) {
	level, spike := make([]float64, 40), make([]float64, 40)
	for i := range level {
		level[i], spike[i] = float64(10+i%5), float64(10+i%5)
		if i >= 32 {
			level[i] += 5000
		}
	}
	spike[20] = 9000
	if got := auto.Mend(level, 1); got[36] != level[36] {
		t.Errorf("a new level of %v became %v", level[36], got[36])
	}
	if got := auto.Mend(spike, 1); got[20] > 200 || got[20] < 20 {
		t.Errorf("a spike of 9000 over 10 to 14 became %v", got[20])
	}
}
