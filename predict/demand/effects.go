package demand

import (
	"context"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"gonum.org/v1/gonum/floats"

	"almanac/model/forecast"
	"almanac/model/forecast/effect"
	"almanac/model/parallel"
	"almanac/model/stats"
	"almanac/state"
)

// Effect is something besides time that moves demand, as the shop's past tells.
type Effect struct {
	Group string `json:"group"` // price, substitutes, complements, holidays, campaigns, month, or the name of a signal
	Name  string `json:"name"`
	// Size is the coefficient over all categories: demand is multiplied by e to Size times how far it is from usual. For prices
	// and positive signals that is an elasticity; for promotions, holidays and campaigns the lift of a whole week, as a logarithm.
	Size      float64            `json:"size"`
	Deviation float64            `json:"sd"`
	Category  map[string]float64 `json:"category,omitempty"` // where it differs
}

// Tried is a group of effects that had to earn its place.
type Tried struct {
	Group string  `json:"group"`
	Title string  `json:"title"`
	Gain  float64 `json:"gain"` // share of the miss that it took away at past cut-offs
	Kept  bool    `json:"kept"`
	// Untold is that it would have earned its place, had it been told ahead.
	Untold bool `json:"untold,omitempty"`
}

// Move is by how much one effect multiplies the demand of one forecast week of a product.
type Move struct {
	Effect int     `json:"e"` // index into Model.Effects
	Week   int     `json:"w"` // from 0
	Factor float64 `json:"f"`
}

// effects are the groups in force with what was fitted.
type effects struct {
	a      *around
	groups []string
}

// moved is what effects did to one series up to a cut-off, and will do in the weeks after, as known then.
type moved struct {
	week   []int32   // of the past, those whose factor is not 1: mostly few
	factor []float64 // of these
	next   []float64
}

func newMoved(past, next []float64) *moved {
	n := 0
	for _, f := range past {
		if f != 1 {
			n++
		}
	}
	m := &moved{make([]int32, 0, n), make([]float64, 0, n), slices.Clone(next)}
	for t, f := range past {
		if f != 1 {
			m.week, m.factor = append(m.week, int32(t)), append(m.factor, f)
		}
	}
	return m
}

// basicNames are the names of what [around.ownOf] tells.
var basicNames = []string{"Price", "Promotion", "After a promotion"}

// ownNames are the regressors of single products in the groups, and the group of each.
func (e effects) ownNames() (names, of []string) {
	for _, g := range e.groups {
		name, signal := strings.CutPrefix(g, ofSignal)
		switch {
		case g == ofPrice:
			names, of = append(names, basicNames...), append(of, g, g, g)
		case g == ofSubstitutes:
			names, of = append(names, "Prices of substitutes"), append(of, g)
		case g == ofComplements:
			names, of = append(names, "Prices of complements"), append(of, g)
		case signal && e.a.signals[name] != nil:
			names, of = append(names, name), append(of, g)
		}
	}
	return names, of
}

// own are the regressors of all products, of the weeks from known on as told before a day. Products count by what they sold before
// the cut-off where they are added up.
func (e effects) own(known int, on state.Day, cutoff int) [][][]float64 {
	n := len(e.a.w.all)
	out := make([][][]float64, n)
	var basic [][][]float64
	if slices.Contains(e.groups, ofPrice) || slices.Contains(e.groups, ofSubstitutes) || slices.Contains(e.groups, ofComplements) {
		basic = make([][][]float64, n)
		parallel.For(n, func(i int) { basic[i] = e.a.ownOf(i, known, on) })
	}
	names, _ := e.ownNames()
	put := func(i, at int, x ...[]float64) {
		if out[i] == nil {
			out[i] = make([][]float64, len(names))
		}
		copy(out[i][at:], x)
	}
	one := func(at int, by [][]float64) {
		for i, x := range by {
			if x != nil {
				put(i, at, x)
			}
		}
	}
	at := 0
	for _, g := range e.groups {
		name, signal := strings.CutPrefix(g, ofSignal)
		switch {
		case g == ofPrice:
			for i, x := range basic {
				if x != nil {
					put(i, at, x...)
				}
			}
			at += len(basicNames)
		case g == ofSubstitutes:
			one(at, e.a.substitutes(basic, e.a.w.levels(cutoff)))
			at++
		case g == ofComplements:
			one(at, e.a.complements(basic))
			at++
		case signal && e.a.signals[name] != nil:
			for i, l := range e.a.signals[name] {
				put(i, at, l.known(on))
			}
			at++
		}
	}
	return out
}

func (e effects) commons() (out []outside) {
	for _, o := range e.a.common {
		if slices.Contains(e.groups, o.group) {
			out = append(out, o)
		}
	}
	return out
}

// levels are the mean weekly sales of each product before a week.
func (w *weeks) levels(before int) []float64 {
	out := make([]float64, len(w.all))
	for i, s := range w.all {
		n := 0.0
		for _, v := range s.y[:min(max(before-s.first, 0), len(s.y))] {
			if !math.IsNaN(v) {
				out[i], n = out[i]+v, n+1
			}
		}
		out[i] /= math.Max(n, 1)
	}
	return out
}

// fit estimates the effects from the weeks before a cut-off.
func (e effects) fit(cutoff int, own [][][]float64) *effect.Fit {
	p := effect.Panel{Classes: len(e.a.w.categories), Own: own}
	for _, s := range e.a.w.all {
		y := s.came(s.first, max(0, cutoff-s.first))
		p.Units, p.First = append(p.Units, y), append(p.First, s.first)
	}
	for _, of := range e.a.w.about {
		p.Class = append(p.Class, of.class)
	}
	for _, o := range e.commons() {
		p.Common = append(p.Common, o.week)
	}
	return effect.Estimate(p, cutoff)
}

// factors are those of one series in the weeks from its first to the end of the horizon.
func (e effects) factors(f *effect.Fit, i int, own, common [][]float64, horizon, cutoff int) []float64 {
	s := e.a.w.all[i]
	out := make([]float64, max(0, cutoff+horizon-s.first))
	for t := range out {
		out[t] = f.Factor(e.a.w.about[i].class, func(k int) float64 { return value(own, k, s.first+t) }, func(k int) float64 { return value(common, k, s.first+t) })
	}
	return out
}

func value(x [][]float64, k, t int) float64 {
	if k >= len(x) || t >= len(x[k]) || math.IsNaN(x[k][t]) {
		return 0
	}
	return x[k][t]
}

// at is what the effects did to each series before a cut-off and will do after it, as known on its morning; nil where nothing.
func (e effects) at(cutoff, horizon int, on state.Day) ([]*moved, *effect.Fit, [][][]float64) {
	own := e.own(cutoff, on, cutoff)
	f := e.fit(cutoff, own)
	var common [][]float64
	for _, o := range e.commons() {
		common = append(common, o.known(on))
	}
	out := make([]*moved, len(own))
	parallel.For(len(out), func(i int) {
		n := cutoff - e.a.w.all[i].first
		if n <= 0 || own[i] == nil && len(common) == 0 {
			return
		}
		all := e.factors(f, i, own[i], common, horizon, cutoff)
		if own[i] != nil && !e.a.covered {
			e.leaveUntold(all, f, i, own[i], cutoff)
		}
		out[i] = newMoved(all[:n], all[n:])
	})
	return out, f, own
}

// leaveUntold is for shops that do not tell of most reductions before they come. More of them will come, as often as before, so
// that the past keeps them; only a week of which something was told differs, against the mean of the last year.
func (e effects) leaveUntold(all []float64, f *effect.Fit, i int, own [][]float64, cutoff int) {
	first := e.a.w.all[i].first
	alone := func(t int) float64 {
		return f.Factor(e.a.w.about[i].class, func(k int) float64 { return value(own, k, first+t) }, func(int) float64 { return 0 })
	}
	var sum, n float64
	for t := range all {
		of := alone(t)
		if first+t < cutoff && first+t >= cutoff-52 {
			sum, n = sum+of, n+1
		}
		if all[t] /= of; first+t >= cutoff && of != 1 {
			all[t] *= of * n / sum
		}
	}
}

// miss is how much of the demand of past weeks a quick method misses with the effects, the weeks ahead being as they came: what
// is asked is how sales answer, not whether anybody knew. By cut-off.
func (e effects) miss(p plan) []float64 {
	var own [][][]float64
	quick := forecast.MovingAverage{Window: 8}
	out := make([]float64, len(p.cutoffs))
	var common [][]float64
	for _, o := range e.commons() {
		common = append(common, o.week)
	}
	for k, c := range p.cutoffs {
		var f *effect.Fit
		if own == nil || slices.Contains(e.groups, ofSubstitutes) {
			own = e.own(e.a.ahead, e.a.today, c)
		}
		if len(e.groups) > 0 {
			f = e.fit(c, own)
		}
		each := make([]float64, len(own))
		parallel.For(len(own), func(i int) {
			s := e.a.w.all[i]
			y := s.test(0, c, p.horizon)
			if c <= s.first {
				return
			}
			m := forecast.Method(quick)
			if f != nil && (own[i] != nil || len(common) > 0) {
				all := e.factors(f, i, own[i], common, p.horizon, c)
				n := c - s.first
				divide(y[:n], all)
				m = lifted{quick, all[n:]}
			}
			each[i] = forecast.BacktestMean(y, m, []int{c - s.first}, p.horizon).Miss
		})
		out[k] = floats.Sum(each)
	}
	return out
}

func divide(y, factor []float64) {
	for t := range y {
		y[t] /= factor[t]
	}
}

// leastGain is how much of the miss a group of effects must take away to be kept.
const leastGain = 0.002

// earn tries each group at past cut-offs and keeps those with which less is missed, over all and at more of them than not.
func (a *around) earn(ctx context.Context, p plan) (kept effects, tried []Tried, err error) {
	kept = effects{a: a}
	if len(p.cutoffs) == 0 || len(a.groups) == 0 {
		return kept, nil, nil
	}
	best := kept.miss(p)
	for _, g := range a.groups {
		if err := ctx.Err(); err != nil {
			return kept, nil, err
		}
		with := effects{a, append(slices.Clone(kept.groups), g.name)}
		miss := with.miss(p)
		t := Tried{Group: g.name, Title: g.title, Gain: round(1 - floats.Sum(miss)/math.Max(floats.Sum(best), 1e-9))}
		if t.Gain >= leastGain && winsOver(best, miss) > 0 {
			t.Kept, kept, best = true, with, miss
		}
		tried = append(tried, t)
	}
	return kept, tried, nil
}

// move puts what the effects did at every cut-off, and now, into the series.
func (e effects) move(p plan) {
	for i := range e.a.w.all {
		e.a.w.all[i].moved = nil
	}
	if len(e.groups) == 0 {
		return
	}
	put := func(cutoff, horizon int, on state.Day) (*effect.Fit, [][][]float64) {
		of, f, own := e.at(cutoff, horizon, on)
		for i, m := range of {
			if m == nil {
				continue
			}
			if e.a.w.all[i].moved == nil {
				e.a.w.all[i].moved = map[int]*moved{}
			}
			e.a.w.all[i].moved[cutoff] = m
		}
		return f, own
	}
	for _, c := range p.cutoffs {
		put(c, p.horizon, e.a.w.start+state.Day(7*c))
	}
	e.a.w.fitted, e.a.w.own = put(e.a.w.n, Horizon, e.a.today)
	for _, x := range e.a.w.own {
		for k := range x {
			x[k] = slices.Clone(x[k][min(e.a.w.n, len(x[k])):])
		}
	}
}

// tell puts the effects into the model: their sizes, and what they do in the weeks ahead.
func (e effects) tell(m *Model) {
	if len(e.groups) == 0 {
		return
	}
	w := e.a.w
	names, of := e.ownNames()
	add := func(group, name string, k int, all, deviation []float64, by [][]float64) {
		x := Effect{Group: strings.TrimPrefix(group, ofSignal), Name: name, Size: round(all[k]), Deviation: round(deviation[k]), Category: map[string]float64{}}
		for c, b := range by {
			if round(b[k]) != x.Size {
				x.Category[w.categories[c]] = round(b[k])
			}
		}
		m.Effects = append(m.Effects, x)
	}
	for k, name := range names {
		add(of[k], name, k, w.fitted.OwnAll, w.fitted.OwnSD, w.fitted.Own)
	}
	commons := e.commons()
	var common [][]float64
	for k, o := range commons {
		add(o.group, o.name, k, w.fitted.CommonAll, w.fitted.CommonSD, w.fitted.Common)
		common = append(common, o.known(e.a.today))
	}
	for i := range m.Product {
		class := w.about[i].class
		for h := range Horizon {
			note := func(at int, coefficient, value float64) {
				if f := math.Exp(coefficient * value); math.Abs(f-1) >= 0.01 {
					m.Product[i].Moves = append(m.Product[i].Moves, Move{at, h, math.Round(f*1e3) / 1e3})
				}
			}
			for k, b := range w.fitted.Own[class] {
				note(k, b, value(w.own[i], k, h))
			}
			for k, b := range w.fitted.Common[class] {
				note(len(names)+k, b, value(common, k, w.n+h))
			}
		}
	}
}

// lifted is a method that was given demand without effects, and whose answer is multiplied by those of the weeks ahead.
type lifted struct {
	forecast.Method
	factor []float64
}

// Mean implements forecast.Method.
func (l lifted) Mean(y []float64, horizon int) []float64 {
	return l.times(l.Method.Mean(y, horizon))
}

func (l lifted) times(x []float64) []float64 {
	for h := range x {
		if h < len(l.factor) {
			x[h] *= l.factor[h]
		}
	}
	return x
}

// Forecast implements forecast.Method. Demand over a lead time strays as much more as the weeks ahead sell more on average.
func (l lifted) Forecast(y []float64, horizon int) forecast.Forecast {
	f := l.Method.Forecast(y, horizon)
	f.Mean, f.P10, f.P50, f.P90 = l.times(slices.Clone(f.Mean)), l.times(slices.Clone(f.P10)), l.times(slices.Clone(f.P50)), l.times(slices.Clone(f.P90))
	for i := range f.Fan {
		f.Fan[i] = l.times(slices.Clone(f.Fan[i]))
	}
	if n := min(len(l.factor), horizon); n > 0 {
		f.Spread.Scale *= stats.Mean(l.factor[:n])
		f.Most *= math.Max(1, slices.Max(l.factor[:n]))
	}
	return f
}

// past is the demand of a series before a cut-off as a method is given it: the baseline (0) knows nothing of effects.
func (s series) past(method, cutoff int) []float64 {
	y := s.upTo(cutoff)
	if of := s.moved[cutoff]; of != nil && method != 0 {
		y = slices.Clone(y)
		for k, t := range of.week {
			y[t] /= of.factor[k]
		}
	}
	return y
}

// lift gives the effects of the weeks ahead back to what a method says.
func (s series) lift(method int, m forecast.Method, cutoff int) forecast.Method {
	if of := s.instead[cutoff]; of != nil && method != 0 {
		m = of
	} else if of, ok := s.mixed[cutoff]; ok && method != 0 {
		m = blended{m, of}
	}
	if of := s.moved[cutoff]; of != nil && method != 0 {
		return lifted{m, of.next}
	}
	return m
}

func effectNotes(tried []Tried) (notes []string) {
	for _, t := range tried {
		switch {
		case t.Untold:
			notes = append(notes, fmt.Sprintf("%s: known ahead it would have missed %.1f %% less, but not as it was told: left out.", t.Title, 100*t.Gain))
		case t.Kept:
			notes = append(notes, fmt.Sprintf("%s: earns its place, known ahead it missed %.1f %% less at past cut-offs.", t.Title, 100*t.Gain))
		default:
			notes = append(notes, fmt.Sprintf("%s: did not earn its place at past cut-offs (missed %.1f %% less), so it is left out.", t.Title, 100*t.Gain))
		}
	}
	return notes
}

// about is what the catalogue tells of one series.
type about struct {
	class           int // index into weeks.categories
	category, group string
	brand           string
	attributes      map[string]string
}

// describe notes what products are like; without a catalogue all are of one kind.
func (w *weeks) describe(of map[string]about) {
	names := map[string]bool{}
	for _, s := range w.all {
		names[of[s.sku].category] = true
	}
	w.categories = slices.Sorted(maps.Keys(names))
	for _, s := range w.all {
		a := of[s.sku]
		a.class, _ = slices.BinarySearch(w.categories, a.category)
		w.about = append(w.about, a)
	}
}
