package dashboard

import (
	"cmp"
	"context"
	"maps"
	"math"
	"slices"

	"almanac/fact"
	"almanac/predict/demand"
	"almanac/predict/planned"
	"almanac/program/reorder"
	"almanac/serve/wire"
	"almanac/shop"
	"almanac/state"
)

// placeSet is what was sold where, in weeks from the shop's first on; there is nothing in it where nobody tells of places.
type placeSet struct {
	weeks     map[string][]int64          // by place; what no place was told of under ""
	sold      map[string]map[string]int64 // units of all time, by product and place
	trend     map[string]map[string][]int64
	described map[string]fact.Place
}

func (r *Reads) placeSet(ctx context.Context, s shop.Shop, b *basis) (*placeSet, error) {
	return r.places.Get(Key(s.ID, b.offset), func() (*placeSet, error) {
		set := &placeSet{weeks: map[string][]int64{}, sold: map[string]map[string]int64{}, trend: map[string]map[string][]int64{}}
		if r.Place == nil || !b.any {
			return set, nil
		}
		start := b.first.Monday()
		n := int(b.last.Monday()-start)/7 + 1
		left := map[string][]int64{} // by product: what no place has told of yet
		err := r.Place.DailyPlaces(ctx, s.ID, b.last+1, func(sku, name string, day state.Day, units int64) error {
			at := int(day.Monday()-start) / 7
			if day < start {
				return nil
			}
			if left[sku] == nil {
				left[sku] = make([]int64, n)
			}
			left[sku][at] -= units
			set.add(sku, name, at, n, units)
			return nil
		})
		if err != nil || len(set.weeks) == 0 {
			return set, err
		}
		for sku, series := range b.weekly {
			from := int(series.start-start) / 7
			for k, units := range series.units {
				if of := left[sku]; of != nil {
					units += of[from+k]
				}
				if units > 0 {
					set.add(sku, "", from+k, n, units)
				}
			}
		}
		set.described, err = r.Place.Described(ctx, s.ID)
		return set, err
	})
}

func (set *placeSet) add(sku, name string, at, n int, units int64) {
	if set.weeks[name] == nil {
		set.weeks[name] = make([]int64, n)
	}
	if set.sold[sku] == nil {
		set.sold[sku], set.trend[sku] = map[string]int64{}, map[string][]int64{}
	}
	if set.trend[sku][name] == nil {
		set.trend[sku][name] = make([]int64, trendWeeks)
	}
	set.weeks[name][at] += units
	set.sold[sku][name] += units
	if k := at - n + trendWeeks; k >= 0 {
		set.trend[sku][name][k] += units
	}
}

// site is what is meant where a place or a region is asked for: the places in it.
type site struct {
	level, name string
	places      map[string]bool
}

// here is how much of a week of a product's forecast falls to the site.
func (a site) here(m *demand.Model) func(p demand.Product, h int) float64 {
	return func(p demand.Product, h int) (sum float64) {
		for _, at := range p.At {
			if a.places[m.Places[at.Place].Name] {
				sum += at.In(h)
			}
		}
		return sum
	}
}

// at is the product's forecast as far as it falls to the site.
func (a site) at(m *demand.Model, p demand.Product) demand.Product {
	part := a.here(m)
	out := demand.Product{SKU: p.SKU, Mean: make([]float64, len(p.Mean))}
	for h, v := range p.Mean {
		out.Mean[h] = round2(v * part(p, h))
	}
	return out
}

// sites are the places of a shop, then its regions: those that people describe now, and those of the model.
func (set *placeSet) sites(m *demand.Model) (out []site) {
	names := map[string]bool{}
	for name := range set.weeks {
		names[name] = true
	}
	regions := map[string]map[string]bool{}
	join := func(region, place string) {
		if region != "" && regions[region] == nil {
			regions[region] = map[string]bool{}
		}
		if region != "" {
			regions[region][place] = true
		}
	}
	if m != nil {
		for _, p := range m.Places {
			names[p.Name] = true
			join(p.Region, p.Name)
		}
	}
	for _, name := range sortedKeys(names) {
		out = append(out, site{"place", name, map[string]bool{name: true}})
		if m == nil {
			join(set.described[name].Region, name)
		}
	}
	for _, region := range slices.Sorted(maps.Keys(regions)) {
		out = append(out, site{"region", region, regions[region]})
	}
	return out
}

// find gives the site that is asked for.
func (set *placeSet) find(m *demand.Model, q PlaceQuery) (site, bool) {
	level, name := "place", q.Place
	if q.Region != "" {
		level, name = "region", q.Region
	}
	for _, a := range set.sites(m) {
		if a.level == level && a.name == name {
			return a, true
		}
	}
	return site{}, false
}

// PlaceQuery asks for a place, for what was sold without telling one, or for a region; the zero value asks for none of them.
type PlaceQuery struct {
	Place, Region string
	Unplaced      bool
}

func (q PlaceQuery) asked() bool { return q.Place != "" || q.Region != "" || q.Unplaced }

// forecast is what the model says of the site; its weeks are the sums of what falls to it.
func (a site) forecast(m *demand.Model) (demand.Place, bool) {
	all := m.Places
	if a.level == "region" {
		all = m.Regions
	}
	i := slices.IndexFunc(all, func(p demand.Place) bool { return p.Name == a.name })
	if i < 0 {
		return demand.Place{}, false
	}
	return all[i], true
}

// tested is the backtest of the products at the site.
func (a site) tested(m *demand.Model) *category {
	c := newCategory(a.name, m)
	for _, p := range m.Places {
		if a.places[p.Name] {
			c.add(p.Past)
		}
	}
	return c
}

// Places tells what is wanted at each place and in each region, and how good such forecasts were.
func (r *Reads) Places(ctx context.Context, s shop.Shop) (v wire.DemandPlaces, err error) {
	v.Items = []wire.DemandPlace{}
	b, err := r.basis(ctx, s.ID)
	if err != nil {
		return v, err
	}
	model, err := champion(ctx, r.demand, s.ID)
	if err != nil {
		return v, err
	}
	set, err := r.placeSet(ctx, s, b)
	if err != nil {
		return v, err
	}
	changed, err := r.inForce(ctx, s, b)
	if err != nil {
		return v, err
	}
	var m *demand.Model
	switch {
	case model == nil:
		v.Missing = "Nothing has been trained yet."
	case len(set.weeks) == 0:
		v.Missing = "No order and no stock move tells where it was sold: import orders with a column such as location."
		m = model.Model
	case len(model.Model.Places) == 0:
		v.Missing = "The model knows no places yet: train again."
		m = model.Model
	default:
		m = model.Model
		card := wireCard(model.Version, model.Version.Card.Champion)
		v.Card, v.Start, v.Dividing = &card, m.Start.String(), m.Dividing
	}
	var shopUnits float64
	for _, a := range set.sites(m) {
		item := set.row(a, b)
		if m != nil {
			shopUnits += expectAt(&item, a, m, changed, b)
		}
		v.Items = append(v.Items, item)
	}
	for i := range v.Items {
		if q := v.Items[i].Quarter; q != nil {
			v.Items[i].Share = ratio(*q, shopUnits)
		}
	}
	v.Total = int64(len(v.Items))
	return v, nil
}

// row is what a site is and sold.
func (set *placeSet) row(a site, b *basis) wire.DemandPlace {
	item := wire.DemandPlace{Level: a.level, Name: a.name, Trend: make([]int64, trendWeeks), Next: []float64{}, Points: []wire.AccuracyPoint{}}
	if a.level == "place" {
		is := set.described[a.name]
		item.Title, item.Region, item.Country, item.Type = is.Name, is.Region, is.Country, is.Type
	}
	for name := range a.places {
		of := set.weeks[name]
		for k := range min(trendWeeks, len(of)) {
			item.Trend[trendWeeks-1-k] += of[len(of)-1-k]
		}
	}
	for _, sold := range set.sold {
		for name, units := range sold {
			if units > 0 && a.places[name] {
				item.Products++
				break
			}
		}
	}
	return item
}

// expectAt fills in what is expected at a site, and gives its units over all weeks where it is a place.
func expectAt(item *wire.DemandPlace, a site, m *demand.Model, changed map[string]map[state.Day]float64, b *basis) float64 {
	f, ok := a.forecast(m)
	if !ok {
		return 0
	}
	more, _ := shifted(m, changed, a.here(m))
	q := demand.Product{Mean: make([]float64, len(f.Mean))}
	var sum float64
	for h, v := range f.Mean {
		q.Mean[h] = round2(math.Max(0, v+more[h]))
		sum += q.Mean[h]
	}
	week := round2(reorder.DemandWeek(m, q, b.last+1))
	sum = round2(sum)
	item.DemandWeek, item.Quarter, item.Next = &week, &sum, q.Mean
	t := a.tested(m)
	item.Error, item.BaselineError, item.Bias, item.BaselineBias = t.sum.share(t.sum.Miss), t.sum.share(t.sum.BaseMiss), t.sum.share(t.sum.Signed), t.sum.share(t.sum.BaseSigned)
	item.Points = append(item.Points, accuracyPoints(m, t.origin)...)
	if a.level == "region" {
		return 0
	}
	return sum
}

// shifted is by how much what planners set moves the sums of a level, and of how many products they set weeks; part is how much of a week of a
// product belongs to it.
func shifted(m *demand.Model, changed map[string]map[state.Day]float64, part func(p demand.Product, h int) float64) (more []float64, products int) {
	more = make([]float64, m.Weeks)
	for sku, weeks := range changed {
		before, _ := m.Find(sku)
		after, _ := planned.Of(m, sku, weeks)
		any := false
		for h, v := range after.Mean {
			if h < len(before.Mean) {
				v -= before.Mean[h]
			}
			of := part(after, h)
			any = any || of > 0
			more[h] += of * v
		}
		if any {
			products++
		}
	}
	return more, products
}

// placeWeeks are the weeks of a site, and how many products were sold there.
func (set *placeSet) placeWeeks(a site, b *basis) (out []wire.WeekPoint, products int) {
	start := b.first.Monday()
	for name := range a.places {
		for k, units := range set.weeks[name] {
			if k == len(out) {
				out = append(out, wire.WeekPoint{Week: (start + state.Day(7*k)).String()})
			}
			out[k].Units += units
		}
	}
	return out, set.row(a, b).Products
}

// ofProduct is what falls to each place of the demand of one product, most first.
func (set *placeSet) ofProduct(m *demand.Model, p demand.Product, sku string, b *basis) []wire.ProductPlace {
	out := []wire.ProductPlace{}
	var sum float64
	for _, v := range p.Mean {
		sum += v
	}
	for _, a := range set.sites(m) {
		if a.level != "place" {
			continue
		}
		is := set.described[a.name]
		item := wire.ProductPlace{Name: a.name, Title: is.Name, Region: is.Region, Trend: append(make([]int64, 0, trendWeeks), set.trend[sku][a.name]...)}
		if m != nil && len(p.At) > 0 {
			here := a.at(m, p)
			var quarter float64
			for _, v := range here.Mean {
				quarter += v
			}
			quarter = round2(quarter)
			week := round2(reorder.DemandWeek(m, here, b.last+1))
			item.Quarter, item.DemandWeek, item.Share = &quarter, &week, ratio(quarter, sum)
		}
		out = append(out, item)
	}
	slices.SortStableFunc(out, func(x, y wire.ProductPlace) int { return cmp.Compare(value(y.Quarter), value(x.Quarter)) })
	return out
}

// narrow keeps the products that sell at a site, with what of them falls to it. How good forecasts of one product at one place were is not kept.
func (set *placeSet) narrow(rows []*wire.DemandRow, a site, m *demand.Model, changed map[string]map[state.Day]float64, b *basis) (out []*wire.DemandRow) {
	for _, row := range rows {
		own := *row
		own.Trend = make([]int64, trendWeeks)
		var sold int64
		for name := range a.places {
			sold += set.sold[row.SKU][name]
			for k, units := range set.trend[row.SKU][name] {
				own.Trend[k] += units
			}
		}
		own.Error, own.BaselineError, own.Bias, own.BaselineBias, own.Tested = nil, nil, nil, nil, 0
		if m != nil && row.DemandWeek != nil {
			if f, ok := planned.Of(m, row.SKU, changed[row.SKU]); ok {
				here := a.at(m, f)
				own.Next = here.Mean
				expectedInto(&own, m, here, b)
			}
		}
		if sold > 0 || value(own.Quarter) > 0 {
			out = append(out, &own)
		}
	}
	return out
}

func value(v *float64) float64 {
	if v == nil {
		return 0
	}
	return *v
}
