package demand_test

import (
	"math"
	"slices"
	"testing"
	"time"

	"almanac/predict"
	"almanac/predict/demand"
	"almanac/state"
	"almanac/state/orders"
)

// The table of odd input in docs/forecasting.md, line by line: what comes is a number that is neither negative nor beyond three
// times the largest week, with bands in order, and what the line says of it.
func TestOddInputIsForecastAsDocumented(t *testing.T) {
	every := func(n int, units func(week int) int64) (l ledger) {
		for w := range n {
			if u := units(w); u != 0 {
				l = append(l, sale{"A", weekly(w) + 2, orders.DaySales{Units: u, Orders: 1}})
			}
		}
		return append(l, sale{"B", monday, orders.DaySales{Units: 1, Orders: 1}}, sale{"B", weekly(n) - 1, orders.DaySales{Units: 1, Orders: 1}})
	}
	five := func(int) int64 { return 5 }
	twice := every(60, five)
	for _, s := range slices.Clone(twice) {
		if s.sku == "A" {
			twice = append(twice, s)
		}
	}
	turn := ledger{} // every day from the first Monday of December over the turn of a year with 53 weeks
	from := state.DayOf(time.Date(2020, 11, 30, 0, 0, 0, 0, time.UTC), time.UTC)
	for d := from; d < from+7*10; d++ {
		turn = append(turn, sale{"A", d, orders.DaySales{Units: 3, Orders: 1}})
	}
	for name, c := range map[string]struct {
		l        ledger
		cutoff   state.Day
		low, top float64 // of the mean
	}{
		"all zeros: everything was cancelled": {func() (l ledger) {
			for _, s := range every(60, five) {
				if s.sku == "A" {
					s.d.Cancelled = s.d.Units
				}
				l = append(l, s)
			}
			return l
		}(), weekly(60), 0, 0},
		"one observation": {every(60, func(w int) int64 {
			if w == 59 {
				return 7
			}
			return 0
		}), weekly(60), 0, 7},
		"constant": {every(60, five), weekly(60), 5, 5},
		"gaps: sold in every fourth week": {every(60, func(w int) int64 {
			if w%4 == 0 {
				return 8
			}
			return 0
		}), weekly(60), 0.5, 8},
		"a day is told twice": {twice, weekly(60), 10, 10}, // as two rows of sales; the record counts a fact that comes twice once
		"negative: more came back than was sold": {func() ledger {
			l := every(60, five)
			for w := range 30 {
				l = append(l, sale{"A", weekly(2*w) + 3, orders.DaySales{Units: 1, Cancelled: 40, Orders: 1}})
			}
			return l
		}(), weekly(60), 0, 5},
		"a huge outlier": {every(60, func(w int) int64 {
			if w == 40 {
				return 1_000_000
			}
			return 5
		}), weekly(60), 1, 40},
		"a huge outlier in the newest week": {every(60, func(w int) int64 {
			if w == 59 {
				return 1_000_000
			}
			return 5
		}), weekly(60), 1, 100},
		"the turn of a year with 53 weeks": {turn, from + 70, 21, 21},
		"no stock is counted":              {every(60, five), weekly(60), 5, 5},
	} {
		m, card, err := demand.Fit(t.Context(), demand.Source{Sales: c.l}, "s", c.cutoff)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if _, err := predict.Encode(card, m); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		p, ok := m.Find("A")
		if !ok || len(p.Mean) != m.Weeks {
			t.Errorf("%s: no forecast", name)
			continue
		}
		for h := range p.Mean {
			if v := p.Mean[h]; !(v >= c.low-1e-9) || !(v <= c.top+1e-9) {
				t.Errorf("%s: week %d is %v, not from %v to %v (by %s)", name, h, v, c.low, c.top, m.Methods[p.Method])
				break
			}
			row := []float64{0, p.Fan[0][h], p.P10[h], p.Fan[1][h], p.P50[h], p.Fan[2][h], p.P90[h], p.Fan[3][h]}
			if !slices.IsSorted(row) || slices.ContainsFunc(row, func(v float64) bool { return math.IsNaN(v) || math.IsInf(v, 0) }) {
				t.Errorf("%s: bands of week %d are %v", name, h, row)
				break
			}
		}
		if q := p.Forecast().SumQuantile(4, 1, 0.99); math.IsNaN(q) || q < 0 || q > 52*p.Most+1 {
			t.Errorf("%s: over a lead time %v", name, q)
		}
	}
}
