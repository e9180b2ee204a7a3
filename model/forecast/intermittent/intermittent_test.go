package intermittent_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"

	"almanac/model/forecast/intermittent"
)

func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance) {
		t.Errorf("%s = %v, want %v", what, got, want)
	}
}

// Sizes 3, 5, 4 at steps 2, 6, 7: intervals 2, 4, 1.
var parts = []float64{0, 3, 0, 0, 0, 5, 4, 0}

func TestCrostonByHand(t *testing.T) {
	// α = .5: size 3 → 4 → 4, interval 2 → 3 → 2.
	near(t, "Croston", intermittent.Croston(parts, 0.5), 2, 1e-12)
	near(t, "SBA", intermittent.SBA(parts, 0.5), 1.5, 1e-12)
}

func TestTSBByHand(t *testing.T) {
	// Starts from p = 3/7 and size 4; p: ·½, +½(1−p) … ; sizes 3.5, 4.25, 4.125 with α = .5.
	p := 3.0 / 7
	for _, v := range parts {
		if v > 0 {
			p += 0.5 * (1 - p)
		} else {
			p /= 2
		}
	}
	// start looks at all eight steps, since there are fewer than five demands.
	p += (3.0/8 - 3.0/7) / 256
	near(t, "TSB", intermittent.TSB(parts, 0.5, 0.5), p*4.125, 1e-12)
}

func TestADIDAByHand(t *testing.T) {
	// Three demands in eight steps: buckets of three from the end are {0,0,0}… → steps 3–5 sum 0, steps 6–8 sum 9.
	near(t, "ADIDA", intermittent.ADIDA(parts, 0.5), 4.5/3, 1e-12)
}

func TestWhatDiedIsForecastToStayDead(t *testing.T) {
	y := make([]float64, 200)
	for i := range 80 {
		y[i] = float64(i % 3)
	}
	if alive, dead := intermittent.Croston(y, 0.1), intermittent.Fitted(y); !(dead < 0.2*alive) {
		t.Errorf("TSB %v, Croston %v: 120 steps without demand were not noticed", dead, alive)
	}
	if m := intermittent.FitCounts(y).Mean(); m > 0.1 {
		t.Errorf("count model says %v", m)
	}
}

func TestSBAHasLessBiasThanCroston(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	var croston, sba, tsb float64
	const series = 400
	for range series {
		y := make([]float64, 365)
		for i := range y {
			if random.Float64() < 0.2 {
				y[i] = float64(1 + random.IntN(5))
			}
		}
		croston += intermittent.Croston(y, 0.2) / series
		sba += intermittent.SBA(y, 0.2) / series
		tsb += intermittent.TSB(y, 0.2, 0.05) / series
	}
	near(t, "TSB", tsb, 0.6, 0.02)
	if !(math.Abs(sba-0.6) < 0.7*math.Abs(croston-0.6)) {
		t.Errorf("SBA %v, Croston %v, truth 0.6", sba, croston)
	}
	if croston < 0.63 {
		t.Errorf("Croston %v: the known bias is gone", croston)
	}
}

func TestCountQuantilesCoverWhatComes(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	inside, total := 0, 0
	for range 500 {
		y := make([]float64, 200)
		for i := range y {
			y[i] = poisson(random, 1.7)
		}
		c := intermittent.FitCounts(y)
		var sum float64
		for range 10 {
			sum += poisson(random, 1.7)
		}
		total++
		if sum <= c.Quantile(0.9, 10) {
			inside++
		}
	}
	if share := float64(inside) / float64(total); share < 0.87 || share > 0.96 {
		t.Errorf("%.3f of the sums over ten steps lie below their 90 %% quantile", share)
	}
}

func poisson(r *rand.Rand, mean float64) float64 {
	limit, k, p := math.Exp(-mean), 0, 1.0
	for p *= r.Float64(); p > limit; p *= r.Float64() {
		k++
	}
	return float64(k)
}

func series(t *rapid.T) []float64 {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) float64 {
		switch rapid.IntRange(0, 9).Draw(t, "kind") {
		case 0:
			return math.NaN()
		case 1, 2:
			return rapid.Float64Range(0, 1e6).Draw(t, "v")
		case 3:
			return float64(rapid.IntRange(1, 9).Draw(t, "n"))
		}
		return 0
	}), 0, 80).Draw(t, "y")
}

func TestAlwaysAnAnswerNeverNegative(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		y := series(t)
		c := intermittent.FitCounts(y)
		for name, v := range map[string]float64{
			"Croston": intermittent.Croston(y, 0.1), "SBA": intermittent.SBA(y, 0), "TSB": intermittent.TSB(y, 0.1, 0.1),
			"fitted": intermittent.Fitted(y), "ADIDA": intermittent.ADIDA(y, 0.1), "counts": c.Mean(), "quantile": c.Quantile(0.9, 7),
		} {
			if !(v >= 0) || math.IsInf(v, 0) {
				t.Fatalf("%s says %v", name, v)
			}
		}
		if c.Quantile(0.5, 3) > c.Quantile(0.9, 3) || c.Quantile(0.9, 3) > c.Quantile(0.9, 6) {
			t.Fatal("quantiles do not grow with level and time")
		}
	})
}

func TestUnitsDoNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		y := series(t)
		k := rapid.Float64Range(0.01, 100).Draw(t, "factor")
		times := make([]float64, len(y))
		for i, v := range y {
			times[i] = k * v
		}
		for name, f := range map[string]func([]float64) float64{
			"Croston": func(y []float64) float64 { return intermittent.Croston(y, 0.1) },
			"TSB":     func(y []float64) float64 { return intermittent.TSB(y, 0.1, 0.05) },
			"ADIDA":   func(y []float64) float64 { return intermittent.ADIDA(y, 0.1) },
		} {
			if a, b := f(times), k*f(y); math.Abs(a-b) > 1e-9*(1+math.Abs(a)) {
				t.Fatalf("%s: %v in other units, want %v", name, a, b)
			}
		}
	})
}

func year() []float64 {
	random := rand.New(rand.NewPCG(5, 6))
	y := make([]float64, 365)
	for i := range y {
		if random.Float64() < 0.15 {
			y[i] = float64(1 + random.IntN(4))
		}
	}
	return y
}

func BenchmarkCroston(b *testing.B) { bench(b, func(y []float64) { intermittent.Croston(y, 0.1) }) }
func BenchmarkTSB(b *testing.B)     { bench(b, func(y []float64) { intermittent.TSB(y, 0.1, 0.05) }) }
func BenchmarkFitted(b *testing.B)  { bench(b, func(y []float64) { intermittent.Fitted(y) }) }
func BenchmarkADIDA(b *testing.B)   { bench(b, func(y []float64) { intermittent.ADIDA(y, 0.1) }) }
func BenchmarkCounts(b *testing.B)  { bench(b, func(y []float64) { intermittent.FitCounts(y) }) }

func bench(b *testing.B, f func([]float64)) {
	y := year()
	b.ReportAllocs()
	for b.Loop() {
		f(y)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "series/s")
}
