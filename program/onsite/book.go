package onsite

import (
	"slices"
	"strings"
	"time"
)

// book is a catalogue with the rules that speak of its products, found by number: an answer looks at the rules of a
// product and not at all rules, however many there are. It is not changed once made.
type book struct {
	goods      *catalogue
	rules      []Rule
	bySKU      map[int32][]int32 // number → places in rules
	byCategory map[int32][]int32
	byBrand    map[int32][]int32
}

func newBook(goods *catalogue, rules []Rule, n *numbers) *book {
	b := &book{goods: goods, rules: rules, bySKU: map[int32][]int32{}, byCategory: map[int32][]int32{}, byBrand: map[int32][]int32{}}
	for i := range rules {
		x, at := &rules[i], int32(i)
		for _, sku := range x.SKUs {
			if it := n.find(sku); it >= 0 { // the book is made anew with every catalogue
				b.bySKU[it] = append(b.bySKU[it], at)
			}
		}
		for _, name := range x.Brands {
			if k := goods.brands[name]; k != 0 {
				b.byBrand[k] = append(b.byBrand[k], at)
			}
		}
		if len(x.Categories) == 0 {
			continue
		}
		for name, k := range goods.categories {
			if k != 0 && x.within(name) {
				b.byCategory[k] = append(b.byCategory[k], at)
			}
		}
	}
	return b
}

// within says whether a category is one of a rule's, or lies in one.
func (r *Rule) within(category string) bool {
	return slices.ContainsFunc(r.Categories, func(c string) bool {
		rest, is := strings.CutPrefix(category, c)
		return is && (rest == "" || strings.HasPrefix(rest, " > "))
	})
}

// of lists the rules that speak of a product, each once, in the order of the rules.
func (b *book) of(it int32) []int32 {
	all := b.bySKU[it]
	if b.goods.get(it) == nil {
		return all
	}
	more, brand := b.byCategory[b.goods.category[it]], b.byBrand[b.goods.brand[it]]
	if len(more)+len(brand) == 0 {
		return all
	}
	all = slices.Concat(all, more, brand)
	slices.Sort(all)
	return slices.Compact(all)
}

// reach is how many products of the catalogue each rule speaks of.
func (b *book) reach() []int {
	n := make([]int, len(b.rules))
	for _, it := range b.goods.fill {
		for _, i := range b.of(it) {
			n[i]++
		}
	}
	return n
}

// Reach is how many products of the catalogue each of some rules speaks of.
func (e *Engine) Reach(rules []Rule) []int {
	return newBook(e.book.Load().goods, rules, e.numbers).reach()
}

// SetRules replaces the shop's rules; they were checked before. The next answer heeds them.
func (e *Engine) SetRules(r []Rule) {
	e.change.Lock()
	defer e.change.Unlock()
	e.book.Store(newBook(e.book.Load().goods, r, e.numbers))
}

// Rules are the rules in force; they must not be changed.
func (e *Engine) Rules() []Rule { return e.book.Load().rules }

// holding notes which rules hold for a placement now.
func (b *book) holding(placement string, now time.Time) []bool {
	if len(b.rules) == 0 {
		return nil
	}
	out := make([]bool, len(b.rules))
	for i := range b.rules {
		out[i] = b.rules[i].holds(placement, now)
	}
	return out
}

// told lists the rules that hold here and speak of a product.
func (r *round) told(it int32) (out []*Rule) {
	if len(r.active) == 0 {
		return nil
	}
	for _, i := range r.book.of(it) {
		if r.active[i] {
			out = append(out, &r.book.rules[i])
		}
	}
	return out
}
