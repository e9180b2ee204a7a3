package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"almanac/predict"
)

type trainCmd struct{}

func (trainCmd) Run(ctx context.Context, root *cli, term *terminal) (err error) {
	a, err := open(ctx, root, term, "train")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.close()) }()
	s, err := a.shop(ctx)
	if err != nil {
		return err
	}
	began := time.Now()
	defer makeRoom(ctx)()
	tell, done := term.bar()
	versions, err := a.trainAll(ctx, s.ID, tell)
	done()
	if err != nil {
		return err
	}
	if term.json {
		return printJSON(term, map[string]any{"models": cards(versions), "seconds": time.Since(began).Seconds()})
	}
	for _, v := range versions {
		err = errors.Join(err, term.say("%-10s %s (baseline: %s), %d rows, artefact %.12s", v.Card.Question, v.Card.Champion, v.Card.Baseline, v.Card.Rows, v.Hash))
	}
	return err
}

func cards(versions []predict.Version) []predict.Card {
	out := make([]predict.Card, len(versions))
	for i, v := range versions {
		out[i] = v.Card
	}
	return out
}

type decideCmd struct{}

func (decideCmd) Run(ctx context.Context, root *cli, term *terminal) (err error) {
	a, err := open(ctx, root, term, "decide")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.close()) }()
	s, err := a.shop(ctx)
	if err != nil {
		return err
	}
	began := time.Now()
	if err := a.projector.CatchUp(ctx, nil); err != nil {
		return err
	}
	defer makeRoom(ctx)()
	c, err := a.decideAll(ctx, s.ID, func(string, int64, int64) {})
	if err != nil {
		return err
	}
	ready, err := a.readiness(ctx, s.ID)
	if err != nil {
		return err
	}
	if term.json {
		return printJSON(term, map[string]any{"new": c.New, "kept": c.Kept, "superseded": c.Superseded, "skipped": c.Skipped, "held_out": c.HeldOut,
			"readiness": ready, "seconds": time.Since(began).Seconds()})
	}
	err = term.say("%d new proposals, %d as before, %d superseded, %d on their way or rejected before.", c.New, c.Kept, c.Superseded, c.Skipped)
	for _, r := range ready {
		for _, m := range r.Missing {
			err = errors.Join(err, term.say("%s: %s", r.Title, m.Why))
		}
	}
	return err
}

type replayCmd struct {
	Quarantine bool   `help:"Try quarantined lines again instead of rebuilding state."`
	Reason     string `help:"Only those with this reason."`
	Mapping    string `help:"Mapping file with what is to be read differently." type:"path"`
}

func (c *replayCmd) Run(ctx context.Context, root *cli, term *terminal) (err error) {
	a, err := open(ctx, root, term, "replay")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.close()) }()
	tell, done := term.bar()
	defer done()
	if c.Quarantine {
		return c.quarantine(ctx, a, term, tell)
	}
	began := time.Now()
	if err := a.projector.Rebuild(ctx, func(d, total int64) { tell("Folding the record", d, total) }); err != nil {
		return err
	}
	done()
	head, err := a.history.Head(ctx)
	if err != nil {
		return err
	}
	if term.json {
		return printJSON(term, map[string]any{"facts": head, "seconds": time.Since(began).Seconds()})
	}
	return term.say("State was rebuilt from %d facts in %.1f s.", head, time.Since(began).Seconds())
}

type verifyCmd struct{}

func (verifyCmd) Run(ctx context.Context, root *cli, term *terminal) (err error) {
	a, err := open(ctx, root, term, "verify")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.close()) }()
	began := time.Now()
	tell, done := term.bar()
	defer done()
	damage, err := a.history.Verify(ctx, func(n, total int64) { tell("Reading the record", n, total) })
	if err != nil {
		return err
	}
	if len(damage) > 0 {
		done()
		return reportDamage(term, damage)
	}
	err = a.verifyState(ctx, tell)
	done()
	if err != nil {
		return &hint{fmt.Errorf("verify: %w", err), "Run `almanac replay` to rebuild state from the record, and report how it came to this.", 0}
	}
	shops, err := a.shops.List(ctx)
	if err != nil {
		return err
	}
	var entries int64
	for _, s := range shops {
		n, err := a.decisions.VerifyChain(ctx, s.ID)
		if err != nil {
			return &hint{err, "Somebody changed the audit trail in the database. Restore a backup, or find out who did.", 0}
		}
		entries += n
	}
	head, err := a.history.Head(ctx)
	if err != nil {
		return err
	}
	if term.json {
		return printJSON(term, map[string]any{"ok": true, "facts": head, "audit_entries": entries, "seconds": time.Since(began).Seconds()})
	}
	return term.say("Live state equals the state rebuilt from %d facts; %d audit entries follow from one another (%.1f s).", head, entries, time.Since(began).Seconds())
}

type versionCmd struct{}

func (versionCmd) Run(term *terminal) error {
	if term.json {
		return printJSON(term, map[string]string{"version": version})
	}
	return term.say("almanac %s", version)
}
