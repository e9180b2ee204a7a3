package session

import (
	"math"
	"slices"
)

// Weights says how neighbours among sessions count. A session n is as near as
//
//	sim(n) = Σ over shared items i of Position^(clicks since i) · idf(i)^Rare · |n|^(−Length) · 2^(−age(n)/HalfLife)
//
// and an item c that stands d clicks behind the latest shared item of the nearest K sessions earns
//
//	score(c) = Σ sim(n) · Near^(|d|−1) · idf(c)^RareNext, times Before where d < 0, times Again where c is in the prefix.
//
// With Position and Near at 1, Rare 1, Length .5 and Before 1 this is V-SKNN with idf weighting; with decays on all three
// axes it is the family of STAN (Garg et al. 2019, eq. 4–7) and VSTAN.
type Weights struct {
	K        int
	Latest   int     // sessions looked at per item, 0 for all that the index has
	Position float64 // 0 to 1
	Rare     float64
	Length   float64
	HalfLife float64 // in the unit of the log's times; 0 for no decay
	Near     float64 // 0 to 1
	Before   float64
	RareNext float64
	Again    float64
	Recent   int // clicks of the prefix that count, 0 for all
}

// KNN scores by neighbours in an index.
type KNN struct {
	Index *Index
	W     Weights
}

// neighbourhood is scratch: sessions found by number, in an open-addressed table.
type neighbourhood struct {
	key   []uint32
	sim   []float32
	found []int32 // places in use
	best  []Scored
	items []int32

	// Powers by length and distance, of the weights that were asked for last.
	of       Weights
	bySize   []float32
	byOffset []float32
}

// prepare works the powers out where the weights are others than last time.
func (h *neighbourhood) prepare(w Weights, longest int) {
	if h.of == w && len(h.bySize) > longest {
		return
	}
	h.of, h.bySize, h.byOffset = w, make([]float32, longest+1), make([]float32, longest+1)
	for n := range h.bySize {
		h.bySize[n] = float32(math.Pow(float64(max(1, n)), -w.Length))
		h.byOffset[n] = float32(math.Pow(w.Near, float64(max(0, n-1))))
	}
}

func (h *neighbourhood) clear() {
	for _, at := range h.found {
		h.key[at] = 0
	}
	h.found = h.found[:0]
}

func (h *neighbourhood) add(number uint32, v float32) {
	if 2*len(h.found) >= len(h.key) {
		h.grow()
	}
	mask := uint32(len(h.key) - 1)
	at := number * 2654435769 & mask
	for ; h.key[at] != 0; at = (at + 1) & mask {
		if h.key[at] == number {
			h.sim[at] += v
			return
		}
	}
	h.key[at], h.sim[at] = number, v
	h.found = append(h.found, int32(at))
}

func (h *neighbourhood) grow() {
	keys, sims, found := h.key, h.sim, h.found
	n := max(1024, 4*len(keys))
	h.key, h.sim, h.found = make([]uint32, n), make([]float32, n), make([]int32, 0, n/2)
	for _, at := range found {
		h.add(keys[at], sims[at])
	}
}

// Score implements [Scorer].
func (n KNN) Score(prefix []int32, s *Sheet) {
	if n.W.Recent > 0 && len(prefix) > n.W.Recent {
		prefix = prefix[len(prefix)-n.W.Recent:]
	}
	if len(prefix) > n.Index.bounds.Length {
		prefix = prefix[len(prefix)-n.Index.bounds.Length:]
	}
	x := n.Index
	x.mu.RLock()
	defer x.mu.RUnlock()
	s.near.prepare(n.W, x.bounds.Length+perChunk)
	n.gather(prefix, &s.near)
	n.nearest(&s.near)
	for _, b := range s.near.best {
		n.take(prefix, uint32(b.Item), b.Score, s)
	}
}

// idf of an item is ln(1 + sessions/sessions with it).
func (x *Index) idf(item int32) float64 {
	return math.Log1p(float64(x.next) / float64(max(1, x.posts[item].total)))
}

// gather adds up what each recent session shares with the prefix.
func (n KNN) gather(prefix []int32, h *neighbourhood) {
	h.clear()
	x := n.Index
	w := 1.0
	for i := len(prefix) - 1; i >= 0; i, w = i-1, w*n.W.Position {
		it := prefix[i]
		if int(it) >= len(x.posts) || it < 0 || slices.Contains(prefix[i+1:], it) {
			continue // an item that comes again counts where it came last
		}
		v := w
		if n.W.Rare != 0 {
			v *= math.Pow(x.idf(it), n.W.Rare)
		}
		left := n.W.Latest
		x.posts[it].each(func(number uint32) bool {
			h.add(number, float32(v))
			left--
			return left != 0
		})
	}
}

// nearest leaves the K nearest sessions in h.best.
func (n KNN) nearest(h *neighbourhood) {
	x := n.Index
	best := h.best[:0]
	for _, at := range h.found {
		r := &x.sessions[x.slot(h.key[at])]
		if r.number != h.key[at] {
			continue // forgotten since
		}
		v := h.sim[at] * h.bySize[r.count]
		if n.W.HalfLife > 0 {
			v *= float32(math.Exp2(float64(r.at-x.now) / n.W.HalfLife))
		}
		c := Scored{int32(h.key[at]), v}
		switch {
		case len(best) < n.W.K:
			best = append(best, c)
			for i := len(best) - 1; i > 0 && later(best[(i-1)/2], best[i]); i = (i - 1) / 2 {
				best[i], best[(i-1)/2] = best[(i-1)/2], best[i]
			}
		case len(best) > 0 && later(c, best[0]):
			best[0] = c
			sinkLater(best)
		}
	}
	h.best = best
}

// later says whether session a is nearer than b, or as near and more recent.
func later(a, b Scored) bool { return a.Score > b.Score || a.Score == b.Score && a.Item > b.Item }

func sinkLater(h []Scored) {
	for i := 0; ; {
		worst := i
		for _, c := range [2]int{2*i + 1, 2*i + 2} {
			if c < len(h) && later(h[worst], h[c]) {
				worst = c
			}
		}
		if worst == i {
			return
		}
		h[i], h[worst] = h[worst], h[i]
		i = worst
	}
}

// take lets the items of one neighbour earn.
func (n KNN) take(prefix []int32, number uint32, sim float32, s *Sheet) {
	x, h := n.Index, &s.near
	h.items = x.read(&x.sessions[x.slot(number)], h.items[:0]) // latest first
	match, when := -1, -1
	for i, it := range h.items {
		for p := len(prefix) - 1; p > when; p-- {
			if prefix[p] == it {
				match, when = i, p
				break
			}
		}
	}
	for i, it := range h.items {
		d := match - i // positive behind the shared item
		v := sim
		if d < 0 {
			v *= float32(n.W.Before)
			d = -d
		}
		v *= h.byOffset[d]
		if n.W.RareNext != 0 {
			v *= float32(math.Pow(x.idf(it), n.W.RareNext))
		}
		if n.W.Again != 1 && slices.Contains(prefix, it) {
			v *= float32(n.W.Again)
		}
		s.Add(it, v)
	}
}
