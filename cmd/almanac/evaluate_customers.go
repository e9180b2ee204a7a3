package main

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"almanac/evaluate/customers"
)

type evaluateCustomersCmd struct {
	Orders string    `help:"CSV of purchases (gzip or plain): customer_id, date and, where there is one, amount." type:"path" xor:"from"`
	Cutoff time.Time `help:"Of a file: the first day that is not seen, YYYY-MM-DD; without it 90 days before its end." format:"2006-01-02"`
	worldsFlags
}

// Run asks who orders again within 90 days, on a file or in simulated shops.
func (c *evaluateCustomersCmd) Run(ctx context.Context, term *terminal) error {
	if err := c.either(c.Orders, "--orders"); err != nil {
		return err
	}
	if c.Orders != "" {
		r, err := customers.Run(ctx, c.Orders, c.Cutoff)
		if err != nil {
			return &hint{err, "A purchase a row, with the columns customer_id and date.", 0}
		}
		if term.json {
			return printJSON(term, r)
		}
		for _, name := range slices.Sorted(maps.Keys(r.Methods)) {
			if err := term.say("%s", sayAgain(name, r.Methods[name])); err != nil {
				return err
			}
		}
		for _, t := range r.Auto.Tenths {
			if err := term.say("%6d customers: said %.4f, bought %.4f", t.Customers, t.Said, t.Bought); err != nil {
				return err
			}
		}
		return term.say("automatic: %s; %d days from %s on", r.Auto.Method, r.Data.Horizon, r.Data.Cutoff)
	}
	tell, done := term.bar()
	return sayWorldsOf(term, done, sayAgain)(customers.RunWorlds(ctx, c.options(tell)))
}

func sayAgain(name string, s customers.Score) string {
	return fmt.Sprintf("%-30s %7d customers  said %.4f  bought %.4f  Brier %.5f  log %.4f  AUC %.4f  calibration error %.4f", name, s.Customers, s.Said, s.Bought, s.Brier, s.Log, s.AUC, s.Error)
}
