package dashboard

import (
	"context"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"almanac/predict"
	"almanac/predict/demand"
	"almanac/predict/planned"
	"almanac/serve/wire"
	"almanac/shop"
	"almanac/state"
	"almanac/state/stock"
)

// DemandOf tells everything about the forecast of one product; ok is false where the shop has no such product.
func (r *Reads) DemandOf(ctx context.Context, s shop.Shop, sku string) (v wire.DemandProduct, ok bool, err error) {
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
	at, ok := set.index[sku]
	if !ok {
		return v, false, nil
	}
	changed, err := r.inForce(ctx, s, b)
	if err != nil {
		return v, true, err
	}
	v.Row, v.Today = set.rows[at], r.nextDay(s, b).String()
	if weeks := changed[sku]; weeks != nil {
		adjust(&v.Row, model, b, weeks)
	}
	product := wire.Product{SKU: sku}
	if err := r.productWeeks(ctx, s, b, &product); err != nil {
		return v, true, err
	}
	v.Weeks = product.Weeks
	if model != nil {
		forecastOf(&v, sku, model, changed[sku])
	}
	places, err := r.placeSet(ctx, s, b)
	if err != nil {
		return v, true, err
	}
	var f demand.Product
	if model != nil {
		f, _ = planned.Of(model.Model, sku, changed[sku])
	}
	v.Places = places.ofProduct(modelOf(model), f, sku, b)
	v.Drivers = drivers(b, &v, model)
	if v.Marks, err = r.marks(ctx, s, b, sku); err != nil {
		return v, true, err
	}
	if r.Planned == nil {
		return v, true, nil
	}
	list, err := r.Adjustments(ctx, s, sku)
	if err != nil {
		return v, true, err
	}
	v.Adjustments, v.Score = list.Items, list.Score
	own, err := r.Planned.Own(ctx, s.ID, sku)
	for _, o := range own {
		v.Own = append(v.Own, plannedWeek(sku, o.Week, b, r.nextDay(s, b)))
	}
	return v, true, err
}

func forecastOf(v *wire.DemandProduct, sku string, model *predict.Loaded[demand.Model], set map[state.Day]float64) {
	m := model.Model
	card := wireCard(model.Version, model.Version.Card.Champion)
	v.Card = &card
	f, ok := m.Find(sku)
	if !ok {
		return
	}
	if name := methodName(m, f); name != "" {
		card.Champion = name
	}
	at := make([]tested, len(m.Origins))
	for _, p := range f.Past {
		if p.Origin >= 0 && p.Origin < len(at) {
			at[p.Origin].add(p)
		}
	}
	v.Tested = accuracyPoints(m, at)
	v.Forecast, v.Hidden = forecastPoints(m, f), round2(f.Hidden)
	for _, l := range f.Lacked {
		v.Lacked = append(v.Lacked, wire.LackedWeek{Week: m.Week(l.Week).String(), Units: l.Demand, In: l.In, Likely: f.Inferred})
	}
	for i := range f.P50 {
		week := m.Week(i)
		mean := f.Mean[i]
		w := wire.PlannedWeek{Week: week.String(), Units: mean, Model: &mean}
		if units, ok := set[week]; ok {
			w.Units = units
		}
		v.Means = append(v.Means, w)
	}
}

// quarter is how many weeks a level is read off: long enough for chance to even out, short enough to be now.
const quarter = 13

// drivers say what makes the forecast what it is, from the product's own past.
func drivers(b *basis, v *wire.DemandProduct, model *predict.Loaded[demand.Model]) (out []wire.Driver) {
	y := b.whole(v.Row.SKU)
	if len(y) == 0 {
		return nil
	}
	lately := y[max(0, len(y)-quarter):]
	level := mean(lately)
	out = append(out, wire.Driver{Code: "level", Basis: "measured", Value: amount(level), Text: fmt.Sprintf("Over the last %s it sold %s units a week.", weeksText(len(lately)), amount(level))})
	if len(y) >= 2*quarter {
		before := mean(y[len(y)-2*quarter : len(y)-quarter])
		out = append(out, trendDriver(level, before))
	} else {
		out = append(out, wire.Driver{Code: "trend", Basis: "unknown", Text: fmt.Sprintf("Its history holds %s; a trend takes two quarters to see.", weeksText(len(y)))})
	}
	out = append(out, seasonDriver(y), patternDriver(v.Row.Type))
	if model != nil {
		out = append(out, effectDrivers(model.Model, v.Row.SKU, v.Row.Category)...)
		out = append(append(out, stockoutDriver(v)...), bulkDriver(model.Model, v.Row.SKU)...)
		out = append(out, weekdayDriver(model.Model, v.Row.SKU)...)
	}
	if d := v.Row.DemandWeek; d != nil && model != nil {
		e := wire.Driver{Code: "expected", Basis: "estimated", Value: amount(*d), Text: fmt.Sprintf("For the next four weeks %s units a week are expected, %s lately.", amount(*d), against(*d, level))}
		if v.Row.Adjusted {
			e.Code, e.Text = "adjusted", e.Text+" Some of the weeks were set by hand."
		}
		out = append(out, e)
	}
	return out
}

func trendDriver(level, before float64) wire.Driver {
	return wire.Driver{Code: "trend", Basis: "measured", Value: change(level, before), Text: fmt.Sprintf("That is %s in the quarter before.", against(level, before))}
}

// seasonDriver compares the weeks that come with those of a year ago.
func seasonDriver(y []float64) wire.Driver {
	if len(y) < 52 {
		return wire.Driver{Code: "season", Basis: "unknown", Text: fmt.Sprintf("Its history holds %s; a season takes a year to see, and two to be sure of.", weeksText(len(y)))}
	}
	year := y[len(y)-52:]
	then, usual := mean(year[:quarter]), mean(year)
	return wire.Driver{Code: "season", Basis: "measured", Value: change(then, usual), Text: fmt.Sprintf("A year ago the weeks that come now sold %s the average week of that year.", against(then, usual))}
}

func patternDriver(kind string) wire.Driver {
	text, ok := map[string]string{
		"smooth":       "It sells in most weeks, in similar amounts: the easiest to forecast.",
		"erratic":      "It sells in most weeks, in very different amounts, so the likely range is wide.",
		"intermittent": "It sells in few weeks, in similar amounts: when it sells next is mostly chance.",
		"lumpy":        "It sells in few weeks and in very different amounts: the hardest to forecast.",
	}[kind]
	if !ok {
		return wire.Driver{Code: "pattern", Basis: "unknown", Text: "It was sold in fewer than two weeks, too few to see how its demand comes."}
	}
	return wire.Driver{Code: "pattern", Basis: "measured", Text: text}
}

// against compares two amounts in words that "lately" or "the average" can follow.
func against(v, of float64) string {
	switch {
	case of <= 0 && v > 0:
		return "more than"
	case of <= 0 || math.Abs(v/of-1) < 0.02:
		return "about as much as"
	case v > of:
		return fmt.Sprintf("%.0f %% more than", 100*(v/of-1))
	}
	return fmt.Sprintf("%.0f %% less than", 100*(1-v/of))
}

// change is the same as a number; empty where there is nothing to compare with.
func change(v, of float64) string {
	if of <= 0 {
		return ""
	}
	return fmt.Sprintf("%+.0f %%", 100*(v/of-1))
}

func mean(y []float64) float64 {
	if len(y) == 0 {
		return 0
	}
	var sum float64
	for _, v := range y {
		sum += v
	}
	return sum / float64(len(y))
}

func amount(v float64) string {
	if v < 10 {
		return fmt.Sprintf("%.1f", v)
	}
	return fmt.Sprintf("%.0f", v)
}

func weeksText(n int) string {
	if n == 1 {
		return "1 week"
	}
	return fmt.Sprintf("%d weeks", n)
}

const (
	priceSides = 3   // sold weeks before and after that must agree
	priceMove  = 0.1 // a lasting change of at least this much is marked
)

// marks are what happened to a product and will: lasting changes of the price charged, promotions, campaigns, and that it is out of
// stock now.
func (r *Reads) marks(ctx context.Context, s shop.Shop, b *basis, sku string) (out []wire.Mark, err error) {
	days, err := r.Orders.ProductDays(ctx, s.ID, sku)
	if err != nil {
		return nil, err
	}
	type sold struct{ units, gross int64 }
	weeks := map[state.Day]sold{}
	for _, d := range days {
		if d.Units > 0 {
			w := weeks[d.Day.Monday()]
			weeks[d.Day.Monday()] = sold{w.units + d.Units, w.gross + d.Gross - d.Discount}
		}
	}
	var at []state.Day
	var price []float64
	for _, day := range slices.Sorted(maps.Keys(weeks)) {
		at = append(at, day)
		price = append(price, float64(weeks[day].gross)/float64(weeks[day].units))
	}
	for i := priceSides; i+priceSides <= len(price); i++ {
		if by, ok := moved(price[i-priceSides:i], price[i:i+priceSides]); ok {
			out = append(out, wire.Mark{Day: at[i].String(), Kind: "price", Label: fmt.Sprintf("Price %+.0f %%", 100*by)})
			i += priceSides - 1 // the same change is not told twice
		}
	}
	told, err := r.toldMarks(ctx, s, sku)
	if err != nil {
		return nil, err
	}
	out = append(out, told...)
	ledger, err := r.Stock.Ledger(ctx, s.ID, sku)
	if err != nil {
		return nil, err
	}
	for _, a := range ledger.Alerts(stock.Watermark(ledger.Newest(), func(string) int64 { return 0 })) {
		day := state.DayOf(time.UnixMicro(a.Since), s.Location())
		out = append(out, wire.Mark{Day: day.String(), Kind: "stockout", Label: strings.TrimSpace("Out of stock " + a.Location)})
	}
	return out, nil
}

// moved tells by how much a price moved, where every week after differs from every week before in the same direction.
func moved(before, after []float64) (by float64, ok bool) {
	a, b := mean(before), mean(after)
	if a <= 0 || math.Abs(b/a-1) < priceMove {
		return 0, false
	}
	if b > a {
		return b/a - 1, slices.Min(after) > slices.Max(before)
	}
	return b/a - 1, slices.Max(after) < slices.Min(before)
}
