package demand

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/floats"

	"almanac/model/forecast"
)

// What only part of a product's life shows: how launches before it went, that it is not sold any more, and single orders that are
// no part of its level. Each is used where a quick method misses less with it at past cut-offs, on the products that it concerns.

const (
	youngWeeks = 13 // below that a product is looked at beside launches before it
	settled    = 8  // weeks whose mean is a launch's level; a product that began earlier in the history was not seen to begin
	curveWeeks = youngWeeks + Horizon
	// likeWeeks is how many weeks of its own sales look-alikes are worth.
	likeWeeks = 2.0
	// likeShop is how many look-alikes the other launches of the shop are worth.
	likeShop = 3.0
	// silent is how unlikely so many weeks without a sale must be for a product to be taken for ended.
	silent = 0.001
)

// launches are how products that began before a week went.
type launches struct {
	w     *weeks
	class map[int][]int // launched products by category
	level []float64     // by series; NaN for those that were not seen to begin and settle
	all   float64
	shape []float64 // by week of life, against the level
}

func (w *weeks) launched(before int) *launches {
	l := &launches{w: w, class: map[int][]int{}, level: make([]float64, len(w.all)), shape: make([]float64, curveWeeks)}
	at, of := make([]float64, curveWeeks), make([]float64, curveWeeks)
	n := 0.0
	for i, s := range w.all {
		l.level[i] = math.NaN()
		y := s.upTo(before)
		if s.first < settled || len(y) < settled {
			continue
		}
		level := floats.Sum(y[:settled]) / settled
		if !(level > 0) {
			continue
		}
		l.level[i] = level
		l.class[w.about[i].class] = append(l.class[w.about[i].class], i)
		l.all, n = l.all+level, n+1
		for t := range min(len(y), curveWeeks) {
			at[t], of[t] = at[t]+y[t], of[t]+level
		}
	}
	if n == 0 {
		return nil
	}
	l.all /= n
	for t := range l.shape {
		l.shape[t] = (at[t] + l.all) / (of[t] + l.all) // as if one more product of even sales had been seen
	}
	return l
}

// like is how much of a launch a product resembles another of its category.
func (l *launches) like(i, j int) float64 {
	a, b := l.w.about[i], l.w.about[j]
	weight := 1.0
	if a.brand != "" && a.brand == b.brand {
		weight++
	}
	if a.group != "" && a.group == b.group {
		weight += 2
	}
	for k, v := range a.attributes {
		if b.attributes[k] == v {
			weight += 0.5
		}
	}
	return weight
}

// forecast is what a young product with these first weeks may do.
func (l *launches) forecast(i int, y []float64) forecast.Method {
	expected, weight := likeShop*l.all, likeShop
	for _, j := range l.class[l.w.about[i].class] {
		if j != i {
			k := l.like(i, j)
			expected, weight = expected+k*l.level[j], weight+k
		}
	}
	expected /= weight
	var units, shape float64
	for t, v := range y {
		if !math.IsNaN(v) {
			units, shape = units+v, shape+l.shape[min(t, curveWeeks-1)]
		}
	}
	level := (units + likeWeeks*expected) / (shape + likeWeeks)
	c := curve{most: forecast.Ceiling * math.Max(mostOf(y)/forecast.Ceiling, 3*level), sure: likeWeeks + shape}
	for h := range Horizon {
		c.mean = append(c.mean, level*l.shape[min(len(y)+h, curveWeeks-1)])
	}
	return c
}

// curve is a forecast by look-alikes. How sure it is grows with the weeks seen.
type curve struct {
	mean       []float64
	most, sure float64
}

// Name implements forecast.Method.
func (curve) Name() string { return "like launches before it" }

// Mean implements forecast.Method.
func (c curve) Mean(_ []float64, horizon int) []float64 {
	out := make([]float64, horizon)
	for h := range out {
		out[h] = math.Min(c.mean[min(h, len(c.mean)-1)], c.most)
	}
	return out
}

// Forecast implements forecast.Method: demand is a count whose level is known as well as so many weeks tell.
func (c curve) Forecast(_ []float64, horizon int) forecast.Forecast {
	f := forecast.Forecast{Mean: c.Mean(nil, horizon), Most: c.most}
	deviation := func(mean float64) float64 { return math.Sqrt(mean + mean*mean/c.sure) }
	quantile := func(p float64) []float64 {
		out := make([]float64, horizon)
		for h, m := range f.Mean {
			out[h] = math.Min(forecast.DemandQuantile(m, deviation(m), p), c.most)
		}
		return out
	}
	f.P10, f.P50, f.P90 = quantile(0.1), quantile(0.5), quantile(0.9)
	for i, p := range forecast.FanLevels {
		f.Fan[i] = quantile(p)
	}
	f.Spread = forecast.Spread{Scale: deviation(floats.Sum(f.Mean) / math.Max(1, float64(horizon))), Growth: 0.8}
	return f
}

// ended is the forecast of a product that is not sold any more.
type ended struct{}

// Name implements forecast.Method.
func (ended) Name() string { return "not sold any more" }

// Mean implements forecast.Method.
func (ended) Mean(_ []float64, horizon int) []float64 { return make([]float64, horizon) }

// Forecast implements forecast.Method.
func (ended) Forecast(_ []float64, horizon int) forecast.Forecast {
	zero := func() []float64 { return make([]float64, horizon) }
	return forecast.Forecast{Mean: zero(), P10: zero(), P50: zero(), P90: zero(), Fan: [4][]float64{zero(), zero(), zero(), zero()}}
}

// hasEnded says whether a product would hardly have gone unsold for as many weeks as it has by chance: by the share of weeks without a sale in
// the half year before. Weeks without stock hold what would have sold, so that a stockout is no end; what rested as long before and came
// back, as goods of a season do, has not ended either.
func hasEnded(y []float64) bool {
	last := len(y) - 1
	for last >= 0 && !(y[last] > 0) {
		last--
	}
	quiet := float64(len(y) - 1 - last)
	rest := 0.0
	for t := range last + 1 {
		if y[t] > 0 {
			rest = 0
		} else if rest++; rest >= quiet {
			return false
		}
	}
	var zero, n float64
	for _, v := range y[max(0, last-25) : last+1] {
		if !math.IsNaN(v) {
			n++
			if v == 0 {
				zero++
			}
		}
	}
	return n >= settled && quiet >= 4 && math.Pow((zero+1)/(n+2), quiet) < silent
}

// life decides what of this is used, and puts it into the series; it tells what it found.
func (w *weeks) life(p plan) (notes []string) {
	if len(p.cutoffs) == 0 {
		return nil
	}
	quick := forecast.MovingAverage{Window: 8}
	missed := func(s series, m forecast.Method, at int) float64 {
		return forecast.BacktestMean(s.test(0, at, p.horizon), m, []int{at - s.first}, p.horizon).Miss
	}
	if note := w.bulk(p, quick); note != "" {
		notes = append(notes, note)
	}
	type found struct{ young, over map[int]forecast.Method }
	at := func(cutoff int) found {
		f := found{map[int]forecast.Method{}, map[int]forecast.Method{}}
		l := w.launched(cutoff)
		for i, s := range w.all {
			y := s.upTo(cutoff)
			switch {
			case len(y) == 0:
			case hasEnded(y):
				f.over[i] = ended{}
			case l != nil && len(y) < youngWeeks && s.first >= settled:
				f.young[i] = l.forecast(i, y)
			}
		}
		return f
	}
	var past []found
	var young, over [2]float64 // missed by the quick method, and with it
	for _, c := range p.cutoffs {
		f := at(c)
		past = append(past, f)
		for i, s := range w.all {
			for _, of := range []struct {
				m   forecast.Method
				sum *[2]float64
			}{{f.young[i], &young}, {f.over[i], &over}} {
				if of.m != nil {
					of.sum[0] += missed(s, quick, c)
					of.sum[1] += missed(s, of.m, c)
				}
			}
		}
	}
	now := at(w.n)
	put := func(cutoff int, of map[int]forecast.Method) {
		for i, m := range of {
			if w.all[i].instead == nil {
				w.all[i].instead = map[int]forecast.Method{}
			}
			w.all[i].instead[cutoff] = m
		}
	}
	for k, c := range append(p.cutoffs[:len(p.cutoffs):len(p.cutoffs)], w.n) {
		f := now
		if k < len(past) {
			f = past[k]
		}
		if young[1] < young[0] {
			put(c, f.young)
		}
		if over[1] < over[0] {
			put(c, f.over)
		}
	}
	if len(now.young) > 0 && young[1] < young[0] {
		notes = append(notes, fmt.Sprintf("%d products are younger than %d weeks: launches before them are learnt from, which missed %.0f %% less at past cut-offs.", len(now.young), youngWeeks, 100*(1-young[1]/young[0])))
	}
	if len(now.over) > 0 && over[1] < over[0] {
		notes = append(notes, fmt.Sprintf("%d products have gone unsold for longer than chance explains: none of them is expected to sell.", len(now.over)))
	}
	return notes
}
