package main

import (
	"context"
	"errors"
	"maps"
	"slices"

	"almanac/evaluate/uncensor"
)

type evaluateUncensorCmd struct {
	Hourly string `help:"CSV (gzip or plain) with store_id, product_id, cat3, dt, discount, hourly_sales (24 numbers) and hourly_stockout (24 flags)." required:"" type:"path"`
	Seed   uint64 `help:"Of the imposed stockouts." default:"1"`
	From   int    `help:"First hour in which the stores are open; with --to 0 found from the sales." default:"6"`
	To     int    `help:"Last hour." default:"22"`
}

// Run imposes stockouts on days that had none and measures how well demand is recovered.
func (c *evaluateUncensorCmd) Run(ctx context.Context, term *terminal) error {
	if c.From < 0 || c.To > 23 || c.From > c.To {
		return &hint{errors.New("the hours are out of range"), "Use --from and --to from 0 to 23.", exitUsage}
	}
	days, err := uncensor.ReadFile(c.Hourly)
	if err != nil {
		return &hint{err, "See `almanac evaluate uncensor --help` for the columns.", 0}
	}
	tell, done := term.bar()
	defer done()
	r, err := uncensor.Run(ctx, days, uncensor.Options{File: c.Hourly, Seed: c.Seed, From: c.From, To: c.To}, tell)
	if err != nil {
		return err
	}
	done()
	if term.json {
		return printJSON(term, r)
	}
	for _, name := range slices.Sorted(maps.Keys(r.Methods)) {
		if err := term.say("%-46s WAPE %.4f  bias %+.4f", name, r.Methods[name].WAPE, r.Methods[name].Bias); err != nil {
			return err
		}
	}
	for _, name := range slices.Sorted(maps.Keys(r.Inferred.Methods)) {
		f := r.Inferred.Methods[name]
		if err := term.say("days without stock, flags hidden: %-40s precision %.3f  recall %.3f  F1 %.3f  Brier %.4f", name, f.Precision, f.Recall, f.F1, f.Brier); err != nil {
			return err
		}
	}
	return term.say("automatic: %s; %d days of %d had stock in all %d hours, %.1f %% of their demand was hidden", r.Auto.Method, r.Data.Whole, r.Data.Days, r.Data.Open, 100*r.Data.Imposed)
}
