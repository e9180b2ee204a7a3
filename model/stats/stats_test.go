package stats_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"

	"almanac/model/stats"
)

func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if math.IsNaN(want) != math.IsNaN(got) || math.Abs(got-want) > tolerance {
		t.Errorf("%s = %v, want %v", what, got, want)
	}
}

func TestQuantilesAgreeWithTheDefaultOfR(t *testing.T) {
	x := []float64{10, 1, math.NaN(), 4, 2, 7} // quantile(c(1,2,4,7,10), p) in R
	for p, want := range map[float64]float64{0: 1, 0.1: 1.4, 0.25: 2, 0.5: 4, 0.9: 8.8, 1: 10, -3: 1, 7: 10} {
		near(t, "quantile", stats.Quantile(x, p), want, 1e-12)
	}
	near(t, "quantile of nothing", stats.Quantile(nil, 0.5), math.NaN(), 0)
	near(t, "quantile of one value", stats.Quantile([]float64{3}, 0.9), 3, 0)
}

func TestQuantileStaysInTheSampleAndGrowsWithP(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.SliceOfN(rapid.Float64Range(-1e6, 1e6), 1, 40).Draw(t, "x")
		p := rapid.Float64Range(0, 1).Draw(t, "p")
		q := rapid.Float64Range(0, 1).Draw(t, "q")
		lo, hi := stats.Quantile(x, min(p, q)), stats.Quantile(x, max(p, q))
		s := stats.Sorted(x)
		if lo > hi+1e-9 || lo < s[0]-1e-9 || hi > s[len(s)-1]+1e-9 {
			t.Fatalf("quantiles %v ≤ %v leave [%v, %v]", lo, hi, s[0], s[len(s)-1])
		}
	})
}

func TestVarianceSurvivesALargeMean(t *testing.T) {
	near(t, "variance", stats.Variance([]float64{1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16}), 30, 1e-9)
	near(t, "variance of one", stats.Variance([]float64{1}), math.NaN(), 0)
}

func TestWilsonIntervalMatchesPublishedValues(t *testing.T) {
	// Newcombe (1998), Statistics in Medicine 17, table I, method 3.
	for _, c := range []struct {
		x, n      int64
		low, high float64
	}{{81, 263, 0.2553, 0.3662}, {15, 148, 0.0624, 0.1605}, {0, 20, 0, 0.1611}, {1, 29, 0.0061, 0.1718}, {20, 20, 0.8389, 1}} {
		i := stats.Wilson(c.x, c.n, 0.95)
		near(t, "low", i.Low, c.low, 5e-5)
		near(t, "high", i.High, c.high, 5e-5)
	}
	if i := stats.Wilson(0, 0, 0.95); i != (stats.Interval{Low: 0, High: 1}) {
		t.Errorf("without trials anything is possible, got %v", i)
	}
}

func TestWilsonIntervalHoldsTheObservedRate(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64Range(1, 1e6).Draw(t, "n")
		x := rapid.Int64Range(0, n).Draw(t, "x")
		i := stats.Wilson(x, n, rapid.Float64Range(0.5, 0.999).Draw(t, "confidence"))
		p := float64(x) / float64(n)
		if i.Low < 0 || i.High > 1 || i.Low > p+1e-12 || i.High < p-1e-12 {
			t.Fatalf("%d of %d: %v does not hold %v", x, n, i, p)
		}
	})
}

func TestShrinkageMovesFromPriorToData(t *testing.T) {
	near(t, "no data", stats.Shrink(0, 0, 0.3, 20), 0.3, 0)
	near(t, "as much data as prior", stats.Shrink(10, 20, 0.3, 20), 0.4, 1e-12)
	near(t, "neither", stats.Shrink(0, 0, 0.3, 0), 0.3, 0)
}

func TestAUC(t *testing.T) {
	near(t, "by hand", stats.AUC([]float64{0.1, 0.4, 0.35, 0.8}, []bool{false, false, true, true}), 0.75, 1e-12)
	near(t, "all tied", stats.AUC([]float64{1, 1, 1}, []bool{true, false, true}), 0.5, 1e-12)
	near(t, "one class", stats.AUC([]float64{1, 2}, []bool{true, true}), math.NaN(), 0)
}

func TestAUCCountsPairsAndIgnoresTheScale(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 50 {
		n := 2 + r.IntN(30)
		score, scaled, pos := make([]float64, n), make([]float64, n), make([]bool, n)
		for i := range score {
			score[i] = float64(r.IntN(8))
			scaled[i] = math.Exp(score[i])
			pos[i] = r.IntN(2) == 0
		}
		var wins, pairs float64
		for i := range n {
			for j := range n {
				if pos[i] && !pos[j] {
					pairs++
					switch {
					case score[i] > score[j]:
						wins++
					case score[i] == score[j]:
						wins += 0.5
					}
				}
			}
		}
		near(t, "auc", stats.AUC(score, pos), wins/pairs, 1e-12)
		near(t, "auc on another scale", stats.AUC(scaled, pos), wins/pairs, 1e-12)
	}
}

func TestBrier(t *testing.T) {
	near(t, "by hand", stats.Brier([]float64{0.9, 0.2, 0.5}, []bool{true, false, true}), (0.01+0.04+0.25)/3, 1e-12)
	near(t, "nothing", stats.Brier(nil, nil), math.NaN(), 0)
}

func TestForecastErrors(t *testing.T) {
	actual := []float64{10, 0, 5, math.NaN()}
	forecast := []float64{8, 1, 8, 100}
	near(t, "WAPE", stats.WAPE(actual, forecast), 6.0/15, 1e-12)
	near(t, "bias", stats.Bias(actual, forecast), 2.0/15, 1e-12)
	near(t, "WAPE where nothing sold", stats.WAPE([]float64{0}, []float64{1}), math.NaN(), 0)
	near(t, "bias where nothing sold", stats.Bias(nil, nil), math.NaN(), 0)
	near(t, "pinball below", stats.Pinball(10, 8, 0.9), 1.8, 1e-12)
	near(t, "pinball above", stats.Pinball(8, 10, 0.9), 0.2, 1e-12)
	near(t, "mean pinball", stats.MeanPinball([]float64{10, 8}, []float64{8, 10}, 0.9), 1, 1e-12)
}

func TestPinballIsLeastAtTheSampleQuantile(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		y := rapid.SliceOfN(rapid.Float64Range(0, 100), 5, 30).Draw(t, "y")
		p := rapid.SampledFrom([]float64{0.1, 0.5, 0.9}).Draw(t, "p")
		other := rapid.Float64Range(-10, 110).Draw(t, "other")
		loss := func(q float64) float64 {
			var sum float64
			for _, v := range y {
				sum += stats.Pinball(v, q, p)
			}
			return sum
		}
		// The minimiser is the order statistic at ⌈np⌉.
		s := stats.Sorted(y)
		best := s[max(0, int(math.Ceil(p*float64(len(s))-1e-9))-1)]
		if loss(best) > loss(other)+1e-9 {
			t.Fatalf("loss at the quantile %v is %v, at %v only %v", best, loss(best), other, loss(other))
		}
	})
}
