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

// gather asks every source of the placement. The best of the first source has relevance 1; each later source has a little
// less trust, and a product that several sources name has the sum, up to 1.
func (r *round) gather() {
	trust := 1.0
	for _, s := range r.placement.Sources {
		r.ask(s, trust)
		trust *= 0.7
	}
	r.heed()
}

const perSource = 60

func (r *round) ask(s Source, trust float64) {
	switch s {
	case Viewed:
		r.fromSessions(trust)
	case Substitute:
		r.fromLinks(s, r.learned.Substitutes, trust)
	case Complement:
		r.fromLinks(s, r.learned.Complements, trust)
	case Repeat:
		for it, at := range r.bought {
			if p := r.due(it, at); p >= dueFrom {
				r.add(it, s, it, trust*min(1, p/0.5))
			}
		}
	case Alike:
		if r.learned.Alike != nil {
			r.fromPairs(s, r.learned.Alike, trust)
		}
	case Trending:
		r.fromTrend(trust * 0.3)
	}
}

func (r *round) sheet() *session.Sheet {
	s, ok := r.e.sheets.Get().(*session.Sheet)
	if !ok {
		s = session.NewSheet(len(r.goods.product))
	}
	s.Clear()
	return s
}

// fromSessions takes what sessions like this one went on to. A page's product stands at the end of what the visitor did.
func (r *round) fromSessions(trust float64) {
	prefix := r.session
	if r.named {
		prefix = slices.Concat(r.session, r.seed)
	}
	if len(prefix) == 0 {
		return
	}
	s := r.sheet()
	defer r.e.sheets.Put(s)
	w := r.learned.Weights
	if w.K == 0 {
		w = r.e.o.Weights
	}
	session.KNN{Index: r.e.index, W: w}.Score(prefix, s)
	top := s.Top(perSource, r.keep)
	for _, t := range top {
		r.add(t.Item, Viewed, prefix[len(prefix)-1], trust*float64(t.Score/top[0].Score))
	}
}

func (r *round) fromLinks(source Source, l relation.Links, trust float64) {
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
	top := s.Top(perSource, r.keep)
	for _, t := range top {
		r.add(t.Item, source, because[t.Item], trust*float64(t.Score/top[0].Score))
	}
}

func (r *round) fromPairs(source Source, p *session.Pairs, trust float64) {
	if len(r.seed) == 0 {
		return
	}
	s := r.sheet()
	defer r.e.sheets.Put(s)
	p.Score(r.seed, s)
	top := s.Top(perSource, r.keep)
	for _, t := range top {
		r.add(t.Item, source, r.seed[len(r.seed)-1], trust*float64(t.Score/top[0].Score))
	}
}

// fromTrend takes what sells best, in the page's category where that is known.
func (r *round) fromTrend(trust float64) {
	list := r.goods.fill
	if r.category != 0 {
		list = r.goods.within[r.category]
	}
	if heats := r.heats(); len(heats) > 0 {
		r.fromGroups(list, heats, trust)
		return
	}
	taken := 0
	for rank, it := range list {
		if taken == r.n || rank == 20*perSource {
			return
		}
		if r.keep(it) {
			r.add(it, Trending, -1, trust/(1+float64(rank)/5))
			taken++
		}
	}
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

// fromGroups takes what sells best to visitors who came like this one: the share of a product among all deeds times the lifts of the
// visitor's groups, as if these were independent given the product.
func (r *round) fromGroups(list []int32, heats []*heat, trust float64) {
	seen := map[int32]bool{}
	var found []session.Scored
	consider := func(from []int32, most int) {
		for _, it := range from {
			if most == 0 {
				return
			}
			if seen[it] || int(it) >= len(r.goods.share) || r.category != 0 && r.goods.category[it] != r.category {
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
			found = append(found, session.Scored{Item: it, Score: float32(score / max(r.goods.share[r.goods.fill[0]], 1e-300))})
		}
	}
	consider(list[:min(len(list), 20*perSource)], 2*hot)
	for _, h := range heats {
		consider(h.best, hot)
	}
	slices.SortStableFunc(found, func(a, b session.Scored) int { return cmp.Compare(b.Score, a.Score) })
	for rank, f := range found[:min(len(found), r.n)] {
		r.add(f.Item, Trending, -1, trust/(1+float64(rank)/5))
	}
}

// add notes a candidate that may be shown.
func (r *round) add(it int32, s Source, because int32, relevance float64) {
	if i, ok := r.at[it]; ok {
		r.cands[i].relevance = min(1, r.cands[i].relevance+relevance)
		r.opened.note(it, s, r.goods.get(because), relevance)
		return
	}
	if s == Repeat && !r.keep(it) {
		return
	}
	r.opened.note(it, s, r.goods.get(because), relevance)
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
