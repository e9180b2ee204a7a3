package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"almanac/ingest"
	"almanac/shop"
	"almanac/sim"
	"almanac/sim/export"
)

// example fills a shop without records with a small simulated one, so that the way through the first hour can be tried before any
// file is at hand. It comes in through the door of files, each labelled as synthetic.
func (a *app) example(ctx context.Context, id string, tell progress) (err error) {
	s, err := a.shops.Get(ctx, id)
	if err != nil {
		return err
	}
	_, _, some, err := a.views.Orders.Coverage(ctx, id)
	if err != nil {
		return err
	}
	if some {
		return &hint{errors.New("the shop has orders already, and an example would mix with them"), "Make another shop for it, or take the imports back first.", 0}
	}
	c := sim.Small()
	c.End = a.now().UTC().Truncate(24 * time.Hour)
	if s.Currency == "" {
		s.Currency, s.CurrencyBasis = c.Currency, shop.Assumed
		if err := a.shops.Save(ctx, s); err != nil {
			return err
		}
	}
	dir, err := os.MkdirTemp(a.cli.Data, "example-*")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	out, err := export.New(dir)
	if err != nil {
		return err
	}
	merchant, err := sim.PolicyNamed("merchant")
	if err != nil {
		return err
	}
	if _, err := writeWorld(c, merchant, out, wholeLife(ctx, tell)); err != nil {
		return err
	}
	release := a.projector.Hold()
	defer release()
	err = eachExport(dir, func(path, source string) error {
		o := ingest.Options{Shop: s.ID, ShopCurrency: s.Currency, ShopTimeZone: s.TimeZone}
		o.Mapping.Source, o.Mapping.Synthetic = source, true
		name := "example " + filepath.Base(path)
		if _, err := a.importer.Import(ctx, path, name, o, func(done, total int64) { tell("Reading "+name, done, total) }); err != nil {
			return fmt.Errorf("%s: %w", name, explain(err))
		}
		return nil
	})
	if err != nil {
		return err
	}
	if err := a.projector.CatchUp(ctx, func(done, total int64) { tell("Bringing state up to date", done, total) }); err != nil {
		return err
	}
	if err := a.train(ctx, s.ID, tell); err != nil {
		return err
	}
	return a.decide(ctx, s.ID, tell)
}
