package sim

import "slices"

// Taste tells how the person of an id, as truths of the kind "person" name them, would answer to being shown products; one below 0
// is somebody of whom the world knows nothing. It is good for the day that was lived last.
func (w *World) Taste(person int) *Taste {
	t := &Taste{w: w, category: make([]float64, len(w.goods.categories))}
	for k := range t.category {
		t.category[k] = w.goods.wheel.share(k)
	}
	if person >= 0 && person < len(w.people) {
		t.who = &w.people[person]
		for k := range t.category {
			t.category[k] *= 1 - loyal
		}
		for _, k := range t.who.taste {
			t.category[k] += loyal / float64(len(t.who.taste))
		}
	}
	return t
}

// Taste is what somebody would like to have.
type Taste struct {
	w        *World
	who      *person
	category []float64 // chance that a want is of it
}

// loyal is the share of wants that follow a person's own categories, as choose draws them.
const loyal = .6

// Wants is how likely a product goes into somebody's basket at today's price besides another that they are looking at, as baskets
// are filled in this world: what goes along with it, and whatever else they want. Beside is empty where they look at none. The
// unit is the chance of an average style at its usual price to somebody who looks at nothing.
func (t *Taste) Wants(d int, sku, beside string) float64 {
	g := t.w.goods
	p := g.number(sku)
	if p < 0 || sku == beside {
		return 0
	}
	i := g.products[p].style
	st := &g.styles[i]
	if !st.sold(d) {
		return 0
	}
	k := &g.categories[st.category]
	within := k.wheel.share(slices.Index(k.styles, i))
	if t.who != nil && st.brand != t.who.brand {
		within *= .7 // three in ten look again for their brand
	}
	appeal := t.w.appeal(p, d, t.who)
	chance := t.category[st.category] * within
	if b := g.number(beside); b >= 0 {
		law, first := &t.w.config.Basket, &g.styles[g.products[b].style]
		chance *= 1 - law.Complement - law.Same
		for _, c := range first.complements {
			if c == i {
				chance += law.Complement / float64(len(first.complements))
			}
		}
		if st.category == first.category {
			chance += law.Same * k.wheel.share(slices.Index(k.styles, i))
		}
	}
	return chance * appeal / usualBuy * float64(len(g.styles))
}

func (g *goods) number(sku string) int {
	return slices.IndexFunc(g.products, func(p product) bool { return p.sku == sku })
}

// share is the chance of an index.
func (w wheel) share(i int) float64 {
	if i < 0 || i >= len(w) {
		return 0
	}
	from := 0.
	if i > 0 {
		from = w[i-1]
	}
	return (w[i] - from) / w[len(w)-1]
}
