package auto

import "math"

// scheme is how weights come about; which one is chosen on the past.
type scheme struct {
	learned  bool    // weights shared by all series are learned, else equal
	strength float64 // of each series' own tilt
	median   bool    // weighted median, else weighted mean
}

// schemes from plain to bold. A later one must earn its place.
func schemes() []scheme {
	var out []scheme
	for _, median := range []bool{true, false} {
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
	newest := map[int]lesson{}
	for _, l := range p.lessons(0) {
		if l.origin == 0 {
			newest[l.series] = l
		}
	}
	of := bySeries(older)
	trials := 0
	for i := range newest {
		if len(of[i]) > 0 {
			trials++
		}
	}
	if trials < enoughTrials {
		return p.plain()
	}
	equal, learned := shared(nil, len(p.members)), shared(older, len(p.members))
	best, least := p.plain(), math.Inf(1)
	room := make([][]float64, len(p.members))
	for m := range room {
		room[m] = make([]float64, p.o.Horizon)
	}
	for _, s := range schemes() {
		w := equal
		if s.learned {
			w = learned
		}
		c := combiner{median: s.median}
		if s.median && p.o.Lean {
			continue // the median of methods lies below their mean where demand is skewed, and stock is ordered by the mean
		}
		var sum float64
		for i := range p.y { // in order, so that sums do not depend on the map's
			l, ok := newest[i]
			if !ok || len(of[i]) == 0 {
				continue
			}
			for _, e := range c.all(l.errors(room), tilt(w, of[i], s.strength)) {
				sum += math.Abs(e) / float64(p.o.Horizon)
			}
		}
		if sum < least*(1-1e-3) {
			best, least = s, sum
		}
	}
	return best
}

func bySeries(lessons []lesson) map[int][]lesson {
	out := map[int][]lesson{}
	for _, l := range lessons {
		out[l.series] = append(out[l.series], l)
	}
	return out
}
