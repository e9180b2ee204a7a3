package main

import (
	"context"

	"almanac/evaluate/recommend"
)

// evaluateRecommendCmd measures recommenders on known sessions.
type evaluateRecommendCmd struct {
	Train string `required:"" help:"Sessions to learn from: one a line, a table SessionId ItemId Time, or one sequence a user." type:"existingfile"`
	Test  string `help:"Sessions to ask for: a table, or lines of prefix TAB target. Without it the latest part of the training file is held out." type:"existingfile"`
}

// Run reads the sessions, lets the methods learn, and prints how each did.
func (c *evaluateRecommendCmd) Run(ctx context.Context, term *terminal) error {
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
