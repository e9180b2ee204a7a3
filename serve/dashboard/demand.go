package dashboard

import (
	"context"
	"math"
	"slices"
	"strings"

	"almanac/model/forecast/intermittent"
	"almanac/predict"
	"almanac/predict/demand"
	"almanac/predict/planned"
	"almanac/program/reorder"
	"almanac/serve/wire"
	"almanac/shop"
	"almanac/state"
)

// demandSet is every product of a shop as a row of the page of forecasts, for one state and model.
type demandSet struct {
	rows       []wire.DemandRow
	text       []string
	index      map[string]int
	categories []string
	without    int64
}

var demandFields = map[string]order[wire.DemandRow]{
	"demand":  ifKnown(func(r *wire.DemandRow) *float64 { return r.DemandWeek }),
	"quarter": ifKnown(func(r *wire.DemandRow) *float64 { return r.Quarter }),
	"error":   ifKnown(func(r *wire.DemandRow) *float64 { return r.Error }),
	"bias":    ifKnown(func(r *wire.DemandRow) *float64 { return r.Bias }),
	"type":    by(func(r *wire.DemandRow) string { return r.Type }),
	"title":   by(func(r *wire.DemandRow) string { return strings.ToLower(r.Title) }),
	"sku":     by(func(r *wire.DemandRow) string { return r.SKU }),
}

// DemandQuery narrows the list of forecasts.
type DemandQuery struct {
	List
	Category, Type string
	Only           string // adjusted, missing or forecast; empty: all
	At             PlaceQuery
}

// Demand lists the forecasts of a shop's products, or what of them falls to a place or region; ok is false where the shop has none such.
func (r *Reads) Demand(ctx context.Context, s shop.Shop, q DemandQuery) (v wire.DemandList, ok bool, err error) {
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
	changed, err := r.inForce(ctx, s, b)
	if err != nil {
		return v, false, err
	}
	if model != nil {
		card := wireCard(model.Version, model.Version.Card.Champion)
		v.Card, v.Start = &card, model.Model.Start.String()
	}
	v.Categories, v.Without, v.Adjusted = set.categories, set.without, int64(len(changed))
	rows := r.demandRows(set, model, b, changed, q)
	if q.At.asked() {
		places, err := r.placeSet(ctx, s, b)
		if err != nil {
			return v, false, err
		}
		m := modelOf(model)
		a, ok := places.find(m, q.At)
		if !ok {
			return v, false, nil
		}
		rows = places.narrow(rows, a, m, changed, b)
	}
	v.Items, v.Total, err = listed(rows, demandFields, "-demand", q.List)
	return v, true, err
}

func (r *Reads) demandRows(set *demandSet, model *predict.Loaded[demand.Model], b *basis, changed map[string]map[state.Day]float64, q DemandQuery) (rows []*wire.DemandRow) {
	find := words(q.Text)
	for i := range set.rows {
		row := &set.rows[i]
		if weeks := changed[row.SKU]; weeks != nil {
			own := *row // what is prepared is shared by all who look
			adjust(&own, model, b, weeks)
			row = &own
		}
		keep := contains(set.text[i], find) && (q.Category == "" || q.Category == row.Category) && (q.Type == "" || q.Type == row.Type)
		switch q.Only {
		case "adjusted":
			keep = keep && row.Adjusted
		case "missing":
			keep = keep && row.Missing != ""
		case "forecast":
			keep = keep && row.Missing == ""
		}
		if keep {
			rows = append(rows, row)
		}
	}
	return rows
}

// inForce is what planners set and still counts, by product and week.
func (r *Reads) inForce(ctx context.Context, s shop.Shop, b *basis) (map[string]map[state.Day]float64, error) {
	if r.Planned == nil {
		return nil, nil
	}
	return r.Planned.InForce(ctx, s.ID, r.nextDay(s, b))
}

// nextDay is the first day of which the shop has not told: its today.
func (r *Reads) nextDay(s shop.Shop, b *basis) state.Day {
	if b.any {
		return b.last + 1
	}
	return state.DayOf(r.Now(), s.Location())
}

func (r *Reads) demandSet(ctx context.Context, s shop.Shop, b *basis, model *predict.Loaded[demand.Model]) (*demandSet, error) {
	return r.demands.Get(Key(s.ID, b.offset, hashOf(model)), func() (*demandSet, error) {
		held, err := r.Stock.Positions(ctx, s.ID)
		if err != nil {
			return nil, err
		}
		all := map[string]bool{}
		for sku := range b.titles {
			all[sku] = true
		}
		for sku := range b.weekly {
			all[sku] = true
		}
		for sku := range held {
			all[sku] = true
		}
		set := &demandSet{index: make(map[string]int, len(all))}
		categories := map[string]bool{}
		for _, sku := range sortedKeys(all) {
			row := demandRow(sku, b, model)
			if row.Missing != "" {
				set.without++
			}
			if row.Category != "" {
				categories[row.Category] = true
			}
			set.index[sku] = len(set.rows)
			set.rows = append(set.rows, row)
			set.text = append(set.text, strings.ToLower(sku+" "+row.Title+" "+row.Category+" "+b.titles[sku].Brand))
		}
		set.categories = sortedKeys(categories)
		return set, nil
	})
}

// few is the type of a product that sold too little to say how its demand comes.
const few = "few"

func demandRow(sku string, b *basis, model *predict.Loaded[demand.Model]) wire.DemandRow {
	row := wire.DemandRow{SKU: sku, Title: b.title(sku), Category: b.category(sku), Type: few, Trend: b.weekly[sku].last(trendWeeks, b.last)}
	if class, _, _ := intermittent.Classify(b.whole(sku)); class != "" {
		row.Type = string(class)
	}
	if model == nil {
		row.Missing = "Nothing has been trained yet."
		return row
	}
	f, ok := model.Model.Find(sku)
	if !ok {
		row.Missing = whyNone(b, sku)
		return row
	}
	row.Method = methodName(model.Model, f)
	row.Next = f.Mean
	expectedInto(&row, model.Model, f, b)
	row.Missing = whyNothing(b, sku, f)
	t := sumTested(f.Past, nil)
	row.Tested, row.Error, row.BaselineError, row.Bias, row.BaselineBias = t.Units, t.share(t.Miss), t.share(t.BaseMiss), t.share(t.Signed), t.share(t.BaseSigned)
	return row
}

func methodName(m *demand.Model, f demand.Product) string {
	if f.Method < 0 || f.Method >= len(m.Methods) {
		return ""
	}
	return m.Methods[f.Method]
}

func expectedInto(row *wire.DemandRow, m *demand.Model, f demand.Product, b *basis) {
	week := round2(reorder.DemandWeek(m, f, b.last+1))
	var sum float64
	for _, v := range f.Mean {
		sum += v
	}
	sum = round2(sum)
	row.DemandWeek, row.Quarter = &week, &sum
}

// adjust lays what planners set over a row.
func adjust(row *wire.DemandRow, model *predict.Loaded[demand.Model], b *basis, weeks map[state.Day]float64) {
	row.Adjusted = true
	if model == nil {
		return
	}
	if f, ok := planned.Of(model.Model, row.SKU, weeks); ok {
		row.Next = f.Mean
		expectedInto(row, model.Model, f, b)
	}
}

// whole is the demand of a product in the weeks that are over.
func (b *basis) whole(sku string) []float64 {
	s := b.weekly[sku]
	n := min(max(int((b.last+1).Monday()-s.start)/7, 0), len(b.weeks(sku)))
	out := make([]float64, n)
	for i := range out {
		if i < len(s.units) {
			out[i] = math.Max(0, float64(s.units[i]))
		}
	}
	return out
}

// weeks is the demand of a product from its first week to the newest of the shop.
func (b *basis) weeks(sku string) []int64 {
	s := b.weekly[sku]
	if s.units == nil {
		return nil
	}
	n := int(b.last.Monday()-s.start)/7 + 1
	return append(slices.Clone(s.units), make([]int64, max(0, n-len(s.units)))...)
}

// whyNone says why the model knows nothing of a product.
func whyNone(b *basis, sku string) string {
	if len(b.weekly[sku].units) == 0 {
		return "It was never sold, so there is nothing to learn from."
	}
	if len(b.whole(sku)) == 0 {
		return "Its first sale was in the week that is not over yet; a forecast needs a whole week."
	}
	return "It had not been sold yet when the forecast was made; train again."
}

// whyNothing says why a product's forecast is none to rely on; "" where it is.
func whyNothing(b *basis, sku string, f demand.Product) string {
	var weeks, sum float64
	for _, v := range b.whole(sku) {
		if v > 0 {
			weeks++
		}
		sum += v
	}
	switch {
	case sum == 0:
		return "Everything that was ordered was cancelled: its demand was zero in every week."
	case weeks == 1:
		return "It was sold in one week only, which says little about the next."
	case f.History < 2:
		return "It has one whole week of history."
	}
	return ""
}

// tested sums what the backtest said of one product or several.
type tested demand.Tested

// sumTested adds up the origins that keep lets through, all where it is nil.
func sumTested(past []demand.Tested, keep func(origin int) bool) (t tested) {
	for _, p := range past {
		if keep == nil || keep(p.Origin) {
			t.add(p)
		}
	}
	return t
}

func (t *tested) add(p demand.Tested) {
	t.Units, t.Miss, t.Signed = t.Units+p.Units, t.Miss+p.Miss, t.Signed+p.Signed
	t.BaseMiss, t.BaseSigned = t.BaseMiss+p.BaseMiss, t.BaseSigned+p.BaseSigned
}

// share is a sum of units as a share of those sold; nil where nothing was.
func (t *tested) share(v float64) *float64 { return ratio(v, t.Units) }

func ratio(v, of float64) *float64 {
	if of <= 0 {
		return nil
	}
	x := math.Round(v/of*1e4) / 1e4
	return &x
}

func round2(v float64) float64 { return math.Round(v*100) / 100 }
