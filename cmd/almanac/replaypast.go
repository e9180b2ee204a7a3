package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"almanac/program/reorder"
	"almanac/program/reorder/replay"
)

type replayPast struct {
	Days int `help:"Last days that count, 28 to 730; fewer where the history is shorter." default:"180"`
}

// liveAgain lives a shop's last days again and keeps what that says.
func (a *app) liveAgain(ctx context.Context, id string, days int, tell progress) (*replay.Report, error) {
	s, err := a.shops.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	settings, err := a.settings(ctx, id)
	if err != nil {
		return nil, err
	}
	from := replay.Sources{Sources: reorder.Sources{Catalog: a.views.Catalog, Orders: a.views.Orders, Stock: a.views.Stock, Supply: a.views.Supply, Now: a.now}, Demand: a.views.Demand()}
	return a.replays.Make(ctx, id, func() (*replay.Report, error) {
		return from.Run(ctx, reorder.Shop{ID: s.ID, Currency: s.Currency, Zone: s.Location()}, settings, days, tell)
	})
}

// Run prints what the shop's past would have cost under other ways of ordering.
func (c *replayPast) Run(ctx context.Context, root *cli, term *terminal) error {
	return withApp(ctx, root, term, "reorder-replay", func(a *app) error {
		s, err := a.shop(ctx)
		if err != nil {
			return err
		}
		if err := a.projector.CatchUp(ctx, nil); err != nil {
			return err
		}
		began := time.Now()
		tell, done := term.bar()
		r, err := a.liveAgain(ctx, s.ID, c.Days, tell)
		done()
		if errors.Is(err, replay.ErrShort) {
			return &hint{err, "Import older orders.", 0}
		}
		if f := new(reorder.Fault); errors.As(err, &f) {
			return &hint{err, f.Do, exitUsage}
		}
		if err != nil {
			return err
		}
		if term.json {
			return printJSON(term, r)
		}
		return sayReplay(term, r, time.Since(began))
	})
}

var wayNames = map[string]string{replay.Real: "what the shop did", replay.Thumb: "30-day mean × (lead time + 14 days)", replay.Settings: "Almanac, today's settings", replay.Money: "Almanac, service from money"}

func sayReplay(term *terminal, r *replay.Report, took time.Duration) error {
	err := term.say("%s to %s, %d products, %d of them counted all along; forecasts learnt %d times, each on what was before (%.1f s).", r.From, r.To, r.Products, r.Counted, r.Fits, took.Seconds())
	for _, by := range []string{"all", "counted"} {
		if by == "counted" && r.Counted == r.Products {
			break
		}
		err = errors.Join(err, term.say("\n%-38s %10s %10s %10s %10s %8s %7s %6s", map[string]string{"all": "all products", "counted": "counted all along"}[by], "total", "lost", "holding", "ordering", "served", "empty", "turns"))
		for _, i := range r.Items {
			if i.By != by {
				continue
			}
			name := wayNames[i.Policy]
			if i.Policy == replay.Level {
				name = fmt.Sprintf("Almanac, %g %%", 100*i.Service)
			}
			err = errors.Join(err, term.say("%-38s %10d %10d %10d %10d %7.2f%% %7d %6.1f", name, i.Total, i.Lost, i.Holding, i.Ordering, 100*i.Served, i.StockoutDays, i.Turns))
		}
	}
	for _, l := range r.LeftOut {
		err = errors.Join(err, term.say("left out: %d products, %s", l.Products, l.Why))
	}
	return errors.Join(err, term.say("Money is in minor units of %s. %.0f units are estimated to have been wanted while shelves were empty; of %d products nobody counted the stock.", r.Currency, r.Recovered, r.Unwatched))
}
