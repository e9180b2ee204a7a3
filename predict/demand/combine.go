package demand

import (
	"context"
	"math"

	"almanac/model/forecast"
	"almanac/model/forecast/auto"
)

// combination is the name of what model/forecast/auto says: all its methods, weighted by their past, per product.
const combination = "combination"

// combinedHistory is how many weeks a product must have before its own past can weigh methods: one cut-off with a whole
// horizon after it. Younger products get the best single method of the shop.
const combinedHistory = Horizon + 8

// combined forecasts all products that are old enough from one week on; nil for the others.
func combined(ctx context.Context, w *weeks, week, horizon int) ([]*auto.Result, error) {
	var at []int
	var past [][]float64
	for i, s := range w.all {
		if y := s.upTo(week); len(y) >= combinedHistory {
			at, past = append(at, i), append(past, y)
		}
	}
	out := make([]*auto.Result, len(w.all))
	if len(past) == 0 {
		return out, nil
	}
	f, err := auto.Forecast(ctx, past, auto.Options{Horizon: horizon, Seasons: auto.Seasons{Period: 1, Longer: []int{52}},
		NonNegative: true, Lean: true, Origins: 3, Members: auto.Catalogue()})
	if err != nil {
		return nil, err
	}
	for k, i := range at {
		out[i] = &f.Results[k]
	}
	return out, nil
}

// said is what the combination said of one product, as a method that has its answer ready.
type said struct {
	r    *auto.Result
	most float64
}

// Name implements forecast.Method.
func (said) Name() string { return combination }

// Mean implements forecast.Method; horizons past the one asked for before go on as the last step.
func (s said) Mean(_ []float64, horizon int) []float64 {
	out := make([]float64, horizon)
	for h := range out {
		out[h] = math.Min(math.Max(s.r.Point[min(h, len(s.r.Point)-1)], 0), s.most)
	}
	return out
}

// Forecast implements forecast.Method.
func (s said) Forecast(y []float64, horizon int) forecast.Forecast {
	f := forecast.Forecast{Mean: s.Mean(y, horizon), Most: s.most}
	quantile := func(p float64) []float64 {
		out := make([]float64, horizon)
		for h := range out {
			out[h] = math.Min(math.Max(s.r.Quantile(min(h, len(s.r.Point)-1), p), 0), s.most)
		}
		return out
	}
	f.P10, f.P50, f.P90 = quantile(0.1), quantile(0.5), quantile(0.9)
	f.Spread = spreadOf(s.r, f.Mean)
	return f
}

// spreadSteps is the length of the sums whose deviation says how errors add up, beside that of single weeks.
const spreadSteps = 4

// spreadOf reads the two numbers of a spread off the deviations of one week and of four. Demand never varies less than a
// count of its size would.
func spreadOf(r *auto.Result, mean []float64) forecast.Spread {
	var rate float64
	for _, v := range mean {
		rate += v / float64(len(mean))
	}
	one := math.Max(r.SumDeviation(1), math.Sqrt(rate))
	s := forecast.Spread{Scale: one, Growth: 0.5}
	if some := r.SumDeviation(spreadSteps); len(mean) >= spreadSteps && some > 0 && one > 0 {
		s.Growth = math.Min(math.Max(math.Log(some/one)/math.Log(spreadSteps), 0.5), 1)
	}
	return s
}

// mostOf is the largest value that one week may take, as for every other method.
func mostOf(y []float64) float64 {
	var most float64
	for _, v := range y {
		if v > most { // false for NaN
			most = v
		}
	}
	return forecast.Ceiling * most
}
