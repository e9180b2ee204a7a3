package demand

import (
	"context"
	"fmt"

	"almanac/model/forecast"
	"almanac/model/forecast/auto"
	"almanac/model/parallel"
	"almanac/predict"
	"almanac/state"
)

// Trainer trains and registers forecasts.
type Trainer struct {
	Source
	Registry *predict.Registry
	Version  string // of the program, for the card
}

// Train fits a shop's demand as of the morning of cutoff, the first day it does not see, and registers the artefact.
// predict.ErrNone where there was no sale before.
func (t Trainer) Train(ctx context.Context, shop string, cutoff state.Day) (predict.Version, error) {
	model, card, err := Fit(ctx, t.Source, shop, cutoff)
	if err != nil {
		return predict.Version{}, err
	}
	return t.Registry.Keep(ctx, card, t.Version, model)
}

// Fit trains without registering.
func Fit(ctx context.Context, src Source, shop string, cutoff state.Day) (*Model, predict.Card, error) {
	w, err := load(ctx, src, shop, cutoff)
	if err != nil {
		return nil, predict.Card{}, err
	}
	if w.n == 0 {
		return nil, predict.Card{}, fmt.Errorf("demand of shop %s: no whole week with sales before %s: %w", shop, cutoff, predict.ErrNone)
	}
	p := planFor(w.n)
	e := effects{}
	if src.Around != nil && len(p.cutoffs) > 0 {
		if e.a, err = loadAround(ctx, src.Around, src.Baskets, shop, w, p, cutoff); err != nil {
			return nil, predict.Card{}, err
		}
	}
	lives := w.life(p)
	c, err := chooseAll(ctx, w, p, &e, enoughProducts)
	c.lives = lives
	if err != nil {
		return nil, predict.Card{}, err
	}
	if err := c.plant(ctx, w, e.a, p); err != nil {
		return nil, predict.Card{}, err
	}
	m, err := fitModel(ctx, w, c, p)
	if err != nil {
		return nil, predict.Card{}, err
	}
	d, err := c.level(ctx, src.Places, shop, w, p, m)
	if err != nil {
		return nil, predict.Card{}, err
	}
	for i, shares := range w.weekdays(p) {
		m.Product[i].spread(shares)
	}
	e.tell(m)
	if m.Tried = c.tried; c.trees.tried != nil {
		m.Tried = append(m.Tried, *c.trees.tried)
	}
	card := cardOf(w, c, p, shop, cutoff)
	if d != nil {
		card.DataHash, card.Notes = d.hash(card.DataHash), append(card.Notes, d.note())
	}
	return m, card, nil
}

func fitModel(ctx context.Context, w *weeks, c choice, p plan) (*Model, error) {
	m := &Model{Start: w.end, Weeks: Horizon, Product: make([]Product, len(w.all)), Origins: origins(w, p)}
	for i := range c.combination() + 1 {
		m.Methods = append(m.Methods, c.nameOf(i))
	}
	m.Methods = append(m.Methods, curve{}.Name(), ended{}.Name())
	if c.trees.share > 0 {
		for i := range c.combination() + 1 {
			m.Methods = append(m.Methods, c.nameOf(i)+withTrees)
		}
	}
	together := make([]*auto.Result, len(w.all))
	if c.folds > 0 {
		var err error
		if together, err = combined(ctx, w, w.n, Horizon); err != nil {
			return nil, err
		}
	}
	if c.trees.share > 0 {
		c.share(w, w.n, Horizon, together, c.trees.now)
		w.mix(w.n, c.trees.now, c.trees.share)
	}
	parallel.For(len(w.all), func(i int) {
		s := w.all[i]
		method := c.of[i]
		if method == c.combination() && together[i] == nil {
			method = c.single
		}
		y := s.past(method, w.n)
		f := s.whole(s.lift(method, c.method(method, y, together[i]), w.n), w.n).Forecast(y, Horizon)
		class := s.classOf(f, w.n, together[i])
		c.stretch.bands(&f, class)
		c.stretch.spread(&f, class)
		if of := s.instead[w.n]; of != nil {
			method = c.combination() + 1
			if _, over := of.(ended); over {
				method++
			}
		} else if _, mixed := s.mixed[w.n]; mixed && method != 0 {
			method += c.combination() + 3
		}
		m.Product[i] = productOf(s.sku, method, len(y), f)
		units, inferred := s.hidden()
		m.Product[i].Hidden, m.Product[i].Inferred = round(units), inferred
		m.Product[i].Bulk = round(s.large[w.n] / (1 + s.large[w.n]))
		if c.past != nil {
			m.Product[i].Past = c.past[i]
		}
		m.Product[i].Lacked = s.lacked()
	})
	return m, nil
}

func cardOf(w *weeks, c choice, p plan, shop string, cutoff state.Day) predict.Card {
	base, note := baselineFor(w.n)
	card := predict.Card{
		Question: predict.Demand, Shop: shop, Cutoff: cutoff.String(),
		Window: predict.Window{From: w.start.String(), To: (w.end - 1).String()},
		Rows:   w.rows, DataHash: w.hash(), Champion: c.name, Baseline: base.Name(), Folds: c.folds,
	}
	if note != "" {
		card.Notes = append(card.Notes, note)
	}
	card.Notes = append(card.Notes, stockNotes(w)...)
	card.Notes = append(append(card.Notes, c.lives...), effectNotes(c.tried)...)
	if c.trees.note != "" {
		card.Notes = append(card.Notes, c.trees.note)
	}
	if c.folds == 0 {
		card.Notes = append(card.Notes, "The history is too short for a backtest: the baseline answers, untested.")
		return card
	}
	card.Notes = append(card.Notes, fmt.Sprintf("Backtest: %d weeks ahead, products sold before each cut-off.", p.horizon))
	card.Measure("wape", c.model.WAPE(), c.baseline.WAPE(), "lower")
	card.Measure("bias", c.model.Bias(), c.baseline.Bias(), "near 0")
	card.Measure("pinball", c.model.Pinball(), c.baseline.Pinball(), "lower")
	for i, share := range forecast.Bands {
		card.Measure(fmt.Sprintf("coverage_%.0f", 100*share), c.model.Coverage(i), c.baseline.Coverage(i), fmt.Sprintf("near %g", share))
	}
	return card
}
