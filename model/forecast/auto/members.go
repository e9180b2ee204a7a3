package auto

import (
	"almanac/model/forecast/arima"
	"almanac/model/forecast/baseline"
	"almanac/model/forecast/ces"
	"almanac/model/forecast/ets"
	"almanac/model/forecast/season"
	"almanac/model/forecast/theta"
)

// Seasons says after how many steps a series may repeat itself.
type Seasons struct {
	Period int   // the main one, by which errors are scaled; 1 where there is none
	Longer []int // further ones worth a look, ascending: 52 for weeks, 168 for hours
}

// Member is one method that makes point forecasts of a finite series. Run gives nil where the method does not apply; the
// member named Else then stands in for it.
type Member struct {
	Name string
	Else string
	Run  func(y []float64, s Seasons, horizon int) []float64
}

// Classic are the methods that people know by name, for measuring: baselines first.
func Classic() []Member {
	return []Member{
		{"naive", "", onPeriod(func(y []float64, _, h int) []float64 { return baseline.Naive(y, h) })},
		{"seasonal naive", "", onPeriod(baseline.Seasonal)},
		{"naive2", "", onPeriod(baseline.Naive2)},
		{"window mean", "", onPeriod(func(y []float64, p, h int) []float64 { return baseline.Window(y, max(p, 8), h) })},
		{"ses", "", smoothing(ets.Kind{})},
		{"holt", "", smoothing(ets.Kind{Trend: true})},
		{"damped", "", smoothing(ets.Kind{Trend: true, Damped: true})},
		{"theta", "", onPeriod(theta.Standard)},
		{"dotm", "", onPeriod(theta.Optimised)},
		{"ets", "", onPeriod(etsAuto)},
		{"ces", "", onPeriod(cesAuto)},
		{"arima", "", onPeriod(arimaAuto)},
	}
}

// Members are the methods that [Forecast] combines: the classic ones, the same on logarithms, and, where there are longer
// seasons, the same with those.
func Members(s Seasons) []Member {
	out := []Member{
		{"seasonal naive", "", onPeriod(baseline.Seasonal)},
		{"damped", "", smoothing(ets.Kind{Trend: true, Damped: true})},
		{"theta", "", onPeriod(theta.Standard)},
		{"dotm", "", onPeriod(theta.Optimised)},
		{"ets", "", onPeriod(etsAuto)},
		{"ces", "", onPeriod(cesAuto)},
		{"arima", "", onPeriod(arimaAuto)},
		{"log ces", "ces", logged(onPeriod(cesAuto))},
		{"log arima", "arima", logged(onPeriod(arimaAuto))},
	}
	if s.Period > 1 {
		out = append(out, Member{"stl ets", "ets", split(etsAuto, true)})
	}
	if len(s.Longer) > 0 {
		out = append(out,
			Member{"dotm, long season", "dotm", longest(theta.Optimised)},
			Member{"ces, long season", "ces", longest(cesAuto)},
			Member{"arima, long season", "arima", longest(arimaAuto)},
			Member{"log ces, long season", "log ces", logged(longest(cesAuto))},
			Member{"log arima, long season", "log arima", logged(longest(arimaAuto))},
			Member{"arima within stl", "arima", nested(arimaAuto)},
			Member{"log arima within stl", "log arima", logged(nested(arimaAuto))},
			Member{"log ets within stl", "ets", logged(nested(etsAuto))},
		)
		if s.Period > 1 {
			out = append(out, Member{"stl arima", "arima", split(arimaAuto, false)})
		}
	}
	return out
}

func etsAuto(y []float64, p, h int) []float64   { return ets.Auto(y, p).Forecast(h) }
func cesAuto(y []float64, p, h int) []float64   { return ces.Auto(y, p).Forecast(len(y), h) }
func arimaAuto(y []float64, p, h int) []float64 { return arima.Auto(y, p).Forecast(h) }

type run = func(y []float64, s Seasons, horizon int) []float64

type periodic = func(y []float64, period, horizon int) []float64

func onPeriod(f periodic) run {
	return func(y []float64, s Seasons, horizon int) []float64 { return f(y, s.Period, horizon) }
}

// smoothing is one kind of exponential smoothing on the series without its season.
func smoothing(k ets.Kind) run {
	k.Season, k.Period = 'N', 1
	return func(y []float64, s Seasons, horizon int) []float64 {
		a := season.Adjust(y, s.Period)
		m, ok := ets.Fit(a.Y, k)
		if !ok {
			return a.Restore(baseline.Naive(a.Y, horizon))
		}
		return a.Restore(m.Forecast(horizon))
	}
}
