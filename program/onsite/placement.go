package onsite

import (
	"errors"
	"fmt"
	"strings"
)

// Source is one way to find candidates.
type Source string

// The sources of candidates.
const (
	Viewed      Source = "viewed"      // what sessions like this one went on to
	Substitute  Source = "substitute"  // what may stand in for the page's product
	Complement  Source = "complement"  // what goes with it
	Repeat      Source = "repeat"      // what the visitor bought before and is due again
	Alike       Source = "alike"       // what is like it by attributes
	Trending    Source = "trending"    // what sells now
	Exploration Source = "exploration" // what is new and being tried
	Pinned      Source = "pinned"      // what the shop put there
)

// Placement is where a list stands and what it is for.
type Placement struct {
	Name    string
	Sources []Source // in order of trust: an earlier one counts more
	// Margin is how much margin counts beside relevance, 0 to 1; LostRelevance the most relevance that it may cost, as a share.
	Margin        float64
	LostRelevance float64
	// Variety is how much likeness to what is shown already counts against a product (MMR: 1 − λ), 0 to 1.
	Variety      float64
	PerCategory  int // most products of one category, 0 for no cap
	PerBrand     int
	SameCategory bool // whether only the category of the page's product is shown
	Explore      bool // whether a slot may go to a new product
	Bought       bool // whether what the visitor bought may be shown
	ServerKey    bool // whether only servers may ask
	Along        bool // whether what is shown would be sent together with what is in the cart
}

// Placements are the usual ones, each with its own objective.
func Placements() []Placement {
	return []Placement{
		{Name: "home", Sources: []Source{Viewed, Repeat, Alike, Trending}, Margin: .5, LostRelevance: .1, Variety: .1, PerCategory: 4, PerBrand: 4, Explore: true},
		{Name: "category", Sources: []Source{Viewed, Trending}, Margin: .5, LostRelevance: .1, Variety: .1, PerBrand: 4, SameCategory: true, Explore: true},
		{Name: "product-substitutes", Sources: []Source{Substitute, Viewed, Alike}, Margin: .5, LostRelevance: .1, Variety: .1, SameCategory: true},
		{Name: "product-complements", Sources: []Source{Complement, Viewed}, Margin: 1, LostRelevance: .15, Variety: .1, PerCategory: 3, Along: true},
		{Name: "cart", Sources: []Source{Complement, Repeat, Viewed}, Margin: 1, LostRelevance: .15, Variety: .1, PerCategory: 3, Along: true},
		{Name: "search-empty", Sources: []Source{Viewed, Trending}, Margin: .25, LostRelevance: .05, Variety: .1, PerCategory: 4},
		{Name: "order-confirmation", Sources: []Source{Complement, Repeat, Viewed}, Margin: 1, LostRelevance: .15, Variety: .1, PerCategory: 3},
		{Name: "e-mail", Sources: []Source{Repeat, Viewed, Complement, Trending}, Margin: .5, LostRelevance: .1, Variety: .1, PerCategory: 3, ServerKey: true},
		{Name: "product", Sources: []Source{Viewed, Complement, Substitute, Alike}, Margin: .5, LostRelevance: .1, Variety: .1, Explore: true},
	}
}

// ErrPlacement says that a placement is not known.
var ErrPlacement = errors.New("unknown placement")

// place finds a placement by name; an empty name is a product page where products are shown, and home elsewhere.
func place(all []Placement, name string, hasItems bool) (Placement, error) {
	if name == "" {
		name = "home"
		if hasItems {
			name = "product"
		}
	}
	for _, p := range all {
		if p.Name == name {
			return p, nil
		}
	}
	names := make([]string, len(all))
	for i, p := range all {
		names[i] = p.Name
	}
	return Placement{}, fmt.Errorf("%w %q; there are %s", ErrPlacement, name, strings.Join(names, ", "))
}
