// Package leaks answers where a shop seems to lose money: what comes back, whom it lost, what lies dead and
// what is missing. Every figure says how it is known and names the data that would sharpen it; where the
// data is not there, there is no figure.
//
// The state views go in; leaks come out, the costliest first. docs/metrics.md defines the words.
package leaks

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"almanac/decide"
	"almanac/fact"
	"almanac/state"
	"almanac/state/catalog"
	"almanac/state/orders"
	"almanac/state/stock"
)

// Sharpen names data that would make a figure better, or possible.
type Sharpen struct{ File, Why string }

// Leak is one place where money is lost.
type Leak struct {
	Code, Title, Explain string
	Basis                decide.Basis
	Low, Mid, High       *int64    // minor units; nil where unknown
	From, To             state.Day // the days that the figure speaks of
	Assumptions          []string
	Sharpen              []Sharpen
	Link                 string // to the page that shows more
}

// Shop is whose leaks are looked for.
type Shop struct {
	ID       string
	Currency string                   // costs in another are not used
	Money    func(minor int64) string // writes an amount in a sentence; as package fact does where nil
}

// Finder looks for leaks.
type Finder struct {
	Orders  *orders.View
	Stock   *stock.View
	Catalog *catalog.View
}

// scene is what the finder looks at.
type scene struct {
	Finder
	shop     Shop
	from, to state.Day
	first    state.Day // of the shop's data
	totals   []orders.ProductTotal
	stock    map[string]stock.Position
	costs    map[string]catalog.Cost
}

// Find lists the leaks of the days from first to last.
func (f Finder) Find(ctx context.Context, shop Shop, from, to state.Day) ([]Leak, error) {
	s := scene{Finder: f, shop: shop, from: from, to: to}
	first, _, _, err := f.Orders.Coverage(ctx, shop.ID)
	if err != nil {
		return nil, err
	}
	s.first = first
	if s.totals, err = f.Orders.ProductTotals(ctx, shop.ID, from, to); err != nil {
		return nil, err
	}
	if s.stock, err = f.Stock.Positions(ctx, shop.ID); err != nil {
		return nil, err
	}
	if s.costs, err = f.Catalog.Costs(ctx, shop.ID, (to + 1).Time()); err != nil {
		return nil, err
	}
	for sku, c := range s.costs {
		if c.Currency != shop.Currency {
			delete(s.costs, sku)
		}
	}
	var out []Leak
	for _, look := range [...]func(context.Context) ([]Leak, error){s.returned, s.lapsed, s.belowCost, s.missing, s.dead} {
		found, err := look(ctx)
		if err != nil {
			return nil, fmt.Errorf("look for leaks of shop %s: %w", shop.ID, err)
		}
		out = append(out, found...)
	}
	slices.SortStableFunc(out, func(a, b Leak) int { return cmp.Compare(worth(b), worth(a)) })
	return out, nil
}

func worth(l Leak) int64 {
	if l.Mid == nil {
		return -1
	}
	return *l.Mid
}

func (s scene) money(minor int64) string {
	if s.shop.Money != nil {
		return s.shop.Money(minor)
	}
	return fact.Money{Minor: minor, Currency: s.shop.Currency}.String()
}

func exactly(v int64) (low, mid, high *int64) { return &v, &v, &v }

func percent(part, whole int64) string {
	if whole <= 0 {
		return "A share"
	}
	return fmt.Sprintf("%.1f %%", 100*float64(part)/float64(whole))
}

// amount is a product and money.
type amount struct {
	sku   string
	minor int64
}

// top names the products with the largest amounts.
func (s scene) top(ctx context.Context, list []amount) (string, error) {
	slices.SortFunc(list, func(a, b amount) int { return cmp.Or(cmp.Compare(b.minor, a.minor), cmp.Compare(a.sku, b.sku)) })
	var names []string
	for _, a := range list[:min(3, len(list))] {
		if a.minor <= 0 {
			break
		}
		name := a.sku
		if p, ok, err := s.Catalog.Product(ctx, s.shop.ID, a.sku); err != nil {
			return "", err
		} else if ok && p.Title != "" {
			name = p.Title + " (" + a.sku + ")"
		}
		names = append(names, name+", "+s.money(a.minor))
	}
	return strings.Join(names, "; "), nil
}

// madeUp marks a figure that rests on synthetic data: whatever was computed of it, it is an assumption.
func (l *Leak) madeUp(sources map[string]bool) {
	var names []string
	for name := range sources {
		if fact.Synthetic(name) {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		return
	}
	slices.Sort(names)
	if l.Basis != decide.Unknown {
		l.Basis = decide.Assumed
	}
	l.Assumptions = append(l.Assumptions, "It rests on synthetic data: "+strings.Join(names, ", ")+".")
}
