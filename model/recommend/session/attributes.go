package session

import "math"

// tooCommon is how many items may have an attribute for it to find any.
const tooCommon = 3000

// NewAttributes is the neighbours of items by what is known about them rather than by what people did: the cosine of their
// attributes weighed by idf, for a new item as good as for an old one. Among items that are alike in this the more
// popular come first (popular may be nil). Attribute numbers are dense, from 0; each list has no repeats.
func NewAttributes(of [][]int32, popular *Popular, position float64, keep int) *Pairs {
	n := len(of)
	p := &Pairs{start: make([]int32, n+1), position: float32(position)}
	var with [][]int32
	for it, list := range of {
		for _, a := range list {
			if a < 0 {
				continue
			}
			for int(a) >= len(with) {
				with = append(with, nil)
			}
			with[a] = append(with[a], int32(it))
		}
	}
	idf := make([]float64, len(with))
	for a, items := range with {
		idf[a] = math.Log1p(float64(n) / float64(max(1, len(items))))
	}
	norm := make([]float64, n)
	for it, list := range of {
		for _, a := range list {
			if a >= 0 {
				norm[it] += idf[a] * idf[a]
			}
		}
		norm[it] = math.Sqrt(norm[it])
	}
	s := NewSheet(n)
	for it, list := range of {
		s.Clear()
		for _, a := range list {
			if a < 0 || len(with[a]) > max(2, min(n/2, tooCommon)) {
				continue // what many items have tells few apart
			}
			for _, other := range with[a] {
				if int(other) != it {
					s.Add(other, float32(idf[a]*idf[a]/norm[it]/norm[other]))
				}
			}
		}
		if popular != nil {
			for _, other := range s.touched {
				s.score[other] *= float32(1 + 0.1*math.Log1p(float64(popular.Of(other))))
			}
		}
		for _, t := range s.Top(keep, nil) {
			p.item, p.score = append(p.item, t.Item), append(p.score, t.Score)
		}
		p.start[it+1] = int32(len(p.item))
	}
	return p
}
