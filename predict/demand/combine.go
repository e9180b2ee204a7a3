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
		if y := s.past(len(challengers())+1, week); len(y) >= combinedHistory {
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
	for i, p := range forecast.FanLevels {
		f.Fan[i] = quantile(p)
	}
	f.Spread = spreadOf(s.r, f.Mean)
	return f
}

// service is the quantile at which the spread of a forecast is made to agree with what the combination missed over whole lead times:
// the one that reorder points are mostly set by. At others the shape of the demand law decides.
const service = 0.95

// leadWeeks are the lead times that the two numbers of a spread are read off.
var leadWeeks = [...]int{1, 4, 8}

// spreadOf finds scale and growth so that [forecast.Forecast.SumQuantile] gives the combination's own quantiles of sums, by a
// line through the logarithms. Demand never varies less than a count of its size would.
func spreadOf(r *auto.Result, mean []float64) forecast.Spread {
	var deviation [len(leadWeeks)]float64
	sum, l := 0.0, 0
	for h, v := range mean {
		if sum += v; l < len(leadWeeks) && leadWeeks[l] == h+1 {
			deviation[l] = deviationFor(sum, r.SumQuantile(h+1, service))
			l++
		}
	}
	return spreadThrough(leadWeeks[:l], deviation[:l])
}

// spreadThrough is the spread whose sums over so many weeks deviate as given, by a line through the logarithms; what does not deviate is left out.
func spreadThrough(weeks []int, deviation []float64) forecast.Spread {
	var n, sx, sy, sxx, sxy, first float64
	for l, sd := range deviation {
		if !(sd > 0) {
			continue
		}
		if first == 0 {
			first = sd
		}
		x, y := math.Log(float64(weeks[l])), math.Log(sd)
		n, sx, sy, sxx, sxy = n+1, sx+x, sy+y, sxx+x*x, sxy+x*y
	}
	s := forecast.Spread{Scale: first, Growth: 0.5}
	if n >= 2 {
		s.Growth = math.Min(math.Max((n*sxy-sx*sy)/(n*sxx-sx*sx), 0.5), 1)
		s.Scale = math.Exp((sy - s.Growth*sx) / n)
	}
	return s
}

// deviationFor is the standard deviation with which demand of the given mean has its service quantile at the given value: by
// bisection between a Poisson count's and three times the mean, beyond which the law is all tail and its quantile falls again.
func deviationFor(mean, quantile float64) float64 {
	if !(mean > 0) {
		return 0
	}
	low, high := math.Sqrt(mean), math.Max(math.Sqrt(mean), 3*mean)
	for range 30 {
		middle := (low + high) / 2
		if forecast.DemandQuantile(mean, middle, service) < quantile {
			low = middle
		} else {
			high = middle
		}
	}
	return (low + high) / 2
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
