package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"go.yaml.in/yaml/v3"

	"almanac/fact"
	"almanac/sim"
	"almanac/sim/export"
)

type simCmd struct {
	Write  simWriteCmd  `cmd:"" help:"Write a simulated shop as files, with the truth beside them."`
	Shapes simShapesCmd `cmd:"" help:"How the orders of a simulated shop are spread, beside those of a real one."`
	Serve  simServeCmd  `cmd:"" help:"Serve the systems of a simulated shop: its platform, a supplier, and a site that sends to a running server."`
	Load   simLoadCmd   `cmd:"" help:"Send a simulated shop's events to a running server, at a rate, and measure the answers."`
	Value  simValueCmd  `cmd:"" help:"What policies are worth in the same world: same people, same weather."`
}

// worldFlags choose a world.
type worldFlags struct {
	Seed   uint64    `help:"Another seed, another shop; 0: as configured."`
	Small  bool      `help:"Fewer products, people and months."`
	Months int       `help:"How many months; 0: as configured."`
	End    time.Time `help:"The first day that is not told, YYYY-MM-DD." format:"2006-01-02"`
	Kind   string    `help:"A world that is hostile to models: ${hostile}." name:"hostile" placeholder:"NAME"`
}

// config is the world of the flags and of --config, which for these commands names the settings of the world (YAML;
// what it does not name stays as it is).
func (f *worldFlags) config(root *cli) (sim.Config, error) {
	c := sim.Default()
	if f.Small {
		c = sim.Small()
	}
	if filepath.Base(root.Config) != "almanac.yaml" { // that would be the settings of the program
		b, err := os.ReadFile(root.Config)
		if err == nil {
			d := yaml.NewDecoder(bytes.NewReader(b))
			d.KnownFields(true)
			err = d.Decode(&c)
		}
		if err != nil {
			return c, &hint{fmt.Errorf("read the world's settings: %w", err), "docs/simulation.md lists them.", exitUsage}
		}
	}
	if f.Seed != 0 {
		c.Seed = f.Seed
	}
	if f.Months > 0 {
		c.Months = f.Months
	}
	if !f.End.IsZero() {
		c.End = f.End
	}
	if err := c.Hostile(f.Kind); err != nil {
		return c, &hint{err, "", exitUsage}
	}
	if err := c.Validate(); err != nil {
		return c, &hint{fmt.Errorf("this world is impossible:\n%w", err), "", exitUsage}
	}
	return c, nil
}

type simWriteCmd struct {
	Dir string `arg:"" help:"Where to write; a folder that is empty or missing." type:"path"`
	worldFlags
	Policy   string `help:"What the shop does: merchant, lean, generous, nothing, no-mail, no-promotions." default:"merchant"`
	Platform string `help:"Write the shop's own system in the form of a platform's exports: ${platforms}." placeholder:"NAME"`
	Locale   string `help:"As a spreadsheet of that country saves them: ${locales}." placeholder:"NAME"`
}

// Run writes the world.
func (c *simWriteCmd) Run(ctx context.Context, root *cli, term *terminal) (err error) {
	config, err := c.config(root)
	if err != nil {
		return err
	}
	policy, err := sim.PolicyNamed(c.Policy)
	if err != nil {
		return &hint{err, "", exitUsage}
	}
	tell, done := term.bar()
	defer done()
	began := time.Now()
	out, err := c.writer()
	if err != nil {
		return &hint{err, "Name another folder, or leave --platform and --locale out.", exitUsage}
	}
	sums, err := writeWorld(config, policy, out, wholeLife(ctx, tell))
	if err != nil {
		return err
	}
	done()
	if term.json {
		v := map[string]any{"sums": sums, "money": sums.Money(), "seconds": time.Since(began).Seconds()}
		if p, ok := out.(*export.Platform); ok {
			v["told"] = p.Told()
		}
		return printJSON(term, v)
	}
	return term.say("%d facts of %d visits and %d orders are in %s, the truth is in %s (%.1f s).", sums.Facts, sums.Visits, sums.Orders, c.Dir, filepath.Join(c.Dir, "truth"), time.Since(began).Seconds())
}

// worldWriter takes what the systems of a world say.
type worldWriter interface {
	Fact(fact.Fact) error
	Truth(sim.Truth) error
	Close() error
}

func (c *simWriteCmd) writer() (worldWriter, error) {
	if c.Platform == "" {
		if c.Locale != "" {
			return nil, errors.New("a locale is that of a platform's exports: name one with --platform")
		}
		return export.New(c.Dir)
	}
	return export.NewPlatform(c.Dir, c.Platform, c.Locale)
}

// writeWorld writes what the systems of a world say while live takes it through its days.
func writeWorld(config sim.Config, policy sim.Policy, to worldWriter, live func(*sim.World) error) (sums sim.Sums, err error) {
	out := newAside(to)
	defer func() { err = errors.Join(err, out.Close()) }()
	facts, rest := sim.Soil(config, out.Fact)
	w, err := sim.New(config, policy, facts, out.Truth)
	if err != nil {
		return sums, err
	}
	if err := live(w); err != nil {
		return sums, err
	}
	return w.Sums(), rest()
}

// wholeLife takes a world through all of its days.
func wholeLife(ctx context.Context, tell progress) func(*sim.World) error {
	return func(w *sim.World) error {
		return w.Run(ctx, func(day, days int) { tell("Living through the past", int64(day), int64(days)) })
	}
}

// eachExport hands every file of a folder that a world was written to over to read, with the source that its facts have.
func eachExport(dir string, read func(path, source string) error) error {
	paths, err := export.Present(dir)
	if err != nil {
		return err
	}
	for _, path := range paths {
		if err := read(path, export.Source(path)); err != nil {
			return err
		}
	}
	return nil
}

type simValueCmd struct {
	worldFlags
	Policy []string `help:"Policies to compare; name it twice or more." required:""`
}

// worth is what one policy came to.
type worth struct {
	Policy string   `json:"policy"`
	Money  int64    `json:"money"` // minor units
	More   int64    `json:"more"`  // than the first
	Sums   sim.Sums `json:"sums"`
}

// Run lives through the same world once for each policy.
func (c *simValueCmd) Run(ctx context.Context, root *cli, term *terminal) error {
	config, err := c.config(root)
	if err != nil {
		return err
	}
	tell, done := term.bar()
	defer done()
	var out []worth
	for _, name := range c.Policy {
		policy, err := sim.PolicyNamed(name)
		if err != nil {
			return &hint{err, "", exitUsage}
		}
		w, err := sim.New(config, policy, discard, nil)
		if err != nil {
			return err
		}
		if err := w.Run(ctx, func(day, days int) { tell(name, int64(day), int64(days)) }); err != nil {
			return err
		}
		v := worth{Policy: name, Money: w.Sums().Money(), Sums: w.Sums()}
		if len(out) > 0 {
			v.More = v.Money - out[0].Money
		}
		out = append(out, v)
	}
	done()
	if term.json {
		return printJSON(term, map[string]any{"currency": config.Currency, "policies": out})
	}
	for _, v := range out {
		if err := term.say("%-14s %14.2f %s  %+14.2f beside %s; %d units not sold because none was there", v.Policy, float64(v.Money)/100, config.Currency, float64(v.More)/100, out[0].Policy, v.Sums.LostUnits); err != nil {
			return err
		}
	}
	return nil
}

func discard(fact.Fact) error { return nil }
