package demand

import (
	"math"
	"slices"
	"time"

	"almanac/state"
)

const (
	// usualWeeks is over how many weeks the middle price is the usual one.
	usualWeeks = 26
	// unpriced is how deep a promotion without a known price counts for the dip after it.
	unpriced = 0.2
	// reduced is how far below the usual a price is a reduction, as a difference of logarithms.
	reduced = 0.03
)

// path is the logarithm of a product's price by week, and of the price that is not reduced; NaN before the first. Of the weeks
// from known on only what was told before a day is used: the last price holds, one that was struck through or from before a promotion returns, and planned cuts come.
// nil where the price never moved.
func (a *around) path(i, known int, on state.Day) (price, full []float64) {
	list, cuts := a.prices[i], a.bySKU[i]
	if !a.priced(i) {
		return nil, nil
	}
	price, full = make([]float64, a.ahead), make([]float64, a.ahead)
	if len(list) < 2 {
		a.cut(price, cuts, 0, known, on)
		return price, full
	}
	next := 0
	now, usual := math.NaN(), math.NaN()
	take := func(before state.Day) {
		for ; next < len(list) && list[next].At.Before(before.Time()); next++ {
			now = math.Log(float64(list[next].Amount))
			switch {
			case list[next].List > list[next].Amount:
				usual = math.Log(float64(list[next].List))
			case math.IsNaN(usual) || now > usual || !a.promoted(cuts, list[next].At):
				usual = now
			}
		}
	}
	for t := range price {
		if t >= known {
			take(on)
			price[t], full[t] = usual, usual
			continue
		}
		var sum, sumFull, n float64
		for d := range 7 {
			if take(a.w.start + state.Day(7*t+d+1)); !math.IsNaN(now) {
				sum, sumFull, n = sum+now, sumFull+usual, n+1
			}
		}
		price[t], full[t] = sum/n, sumFull/n
	}
	if from := known; len(cuts) > 0 {
		if !a.shown {
			from = 0
		}
		a.cut(price, cuts, from, known, on)
	}
	return price, full
}

// promoted says whether a planned reduction is in force at a time: a lower price that is set then is not the usual one.
func (a *around) promoted(plans []int, at time.Time) bool {
	return slices.ContainsFunc(plans, func(k int) bool {
		p := a.plans[k]
		return p.Percent > 0 && !at.Before(p.From) && at.Before(p.To)
	})
}

// cut takes planned reductions off the price of the weeks from one on.
func (a *around) cut(price []float64, plans []int, from, known int, on state.Day) {
	for _, k := range plans {
		p := a.plans[k]
		if !(p.Percent > 0) || p.Percent >= 100 {
			continue
		}
		for t := max(from, a.week(p.From)); t < len(price) && a.begins(t).Before(p.To); t++ {
			if t < known || p.Told.Before(on.Time()) {
				price[t] += math.Log(1-p.Percent/100) * a.share(p, t)
			}
		}
	}
}

// showsPlans says whether the prices that were set show most of the planned reductions that are over, so that these need not be taken
// off them once more.
func (a *around) showsPlans() bool {
	var weeks, shown float64
	a.shown = true
	for i := range a.w.all {
		if len(a.prices[i]) < 2 {
			continue
		}
		price, full := a.path(i, a.w.n, a.today)
		for _, k := range a.bySKU[i] {
			p := a.plans[k]
			for t := max(0, a.week(p.From)); p.Percent > 0 && p.Percent < 100 && t < a.w.n && a.begins(t).Before(p.To); t++ {
				if weeks++; price[t]-usual(full, t) < math.Log(1-p.Percent/100)*a.share(p, t)/2 {
					shown++
				}
			}
		}
	}
	return shown >= weeks/2
}

// usual is the middle of the last half year's prices.
func usual(full []float64, t int) float64 {
	var window [usualWeeks]float64
	n := 0
	for _, v := range full[max(0, t-usualWeeks+1) : t+1] {
		if !math.IsNaN(v) {
			window[n] = v
			n++
		}
	}
	if n == 0 {
		return math.NaN()
	}
	slices.Sort(window[:n])
	return (window[(n-1)/2] + window[n/2]) / 2
}

// ownOf is what moved one product: its price against its usual one, promotions, and the reduction of the week before that is over.
// nil where nothing did.
func (a *around) ownOf(i, known int, on state.Day) [][]float64 {
	path, full := a.path(i, known, on)
	if path == nil {
		return nil
	}
	price, promotion, after := make([]float64, a.ahead), make([]float64, a.ahead), make([]float64, a.ahead)
	for _, k := range a.bySKU[i] {
		p := a.plans[k]
		for t := max(0, a.week(p.From)); t < a.ahead && a.begins(t).Before(p.To); t++ {
			if t < known || p.Told.Before(on.Time()) {
				promotion[t] = math.Min(1, promotion[t]+a.share(p, t))
			}
		}
	}
	moved := false
	deep, first := 0.0, math.NaN()
	for t, v := range path {
		if math.IsNaN(first) {
			first = v
		}
		if moved = moved || v != first && !math.IsNaN(v); moved {
			if price[t] = v - usual(full, t); math.IsNaN(price[t]) {
				price[t] = 0
			}
		}
		now := math.Max(-price[t], 0)
		if now == 0 {
			now = unpriced * promotion[t]
		}
		after[t] = math.Max(0, deep-now)
		moved = moved || promotion[t] > 0
		deep = now
	}
	if !moved {
		return nil
	}
	return [][]float64{price, promotion, after}
}

// toldAhead says whether most reductions of the last year were promotions that were told before they began.
func (a *around) toldAhead() bool {
	var weeks, told float64
	for i := range a.w.all {
		x := a.ownOf(i, a.w.n, a.today)
		if x == nil {
			continue
		}
		for t := max(0, a.w.n-52); t < a.w.n; t++ {
			if x[0][t] > -reduced && x[1][t] == 0 {
				continue
			}
			weeks++
			for _, k := range a.bySKU[i] {
				if p := a.plans[k]; p.Told.Before(p.From) && a.share(p, t) > 0 {
					told++
					break
				}
			}
		}
	}
	return weeks > 0 && told >= weeks/2
}

// substitutes is, by product, the price of the others of its category against their usual ones, each counting by what it sells;
// variants of one product are not substitutes of each other. nil where they never moved.
func (a *around) substitutes(own [][][]float64, level []float64) [][]float64 {
	type sum struct{ x, n []float64 }
	zero := func() sum { return sum{make([]float64, a.ahead), make([]float64, 1)} }
	class, style := map[int]sum{}, map[[2]string]sum{}
	styleOf := func(i int) [2]string {
		of := a.w.about[i]
		if of.group == "" {
			return [2]string{"", a.w.all[i].sku}
		}
		return [2]string{of.group, of.category}
	}
	for i := range own {
		c, ok := class[a.w.about[i].class]
		if !ok {
			c = zero()
			class[a.w.about[i].class] = c
		}
		s, ok := style[styleOf(i)]
		if !ok {
			s = zero()
			style[styleOf(i)] = s
		}
		c.n[0], s.n[0] = c.n[0]+level[i], s.n[0]+level[i]
		if own[i] == nil {
			continue
		}
		for t, v := range own[i][0] {
			c.x[t] += level[i] * v
			s.x[t] += level[i] * v
		}
	}
	out := make([][]float64, len(own))
	for i := range own {
		c, s := class[a.w.about[i].class], style[styleOf(i)]
		n := c.n[0] - s.n[0]
		if !(n > 0) {
			continue
		}
		x := make([]float64, a.ahead)
		moved := false
		for t := range x {
			x[t] = (c.x[t] - s.x[t]) / n
			moved = moved || math.Abs(x[t]) > 1e-9
		}
		if moved {
			out[i] = x
		}
	}
	return out
}
