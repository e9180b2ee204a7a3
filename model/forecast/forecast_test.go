package forecast_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"almanac/model/forecast"
)

var nan = math.NaN()

func methods() []forecast.Method {
	return []forecast.Method{
		forecast.Naive{}, forecast.SeasonalNaive{Period: 4}, forecast.SeasonalNaive{Period: 52},
		forecast.MovingAverage{Window: 1}, forecast.MovingAverage{Window: 8},
		forecast.Smoothing{}, forecast.Smoothing{Alpha: 0.3},
	}
}

func TestMeansByHand(t *testing.T) {
	for _, c := range []struct {
		what    string
		method  forecast.Method
		y, want []float64
	}{
		{"the last week again", forecast.Naive{}, []float64{1, 2, 3}, []float64{3, 3, 3}},
		{"the last week observed", forecast.Naive{}, []float64{1, 2, nan}, []float64{2, 2, 2}},
		{"same season a period ago", forecast.SeasonalNaive{Period: 2}, []float64{1, 2, 3, 4}, []float64{3, 4, 3}},
		{"an unobserved season reaches back a period", forecast.SeasonalNaive{Period: 2}, []float64{1, 2, nan, 4}, []float64{1, 4, 1}},
		{"less than a season knows only its mean", forecast.SeasonalNaive{Period: 4}, []float64{2, 4}, []float64{3, 3, 2}},
		{"mean of the window", forecast.MovingAverage{Window: 2}, []float64{9, 1, 4}, []float64{2.5, 2.5, 2.5}},
		{"mean of what the window saw", forecast.MovingAverage{Window: 3}, []float64{9, 1, nan, 4}, []float64{2.5, 2.5, 2.5}},
		{"an empty window reaches back", forecast.MovingAverage{Window: 2}, []float64{7, nan, nan}, []float64{7, 7, 7}},
		{"cancelled more than sold is nothing sold", forecast.MovingAverage{Window: 2}, []float64{4, -6}, []float64{2, 2, 2}},
		// Levels from 2.5: 2.5 → 2.5−.75=1.75 → 1.825 → 2.1775 → 3.02425.
		{"smoothing", forecast.Smoothing{Alpha: 0.3}, []float64{0, 2, 3, 5}, []float64{3.02425, 3.02425, 3.02425}},
	} {
		if d := cmp.Diff(c.want, c.method.Mean(c.y, 3), cmpopts.EquateApprox(0, 1e-9)); d != "" {
			t.Errorf("%s (-want +got):\n%s", c.what, d)
		}
	}
}

func TestNothingKnownForecastsNothing(t *testing.T) {
	for _, m := range methods() {
		for what, y := range map[string][]float64{
			"empty": nil, "unobserved": {nan, nan}, "infinite": {math.Inf(1)}, "zeros": make([]float64, 60), "only returns": {-1, -2},
		} {
			f := m.Forecast(y, 3)
			zero := make([]float64, 3)
			if d := cmp.Diff(forecast.Forecast{Mean: zero, P10: zero, P50: zero, P90: zero, Fan: [4][]float64{zero, zero, zero, zero}}, f); d != "" {
				t.Errorf("%s of %s (-want +got):\n%s", m.Name(), what, d)
			}
			if q := f.SumQuantile(4, 1, 0.99); q != 0 {
				t.Errorf("%s of %s: lead-time demand %v, want 0", m.Name(), what, q)
			}
		}
	}
}

func TestOneWeekIsReadAsACount(t *testing.T) {
	f := forecast.MovingAverage{Window: 8}.Forecast([]float64{4}, 2)
	// Poisson(4): F(1)=.0916 F(2)=.2381, F(3)=.4335 F(4)=.6288, F(6)=.8893 F(7)=.9489.
	for h := range 2 {
		if f.Mean[h] != 4 || f.P10[h] != 2 || f.P50[h] != 4 || f.P90[h] != 7 {
			t.Errorf("step %d: %v %v %v %v, want mean 4 and band 2 4 7", h, f.Mean[h], f.P10[h], f.P50[h], f.P90[h])
		}
	}
}

func TestConstantDemandHasNoBandOnceProven(t *testing.T) {
	for _, m := range methods() {
		y := make([]float64, 120)
		for i := range y {
			y[i] = 7
		}
		f := m.Forecast(y, 6)
		for h := range 6 {
			if math.Abs(f.P90[h]-7)+math.Abs(f.P10[h]-7)+math.Abs(f.Mean[h]-7) > 1e-9 {
				t.Errorf("%s step %d: %v … %v around %v, want 7", m.Name(), h, f.P10[h], f.P90[h], f.Mean[h])
			}
		}
	}
}

// drawSeries makes demand as shops know it: mostly zeros, some bursts, gaps, corrections below zero.
func drawSeries(t *rapid.T) []float64 {
	value := rapid.OneOf(
		rapid.Just(0.0), rapid.Float64Range(0, 20), rapid.Float64Range(0, 1e6), rapid.Float64Range(-50, 0),
		rapid.Just(nan), rapid.Just(math.Inf(1)))
	return rapid.SliceOfN(value, 0, 130).Draw(t, "y")
}

func TestNeverNegativeNeverExplosiveAlwaysOrdered(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		y := drawSeries(t)
		m := rapid.SampledFrom(methods()).Draw(t, "method")
		h := rapid.IntRange(0, 20).Draw(t, "horizon")
		var most float64
		for _, v := range y {
			if !math.IsInf(v, 0) && v > most {
				most = v
			}
		}
		f := m.Forecast(y, h)
		if len(f.Mean) != h || len(f.P10) != h || len(f.P50) != h || len(f.P90) != h {
			t.Fatalf("%s: lengths differ from the horizon %d", m.Name(), h)
		}
		for i := range h {
			if !(0 <= f.Mean[i] && f.Mean[i] <= 3*most) || !(0 <= f.P10[i] && f.P10[i] <= f.P50[i] && f.P50[i] <= f.P90[i] && f.P90[i] <= 3*most) {
				t.Fatalf("%s step %d: mean %v, band %v %v %v, largest seen %v", m.Name(), i, f.Mean[i], f.P10[i], f.P50[i], f.P90[i], most)
			}
		}
		lead := rapid.Float64Range(0, 30).Draw(t, "lead time")
		p := rapid.Float64Range(0, 1).Draw(t, "p")
		lo, hi := f.SumQuantile(lead, 1, p/2), f.SumQuantile(lead, 1, p)
		if !(0 <= lo && lo <= hi+1e-9 && hi <= 3*most*max(1, lead)) {
			t.Fatalf("%s: lead-time quantiles %v, %v with largest week %v", m.Name(), lo, hi, most)
		}
	})
}

func TestTheSeriesIsLeftAlone(t *testing.T) {
	y := []float64{3, -1, nan, 5, 2}
	before := append([]float64(nil), y...)
	for _, m := range methods() {
		m.Forecast(y, 4)
		forecast.Backtest(y, m, []int{2, 3}, 2)
	}
	if d := cmp.Diff(before, y, cmpopts.EquateNaNs()); d != "" {
		t.Errorf("a method changed its input:\n%s", d)
	}
}

func TestBandsHoldFourFifthsOfWhatComes(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 9))
	var s forecast.Score
	for range 200 {
		y := make([]float64, 80)
		for i := range y {
			for range 40 { // Binomial(40, ½): mean 20, sd 3.2
				y[i] += float64(r.IntN(2))
			}
		}
		s.Add(forecast.Backtest(y, forecast.MovingAverage{Window: 13}, []int{67}, 13))
	}
	if c := s.Coverage(1); c < 0.75 || c > 0.85 {
		t.Errorf("the 80 %% band held %.3f of 2,600 weeks", c)
	}
	if s.Points != 2600 || math.Abs(s.Bias()) > 0.02 {
		t.Errorf("%d points with bias %v", s.Points, s.Bias())
	}
}
