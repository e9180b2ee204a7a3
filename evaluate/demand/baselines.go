package demand

import (
	"math"

	"almanac/model/forecast/baseline"
	"almanac/model/forecast/ets"
	"almanac/model/forecast/intermittent"
	"almanac/model/stats"
)

// simple is a baseline: the mean of each next day from the past alone.
type simple struct {
	name string
	mean func(y []float64, horizon int) []float64
}

// baselines look at the last year. The constants are the usual .1; that of exponential smoothing is fitted.
var baselines = []simple{
	{"mean of 28 days", func(y []float64, horizon int) []float64 { return baseline.Window(y, 28, horizon) }},
	{"tsb", func(y []float64, horizon int) []float64 { return level(intermittent.TSB(y, .1, .1), horizon) }},
	{"sba", func(y []float64, horizon int) []float64 { return level(intermittent.SBA(y, .1), horizon) }},
	{"croston", func(y []float64, horizon int) []float64 { return level(intermittent.Croston(y, .1), horizon) }},
	{"ses", func(y []float64, horizon int) []float64 {
		m, ok := ets.Fit(y, ets.Kind{})
		if !ok {
			return baseline.Naive(y, horizon)
		}
		return m.Forecast(horizon)
	}},
	{"seasonal naive", func(y []float64, horizon int) []float64 { return baseline.Seasonal(y, 7, horizon) }},
}

// year is how many days the baselines look back.
const year = 365

func lately(past []float32) []float64 {
	past = past[max(0, len(past)-year):]
	y := make([]float64, len(past))
	for i, v := range past {
		y[i] = float64(v)
	}
	return y
}

func level(v float64, horizon int) []float64 {
	out := make([]float64, horizon)
	for h := range out {
		out[h] = v
	}
	return out
}

// band is a way to lay quantiles around a baseline.
type band struct {
	days   int
	errors bool // of what the baseline missed at past cut-offs; else of what was sold
}

// bands are compared for each baseline, and the best on the earlier origins is taken.
var bands = []band{{28, false}, {56, false}, {91, false}, {182, false}, {28, true}, {56, true}, {112, true}}

// oldest is how far back the cut-offs go from which a baseline is run again for its errors.
const oldest = 112

// told is what a baseline says of one series: the mean now, and what it missed at past cut-offs, the newest first.
type told struct {
	y    []float64
	mean []float64
	miss []float64
}

func (m simple) tell(past []float32, horizon int) told {
	t := told{y: lately(past)}
	t.mean = m.mean(t.y, horizon)
	step := min(28, horizon)
	for back := step; back <= oldest && back < len(t.y); back += step {
		now := len(t.y) - back
		for h, v := range m.mean(t.y[:now], step) {
			t.miss = append(t.miss, t.y[now+h]-v)
		}
	}
	return t
}

func (b band) around(t told) Forecast {
	f := Forecast{Mean: t.mean}
	horizon := len(t.mean)
	if !b.errors {
		for l, q := range quantiles(t.y[max(0, len(t.y)-b.days):]) {
			f.Quantiles[l] = level(q, horizon)
		}
		return f
	}
	for l, q := range quantiles(t.miss[:min(b.days, len(t.miss))]) {
		f.Quantiles[l] = make([]float64, horizon)
		for h := range f.Quantiles[l] {
			f.Quantiles[l][h] = math.Max(0, f.Mean[h]+q)
		}
	}
	return f
}

// quantiles of a sample at the levels, by inverting its distribution: where few units are sold, between them lies nothing.
// Nothing gives zeros.
func quantiles(x []float64) (out [len(Levels)]float64) {
	if len(x) == 0 {
		return out
	}
	s := stats.Sorted(x)
	for l, p := range Levels {
		out[l] = s[min(len(s)-1, int(p*float64(len(s))))]
	}
	return out
}
