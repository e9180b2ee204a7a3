package dashboard

import (
	"context"
	"math"
	"slices"
	"time"

	"almanac/ingest"
	"almanac/predict"
	"almanac/predict/demand"
	"almanac/predict/planned"
	"almanac/program/reorder"
	"almanac/serve/wire"
	"almanac/shop"
	"almanac/state"
)

// What people expect, beside the model, and how both did.

// Adjustments lists what planners set for one product, or for all where sku is empty, with its score.
func (r *Reads) Adjustments(ctx context.Context, s shop.Shop, sku string) (v wire.AdjustmentList, err error) {
	if r.Planned == nil {
		return v, nil
	}
	b, err := r.basis(ctx, s.ID)
	if err != nil {
		return v, err
	}
	list, err := r.Planned.Changes(ctx, s.ID, sku)
	if err != nil {
		return v, err
	}
	today := r.nextDay(s, b)
	for _, c := range list {
		v.Items = append(v.Items, wireAdjustment(c, b, today))
	}
	v.Total = int64(len(v.Items))
	prices, err := r.pricesLately(ctx, s.ID, b)
	if err != nil {
		return v, err
	}
	var sum planned.Sum
	for _, o := range planned.Outcomes(list, today, b.soldIn) {
		sum.Add(o, prices[o.SKU])
	}
	v.Score = wireScore(sum)
	return v, nil
}

func wireAdjustment(c planned.Change, b *basis, today state.Day) wire.Adjustment {
	a := wire.Adjustment{ID: c.ID, SKU: c.SKU, Title: b.title(c.SKU), Note: c.Note, By: c.By, At: c.At, Until: c.Until.String(), UndoneBy: c.UndoneBy,
		InForce: c.Undone.IsZero() && c.Until >= today}
	if !c.Undone.IsZero() {
		at := c.Undone
		a.UndoneAt = &at
	}
	for _, w := range c.Weeks {
		a.Weeks = append(a.Weeks, plannedWeek(c.SKU, w, b, today))
	}
	return a
}

func plannedWeek(sku string, w planned.Week, b *basis, today state.Day) wire.PlannedWeek {
	p := wire.PlannedWeek{Week: w.Week.String(), Units: w.Units, Model: w.Model}
	if w.Week+7 <= today {
		sold := int64(b.soldIn(sku, w.Week))
		p.Sold = &sold
	}
	return p
}

// soldIn is the demand of a product in the week from a Monday on.
func (b *basis) soldIn(sku string, week state.Day) float64 {
	s := b.weekly[sku]
	if i := int(week-s.start) / 7; s.units != nil && week >= s.start && i < len(s.units) {
		return math.Max(0, float64(s.units[i]))
	}
	return 0
}

func wireScore(s planned.Sum) wire.PlanScore {
	return wire.PlanScore{Weeks: s.Weeks, Units: round2(s.Units), Error: ratio(s.SaidMiss, s.Units), ModelError: ratio(s.ModelMiss, s.Units), Bias: ratio(s.SaidSigned, s.Units),
		ModelBias: ratio(s.ModelSigned, s.Units), ValueMinor: int64(math.Round(s.SaidValue)), ModelValueMinor: int64(math.Round(s.ModelValue)), Priced: s.Priced,
		Better: s.SaidBetter, ModelBetter: s.ModelBetter}
}

// pricesLately is the average price charged for a unit of each product, in minor units.
func (r *Reads) pricesLately(ctx context.Context, shopID string, b *basis) (map[string]int64, error) {
	return r.prices.Get(Key(shopID, b.offset), func() (map[string]int64, error) {
		return reorder.Prices(ctx, r.Orders, shopID, b.last)
	})
}

// Own tells how the shop's own forecast and the model did, week by week.
func (r *Reads) Own(ctx context.Context, s shop.Shop) (v wire.OwnForecast, err error) {
	if r.Planned == nil {
		return v, nil
	}
	b, err := r.basis(ctx, s.ID)
	if err != nil {
		return v, err
	}
	list, err := r.Planned.Own(ctx, s.ID, "")
	if err != nil {
		return v, err
	}
	prices, err := r.pricesLately(ctx, s.ID, b)
	if err != nil {
		return v, err
	}
	today := r.nextDay(s, b)
	weeks := map[state.Day]*ownWeek{}
	products := map[string]bool{}
	var all planned.Sum
	for _, o := range list {
		w := weeks[o.Week.Week]
		if w == nil {
			w = &ownWeek{}
			weeks[o.Week.Week] = w
		}
		products[o.SKU] = true
		if at := o.Told; v.ToldAt == nil || at.After(*v.ToldAt) {
			v.ToldAt = &at
		}
		over := o.Week.Week+7 <= today
		w.add(o, over)
		switch {
		case over && o.Model == nil:
			v.Unscored++
		case over:
			out := planned.Outcome{SKU: o.SKU, Week: o.Week.Week, Said: o.Units, Model: *o.Model, Actual: b.soldIn(o.SKU, o.Week.Week)}
			w.sum.Add(out, prices[o.SKU])
			all.Add(out, prices[o.SKU])
		}
	}
	for sku := range products {
		if _, told := b.titles[sku]; !told && b.weekly[sku].units == nil {
			v.Unknown++
		}
	}
	v.Products, v.Score = len(products), wireScore(all)
	v.Items = ownWeeks(weeks)
	v.Total = int64(len(v.Items))
	return v, nil
}

// ownWeek gathers the own forecast of one week.
type ownWeek struct {
	wire.OwnWeek
	model float64
	known int
	sum   planned.Sum
}

func (w *ownWeek) add(o planned.Own, over bool) {
	w.Products++
	w.Units += o.Units
	if o.Model != nil {
		w.model += *o.Model
		w.known++
	}
	if over && o.Day > o.Week.Week {
		w.Hindsight++
	}
}

// ownWeeks are the weeks, newest first.
func ownWeeks(weeks map[state.Day]*ownWeek) (out []wire.OwnWeek) {
	for day, w := range weeks {
		w.Week, w.Units = day.String(), round2(w.Units)
		if w.known > 0 {
			m := round2(w.model)
			w.Model = &m
		}
		if w.sum.Weeks > 0 {
			units, said, model := round2(w.sum.Units), int64(math.Round(w.sum.SaidValue)), int64(math.Round(w.sum.ModelValue))
			w.Sold, w.Error, w.ModelError = &units, ratio(w.sum.SaidMiss, w.sum.Units), ratio(w.sum.ModelMiss, w.sum.Units)
			w.ValueMinor, w.ModelMinor = &said, &model
		}
		out = append(out, w.OwnWeek)
	}
	slices.SortFunc(out, func(a, b wire.OwnWeek) int {
		if a.Week > b.Week {
			return -1
		}
		return 1
	})
	return out
}

// Today is the first day of which a shop has not told.
func (r *Reads) Today(ctx context.Context, s shop.Shop) (state.Day, error) {
	b, err := r.basis(ctx, s.ID)
	if err != nil {
		return 0, err
	}
	return r.nextDay(s, b), nil
}

// ModelOf notes what the model says of a product's weeks; ok is false where the shop has no such product.
func (r *Reads) ModelOf(ctx context.Context, s shop.Shop, sku string, weeks []planned.Week) (today state.Day, ok bool, err error) {
	b, err := r.basis(ctx, s.ID)
	if err != nil {
		return 0, false, err
	}
	model, err := champion(ctx, r.demand, s.ID)
	if err != nil {
		return 0, false, err
	}
	set, err := r.demandSet(ctx, s, b, model)
	if err != nil {
		return 0, false, err
	}
	_, ok = set.index[sku]
	for i := range weeks {
		weeks[i].Model = said(model, sku, weeks[i].Week)
	}
	return r.nextDay(s, b), ok, nil
}

func said(model *predict.Loaded[demand.Model], sku string, week state.Day) *float64 {
	if model == nil {
		return nil
	}
	if v, ok := planned.Said(model.Model, sku, week); ok {
		return &v
	}
	return nil
}

// OwnFrom is a file of expected units with what the model says of the weeks that come; those that are over are left open,
// since the model of today has seen them.
func (r *Reads) OwnFrom(ctx context.Context, s shop.Shop, items []ingest.Expected) (out []planned.Own, today state.Day, err error) {
	b, err := r.basis(ctx, s.ID)
	if err != nil {
		return nil, 0, err
	}
	model, err := champion(ctx, r.demand, s.ID)
	if err != nil {
		return nil, 0, err
	}
	for _, e := range items {
		week := state.DayOf(e.Week, time.UTC)
		out = append(out, planned.Own{SKU: e.SKU, Week: planned.Week{Week: week, Units: e.Units, Model: said(model, e.SKU, week)}})
	}
	return out, r.nextDay(s, b), nil
}
