package effect

import "math"

// estimator is what is known while coefficients are found.
type estimator struct {
	p             Panel
	until         int
	owned, common int
	own           [][]float64 // by class and regressor
	factor        [][]float64 // by product and step from its first on: of its own regressors; nil for 1
	week          [][]float64 // by class and step: against the level of its products
}

// seen is the number of steps of a product before the end, and its units in one of them.
func (e *estimator) steps(i int) int {
	return min(len(e.p.Units[i]), max(0, e.until-e.p.First[i]))
}

// refactor computes the factors of all products with the coefficients of now.
func (e *estimator) refactor() {
	for i, x := range e.p.Own {
		if x == nil {
			continue
		}
		n := e.steps(i)
		if e.factor[i] == nil {
			e.factor[i] = make([]float64, n)
		}
		for t := range n {
			var sum float64
			for k, b := range e.own[e.p.Class[i]] {
				sum += b * at(x[k], e.p.First[i]+t)
			}
			e.factor[i][t] = bounded(sum)
		}
	}
}

func (e *estimator) of(i, t int) float64 {
	if e.factor[i] == nil {
		return 1
	}
	return e.factor[i][t]
}

// blocks hands the quarters of a product to fn, as steps from its first on, counted back from the end.
func (e *estimator) blocks(i int, fn func(from, to int)) {
	for to := e.steps(i); to > 1; to -= block {
		fn(max(0, to-block), to)
	}
}

// level is the mean of a product in some steps, effects and the class's weeks taken out, and up to how much of a step is believed.
func (e *estimator) level(i, from, to int) (level, limit float64) {
	var units, expected, largest, n float64
	for t := from; t < to; t++ {
		if y := e.p.Units[i][t]; !math.IsNaN(y) {
			units, expected, largest, n = units+y, expected+e.of(i, t)*e.weekOf(i, t), math.Max(largest, y), n+1
		}
	}
	if n < 2 || !(units > 0) || !(expected > 0) {
		return 0, 0
	}
	limit = outlier * (1 + (units-largest)/(n-1))
	if largest > limit {
		units -= largest - limit
	}
	return units / expected, limit
}

func (e *estimator) weekOf(i, t int) float64 {
	if e.week == nil {
		return 1
	}
	return e.week[e.p.Class[i]][e.p.First[i]+t]
}

// sellsOf draws the weeks of a small class towards those of the shop, as if so many units more had been seen.
const sellsOf = 100.0

// reweek computes what each class sold in each step against the levels of its products.
func (e *estimator) reweek() {
	sold, expected := zeros(e.p.Classes+1, e.until), zeros(e.p.Classes+1, e.until)
	for i := range e.p.Units {
		c := e.p.Class[i]
		e.blocks(i, func(from, to int) {
			level, limit := e.level(i, from, to)
			if level == 0 {
				return
			}
			for t := from; t < to; t++ {
				if y := e.p.Units[i][t]; !math.IsNaN(y) {
					at, v, m := e.p.First[i]+t, math.Min(y, limit), level*e.of(i, t)
					sold[c][at] += v
					expected[c][at] += m
				}
			}
		})
	}
	all := e.p.Classes
	for c := range all {
		for t := range e.until {
			sold[all][t] += sold[c][t]
			expected[all][t] += expected[c][t]
		}
	}
	e.week = zeros(e.p.Classes, e.until)
	for t := range e.until {
		whole := 1.0
		if expected[all][t] > 0 {
			whole = (sold[all][t] + 1) / (expected[all][t] + 1)
		}
		for c := range e.week {
			e.week[c][t] = (sold[c][t] + sellsOf*whole) / (expected[c][t] + sellsOf)
		}
	}
}

// score gives score and information by class at the coefficients of now, and the dispersion of the counts.
func (e *estimator) score() (by []moments, dispersion float64) {
	by = make([]moments, e.p.Classes)
	for c := range by {
		by[c] = newMoments(e.owned)
	}
	var pearson, free float64
	for i, x := range e.p.Own {
		if x == nil {
			continue
		}
		m := by[e.p.Class[i]]
		e.blocks(i, func(from, to int) {
			chi, n := e.scoreBlock(i, x, from, to, m)
			pearson, free = pearson+chi, free+n
		})
	}
	if free < 1 {
		return by, 1
	}
	return by, math.Max(1, pearson/free)
}

// scoreBlock adds one quarter of a product: its units are spread over the steps in proportion to factor and week.
func (e *estimator) scoreBlock(i int, x [][]float64, from, to int, m moments) (chi, free float64) {
	if !varies(x, e.p.First[i]+from, e.p.First[i]+to) {
		return 0, 0
	}
	level, limit := e.level(i, from, to)
	if level == 0 {
		return 0, 0
	}
	k := e.owned
	mean, square := make([]float64, k), make([]float64, k*k)
	var weight, units float64
	seen := make([]float64, k)
	for t := from; t < to; t++ {
		y := e.p.Units[i][t]
		if math.IsNaN(y) {
			continue
		}
		y = math.Min(y, limit)
		w := e.of(i, t) * e.weekOf(i, t)
		weight, units = weight+w, units+y
		if mu := level * w; mu > 0 {
			chi += (y - mu) * (y - mu) / mu
			free++
		}
		for a := range k {
			va := at(x[a], e.p.First[i]+t)
			mean[a] += w * va
			seen[a] += y * va
			for b := a; b < k; b++ {
				square[a*k+b] += w * va * at(x[b], e.p.First[i]+t)
			}
		}
	}
	if !(weight > 0) {
		return 0, 0
	}
	for a := range k {
		m.score[a] += seen[a] - units*mean[a]/weight
		for b := a; b < k; b++ {
			m.info.SetSym(a, b, m.info.At(a, b)+units*(square[a*k+b]/weight-mean[a]*mean[b]/weight/weight))
		}
	}
	return chi, free - 1
}

func varies(x [][]float64, from, to int) bool {
	for _, of := range x {
		for t := from + 1; t < to; t++ {
			if at(of, t) != at(of, from) {
				return true
			}
		}
	}
	return false
}

// fitOwn finds the coefficients of what moved single products: of all classes together first, then each drawn to that.
func (e *estimator) fitOwn() (all, deviation []float64) {
	all, deviation = make([]float64, e.owned), make([]float64, e.owned)
	if e.owned == 0 {
		return all, deviation
	}
	weak := make([]float64, e.owned)
	for k := range weak {
		weak[k] = 1 / prior / prior
	}
	var by []moments
	var dispersion float64
	for range rounds {
		e.reweek()
		by, dispersion = e.score()
		sum := newMoments(e.owned)
		for _, m := range by {
			sum.add(m)
		}
		for k, d := range sum.step(dispersion, weak, all) {
			all[k] += d
		}
		deviation = sum.deviations(dispersion, weak)
		for c := range e.own {
			copy(e.own[c], all)
		}
		e.refactor()
	}
	e.reweek()
	by, dispersion = e.score()
	precision := between(by, dispersion)
	for range 2 {
		for c, m := range by {
			from := make([]float64, e.owned)
			for k := range from {
				from[k] = e.own[c][k] - all[k]
			}
			for k, d := range m.step(dispersion, finite(precision), from) {
				if !math.IsInf(precision[k], 1) {
					e.own[c][k] += d
				}
			}
		}
		e.refactor()
		by, _ = e.score()
	}
	return all, deviation
}

// finite replaces "not at all" by a precision that lets nothing move and can be computed with.
func finite(precision []float64) []float64 {
	out := make([]float64, len(precision))
	for k, p := range precision {
		out[k] = math.Min(p, 1e9)
	}
	return out
}
