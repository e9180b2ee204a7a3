package main

import (
	"context"
	"maps"
	"slices"

	"almanac/evaluate/recommend"
)

// evaluateRecommendCmd measures recommenders on known sessions.
type evaluateRecommendCmd struct {
	Train string `xor:"from" help:"Sessions to learn from: one a line, a table SessionId ItemId Time, or one sequence a user." type:"existingfile"`
	Test  string `help:"Sessions to ask for: a table, or lines of prefix TAB target. Without it the latest part of the training file is held out." type:"existingfile"`
	worldsFlags
	Days        int     `help:"Days of a world on which lists are shown." default:"28"`
	LeastMargin float64 `help:"Share of its price that a product must leave to be shown in a world." default:"0.1"`
}

// Run reads the sessions, lets the methods learn, and prints how each did.
func (c *evaluateRecommendCmd) Run(ctx context.Context, term *terminal) error {
	if err := c.either(c.Train, "--train"); err != nil {
		return err
	}
	if c.Worlds > 0 {
		return c.worlds(ctx, term)
	}
	set, err := recommend.Read(c.Train, c.Test)
	if err != nil {
		return err
	}
	tell, done := term.bar()
	step := int64(0)
	r, err := recommend.Measure(ctx, set, func(what string) {
		step++
		tell(what, step, 12)
	})
	done()
	if err != nil {
		return err
	}
	if term.json {
		return printJSON(term, r)
	}
	if err := term.say("%d sessions, %d clicks, %d items; %d questions\n%-12s %7s %7s %7s %7s %9s %9s", r.Data.Sessions, r.Data.Clicks, r.Data.Items,
		r.Data.Questions, "method", "HR@20", "MRR@20", "HR@10", "nDCG@10", "p50 µs", "p99 µs"); err != nil {
		return err
	}
	for _, name := range r.Order {
		m := r.Methods[name]
		if err := term.say("%-12s %7.4f %7.4f %7.4f %7.4f %9.0f %9.0f", name, m.HR20, m.MRR20, m.HR10, m.NDCG10, m.P50, m.P99); err != nil {
			return err
		}
	}
	return term.say("Chosen without seeing the test: %s. %.0f s.", r.Auto.Method, r.Seconds)
}

// worlds shows lists in simulated shops and holds what each measures against what is true.
func (c *evaluateRecommendCmd) worlds(ctx context.Context, term *terminal) error {
	tell, done := term.bar()
	r, err := recommend.RunWorlds(ctx, recommend.WorldOptions{Options: c.options(tell), Days: c.Days, LeastMargin: c.LeastMargin})
	done()
	if err != nil {
		return err
	}
	if term.json {
		return printJSON(term, r)
	}
	if err := sayLists(term, "worlds", r.Worlds); err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(r.Hostile)) {
		if err := sayLists(term, name, r.Hostile[name]); err != nil {
			return err
		}
	}
	return nil
}

func sayLists(term *terminal, name string, s recommend.WorldScore) error {
	return term.say("%-14s %4d: %d visitors; lists bring %.1f a visitor, best sellers %.1f: %.1f more (%.1f to %.1f), in %.0f %% of worlds; the 90 %% interval held the truth in %.3f (honest: %.3f to %.3f); interval score %.1f; sold out %d, under the margin floor %d, hidden %d",
		name, s.Worlds, s.Visitors, s.ListsMargin, s.PopularMargin, s.Incremental, s.IncrementalLow, s.IncrementalHigh, 100*s.Positive, s.Coverage, s.BandLow, s.BandHigh, s.Score, s.Bad.SoldOut, s.Bad.Unearned, s.Bad.Hidden)
}
