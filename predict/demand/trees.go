package demand

import (
	"context"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"

	"almanac/model/gbdt"
	"almanac/model/parallel"
	"almanac/state"
)

// One model of gradient-boosted trees over all products: what one product teaches about trends, seasons, prices and ends holds for
// the others. A row of what it learns from is a product, a week up to which it is known, and a step after it, as in
// model/gbdt/catalogue by day; the target is demand as a factor on a blend of the product's recent means. Sources: see there.

const (
	// treeRows is how many rows one fit draws at most, and treeSpan from how many weeks back.
	treeRows, treeSpan = 30_000, 104
	// treeSteps is how many steps are asked after one drawn week: they share most of their features.
	treeSteps = 4
	// treeSettled is how many weeks of a product are seen before it is asked about in learning.
	treeSettled = 4
	// mostTaught is the largest week that trees learn from, as large as gbdt takes.
	mostTaught = 1e12
	// treeChunk is how many products are answered for at a time, which bounds memory.
	treeChunk = 4096
)

// question is a series, a week of the history up to which it is known, and a step after it, from 1.
type question struct{ series, known, step int }

// trees forecasts every product that is old enough from a cut-off on, nil for the others: by a model that has learned from the weeks
// before the cut-off.
func (w *weeks) trees(ctx context.Context, a *around, cutoff, horizon int) ([][]float64, error) {
	g := newGrove(w, a, cutoff)
	r, err := g.answer(ctx, g.draw(horizon), true)
	if err != nil {
		return nil, err
	}
	bins, err := gbdt.NewBins(r.columns, 63)
	if err != nil {
		return nil, err
	}
	model, err := gbdt.Fit(ctx, gbdt.Set{Bins: bins, Target: r.target, Offset: r.offset}, nil, gbdt.Options{Objective: gbdt.Tweedie, Level: 1.3, Rounds: 80, Rate: .1,
		Leaves: 15, MinRows: max(len(r.target)/1000, 20), L2: 1, RowShare: .6, ColShare: .5, Seed: 1})
	if err != nil {
		return nil, err
	}
	out := make([][]float64, len(w.all))
	for chunk := range slices.Chunk(g.asked(), treeChunk) {
		var ask []question
		for _, i := range chunk {
			for h := range horizon {
				ask = append(ask, question{i, cutoff, h + 1})
			}
		}
		r, err := g.answer(ctx, ask, false)
		if err != nil {
			return nil, err
		}
		b, err := model.Bins(r.columns)
		if err != nil {
			return nil, err
		}
		all, err := model.PredictAll(b, r.offset, runtime.GOMAXPROCS(0))
		if err != nil {
			return nil, err
		}
		for k, i := range chunk {
			out[i] = slices.Clone(all[k*horizon : (k+1)*horizon])
		}
	}
	return out, nil
}

// grove is what trees see of a shop before a cut-off.
type grove struct {
	w      *weeks
	a      *around // nil where nothing is known besides sales
	cutoff int
	brand  []int
	class  []running // of the sum of the products of a category, over the whole history
	shop   running
	count  []float64 // products of each category
}

func newGrove(w *weeks, a *around, cutoff int) *grove {
	g := &grove{w: w, a: a, cutoff: cutoff, count: make([]float64, len(w.categories)), class: make([]running, len(w.categories)), brand: w.brands()}
	class, shop := make([][]float64, len(w.categories)), make([]float64, cutoff)
	for c := range class {
		class[c] = make([]float64, cutoff)
	}
	for i := range w.all {
		of, first := w.about[i].class, w.all[i].first
		y := g.seen(i)
		if len(y) > 0 {
			g.count[of]++
		}
		for t, v := range y {
			class[of][first+t] += v
			shop[first+t] += v
		}
	}
	for c, y := range class {
		g.class[c].fill(y)
	}
	g.shop.fill(shop)
	return g
}

// seen is the demand of a series before the cut-off, as methods are given it.
func (g *grove) seen(i int) []float64 {
	y := g.w.all[i].past(1, g.cutoff)
	if !slices.ContainsFunc(y, math.IsNaN) {
		return y
	}
	y = slices.Clone(y) // the week in which the history begins was seen in part
	for t, v := range y {
		if math.IsNaN(v) {
			y[t] = 0
		}
	}
	return y
}

// length is of how many weeks a series is known.
func (g *grove) length(i int) int { return max(0, g.cutoff-g.w.all[i].first) }

// brands are codes of the products' brands, 0 for none.
func (w *weeks) brands() []int {
	codes, out := map[string]int{"": 0}, make([]int, len(w.all))
	for i, of := range w.about {
		k, ok := codes[of.brand]
		if !ok {
			k = len(codes)
			codes[of.brand] = k
		}
		out[i] = k
	}
	return out
}

// asked are the series that are forecast: those old enough for the combination.
func (g *grove) asked() (out []int) {
	for i := range g.w.all {
		if g.length(i) >= combinedHistory {
			out = append(out, i)
		}
	}
	return out
}

// draw picks the questions whose answers lie before the cut-off, those of one series and week one after the other.
func (g *grove) draw(horizon int) (out []question) {
	rng := rand.New(rand.NewPCG(1, uint64(g.cutoff)))
	var series []int
	for i := range g.w.all {
		if g.length(i) > treeSettled {
			series = append(series, i)
		}
	}
	each := float64(treeRows) / treeSteps / math.Max(1, float64(len(series))) // weeks of a series
	for _, i := range series {
		n := g.length(i)
		from := max(treeSettled, n-treeSpan)
		for range min(int(each+rng.Float64()), 2*(n-from)) {
			t := from + rng.IntN(n-from)
			most := min(horizon, n-t)
			few := min(treeSteps, most)
			for k := range few {
				out = append(out, question{i, g.w.all[i].first + t, 1 + (k*most+rng.IntN(most))/few})
			}
		}
	}
	return out
}

// treeTable is rows of features, one column each.
type treeTable struct {
	columns []gbdt.Column
	target  []float64
	offset  []float64 // logarithm of the level
}

// answer makes the rows of questions; with their targets where they teach.
func (g *grove) answer(ctx context.Context, ask []question, teach bool) (*treeTable, error) {
	r := &treeTable{columns: make([]gbdt.Column, len(treeFeatures)), offset: make([]float64, len(ask))}
	for j := range r.columns {
		r.columns[j] = gbdt.Column{Name: treeFeatures[j], Values: make([]float32, len(ask)), Categorical: j < treeCodes}
	}
	if teach {
		r.target = make([]float64, len(ask))
	}
	workers := runtime.GOMAXPROCS(0)
	parallel.For(workers, func(k int) {
		m := treeMaker{grove: g, row: make([]float32, len(treeFeatures))}
		last := question{-1, -1, 0}
		for n := k * len(ask) / workers; n < (k+1)*len(ask)/workers && ctx.Err() == nil; n++ {
			q := ask[n]
			if q.series != last.series {
				m.series(q.series)
			}
			if q.series != last.series || q.known != last.known {
				m.know(q.known)
				last = q
			}
			m.ask(q.step)
			for j, v := range m.row {
				r.columns[j].Values[n] = v
			}
			r.offset[n] = math.Log(m.level)
			if teach {
				r.target[n] = math.Min(m.y[m.t+q.step-1], mostTaught)
			}
		}
	})
	return r, ctx.Err()
}

// ownAt are price, promotion and the week after one of a series, of the weeks from known on as told by its morning.
func (g *grove) ownAt(i, known int) [][]float64 {
	if g.a == nil {
		return nil
	}
	on := g.a.today
	if known < g.w.n {
		on = min(on, g.w.start+state.Day(7*known))
	}
	return g.a.ownOf(i, known, on)
}
