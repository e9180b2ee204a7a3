package session

import (
	"math"
	"slices"
	"sync"
)

// Part is one scorer of a blend.
type Part struct {
	Name   string
	Scorer Scorer
}

// Blend ranks the best candidates of several scorers together. What a candidate's utility is made of was weighed by a
// conditional logit on questions with known answers, apart for visitors who showed one item, two, or more.
type Blend struct {
	Parts   []Part
	Popular *Popular // of late
	Ever    *Popular // without decay
	Depth   int      // candidates taken from each part; 60 where 0
	Again   bool     // whether items of the prefix may be shown

	weights [][]float64 // by stage
	sheets  sync.Pool   // *scratch
}

// scratch is what one question needs.
type scratch struct {
	sheet []*Sheet
	items []int32
	place map[int32]struct{}
	x     []float32
	u     []float64
}

const stages = 3

// stage is how much a visitor has shown.
func stage(prefix []int32) int { return min(len(prefix), stages) - 1 }

const (
	perPart = 2 // features a part gives
	extra   = 6 // features of the candidate itself
	faint   = 1e-3
)

func (b *Blend) width() int { return perPart*len(b.Parts) + extra }

func (b *Blend) scratch() *scratch {
	s, ok := b.sheets.Get().(*scratch)
	if !ok {
		s = &scratch{place: map[int32]struct{}{}}
		for range b.Parts {
			s.sheet = append(s.sheet, NewSheet(0))
		}
	}
	s.items, s.x, s.u = s.items[:0], s.x[:0], s.u[:0]
	clear(s.place)
	for _, sh := range s.sheet {
		sh.Clear()
	}
	return s
}

// candidates fills s.items with the best of every part and s.x with their features.
func (b *Blend) candidates(prefix []int32, s *scratch) {
	depth := b.Depth
	if depth <= 0 {
		depth = 60
	}
	take := func(it int32) {
		if _, ok := s.place[it]; !ok {
			s.place[it] = struct{}{}
			s.items = append(s.items, it)
		}
	}
	keep := func(it int32) bool { return true }
	if !b.Again {
		keep = func(it int32) bool { return !slices.Contains(prefix, it) }
	}
	norm := make([]struct{ sum, most float64 }, len(b.Parts))
	for i, p := range b.Parts {
		p.Scorer.Score(prefix, s.sheet[i])
		best := s.sheet[i].Top(depth, keep)
		for _, c := range best {
			norm[i].sum += float64(c.Score)
			take(c.Item)
		}
		if len(best) > 0 {
			norm[i].most = float64(best[0].Score)
		}
	}
	if b.Again {
		for _, it := range prefix {
			if it >= 0 {
				take(it)
			}
		}
	}
	for _, it := range s.items {
		for i := range b.Parts {
			share, high := 0.0, 0.0
			if v := float64(s.sheet[i].Of(it)); v > 0 && norm[i].sum > 0 {
				share, high = v/norm[i].sum, v/norm[i].most
			}
			s.x = append(s.x, float32(math.Log(share/faint+1)), float32(high))
		}
		s.x = b.own(it, prefix, s.x)
	}
}

// own appends what is known of a candidate whatever the parts say: its popularity, and whether and how it was seen before.
func (b *Blend) own(it int32, prefix []int32, x []float32) []float32 {
	seen, count, ago := float32(0), 0, 0
	for i := len(prefix) - 1; i >= 0; i-- {
		if prefix[i] == it {
			if count == 0 {
				ago = len(prefix) - 1 - i
			}
			seen, count = 1, count+1
		}
	}
	last, near := float32(0), float32(0)
	if count > 0 {
		near = float32(1 / float64(1+ago))
		if ago == 0 {
			last = 1
		}
	}
	return append(x, float32(math.Log1p(float64(b.Popular.Of(it)))), float32(math.Log1p(float64(b.Ever.Of(it)))), seen, last, near, float32(math.Log1p(float64(count))))
}

// Fit learns the weights from questions that the parts have not learnt from.
func (b *Blend) Fit(questions []Question) {
	by := make([][]choice, stages)
	var all []choice
	for _, q := range questions {
		s := b.scratch()
		b.candidates(q.Prefix, s)
		if at := slices.Index(s.items, q.Target); at >= 0 && len(q.Prefix) > 0 {
			c := choice{x: slices.Clone(s.x), taken: at}
			all = append(all, c)
			by[stage(q.Prefix)] = append(by[stage(q.Prefix)], c)
		}
		b.sheets.Put(s)
	}
	// Without an answer to learn from all parts count alike.
	prior := make([]float64, b.width())
	for i := range b.Parts {
		prior[perPart*i] = 1
	}
	shared := logit(all, b.width(), 3, prior)
	b.weights = make([][]float64, stages)
	for i := range by {
		b.weights[i] = logit(by[i], b.width(), 30, shared)
	}
}

// Score implements [Scorer]: exp of the utility less that of the best.
func (b *Blend) Score(prefix []int32, sheet *Sheet) {
	if len(prefix) == 0 {
		b.Popular.Score(prefix, sheet)
		return
	}
	s := b.scratch()
	defer b.sheets.Put(s)
	b.candidates(prefix, s)
	if len(s.items) == 0 {
		return
	}
	s.u = utilities(s.x, b.width(), b.weights[stage(prefix)], s.u)
	most := slices.Max(s.u)
	for i, it := range s.items {
		sheet.Add(it, float32(math.Exp(max(-80, s.u[i]-most))))
	}
}
