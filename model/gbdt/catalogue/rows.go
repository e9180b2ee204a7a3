package catalogue

import (
	"context"
	"math"
	"math/rand/v2"
	"sync"

	"almanac/model/gbdt"
)

// rows is what is learned from or asked: a column per feature.
type rows struct {
	columns []gbdt.Column
	target  []float64
	offset  []float64 // logarithm of the level
	spread  []float64 // logarithm of the dispersion so far
}

func newRows(n int) *rows {
	r := &rows{columns: make([]gbdt.Column, len(asked)+len(known)), target: make([]float64, n), offset: make([]float64, n), spread: make([]float64, n)}
	for j := range r.columns {
		r.columns[j].Values = make([]float32, n)
		r.columns[j].Categorical = j < codes
		if j < len(asked) {
			r.columns[j].Name = asked[j]
		} else {
			r.columns[j].Name = known[j-len(asked)]
		}
	}
	return r
}

func (r *rows) set(i int, row []float32) {
	for j, v := range row {
		r.columns[j].Values[i] = v
	}
}

// question is a day up to which a series is known (as many of its days), and a step after it.
type question struct{ known, step int }

// draw picks the questions of a series whose answers lie before the day end: at most n, for origins of the last span days
// from a week after the first sale on, several steps for each.
func draw(rng *rand.Rand, s *Series, end, span, horizon, n int) (out []question) {
	last := min(end-s.First, len(s.Y)) // days of the series before end
	lo := 0
	for lo < last && s.Y[lo] == 0 {
		lo++
	}
	lo = max(lo+7, last-span)
	if lo >= last {
		return nil
	}
	n = min(n, (last-lo)*stepsEach)
	for len(out) < n {
		t := lo + rng.IntN(last-lo)
		most := min(horizon, last-t)
		few := min(stepsEach, most)
		for k := range few {
			out = append(out, question{t, 1 + (k*most+rng.IntN(most))/few})
		}
	}
	return out[:n]
}

// stepsEach is how many steps are asked after one drawn day: they share most of their features, which saves time.
const stepsEach = 4

// fillAll makes the rows of many series on some goroutines; fn gives the questions of a series.
func fillAll(ctx context.Context, p *Panel, g *groups, which []int, workers int, ask func(i int) []question) (*rows, error) {
	all := make([][]question, len(which))
	start := make([]int, len(which)+1)
	for k, i := range which {
		all[k] = ask(i)
		start[k+1] = start[k] + len(all[k])
	}
	r := newRows(start[len(which)])
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			m := newMaker(p, g)
			for k := w; k < len(which) && ctx.Err() == nil; k += workers {
				m.series(which[k])
				last := -1
				for q, a := range all[k] {
					if a.known != last {
						m.know(a.known)
						last = a.known
					}
					at := start[k] + q
					r.set(at, m.ask(a.known, a.step))
					if d := a.known + a.step - 1; d < len(m.s.Y) {
						r.target[at] = float64(m.s.Y[d])
					} else {
						r.target[at] = math.NaN()
					}
					r.offset[at], r.spread[at] = math.Log(m.base), math.Log(m.wild)
				}
			}
		})
	}
	wg.Wait()
	return r, ctx.Err()
}
