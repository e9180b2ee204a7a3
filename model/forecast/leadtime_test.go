package forecast_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"almanac/model/forecast"
)

func TestDemandQuantilesByHand(t *testing.T) {
	for _, c := range []struct {
		what                  string
		mean, sd, p, want, by float64
	}{
		{"nothing expected", 0, 3, 0.95, 0, 0},
		{"Poisson(2): F(4)=.947 F(5)=.983", 2, 1, 0.95, 5, 0},
		// r=2, θ=½: pmf k+1 over 2^(k+2) → .25 .25 .1875 .125 .078125; F(4)=.890625 F(5)=.9375.
		{"negative binomial(2, ½)", 2, 2, 0.9, 5, 0},
		{"negative binomial(2, ½)", 2, 2, 0.89, 4, 0},
		{"normal where demand is steadier than a count", 100, 5, 0.95, 108.2243, 1e-3},
		{"gamma = exponential for large and wild demand", 1000, 1000, 0.5, 1000 * math.Ln2, 1e-6},
		{"half of a large count", 400, 20, 0.5, 400, 1},
	} {
		if got := forecast.DemandQuantile(c.mean, c.sd, c.p); math.Abs(got-c.want) > c.by {
			t.Errorf("%s: quantile %v = %v, want %v", c.what, c.p, got, c.want)
		}
	}
}

func TestDemandQuantileGrowsWithServiceLevel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		mean := rapid.Float64Range(1e-3, 1e5).Draw(t, "mean")
		sd := rapid.Float64Range(0, 1e5).Draw(t, "sd")
		p := rapid.Float64Range(0, 1).Draw(t, "p")
		q := rapid.Float64Range(0, 1).Draw(t, "q")
		lo, hi := forecast.DemandQuantile(mean, sd, min(p, q)), forecast.DemandQuantile(mean, sd, max(p, q))
		if !(lo >= 0 && lo <= hi) || math.IsInf(hi, 0) {
			t.Fatalf("quantiles %v and %v", lo, hi)
		}
	})
}

func TestSpreadOfASum(t *testing.T) {
	s := forecast.Spread{Scale: 3, Growth: 0.5}
	for steps, want := range map[float64]float64{0: 0, -1: 0, 1: 3, 4: 6} {
		if got := s.SD(steps); math.Abs(got-want) > 1e-12 {
			t.Errorf("SD(%v) = %v, want %v", steps, got, want)
		}
	}
}

func TestSumMeanCountsPartsOfSteps(t *testing.T) {
	f := forecast.Forecast{Mean: []float64{1, 2, 3}}
	for steps, want := range map[float64]float64{-1: 0, 0: 0, 0.5: 0.5, 1: 1, 1.5: 2, 3: 6, 5: 10} {
		if got := f.SumMean(steps); math.Abs(got-want) > 1e-12 {
			t.Errorf("SumMean(%v) = %v, want %v", steps, got, want)
		}
	}
}

// The point of the reorder level: ordering up to the 90 % quantile must leave about a tenth of the lead times short.
func TestLeadTimeQuantileIsMetAsOftenAsItPromises(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 5))
	poisson := func(mean float64) float64 {
		k, p := 0.0, r.Float64()
		for limit := math.Exp(-mean); p > limit; p *= r.Float64() {
			k++
		}
		return k
	}
	for _, c := range []struct {
		what  string
		least float64
		draw  func() float64
	}{
		{"a slow seller", 0.87, func() float64 { return poisson(0.7) }},
		{"a steady seller", 0.87, func() float64 { return poisson(12) }},
		// A year that happens to hold few bursts understates mean and spread alike: some of the promise is lost.
		{"a lumpy seller", 0.82, func() float64 {
			if r.IntN(4) > 0 {
				return 0
			}
			return 5 * (1 + poisson(2))
		}},
	} {
		met := 0
		const n, lead = 1500, 3
		for range n {
			y := make([]float64, 60)
			for i := range y {
				y[i] = c.draw()
			}
			f := forecast.MovingAverage{Window: 26}.Forecast(y, 4)
			if c.draw()+c.draw()+c.draw() <= f.SumQuantile(lead, 0, 0.9) {
				met++
			}
		}
		if got := float64(met) / n; got < c.least || got > 0.96 {
			t.Errorf("%s: the 90 %% level sufficed in %.3f of lead times", c.what, got)
		}
	}
}

func TestAVaryingLeadTimeNeedsMoreStock(t *testing.T) {
	y := slices.Repeat([]float64{30, 34, 26, 31}, 15)
	f := forecast.MovingAverage{Window: 8}.Forecast(y, 6)
	if sure, unsure := f.SumQuantile(4, 0, 0.95), f.SumQuantile(4, 1.5, 0.95); unsure <= sure {
		t.Errorf("95 %% level %v with a varying lead time, %v with a fixed one", unsure, sure)
	}
}

func TestSumsFollowTheDaysOfAWeek(t *testing.T) {
	weekend := []float64{0.1, 0.1, 0.1, 0.1, 0.1, 0.2, 0.3}
	f := forecast.Forecast{Mean: []float64{10, 20}, Parts: weekend}
	for _, c := range []struct{ days, want float64 }{{1, 1}, {5, 5}, {5.5, 6}, {6, 7}, {7, 10}, {8, 12}, {14, 30}, {19, 30 + 0.5*15}, {28, 60}} {
		if got := f.SumMean(c.days / 7); math.Abs(got-c.want) > 1e-6 {
			t.Errorf("%v days sell %v, want %v", c.days, got, c.want)
		}
	}
	saturday := f.PartsFrom(1 + 5./7)
	for k, want := range []float64{0.2, 0.3, 0.1, 0.1, 0.1, 0.1, 0.1} {
		if math.Abs(saturday[k]-want) > 1e-6 {
			t.Errorf("weeks that begin on a Saturday are spread as %v", saturday)
			break
		}
	}
	if even := (forecast.Forecast{Mean: []float64{7}}); even.SumMean(2./7) != 2 || even.PartsFrom(0.5) != nil {
		t.Error("even days are not even")
	}
}

func TestALongerSumIsNotLess(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := forecast.Forecast{Mean: rapid.SliceOfN(rapid.OneOf(rapid.Float64Range(0, 1), rapid.Float64Range(0, 30), rapid.Float64Range(0, 1000)), 1, 13).Draw(t, "mean"), Most: 1e9}
		level := f.SumMean(float64(len(f.Mean))) / float64(len(f.Mean))
		f.Spread = forecast.Spread{Scale: level * rapid.Float64Range(0, 3).Draw(t, "deviation"), Growth: rapid.Float64Range(.5, 1).Draw(t, "growth")}
		if rapid.Bool().Draw(t, "even") {
			for h := range f.Mean {
				f.Mean[h] = level
			}
		}
		p, last := rapid.Float64Range(.05, .999).Draw(t, "level"), 0.0
		for steps := 1; steps <= len(f.Mean)+2; steps++ {
			q, mean := f.SumQuantile(float64(steps), 0, p), f.SumMean(float64(steps))
			if q < last-1-0.01*mean { // whole units, and where the law of counts becomes that of amounts
				t.Fatalf("the %g quantile of %d steps is %g, of fewer %g", p, steps, q, last)
			}
			last = math.Max(last, q)
		}
		if f.SumMean(1) != f.Mean[0] {
			t.Fatalf("one step of %v has the mean %v", f.Mean, f.SumMean(1))
		}
	})
}

// A product that never varies does not need less for four weeks than for three.
func TestAConstantProductOfSmallDemandAddsUp(t *testing.T) {
	f := forecast.Forecast{Mean: []float64{3, 3, 3, 3}, Spread: forecast.Spread{Scale: 0.1, Growth: 0.5}, Most: 9}
	if three, four := f.SumQuantile(3, 0, 0.95), f.SumQuantile(4, 0, 0.95); three != 14 || four < 15 {
		t.Errorf("three weeks %g, four weeks %g", three, four)
	}
}
