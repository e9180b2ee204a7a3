package replay

import (
	"cmp"
	"math"
	"slices"

	"almanac/model/inventory"
)

// groups sums products up: over all of them, over those whose stock was counted all along, and by supplier and category.
type groups struct {
	days int
	ways []policy
	of   map[[2]string]*group
}

// group is some products together.
type group struct {
	by, name       string
	products, real int
	tallies        []inventory.Tally
	was            inventory.Tally
}

func (g *groups) add(by, name string, l lived) {
	if g.of == nil {
		g.of = map[[2]string]*group{}
	}
	key := [2]string{by, name}
	s := g.of[key]
	if s == nil {
		s = &group{by: by, name: name, tallies: make([]inventory.Tally, len(g.ways))}
		g.of[key] = s
	}
	s.products++
	for i, t := range l.tallies {
		s.tallies[i].Add(t)
	}
	if l.real != nil {
		s.real++
		s.was.Add(*l.real)
	}
}

var inOrder = []string{"all", "counted", "supplier", "category"}

// rows lists the groups; what the shop really did stands beside the policies where it is known of all products of the group.
func (g *groups) rows() []PastRow {
	out := []PastRow{}
	list := make([]*group, 0, len(g.of))
	for _, s := range g.of {
		list = append(list, s)
	}
	slices.SortFunc(list, func(a, b *group) int {
		return cmp.Or(cmp.Compare(slices.Index(inOrder, a.by), slices.Index(inOrder, b.by)), cmp.Compare(a.name, b.name))
	})
	for _, s := range list {
		if s.real == s.products {
			out = append(out, s.row(policy{name: Real}, s.was, g.days))
		}
		for i, w := range g.ways {
			out = append(out, s.row(w, s.tallies[i], g.days))
		}
	}
	return out
}

func (s *group) row(w policy, t inventory.Tally, days int) PastRow {
	minor := func(v float64) int64 { return int64(math.Round(v)) }
	to := func(v, digits float64) float64 { return math.Round(v*digits) / digits }
	r := PastRow{By: s.by, Group: s.name, Products: s.products, Policy: w.name, Service: w.service, StockoutDays: t.StockoutDays, ProductDays: t.Days, Wanted: to(t.Demand, 10),
		Served: to(t.Served(), 1e4), Lost: minor(t.LostMargin), Holding: minor(t.Holding), Ordering: minor(t.Ordering), Turns: to(t.Turns(), 10), Stock: minor(t.Stock / float64(days)), Lines: t.Lines}
	r.Total = r.Lost + r.Holding + r.Ordering
	return r
}
