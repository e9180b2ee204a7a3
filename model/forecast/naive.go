package forecast

import (
	"fmt"
	"math"
)

// Naive says that the next steps will be as the last observed one.
type Naive struct{}

// Name implements [Method].
func (Naive) Name() string { return "naive" }

// Mean implements [Method].
func (m Naive) Mean(y []float64, horizon int) []float64 { return m.mean(observed(y), horizon) }

// Forecast implements [Method].
func (m Naive) Forecast(y []float64, horizon int) Forecast { return withBands(m, y, horizon) }

func (Naive) warmup() int { return 1 }

func (Naive) mean(y []float64, horizon int) []float64 { return flat(last(y), horizon) }

// last is the latest observation, 0 where there is none.
func last(y []float64) float64 {
	for i := len(y) - 1; i >= 0; i-- {
		if !math.IsNaN(y[i]) {
			return y[i]
		}
	}
	return 0
}

// SeasonalNaive says that each step will be as the same step of the latest season in which it was observed (Hyndman and
// Athanasopoulos, section 5.2). With weekly data Period 52 is "as in the same week a year ago". Steps of a season that was
// never observed, as in a history shorter than one period, get the mean of the history. A period below 1 counts as 1.
type SeasonalNaive struct {
	Period int
}

// Name implements [Method].
func (m SeasonalNaive) Name() string { return fmt.Sprintf("seasonal naive (%d)", m.warmup()) }

// Mean implements [Method].
func (m SeasonalNaive) Mean(y []float64, horizon int) []float64 { return m.mean(observed(y), horizon) }

// Forecast implements [Method].
func (m SeasonalNaive) Forecast(y []float64, horizon int) Forecast { return withBands(m, y, horizon) }

func (m SeasonalNaive) warmup() int { return max(m.Period, 1) }

func (m SeasonalNaive) mean(y []float64, horizon int) []float64 {
	out := make([]float64, max(horizon, 0))
	period := m.warmup()
	for h := range out {
		out[h] = math.NaN()
		// The latest index before the end of y that shares its season with step len(y)+h.
		for i := len(y) - period + h%period; i >= 0; i -= period {
			if i < len(y) && !math.IsNaN(y[i]) {
				out[h] = y[i]
				break
			}
		}
		if math.IsNaN(out[h]) {
			out[h] = meanOf(y)
		}
	}
	return out
}

// MovingAverage says that the next steps will be as the mean of the last Window steps, those observed among them. Where
// none of them was observed it reaches back to the latest observation. A window below 1 counts as 1.
type MovingAverage struct {
	Window int
}

// Name implements [Method].
func (m MovingAverage) Name() string { return fmt.Sprintf("moving average (%d)", m.warmup()) }

// Mean implements [Method].
func (m MovingAverage) Mean(y []float64, horizon int) []float64 { return m.mean(observed(y), horizon) }

// Forecast implements [Method].
func (m MovingAverage) Forecast(y []float64, horizon int) Forecast { return withBands(m, y, horizon) }

func (m MovingAverage) warmup() int { return max(m.Window, 1) }

func (m MovingAverage) mean(y []float64, horizon int) []float64 {
	recent := y[max(0, len(y)-m.warmup()):]
	for i := range recent {
		if !math.IsNaN(recent[i]) {
			return flat(meanOf(recent), horizon)
		}
	}
	return flat(last(y), horizon)
}

// meanOf is the mean of the observations in y, 0 where there is none.
func meanOf(y []float64) float64 {
	var sum float64
	var n int
	for _, v := range y {
		if !math.IsNaN(v) {
			sum += v
			n++
		}
	}
	if n == 0 {
		return 0
	}
	return sum / float64(n)
}
