package auto

import (
	"math"

	"almanac/model/parallel"
)

// scheme is how weights come about; which one is chosen on the past.
type scheme struct {
	learned  bool    // weights shared by all series are learned, else equal
	strength float64 // of each series' own tilt
	median   bool    // weighted median, else weighted mean
}

// schemes from plain to bold. A later one must earn its place. The median of methods lies below their mean where demand is skewed, and
// stock is ordered by the mean: lean collections know means only.
func (p *panel) schemes() []scheme {
	var out []scheme
	for _, median := range []bool{true, false} {
		if median && p.o.Lean {
			continue
		}
		for _, learned := range []bool{false, true} {
			for _, strength := range []float64{0, 0.5, 1, 2, 4, 8} {
				out = append(out, scheme{learned, strength, median})
			}
		}
	}
	return out
}

// plain is what is done where the past cannot choose: the median of equals, found good on every collection known.
var plain = scheme{median: true, strength: 0.5}

func (p *panel) plain() scheme {
	s := plain
	s.median = !p.o.Lean
	return s
}

// enoughTrials is how many series must have two cut-offs before schemes are compared on them.
const enoughTrials = 10

// choose compares schemes at the newest cut-off, each with weights from the older cut-offs only.
// Where two are within a thousandth, the plainer one stays.
func (p *panel) choose() scheme {
	older := p.lessons(1)
	of := p.bySeries(older)
	var trials []lesson // the newest cut-off of each series that has older ones
	for _, l := range p.lessons(0) {
		if l.k == 0 && len(of[l.series]) > 0 {
			trials = append(trials, l)
		}
	}
	if len(trials) < enoughTrials {
		return p.plain()
	}
	members := len(p.members)
	equal, learned := p.shared(nil), p.shared(older)
	tried := p.schemes()
	missing := make([][]float64, len(trials)) // by trial and scheme
	parallel.On(p.o.Workers, len(trials), func(at int) {
		l := &trials[at]
		before := of[l.series]
		miss, errors := missed(before, members), l.errors()
		missing[at] = make([]float64, len(tried))
		for n, s := range tried {
			w := equal
			if s.learned {
				w = learned
			}
			c := combiner{median: s.median}
			for _, e := range c.all(errors, tilt(w, miss, len(before), s.strength)) {
				missing[at][n] += math.Abs(e)
			}
		}
	})
	best, least := p.plain(), math.Inf(1)
	for n, s := range tried {
		var sum float64
		for _, of := range missing {
			sum += of[n]
		}
		if sum < least*(1-1e-3) {
			best, least = s, sum
		}
	}
	return best
}
