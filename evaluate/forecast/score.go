package forecast

import (
	"encoding/json"
	"math"
)

// Metrics is how well one method did. What was not measured is NaN and left out of JSON.
type Metrics struct {
	SMAPE float64 // mean of 200·|y−f|/(|y|+|f|), 0 to 200
	MASE  float64 // mean error over the in-sample error of the seasonal naive forecast
	OWA   float64 // mean of both, each relative to Naive2
	// MSIS95 is the mean scaled interval score of the 95 % interval: width plus 40 times what lies outside, over the scale of MASE.
	MSIS95     float64
	Coverage80 float64
	Coverage95 float64
	PerSecond  float64 // series forecast per second by one core
	Series     int
}

// encode leaves out what was not measured.
func (m Metrics) encode(method string) ([]byte, error) {
	out := map[string]any{"method": method, "series": m.Series}
	for name, v := range map[string]float64{"smape": m.SMAPE, "mase": m.MASE, "owa": m.OWA, "msis95": m.MSIS95,
		"coverage80": m.Coverage80, "coverage95": m.Coverage95, "series_per_s": m.PerSecond} {
		if !math.IsNaN(v) && !math.IsInf(v, 0) {
			out[name] = v
		}
	}
	return json.Marshal(out)
}

// scaleOf is the mean absolute step over one season of the training part, 0 where there is none.
func scaleOf(s Series) float64 {
	lag := s.Frequency
	if len(s.Train) <= lag {
		lag = 1
	}
	var sum float64
	var n int
	for t := lag; t < len(s.Train); t++ {
		if d := math.Abs(s.Train[t] - s.Train[t-lag]); !math.IsNaN(d) {
			sum += d
			n++
		}
	}
	if n == 0 {
		return 0
	}
	return sum / float64(n)
}

// tally adds up one method over series; each series counts the same.
type tally struct {
	smape, mase, msis    float64
	points, in80, in95   int
	series, scaled, wide int
	seconds              float64
}

// point scores a point forecast.
func (t *tally) point(s Series, f []float64, scale float64) {
	var smape, miss float64
	var n int
	for h, y := range s.Test {
		if math.IsNaN(y) || h >= len(f) {
			continue
		}
		d := math.Abs(y - f[h])
		miss += d
		if size := math.Abs(y) + math.Abs(f[h]); size > 0 {
			smape += 200 * d / size
		}
		n++
	}
	if n == 0 {
		return
	}
	t.series++
	t.smape += smape / float64(n)
	if scale > 0 {
		t.scaled++
		t.mase += miss / float64(n) / scale
	}
}

// Interval holds the two central intervals of a forecast, by step.
type Interval struct {
	Low95, Low80, High80, High95 []float64
}

func (t *tally) interval(s Series, f Interval, scale float64) {
	var score float64
	var n int
	for h, y := range s.Test {
		if math.IsNaN(y) || h >= len(f.Low95) {
			continue
		}
		n++
		t.points++
		score += f.High95[h] - f.Low95[h] + 40*math.Max(0, f.Low95[h]-y) + 40*math.Max(0, y-f.High95[h])
		if f.Low80[h] <= y && y <= f.High80[h] {
			t.in80++
		}
		if f.Low95[h] <= y && y <= f.High95[h] {
			t.in95++
		}
	}
	if n > 0 && scale > 0 {
		t.wide++
		t.msis += score / float64(n) / scale
	}
}

// metrics divides the sums; naive2 is what OWA is relative to.
func (t *tally) metrics(naive2 *tally) Metrics {
	m := Metrics{SMAPE: t.smape / float64(t.series), MASE: t.mase / float64(t.scaled), Series: t.series,
		MSIS95: t.msis / float64(t.wide), Coverage80: float64(t.in80) / float64(t.points),
		Coverage95: float64(t.in95) / float64(t.points), PerSecond: float64(t.series) / t.seconds, OWA: math.NaN()}
	if naive2 != nil {
		m.OWA = (m.SMAPE/(naive2.smape/float64(naive2.series)) + m.MASE/(naive2.mase/float64(naive2.scaled))) / 2
	}
	return m
}
