package intermittent_test

import (
	"math"
	"testing"

	"almanac/model/forecast/intermittent"
)

func TestDemandIsClassedByHowOftenAndHowAlike(t *testing.T) {
	for want, y := range map[intermittent.Class][]float64{
		intermittent.Smooth:       {4, 5, 6, 5, math.NaN(), 4, 6},
		intermittent.Erratic:      {1, 20, 1, 1, 1, 1, 1, 30},
		intermittent.Intermittent: {0, 0, 5, 0, 0, 5, 0, 0, 6},
		intermittent.Lumpy:        {0, 0, 1, 0, 0, 1, 0, 0, 40},
		"":                        {0, 0, 7, 0},
	} {
		if got, _, _ := intermittent.Classify(y); got != want {
			t.Errorf("%v is %q, want %q", y, got, want)
		}
	}
	// Sizes 2, 4 and 6: mean 4, variance 8/3; three demands in six steps.
	if _, interval, cv2 := intermittent.Classify([]float64{2, 0, 4, 0, 6, 0}); math.Abs(interval-2) > 1e-12 || math.Abs(cv2-1.0/6) > 1e-12 {
		t.Errorf("interval %v, cv² %v", interval, cv2)
	}
}
