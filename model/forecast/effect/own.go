package effect

import (
	"math"

	"gonum.org/v1/gonum/floats"

	"almanac/model/parallel"
)

// estimator is what is known while coefficients are found.
type estimator struct {
	p             Panel
	until         int
	owned, common int
	parts         []part
	own           [][]float64 // by class and regressor
	factor        [][]float64 // by product and step from its first on: of its own regressors; nil for 1
	week          [][]float64 // by class and step: against the level of its products
}

// part is some products of one class. What classes have in common is added up part by part, in their order, so that
// it does not depend on how many parts are worked on at a time.
type part struct {
	class    int
	products []int
}

// mostOfPart is how many products a part holds: few enough that the parts of one large class keep many processors busy.
const mostOfPart = 256

func newEstimator(p Panel, until int) *estimator {
	e := &estimator{p: p, until: until, owned: regressors(p.Own), common: len(p.Common), own: zeros(p.Classes, regressors(p.Own)), factor: make([][]float64, len(p.Units))}
	open := make([]int, p.Classes) // the part of each class that still has room, counted from 1
	for i, c := range p.Class {
		if open[c] == 0 || len(e.parts[open[c]-1].products) == mostOfPart {
			e.parts = append(e.parts, part{class: c})
			open[c] = len(e.parts)
		}
		of := &e.parts[open[c]-1]
		of.products = append(of.products, i)
	}
	return e
}

// seen is the number of steps of a product before the end, and its units in one of them.
func (e *estimator) steps(i int) int {
	return min(len(e.p.Units[i]), max(0, e.until-e.p.First[i]))
}

// refactor computes the factors of all products with the coefficients of now.
func (e *estimator) refactor() {
	parallel.For(len(e.p.Own), func(i int) {
		x := e.p.Own[i]
		if x == nil {
			return
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
	})
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

// byStep adds up two things by class and step, with room for some more classes; fn adds those of one product.
func (e *estimator) byStep(more int, fn func(i int, a, b []float64)) (a, b [][]float64) {
	pa, pb := zeros(len(e.parts), e.until), zeros(len(e.parts), e.until)
	parallel.For(len(e.parts), func(k int) {
		for _, i := range e.parts[k].products {
			fn(i, pa[k], pb[k])
		}
	})
	a, b = zeros(e.p.Classes+more, e.until), zeros(e.p.Classes+more, e.until)
	for k, of := range e.parts {
		floats.Add(a[of.class], pa[k])
		floats.Add(b[of.class], pb[k])
	}
	return a, b
}

// reweek computes what each class sold in each step against the levels of its products.
func (e *estimator) reweek() {
	sold, expected := e.byStep(1, func(i int, sold, expected []float64) {
		e.blocks(i, func(from, to int) {
			level, limit := e.level(i, from, to)
			if level == 0 {
				return
			}
			for t := from; t < to; t++ {
				if y := e.p.Units[i][t]; !math.IsNaN(y) {
					at, v, m := e.p.First[i]+t, math.Min(y, limit), level*e.of(i, t)
					sold[at] += v
					expected[at] += m
				}
			}
		})
	})
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
	parts, chi, n := make([]moments, len(e.parts)), make([]float64, len(e.parts)), make([]float64, len(e.parts))
	parallel.For(len(e.parts), func(k int) {
		s := scorer{e: e, m: newMoments(e.owned), mean: make([]float64, e.owned), seen: make([]float64, e.owned), square: make([]float64, e.owned*e.owned)}
		for _, i := range e.parts[k].products {
			if x := e.p.Own[i]; x != nil {
				e.blocks(i, func(from, to int) { s.block(i, x, from, to) })
			}
		}
		parts[k], chi[k], n[k] = s.m, s.chi, s.free
	})
	by = make([]moments, e.p.Classes)
	for c := range by {
		by[c] = newMoments(e.owned)
	}
	for k, of := range e.parts {
		by[of.class].add(parts[k])
	}
	pearson, free := floats.Sum(chi), floats.Sum(n)
	if free < 1 {
		return by, 1
	}
	return by, math.Max(1, pearson/free)
}

// scorer adds up score and information of one part, and what its counts stray.
type scorer struct {
	e                  *estimator
	m                  moments
	chi, free          float64
	mean, seen, square []float64 // of one block
}

// block adds one quarter of a product: its units are spread over the steps in proportion to factor and week.
func (s *scorer) block(i int, x [][]float64, from, to int) {
	if !varies(x, s.e.p.First[i]+from, s.e.p.First[i]+to) {
		return
	}
	level, limit := s.e.level(i, from, to)
	if level == 0 {
		return
	}
	k := s.e.owned
	clear(s.mean)
	clear(s.seen)
	clear(s.square)
	var weight, units, chi, free float64
	for t := from; t < to; t++ {
		y := s.e.p.Units[i][t]
		if math.IsNaN(y) {
			continue
		}
		y = math.Min(y, limit)
		w := s.e.of(i, t) * s.e.weekOf(i, t)
		weight, units = weight+w, units+y
		if mu := level * w; mu > 0 {
			chi += (y - mu) * (y - mu) / mu
			free++
		}
		for a := range k {
			va := at(x[a], s.e.p.First[i]+t)
			if va == 0 {
				continue
			}
			s.mean[a] += w * va
			s.seen[a] += y * va
			for b := a; b < k; b++ {
				s.square[a*k+b] += w * va * at(x[b], s.e.p.First[i]+t)
			}
		}
	}
	if !(weight > 0) {
		return
	}
	for a := range k {
		s.m.score[a] += s.seen[a] - units*s.mean[a]/weight
		for b := a; b < k; b++ {
			s.m.info.SetSym(a, b, s.m.info.At(a, b)+units*(s.square[a*k+b]/weight-s.mean[a]*s.mean[b]/weight/weight))
		}
	}
	s.chi, s.free = s.chi+chi, s.free+free-1
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
