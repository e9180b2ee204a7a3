package demand

import (
	"context"
	"fmt"
	"math"
	"slices"

	"almanac/predict"
	"almanac/state"
	"almanac/state/orders"
)

// Sales is the demand history of a shop: *orders.View.
type Sales interface {
	// DailySales hands the sales of every product on every day before a day to fn, in a fixed order.
	DailySales(ctx context.Context, shop string, before state.Day, fn func(sku string, day state.Day, d orders.DaySales) error) error
}

// series is the weekly demand of one product from the week of its first sale to the last whole week.
type series struct {
	sku   string
	first int // week of y[0], counted from the history's first week
	y     []float64
}

// weeks is the demand history of a shop in whole weeks.
type weeks struct {
	start state.Day // Monday of week 0
	end   state.Day // Monday after the last whole week: the first day to forecast
	n     int
	rows  int64 // product days read
	all   []series
	total []float64 // all products together
}

// load reads the days before cutoff into weeks. A week is whole once its Sunday has passed before the cut-off; later
// days are left out. The week in which the history begins, unless on a Monday, was seen in part only and is not observed.
func load(ctx context.Context, src Sales, shop string, cutoff state.Day) (*weeks, error) {
	w := &weeks{end: cutoff.Monday()}
	byWeek := map[string]map[state.Day]float64{}
	var earliest state.Day
	err := src.DailySales(ctx, shop, w.end, func(sku string, day state.Day, d orders.DaySales) error {
		if d.Units == 0 && d.Cancelled == 0 {
			return nil // a day of returns only
		}
		if w.rows == 0 || day < earliest {
			earliest = day
		}
		w.rows++
		of := byWeek[sku]
		if of == nil {
			of = map[state.Day]float64{}
			byWeek[sku] = of
		}
		of[day.Monday()] += float64(d.Demand())
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read the sales of shop %s before %s: %w", shop, cutoff, err)
	}
	if w.rows == 0 {
		return w, nil
	}
	w.start = earliest.Monday()
	w.n = int(w.end-w.start) / 7
	w.fill(byWeek)
	if earliest != w.start && w.n > 1 {
		w.hideFirstWeek()
	}
	return w, nil
}

func (w *weeks) fill(byWeek map[string]map[state.Day]float64) {
	w.total = make([]float64, w.n)
	skus := make([]string, 0, len(byWeek))
	for sku := range byWeek {
		skus = append(skus, sku)
	}
	slices.Sort(skus)
	for _, sku := range skus {
		of := byWeek[sku]
		first := w.n
		for monday := range of {
			first = min(first, int(monday-w.start)/7)
		}
		s := series{sku: sku, first: first, y: make([]float64, w.n-first)}
		for monday, units := range of {
			at := int(monday-w.start) / 7
			s.y[at-first] = math.Max(units, 0)
			w.total[at] += math.Max(units, 0) // whole numbers: the order of adding does not matter
		}
		w.all = append(w.all, s)
	}
}

func (w *weeks) hideFirstWeek() {
	w.total[0] = math.NaN()
	for i := range w.all {
		if w.all[i].first == 0 {
			w.all[i].y[0] = math.NaN()
		}
	}
}

// hash sums up what training saw.
func (w *weeks) hash() string {
	d := predict.NewDigest()
	d.Int(int64(w.start))
	d.Int(int64(w.n))
	for _, s := range w.all {
		d.String(s.sku)
		d.Int(int64(s.first))
		for _, v := range s.y {
			d.Float(v)
		}
	}
	return d.Hex()
}
