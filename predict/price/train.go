package price

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"almanac/model/elasticity"
	"almanac/predict"
	"almanac/state"
)

const (
	folds     = 8  // later stretches of the past that answers are tested on
	foldWeeks = 4  // of each
	leastPast = 26 // weeks before the first test: less does not tell a season from a price
	baseline  = "a price changes nothing"
	champion  = "elasticity by category"
	sure      = 1.645 // the upper end of a 90 % interval, in standard deviations
)

// Trainer trains and registers answers.
type Trainer struct {
	Source
	Registry *predict.Registry
	Version  string // of the program, for the card
}

// Train fits a shop as of the morning of cutoff, the first day it does not see, and registers the artefact. predict.ErrNone
// where no price ever changed.
func (t Trainer) Train(ctx context.Context, shop string, cutoff state.Day) (predict.Version, error) {
	model, card, err := Fit(ctx, t.Source, shop, cutoff)
	if err != nil {
		return predict.Version{}, err
	}
	return t.Registry.Keep(ctx, card, t.Version, model)
}

// Fit trains without registering.
func Fit(ctx context.Context, src Source, shop string, cutoff state.Day) (*Model, predict.Card, error) {
	p, err := load(ctx, src, shop, cutoff)
	if err != nil {
		return nil, predict.Card{}, err
	}
	if len(p.cells) == 0 {
		return nil, predict.Card{}, fmt.Errorf("prices of shop %s: none changed on a product that sold before %s: %w", shop, cutoff, predict.ErrNone)
	}
	card := predict.Card{Question: predict.Price, Shop: shop, Cutoff: cutoff.String(), Rows: p.rows, Baseline: baseline, Champion: baseline, DataHash: p.digest.Hex(),
		Window: predict.Window{From: p.start.String(), To: (cutoff.Monday() - 1).String()}}
	m := &Model{AsOf: cutoff, Deepest: round(p.deepest), Group: map[string]elasticity.Estimate{}, Product: slices.Clone(p.products)}
	slices.SortFunc(m.Product, func(a, b Product) int { return strings.Compare(a.SKU, b.SKU) })
	if p.ask > 0 {
		m.Kept = round(p.net / p.ask)
	}
	f, err := elasticity.Learn(p.cells, len(p.products), len(p.groups), p.weeks, false)
	if errors.Is(err, elasticity.ErrFlat) {
		card.Notes = append(card.Notes, "No price moved beside others that stayed: what a price does cannot be told.")
		return m, card, nil
	}
	if err != nil {
		return nil, card, err
	}
	m.All, m.Between = estimate(f.All), round(f.Between)
	for g, name := range p.groups {
		m.Group[name] = estimate(f.Groups[g])
	}
	better, err := p.test(&card)
	if err != nil {
		return nil, card, err
	}
	card.Notes = append(card.Notes, fmt.Sprintf("Elasticity of the shop %.2f, 90 %% interval %.2f to %.2f.", f.All.Value, f.All.Value-sure*f.All.SD, f.All.Value+sure*f.All.SD))
	if f.All.Value+sure*f.All.SD >= 0 {
		better = false
		card.Notes = append(card.Notes, "The past does not show that lower prices sell more.")
	}
	if better {
		m.Known, card.Champion = true, champion
	}
	return m, card, nil
}

func round(v float64) float64 { return math.Round(v*1e4) / 1e4 }

func estimate(e elasticity.Estimate) elasticity.Estimate {
	return elasticity.Estimate{Value: round(e.Value), SD: round(e.SD)}
}

// test asks, for weeks after those that were learnt from, how the week's units spread over the products: the mean logarithm of
// the share that was given to the product of each unit sold (a multinomial's log loss), with the elasticity and without.
func (p *past) test(card *predict.Card) (better bool, err error) {
	var model, base, units float64
	for k := range folds {
		from := p.weeks - foldWeeks*(folds-k)
		if from < leastPast {
			continue
		}
		known := p.before(from)
		with, err := elasticity.Learn(known, len(p.products), len(p.groups), p.weeks, false)
		if errors.Is(err, elasticity.ErrFlat) {
			continue
		}
		if err != nil {
			return false, err
		}
		without, err := elasticity.Learn(known, len(p.products), len(p.groups), p.weeks, true)
		if err != nil {
			return false, err
		}
		card.Folds++
		for w := from; w < from+foldWeeks; w++ {
			a, n := p.loss(with, w)
			b, _ := p.loss(without, w)
			model, base, units = model+a, base+b, units+n
		}
	}
	if units == 0 {
		card.Notes = append(card.Notes, "The history is too short for a backtest: what a price does is not claimed.")
		return false, nil
	}
	card.Measure("log loss", model/units, base/units, "lower")
	return model < base, nil
}

// loss is −Σ units · ln(share) over the products of a week that the fit knows.
func (p *past) loss(f *elasticity.Fit, week int) (loss, units float64) {
	total := 0.
	var of []float64
	var sold []float64
	for _, c := range p.cells {
		if c.Week != week || math.IsInf(f.Level[c.Product], 0) {
			continue
		}
		v := c.Days * math.Exp(f.Level[c.Product]+f.Groups[c.Group].Value*(c.Log-f.Centre[c.Product]))
		of, sold, total = append(of, v), append(sold, c.Units), total+v
	}
	for i, v := range of {
		if sold[i] > 0 {
			loss -= sold[i] * math.Log(v/total)
			units += sold[i]
		}
	}
	return loss, units
}
