package onsite

import (
	"strings"
	"unicode"

	"almanac/model/recommend/session"
)

// Likeness is what products are like by their category, brand, attributes and the words of their titles: what a product
// without a past has for neighbours, and what stands behind behaviour where there is some. number gives products theirs.
func Likeness(products []Product, number func(sku string) int32) *session.Pairs {
	var of [][]int32
	attributes := map[string]int32{}
	for i := range products {
		p := &products[i]
		it := number(p.SKU)
		for int(it) >= len(of) {
			of = append(of, nil)
		}
		seen := map[int32]bool{}
		for _, name := range describing(p) {
			a, ok := attributes[name]
			if !ok {
				a = int32(len(attributes))
				attributes[name] = a
			}
			if !seen[a] {
				seen[a] = true
				of[it] = append(of[it], a)
			}
		}
	}
	return session.NewAttributes(of, nil, 0.8, 30)
}

func describing(p *Product) []string {
	var out []string
	if p.Category != "" {
		out = append(out, "category "+p.Category)
	}
	if p.Brand != "" {
		out = append(out, "brand "+p.Brand)
	}
	for _, a := range p.Attributes {
		out = append(out, "attribute "+a)
	}
	for _, w := range strings.FieldsFunc(strings.ToLower(p.Title), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		if len([]rune(w)) > 2 {
			out = append(out, "word "+w)
		}
	}
	return out
}
