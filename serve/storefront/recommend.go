package storefront

import (
	"context"
	"crypto/rand"
	"encoding/hex"

	"almanac/predict/affinity"
)

// Question is what a page asks.
type Question struct {
	Placement string   // where the answer will stand; told back
	Visitor   string   // anonymous or customer id, empty where unknown
	Items     []string // SKUs that the page or cart shows
	Exclude   []string // SKUs not to show
	N         int      // how many, at most Most
}

// Most is the most products of one answer.
const Most = 50

// Usual is how many products an answer has where the page does not say.
const Usual = 10

// Item is one product to show.
type Item struct {
	SKU          string  `json:"sku"`
	ID           string  `json:"id" doc:"The same as sku, for themes that expect an id"`
	Title        string  `json:"title"`
	URL          string  `json:"url,omitempty"`
	Image        string  `json:"image,omitempty"`
	Score        float64 `json:"score" doc:"Compares within one reason of one answer"`
	Reason       string  `json:"reason" enum:"bought together,best seller"`
	Availability string  `json:"availability" enum:"in_stock,unknown"`
}

// Recommendation is the answer to a page.
type Recommendation struct {
	List      string `json:"list" doc:"Names this answer; send it with clicks and purchases that follow"`
	Placement string `json:"placement,omitempty"`
	Model     string `json:"model,omitempty" doc:"The artefact that answered; absent where nothing was trained"`
	Items     []Item `json:"items"`
}

// Recommend answers a page. What the visitor looked at stands in for the items where the page names none.
func (s *Shelf) Recommend(ctx context.Context, shop string, q Question) (Recommendation, error) {
	a := Recommendation{List: listID(), Placement: q.Placement, Items: []Item{}}
	snap, err := s.snapshot(ctx, shop)
	if err != nil || snap.model == nil {
		return a, err
	}
	a.Model = snap.version
	visitor := s.visitor(ctx, shop, q.Visitor)
	seed := q.Items
	if len(seed) == 0 {
		seed = visitor.seen
	}
	skip := make(map[string]bool, len(q.Exclude)+len(visitor.bought))
	for _, list := range [][]string{q.Exclude, visitor.bought} {
		for _, sku := range list {
			skip[sku] = true
		}
	}
	n := q.N
	if n <= 0 {
		n = Usual
	}
	found := snap.model.Recommend(seed, min(n, Most), func(sku string) bool { return snap.goods[sku].sellable && !skip[sku] })
	for _, f := range found {
		a.Items = append(a.Items, item(f, snap.goods[f.SKU]))
	}
	return a, nil
}

func item(f affinity.Recommendation, g good) Item {
	v := Item{SKU: f.SKU, ID: f.SKU, Title: g.title, URL: g.url, Image: g.image, Score: f.Score, Reason: string(f.Basis), Availability: "unknown"}
	if g.counted {
		v.Availability = "in_stock"
	}
	return v
}

func listID() string {
	b := make([]byte, 8)
	_, _ = rand.Read(b) // never fails: crypto/rand ends the program where there is no randomness
	return hex.EncodeToString(b)
}
