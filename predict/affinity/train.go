package affinity

import (
	"context"
	"fmt"
	"math"
	"time"

	"almanac/model/recommend"
	"almanac/predict"
	"almanac/state"
)

const (
	listed     = 20  // length of the list that is scored
	bestKept   = 200 // best sellers in the artefact: enough to fill a list after refusals
	halfLife   = 14  // days after which a sale counts half for a best seller
	fold       = 28  // days of later orders that a cut-off is tested on
	mostFolds  = 3
	leastTrial = 30 // baskets of two products or more that a fold must hold to be a test
)

// Trainer trains and registers affinities.
type Trainer struct {
	Orders   Orders
	Registry *predict.Registry
	Version  string // of the program, for the card
	Seed     uint64 // draws which product of a test basket is hidden
}

// Train fits a shop's affinities as of the morning of cutoff, the first day it does not see, and registers the artefact.
// predict.ErrNone where there was no order before.
func (t Trainer) Train(ctx context.Context, shop string, cutoff state.Day) (predict.Version, error) {
	model, card, err := Fit(ctx, t.Orders, shop, cutoff, t.Seed)
	if err != nil {
		return predict.Version{}, err
	}
	return t.Registry.Keep(ctx, card, t.Version, model)
}

// Fit trains without registering.
func Fit(ctx context.Context, src Orders, shop string, cutoff state.Day, seed uint64) (*Model, predict.Card, error) {
	h, err := load(ctx, src, shop, cutoff)
	if err != nil {
		return nil, predict.Card{}, err
	}
	if h.len() == 0 {
		return nil, predict.Card{}, fmt.Errorf("affinity of shop %s: no order before %s: %w", shop, cutoff, predict.ErrNone)
	}
	card := predict.Card{
		Question: predict.Affinity, Shop: shop, Cutoff: cutoff.String(),
		Window: predict.Window{From: time.Unix(h.at[0], 0).UTC().Format(time.DateOnly), To: (cutoff - 1).String()},
		Rows:   h.lines, DataHash: h.hash(), Baseline: "best sellers", Champion: "best sellers", Seed: seed,
	}
	r := backtest(h, seed)
	card.Folds = r.folds
	if r.folds == 0 {
		card.Notes = append(card.Notes, "Too few later orders of two products or more for a backtest: best sellers answer, untested.")
	} else {
		card.Notes = append(card.Notes, fmt.Sprintf("Backtest: one product of each of %d later orders hidden, %d shown.", r.cart.Trials, listed))
		card.Measure("hr@20", r.cart.Rate(), r.cartBest.Rate(), "higher")
		card.Measure("mrr@20", r.cart.MRR(), r.cartBest.MRR(), "higher")
		card.Measure("hr@20 from one product", r.page.Rate(), r.pageBest.Rate(), "higher")
	}
	model := fit(h.collect(h.cutoff))
	model.SKU, model.Baskets = h.sku, h.len()
	if r.cart.Found > r.cartBest.Found {
		model.Together, card.Champion = true, "bought together"
	}
	if err := ctx.Err(); err != nil {
		return nil, predict.Card{}, err
	}
	return model, card, nil
}

// fit is the model of some baskets, as item numbers only.
func fit(b *recommend.Baskets) *Model {
	m := &Model{Neighbours: b.CoPurchases(recommend.Options{}), Best: b.BestSellers(bestKept, halfLife)}
	shorten(m.Neighbours.Lift)
	shorten(m.Neighbours.Score)
	for i := range m.Best {
		m.Best[i].Score = short(m.Best[i].Score)
	}
	return m
}

type result struct {
	folds                          int
	cart, cartBest, page, pageBest recommend.Hits
}

// backtest trains at past cut-offs and looks whether the lists would have held what later orders held. Products that
// were new since the cut-off count as misses for both sides.
func backtest(h *history, seed uint64) result {
	var r result
	for k := range mostFolds {
		at := h.cutoff.AddDate(0, 0, -fold*(k+1))
		from, to := h.first(at), h.first(at.AddDate(0, 0, fold))
		// Learning from less than was held back would test something else than what is served.
		if from < to-from {
			break
		}
		held := make([][]int32, 0, to-from)
		for i := from; i < to; i++ {
			held = append(held, h.basket(i))
		}
		cart, page := recommend.LeaveOneOut(held, 0, seed), recommend.LeaveOneOut(held, 1, seed)
		if len(cart) < leastTrial {
			break
		}
		m := fit(h.collect(at))
		best := func(shown []int32, n int) []int32 { return recommend.Fill(nil, m.Best, shown, n) }
		together := func(shown []int32, n int) []int32 {
			return recommend.Fill(m.Neighbours.Complete(shown, n), m.Best, shown, n)
		}
		add(&r.cart, recommend.Evaluate(cart, listed, together))
		add(&r.cartBest, recommend.Evaluate(cart, listed, best))
		add(&r.page, recommend.Evaluate(page, listed, together))
		add(&r.pageBest, recommend.Evaluate(page, listed, best))
		r.folds++
	}
	return r
}

func add(sum *recommend.Hits, h recommend.Hits) {
	sum.Trials += h.Trials
	sum.Found += h.Found
	sum.Reciprocal += h.Reciprocal
}

// shorten keeps four digits: the rest is noise that only makes artefacts large.
func shorten(x []float32) {
	for i := range x {
		x[i] = short(x[i])
	}
}

func short(v float32) float32 {
	if v == 0 {
		return 0
	}
	scale := math.Pow(10, 3-math.Floor(math.Log10(math.Abs(float64(v)))))
	return float32(math.Round(float64(v)*scale) / scale)
}
