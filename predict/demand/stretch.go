package demand

import (
	"math"
	"slices"

	"almanac/model/forecast"
	"almanac/model/stats"
)

// stretch widens or narrows bands about their median so that in the past they would have held what they promise, by how
// much a product sells: slow sellers, whose bands are made of zeros and ones, err otherwise than fast ones (conformal
// calibration of intervals: Romano, Patterson and Candès 2019, "Conformalized quantile regression", NeurIPS 32, with
// factors in place of distances, since products differ in size). The zero value changes nothing.
type stretch struct {
	factor [len(forecast.Bands)][3]float64
}

const (
	// enoughWeeks is how many past weeks a class of products needs for a factor of its own.
	enoughWeeks = 200
	// A factor outside these says that something else is wrong than the width.
	leastStretch, mostStretch = 0.5, 3.0
)

// classOf sorts by median demand per week: under one, to ten, above.
func classOf(mean float64) int {
	switch {
	case mean < 1:
		return 0
	case mean < 10:
		return 1
	}
	return 2
}

// apply stretches one forecast in place; bounds stay.
func (s stretch) apply(f *forecast.Forecast) {
	class := classOf(stats.Mean(f.Mean))
	for b := range forecast.Bands {
		k := s.factor[b][class]
		if k == 0 {
			continue
		}
		low, high := f.Band(b)
		for h := range low {
			low[h] = math.Max(0, f.P50[h]-k*(f.P50[h]-low[h]))
			high[h] = math.Min(f.Most, f.P50[h]+k*(high[h]-f.P50[h]))
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

// needs gathers by which factor each past week's band would have had to be stretched to hold what came.
type needs [len(forecast.Bands)][3][]float64

func (n *needs) add(f forecast.Forecast, actual []float64) {
	class := classOf(stats.Mean(f.Mean))
	for h := range f.Mean {
		if h >= len(actual) || math.IsNaN(actual[h]) {
			continue
		}
		for b := range forecast.Bands {
			low, high := f.Band(b)
			away, half := actual[h]-f.P50[h], high[h]-f.P50[h]
			if away < 0 {
				away, half = -away, f.P50[h]-low[h]
			}
			need := 0.0
			if away > 0 {
				need = away / half // +Inf where the band has no width on that side
			}
			n[b][class] = append(n[b][class], need)
		}
	}
}

func (n *needs) stretch() (s stretch) {
	for b, classes := range n {
		for class, of := range classes {
			if len(of) < enoughWeeks {
				continue
			}
			slices.Sort(of)
			// The least factor that holds the share; many weeks of slow sellers need none.
			at := of[min(int(math.Ceil(forecast.Bands[b]*float64(len(of)+1)))-1, len(of)-1)]
			s.factor[b][class] = math.Min(math.Max(at, leastStretch), mostStretch)
		}
	}
	return s
}

// measure scores the choice and the baseline, with bands, at the newest cut-offs. Bands are stretched by what the older
// cut-offs say, so that the coverage that is reported is of weeks the factors had not seen; what is kept for the forecast
// itself is learned from all of them. Only one cut-off's bands are in memory at a time.
func (c *choice) measure(w *weeks, p plan, newest int) {
	n := len(p.cutoffs)
	model, baseline := make([][]forecast.Score, newest), make([][]forecast.Score, newest)
	c.leaves, c.spreads = make([][][]float64, n), make([][]float64, n)
	var seen needs
	for k := n - 1; k >= 0; k-- {
		at, older := p.cutoffs[k], seen.stretch()
		f := c.bandsAt(w, p, k)
		c.leaves[k], c.spreads[k] = make([][]float64, len(w.all)), make([]float64, len(w.all))
		for i, s := range w.all {
			c.leaves[k][i], c.spreads[k][i] = f[i].Mean, f[i].Spread.SD(1)
			seen.add(f[i], s.came(at, p.horizon))
		}
		if k >= newest {
			continue
		}
		model[k], baseline[k] = make([]forecast.Score, len(w.all)), make([]forecast.Score, len(w.all))
		parallel(len(w.all), func(i int) {
			s := w.all[i]
			y := s.test(0, at, p.horizon)
			older.apply(&f[i])
			model[k][i] = forecast.Backtest(y, ready{f[i]}, []int{at - s.first}, p.horizon)
			baseline[k][i] = forecast.Backtest(y, c.methods[0], []int{at - s.first}, p.horizon)
		})
	}
	c.stretch = seen.stretch()
	for i := range w.all {
		var own, base forecast.Score
		for k := range newest {
			own.Add(model[k][i])
			base.Add(baseline[k][i])
		}
		c.model.Add(own)
		c.baseline.Add(base)
	}
}

// bandsAt is what the choice says of every series from the k-th cut-off on, with bands as they come.
func (c *choice) bandsAt(w *weeks, p plan, k int) []forecast.Forecast {
	f := make([]forecast.Forecast, len(w.all))
	at := p.cutoffs[k]
	parallel(len(w.all), func(i int) {
		s := w.all[i]
		if y := s.past(c.of[i], at); len(y) > 0 {
			f[i] = s.lift(c.of[i], c.method(c.of[i], y, c.together[k][i]), at).Forecast(y, p.horizon)
		}
	})
	return f
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
