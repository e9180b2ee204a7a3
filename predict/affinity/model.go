// Package affinity answers what goes with what: for a product or a cart, what else the same customers put into their
// baskets, and what sells best where nothing is known.
//
// In go the shop's baskets before a cut-off; out come an artefact with each product's neighbours and the best sellers,
// and a card. The baseline shows everybody the best sellers of the last weeks; co-purchase counts with shrunk lift must
// beat its hit rate on later orders to answer in its stead. Methods and their sources: model/recommend.
package affinity

import (
	"slices"
	"sort"

	"almanac/model/recommend"
)

// Model is the trained artefact. It knows products only, no customers and no orders.
type Model struct {
	SKU        []string             `json:"sku"` // ascending; an item number is an index into it
	Neighbours recommend.Neighbours `json:"neighbours"`
	Best       []recommend.Scored   `json:"best"`     // best sellers, first first
	Together   bool                 `json:"together"` // co-purchase beat the best sellers and answers
	Baskets    int                  `json:"baskets"`
}

// Basis says why a product is shown.
type Basis string

// The bases of a recommendation.
const (
	BoughtTogether Basis = "bought together"
	BestSeller     Basis = "best seller"
)

// Recommendation is one product to show.
type Recommendation struct {
	SKU   string  `json:"sku"`
	Basis Basis   `json:"basis"`
	Score float64 `json:"score"` // compares within one basis of one answer
}

// Relation is one product bought together with another.
type Relation struct {
	SKU      string  `json:"sku"`
	Together int     `json:"together"` // orders that held both
	Lift     float64 `json:"lift"`     // times as often as chance, shrunk towards 1
}

// item is the number of a product, −1 where it is not known.
func (m *Model) item(sku string) int32 {
	i := sort.SearchStrings(m.SKU, sku)
	if i == len(m.SKU) || m.SKU[i] != sku {
		return -1
	}
	return int32(i)
}

// Related lists what is bought together with a product, best first; empty for a product without enough shared orders.
// It tells what was, whether or not it is good enough to recommend by.
func (m *Model) Related(sku string) []Relation {
	pairs := m.Neighbours.Of(m.item(sku))
	out := make([]Relation, len(pairs))
	for i, p := range pairs {
		out[i] = Relation{SKU: m.SKU[p.Item], Together: int(p.Together), Lift: float64(p.Lift)}
	}
	return out
}

// mostSeeds bounds how much of a cart is looked at, so that one request cannot cost more than its share.
const mostSeeds = 100

// Recommend gives up to k products for a page or cart that shows the given ones, none of them among the answer: what was
// bought together with them, then best sellers. keep may refuse a product (sold out, hidden); nil keeps all. With no
// seed, or one that is not known, the answer is best sellers.
func (m *Model) Recommend(seed []string, k int, keep func(sku string) bool) []Recommendation {
	if k <= 0 {
		return nil
	}
	items := make([]int32, 0, min(len(seed), mostSeeds))
	for _, s := range seed[:min(len(seed), mostSeeds)] {
		if it := m.item(s); it >= 0 {
			items = append(items, it)
		}
	}
	out := make([]Recommendation, 0, min(k, len(m.SKU)))
	take := func(list []recommend.Scored, basis Basis) {
		for _, s := range list {
			if len(out) == k {
				return
			}
			sku := m.SKU[s.Item]
			if slices.Contains(seed, sku) || (keep != nil && !keep(sku)) ||
				slices.ContainsFunc(out, func(r Recommendation) bool { return r.SKU == sku }) {
				continue
			}
			out = append(out, Recommendation{SKU: sku, Basis: basis, Score: float64(s.Score)})
		}
	}
	if m.Together {
		take(m.Neighbours.Complete(items, len(m.SKU)), BoughtTogether)
	}
	take(m.Best, BestSeller)
	return out
}
