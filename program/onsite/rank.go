package onsite

import (
	"cmp"
	"math"
	"slices"
)

// rank makes the list of a visitor of the treatment.
func (r *round) rank() {
	r.gather()
	r.weigh()
	r.vary()
	r.fill()
	r.pin()
	r.explore()
}

// weigh turns relevance into value = relevance × (1 + w·(business − 1)), where business is the margin against the usual one,
// times the cover of stock and the quality of the product. w is the largest of the placement's margin weight, its three
// quarters, half, quarter and nothing with which the list loses no more relevance than the placement allows.
func (r *round) weigh() {
	if len(r.cands) == 0 {
		return
	}
	business := make([]float64, len(r.cands))
	for i, c := range r.cands {
		business[i] = r.business(c.item)
	}
	order := make([]int, len(r.cands))
	for i := range order {
		order[i] = i
	}
	relevance := func(i int) float64 { return r.cands[i].relevance }
	best := discounted(order, relevance, relevance, r.n)
	for _, share := range []float64{1, 0.75, 0.5, 0.25, 0} {
		w := share * r.placement.Margin
		value := func(i int) float64 { return r.cands[i].relevance * (1 + w*(business[i]-1)) }
		if share > 0 && discounted(order, value, relevance, r.n) < (1-r.placement.LostRelevance)*best {
			continue
		}
		for i := range r.cands {
			r.cands[i].value = value(i)
		}
		r.weight = w
		break
	}
	slices.SortFunc(r.cands, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(b.value, a.value), cmp.Compare(a.item, b.item))
	})
}

// discounted is the relevance of the first n by some order, each divided by the logarithm of its place.
func discounted(all []int, by, relevance func(int) float64, n int) (sum float64) {
	slices.SortFunc(all, func(a, b int) int { return cmp.Or(cmp.Compare(by(b), by(a)), cmp.Compare(a, b)) })
	for place, i := range all[:min(n, len(all))] {
		sum += relevance(i) / math.Log2(float64(place+2))
	}
	return sum
}

// business is what a product is worth to the shop against a usual one of the same currency, .2 to 3: its margin after sending
// it, less where stock is nearly used up, less where it often comes back, more or less by its reviews.
func (r *round) business(it int32) float64 {
	p := r.goods.get(it)
	v := 1.0
	if m, ok := r.earns(it, p); ok {
		if usual := r.goods.typical[p.Currency]; usual > 0 {
			v = math.Max(0, m) / usual
		}
	}
	if left, counted := r.e.left(it); counted && p.Weekly > 0 {
		v *= math.Min(1, 0.3+0.7*float64(left)/p.Weekly) // a week of cover is enough
	}
	v *= (1 - p.ReturnRate) * (1 + 0.2*p.Quality)
	return math.Min(3, math.Max(0.2, v))
}

// vary takes the list from the candidates one by one: each time the one whose value less its likeness to what is
// taken already is largest (maximal marginal relevance), within the caps on categories and brands. Where the caps would
// leave the list short they give way, the best candidates first.
func (r *round) vary() {
	taken := make([]bool, len(r.cands))
	most := 1e-12
	if len(r.cands) > 0 {
		most = math.Max(most, r.cands[0].value)
	}
	likeness := make([]float64, len(r.cands))
	for len(r.out) < r.n {
		best, at := -1, math.Inf(-1)
		for i, c := range r.cands {
			if taken[i] || !r.room(c.item) {
				continue
			}
			if v := (1-r.placement.Variety)*c.value/most - r.placement.Variety*likeness[i]; v > at {
				best, at = i, v
			}
			if r.placement.Variety == 0 {
				break
			}
		}
		if best < 0 {
			break
		}
		taken[best] = true
		r.show(r.cands[best])
		for i := range r.cands {
			likeness[i] = math.Max(likeness[i], r.alike(r.cands[best].item, r.cands[i].item))
		}
	}
	for i, c := range r.cands {
		if len(r.out) == r.n {
			return
		}
		if !taken[i] {
			r.capped = true
			r.show(c)
		}
	}
}

// room says whether the caps leave room for a product.
func (r *round) room(it int32) bool {
	category, brand := 0, 0
	for _, s := range r.out {
		if r.goods.category[it] != 0 && r.goods.category[s.Item] == r.goods.category[it] {
			category++
		}
		if r.goods.brand[it] != 0 && r.goods.brand[s.Item] == r.goods.brand[it] {
			brand++
		}
		if p := r.goods.get(it); p.Group != "" && p.Group == s.Product.Group {
			return false // one variant of a style is enough
		}
	}
	one := r.placement.SameCategory && r.category != 0
	return (r.placement.PerCategory == 0 || one || category < r.placement.PerCategory) && (r.placement.PerBrand == 0 || brand < r.placement.PerBrand)
}

// alike is how alike two products are, 0 to 1.
func (r *round) alike(a, b int32) float64 {
	v := 0.0
	if c := r.goods.category[a]; c != 0 && c == r.goods.category[b] {
		v += 0.5
	}
	if c := r.goods.brand[a]; c != 0 && c == r.goods.brand[b] {
		v += 0.3
	}
	return v
}

func (r *round) show(c candidate) {
	r.out = append(r.out, r.shown(c))
}

func (r *round) shown(c candidate) Shown {
	s := Shown{Item: c.item, Product: r.goods.get(c.item), Score: c.value, Relevance: c.relevance, Source: c.source, Propensity: 1}
	if s.Left, s.Counted = r.e.left(c.item); s.Counted {
		s.Left = r.to.within(s.Product, s.Left)
	}
	if p := r.goods.get(c.because); p != nil {
		s.Because = p.SKU
	}
	if r.opened != nil {
		s.Detail = r.detail(c)
	}
	return s
}

// has says whether a product is in the list.
func (r *round) has(it int32) bool {
	return slices.ContainsFunc(r.out, func(s Shown) bool { return s.Item == it })
}

// fill goes on with what sells best, which is also all that a visitor of the holdout sees: in the page's category first, then anywhere. It looks at every product there is before
// it leaves a list short.
func (r *round) fill() {
	if len(r.out) >= r.n {
		return
	}
	lists := [][]int32{r.goods.fill}
	if r.category != 0 {
		lists = [][]int32{r.goods.within[r.category], r.goods.fill}
		if r.placement.SameCategory && r.q.Category != "" {
			lists = lists[:1] // a category page shows its category
		}
	}
	for _, list := range lists {
		for _, it := range list {
			if len(r.out) >= r.n {
				return
			}
			if r.has(it) {
				continue
			}
			if why, ok := r.may(it); !ok {
				r.left[why]++
				continue
			}
			r.show(candidate{item: it, source: Trending, because: -1})
		}
	}
}

// pin puts what the merchant wants where they want it, as far as it can be sold: the first places first, so that no pin
// moves another.
func (r *round) pin() {
	var pins []*Rule
	for i, holds := range r.active {
		if x := &r.book.rules[i]; holds && x.Deed == Pin {
			pins = append(pins, x)
		}
	}
	slices.SortStableFunc(pins, func(a, b *Rule) int { return cmp.Compare(a.Position, b.Position) })
	for _, x := range pins {
		it := r.e.numbers.find(x.SKUs[0])
		if why, ok := r.may(it); !ok {
			r.left[why]++
			continue
		}
		if i := slices.IndexFunc(r.out, func(s Shown) bool { return s.Item == it }); i >= 0 {
			r.out = slices.Delete(r.out, i, i+1)
		}
		at := min(x.Position-1, len(r.out))
		if at >= r.n {
			continue
		}
		r.out = slices.Insert(r.out, at, r.shown(candidate{item: it, source: Pinned, because: -1, relevance: 1, value: 1}))
		r.out = r.out[:min(len(r.out), r.n)]
	}
}

// leastForTrial is how long a list must be for one of its places to go to a new product.
const leastForTrial = 5

// explore gives the last place but one to a new product.
func (r *round) explore() {
	if !r.placement.Explore || r.q.Preview || r.bot || len(r.out) < leastForTrial {
		return
	}
	at := len(r.out) - 2
	if r.out[at].Source == Pinned {
		return
	}
	may := func(it int32) bool {
		_, ok := r.may(it)
		return ok && !r.has(it)
	}
	it, p := r.e.trial.pick(r.category, may)
	if it < 0 {
		return
	}
	s := r.shown(candidate{item: it, source: Exploration, because: -1})
	s.Propensity = p
	r.out[at] = s
}
