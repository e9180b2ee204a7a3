package dashboard

import (
	"cmp"
	"context"
	"slices"

	"almanac/predict/demand"
	"almanac/serve/wire"
	"almanac/shop"
)

// Accuracy tells how good forecasts were at each time of the backtest, for the whole shop and by category.
func (r *Reads) Accuracy(ctx context.Context, s shop.Shop) (v wire.DemandAccuracy, err error) {
	b, err := r.basis(ctx, s.ID)
	if err != nil {
		return v, err
	}
	model, err := champion(ctx, r.demand, s.ID)
	if err != nil {
		return v, err
	}
	if model == nil {
		v.Missing = "Nothing has been trained yet."
		return v, nil
	}
	card := wireCard(model.Version, model.Version.Card.Champion)
	v.Card = &card
	m := model.Model
	v.Notes = model.Version.Card.Notes
	for _, t := range m.Tried {
		v.Tried = append(v.Tried, wire.TriedEffect{Title: t.Title, Gain: t.Gain, Kept: t.Kept, Untold: t.Untold})
	}
	if len(m.Origins) == 0 {
		v.Missing = "The history is too short to test forecasts on it, or the model was trained before tests were kept: train again."
		return v, nil
	}
	all := newCategory("", m)
	by := map[string]*category{}
	for i := range m.Product {
		p := &m.Product[i]
		if len(p.Past) == 0 {
			continue
		}
		name := b.category(p.SKU)
		of := by[name]
		if of == nil {
			of = newCategory(name, m)
			by[name] = of
		}
		of.add(p.Past)
		all.add(p.Past)
	}
	v.Items = []wire.CategoryAccuracy{all.wire(m)}
	if len(by) > 1 || by[""] == nil {
		var rest []wire.CategoryAccuracy
		for _, c := range by {
			rest = append(rest, c.wire(m))
		}
		slices.SortFunc(rest, func(a, b wire.CategoryAccuracy) int {
			return cmp.Or(cmp.Compare(b.Units, a.Units), cmp.Compare(a.Category, b.Category))
		})
		v.Items = append(v.Items, rest...)
	}
	return v, nil
}

// category is the backtest of several products, together and by origin.
type category struct {
	name     string
	products int64
	sum      tested
	origin   []tested
}

func newCategory(name string, m *demand.Model) *category {
	return &category{name: name, origin: make([]tested, len(m.Origins))}
}

func (c *category) add(past []demand.Tested) {
	c.products++
	for _, p := range past {
		c.sum.add(p)
		if p.Origin >= 0 && p.Origin < len(c.origin) {
			c.origin[p.Origin].add(p)
		}
	}
}

func (c *category) wire(m *demand.Model) wire.CategoryAccuracy {
	t := &c.sum
	return wire.CategoryAccuracy{Category: c.name, Products: c.products, Units: round2(t.Units), Error: t.share(t.Miss), BaselineError: t.share(t.BaseMiss),
		Bias: t.share(t.Signed), BaselineBias: t.share(t.BaseSigned), Points: accuracyPoints(m, c.origin)}
}

// accuracyPoints are the origins of which something is known, oldest first.
func accuracyPoints(m *demand.Model, at []tested) (out []wire.AccuracyPoint) {
	for k, o := range slices.Backward(m.Origins) {
		t := &at[k]
		if t.Units == 0 && t.Miss == 0 && t.BaseMiss == 0 {
			continue
		}
		out = append(out, wire.AccuracyPoint{Week: o.Week.String(), Weeks: o.Weeks, Units: round2(t.Units), Error: t.share(t.Miss), BaselineError: t.share(t.BaseMiss),
			Bias: t.share(t.Signed), BaselineBias: t.share(t.BaseSigned)})
	}
	return out
}
