package main

import (
	"context"
	"errors"
	"maps"
	"slices"

	"almanac/evaluate/data"
	"almanac/evaluate/demand"
)

type evaluateDemandCmd struct {
	Sales    string `help:"CSV (gzip or plain) with item_id, dept_id, cat_id, store_id, state_id, first_day, sales_to_d… and price_runs_wk." required:"" type:"path"`
	Calendar string `help:"CSV (gzip or plain) with date, wm_yr_wk, wday, d, event_name_… and snap_…." required:"" type:"path"`
	Origin   int    `help:"The last day that is known, from 1 on." required:""`
	Horizon  int    `help:"Days after it that are forecast and measured, at most 364." default:"28"`
	Every    int    `help:"Measure only every so manieth row; all of them teach." default:"1"`
	Rows     int    `help:"Rows drawn to learn from." default:"1000000"`
	Seed     uint64 `help:"Of what is drawn." default:"1"`
}

// Run forecasts the days after the origin from what was known then, and scores the forecasts.
func (c *evaluateDemandCmd) Run(ctx context.Context, term *terminal) error {
	if c.Origin < 1 || c.Horizon < 1 || c.Horizon > 364 || c.Every < 1 || c.Rows < 1 {
		return &hint{errors.New("origin, horizon, every or rows is out of range"), "Use an --origin from 1 on, a --horizon of 1 to 364 days, and --every and --rows from 1 on.", exitUsage}
	}
	const columns = "See `almanac evaluate demand --help` for the columns."
	items, err := data.ReadSales(c.Sales, 1)
	if err != nil {
		return &hint{err, columns, 0}
	}
	days, err := data.ReadCalendar(c.Calendar)
	if err != nil {
		return &hint{err, columns, 0}
	}
	world, err := demand.NewWorld(items, days)
	if err != nil {
		return &hint{err, "Give the calendar that belongs to the sales.", 0}
	}
	tell, done := term.bar()
	r, err := demand.Run(ctx, world, demand.Options{Sales: c.Sales, Calendar: c.Calendar, Origin: c.Origin, Horizon: c.Horizon, Every: c.Every, Rows: c.Rows, Seed: c.Seed, Tell: tell})
	done()
	if err != nil {
		return err
	}
	if term.json {
		return printJSON(term, r)
	}
	if err := term.say("%-24s %8s %8s %8s %8s %10s", "method", "WRMSSE", "WAPE", "bias", "WSPL", "inside 90 %"); err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(r.Methods)) {
		m := r.Methods[name]
		if err := term.say("%-24s %8.4f %8.4f %+8.4f %8.4f %10.3f", name, m.WRMSSE, m.WAPE, m.Bias, m.WSPL, m.Inside); err != nil {
			return err
		}
	}
	return term.say("automatic: %s. %d series, %d days after day %d, %.0f s.", r.Auto.Method, r.Data.Series, r.Data.Horizon, r.Data.Origin, r.Seconds)
}
