package dashboard

import (
	"context"

	"almanac/predict"
	"almanac/predict/demand"
	"almanac/predict/planned"
	"almanac/serve/wire"
	"almanac/shop"
	"almanac/state"
)

// DemandLevel tells the forecast of a category, of a place or region where one is asked for, else of the whole shop; ok is false where the shop has no
// such category or place.
func (r *Reads) DemandLevel(ctx context.Context, s shop.Shop, category string, at PlaceQuery) (v wire.DemandLevel, ok bool, err error) {
	b, err := r.basis(ctx, s.ID)
	if err != nil {
		return v, false, err
	}
	model, err := champion(ctx, r.demand, s.ID)
	if err != nil {
		return v, false, err
	}
	set, err := r.demandSet(ctx, s, b, model)
	if err != nil {
		return v, false, err
	}
	v = wire.DemandLevel{Category: category, Whole: category == "", Choices: set.categories}
	if at.asked() {
		ok, err = r.placeLevel(ctx, s, b, model, at, &v)
		return v, ok, err
	}
	mine := func(sku string) bool { return v.Whole || b.category(sku) == category }
	v.Weeks, v.Products = levelWeeks(b, mine)
	if v.Products == 0 && !v.Whole {
		return v, false, nil
	}
	if model == nil {
		v.Missing = "Nothing has been trained yet."
		return v, true, nil
	}
	l, known := model.Model.Level(category, v.Whole)
	tested := newCategory(category, model.Model)
	for i := range model.Model.Product {
		if p := &model.Model.Product[i]; len(p.Past) > 0 && mine(p.SKU) {
			tested.add(p.Past)
		}
	}
	return v, true, r.expectLevel(ctx, s, b, model, &v, leveled{l.Product, known, model.Model.Adding, tested, func(p demand.Product, _ int) float64 {
		if mine(p.SKU) {
			return 1
		}
		return 0
	}})
}

// placeLevel fills in the forecast of a place or region; ok is false where the shop has none such.
func (r *Reads) placeLevel(ctx context.Context, s shop.Shop, b *basis, model *predict.Loaded[demand.Model], at PlaceQuery, v *wire.DemandLevel) (ok bool, err error) {
	places, err := r.placeSet(ctx, s, b)
	if err != nil {
		return false, err
	}
	m := modelOf(model)
	a, ok := places.find(m, at)
	if !ok {
		return false, nil
	}
	v.Whole, v.Place, v.Region, v.Unplaced = false, at.Place, at.Region, at.Place == "" && at.Region == ""
	if a.level == "place" {
		v.Title = places.described[a.name].Name
	}
	v.Weeks, v.Products = places.placeWeeks(a, b)
	if m == nil {
		v.Missing = "Nothing has been trained yet."
		return true, nil
	}
	f, known := a.forecast(m)
	return true, r.expectLevel(ctx, s, b, model, v, leveled{f.Product, known, m.Dividing, a.tested(m), a.here(m)})
}

// leveled is what the model knows of a level: its forecast, how it was made to add up, its backtest, and how much of a product belongs to it.
type leveled struct {
	forecast demand.Product
	known    bool
	adding   string
	tested   *category
	part     func(p demand.Product, h int) float64
}

func (r *Reads) expectLevel(ctx context.Context, s shop.Shop, b *basis, model *predict.Loaded[demand.Model], v *wire.DemandLevel, l leveled) error {
	card := wireCard(model.Version, model.Version.Card.Champion)
	v.Card = &card
	if !l.known {
		v.Missing = "The model does not know it yet: train again."
		return nil
	}
	changed, err := r.inForce(ctx, s, b)
	if err != nil {
		return err
	}
	if l.forecast.Bulk >= leastBulk {
		v.Bulk = l.forecast.Bulk
	}
	v.Adding, v.Method = l.adding, methodName(model.Model, l.forecast)
	levelForecast(v, model.Model, l.forecast, l.part, changed)
	t := l.tested
	v.Tested, v.Error, v.Baseline = accuracyPoints(model.Model, t.origin), t.sum.share(t.sum.Miss), t.sum.share(t.sum.BaseMiss)
	return nil
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
func levelForecast(v *wire.DemandLevel, m *demand.Model, l demand.Product, part func(p demand.Product, h int) float64, changed map[string]map[state.Day]float64) {
	var more []float64
	more, v.Adjusted = shifted(m, changed, part)
	set := map[state.Day]float64{}
	for h, mean := range l.Mean {
		said := mean
		w := wire.PlannedWeek{Week: m.Week(h).String(), Units: round2(mean + more[h]), Model: &said}
		if more[h] != 0 {
			set[m.Week(h)] = max(0, mean+more[h])
		}
		v.Means = append(v.Means, w)
	}
	whole := demand.Model{Start: m.Start, Weeks: m.Weeks, Product: []demand.Product{l}}
	if p, ok := planned.Of(&whole, "", set); ok {
		v.Forecast = forecastPoints(m, p)
	}
}
