package demand

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"

	"almanac/model/forecast"
	"almanac/model/parallel"
)

const (
	// A bulk order is so many times larger than the product's orders usually are …
	bulkOrder = 10.0
	// … and than its mean week.
	bulkWeek = 5.0
	// bulkPast is how many selling days tell what is usual, and bulkLeast how many at least.
	bulkPast, bulkLeast = 50, 8
	// bulkMost is how many mean weeks a single order counts for at most where those to come are expected, and bulkPrior how many weeks
	// of its own the shop's orders are worth for a product.
	bulkMost, bulkPrior = 26.0, 26.0
)

// bulkOrders are the single large orders of one product, by week of its history.
type bulkOrders struct {
	units []float64 // what they brought beyond the usual size of an order; nil where there were none
	count []float64 // of these, what counts for those to come
	from  int       // the week from which on there were orders enough to tell
}

// bulkOf finds the single large orders of a product, judged on each day by the days before it.
func bulkOf(days []dayOrders, start int, n int) bulkOrders {
	b := bulkOrders{from: n}
	var sizes, recent []float64 // of the days so far, and the last of them in order
	var units float64
	for k, d := range days {
		t := (int(d.day) - start) / 7
		if d.orders > 0 && len(sizes) >= bulkLeast {
			b.from = min(b.from, t)
			usual := recent[len(recent)/2]
			week := 7 * units / math.Max(7, float64(d.day-days[0].day))
			if size := d.units / float64(d.orders); size > bulkOrder*usual && d.units > bulkWeek*week {
				if b.units == nil {
					b.units, b.count = make([]float64, n), make([]float64, n)
				}
				more := d.units - float64(d.orders)*usual
				b.units[t] += more
				b.count[t] += math.Min(more, bulkMost*week)
				days[k].units -= more
			}
		}
		if d.orders > 0 {
			size := days[k].units / float64(d.orders)
			if len(sizes) >= bulkPast {
				at, _ := slices.BinarySearch(recent, sizes[len(sizes)-bulkPast])
				recent = slices.Delete(recent, at, at+1)
			}
			at, _ := slices.BinarySearch(recent, size)
			recent, sizes = slices.Insert(recent, at, size), append(sizes, size)
		}
		units += days[k].units
	}
	return b
}

// bulkShares is what large orders bring per unit of a product's level, as known before a week: a compound Poisson process, its mean drawn
// towards that of the shop. A product whose orders cannot be judged yet gets the shop's.
func (w *weeks) bulkShares(before int) []float64 {
	brought, level, seen := make([]float64, len(w.all)), make([]float64, len(w.all)), make([]float64, len(w.all))
	parallel.For(len(w.all), func(i int) {
		s := w.all[i]
		for t := s.bulk.from; t < min(before-s.first, len(s.y)); t++ {
			if v := s.y[t]; !math.IsNaN(v) {
				if s.bulk.units != nil {
					brought[i] += s.bulk.count[t]
					v = math.Max(0, v-s.bulk.units[t])
				}
				level[i] += v
				seen[i]++
			}
		}
	})
	out := make([]float64, len(w.all))
	shop := floats.Sum(brought) / math.Max(floats.Sum(level), 1)
	for i := range out {
		out[i] = shop
		if level[i] > 0 {
			prior := bulkPrior * level[i] / seen[i]
			out[i] = (brought[i] + prior*shop) / (level[i] + prior)
		}
	}
	return out
}

// withBulk adds to the mean what large orders bring on average. Bands stay: in most weeks none comes.
type withBulk struct {
	forecast.Method
	share float64 // of the level
}

// Mean implements forecast.Method.
func (b withBulk) Mean(y []float64, horizon int) []float64 {
	mean := slices.Clone(b.Method.Mean(y, horizon))
	floats.Scale(1+b.share, mean)
	return mean
}

// Forecast implements forecast.Method.
func (b withBulk) Forecast(y []float64, horizon int) forecast.Forecast {
	f := b.Method.Forecast(y, horizon)
	f.Mean = slices.Clone(f.Mean)
	floats.Scale(1+b.share, f.Mean)
	f.Most *= 1 + b.share
	return f
}

// whole adds what large orders bring to what a method says of the level.
func (s series) whole(m forecast.Method, cutoff int) forecast.Method {
	if share := s.large[cutoff]; share > 0 {
		return withBulk{m, share}
	}
	return m
}

// ordinary is what was ordered in the weeks from one on without the large orders that are kept out: what methods for the level are held against.
func (s series) ordinary(week, horizon int) []float64 {
	y := s.came(week, horizon)
	if !s.even {
		return y
	}
	out := slices.Clone(y)
	for t := range out {
		out[t] = math.Max(0, out[t]-s.bulk.units[max(week-s.first, 0)+t])
	}
	return out
}

// errors are what a method missed from one week on, absolute and squared.
func (s series) errors(m forecast.Method, at, horizon int) (sum, square float64) {
	y := s.upTo(at)
	if len(y) == 0 {
		return 0, 0
	}
	mean := m.Mean(y, horizon)
	for h, v := range s.came(at, horizon) {
		if d := math.Abs(v - mean[h]); !math.IsNaN(d) {
			sum, square = sum+d, square+d*d
		}
	}
	return sum, square
}

// bulk keeps single large orders out of the level that is learnt, and gives them back to the mean as a part of its own, unless a quick method then
// misses more of what came: absolutely, or squared, since a shop whose large orders come again and again needs their mean.
func (w *weeks) bulk(p plan, quick forecast.Method) string {
	var with, without, withSquare, withoutSquare, units float64
	products := 0
	shares := map[int][]float64{}
	for _, c := range append(p.cutoffs[:len(p.cutoffs):len(p.cutoffs)], w.n) {
		shares[c] = w.bulkShares(c)
	}
	for i := range w.all {
		s := &w.all[i]
		if s.bulk.units == nil {
			continue
		}
		products++
		units += floats.Sum(s.bulk.units)
		for _, c := range p.cutoffs {
			sum, square := s.errors(quick, c, p.horizon)
			without, withoutSquare = without+sum, withoutSquare+square
			s.even = true
			sum, square = s.errors(withBulk{quick, shares[c][i]}, c, p.horizon)
			with, withSquare = with+sum, withSquare+square
			s.even = false
		}
	}
	if products == 0 || with > without || withSquare > withoutSquare {
		return ""
	}
	for i := range w.all {
		s := &w.all[i]
		s.even, s.large = s.bulk.units != nil, map[int]float64{}
		for c, of := range shares {
			s.large[c] = of[i]
		}
	}
	return fmt.Sprintf("%.0f units in single large orders of %d products are kept out of their level and expected apart, as often as they came; that missed %.1f %% less at past cut-offs.", units, products, 100*(1-with/math.Max(without, 1e-9)))
}
