package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"almanac/history"
	"almanac/sqldb"
)

// keepInTail is how many of the newest records stay in the tail, where those who follow read them fastest.
const keepInTail = 100_000

// seal moves old records to segments while ctx lasts. Of several nodes one does it at a time.
func (a *app) seal(ctx context.Context) {
	leases, err := sqldb.NewLeases(ctx, a.main, a.now)
	if err != nil {
		a.log.Error("old records are not sealed", "error", err)
		return
	}
	holder := fmt.Sprintf("seal-%d", a.now().UnixNano())
	swept := false
	every(ctx, time.Minute, func() {
		const term = 10 * time.Minute
		if _, err := leases.Acquire(ctx, "seal", holder, term); err != nil {
			if !errors.Is(err, sqldb.ErrHeld) && ctx.Err() == nil {
				a.log.Error("old records are not sealed", "error", err)
			}
			return
		}
		work, stop := context.WithTimeout(ctx, term-time.Minute)
		defer stop()
		if err := a.sealOnce(work, &swept); err != nil && ctx.Err() == nil {
			a.log.Error("old records could not be sealed; it is tried again", "error", err)
		}
	})
}

func (a *app) sealOnce(ctx context.Context, swept *bool) error {
	if !*swept {
		n, err := a.history.Sweep(ctx)
		if err != nil {
			return err
		}
		if *swept = true; n > 0 {
			a.log.Info("removed what an interrupted sealing had left", "segments", n)
		}
	}
	if _, err := a.history.ForgetKeys(ctx); err != nil {
		return err
	}
	n, err := a.history.Seal(ctx, keepInTail)
	if n > 0 {
		a.log.Info("sealed old records", "facts", n)
	}
	return err
}

// whole refuses to go on with a record of which segments are missing or cut, unless told to.
func (a *app) whole(ctx context.Context, accept bool) error {
	damage, err := a.history.Missing(ctx)
	if err != nil || len(damage) == 0 {
		return err
	}
	if accept {
		a.log.Warn("the record is damaged", "segments", len(damage), "first", damage[0].Error())
		return nil
	}
	return &hint{fmt.Errorf("%d segments of the record are damaged: %w", len(damage), &damage[0]),
		"Run `almanac verify` for the whole list, then restore a backup. To go on without what they hold, add --accept-damage.", 0}
}

// reportDamage lists what verify found.
func reportDamage(term *terminal, damage []history.Damage) error {
	if term.json {
		if err := printJSON(term, map[string]any{"ok": false, "damage": damage}); err != nil {
			return err
		}
	} else {
		for i := range damage {
			if err := term.say("%s", damage[i].Error()); err != nil {
				return err
			}
		}
	}
	return &hint{fmt.Errorf("the record is damaged in %d places", len(damage)), "Restore a backup: almanac restore.", 0}
}

type sealCmd struct{}

// Run seals the whole tail, so that other programs can read all of the record.
func (sealCmd) Run(ctx context.Context, root *cli, term *terminal) (err error) {
	a, err := open(ctx, root, term, "seal")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.close()) }()
	if _, err := a.history.Sweep(ctx); err != nil {
		return err
	}
	n, err := a.history.SealAll(ctx)
	if err != nil {
		return err
	}
	if term.json {
		return printJSON(term, map[string]int64{"sealed": n})
	}
	return term.say("Sealed %d facts.", n)
}
