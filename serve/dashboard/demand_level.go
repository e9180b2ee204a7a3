package dashboard

import (
	"context"

	"almanac/predict/demand"
	"almanac/predict/planned"
	"almanac/serve/wire"
	"almanac/shop"
	"almanac/state"
)

// DemandLevel tells the forecast of a category, of the whole shop where it is empty; ok is false where the shop has no such category.
func (r *Reads) DemandLevel(ctx context.Context, s shop.Shop, category string) (v wire.DemandLevel, ok bool, err error) {
	b, err := r.basis(ctx, s.ID)
	if err != nil {
		return v, false, err
	}
	v = wire.DemandLevel{Category: category, Whole: category == ""}
	mine := func(sku string) bool { return v.Whole || b.category(sku) == category }
	v.Weeks, v.Products = levelWeeks(b, mine)
	if v.Products == 0 && !v.Whole {
		return v, false, nil
	}
	model, err := champion(ctx, r.demand, s.ID)
	if err != nil {
		return v, true, err
	}
	set, err := r.demandSet(ctx, s, b, model)
	if err != nil {
		return v, true, err
	}
	v.Choices = set.categories
	if model == nil {
		v.Missing = "Nothing has been trained yet."
		return v, true, nil
	}
	card := wireCard(model.Version, model.Version.Card.Champion)
	v.Card = &card
	l, known := model.Model.Level(category, v.Whole)
	if !known {
		v.Missing = "The model does not know it yet: train again."
		return v, true, nil
	}
	changed, err := r.inForce(ctx, s, b)
	if err != nil {
		return v, true, err
	}
	if l.Bulk >= leastBulk {
		v.Bulk = l.Bulk
	}
	v.Adding, v.Method = model.Model.Adding, methodName(model.Model, l.Product)
	levelForecast(&v, model.Model, l, mine, changed)
	tested := newCategory(category, model.Model)
	for i := range model.Model.Product {
		if p := &model.Model.Product[i]; len(p.Past) > 0 && mine(p.SKU) {
			tested.add(p.Past)
		}
	}
	v.Tested, v.Error, v.Baseline = accuracyPoints(model.Model, tested.origin), tested.sum.share(tested.sum.Miss), tested.sum.share(tested.sum.BaseMiss)
	return v, true, nil
}

// levelWeeks adds up the weeks of the products that are meant, and counts those that were sold.
func levelWeeks(b *basis, mine func(sku string) bool) (out []wire.WeekPoint, products int) {
	if !b.any {
		return nil, 0
	}
	start := b.first.Monday()
	out = make([]wire.WeekPoint, int(b.last.Monday()-start)/7+1)
	for i := range out {
		out[i].Week = (start + state.Day(7*i)).String()
	}
	for sku, s := range b.weekly {
		if !mine(sku) {
			continue
		}
		products++
		for k, units := range s.units {
			if at := int(s.start-start)/7 + k; at >= 0 && at < len(out) {
				out[at].Units += units
			}
		}
	}
	return out, products
}

// levelForecast lays what planners set for its products over a level: its sums move by as much, its bands in proportion.
func levelForecast(v *wire.DemandLevel, m *demand.Model, l demand.Level, mine func(sku string) bool, changed map[string]map[state.Day]float64) {
	more := make([]float64, m.Weeks)
	for sku, weeks := range changed {
		if !mine(sku) {
			continue
		}
		v.Adjusted++
		before, _ := m.Find(sku)
		after, _ := planned.Of(m, sku, weeks)
		for h := range after.Mean {
			more[h] += after.Mean[h]
			if h < len(before.Mean) {
				more[h] -= before.Mean[h]
			}
		}
	}
	set := map[state.Day]float64{}
	for h, mean := range l.Mean {
		said := mean
		w := wire.PlannedWeek{Week: m.Week(h).String(), Units: round2(mean + more[h]), Model: &said}
		if more[h] != 0 {
			set[m.Week(h)] = max(0, mean+more[h])
		}
		v.Means = append(v.Means, w)
	}
	whole := demand.Model{Start: m.Start, Weeks: m.Weeks, Product: []demand.Product{l.Product}}
	if p, ok := planned.Of(&whole, "", set); ok {
		v.Forecast = forecastPoints(m, p)
	}
}
