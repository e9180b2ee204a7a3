package main

import (
	"context"
	"errors"
	"maps"
	"slices"

	"almanac/evaluate/reorder"
)

type evaluateReorderCmd struct {
	Sales    string `help:"CSV of daily sales in the form of the M5 competition (gzip or plain)." type:"path" xor:"from"`
	Calendar string `help:"CSV of its days, for the week of each price; without it prices are those of the last week." type:"path"`
	Origin   int    `help:"First day that counts, from 1; 0: --days before the end."`
	Days     int    `help:"How many days count; 0: 200 of a file, 182 of a world."`
	Warm     int    `help:"Days before, in which policies order and nothing counts." default:"56"`
	Every    int    `help:"Only every n-th series." default:"1"`
	Review   int    `help:"Days between two looks at a product." default:"7"`

	LeadDays   int     `help:"Lead time that suppliers of the file quote." default:"14"`
	LeadSpread float64 `help:"Coefficient of variation of a delivery." default:"0.3"`
	LeadBias   float64 `help:"Standard deviation of how far, of one, a supplier's mean lies from what they quote." default:"0.15"`

	worldsFlags

	HoldingRate float64 `help:"Assumed cost of holding stock, of its cost a year." default:"0.25"`
	OrderCost   float64 `help:"Assumed cost of placing and receiving one line of an order, in the data's currency." default:"1"`
	MarginShare float64 `help:"Assumed margin, of the price, where the data have no costs." default:"0.3"`
}

// Run replays the past of a file, or simulated shops, under several policies of ordering.
func (c *evaluateReorderCmd) Run(ctx context.Context, term *terminal) error {
	if err := c.either(c.Sales, "--sales"); err != nil {
		return err
	}
	within := func(v, low, high float64) bool { return v >= low && v <= high } // NaN is in no range
	if !within(c.HoldingRate, 1e-6, 100) || !within(c.OrderCost, 0, 1e9) || !within(c.MarginShare, 1e-6, 1-1e-6) || c.Every < 1 || c.Origin < 0 || c.Days < 0 ||
		!within(float64(c.LeadDays), 1, 730) || !within(c.LeadSpread, 0, 3) || !within(c.LeadBias, 0, 1) {
		return &hint{errors.New("a setting is out of range"), "Holding rate and margin share lie above 0, the former up to 100, the latter below 1; order cost, origin and days are not below 0; every is at least 1; lead days are 1 to 730, their spread 0 to 3, their bias 0 to 1.", exitUsage}
	}
	costs := reorder.Costs{HoldingRate: c.HoldingRate, Order: c.OrderCost, Margin: c.MarginShare}
	tell, done := term.bar()
	defer done()
	if c.Worlds != 0 {
		r, err := reorder.RunWorlds(ctx, reorder.WorldOptions{Options: c.options(tell), Days: days(c.Days, 182), Review: c.Review, Costs: costs})
		if err != nil {
			return err
		}
		done()
		if term.json {
			return printJSON(term, r)
		}
		return sayWorlds(term, r)
	}
	r, err := reorder.Run(ctx, reorder.Options{File: c.Sales, Calendar: c.Calendar, Every: c.Every, Origin: c.Origin, Days: days(c.Days, 200), Warm: c.Warm, Review: c.Review,
		Supply: reorder.Supply{LeadDays: c.LeadDays, LeadSpread: c.LeadSpread, Bias: c.LeadBias, Seed: c.Seed}, Costs: costs, Workers: c.Workers, Tell: tell})
	if err != nil {
		return &hint{err, "docs/reorder.md says what the file needs.", 0}
	}
	done()
	if term.json {
		return printJSON(term, r)
	}
	if err := sayPolicies(term, r.Methods); err != nil {
		return err
	}
	return term.say("automatic: %s; %d products, days %d to %d. Holding %.0f %% a year, %.2f an order line, margin %.0f %% and lead times are assumed.",
		r.Auto.Method, r.Data.Items, r.Data.From, r.Data.To, 100*c.HoldingRate, c.OrderCost, 100*c.MarginShare)
}

func days(given, usual int) int {
	if given == 0 {
		return usual
	}
	return given
}

func sayPolicies(term *terminal, methods map[string]reorder.Score) error {
	if err := term.say("%-56s %11s %11s %11s %11s %7s %7s %6s %7s", "", "total", "lost", "holding", "ordering", "served", "empty", "turns", "saved"); err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(methods)) {
		m := methods[name]
		if err := term.say("%-56s %11.0f %11.0f %11.0f %11.0f %6.2f%% %6.2f%% %6.1f %6.1f%%", name, m.Total, m.LostMargin, m.Holding, m.Ordering, 100*m.Availability, 100*m.StockoutRate, m.Turns, 100*m.Saved); err != nil {
			return err
		}
	}
	return nil
}

func sayWorlds(term *terminal, r *reorder.WorldReport) error {
	if err := sayPolicies(term, r.Methods); err != nil {
		return err
	}
	if err := sayPromise(term, "worlds", r.Promise, r.Auto); err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(r.Hostile)) {
		if err := sayPromise(term, name, r.Hostile[name].Promise, r.Hostile[name].Auto); err != nil {
			return err
		}
	}
	return nil
}

func sayPromise(term *terminal, name string, p reorder.Promised, auto reorder.Score) error {
	return term.say("%-14s %4d: saved %.1f %%, served %.2f %%; the 90 %% interval held %.3f of what was saved (honest: %.3f to %.3f), %.3f below and %.3f above; interval score %.0f, said %.0f, was %.0f",
		name, p.Worlds, 100*auto.Saved, 100*auto.Availability, p.Coverage, p.BandLow, p.BandHigh, p.Below, p.Above, p.Score, p.Expected, p.Saved)
}
