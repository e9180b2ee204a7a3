package demand

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"

	"almanac/model/forecast"
	"almanac/model/forecast/auto"
	"almanac/model/stats"
)

// stretch widens or narrows bands about their median, and the spread of sums over lead times, so that in the past they would have held what they
// promise, by class: slow sellers, whose bands are made of zeros and ones, err otherwise than fast ones, and products too young
// for the combination otherwise than others (conformal calibration of intervals: Romano, Patterson and Candès 2019, "Conformalized quantile
// regression", NeurIPS 32, with factors in place of distances, since products differ in size). The weeks after one cut-off share one market,
// so that factors learnt from few cut-offs are drawn towards what is taken for right beforehand. The zero value changes nothing.
type stretch struct {
	factor [len(forecast.Bands)][classes]float64
	sum    [len(leadWeeks)][classes]float64
}

const (
	// classes are three sizes of demand, of products too young for the combination and of others.
	classes = 6
	// enoughWeeks is how many past weeks a class of products needs for a factor of its own, and enoughSums how many sums.
	enoughWeeks, enoughSums = 200, 50
	// A factor outside these says that something else is wrong than the width.
	leastStretch, mostStretch = 0.5, 3.0
	// likeCutoffs is how many cut-offs what is taken for right beforehand is worth.
	likeCutoffs = 1.0
)

// narrow is how much too narrow the bands of 50, 80 and 95 % that a single method reads off a few weeks of its own are taken to be beforehand, and
// narrowSum the same of its sums over [leadWeeks].
var (
	narrow    = [len(forecast.Bands)]float64{1.2, 1.4, 1.8}
	narrowSum = [len(leadWeeks)]float64{1.2, 1.4, 1.6}
)

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

// apply stretches one forecast in place; bounds stay.
func (s stretch) apply(f *forecast.Forecast, class int) {
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
	var deviation [len(leadWeeks)]float64
	for l, weeks := range leadWeeks {
		k := s.sum[l][class]
		if k == 0 {
			return
		}
		deviation[l] = k * f.Spread.SD(float64(weeks))
	}
	f.Spread = spreadThrough(leadWeeks[:], deviation[:])
}

// needs gathers by which factor each past week's band would have had to be stretched to hold what came, and how many sums over lead times each
// factor would have held.
type needs struct {
	of      [len(forecast.Bands)][classes][]float64
	sums    [len(leadWeeks)][classes]held
	cutoffs [classes]float64
}

// held counts sums, and those that a quantile with each of the factors would have held.
type held struct {
	sums float64
	in   [len(sumFactors)]float64
}

// sumFactors are the factors that are tried on the deviation of sums.
var sumFactors = [...]float64{leastStretch, 0.7, 0.85, 1, 1.2, 1.45, 1.75, 2.1, 2.5, mostStretch}

func (n *needs) add(f forecast.Forecast, class int, actual []float64) {
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
			n.of[b][class] = append(n.of[b][class], need)
		}
	}
}

// sumsHeld says for each lead time which of the factors would have held what came over it; false where that is not known.
func sumsHeld(f forecast.Forecast, actual []float64) (in [len(leadWeeks)][len(sumFactors)]bool, known [len(leadWeeks)]bool) {
	for l, weeks := range leadWeeks {
		if weeks > len(actual) || weeks > len(f.Mean) {
			continue
		}
		sum := floats.Sum(actual[:weeks])
		if math.IsNaN(sum) {
			continue
		}
		known[l] = true
		for k, by := range sumFactors {
			wide := f
			wide.Spread.Scale *= by
			in[l][k] = sum <= wide.SumQuantile(float64(weeks), 0, service)
		}
	}
	return in, known
}

func (n *needs) stretch() (s stretch) {
	for class := range classes {
		drawn := n.cutoffs[class] / (n.cutoffs[class] + likeCutoffs)
		for b := range n.of {
			before := 1.0
			if class < classes/2 {
				before = narrow[b]
			}
			of := n.of[b][class]
			if len(of) < enoughWeeks {
				s.factor[b][class] = before
				continue
			}
			slices.Sort(of)
			// The least factor that holds the share; many weeks of slow sellers need none.
			at := of[min(int(math.Ceil(forecast.Bands[b]*float64(len(of)+1)))-1, len(of)-1)]
			s.factor[b][class] = before * math.Pow(math.Min(math.Max(at, leastStretch), mostStretch)/before, drawn)
		}
		for l := range n.sums {
			before := 1.0
			if class < classes/2 {
				before = narrowSum[l]
			}
			s.sum[l][class] = before
			if of := n.sums[l][class]; of.sums >= enoughSums {
				s.sum[l][class] = before * math.Pow(of.factor()/before, drawn)
			}
		}
	}
	return s
}

func (h *held) add(in [len(sumFactors)]bool) {
	h.sums++
	for k, in := range in {
		if in {
			h.in[k]++
		}
	}
}

// factor is the least that holds as many sums as the service asks, between two that were tried; where none does, the one that holds most.
func (h held) factor() float64 {
	best := 0
	for k, in := range h.in {
		if in >= service*h.sums {
			if k == 0 {
				return sumFactors[0]
			}
			part := (service*h.sums - h.in[k-1]) / (in - h.in[k-1])
			return sumFactors[k-1] + part*(sumFactors[k]-sumFactors[k-1])
		}
		if in > h.in[best] {
			best = k
		}
	}
	return sumFactors[best]
}

// measure scores the choice and the baseline, with bands, at the newest cut-offs. Bands are stretched by what the older
// cut-offs say, so that the coverage that is reported is of weeks the factors had not seen; what is kept for the forecast
// itself is learned from all of them. Only one cut-off's bands are in memory at a time.
func (c *choice) measure(w *weeks, p plan, newest int) {
	n := len(p.cutoffs)
	own, base := make([][]forecast.Score, n), make([][]forecast.Score, n)
	c.leaves, c.spreads = make([][][]float64, n), make([][]float64, n)
	var seen needs
	for k := n - 1; k >= 0; k-- {
		at, older := p.cutoffs[k], seen.stretch()
		bands := c.bandsAt(w, p, k)
		c.leaves[k], c.spreads[k] = make([][]float64, len(w.all)), make([]float64, len(w.all))
		var met [classes]bool
		for i, s := range w.all {
			b := &bands[i]
			c.leaves[k][i], c.spreads[k][i] = b.f.Mean, b.f.Spread.SD(1)
			seen.add(b.f, b.class, s.came(at, p.horizon))
			for l, known := range b.known {
				if known {
					seen.sums[l][b.class].add(b.in[l])
				}
			}
			met[b.class] = met[b.class] || len(b.f.Mean) > 0
		}
		for class, met := range met {
			if met {
				seen.cutoffs[class]++
			}
		}
		own[k], base[k] = make([]forecast.Score, len(w.all)), make([]forecast.Score, len(w.all))
		parallel(len(w.all), func(i int) {
			s, b := w.all[i], &bands[i]
			y, origin := slices.Concat(s.past(0, at), s.came(at, p.horizon)), []int{at - s.first}
			baseline, score := s.whole(c.methods[0], at), forecast.BacktestMean
			if k < newest {
				score = forecast.Backtest
				older.apply(&b.f, b.class)
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

// banded is what the choice says of one series from a cut-off on, with bands as they come, and which lead-time sums they held.
type banded struct {
	f     forecast.Forecast
	class int
	in    [len(leadWeeks)][len(sumFactors)]bool
	known [len(leadWeeks)]bool
}

func (c *choice) bandsAt(w *weeks, p plan, k int) []banded {
	out := make([]banded, len(w.all))
	at := p.cutoffs[k]
	parallel(len(w.all), func(i int) {
		s := w.all[i]
		if y := s.past(c.of[i], at); len(y) > 0 {
			f := s.whole(s.lift(c.of[i], c.method(c.of[i], y, c.together[k][i]), at), at).Forecast(y, p.horizon)
			in, known := sumsHeld(f, s.came(at, p.horizon))
			out[i] = banded{f, s.classOf(f, at, c.together[k][i]), in, known}
		}
	})
	return out
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
