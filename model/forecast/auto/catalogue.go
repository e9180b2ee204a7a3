package auto

import (
	"almanac/model/forecast/baseline"
	"almanac/model/forecast/ets"
	"almanac/model/forecast/intermittent"
)

// Catalogue are the methods for the sales of many products: quick ones, almost all of them levels. What a shop sells of
// one product in a week has little trend that lasts and much noise; methods that follow trends (Theta, complex smoothing) miss
// more there, and the rest of [Members] costs ten times the time.
func Catalogue() []Member {
	return []Member{
		{"window mean (8)", "", window(8)},
		{"window mean (26)", "", window(26)},
		{"ses", "", smoothing(ets.Kind{})},
		{"damped", "", smoothing(ets.Kind{Trend: true, Damped: true})},
		{"tsb", "", level(intermittent.Fitted)},
		{"counts", "", level(func(y []float64) float64 { return intermittent.FitCounts(y).Mean() })},
		{"as a year ago", "tsb", yearAgo},
		{"ses, long season", "ses", longest(func(y []float64, period, h int) []float64 {
			return smoothing(ets.Kind{})(y, Seasons{Period: period}, h)
		})},
	}
}

func window(n int) run {
	return func(y []float64, _ Seasons, horizon int) []float64 { return baseline.Window(y, n, horizon) }
}

func level(f func([]float64) float64) run {
	return func(y []float64, _ Seasons, horizon int) []float64 {
		out := make([]float64, horizon)
		v := f(y)
		for h := range out {
			out[h] = v
		}
		return out
	}
}

// yearAgo repeats the last period of the longest season that the series holds, moved to today's level: what was sold then,
// plus how much the last eight steps differ from the same steps one period before.
func yearAgo(y []float64, s Seasons, horizon int) []float64 {
	const recent = 8
	p := 0
	for _, m := range s.Longer {
		if len(y) >= m+recent {
			p = m
		}
	}
	if p == 0 {
		return nil
	}
	out := baseline.Seasonal(y, p, horizon)
	n := len(y)
	now, then := mean(y[n-recent:]), mean(y[n-p-recent:n-p])
	for h := range out {
		out[h] += now - then
	}
	return out
}

func mean(y []float64) float64 {
	var sum float64
	for _, v := range y {
		sum += v
	}
	return sum / float64(max(1, len(y)))
}
