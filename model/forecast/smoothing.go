package forecast

import (
	"fmt"
	"math"
)

// Smoothing is simple exponential smoothing: the level moves by Alpha times each error, the forecast is the last level
// (Hyndman, Koehler, Ord and Snyder 2008, "Forecasting with Exponential Smoothing", eq. 2.1, ETS(A,N,N)). With Alpha 0
// the constant is chosen from a short grid by the least squared one-step error within the series. The first level is
// the mean of the first four observations. Alpha is clamped to [0,1].
type Smoothing struct {
	Alpha float64
}

// A fine search would fit noise: neighbouring constants forecast alike.
var smoothingGrid = [...]float64{0.05, 0.1, 0.2, 0.3, 0.5}

// Name implements [Method].
func (m Smoothing) Name() string {
	if m.Alpha <= 0 {
		return "exponential smoothing"
	}
	return fmt.Sprintf("exponential smoothing (%.2f)", math.Min(m.Alpha, 1))
}

// Mean implements [Method].
func (m Smoothing) Mean(y []float64, horizon int) []float64 { return m.mean(observed(y), horizon) }

// Forecast implements [Method].
func (m Smoothing) Forecast(y []float64, horizon int) Forecast { return withBands(m, y, horizon) }

func (Smoothing) warmup() int { return 4 }

func (m Smoothing) mean(y []float64, horizon int) []float64 {
	start := firstLevel(y)
	if m.Alpha > 0 {
		level, _ := smooth(y, start, math.Min(m.Alpha, 1))
		return flat(level, horizon)
	}
	best, least := 0.0, math.Inf(1)
	for _, alpha := range smoothingGrid {
		if level, squared := smooth(y, start, alpha); squared < least {
			best, least = level, squared
		}
	}
	return flat(best, horizon)
}

// smooth runs the recursion over y and gives the last level and the sum of squared one-step errors.
func smooth(y []float64, level, alpha float64) (float64, float64) {
	var squared float64
	for _, v := range y {
		if math.IsNaN(v) {
			continue
		}
		e := v - level
		squared += e * e
		level += alpha * e
	}
	return level, squared
}

func firstLevel(y []float64) float64 {
	var sum float64
	var n int
	for _, v := range y {
		if math.IsNaN(v) {
			continue
		}
		sum += v
		if n++; n == 4 {
			break
		}
	}
	if n == 0 {
		return 0
	}
	return sum / float64(n)
}
