package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"almanac/decide"
	"almanac/history"
	"almanac/ingest"
	"almanac/predict"
	"almanac/predict/affinity"
	"almanac/predict/customer"
	"almanac/predict/demand"
	"almanac/predict/planned"
	"almanac/program/reorder"
	"almanac/serve"
	"almanac/serve/wire"
	"almanac/shop"
	"almanac/state"
	"almanac/state/catalog"
	"almanac/state/supply"
)

// progress tells how far long work is; total is 0 while unknown.
type progress = func(step string, done, total int64)

// train fits every question on what the shop has told of so far.
func (a *app) train(ctx context.Context, id string, tell progress) error {
	_, err := a.trainAll(ctx, id, tell)
	return err
}

func (a *app) trainAll(ctx context.Context, id string, tell progress) ([]predict.Version, error) {
	if err := a.projector.CatchUp(ctx, func(done, total int64) { tell("Bringing state up to date", done, total) }); err != nil {
		return nil, err
	}
	_, last, ok, err := a.views.Orders.Coverage(ctx, id)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, &hint{errors.New("there are no orders to learn from"), "Import orders first.", 0}
	}
	var out []predict.Version
	steps := []struct {
		name  string
		train func(context.Context, string, state.Day) (predict.Version, error)
	}{
		{"Demand", demand.Trainer{Source: a.views.Demand(), Registry: a.registry, Version: version}.Train},
		{"What is bought together", affinity.Trainer{Orders: a.views.Orders, Registry: a.registry, Version: version, Seed: 1}.Train},
		{"Customers", customer.Trainer{Orders: a.views.Orders, Registry: a.registry, Version: version}.Train},
	}
	for i, s := range steps {
		tell("Training: "+s.name, int64(i), int64(len(steps)))
		v, err := s.train(ctx, id, last+1)
		if errors.Is(err, predict.ErrNone) { // e.g. no order names a customer
			continue
		}
		if err != nil {
			return out, fmt.Errorf("train %s: %w", s.name, err)
		}
		out = append(out, v)
	}
	tell("Trained", int64(len(steps)), int64(len(steps)))
	return out, nil
}

// settings are the choices for reorder proposals.
func (a *app) settings() reorder.Settings {
	s, f := reorder.Defaults(), a.cli.Reorder
	s.ServiceLevel, s.DefaultLeadDays, s.MaxOrderMinor, s.BudgetMinor, s.OrderCostMinor = f.ServiceLevel, f.LeadDays, f.MaxOrder, f.Budget, f.OrderCost
	return s
}

// priceDays is how many days back prices charged say what a unit brings now.
const priceDays = 90

// reorderInput gathers what the reorder programme knows of a shop.
func (a *app) reorderInput(ctx context.Context, s shop.Shop) (in reorder.Input, err error) {
	in = reorder.Input{Currency: s.Currency, Now: a.now().UTC(), Settings: a.settings(), Prices: map[string]int64{}, Products: map[string]catalog.Product{}}
	_, last, ok, err := a.views.Orders.Coverage(ctx, s.ID)
	if err != nil {
		return in, err
	}
	if ok {
		in.Today = last + 1
	}
	loaded, err := predict.Load[demand.Model](ctx, a.registry, s.ID, predict.Demand)
	switch {
	case errors.Is(err, predict.ErrNone):
	case err != nil:
		return in, err
	default:
		set, err := a.planned.InForce(ctx, s.ID, in.Today)
		if err != nil {
			return in, err
		}
		in.Model, in.ModelHash, in.Baseline = planned.Apply(loaded.Model, set), loaded.Version.Hash, loaded.Version.Card.Baseline
	}
	if in.Positions, err = a.views.Stock.Positions(ctx, s.ID); err != nil {
		return in, err
	}
	if in.Terms, err = a.views.Supply.Terms(ctx, s.ID); err != nil {
		return in, err
	}
	if in.Suppliers, err = a.views.Supply.Suppliers(ctx, s.ID); err != nil {
		return in, err
	}
	if in.Costs, err = a.views.Catalog.Costs(ctx, s.ID, in.Now); err != nil {
		return in, err
	}
	totals, err := a.views.Orders.ProductTotals(ctx, s.ID, last-priceDays+1, last)
	if err != nil {
		return in, err
	}
	for _, t := range totals {
		if t.Units > 0 {
			in.Prices[t.SKU] = (t.Gross - t.Discount) / t.Units
		}
	}
	if err := a.views.Catalog.All(ctx, s.ID, func(p catalog.Product) error {
		in.Products[p.SKU] = p
		return nil
	}); err != nil {
		return in, err
	}
	lines, err := a.views.Supply.Lines(ctx, s.ID)
	in.Leads = reorder.LearnLeads(in, purchases(lines, s.Location()))
	return in, err
}

// purchases are the lines of purchase orders in days of the shop. Those whose order nobody told say nothing of how long it took.
func purchases(lines []supply.Line, zone *time.Location) (out []reorder.Purchase) {
	for _, l := range lines {
		if l.Placed.IsZero() {
			continue
		}
		p := reorder.Purchase{ID: l.Purchase + "/" + l.Line, SKU: l.SKU, Supplier: l.Supplier, Placed: state.DayOf(l.Placed, zone), Open: l.First.IsZero()}
		if !l.Due.IsZero() {
			p.Due = state.DayOf(l.Due, zone)
		}
		if !p.Open {
			p.Received = state.DayOf(l.First, zone)
		}
		out = append(out, p)
	}
	return out
}

// decide makes the proposals of every programme.
func (a *app) decide(ctx context.Context, id string, tell progress) error {
	_, err := a.decideAll(ctx, id, tell)
	return err
}

func (a *app) decideAll(ctx context.Context, id string, tell progress) (decide.Counts, error) {
	tell("Deciding: reorder", 0, 1)
	s, err := a.shops.Get(ctx, id)
	if err != nil {
		return decide.Counts{}, err
	}
	in, err := a.reorderInput(ctx, s)
	if err != nil {
		return decide.Counts{}, err
	}
	proposals, err := reorder.Propose(in)
	if err != nil {
		return decide.Counts{}, err
	}
	counts, err := a.decisions.Propose(ctx, s.ID, reorder.Programme, s.Mode, proposals)
	tell("Decided", 1, 1)
	return counts, err
}

// readiness says which programmes have the data that they need.
func (a *app) readiness(ctx context.Context, id string) ([]wire.Readiness, error) {
	s, err := a.shops.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	in, err := a.reorderInput(ctx, s)
	if err != nil {
		return nil, err
	}
	r := reorder.Ready(in)
	v := wire.Readiness{Programme: reorder.Programme, Title: "Reorder", Ready: r.Ready, Missing: []wire.Sharpen{}}
	for _, m := range r.Missing {
		v.Missing = append(v.Missing, wire.Sharpen{File: m.File, Why: m.Why})
	}
	return []wire.Readiness{v}, nil
}

// afterImport brings everything that depends on a file's facts up to date.
func (a *app) afterImport(ctx context.Context, s shop.Shop, run history.ImportRun, chosen bool, tell progress) error {
	if err := a.learnCurrency(ctx, s, run, chosen); err != nil {
		return err
	}
	if run.Facts == 0 {
		return nil
	}
	if err := a.projector.CatchUp(ctx, func(done, total int64) { tell("Bringing state up to date", done, total) }); err != nil {
		return err
	}
	if run.Kind == "orders" || run.Kind == "facts" || run.Kind == "events" || run.Kind == "replay" {
		var h *hint
		if err := a.train(ctx, s.ID, tell); err != nil && !errors.As(err, &h) {
			return err
		}
	}
	return a.decide(ctx, s.ID, tell)
}

// learnCurrency takes a file's currency for the shop's where that was unknown.
func (a *app) learnCurrency(ctx context.Context, s shop.Shop, run history.ImportRun, chosen bool) error {
	if s.Currency != "" || run.Accepted == 0 {
		return nil
	}
	m, err := ingest.ParseMapping([]byte(run.Mapping))
	if err != nil || m.Currency == "" {
		return err
	}
	s.Currency, s.CurrencyBasis = m.Currency, shop.Assumed
	if chosen || m.Columns["currency"] != "" {
		s.CurrencyBasis = shop.Set
	}
	return a.shops.Save(ctx, s)
}

// files is the door for files, with what follows an import.
type files struct {
	serve.Importer
	app *app
}

func (f files) Import(ctx context.Context, s shop.Shop, u serve.Upload, run string, tell func(step string, done, total int64)) (history.ImportRun, error) {
	release := f.app.projector.Hold()
	r, err := f.Importer.Import(ctx, s, u, run, tell)
	release()
	if err != nil {
		return r, err
	}
	if err := f.app.decisions.Record(ctx, s.ID, "almanac", "import", fmt.Sprintf("%s: %d rows read, %d facts", r.Kind, r.Read, r.Facts)); err != nil {
		return r, err
	}
	return r, f.app.afterImport(ctx, s, r, u.Change.Currency != nil, tell)
}

func (f files) Replay(ctx context.Context, s shop.Shop, filter history.QuarantineFilter, change *wire.ProposalChange, run string, tell func(step string, done, total int64)) (history.ImportRun, error) {
	r, err := f.Importer.Replay(ctx, s, filter, change, run, tell)
	if err != nil {
		return r, err
	}
	return r, f.app.afterImport(ctx, s, r, false, tell)
}

// every runs work now and then until ctx ends.
func every(ctx context.Context, d time.Duration, work func()) {
	t := time.NewTicker(d)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
			work()
		}
	}
}
