package dashboard

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"almanac/predict/demand"
	"almanac/serve/wire"
	"almanac/shop"
	"almanac/state"
)

func forecastPoints(m *demand.Model, f demand.Product) (out []wire.ForecastPoint) {
	for i := range f.P50 {
		mean := f.Mean[i]
		p := wire.ForecastPoint{Week: m.Week(i).String(), Mean: &mean, P10: f.P10[i], P50: f.P50[i], P90: f.P90[i]}
		for k, to := range []**float64{&p.P025, &p.P25, &p.P75, &p.P975} {
			if i < len(f.Fan[k]) { // models trained before have no fan
				v := f.Fan[k][i]
				*to = &v
			}
		}
		out = append(out, p)
	}
	return out
}

// effectDrivers say what moves a product's demand besides time, by how much, and what of it is known of the weeks ahead.
func effectDrivers(m *demand.Model, sku, category string) (out []wire.Driver) {
	f, ok := m.Find(sku)
	if !ok {
		return nil
	}
	ahead := map[int][]demand.Move{}
	for _, v := range f.Moves {
		ahead[v.Effect] = append(ahead[v.Effect], v)
	}
	for i, e := range m.Effects {
		size := e.Size
		if own, ok := e.Category[category]; ok {
			size = own
		}
		// Holidays, campaigns and signals are told where they move weeks ahead; what a shop sets itself always.
		// An effect within chance says nothing; one that always comes with another cannot be told from it.
		if math.Abs(size) < e.Deviation || len(ahead[i]) == 0 && e.Group != "price" && e.Group != "substitutes" && e.Group != "complements" {
			continue
		}
		text, value := effectText(e, size)
		for _, v := range ahead[i] {
			text += fmt.Sprintf(" Week of %s: %s.", m.Week(v.Week), percent(v.Factor))
		}
		out = append(out, wire.Driver{Code: "effect", Name: e.Name, Basis: "estimated", Value: value, Text: text})
	}
	return out
}

// cutShown is the reduction by which effects of prices are told, in percent.
const cutShown = 10

func effectText(e demand.Effect, size float64) (text, value string) {
	cut := math.Log(1 - cutShown/100.)
	switch {
	case e.Name == "Price":
		value = percent(math.Exp(size * cut))
		return fmt.Sprintf("At a price %d %% lower, %s is sold (elasticity %.1f).", cutShown, value, size), value
	case e.Name == "After a promotion":
		value = percent(math.Exp(-size * cut))
		return fmt.Sprintf("In the week after a price %d %% lower, %s is sold: people bought ahead.", cutShown, value), value
	case e.Group == "substitutes":
		value = percent(math.Exp(size * cut))
		return fmt.Sprintf("When the other products of its category cost %d %% less, %s of it is sold.", cutShown, value), value
	case e.Group == "complements":
		value = percent(math.Exp(size * cut))
		return fmt.Sprintf("When all that lies in the same baskets costs %d %% less, %s of it is sold.", cutShown, value), value
	case e.Name == "Promotion":
		value = percent(math.Exp(size))
		return fmt.Sprintf("A week of promotion sells %s, besides what its price does.", value), value
	case e.Group == "month":
		value = percent(math.Exp(size))
		return fmt.Sprintf("Days at the %s sell %s.", strings.ToLower(e.Name), value), value
	case e.Group == "holidays" || e.Group == "campaigns":
		value = percent(math.Exp(size))
		return fmt.Sprintf("It sells %s in such a week.", value), value
	}
	value = percent(math.Exp(size * math.Log(1+cutShown/100.)))
	return fmt.Sprintf("With “%s” a tenth above usual, %s is sold.", e.Name, value), value
}

// percent is a factor as a change.
func percent(factor float64) string {
	return strings.Replace(fmt.Sprintf("%+.0f %%", 100*(factor-1)), "-", "−", 1)
}

func stockoutDriver(v *wire.DemandProduct) []wire.Driver {
	if len(v.Lacked) == 0 || v.Hidden <= 0 {
		return nil
	}
	text := fmt.Sprintf("It lacked stock in %s of the last two years. What would have sold then is learnt from: about %s units of the last year.", weeksText(len(v.Lacked)), amount(v.Hidden))
	if v.Lacked[0].Likely {
		text = fmt.Sprintf("Its sales suggest that it lacked stock in %s of the last two years (nobody counted), which hid about %s units of the last year.", weeksText(len(v.Lacked)), amount(v.Hidden))
	}
	return []wire.Driver{{Code: "stockouts", Basis: "estimated", Value: amount(v.Hidden), Text: text}}
}

// leastBulk is the share of a forecast from which on large orders are worth a word.
const leastBulk = 0.01

// bulkDriver tells how much of what is expected comes in single large orders.
func bulkDriver(m *demand.Model, sku string) []wire.Driver {
	f, ok := m.Find(sku)
	week := f.Bulk * mean(f.Mean)
	if !ok || f.Bulk < leastBulk || week < 0.05 {
		return nil
	}
	return []wire.Driver{{Code: "bulk", Basis: "estimated", Value: amount(week), Text: fmt.Sprintf("Of the units expected, about %s a week come in single large orders: seldom, and then many at once. They are no part of its level.", amount(week))}}
}

// leastWeekday is how much more than an even day's share a day must bring to be worth a word.
const leastWeekday = 0.02

// weekdayDriver tells on which days of the week a product sells.
func weekdayDriver(m *demand.Model, sku string) []wire.Driver {
	f, _ := m.Find(sku)
	if len(f.Days) != 7 || slices.Max(f.Days) < 1./7+leastWeekday {
		return nil
	}
	best, least := slices.Index(f.Days, slices.Max(f.Days)), slices.Index(f.Days, slices.Min(f.Days))
	name := func(day int) string { return time.Weekday((day + 1) % 7).String() }
	return []wire.Driver{{Code: "weekday", Basis: "estimated", Value: fmt.Sprintf("%.0f %%", 100*f.Days[best]),
		Text: fmt.Sprintf("%s brings most of a week, %.0f %% of it, %s least, %.0f %%. When stock runs out is reckoned with this.", name(best), 100*f.Days[best], name(least), 100*f.Days[least])}}
}

// toldMarks are the promotions of a product, and the campaigns of the shop, of the last two years and ahead.
func (r *Reads) toldMarks(ctx context.Context, s shop.Shop, sku string) (out []wire.Mark, err error) {
	if r.Outlook == nil {
		return nil, nil
	}
	plans, err := r.Outlook.Plans(ctx, s.ID)
	if err != nil {
		return nil, err
	}
	since := r.Now().AddDate(-2, 0, 0)
	for _, p := range plans {
		mine := len(p.SKUs) == 0
		for _, of := range p.SKUs {
			mine = mine || of == sku
		}
		if !mine || p.To.Before(since) {
			continue
		}
		m := wire.Mark{Day: state.DayOf(p.From, time.UTC).String(), Kind: "event", Label: p.Name}
		if m.Label == "" {
			m.Label = p.ID
		}
		if p.Promotion {
			if m.Kind = "promotion"; p.Percent > 0 {
				m.Label = fmt.Sprintf("%s −%.0f %%", m.Label, p.Percent)
			}
		}
		out = append(out, m)
	}
	return out, nil
}
