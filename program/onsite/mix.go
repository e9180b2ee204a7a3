package onsite

import (
	"cmp"
	"slices"

	"almanac/model/recommend/session"
	"almanac/predict/affinity"
)

// Way is how the lists of a placement are made, as the shop's own replay chose it.
type Way struct {
	Placement string
	Moment    Moment
	Name      string // usual trust, mixture, best sellers
	Weights   map[Source]float64
	// Tried is how each way fared on questions that no weight was fitted on.
	Tried map[string]session.Outcome
}

// Moment is when a visitor asks: within a visit, or at the beginning of one.
type Moment string

// The moments.
const (
	Within Moment = "within a visit"
	Back   Moment = "coming back"
)

// The names of ways.
const (
	UsualTrust  = "usual trust"
	Mixture     = "mixture"
	BestSellers = "best sellers"
)

// everywhere is what sells best in the whole shop, where a list is not of its page's category; it is shown as trending.
const everywhere Source = "everywhere"

// leastHeld is how many questions are needed for ways to be compared: half of them fit the weights, the others choose.
const leastHeld = 100

// clearly is the gain in hits and reciprocal ranks from which another way is taken than the usual one.
const clearly = 0.002

type spot struct {
	placement string
	moment    Moment
}

// way is that of this list; nil for usual trust.
func (r *round) way() *Way {
	at := spot{r.placement.Name, Within}
	if !r.named && !r.fresh {
		at.moment = Back
	}
	w := r.learned.Ways[at]
	if w == nil || w.Name == UsualTrust {
		return nil
	}
	return w
}

// WaysOf lists how the lists of a placement are made, within a visit first; none where the past cannot tell.
func (l *Learned) WaysOf(placement string) (out []*Way) {
	for _, m := range []Moment{Within, Back} {
		if w := l.Ways[spot{placement, m}]; w != nil {
			out = append(out, w)
		}
	}
	return out
}

// mix gives every product that a source names the chance that the mixture gives it, over that of the best.
func (r *round) mix(w *Way) {
	for s, found := range r.shares(w.Weights) {
		for _, f := range found {
			source := s
			if s == everywhere {
				source = Trending
			}
			r.add(f.item, source, f.because, w.Weights[s]*f.score)
		}
	}
	most := 0.0
	for _, c := range r.cands {
		most = max(most, c.relevance)
	}
	if most > 0 {
		for i := range r.cands {
			r.cands[i].relevance /= most
		}
		r.opened.scale(1 / most)
	}
	if slices.Contains(r.placement.Sources, Repeat) { // what is due is due, whatever others look at
		r.trust(Repeat, 1)
	}
}

// shares iterates over the sources of weights in the order of their weight, each with what it names as shares of 1.
func (r *round) shares(weights map[Source]float64) func(func(Source, []found) bool) {
	sources := make([]Source, 0, len(weights))
	for s, w := range weights {
		if w > 0 {
			sources = append(sources, s)
		}
	}
	slices.SortFunc(sources, func(a, b Source) int { return cmp.Or(cmp.Compare(weights[b], weights[a]), cmp.Compare(a, b)) })
	return func(yield func(Source, []found) bool) {
		for _, s := range sources {
			if !yield(s, normal(r.find(s))) {
				return
			}
		}
	}
}

func normal(list []found) []found {
	sum := 0.0
	for _, f := range list {
		sum += f.score
	}
	for i := range list {
		if sum > 0 {
			list[i].score /= sum
		}
	}
	return list
}

// mixed are the sources that a placement's mixture is made of: its own but for what is due again, and what sells best, except where the
// list is of what goes with, or stands in for, the page's product.
func (p *Placement) mixed() (out []Source) {
	for _, s := range p.Sources {
		if s != Repeat {
			out = append(out, s)
		}
	}
	if p.Name != "product-substitutes" && p.Name != "product-complements" && !slices.Contains(out, Trending) {
		out = append(out, Trending)
	}
	if !p.about() && !p.SameCategory {
		out = append(out, everywhere)
	}
	return out
}

// choose lets questions that the past answers choose the way of each placement and moment.
func (e *Engine) choose(held *affinity.Held, products []Product, l *Learned) map[spot]*Way {
	if held == nil {
		return nil
	}
	probe := e.Beside(Options{Placements: e.o.Placements, Now: e.o.Now, Bounds: e.o.Bounds})
	probe.Load(&held.Earlier.Visits)
	all := slices.Clone(products)
	for i := range all { // what is sold out today was not then
		all[i].Counted, all[i].Hidden, all[i].OffSeason, all[i].Cost = false, false, false, 0
	}
	probe.SetCatalogue(all)
	probe.SetLearned(&Learned{Substitutes: held.Earlier.Substitutes, Complements: held.Earlier.Complements, Alike: l.Alike, Weights: l.Weights})
	out := map[spot]*Way{}
	for _, p := range e.o.Placements {
		for _, moment := range []Moment{Within, Back} {
			questions := held.Next
			switch {
			case moment == Back && (p.about() || p.Along):
				continue // these are always about what the page shows
			case moment == Back || p.ServerKey:
				questions = held.Again
			case p.Name == "product": // on to the next, or into the basket besides
				questions = slices.Concat(held.Next, held.Together)
			case slices.Contains(p.Sources, Complement):
				questions = held.Together
			}
			if w := probe.compare(p, moment, questions); w != nil {
				out[spot{p.Name, moment}] = w
			}
		}
	}
	return out
}

// about says whether a placement is asked with the products of its page.
func (p *Placement) about() bool {
	return slices.Contains(p.Sources, Complement) && !p.ServerKey || slices.Contains(p.Sources, Substitute)
}

// compare fits a mixture on every other question and asks the rest of it, of usual trust and of best sellers.
func (e *Engine) compare(p Placement, moment Moment, questions []session.Question) *Way {
	if len(questions) < leastHeld {
		return nil
	}
	sources := p.mixed()
	var rows [][]float64
	for i := 0; i < len(questions); i += 2 {
		r := e.replayed(p, moment, questions[i])
		row := make([]float64, len(sources))
		for k, s := range sources {
			for _, f := range normal(r.find(s)) {
				if f.item == questions[i].Target {
					row[k] = f.score
				}
			}
		}
		rows = append(rows, row)
	}
	w := &Way{Placement: p.Name, Moment: moment, Name: UsualTrust, Weights: map[Source]float64{}, Tried: map[string]session.Outcome{}}
	for k, v := range session.Interpolate(rows, len(sources)) {
		if v > 0.005 { // less changes no list and costs as much to ask
			w.Weights[sources[k]] = v
		}
	}
	ways := map[string]*Way{UsualTrust: nil, Mixture: w}
	if best := sources[len(sources)-1]; best == Trending || best == everywhere {
		ways[BestSellers] = &Way{Weights: map[Source]float64{best: 1}}
	}
	for i := 1; i < len(questions); i += 2 {
		r := e.replayed(p, moment, questions[i])
		for name, way := range ways {
			o := w.Tried[name]
			o.Score(r.rankOf(questions[i].Target, way), Usual)
			w.Tried[name] = o
		}
	}
	for name, o := range w.Tried {
		o.Mean()
		w.Tried[name] = o
	}
	for _, name := range []string{BestSellers, Mixture} {
		if o, ok := w.Tried[name]; ok && o.Gain() > w.Tried[w.Name].Gain()+clearly {
			w.Name = name
		}
	}
	if w.Name == BestSellers {
		w.Weights = ways[BestSellers].Weights
	}
	return w
}

// replayed is the making of an answer to somebody of the past.
func (e *Engine) replayed(p Placement, moment Moment, q session.Question) *round {
	r := &round{e: e, placement: p, asked: map[Source][]found{}, book: e.book.Load(), learned: e.learned.Load(), now: e.o.Now(), n: Usual, left: map[string]int{}, at: map[int32]int{}, exclude: map[int32]bool{}, latest: -1}
	r.goods = r.book.goods
	prefix := q.Prefix[max(0, len(q.Prefix)-mostSeeds):]
	last := prefix[len(prefix)-1]
	switch {
	case p.about() && p.Along && p.Name == "product-complements", p.about() && slices.Contains(p.Sources, Substitute):
		r.session, r.seed, r.named = prefix[:len(prefix)-1], prefix[len(prefix)-1:], true
	case p.about():
		r.seed, r.named = prefix, true
	default:
		r.session, r.seed, r.latest = prefix, prefix, last
	}
	if r.named {
		for _, it := range r.seed {
			r.exclude[it] = true
		}
	}
	r.fresh = moment == Within
	of := last
	if p.SameCategory && !r.named {
		of = q.Target // they went to the page of a category
	}
	if r.goods.get(of) != nil {
		r.category = r.goods.category[of]
	}
	return r
}

// rankOf is where a product stands by relevance, from 0; −1 where it does not.
func (r *round) rankOf(target int32, way *Way) int {
	r.cands, r.at = nil, map[int32]int{}
	if way == nil {
		r.usual()
	} else {
		r.mix(way)
	}
	slices.SortFunc(r.cands, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(b.relevance, a.relevance), cmp.Compare(a.item, b.item))
	})
	return slices.IndexFunc(r.cands, func(c candidate) bool { return c.item == target })
}
