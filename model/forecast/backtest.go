package forecast

import (
	"math"

	"almanac/model/stats"
)

// Score adds up what forecasts missed, over steps, cut-offs and series alike: scores of many series are added with
// [Score.Add] and only then divided, so that a product counts by its volume.
type Score struct {
	Points int     // steps that were forecast and then observed
	Volume float64 // Σ actual
	Miss   float64 // Σ |actual − mean|
	Signed float64 // Σ (mean − actual)
	Loss   float64 // Σ over steps and the quantiles .1 .5 .9 of the pinball loss
	Held   [3]int  // steps inside each of [Bands]
}

// Add adds another score to s.
func (s *Score) Add(o Score) {
	s.Points += o.Points
	s.Volume += o.Volume
	s.Miss += o.Miss
	s.Signed += o.Signed
	s.Loss += o.Loss
	for i, n := range o.Held {
		s.Held[i] += n
	}
}

// WAPE is Σ|actual − mean| / Σ actual; NaN where nothing was sold.
func (s Score) WAPE() float64 { return s.per(s.Miss) }

// Bias is Σ(mean − actual) / Σ actual: +0.1 forecasts a tenth too much; NaN where nothing was sold.
func (s Score) Bias() float64 { return s.per(s.Signed) }

// Pinball is the mean weighted quantile loss, 2·Σ pinball / Σ actual averaged over the quantiles .1 .5 .9 (Salinas et
// al. 2020, "DeepAR", International Journal of Forecasting 36(3)): for .5 alone it would be the WAPE of
// the median. NaN where nothing was sold.
func (s Score) Pinball() float64 { return s.per(2 * s.Loss / 3) }

// Coverage is the share of steps inside the i-th of [Bands]; its own share is honest, counts with many zeros lie above.
func (s Score) Coverage(i int) float64 {
	if s.Points == 0 {
		return math.NaN()
	}
	return float64(s.Held[i]) / float64(s.Points)
}

func (s Score) per(sum float64) float64 {
	if s.Volume == 0 {
		return math.NaN()
	}
	return sum / s.Volume
}

// Backtest forecasts horizon steps from each cut-off, seeing only y[:cutoff], and scores them against what came
// (rolling-origin evaluation: Tashman 2000, "Out-of-sample tests of forecasting accuracy", International Journal of
// Forecasting 16(4)). Cut-offs outside (0, len(y)) are passed over; a horizon that reaches past the end of y is scored
// as far as y goes. Steps that were not observed are not scored.
func Backtest(y []float64, m Method, cutoffs []int, horizon int) Score {
	return backtest(y, cutoffs, horizon, m.Forecast)
}

// BacktestMean is [Backtest] of the mean alone, several times cheaper: Loss and Held stay 0.
func BacktestMean(y []float64, m Method, cutoffs []int, horizon int) Score {
	return backtest(y, cutoffs, horizon, func(past []float64, steps int) Forecast {
		return Forecast{Mean: m.Mean(past, steps)}
	})
}

func backtest(y []float64, cutoffs []int, horizon int, run func([]float64, int) Forecast) Score {
	clean := observed(y)
	var s Score
	for _, c := range cutoffs {
		if c <= 0 || c >= len(clean) || !hasObservation(clean[:c]) {
			continue
		}
		// The full slice expression keeps a method that appends from touching what it must not see.
		f := run(clean[:c:c], min(horizon, len(clean)-c))
		for h, mean := range f.Mean {
			s.add(clean[c+h], mean, f, h)
		}
	}
	return s
}

func (s *Score) add(actual, mean float64, f Forecast, h int) {
	if math.IsNaN(actual) {
		return
	}
	s.Points++
	s.Volume += actual
	s.Miss += math.Abs(actual - mean)
	s.Signed += mean - actual
	if f.P10 == nil {
		return
	}
	s.Loss += stats.Pinball(actual, f.P10[h], 0.1) + stats.Pinball(actual, f.P50[h], 0.5) + stats.Pinball(actual, f.P90[h], 0.9)
	for i := range Bands {
		if low, high := f.Band(i); len(low) > h && low[h] <= actual && actual <= high[h] {
			s.Held[i]++
		}
	}
}

// Cutoffs are up to folds cut-offs for a series of n steps, newest first, step apart, the newest leaving one whole
// horizon to be scored and the oldest leaving at least train steps to learn from. A history too short for one gives none.
func Cutoffs(n, horizon, step, folds, train int) []int {
	var out []int
	for c := n - horizon; c >= max(train, 1) && len(out) < folds && c < n; c -= max(step, 1) {
		out = append(out, c)
	}
	return out
}
