package onsite

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
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
}

// Placements are the usual ones, each with its own objective.
func Placements() []Placement {
	return []Placement{
		{Name: "home", Sources: []Source{Viewed, Repeat, Alike, Trending}, Margin: .5, LostRelevance: .1, Variety: .1, PerCategory: 4, PerBrand: 4, Explore: true},
		{Name: "category", Sources: []Source{Viewed, Trending}, Margin: .5, LostRelevance: .1, Variety: .1, PerBrand: 4, SameCategory: true, Explore: true},
		{Name: "product-substitutes", Sources: []Source{Substitute, Viewed, Alike}, Margin: .5, LostRelevance: .1, Variety: .1, SameCategory: true},
		{Name: "product-complements", Sources: []Source{Complement, Viewed}, Margin: 1, LostRelevance: .15, Variety: .1, PerCategory: 3},
		{Name: "cart", Sources: []Source{Complement, Repeat, Viewed}, Margin: 1, LostRelevance: .15, Variety: .1, PerCategory: 3},
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

// Deed is what a rule does.
type Deed string

// The deeds of rules.
const (
	Pin     Deed = "pin"     // at a position, if it can be sold
	Boost   Deed = "boost"   // relevance times factor
	Bury    Deed = "bury"    // relevance divided by factor
	Exclude Deed = "exclude" // never
)

// Rule is one wish of the merchant.
type Rule struct {
	Name       string
	Deed       Deed
	Placements []string // none for all
	SKUs       []string // what it is about: products, categories or brands
	Categories []string
	Brands     []string
	Position   int       // of a pin, from 1
	Factor     float64   // of boost and bury, above 1; 2 where 0
	From       time.Time // zero for always
	Until      time.Time // the first moment that it no longer holds
}

// Check says what is wrong with a rule.
func (r Rule) Check() error {
	switch {
	case !slices.Contains([]Deed{Pin, Boost, Bury, Exclude}, r.Deed):
		return fmt.Errorf("rule %q does %q; it can pin, boost, bury or exclude", r.Name, r.Deed)
	case len(r.SKUs)+len(r.Categories)+len(r.Brands) == 0:
		return fmt.Errorf("rule %q names no product, category or brand", r.Name)
	case r.Deed == Pin && (len(r.SKUs) != 1 || r.Position < 1):
		return fmt.Errorf("rule %q pins: it must name one product and a position from 1", r.Name)
	case r.Factor != 0 && !(r.Factor > 1 && r.Factor <= 1000):
		return fmt.Errorf("rule %q has the factor %g; it must be above 1 and at most 1000", r.Name, r.Factor)
	case !r.From.IsZero() && !r.Until.IsZero() && !r.From.Before(r.Until):
		return fmt.Errorf("rule %q ends before it begins", r.Name)
	}
	return nil
}

// holds says whether a rule is in force for a placement.
func (r *Rule) holds(placement string, now time.Time) bool {
	return (len(r.Placements) == 0 || slices.Contains(r.Placements, placement)) &&
		(r.From.IsZero() || !now.Before(r.From)) && (r.Until.IsZero() || now.Before(r.Until))
}

// about says whether a rule speaks of a product.
func (r *Rule) about(p *Product) bool {
	return slices.Contains(r.SKUs, p.SKU) || p.Category != "" && slices.Contains(r.Categories, p.Category) ||
		p.Brand != "" && slices.Contains(r.Brands, p.Brand)
}

func (r *Rule) factor() float64 {
	f := r.Factor
	if f == 0 {
		f = 2
	}
	if r.Deed == Bury {
		return 1 / f
	}
	return f
}
