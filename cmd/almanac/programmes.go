package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"almanac/decide"
	"almanac/predict"
	"almanac/predict/price"
	"almanac/program/markdown"
	"almanac/program/reorder"
	"almanac/serve/wire"
	"almanac/shop"
)

// programme is one thing that a shop may do, with what is known of the shop now.
type programme struct {
	name, title string
	ready       bool
	missing     []wire.Sharpen
	propose     func() ([]decide.Proposal, error)
}

// programmes are those that are not off, each ready to propose.
func (a *app) programmes(ctx context.Context, s shop.Shop) ([]programme, error) {
	all := []struct {
		name string
		of   func(context.Context, shop.Shop, reorder.Input) (programme, error)
	}{
		{reorder.Programme, a.reorder},
		{markdown.Programme, a.markdown},
	}
	in, err := a.reorderInput(ctx, s)
	if err != nil {
		return nil, err
	}
	var out []programme
	for _, of := range all {
		if s.ModeOf(of.name) == decide.ModeOff {
			out = append(out, programme{name: of.name, propose: func() ([]decide.Proposal, error) { return nil, nil }})
			continue
		}
		p, err := of.of(ctx, s, in)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", of.name, err)
		}
		p.name = of.name
		out = append(out, p)
	}
	return out, nil
}

func (a *app) reorder(_ context.Context, _ shop.Shop, in reorder.Input) (programme, error) {
	r := reorder.Ready(in)
	p := programme{title: "Reorder", ready: r.Ready, propose: func() ([]decide.Proposal, error) { return reorder.Propose(in) }}
	for _, m := range r.Missing {
		p.missing = append(p.missing, wire.Sharpen{File: m.File, Why: m.Why})
	}
	return p, nil
}

// priceFlags are a shop's choices for proposals of prices. What is not set is shown as assumed.
type priceFlags struct {
	HorizonWeeks int     `help:"Weeks in which stock should be sold, 1 to 13." default:"13" env:"ALMANAC_MARKDOWN_HORIZON_WEEKS"`
	MinMargin    float64 `help:"Margin that a lower price leaves at least, as a share of the net price." default:"0.05" env:"ALMANAC_MARKDOWN_MIN_MARGIN"`
	MaxStep      float64 `help:"Share of a price that one change takes off at most." default:"0.2" env:"ALMANAC_MARKDOWN_MAX_STEP"`
	RestDays     int     `help:"Days between two changes of a product's price." default:"14" env:"ALMANAC_MARKDOWN_REST_DAYS"`
	MaxChanges   int     `help:"Most changes of prices a day." default:"20" env:"ALMANAC_MARKDOWN_MAX_CHANGES"`
	Salvage      float64 `help:"What a unit that is left is worth, as a share of its cost." default:"0.5" env:"ALMANAC_MARKDOWN_SALVAGE"`
	MinGain      int64   `help:"Expected money below which a change is not worth the work, in minor units." default:"100" env:"ALMANAC_MARKDOWN_MIN_GAIN"`
}

func (f priceFlags) settings() markdown.Settings {
	s := markdown.Defaults()
	s.HorizonWeeks, s.MinMargin, s.MaxStep, s.RestDays, s.MaxChanges, s.Salvage, s.MinGainMinor = f.HorizonWeeks, f.MinMargin, f.MaxStep, f.RestDays, f.MaxChanges, f.Salvage, f.MinGain
	return s
}

func (a *app) markdown(ctx context.Context, s shop.Shop, known reorder.Input) (programme, error) {
	in := markdown.Input{Currency: known.Currency, Today: known.Today, Now: known.Now, Demand: known.Model, Positions: known.Positions, Costs: known.Costs, Products: known.Products, Settings: a.cli.Markdown.settings()}
	loaded, err := predict.Load[price.Model](ctx, a.registry, s.ID, predict.Price)
	switch {
	case errors.Is(err, predict.ErrNone):
	case err != nil:
		return programme{}, err
	default:
		in.Answers, in.ModelHash, in.Baseline = loaded.Model, loaded.Version.Hash, loaded.Version.Card.Baseline
	}
	if in.Prices, err = a.views.Catalog.Prices(ctx, s.ID, in.Now); err != nil {
		return programme{}, err
	}
	if in.Approved, err = a.decisions.ApprovedSince(ctx, s.ID, markdown.Programme, in.Now.Add(-24*time.Hour)); err != nil {
		return programme{}, err
	}
	p := programme{title: "Lower prices", propose: func() ([]decide.Proposal, error) { return markdown.Propose(in) }}
	for _, m := range markdown.Ready(in) {
		p.missing = append(p.missing, wire.Sharpen{File: m.File, Why: m.Why})
	}
	p.ready = len(p.missing) == 0
	return p, nil
}

// decide makes the proposals of every programme.
func (a *app) decide(ctx context.Context, id string, tell progress) error {
	_, err := a.decideAll(ctx, id, tell)
	return err
}

func (a *app) decideAll(ctx context.Context, id string, tell progress) (sum decide.Counts, err error) {
	s, err := a.shops.Get(ctx, id)
	if err != nil {
		return sum, err
	}
	tell("Deciding", 0, 1)
	all, err := a.programmes(ctx, s)
	if err != nil {
		return sum, err
	}
	for i, p := range all {
		tell("Deciding", int64(i), int64(len(all)))
		proposals, err := p.propose()
		if err != nil {
			return sum, fmt.Errorf("%s: %w", p.name, err)
		}
		c, err := a.decisions.Propose(ctx, s.ID, p.name, s.ModeOf(p.name), proposals)
		if err != nil {
			return sum, fmt.Errorf("%s: %w", p.name, err)
		}
		sum.Add(c)
	}
	tell("Decided", int64(len(all)), int64(len(all)))
	return sum, nil
}

// readiness says which programmes have the data that they need. Those that are off say nothing.
func (a *app) readiness(ctx context.Context, id string) ([]wire.Readiness, error) {
	s, err := a.shops.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	all, err := a.programmes(ctx, s)
	if err != nil {
		return nil, err
	}
	var out []wire.Readiness
	for _, p := range all {
		if p.title != "" {
			out = append(out, wire.Readiness{Programme: p.name, Title: p.title, Ready: p.ready, Missing: append([]wire.Sharpen{}, p.missing...)})
		}
	}
	return out, nil
}
