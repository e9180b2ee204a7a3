package reorder

import (
	"cmp"
	"slices"
)

// Classes are those that products fall into: by money, A the products that bring the first 80 % of what is expected to be earned, B the
// next 15, C the rest (Dickie 1951, "ABC inventory analysis shoots for dollars"); by how steady their weeks are, X up to a coefficient
// of variation of a half, Y up to one, Z beyond.
var Classes = []string{"AX", "AY", "AZ", "BX", "BY", "BZ", "CX", "CY", "CZ"}

var classOf = func() map[string]string {
	money := map[byte]string{'A': "the products that bring the first 80 % of the money", 'B': "the products that bring the next 15 % of the money", 'C': "the products that bring the last 5 % of the money"}
	steady := map[byte]string{'X': "steady", 'Y': "varying", 'Z': "irregular"}
	out := map[string]string{}
	for _, c := range Classes {
		out[c] = money[c[0]] + ", with " + steady[c[1]] + " demand"
	}
	return out
}()

// AboutClass says what products a class holds; "" where there is no such class.
func AboutClass(class string) string { return classOf[class] }

const shareA, shareB = 0.80, 0.95

// classify gives every forecast product its class. Money is the margin where the cost is known, else the price; where nothing was sold
// lately a product brings none.
func (in Input) classify() map[string]string {
	type brings struct {
		sku    string
		money  float64
		steady string
	}
	var all []brings
	var total float64
	for i := range in.Model.Product {
		p := &in.Model.Product[i]
		ahead, _ := in.Ahead(p.SKU)
		week := Pace(ahead)
		b := brings{p.SKU, week * float64(in.Prices[p.SKU]), "X"}
		if c, ok := in.Costs[p.SKU]; ok && c.Currency == in.Currency {
			b.money = week * float64(max(0, in.Prices[p.SKU]-c.Amount))
		}
		switch sd := ahead.Spread.SD(1); {
		case sd > week:
			b.steady = "Z"
		case sd > week/2:
			b.steady = "Y"
		}
		total += b.money
		all = append(all, b)
	}
	slices.SortFunc(all, func(a, b brings) int { return cmp.Or(cmp.Compare(b.money, a.money), cmp.Compare(a.sku, b.sku)) })
	out := make(map[string]string, len(all))
	var before float64
	for _, b := range all {
		class := "C"
		switch {
		case b.money <= 0:
		case before < shareA*total:
			class = "A"
		case before < shareB*total:
			class = "B"
		}
		out[b.sku] = class + b.steady
		before += b.money
	}
	return out
}

// serviceOf is the service level that was set for a class of products; 0: it follows from money.
func (s Settings) serviceOf(class string) float64 {
	if v, ok := s.ByClass[class]; ok {
		return v
	}
	return s.ServiceLevel
}
