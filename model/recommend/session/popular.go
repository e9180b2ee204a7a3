package session

import "math"

// Popular scores items by how often they were touched of late.
type Popular struct {
	score []float32
	top   []Scored
}

// NewPopular counts each click half for every halfLife of its age (in the unit of the log's times; 0 for no decay) and
// remembers the first keep items for visitors of whom nothing is known.
func NewPopular(l *Log, halfLife float64, keep int) *Popular {
	p := &Popular{score: make([]float32, l.Items())}
	now := l.last()
	s := NewSheet(l.Items())
	for i := range l.Len() {
		w := 1.0
		if halfLife > 0 {
			w = math.Exp2(float64(l.When(i)-now) / halfLife)
		}
		for _, it := range l.At(i) {
			s.Add(it, float32(w))
		}
	}
	copy(p.score, s.score)
	p.top = append(p.top, s.Top(keep, nil)...)
	return p
}

// Of is the weight of one item.
func (p *Popular) Of(item int32) float32 {
	if item < 0 || int(item) >= len(p.score) {
		return 0
	}
	return p.score[item]
}

// Score implements [Scorer]: the same for everybody.
func (p *Popular) Score(_ []int32, s *Sheet) {
	for _, t := range p.top {
		s.Add(t.Item, t.Score)
	}
}
