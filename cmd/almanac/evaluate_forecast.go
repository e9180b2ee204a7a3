package main

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"almanac/evaluate/forecast"
)

type evaluateForecastCmd struct {
	Series    string   `help:"CSV of series (gzip or plain): series,period,type,frequency,split,start,values; rows train and test." type:"path" xor:"from"`
	Group     string   `help:"Only this period, such as MONTHLY."`
	Methods   []string `help:"Only these methods, beside naive2."`
	Reference []string `help:"CSV of forecasts made elsewhere (method,series,values), scored beside ours." type:"path"`
	worldsFlags
}

// Run measures every method and the automatic choice on series whose continuation is held out, or what the product forecasts in
// simulated shops.
func (c *evaluateForecastCmd) Run(ctx context.Context, term *terminal) error {
	if err := c.either(c.Series, "--series"); err != nil {
		return err
	}
	if c.Worlds > 0 {
		tell, done := term.bar()
		return sayWorldsOf(term, done, sayDemand)(forecast.RunWorlds(ctx, c.options(tell)))
	}
	series, err := forecast.ReadFile(c.Series)
	if err != nil {
		return &hint{err, "See `almanac evaluate forecast --help` for the columns.", 0}
	}
	o := forecast.Options{File: c.Series, Group: c.Group, Methods: c.Methods, Workers: c.Workers, Reference: forecast.Reference{}}
	for _, path := range c.Reference {
		r, err := forecast.ReadReference(path)
		if err != nil {
			return err
		}
		for method, of := range r { // one method's forecasts may come in several files
			if o.Reference[method] == nil {
				o.Reference[method] = of
			}
			maps.Copy(o.Reference[method], of)
		}
	}
	var done func()
	o.Tell, done = term.bar()
	report, err := forecast.Run(ctx, series, o)
	done()
	if err != nil {
		return err
	}
	if term.json {
		return printJSON(term, report)
	}
	if report.Groups == nil {
		report.Groups = map[string]*forecast.Group{"": {Auto: report.Auto, Methods: report.Methods}}
	}
	for _, name := range slices.Sorted(maps.Keys(report.Groups)) {
		if err := sayGroup(term, name, report.Groups[name].Auto, report.Groups[name].Methods); err != nil {
			return err
		}
	}
	for _, n := range report.Notes {
		if err := term.say("%s.", n); err != nil {
			return err
		}
	}
	return nil
}

func sayGroup(term *terminal, name string, auto *forecast.Score, methods map[string]*forecast.Score) error {
	if err := term.say("%-28s %6s %8s %8s %7s %8s %6s %6s %9s", name, "series", "sMAPE", "MASE", "OWA", "MSIS95", "80 %", "95 %", "series/s"); err != nil {
		return err
	}
	for _, m := range slices.Sorted(maps.Keys(methods)) {
		if err := sayScore(term, m, methods[m].Metrics); err != nil {
			return err
		}
	}
	if err := sayScore(term, "automatic", auto.Metrics); err != nil {
		return err
	}
	return term.say("automatic: %s", auto.Method)
}

func sayScore(term *terminal, name string, m forecast.Metrics) error {
	return term.say("%-28s %6d %8.3f %8.3f %7.4f %8.3f %6.3f %6.3f %9.1f",
		name, m.Series, m.SMAPE, m.MASE, m.OWA, m.MSIS95, m.Coverage80, m.Coverage95, m.PerSecond)
}

func sayDemand(name string, s forecast.WorldScore) string {
	return fmt.Sprintf("%-42s %6d products  %8.0f wanted  WAPE %.4f  bias %+.4f", name, s.Products, s.Wanted, s.WAPE, s.Bias)
}
