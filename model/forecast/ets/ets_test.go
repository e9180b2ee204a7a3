package ets_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"

	"almanac/model/forecast/ets"
)

func seasonal(n int, noise float64) []float64 {
	random := rand.New(rand.NewPCG(1, 2))
	y := make([]float64, n)
	for t := range y {
		y[t] = (100 + float64(t)) * (1 + 0.3*math.Sin(2*math.Pi*float64(t)/12)) * math.Exp(noise*random.NormFloat64())
	}
	return y
}

func TestATrendAndASeasonAreChosenAndContinued(t *testing.T) {
	y := seasonal(120, 0.01)
	m := ets.Auto(y, 12)
	if !m.Trend || m.Season != 'M' {
		t.Fatalf("chosen %v", m.Kind)
	}
	for h, v := range m.Forecast(12) {
		n := float64(120 + h)
		if want := (100 + n) * (1 + 0.3*math.Sin(2*math.Pi*n/12)); math.Abs(v-want) > 0.04*want {
			t.Errorf("step %d: %v, want %v", h, v, want)
		}
	}
}

func TestNoiseIsALevel(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	y := make([]float64, 100)
	for i := range y {
		y[i] = 50 + random.NormFloat64()
	}
	m := ets.Auto(y, 12)
	if m.Trend || m.Season != 'N' || m.Alpha > 0.2 {
		t.Errorf("noise is %v with α %v", m.Kind, m.Alpha)
	}
	if math.Abs(m.Sigma-0.02) > 0.004 { // a unit, of a series of size 50
		t.Errorf("σ %v", m.Sigma)
	}
}

// The level of SES(α) with its first level l₀ is a weighted mean, known in closed form: a check of the recursion by hand.
func TestSimpleSmoothingByHand(t *testing.T) {
	y := []float64{3, 5, 9, 20, 4, 8, 13, 9, 7, 10}
	m, ok := ets.Fit(y, ets.Kind{})
	if !ok {
		t.Fatal("no fit")
	}
	level := y[0] - m.Errors[0]
	for _, v := range y {
		level += m.Alpha * (v - level)
	}
	if got := m.Forecast(3)[2]; math.Abs(got-level) > 1e-9 {
		t.Errorf("forecast %v, the recursion ends at %v", got, level)
	}
}

func TestSimulatedIntervalsAreThoseOfTheFormula(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	y := make([]float64, 200)
	level := 100.0
	for i := range y {
		e := random.NormFloat64()
		y[i] = level + e
		level += 0.4 * e
	}
	m, ok := ets.Fit(y, ets.Kind{})
	if !ok {
		t.Fatal("no fit")
	}
	q := m.Quantiles(9, []float64{0.025, 0.975}, 20_000, ets.Normal, 7)
	// Hyndman et al. 2008, table 6.1: σ²(1 + (h−1)α²).
	scale := 0.0
	for _, v := range y {
		scale += v / 200
	}
	want := 2 * 1.96 * m.Sigma * scale * math.Sqrt(1+8*m.Alpha*m.Alpha)
	if got := q[1][8] - q[0][8]; math.Abs(got-want) > 0.03*want {
		t.Errorf("nine steps ahead the interval is %v wide, the formula says %v", got, want)
	}
}

// Errors that are seldom and large upwards make intervals that lean upwards; normal noise cannot know.
func TestResampledIntervalsLeanAsErrorsDo(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 8))
	y := make([]float64, 300)
	for i := range y {
		y[i] = 20 + random.ExpFloat64()*5
	}
	m, ok := ets.Fit(y, ets.Kind{})
	if !ok {
		t.Fatal("no fit")
	}
	middle := m.Forecast(1)[0]
	lean := func(noise ets.Noise) float64 {
		q := m.Quantiles(1, []float64{0.025, 0.975}, 20_000, noise, 1)
		return (q[1][0] - middle) / (middle - q[0][0])
	}
	if normal, own := lean(ets.Normal), lean(m.Resampled()); own < 2 || normal > 1.2 {
		t.Errorf("upper over lower half: %.2f with normal noise, %.2f with its own", normal, own)
	}
}

func TestUnitsDoNotMatterAndNothingIsNaN(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		low := rapid.SampledFrom([]float64{-1e5, 1}).Draw(t, "from")
		y := rapid.SliceOfN(rapid.Float64Range(low, 1e5), 0, 50).Draw(t, "y")
		period := rapid.SampledFrom([]int{1, 4, 12, 52}).Draw(t, "period")
		k := math.Ldexp(1, rapid.IntRange(-12, 12).Draw(t, "power"))
		times := make([]float64, len(y))
		for i, v := range y {
			times[i] = k * v
		}
		a, b := ets.Auto(y, period).Forecast(6), ets.Auto(times, period).Forecast(6)
		for h := range a {
			if math.IsNaN(a[h]) || math.IsInf(a[h], 0) || math.Abs(b[h]-k*a[h]) > 1e-6*k*(1+math.Abs(a[h])) {
				t.Fatalf("step %d: %v; in other units %v, want %v", h, a[h], b[h], k*a[h])
			}
		}
	})
}

func BenchmarkAuto(b *testing.B) {
	y := seasonal(120, 0.05)
	b.ReportAllocs()
	for b.Loop() {
		ets.Auto(y, 12)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "series/s")
}
