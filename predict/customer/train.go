package customer

import (
	"context"
	"fmt"
	"math"

	"almanac/model/lifetime"
	"almanac/model/stats"
	"almanac/predict"
	"almanac/state"
)

const (
	origins  = 4  // past cut-offs, a horizon apart, that a table learns from: a year
	tests    = 3  // past cut-offs that it is tested on
	leastAge = 30 // days of history that a cut-off must have behind it to tell customers apart
)

// Trainer trains and registers customer models.
type Trainer struct {
	Orders   Orders
	Registry *predict.Registry
	Version  string // of the program, for the card
}

// Train fits a shop's customers as of the morning of cutoff, the first day it does not see, and registers the artefact.
// predict.ErrNone where no known customer ordered before.
func (t Trainer) Train(ctx context.Context, shop string, cutoff state.Day) (predict.Version, error) {
	model, card, err := Fit(ctx, t.Orders, shop, cutoff)
	if err != nil {
		return predict.Version{}, err
	}
	return t.Registry.Keep(ctx, card, t.Version, model)
}

// Fit trains without registering.
func Fit(ctx context.Context, src Orders, shop string, cutoff state.Day) (*Model, predict.Card, error) {
	all, err := load(ctx, src, shop, cutoff)
	if err != nil {
		return nil, predict.Card{}, err
	}
	if len(all) == 0 {
		return nil, predict.Card{}, fmt.Errorf("customers of shop %s: no order of a known customer before %s: %w", shop, cutoff, predict.ErrNone)
	}
	first, rows := all[0].days[0], int64(0)
	for _, p := range all {
		first = min(first, p.days[0])
		rows += int64(len(p.days))
	}
	card := predict.Card{
		Question: predict.Customer, Shop: shop, Cutoff: cutoff.String(),
		Window: predict.Window{From: state.Day(first).String(), To: (cutoff - 1).String()},
		Rows:   rows, DataHash: hash(all), Baseline: "overall rate", Champion: "overall rate",
	}
	m := fit(all, first, int(cutoff))
	r := backtest(all, first, int(cutoff))
	card.Folds = r.folds
	switch {
	case r.folds > 0:
		card.Notes = append(card.Notes, fmt.Sprintf("Backtest: who of %d customers ordered within %d days of a past cut-off.", len(r.happened), Horizon))
		brier, plain := stats.Brier(r.table, r.happened), stats.Brier(r.overall, r.happened)
		card.Measure("brier", brier, plain, "lower")
		card.Measure("auc", stats.AUC(r.table, r.happened), 0.5, "higher")
		if brier < plain {
			m.ByTable, card.Champion = true, "rate by frequency and recency"
		}
	case m.Table.Seen() > 0:
		card.Notes = append(card.Notes, "The history is too short for a backtest: the overall rate answers, untested.")
	default:
		card.Notes = append(card.Notes, fmt.Sprintf("The history is shorter than %d days: how many customers return cannot be told yet.", Horizon+leastAge))
	}
	card.Notes = append(card.Notes, "Customers who bought before the history begins look new in its first months.")
	m.sumUp(all, int(cutoff))
	return m, card, ctx.Err()
}

func fit(all []past, first, cutoff int) *Model {
	m := &Model{AsOf: state.Day(cutoff), Customers: len(all), Table: learn(all, first, cutoff)}
	customers := make([]lifetime.Customer, len(all))
	newcomers := make([]lifetime.Newcomer, len(all))
	for i, p := range all {
		customers[i], _ = p.at(cutoff)
		newcomers[i] = p.newcomer()
	}
	m.Scale = lifetime.NewScale(customers)
	m.Repeat90 = lifetime.RepeatByCohort(newcomers, 90, cutoff-1)
	m.Repeat365 = lifetime.RepeatByCohort(newcomers, 365, cutoff-1)
	return m
}

// learn fills a table from past cut-offs whose horizon has passed by until, newest first. A customer counts once per
// cut-off: each is a different question with a different answer.
func learn(all []past, first, until int) lifetime.RepeatTable {
	var t lifetime.RepeatTable
	for k := 1; k <= origins; k++ {
		at := until - k*Horizon
		if at < first+leastAge {
			break
		}
		for _, p := range all {
			if o, ok := p.observe(at); ok {
				t.Add(o)
			}
		}
	}
	return t
}

type result struct {
	folds          int
	table, overall []float64 // probabilities
	happened       []bool
}

// backtest asks at past cut-offs, with what could be known there, who would return within the horizon.
func backtest(all []past, first, cutoff int) result {
	var r result
	for k := 1; k <= tests; k++ {
		at := cutoff - k*Horizon
		t := learn(all, first, at)
		if t.Seen() == 0 {
			break
		}
		r.folds++
		overall := t.Overall()
		for _, p := range all {
			if o, ok := p.observe(at); ok {
				r.table = append(r.table, t.Probability(o.Orders, o.Silent))
				r.overall = append(r.overall, overall)
				r.happened = append(r.happened, o.Returned)
			}
		}
	}
	return r
}

func (m *Model) sumUp(all []past, cutoff int) {
	by := map[lifetime.Segment]*Segment{}
	for _, s := range lifetime.Segments() {
		by[s] = &Segment{Segment: s}
	}
	for _, p := range all {
		c, _ := p.at(cutoff)
		s := by[m.Scale.Segment(c)]
		s.Customers++
		s.Value += c.Value
		s.Expected += m.Probability(c, m.AsOf)
	}
	for _, name := range lifetime.Segments() {
		s := *by[name]
		s.Expected = math.Round(s.Expected*100) / 100
		m.Segments = append(m.Segments, s)
	}
}
