package onsite

import (
	"cmp"
	"slices"

	"almanac/model/recommend/relation"
	"almanac/model/recommend/session"
)

// candidate is a product that may be shown.
type candidate struct {
	item      int32
	relevance float64 // 0 to 1
	source    Source
	because   int32 // −1 for nothing
	value     float64
}

// found is what a source names: at most perSource products, best first, each with what it was found by.
type found struct {
	item    int32
	because int32
	score   float64
}

// gather asks every source of the placement. Where the shop's replay has chosen weights for it, relevance is the chance that the mixture
// of the sources gives a product, over that of the best. Elsewhere the best of the first source has relevance 1, each later
// source a little less trust, and a product that several sources name has the sum, up to 1.
func (r *round) gather() {
	if way := r.way(); way != nil {
		r.mix(way)
	} else {
		r.usual()
	}
	r.heed()
}

// usual takes what the sources name by their order.
func (r *round) usual() {
	trust := 1.0
	for _, s := range r.placement.Sources {
		r.trust(s, trust)
		trust *= 0.7
	}
}

// trust takes what a source names by its usual trust.
func (r *round) trust(s Source, trust float64) {
	list := r.find(s)
	for rank, f := range list {
		switch s {
		case Repeat:
			r.add(f.item, s, f.because, trust*min(1, f.score/0.5))
		case Trending:
			if rank == r.n {
				return
			}
			r.add(f.item, s, f.because, trust*0.3/(1+float64(rank)/5))
		default:
			r.add(f.item, s, f.because, trust*f.score/list[0].score)
		}
	}
}

const perSource = 60

// find asks a source; a replay asks each once.
func (r *round) find(s Source) []found {
	if r.asked == nil {
		return r.look(s)
	}
	list, ok := r.asked[s]
	if !ok {
		list = r.look(s)
		r.asked[s] = list
	}
	return list
}

func (r *round) look(s Source) []found {
	switch s {
	case Viewed:
		return r.fromSessions()
	case Substitute:
		return r.fromLinks(r.learned.Substitutes)
	case Complement:
		return r.fromLinks(r.learned.Complements)
	case Repeat:
		return r.fromPurchases()
	case Alike:
		if r.learned.Alike != nil {
			return r.fromPairs(r.learned.Alike)
		}
	case Trending:
		return r.fromTrend(r.category)
	case everywhere:
		return r.fromTrend(0)
	}
	return nil
}

func (r *round) sheet() *session.Sheet {
	s, ok := r.e.sheets.Get().(*session.Sheet)
	if !ok {
		s = session.NewSheet(len(r.goods.product))
	}
	s.Clear()
	return s
}

// best is what stands first on a sheet and can be shown.
func (r *round) best(s *session.Sheet, because func(int32) int32) []found {
	top := s.Top(perSource, r.keep)
	out := make([]found, len(top))
	for i, t := range top {
		out[i] = found{t.Item, because(t.Item), float64(t.Score)}
	}
	return out
}

// fromSessions takes what sessions like this one went on to. A page's product stands at the end of what the visitor did.
func (r *round) fromSessions() []found {
	prefix := r.session
	if r.named {
		prefix = slices.Concat(r.session, r.seed)
	}
	if len(prefix) == 0 {
		return nil
	}
	s := r.sheet()
	defer r.e.sheets.Put(s)
	w := r.learned.Weights
	if w.K == 0 {
		w = r.e.o.Weights
	}
	session.KNN{Index: r.e.index, W: w}.Score(prefix, s)
	return r.best(s, func(int32) int32 { return prefix[len(prefix)-1] })
}

func (r *round) fromLinks(l relation.Links) []found {
	s := r.sheet()
	defer r.e.sheets.Put(s)
	because := map[int32]int32{}
	w := float32(1)
	for i := len(r.seed) - 1; i >= 0 && w > 0.01; i, w = i-1, w*0.8 {
		for _, x := range l.Of(r.seed[i]) {
			s.Add(x.Item, w*x.Score)
			if _, ok := because[x.Item]; !ok {
				because[x.Item] = r.seed[i]
			}
		}
	}
	return r.best(s, func(it int32) int32 { return because[it] })
}

func (r *round) fromPairs(p *session.Pairs) []found {
	if len(r.seed) == 0 {
		return nil
	}
	s := r.sheet()
	defer r.e.sheets.Put(s)
	p.Score(r.seed, s)
	return r.best(s, func(int32) int32 { return r.seed[len(r.seed)-1] })
}

// fromPurchases takes what the visitor bought before and is due again.
func (r *round) fromPurchases() (out []found) {
	for it, at := range r.bought {
		if p := r.due(it, at); p >= dueFrom && r.keep(it) {
			out = append(out, found{it, it, p})
		}
	}
	slices.SortFunc(out, func(a, b found) int { return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.item, b.item)) })
	return out[:min(len(out), perSource)]
}

// fromTrend takes what sells best, in one category or, where that is 0, anywhere: by the share of a product among all deeds, times
// the lifts of the visitor's groups, as if these were independent given the product.
func (r *round) fromTrend(category int32) []found {
	list := r.goods.fill
	if category != 0 {
		list = r.goods.within[category]
	}
	heats := r.heats()
	most := max(r.n, perSource/2)
	if len(heats) > 0 {
		most = 2 * hot
	}
	var out []found
	seen := map[int32]bool{}
	consider := func(from []int32, most int) {
		for _, it := range from {
			if most == 0 {
				return
			}
			if seen[it] || int(it) >= len(r.goods.share) || category != 0 && r.goods.category[it] != category {
				continue
			}
			seen[it] = true
			if !r.keep(it) {
				continue
			}
			most--
			score := r.goods.share[it]
			for _, h := range heats {
				lift, ok := h.lift[it]
				if !ok {
					lift = h.rest
				}
				score *= lift
			}
			out = append(out, found{it, -1, score})
		}
	}
	consider(list[:min(len(list), 20*perSource)], most)
	for _, h := range heats {
		consider(h.best, hot)
	}
	if len(heats) > 0 {
		slices.SortStableFunc(out, func(a, b found) int { return cmp.Compare(b.score, a.score) })
	}
	return out[:min(len(out), max(r.n, perSource))]
}

// heats are those of the visitor's groups.
func (r *round) heats() (out []*heat) {
	for _, g := range r.traits {
		if g != 0 && int(g) < len(r.goods.heats) { // one that is newer than the catalogue has nothing to say yet
			out = append(out, &r.goods.heats[g])
		}
	}
	return out
}

// add notes a candidate that may be shown.
func (r *round) add(it int32, s Source, because int32, relevance float64) {
	r.opened.note(it, s, r.goods.get(because), relevance)
	if i, ok := r.at[it]; ok {
		r.cands[i].relevance = min(1, r.cands[i].relevance+relevance)
		return
	}
	r.at[it] = len(r.cands)
	r.cands = append(r.cands, candidate{item: it, relevance: min(1, relevance), source: s, because: because})
}

// heed lets boosts and burials change relevance.
func (r *round) heed() {
	for i := range r.cands {
		c := &r.cands[i]
		for _, x := range r.told(c.item) {
			if x.Deed == Boost || x.Deed == Bury {
				c.relevance *= x.factor()
			}
		}
	}
}
