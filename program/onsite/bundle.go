package onsite

import (
	"slices"

	"almanac/model/recommend/relation"
)

// MostBundles is the most bundles of one answer.
const MostBundles = 5

// bundlesKept is how many bundles of a shop are kept, the best of them.
const bundlesKept = 20_000

// Bundles are sets that are bought together, found by each product that they hold.
type Bundles struct {
	all []relation.Bundle
	of  map[int32][]int32 // product → places in all, best first
}

// NewBundles finds the sets of what goes together and does not stand in for one another.
func NewBundles(complements, substitutes relation.Links) *Bundles {
	b := &Bundles{all: relation.Bundles(complements, substitutes, bundlesKept), of: map[int32][]int32{}}
	for i, x := range b.all {
		for _, it := range x.Items {
			b.of[it] = append(b.of[it], int32(i))
		}
	}
	return b
}

// Offer is a set that is bought together, with a product of the page or cart in it.
type Offer struct {
	Items    []Shown // what the page shows first
	With     []*Product
	Price    int64 // of all, minor units; 0 where a price is not known
	Currency string
	Earns    float64 // margin of all less one delivery, minor units
	Known    bool    // whether Earns is known
}

// bundles offers sets that hold something of the page, all of which can be sold to this visitor and which together earn what the
// shop asks for.
func (r *round) bundles() (out []Offer) {
	b := r.learned.Bundles
	if b == nil || !r.named || r.control || r.q.Bundles <= 0 {
		return nil
	}
	seen := map[int32]bool{}
	var at []int32
	for _, it := range r.seed {
		for _, i := range b.of[it] {
			if !seen[i] {
				seen[i] = true
				at = append(at, i)
			}
		}
	}
	slices.Sort(at) // best first
	for _, i := range at {
		if o, ok := r.offer(b.all[i]); ok {
			out = append(out, o)
		}
		if len(out) == min(r.q.Bundles, MostBundles) {
			break
		}
	}
	return out
}

// offer makes a bundle into what is shown, where all of it can be.
func (r *round) offer(b relation.Bundle) (o Offer, ok bool) {
	o.Known = true
	var grams int64
	missing := false
	heaviest := int32(-1)
	for _, shown := range []bool{true, false} {
		for _, it := range b.Items {
			if slices.Contains(r.seed, it) != shown {
				continue
			}
			if !r.sells(it, shown) {
				return o, false
			}
			p := r.goods.get(it)
			if p == nil || p.Price <= 0 || o.Currency != "" && p.Currency != o.Currency {
				return o, false
			}
			s := r.shown(candidate{item: it, source: Complement, because: -1, relevance: float64(b.Score)})
			o.Items, o.Price, o.Currency = append(o.Items, s), o.Price+p.Price, p.Currency
			if m, known := p.margin(); known {
				o.Earns += float64(m)
			} else {
				o.Known = false
			}
			if shown {
				o.With = append(o.With, p)
			} else {
				missing = true
			}
			if grams += p.Grams; heaviest < 0 || p.Grams > r.goods.get(heaviest).Grams {
				heaviest = it
			}
		}
	}
	whole := *r.goods.get(heaviest)
	whole.Grams = grams // one parcel of them all
	if cost, _, known := r.to.cost(&whole, r.placement.Along); known {
		o.Earns -= float64(cost)
	}
	return o, missing && (!o.Known || o.Earns >= r.e.o.LeastMargin*float64(o.Price))
}

// sells says whether a product can be part of a bundle; that it stands on the page, or was bought before, is no matter for what
// the page shows.
func (r *round) sells(it int32, shown bool) bool {
	if shown {
		delete(r.exclude, it)
		defer func() { r.exclude[it] = true }()
	}
	why, ok := r.may(it)
	return ok || shown && why == owned
}

// Reason says in words why a bundle is offered.
func (o *Offer) Reason() string {
	words := "often bought together with "
	for i, p := range o.With {
		if i > 0 {
			words += " and "
		}
		words += p.Title
	}
	return words
}
