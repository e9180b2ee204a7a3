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

// known is what programmes know of a shop.
type known struct {
	reorder.Input
	levels  []reorder.Level
	written map[reorder.LevelKey]decide.SetLevel // what the system that orders by reorder points was told
}

// know gathers it.
func (a *app) know(ctx context.Context, s shop.Shop) (k known, err error) {
	if k.Input, err = a.reorderInput(ctx, s); err != nil {
		return k, err
	}
	k.levels = reorder.Levels(k.Input)
	if !k.Settings.WriteBack {
		return k, nil
	}
	applied, _, _, err := a.decisions.List(ctx, s.ID, decide.Filter{Programme: reorder.PointsProgramme, Status: string(decide.Applied), Sort: "created", Limit: appliedPoints})
	k.written, k.Written = reorder.Written(applied), map[string]bool{}
	for key := range k.written {
		k.Written[key.SKU] = true // somebody else orders it
	}
	return k, err
}

// appliedPoints is how many decisions about reorder points are read back: those of many years.
const appliedPoints = 100_000

// programmes are those that are not off, each ready to propose.
func (a *app) programmes(ctx context.Context, s shop.Shop, k known) ([]programme, error) {
	all := []struct {
		name string
		of   func(context.Context, shop.Shop, known) (programme, error)
	}{
		{reorder.Programme, a.reorder},
		{reorder.TransferProgramme, a.transfer},
		{reorder.PointsProgramme, a.points},
		{markdown.Programme, a.markdown},
	}
	var out []programme
	for _, of := range all {
		if s.ModeOf(of.name) == decide.ModeOff {
			out = append(out, programme{name: of.name, propose: func() ([]decide.Proposal, error) { return nil, nil }})
			continue
		}
		p, err := of.of(ctx, s, k)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", of.name, err)
		}
		p.name = of.name
		out = append(out, p)
	}
	return out, nil
}

func (a *app) reorder(_ context.Context, _ shop.Shop, k known) (programme, error) {
	r := reorder.Ready(k.Input)
	p := programme{title: "Reorder", ready: r.Ready, propose: func() ([]decide.Proposal, error) { return reorder.Propose(k.Input) }}
	for _, m := range r.Missing {
		p.missing = append(p.missing, wire.Sharpen{File: m.File, Why: m.Why})
	}
	return p, nil
}

// transfer moves stock between places; a shop with one place hears nothing of it.
func (a *app) transfer(_ context.Context, _ shop.Shop, k known) (programme, error) {
	return programme{propose: func() ([]decide.Proposal, error) { return reorder.Transfers(k.Input) }}, nil
}

// points writes reorder points to the system that orders by them, where the shop has chosen so.
func (a *app) points(_ context.Context, _ shop.Shop, k known) (programme, error) {
	return programme{propose: func() ([]decide.Proposal, error) {
		if !k.Settings.WriteBack {
			return nil, nil
		}
		return reorder.WriteBack(k.Input, k.levels, k.written)
	}}, nil
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

func (a *app) markdown(ctx context.Context, s shop.Shop, k known) (programme, error) {
	in := markdown.Input{Currency: k.Currency, Today: k.Today, Now: k.Now, Demand: k.Model, Positions: k.Positions, Costs: k.Costs, Products: k.Products, Settings: a.cli.Markdown.settings()}
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
	k, err := a.know(ctx, s)
	if err != nil {
		return sum, err
	}
	if _, err := a.levels.Keep(ctx, s.ID, k.Today, k.levels); err != nil {
		return sum, err
	}
	all, err := a.programmes(ctx, s, k)
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
	k, err := a.know(ctx, s)
	if err != nil {
		return nil, err
	}
	all, err := a.programmes(ctx, s, k)
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
