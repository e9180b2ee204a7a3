package gbdt

import "slices"

// split is the best way found to divide a leaf; gain 0 for none.
type split struct {
	gain        float64
	column      int
	upTo        uint8
	missingLeft bool
	categories  bool
	left        [4]uint64
}

func (s *split) goesLeft(b uint8) bool {
	if s.categories {
		return s.left[b>>6]>>(b&63)&1 != 0
	}
	if b == 0 {
		return s.missingLeft
	}
	return b <= s.upTo
}

// bestOf is the split of the greatest gain, of equal ones the first.
func bestOf(found []split) (best split) {
	for _, s := range found {
		if s.gain > best.gain {
			best = s
		}
	}
	return best
}

const (
	// A gain less than this share of what the leaf already explains is rounding.
	least = 1e-9
	// Categories get more L2 than numbers, and their order is drawn to the mean by so many rows' worth: their order is
	// itself learned from the gradients (Ke et al.'s program does the same).
	categoryL2    = 10
	categoryRows  = 10
	categoryLeast = 5 // rows of a category that is ordered by itself
)

// split finds the best split of a leaf by one column.
func (g *grower) split(l *part, column int) split {
	hist := l.hist[column*g.stride : (column+1)*g.stride]
	c := &(*g.bins.columns)[column]
	if c.most < 2 && hist[0].low == 0 {
		return split{}
	}
	s := scan{g: g, column: column, l2: g.o.L2}
	s.G, s.H, s.n = g.parts(l.sum)
	if c.categorical {
		s.l2 += categoryL2
		s.base = s.G * s.G / (s.H + s.l2)
		s.categories(hist[:c.most+1])
		return s.best
	}
	s.base = s.G * s.G / (s.H + s.l2)
	if s.H+s.l2 <= 0 {
		return split{}
	}
	s.numbers(hist[:c.most+1], false)
	if hist[0].low != 0 {
		s.numbers(hist[:c.most+1], true)
	}
	return s.best
}

type scan struct {
	g      *grower
	column int
	l2     float64
	G, H   float64
	n      int
	base   float64
	best   split
}

// gain of a left side, 0 where it is not allowed.
func (s *scan) gain(left cell) float64 {
	G, H, n := s.g.parts(left)
	o := &s.g.o
	if n < max(1, o.MinRows) || s.n-n < max(1, o.MinRows) || H < o.MinWeight || s.H-H < o.MinWeight {
		return 0
	}
	a, b := H+s.l2, s.H-H+s.l2
	if a <= 0 || b <= 0 {
		return 0
	}
	gain := G*G/a + (s.G-G)*(s.G-G)/b - s.base
	if gain <= least*(s.base+least) {
		return 0
	}
	return gain
}

func (s *scan) numbers(hist []cell, missingLeft bool) {
	var left cell
	if missingLeft {
		left = hist[0]
		if gain := s.gain(left); gain > s.best.gain { // missing or not
			s.best = split{gain: gain, column: s.column, missingLeft: true}
		}
	}
	for b := 1; b < len(hist)-1; b++ {
		if hist[b].low == 0 {
			continue
		}
		left.g += hist[b].g
		left.low += hist[b].low
		if gain := s.gain(left); gain > s.best.gain {
			s.best = split{gain: gain, column: s.column, upTo: uint8(b), missingLeft: missingLeft}
		}
	}
}

// categories orders the bins by their mean gradient and splits along that order, where the best of all divisions into
// two lies (Fisher 1958).
func (s *scan) categories(hist []cell) {
	type category struct {
		bin uint8
		key float64
	}
	var order []category
	smooth := categoryRows * s.H / float64(max(1, s.n))
	for b, c := range hist {
		if G, H, n := s.g.parts(c); n >= categoryLeast {
			order = append(order, category{uint8(b), G / (H + smooth + 1e-12)})
		}
	}
	slices.SortStableFunc(order, func(a, b category) int {
		switch {
		case a.key < b.key:
			return -1
		case a.key > b.key:
			return 1
		}
		return 0
	})
	var left cell
	var in [4]uint64
	for _, c := range order {
		left.g += hist[c.bin].g
		left.low += hist[c.bin].low
		in[c.bin>>6] |= 1 << (c.bin & 63)
		if gain := s.gain(left); gain > s.best.gain {
			s.best = split{gain: gain, column: s.column, categories: true, left: in}
		}
	}
}
