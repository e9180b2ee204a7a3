package demand

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/stat/distuv"

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

// band is a way to lay quantiles around a baseline, from its series' last days.
type band struct {
	days int
	of   kind
}

type kind uint8

const (
	sold   kind = iota // quantiles of what was sold
	missed             // of what the baseline missed at past cut-offs, added to its mean
	normal             // of normal errors as large as those
)

// bands are compared for each baseline, and the best on the earlier origins is taken.
var bands = []band{{28, sold}, {56, sold}, {91, sold}, {182, sold}, {28, missed}, {56, missed}, {112, missed}, textbook}

// textbook are the usual quantiles of a point forecast.
var textbook = band{oldest, normal}

func (b band) String() string {
	return fmt.Sprintf("quantiles of %s in the last %d days", [...]string{"what sold", "what it missed", "normal errors as large as those"}[b.of], b.days)
}

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
	miss := t.miss[:min(b.days, len(t.miss))]
	var by [len(Levels)]float64
	switch b.of {
	case sold:
		for l, q := range quantiles(t.y[max(0, len(t.y)-b.days):]) {
			f.Quantiles[l] = level(q, horizon)
		}
		return f
	case missed:
		by = quantiles(miss)
	case normal:
		var squares float64
		for _, v := range miss {
			squares += v * v
		}
		for l, p := range Levels {
			by[l] = distuv.UnitNormal.Quantile(p) * math.Sqrt(share(squares, float64(len(miss))))
		}
	}
	for l, q := range by {
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
