package storefront

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"almanac/model/recommend/session"
	"almanac/program/onsite"
)

// Preview is what a page would show a visitor who is not held out, with how it came to be. Nothing of it is recorded.
type Preview struct {
	onsite.Answer
	Title func(sku string) string
}

// Preview answers as a page would be answered, and opens the answer up. Rules stand in for the shop's own where they are not nil.
func (s *Shelf) Preview(ctx context.Context, shop string, q Question, rules []onsite.Rule) (Preview, error) {
	snap, err := s.snapshot(ctx, shop)
	if err != nil {
		return Preview{}, err
	}
	ask := s.question(ctx, shop, q)
	ask.Server, ask.Explain, ask.Preview, ask.Rules, ask.Bundles = true, true, true, rules, onsite.MostBundles
	a, err := snap.engine.Recommend(ask)
	return Preview{a, snap.title}, err
}

// LeastQuestions is how many questions the latest visits must hold for ways to be compared.
const LeastQuestions = session.LeastReplayed

// Tried is how one way of weighing what visits tell fared on the shop's own latest visits.
type Tried struct {
	Name   string
	Chosen bool
	session.Outcome
}

// Method is how the shop's lists are made, and how that was chosen.
type Method struct {
	Version  string // of the model of what goes together; empty where none was trained
	Chosen   string
	Tried    []Tried // best first; empty where the visits are too few to tell
	Products int     // that visits tell of
	Visits   int
	// Ways is how the lists of each placement are made.
	Ways func(placement string) []*onsite.Way
}

// Method tells how the shop's lists are made.
func (s *Shelf) Method(ctx context.Context, shop string) (Method, error) {
	snap, err := s.snapshot(ctx, shop)
	if err != nil {
		return Method{}, err
	}
	l := snap.engine.Learned()
	m := Method{Version: snap.version, Chosen: l.Why, Ways: l.WaysOf}
	m.Products, m.Visits, _ = snap.engine.Size()
	for _, name := range slices.Sorted(maps.Keys(l.Tried)) {
		m.Tried = append(m.Tried, Tried{name, name == l.Why, l.Tried[name]})
	}
	slices.SortStableFunc(m.Tried, func(a, b Tried) int { return cmp.Compare(b.HR+b.MRR, a.HR+a.MRR) })
	return m, nil
}

// Never is a product that no list can show to anybody now, and why.
type Never struct{ SKU, Title, Why string }

// Never lists the products that no list can show, and counts all products.
func (s *Shelf) Never(ctx context.Context, shop string) (out []Never, products int, err error) {
	snap, err := s.snapshot(ctx, shop)
	if err != nil {
		return nil, 0, err
	}
	for _, n := range snap.engine.NeverShown() {
		out = append(out, Never{n.SKU, snap.title(n.SKU), n.Why})
	}
	return out, len(snap.titles), nil
}

// Knows says which products are in the shop's catalogue.
func (s *Shelf) Knows(ctx context.Context, shop string) (func(sku string) bool, error) {
	snap, err := s.snapshot(ctx, shop)
	if err != nil {
		return nil, err
	}
	return func(sku string) bool { _, ok := snap.titles[sku]; return ok }, nil
}
