package session

import "math"

// Counting says how items of one session are paired and how the pairs are weighed. A pair of a click on a and one on b
// that follows d clicks later counts Step^(d−1) for a → b and Back times that for b → a. For a visitor,
//
//	score(b) = Σ over the prefix of Position^(clicks since a) · count(a→b) / (support(a)^From · support(b)^To)
//
// With Back 0 these are sequential rules (Ludewig and Jannach 2018, section 3.1.3); with Step 1 and Back 1, From and To at .5 it is
// item-kNN by cosine (Deshpande and Karypis 2004, eq. 2); with Window 1 and Recent 1 a Markov chain.
type Counting struct {
	Step     float64
	Back     float64
	Window   int     // furthest pair, in clicks
	HalfLife float64 // of a session's age; 0 for no decay
	From, To float64
	Position float64
	Recent   int // clicks of the prefix that count, 0 for all
	Keep     int // neighbours kept an item
}

// Pairs scores by counted pairs of items.
type Pairs struct {
	start    []int32
	item     []int32
	score    []float32
	position float32
	recent   int
}

// NewPairs counts the pairs of a log. Time and memory grow with clicks · Window and items · Keep.
func NewPairs(l *Log, c Counting) *Pairs {
	n := l.Items()
	p := &Pairs{start: make([]int32, n+1), position: float32(c.Position), recent: c.Recent}
	where, offset := occurrences(l, n)
	support := l.counts(n)
	age := make([]float32, l.Len())
	for i := range age {
		age[i] = 1
		if c.HalfLife > 0 {
			age[i] = float32(math.Exp2(float64(l.When(i)-l.last()) / c.HalfLife))
		}
	}
	steps := make([]float32, c.Window+1)
	for d := range steps {
		steps[d] = float32(math.Pow(c.Step, float64(max(0, d-1))))
	}
	to := make([]float32, n)
	for i := range to {
		to[i] = float32(math.Pow(float64(max(1, support[i])), -c.To))
	}
	s := NewSheet(n)
	for a := range int32(n) {
		s.Clear()
		for _, w := range where[offset[a]:offset[a+1]] {
			from, end := l.start[w.session], l.start[w.session+1]
			for d := int32(1); d <= int32(c.Window); d++ {
				if at := w.click + d; at < end {
					s.Add(l.item[at], age[w.session]*steps[d])
				}
				if at := w.click - d; c.Back > 0 && at >= from {
					s.Add(l.item[at], age[w.session]*steps[d]*float32(c.Back))
				}
			}
		}
		own := float32(math.Pow(float64(max(1, support[a])), -c.From))
		for _, it := range s.touched {
			s.score[it] *= own * to[it]
		}
		for _, t := range s.Top(c.Keep, nil) {
			p.item = append(p.item, t.Item)
			p.score = append(p.score, t.Score)
		}
		p.start[a+1] = int32(len(p.item))
	}
	return p
}

// occurrence is one click: its session and its place in the log.
type occurrence struct{ session, click int32 }

// occurrences lists the clicks on each item.
func occurrences(l *Log, n int) (where []occurrence, offset []int32) {
	offset = make([]int32, n+1)
	for _, it := range l.item {
		offset[it+1]++
	}
	for i := range n {
		offset[i+1] += offset[i]
	}
	next := make([]int32, n)
	copy(next, offset)
	where = make([]occurrence, len(l.item))
	for i := range l.Len() {
		for at := l.start[i]; at < l.start[i+1]; at++ {
			it := l.item[at]
			where[next[it]] = occurrence{int32(i), at}
			next[it]++
		}
	}
	return where, offset
}

// Of is the neighbours of one item and their scores, best first.
func (p *Pairs) Of(item int32) (items []int32, scores []float32) {
	if item < 0 || int(item)+1 >= len(p.start) {
		return nil, nil
	}
	from, to := p.start[item], p.start[item+1]
	return p.item[from:to], p.score[from:to]
}

// Score implements [Scorer].
func (p *Pairs) Score(prefix []int32, s *Sheet) {
	w := float32(1)
	for i := len(prefix) - 1; i >= 0 && w > 1e-6 && (p.recent == 0 || len(prefix)-i <= p.recent); i-- {
		items, scores := p.Of(prefix[i])
		for j, it := range items {
			s.Add(it, w*scores[j])
		}
		w *= p.position
	}
}
