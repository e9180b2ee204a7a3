package demand

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"

	"almanac/model/forecast"
	"almanac/model/forecast/auto"
	"almanac/model/parallel"
	"almanac/model/stats"
)

// stretch widens or narrows the sides of bands about their middle, and the spread of sums over lead times, by class, so that they hold what they promise; see
// [conformal]. A factor of zero changes nothing, so nor does the zero value.
type stretch struct {
	side [len(forecast.Bands)][classes]side
	sum  [len(leadWeeks)][classes]float64
	lift [classes]float64 // of the mean, in sums
}

// side are the factors of a band below and above the middle.
type side struct{ below, above float64 }

// of stretches the ends of a band about its middle, within what a step may be.
func (s side) of(low, middle, high, most float64) (float64, float64) {
	if s == (side{}) {
		return low, high
	}
	return math.Max(0, middle-s.below*(middle-low)), math.Min(most, middle+s.above*(high-middle))
}

// classOf sorts a forecast from a week on by its mean demand: under one, to ten, above; and by whether the product is young. together is what the
// combination says.
func (s series) classOf(f forecast.Forecast, week int, together *auto.Result) int {
	mean, class := stats.Mean(f.Mean), 0
	switch {
	case mean >= 10:
		class = 2
	case mean >= 1:
		class = 1
	}
	if together != nil && s.instead[week] == nil {
		class += classes / 2
	}
	return class
}

// bands stretches those of one forecast in place; bounds stay.
func (s *stretch) bands(f *forecast.Forecast, class int) {
	for b := range forecast.Bands {
		low, high := f.Band(b)
		for h, middle := range f.P50 {
			low[h], high[h] = s.side[b][class].of(low[h], middle, high[h], f.Most)
		}
	}
	for b := range len(forecast.Bands) - 1 { // stretched apart, a wider band must still hold the narrower one
		low, high := f.Band(b)
		lower, higher := f.Band(b + 1)
		for h := range low {
			lower[h], higher[h] = math.Min(lower[h], low[h]), math.Max(higher[h], high[h])
		}
	}
}

// spread sets the spread of a forecast so that its sums have the service quantiles that they would have with the mean corrected for bias and the deviation
// stretched. The mean itself stays: the market of past cut-offs leaned to one side, and the next may lean to the other.
func (s *stretch) spread(f *forecast.Forecast, class int) {
	var deviation [len(leadWeeks)]float64
	for l, weeks := range leadWeeks {
		k := s.sum[l][class]
		if k == 0 {
			return
		}
		mean := f.SumMean(float64(weeks))
		deviation[l] = deviationFor(mean, forecast.DemandQuantile(s.lift[class]*mean, k*f.Spread.SD(float64(weeks)), service))
	}
	f.Spread = spreadThrough(leadWeeks[:], deviation[:])
}

// measure scores the choice and the baseline, with bands, at the newest cut-offs. Bands are stretched by what the older
// cut-offs say, so that the coverage that is reported is of weeks the factors had not seen; what is kept for the forecast
// itself is learned from all of them. Only one cut-off's bands are in memory at a time.
func (c *choice) measure(w *weeks, p plan, newest int) {
	n := len(p.cutoffs)
	own, base := make([][]forecast.Score, n), make([][]forecast.Score, n)
	c.leaves, c.spreads = make([][][]float64, n), make([][]float64, n)
	seen := newConformal()
	for k := n - 1; k >= 0; k-- {
		at := p.cutoffs[k]
		bands, older := c.see(w, p, k, seen)
		c.leaves[k], c.spreads[k] = make([][]float64, len(w.all)), make([]float64, len(w.all))
		for i := range w.all {
			c.leaves[k][i], c.spreads[k][i] = bands[i].f.Mean, bands[i].f.Spread.SD(1)
		}
		own[k], base[k] = make([]forecast.Score, len(w.all)), make([]forecast.Score, len(w.all))
		parallel.For(len(w.all), func(i int) {
			s, b := w.all[i], &bands[i]
			y, origin := slices.Concat(s.past(0, at), s.came(at, p.horizon)), []int{at - s.first}
			baseline, score := s.whole(c.methods[0], at), forecast.BacktestMean
			if k < newest {
				score = forecast.Backtest
				older.bands(&b.f, b.class)
			}
			own[k][i], base[k][i] = score(y, ready{b.f}, origin, p.horizon), score(y, baseline, origin, p.horizon)
		})
	}
	c.stretch = seen.stretch()
	c.past = make([][]Tested, len(w.all))
	for i := range w.all {
		var model, baseline forecast.Score
		for k := range n {
			c.test(i, k, own[k][i], base[k][i])
			if k < newest {
				model.Add(own[k][i])
				baseline.Add(base[k][i])
			}
		}
		c.model.Add(model)
		c.baseline.Add(baseline)
	}
}

// see gives the bands from the k-th cut-off on, as they come, and what older cut-offs say of their width; then this one teaches too.
func (c *choice) see(w *weeks, p plan, k int, seen *conformal) ([]banded, stretch) {
	older := seen.stretch()
	bands := c.bandsAt(w, p, k, seen)
	for i, s := range w.all {
		b := &bands[i]
		if len(b.f.Mean) == 0 { // not sold yet
			continue
		}
		seen.new.add(b.f, b.class, s.came(p.cutoffs[k], p.horizon), b.sums)
		for band, losses := range b.loss {
			floats.Add(seen.loss[band][:], losses[:])
		}
		floats.Add(seen.sumLoss[:], b.sums.loss[:])
	}
	seen.learn()
	return bands, older
}

// banded is what the choice says of one series from a cut-off on, with bands as they come, what its sums would have needed, and the interval
// scores of its bands with each of the ownShares, from factors of older cut-offs.
type banded struct {
	f     forecast.Forecast
	class int
	sums  sumNeeds
	loss  [len(forecast.Bands)][len(ownShares)]float64
}

func (c *choice) bandsAt(w *weeks, p plan, k int, older *conformal) []banded {
	out := make([]banded, len(w.all))
	at, tried := p.cutoffs[k], older.tried()
	parallel.For(len(w.all), func(i int) {
		s := w.all[i]
		if y := s.past(c.of[i], at); len(y) > 0 {
			f := s.whole(s.lift(c.of[i], c.method(c.of[i], y, c.together[k][i]), at), at).Forecast(y, p.horizon)
			came := s.came(at, p.horizon)
			class := s.classOf(f, at, c.together[k][i])
			b := banded{f: f, class: class, sums: older.sums(f, class, came)}
			for band := range forecast.Bands {
				for own := range ownShares {
					b.loss[band][own] = intervalScore(&f, band, tried[band][own][class], came)
				}
			}
			out[i] = b
		}
	})
	return out
}

// intervalScore is the width of a stretched band and what it misses, times two over the share that may lie outside, summed over weeks
// (Gneiting and Raftery 2007, "Strictly proper scoring rules, prediction, and estimation", JASA 102(477), equation 43).
func intervalScore(f *forecast.Forecast, band int, by side, came []float64) (sum float64) {
	lows, highs := f.Band(band)
	for h, y := range came[:min(len(came), len(f.Mean))] {
		if !finite(y) {
			continue
		}
		low, high := by.of(lows[h], f.P50[h], highs[h], f.Most)
		sum += high - low + 2/(1-forecast.Bands[band])*(math.Max(0, low-y)+math.Max(0, y-high))
	}
	return sum
}

// ready is a forecast made before, to be scored.
type ready struct{ f forecast.Forecast }

// Name implements forecast.Method.
func (ready) Name() string { return "ready" }

// Mean implements forecast.Method.
func (r ready) Mean(_ []float64, horizon int) []float64 {
	return r.f.Mean[:min(horizon, len(r.f.Mean))]
}

// Forecast implements forecast.Method.
func (r ready) Forecast(_ []float64, horizon int) forecast.Forecast {
	f, n := r.f, min(horizon, len(r.f.Mean))
	f.Mean, f.P10, f.P50, f.P90 = f.Mean[:n], f.P10[:n], f.P50[:n], f.P90[:n]
	for i := range f.Fan {
		f.Fan[i] = f.Fan[i][:n]
	}
	return f
}
