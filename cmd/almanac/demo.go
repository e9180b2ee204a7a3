package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"almanac/blob"
	"almanac/shop"
	"almanac/sim"
)

// demoCmd shows a simulated shop: its history comes in as files, as a merchant's would, and then it lives on, faster than
// life, by a clock of its own. What people approve is done in it.
type demoCmd struct {
	Small   bool    `help:"Fewer products, people and months: ready within a minute."`
	Seed    uint64  `help:"Another seed, another shop." default:"1"`
	Speed   float64 `help:"How many times faster than life the shop runs; 720 is a day in two minutes." default:"720"`
	Prepare bool    `help:"Make the shop and its proposals, and stop."`
	serveCmd
}

// ahead is how many days the shop can live on after its history.
const ahead = 400

// demo is what must be known to go on with a demo that was stopped.
type demo struct {
	Seed    uint64    `json:"seed"`
	Small   bool      `json:"small"`
	End     time.Time `json:"end"`    // the first day behind the world's last
	Clock   time.Time `json:"clock"`  // how late it is in the shop
	Ready   bool      `json:"ready"`  // the history is imported
	Done    []deed    `json:"bought"` // what people approved
	path    string
	mu      sync.Mutex
	started time.Time
	from    time.Time // Clock at that moment
	speed   float64
}

// deed is something that somebody approved, carried out on a day of the world: units bought, a price set, or a mail sent.
type deed struct {
	Batch    string   `json:"batch"`
	Day      int      `json:"day"`
	SKU      string   `json:"sku,omitempty"`
	Units    int      `json:"units,omitempty"`
	Price    int64    `json:"price,omitempty"` // minor units
	Campaign string   `json:"campaign,omitempty"`
	To       []string `json:"to,omitempty"` // customers
}

const demoName = "demo.json"

// openDemo reads what a former run left, or begins.
func (c *demoCmd) openDemo(dir string, now time.Time) (*demo, error) {
	d := &demo{Seed: c.Seed, Small: c.Small, path: filepath.Join(dir, demoName), speed: c.Speed}
	b, err := os.ReadFile(d.path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		today := now.UTC().Truncate(24 * time.Hour)
		d.End, d.Clock = today.AddDate(0, 0, ahead), today
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return nil, err
		}
		return d, d.save()
	case err == nil:
		err = json.Unmarshal(b, d)
	}
	if err != nil {
		return nil, &hint{fmt.Errorf("read %s: %w", d.path, err), "Name another folder with --data, or remove this one to begin anew.", 0}
	}
	return d, nil
}

func (d *demo) save() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	b, err := json.MarshalIndent(d, "", "  ")
	if err != nil {
		return err
	}
	return blob.WriteFile(d.path, append(b, '\n'))
}

// now is how late it is in the shop.
func (d *demo) now() time.Time {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.started.IsZero() {
		return d.Clock
	}
	return d.from.Add(time.Duration(float64(time.Since(d.started)) * d.speed))
}

// start lets time run.
func (d *demo) start() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.started, d.from = time.Now(), d.Clock
}

func (d *demo) config() sim.Config {
	c := sim.Default()
	if d.Small {
		c = sim.Small()
	}
	c.Seed, c.End = d.Seed, d.End
	c.People.Buyers += c.People.Buyers * ahead / 30 / c.Months // people come at the same rate
	c.Months += ahead / 30
	return c
}

// Run makes the shop where it is not there yet, and lets it live.
func (c *demoCmd) Run(ctx context.Context, root *cli, term *terminal) error {
	if c.Speed < 0 || c.Speed > 100_000 {
		return &hint{fmt.Errorf("--speed is %g", c.Speed), "Use 1 to 100000, or 0 for a shop that stands still.", exitUsage}
	}
	channels, err := c.channels(root.Digest.To)
	if err != nil {
		return err
	}
	d, err := c.openDemo(root.Data, time.Now())
	if err != nil {
		return err
	}
	if !d.Ready {
		if err := d.prepare(ctx, root, term); err != nil {
			return err
		}
	}
	if c.Prepare {
		return term.say("The demo shop is ready in %s. Run almanac demo to see it.", root.Data)
	}
	l := &life{demo: d, done: make(chan struct{})}
	if err := l.remember(ctx, term); err != nil {
		return err
	}
	d.start()
	return c.serve(ctx, root, term, d.now, append(channels, l), l.run)
}

// prepare writes the history as files and imports them like anybody's. It may be stopped at any time; what is imported
// already is known when it comes again.
func (d *demo) prepare(ctx context.Context, root *cli, term *terminal) (err error) {
	if err := d.found(ctx, root, term); err != nil {
		return err
	}
	a, err := openAt(ctx, root, term, "demo", d.now)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.close()) }()
	dir := filepath.Join(root.Data, "demo")
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	tell, done := term.bar()
	defer done()
	if err := d.write(ctx, dir, tell); err != nil {
		return err
	}
	if err := a.takeIn(ctx, dir, tell); err != nil {
		return err
	}
	defer makeRoom(ctx)()
	if err := a.train(ctx, root.Shop, tell); err != nil {
		return err
	}
	if err := a.decide(ctx, root.Shop, tell); err != nil {
		return err
	}
	done()
	d.Ready = true
	return errors.Join(d.save(), os.RemoveAll(dir))
}

// found names the shop, its currency and its time zone, on which state depends.
func (d *demo) found(ctx context.Context, root *cli, term *terminal) (err error) {
	a, err := openAt(ctx, root, term, "demo", d.now)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.close()) }()
	s, err := a.shop(ctx)
	if err != nil {
		return err
	}
	s.Name, s.Currency, s.CurrencyBasis, s.TimeZone = "Demo (simulated)", d.config().Currency, shop.Set, "Europe/Berlin"
	return a.shops.Save(ctx, s)
}
