package demand

import (
	"fmt"
	"math"
	"slices"

	"almanac/model/forecast"
)

const (
	// A bulk order is so many times larger than the product's orders usually are …
	bulkOrder = 10.0
	// … and than its mean week.
	bulkWeek = 5.0
	// bulkPast is how many selling days tell what is usual, and bulkLeast how many at least.
	bulkPast, bulkLeast = 50, 8
)

// bulkOf is what single large orders added to each week beyond the usual size of an order, judged on each day by the days before it.
func bulkOf(days []dayUnits, start int, n int) []float64 {
	var out []float64
	var sizes []float64
	var units float64
	for k, d := range days {
		if d.orders > 0 && len(sizes) >= bulkLeast {
			recent := slices.Sorted(slices.Values(sizes[max(0, len(sizes)-bulkPast):]))
			usual := recent[len(recent)/2]
			week := 7 * units / math.Max(7, float64(d.day-days[0].day))
			if size := d.units / float64(d.orders); size > bulkOrder*usual && d.units > bulkWeek*week {
				if out == nil {
					out = make([]float64, n)
				}
				more := d.units - float64(d.orders)*usual
				out[(int(d.day)-start)/7] += more
				days[k].units -= more
			}
		}
		if d.orders > 0 {
			sizes = append(sizes, days[k].units/float64(d.orders))
		}
		units += days[k].units
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

// bulk keeps single large orders out of what is learnt from, unless a quick method then misses more of what came: absolutely, or squared,
// since a shop whose large orders come again and again needs their mean.
func (w *weeks) bulk(p plan, quick forecast.Method) string {
	var with, without, withSquare, withoutSquare, units float64
	products := 0
	for i := range w.all {
		s := &w.all[i]
		if s.bulk == nil {
			continue
		}
		products++
		for _, v := range s.bulk {
			units += v
		}
		for _, c := range p.cutoffs {
			sum, square := s.errors(quick, c, p.horizon)
			without, withoutSquare = without+sum, withoutSquare+square
			s.even = true
			sum, square = s.errors(quick, c, p.horizon)
			with, withSquare = with+sum, withSquare+square
			s.even = false
		}
	}
	if products == 0 || with > without || withSquare > withoutSquare {
		return ""
	}
	for i := range w.all {
		w.all[i].even = w.all[i].bulk != nil
	}
	return fmt.Sprintf("%.0f units in single large orders of %d products are kept out of their level; without them %.1f %% less was missed at past cut-offs.", units, products, 100*(1-with/math.Max(without, 1e-9)))
}
