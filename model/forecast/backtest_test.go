package forecast_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"

	"almanac/model/forecast"
)

func TestScoresByHand(t *testing.T) {
	// From cut-off 2 naive says 4, 4 where 6 and 1 come: misses 2 and 3, signed −2 and +3, volume 7.
	s := forecast.Backtest([]float64{2, 4, 6, 1}, forecast.Naive{}, []int{2}, 2)
	if s.Points != 2 || s.Volume != 7 || s.Miss != 5 || s.Signed != 1 {
		t.Errorf("score %+v", s)
	}
	if w, b := s.WAPE(), s.Bias(); math.Abs(w-5.0/7) > 1e-12 || math.Abs(b-1.0/7) > 1e-12 {
		t.Errorf("WAPE %v, bias %v", w, b)
	}
	mean := forecast.BacktestMean([]float64{2, 4, 6, 1}, forecast.Naive{}, []int{2}, 2)
	if mean.Miss != s.Miss || mean.Loss != 0 {
		t.Errorf("the mean alone scores %+v", mean)
	}
}

func TestScoresOfSeriesAddByVolume(t *testing.T) {
	var s forecast.Score
	s.Add(forecast.Score{Volume: 90, Miss: 9, Points: 1})
	s.Add(forecast.Score{Volume: 10, Miss: 10, Points: 1})
	if got := s.WAPE(); math.Abs(got-0.19) > 1e-12 {
		t.Errorf("WAPE %v, want 0.19", got)
	}
	if !math.IsNaN((forecast.Score{}).WAPE()) || !math.IsNaN((forecast.Score{}).Coverage(1)) {
		t.Error("an empty score must not look like a perfect one")
	}
}

func TestABacktestNeverSeesItsFuture(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	y := make([]float64, 70)
	for i := range y {
		y[i] = float64(r.IntN(9))
	}
	for _, m := range methods() {
		spy := &witness{Method: m}
		forecast.Backtest(y, spy, []int{40, 50}, 10)
		if d := cmp.Diff([]int{40, 50}, spy.seen); d != "" {
			t.Errorf("%s saw other lengths than its cut-offs (-want +got):\n%s", m.Name(), d)
		}
		// What comes after the cut-off must change the score only through the actuals.
		other := append(append([]float64(nil), y[:50]...), 1000, 1000)
		a, b := m.Forecast(y[:50], 5), m.Forecast(other[:50], 5)
		if d := cmp.Diff(a, b); d != "" {
			t.Errorf("%s depends on the future:\n%s", m.Name(), d)
		}
	}
}

type witness struct {
	forecast.Method
	seen []int
}

func (w *witness) Forecast(y []float64, horizon int) forecast.Forecast {
	w.seen = append(w.seen, cap(y))
	return w.Method.Forecast(y, horizon)
}

func TestCutoffsOutsideTheSeriesArePassedOver(t *testing.T) {
	y := []float64{1, 2, 3, 4}
	if s := forecast.Backtest(y, forecast.Naive{}, []int{-1, 0, 4, 9}, 2); s.Points != 0 {
		t.Errorf("scored %d points", s.Points)
	}
	if s := forecast.Backtest(y, forecast.Naive{}, []int{3}, 5); s.Points != 1 {
		t.Errorf("scored %d points, want the one that exists", s.Points)
	}
	if s := forecast.Backtest([]float64{nan, nan, 3, nan}, forecast.Naive{}, []int{2, 3}, 1); s.Points != 0 {
		t.Errorf("scored %d points that nobody observed or could forecast", s.Points)
	}
}

func TestRollingCutoffs(t *testing.T) {
	for _, c := range []struct {
		what                           string
		n, horizon, step, folds, train int
		want                           []int
	}{
		{"a year in quarters", 53, 13, 13, 3, 13, []int{40, 27, 14}},
		{"training comes first", 53, 13, 13, 3, 20, []int{40, 27}},
		{"too short", 15, 13, 13, 3, 4, nil},
		{"a step of nothing is a step of one", 6, 2, 0, 2, 1, []int{4, 3}},
	} {
		if d := cmp.Diff(c.want, forecast.Cutoffs(c.n, c.horizon, c.step, c.folds, c.train)); d != "" {
			t.Errorf("%s (-want +got):\n%s", c.what, d)
		}
	}
}

func TestSeasonalNaiveWinsWhereSeasonsRule(t *testing.T) {
	y := make([]float64, 160)
	for i := range y {
		y[i] = 50 + 40*math.Sin(2*math.Pi*float64(i)/52)
	}
	at := forecast.Cutoffs(len(y), 13, 13, 3, 104)
	seasonal := forecast.Backtest(y, forecast.SeasonalNaive{Period: 52}, at, 13)
	average := forecast.Backtest(y, forecast.MovingAverage{Window: 8}, at, 13)
	if seasonal.WAPE() > 1e-9 || average.WAPE() < 0.2 {
		t.Errorf("WAPE %v and %v", seasonal.WAPE(), average.WAPE())
	}
}

func BenchmarkForecastYearOfWeeks(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 1))
	y := make([]float64, 53)
	for i := range y {
		y[i] = float64(r.IntN(30))
	}
	for _, m := range methods() {
		b.Run(m.Name(), func(b *testing.B) {
			for b.Loop() {
				m.Forecast(y, 13)
			}
		})
	}
}
