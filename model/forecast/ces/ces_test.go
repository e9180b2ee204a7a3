package ces_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"almanac/model/forecast/ces"
)

func TestAConstantStaysAndATrendGoesOn(t *testing.T) {
	flat, line := make([]float64, 40), make([]float64, 60)
	for i := range flat {
		flat[i] = 7
	}
	for i := range line {
		line[i] = 50 + float64(i)
	}
	for _, v := range ces.Auto(flat, 1).Forecast(40, 5) {
		if math.Abs(v-7) > 0.05 {
			t.Errorf("a constant 7 becomes %v", v)
		}
	}
	if v := ces.Auto(line, 1).Forecast(60, 10)[9]; math.Abs(v-119) > 6 { // it takes a part of the trend for noise
		t.Errorf("ten steps on, the line that would be at 119 is at %v", v)
	}
}

func TestASeasonIsChosenAndContinued(t *testing.T) {
	y := make([]float64, 60)
	truth := func(i int) float64 { return 100 + []float64{-30, 10, 40, -20}[i%4] }
	for i := range y {
		y[i] = truth(i) + float64(i*7919%11)/5
	}
	m := ces.Auto(y, 4)
	if m.Form == ces.None {
		t.Fatal("no season was chosen")
	}
	for h, v := range m.Forecast(60, 8) {
		if math.Abs(v-1-truth(60+h)) > 4 {
			t.Errorf("step %d: %v, want about %v", h, v, truth(60+h)+1)
		}
	}
}

func TestUnitsDoNotMatterAndNothingIsNaN(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		y := rapid.SliceOfN(rapid.Float64Range(-1e5, 1e5), 0, 50).Draw(t, "y")
		period := rapid.SampledFrom([]int{1, 4, 12}).Draw(t, "period")
		k := math.Ldexp(1, rapid.IntRange(-12, 12).Draw(t, "power"))
		times := make([]float64, len(y))
		for i, v := range y {
			times[i] = k * v
		}
		a, b := ces.Auto(y, period).Forecast(len(y), 6), ces.Auto(times, period).Forecast(len(y), 6)
		for h := range a {
			if math.IsNaN(a[h]) || math.IsInf(a[h], 0) || math.Abs(b[h]-k*a[h]) > 1e-6*k*(1+math.Abs(a[h])) {
				t.Fatalf("step %d: %v; in other units %v, want %v", h, a[h], b[h], k*a[h])
			}
		}
	})
}
