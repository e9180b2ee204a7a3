// Package onsite decides what a shop's pages show a visitor: which products, in which order, and why.
//
// In go a catalogue with prices, costs and stock, every click as it happens, what was learnt from the past, and the shop's
// rules. Out comes a list for one placement: products that this visitor can buy and the shop can sell at a profit, each with
// its reason and the probability with which it was put there, so that the past can tell later what another choice would have
// earned. Nothing is computed per visitor in advance; a click counts for the next answer.
//
// The way of an answer: candidates from the placement's sources → hard filters → probability × margin × stock cover within
// a cap on the relevance lost → variety → rules → a slot to try new products → filling up, so that no list is short
// while something could be shown.
//
// Sources: model/recommend/session and model/recommend/relation for the candidates; Carbonell and Goldstein (1998), "The use
// of MMR", SIGIR (variety); Thompson (1933), Biometrika 25 (trying); Dudík et al. (2014), "Doubly robust policy evaluation
// and optimization", Statistical Science 29(4) (why propensities are kept).
package onsite

import (
	"cmp"
	"math"
	"slices"
	"sync"
	"time"
)

// Product is what an answer must know of one product.
type Product struct {
	SKU, Title, URL, Image string
	Group                  string // the style that variants share
	Category, Brand        string
	Attributes             []string
	Price, Cost            int64   // minor units; 0 is unknown
	TaxIncluded            bool    // whether Price holds tax
	Tax                    float64 // share of Price that is tax
	Currency               string
	Counted                bool      // whether Stock is known
	Stock                  int64     // units that can be sold
	CountedAt              time.Time // as of when they were counted; zero where unknown
	SalesOff               bool      // whether Stock has sales since the count taken off
	Places                 []Place   // where Stock lies; none where that is not known
	MoreOn                 time.Time // when more are due; zero where nobody said
	Grams                  int64     // weight; 0 is unknown
	Weekly                 float64
	Hidden                 bool
	OffSeason              bool     // is not sold on these days
	Elsewhere              []string // countries that it cannot be sent to
	ReturnRate             float64  // 0 to 1
	Quality                float64  // sentiment of reviews, −1 to 1
	Added                  time.Time
}

// margin is what one unit earns without tax before it is sent, and whether that is known.
func (p *Product) margin() (int64, bool) {
	if p.Price <= 0 || p.Cost <= 0 {
		return 0, false
	}
	return p.Price - int64(math.Round(float64(p.Price)*p.Tax)) - p.Cost, true
}

// numbers gives every product a number that never changes while the program runs.
type numbers struct {
	mu  sync.RWMutex
	of  map[string]int32
	sku []string
}

func newNumbers() *numbers { return &numbers{of: map[string]int32{}} }

// find is the number of a product, −1 where it was never heard of.
func (n *numbers) find(sku string) int32 {
	n.mu.RLock()
	defer n.mu.RUnlock()
	if i, ok := n.of[sku]; ok {
		return i
	}
	return -1
}

// give is the number of a product, a new one where it has none.
func (n *numbers) give(sku string) int32 {
	if i := n.find(sku); i >= 0 {
		return i
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if i, ok := n.of[sku]; ok {
		return i
	}
	i := int32(len(n.sku))
	n.of[sku] = i
	n.sku = append(n.sku, sku)
	return i
}

// catalogue is all products at one moment. It is not changed once made; stock is looked up live in [Engine].
type catalogue struct {
	product    []*Product // by number; nil for one that is not in the catalogue
	category   []int32    // by number; 0 is unknown
	brand      []int32
	categories map[string]int32
	brands     map[string]int32
	fill       []int32            // all products, best sellers first: what fills a list up
	within     map[int32][]int32  // the same by category
	newest     map[int32][]int32  // by category (0 for all), newest first
	typical    map[string]float64 // median margin by currency
	marginOf   []float64
	known      []bool
	share      []float64 // of all that is done, by number
	heats      []heat    // by group
}

// newCatalogue numbers and sorts products; the trend says how well a product sells.
func newCatalogue(products []Product, n *numbers, popular *trend) *catalogue {
	c := &catalogue{categories: map[string]int32{"": 0}, brands: map[string]int32{"": 0}, within: map[int32][]int32{},
		newest: map[int32][]int32{}, typical: map[string]float64{}}
	for i := range products {
		p := &products[i]
		it := n.give(p.SKU)
		for int(it) >= len(c.product) {
			c.product, c.category, c.brand = append(c.product, nil), append(c.category, 0), append(c.brand, 0)
		}
		if c.product[it] == nil {
			c.fill = append(c.fill, it)
		}
		c.product[it], c.category[it], c.brand[it] = p, number(c.categories, p.Category), number(c.brands, p.Brand)
	}
	c.margins()
	sells := make([]float64, len(c.product))
	for _, it := range c.fill {
		sells[it] = popular.of(it)
	}
	c.share, c.heats = sells, popular.heats()
	slices.SortFunc(c.fill, func(a, b int32) int { return cmp.Or(cmp.Compare(sells[b], sells[a]), cmp.Compare(a, b)) })
	for _, it := range c.fill {
		c.within[c.category[it]] = append(c.within[c.category[it]], it)
	}
	byAge := slices.Clone(c.fill)
	slices.SortStableFunc(byAge, func(a, b int32) int { return c.product[b].Added.Compare(c.product[a].Added) })
	const arms = 20
	for _, it := range byAge {
		if c.product[it].Added.IsZero() {
			continue
		}
		for _, k := range []int32{0, c.category[it]} {
			if list := c.newest[k]; len(list) < arms && !slices.Contains(list, it) {
				c.newest[k] = append(list, it)
			}
		}
	}
	return c
}

// margins finds each product's margin and the median of each currency, against which it counts.
func (c *catalogue) margins() {
	c.marginOf, c.known = make([]float64, len(c.product)), make([]bool, len(c.product))
	all := map[string][]float64{}
	for it, p := range c.product {
		if p == nil {
			continue
		}
		if m, ok := p.margin(); ok {
			c.marginOf[it], c.known[it] = float64(m), true
			all[p.Currency] = append(all[p.Currency], float64(m))
		}
	}
	for currency, m := range all {
		slices.Sort(m)
		c.typical[currency] = m[len(m)/2]
	}
}

func number(of map[string]int32, name string) int32 {
	n, ok := of[name]
	if !ok {
		n = int32(len(of))
		of[name] = n
	}
	return n
}

// get is a product by number, nil where it is not in the catalogue.
func (c *catalogue) get(it int32) *Product {
	if it < 0 || int(it) >= len(c.product) {
		return nil
	}
	return c.product[it]
}
