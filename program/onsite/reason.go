package onsite

import (
	"fmt"
	"hash/fnv"
	"maps"
	"slices"
)

// Reason says in words why a product is shown; title names a product by its SKU.
func (s Shown) Reason(title func(sku string) string) string {
	switch s.Source {
	case Viewed:
		if s.Because != "" {
			return "because you viewed " + title(s.Because)
		}
		return "visitors like you went on to it"
	case Substitute:
		return "instead of " + title(s.Because)
	case Complement:
		return "goes with " + title(s.Because)
	case Repeat:
		return "you may need it again"
	case Alike:
		return "similar to " + title(s.Because)
	case Exploration:
		return "new here"
	case Pinned:
		return "chosen by the shop"
	}
	if s.Product.Category != "" {
		return "popular in " + s.Product.Category
	}
	return "popular now"
}

// Note says why a list is short, generic or empty.
type Note struct {
	Code string // short, empty, generic, caps
	Text string
}

func (r *round) notes() (out []Note) {
	add := func(code, format string, a ...any) { out = append(out, Note{code, fmt.Sprintf(format, a...)}) }
	switch {
	case len(r.goods.fill) == 0:
		add("empty", "The catalogue is empty: import products or orders.")
	case len(r.out) == 0:
		add("empty", "None of %d products can be shown: %s.", len(r.goods.fill), r.reasons())
	case len(r.out) < r.n:
		add("short", "%d of %d places are filled, the rest cannot be: %s.", len(r.out), r.n, r.reasons())
	}
	if len(r.out) > 0 && !slices.ContainsFunc(r.out, func(s Shown) bool { return s.Source != Trending }) {
		switch {
		case r.control:
			add("generic", "This visitor is in the holdout: they see what sells best, so that it can be told what the lists earn.")
		case r.bot:
			add("generic", "This visitor clicks like a program; they see what sells best.")
		case len(r.seed) == 0 && len(r.session) == 0:
			add("generic", "Nothing is known of this visitor yet, and the page names no product.")
		default:
			add("generic", "Nothing was seen or bought together with what the page or visitor shows.")
		}
	}
	if r.capped {
		add("caps", "The caps on categories and brands gave way, as the list would have been short.")
	}
	return out
}

// reasons lists why products were left out, the most frequent first.
func (r *round) reasons() string {
	why := slices.SortedFunc(maps.Keys(r.left), func(a, b string) int {
		if d := r.left[b] - r.left[a]; d != 0 {
			return d
		}
		return len(a) - len(b)
	})
	if len(why) == 0 {
		return "there are no more"
	}
	s := ""
	for i, w := range why {
		if i > 0 {
			s += ", "
		}
		s += fmt.Sprintf("%s (%d)", w, r.left[w])
	}
	return s
}

// heldOut draws the holdout: the same visitor is always on the same side, in this shop and with this salt.
func (e *Engine) heldOut(who string) bool {
	if e.o.Holdout <= 0 || who == "" {
		return false
	}
	h := fnv.New64a()
	_, _ = h.Write([]byte(e.o.Salt + "\x00onsite\x00" + who)) // never fails
	// FNV spreads its low bits poorly over short texts: mix them once more (Steele et al. 2014, SplitMix64).
	z := h.Sum64()
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	z ^= z >> 31
	return float64(z>>11)/(1<<53) < e.o.Holdout
}

// Never is a product that no list can show, and why.
type Never struct{ SKU, Why string }

// NeverShown lists the products that no placement can show to anybody now, by SKU.
func (e *Engine) NeverShown() []Never {
	r := &round{e: e, book: e.book.Load(), learned: e.learned.Load(), now: e.o.Now(), placement: Placement{Bought: true}}
	r.goods, r.active = r.book.goods, r.book.holding("", r.now)
	var out []Never
	for it, p := range r.goods.product {
		if p == nil {
			continue
		}
		if why, ok := r.may(int32(it)); !ok {
			out = append(out, Never{p.SKU, why})
		}
	}
	slices.SortFunc(out, func(a, b Never) int {
		if a.SKU < b.SKU {
			return -1
		}
		return 1
	})
	return out
}
