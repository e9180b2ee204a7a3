package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"almanac/history"
	"almanac/ingest"
	"almanac/predict"
	"almanac/predict/affinity"
	"almanac/predict/customer"
	"almanac/predict/demand"
	"almanac/predict/price"
	"almanac/program/reorder"
	"almanac/serve"
	"almanac/serve/wire"
	"almanac/shop"
	"almanac/state"
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
		{"Prices", price.Trainer{Source: price.Source{Sales: a.views.Orders, Catalog: a.views.Catalog, Stock: a.views.Stock, Zone: a.zone(id)}, Registry: a.registry, Version: version}.Train},
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

// settings are the choices for reorder proposals: the shop's own, where it made some, else those of the installation.
func (a *app) settings(ctx context.Context, id string) (reorder.Settings, error) {
	s, f := reorder.Defaults(), a.cli.Reorder
	s.ServiceLevel, s.DefaultLeadDays, s.MaxOrderMinor, s.BudgetMinor, s.OrderCostMinor = f.ServiceLevel, f.LeadDays, f.MaxOrder, f.Budget, f.OrderCost
	_, err := a.shops.Choices(ctx, id, reorder.Programme, &s)
	return s, err
}

// reorderInput gathers what the reorder programme knows of a shop.
func (a *app) reorderInput(ctx context.Context, s shop.Shop) (in reorder.Input, err error) {
	settings, err := a.settings(ctx, s.ID)
	if err != nil {
		return in, err
	}
	model, err := predict.Load[demand.Model](ctx, a.registry, s.ID, predict.Demand)
	known := &model
	if errors.Is(err, predict.ErrNone) {
		known = nil
	} else if err != nil {
		return in, err
	}
	from := reorder.Sources{Catalog: a.views.Catalog, Orders: a.views.Orders, Stock: a.views.Stock, Supply: a.views.Supply, Planned: a.planned, Now: a.now}
	return from.Gather(ctx, reorder.Shop{ID: s.ID, Currency: s.Currency, Zone: s.Location()}, known, settings)
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
