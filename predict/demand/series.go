package demand

import (
	"context"
	"fmt"
	"maps"
	"math"
	"slices"

	"almanac/model/forecast"
	"almanac/model/forecast/effect"
	"almanac/model/parallel"
	"almanac/predict"
	"almanac/state"
	"almanac/state/catalog"
	"almanac/state/orders"
)

// Source is what forecasts are learnt from.
type Source struct {
	Sales Sales
	Stock Stock // nil where nothing is counted
	// Around and Catalog tell what moves demand besides time, and what products are like; nil where nothing of it is known.
	Around  Around
	Catalog Catalog
	Baskets Baskets // what is bought together; nil where only products and days are told
	Places  Places  // nil where nobody tells where units are sold
}

// Sales is the demand history of a shop: *orders.View.
type Sales interface {
	// DailySales hands the sales of every product on every day before a day to fn, in a fixed order.
	DailySales(ctx context.Context, shop string, before state.Day, fn func(sku string, day state.Day, d orders.DaySales) error) error
}

// series is the weekly demand of one product from the week of its first sale to the last whole week.
type series struct {
	sku     string
	first   int // week of y[0], counted from the history's first week
	y       []float64
	stock   *censored               // nil where there was always enough, or nothing is known
	trust   bool                    // that stockouts inferred from sales are believed in learning
	bulk    bulkOrders              // single large orders
	even    bool                    // that these are kept out of learning
	large   map[int]float64         // by cut-off: what they bring per unit of the level; nil where they are part of it
	instead map[int]forecast.Method // by cut-off: what answers in place of the methods; nil where none does
	moved   map[int]*moved          // by cut-off; nil where nothing is known to have moved it
	mixed   map[int]mixed           // by cut-off: what one model over all products says; nil where it does not
}

// weeks is the demand history of a shop in whole weeks.
type weeks struct {
	start state.Day // Monday of week 0
	end   state.Day // Monday after the last whole week: the first day to forecast
	n     int
	rows  int64 // product days read
	all   []series

	days       [][]dayUnits // on which each of the series sold, in order
	about      []about      // of the series
	categories []string
	fitted     *effect.Fit   // what moves demand now; nil where nothing earned its place
	own        [][][]float64 // its regressors of single products, in the weeks ahead
}

// load reads the days before cutoff into weeks. A week is whole once its Sunday has passed before the cut-off; later
// days are left out. The week in which the history begins, unless on a Monday, was seen in part only and is not observed.
func load(ctx context.Context, src Source, shop string, cutoff state.Day) (*weeks, error) {
	w := &weeks{end: cutoff.Monday()}
	bySKU := map[string][]dayOrders{}
	var earliest state.Day
	err := src.Sales.DailySales(ctx, shop, w.end, func(sku string, day state.Day, d orders.DaySales) error {
		if d.Units == 0 && d.Cancelled == 0 {
			return nil // a day of returns only
		}
		if w.rows == 0 || day < earliest {
			earliest = day
		}
		w.rows++
		bySKU[sku] = append(bySKU[sku], dayOrders{day, int32(min(d.Orders, math.MaxInt32)), float64(d.Demand())})
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
	w.fill(bySKU)
	if err := w.addStock(ctx, src.Stock, shop, w.days); err != nil {
		return nil, err
	}
	if earliest != w.start && w.n > 1 {
		w.hideFirstWeek()
	}
	if src.Catalog == nil {
		w.describe(nil)
		return w, nil
	}
	of := make(map[string]about, len(w.all))
	err = src.Catalog.All(ctx, shop, func(p catalog.Product) error {
		a := about{group: p.Group, brand: p.Brand, attributes: p.Attributes}
		if n := len(p.Category); n > 0 {
			a.category = p.Category[n-1]
		}
		of[p.SKU] = a
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read the catalogue of shop %s: %w", shop, err)
	}
	w.describe(of)
	return w, nil
}

// dayOrders is what was ordered of one product on one day, and by how many orders.
type dayOrders struct {
	day    state.Day
	orders int32
	units  float64
}

// fill makes a series of each product, and notes the days on which each sold, in order.
func (w *weeks) fill(bySKU map[string][]dayOrders) {
	skus := slices.Sorted(maps.Keys(bySKU))
	read := make([][]dayOrders, len(skus))
	for i, sku := range skus {
		read[i] = bySKU[sku]
	}
	clear(bySKU)
	w.all, w.days = make([]series, len(skus)), make([][]dayUnits, len(skus))
	parallel.For(len(skus), func(i int) {
		of := read[i]
		read[i] = nil
		slices.SortFunc(of, func(a, b dayOrders) int { return int(a.day - b.day) })
		first := int(of[0].day-w.start) / 7
		s := series{sku: skus[i], first: first, y: make([]float64, w.n-first)}
		days := make([]dayUnits, 0, len(of))
		for _, d := range of {
			at := int(d.day-w.start) / 7
			s.y[at-first] += d.units
			if d.units > 0 {
				days = append(days, dayUnits{d.day, float32(d.units)})
			}
		}
		for t, v := range s.y {
			s.y[t] = math.Max(v, 0)
		}
		s.bulk = bulkOf(of, int(w.start)+7*first, w.n-first)
		w.all[i], w.days[i] = s, days
	})
}

func (w *weeks) hideFirstWeek() {
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
		if s.stock != nil {
			for _, v := range s.stock.in {
				d.Float(v)
			}
		}
	}
	return d.Hex()
}
