package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"almanac/decide"
	"almanac/fact"
	"almanac/predict"
	"almanac/predict/customer"
	"almanac/predict/price"
	"almanac/program/markdown"
	"almanac/program/reorder"
	"almanac/program/winback"
	"almanac/serve/wire"
	"almanac/shop"
	"almanac/state/catalog"
)

// programme is one thing that a shop may do, with what is known of the shop now.
type programme struct {
	name, title string
	ready       bool
	missing     []wire.Sharpen
	silent      bool // nothing of the kind that it works on is on record, so that what is missing is nobody's question yet
	propose     func() ([]decide.Proposal, error)
}

// known is what programmes know of a shop.
type known struct {
	reorder.Input
	levels  []reorder.Level                      // where proposals are made; readiness does without
	written map[reorder.LevelKey]decide.SetLevel // what the system that orders by reorder points was told
}

// know gathers it.
func (a *app) know(ctx context.Context, s shop.Shop) (k known, err error) {
	if k.Input, err = a.reorderInput(ctx, s); err != nil {
		return k, err
	}
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
		{winback.Programme, a.winback},
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
	return programme{title: "Reorder", ready: r.Ready, missing: sharpen(r.Missing), propose: func() ([]decide.Proposal, error) { return reorder.Propose(k.Input) }}, nil
}

// sharpen is what a programme says is missing, for the page.
func sharpen[M ~struct{ File, Why string }](missing []M) []wire.Sharpen {
	out := []wire.Sharpen{}
	for _, m := range missing {
		v := struct{ File, Why string }(m)
		out = append(out, wire.Sharpen{File: v.File, Why: v.Why})
	}
	return out
}

// answering is the model that answers a question for a shop, its hash, and how it compares; nil where nothing was trained.
func answering[M any](ctx context.Context, r *predict.Registry, shop string, q predict.Question) (m *M, hash, baseline string, err error) {
	loaded, err := predict.Load[M](ctx, r, shop, q)
	if errors.Is(err, predict.ErrNone) {
		return nil, "", "", nil
	}
	if err != nil {
		return nil, "", "", err
	}
	return loaded.Model, loaded.Version.Hash, loaded.Version.Card.Baseline, nil
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

func (a *app) markdown(ctx context.Context, s shop.Shop, k known) (p programme, err error) {
	in := markdown.Input{Currency: k.Currency, Today: k.Today, Now: k.Now, Demand: k.Model, Positions: k.Positions, Costs: k.Costs, Products: k.Products, Settings: a.cli.Markdown.settings()}
	if in.Answers, in.ModelHash, in.Baseline, err = answering[price.Model](ctx, a.registry, s.ID, predict.Price); err != nil {
		return p, err
	}
	if in.Prices, err = a.views.Catalog.Prices(ctx, s.ID, in.Now); err != nil {
		return p, err
	}
	if in.Approved, err = a.decisions.ApprovedSince(ctx, s.ID, markdown.Programme, in.Now.Add(-24*time.Hour)); err != nil {
		return p, err
	}
	missing := markdown.Ready(in)
	return programme{title: "Lower prices", ready: len(missing) == 0, missing: sharpen(missing), silent: len(in.Prices) == 0, propose: func() ([]decide.Proposal, error) { return markdown.Propose(in) }}, nil
}

// mailFlags are a shop's choices for mails that win customers back. What is not set is shown as assumed.
type mailFlags struct {
	Holdout     float64 `help:"Share of customers who never get such a mail, so that its effect is known." default:"0.1" env:"ALMANAC_WINBACK_HOLDOUT"`
	MaxMessages int     `help:"Most messages of any kind to one customer in 30 days." default:"7" env:"ALMANAC_WINBACK_MAX_MESSAGES"`
	RestDays    int     `help:"Days between two such mails to one customer." default:"90" env:"ALMANAC_WINBACK_REST_DAYS"`
	MostPeople  int     `help:"Most customers of one round." default:"500" env:"ALMANAC_WINBACK_MOST_PEOPLE"`
	Cost        int64   `help:"Cost of a mail in minor units." default:"1" env:"ALMANAC_WINBACK_COST"`
}

func (f mailFlags) settings() winback.Settings {
	s := winback.Defaults()
	s.Holdout, s.MaxMessages, s.RestDays, s.MostPeople, s.CostMinor = f.Holdout, f.MaxMessages, f.RestDays, f.MostPeople, f.Cost
	return s
}

func (a *app) winback(ctx context.Context, s shop.Shop, k known) (p programme, err error) {
	in := winback.Input{Currency: k.Currency, Today: k.Today, Now: k.Now, Settings: a.cli.Winback.settings(),
		Control: func(id string) bool { return a.decisions.Control(s.ID, winback.Programme, id, a.cli.Winback.Holdout) }}
	if in.Model, in.ModelHash, in.Baseline, err = answering[customer.Model](ctx, a.registry, s.ID, predict.Customer); err != nil {
		return p, err
	}
	if in.Contacts, err = a.contacts.All(ctx, s.ID, in.Now.AddDate(0, 0, -in.Settings.CapDays)); err != nil {
		return p, err
	}
	if err := a.margin(ctx, s, &in, k.Costs); err != nil {
		return p, err
	}
	ready, missing := winback.Ready(in)
	return programme{title: "Win customers back", ready: ready, missing: sharpen(missing), silent: len(in.Contacts) == 0, propose: func() ([]decide.Proposal, error) {
		if !ready {
			return nil, nil
		}
		if err := a.knowPeople(ctx, s, &in); err != nil {
			return nil, err
		}
		return winback.Propose(in)
	}}, nil
}

// margin finds what share of the net sales of the last year is left after the goods' cost, where that is known.
func (a *app) margin(ctx context.Context, s shop.Shop, in *winback.Input, costs map[string]catalog.Cost) error {
	totals, err := a.views.Orders.ProductTotals(ctx, s.ID, in.Today-365, in.Today-1)
	if err != nil {
		return err
	}
	var net, goods int64
	for _, t := range totals {
		if c, ok := costs[t.SKU]; ok && c.Currency == in.Currency {
			net, goods = net+t.Gross-t.Discount, goods+c.Amount*t.Units
			in.Synthetic = in.Synthetic || fact.Synthetic(c.Source)
		}
	}
	if net > 0 {
		in.Margin = max(0, 1-float64(goods)/float64(net))
	}
	return nil
}

// knowPeople reads what proposals need beyond what says whether they can be made.
func (a *app) knowPeople(ctx context.Context, s shop.Shop, in *winback.Input) (err error) {
	if in.People, err = customer.Summaries(ctx, a.views.Orders, s.ID, in.Today); err != nil {
		return err
	}
	done, _, _, err := a.decisions.List(ctx, s.ID, decide.Filter{Programme: winback.Programme, Status: string(decide.Applied), Sort: "created", Limit: 10_000})
	if err != nil {
		return err
	}
	for _, d := range done {
		if d.Message != nil {
			in.Rounds = append(in.Rounds, winback.Round{At: d.ChangedAt, Got: d.Message.Recipients, Held: d.Message.HeldOut})
		}
	}
	in.Effect, err = winback.Measure(ctx, a.views.Orders, s.ID, in.Today, s.Location(), in.Rounds, in.Settings)
	return err
}

// stillAgreed takes out of a batch of messages who withdrew their consent since it was proposed.
func (a *app) stillAgreed(ctx context.Context, b decide.Batch) (decide.Batch, error) {
	if b.Kind() != decide.KindMessage {
		return b, nil
	}
	contacts, err := a.contacts.All(ctx, b.Shop, b.ApprovedAt)
	if err != nil {
		return b, err
	}
	b.Decisions = slices.Clone(b.Decisions)
	for i := range b.Decisions {
		if m := b.Decisions[i].Message; m != nil {
			still := *m
			still.Recipients = slices.DeleteFunc(slices.Clone(m.Recipients), func(id string) bool { return !contacts[id].Allowed })
			b.Decisions[i].Message = &still
		}
	}
	return b, nil
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
	k.levels = reorder.Levels(k.Input)
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

// readiness says which programmes have the data that they need. Those that are off say nothing, nor do those without any data of
// their own kind.
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
		if p.title != "" && !p.silent {
			out = append(out, wire.Readiness{Programme: p.name, Title: p.title, Ready: p.ready, Missing: p.missing})
		}
	}
	return out, nil
}
