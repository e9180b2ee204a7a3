package main

import (
	"context"
	"sync"
	"time"

	"almanac/fact"
	"almanac/serve"
	"almanac/sim"
	"almanac/sim/export"
)

// write lives through the history and writes it as the exports of a shop.
func (d *demo) write(ctx context.Context, dir string, tell progress) error {
	out, err := export.New(dir)
	if err != nil {
		return err
	}
	merchant, err := sim.PolicyNamed("merchant")
	if err != nil {
		return err
	}
	_, err = writeWorld(d.config(), merchant, out, func(w *sim.World) error {
		return d.live(ctx, w, func(day, days int) { tell("Living through the past", int64(day), int64(days)) })
	})
	return err
}

// live takes a world from its first day to the one on which the demo stands. What was approved for the day that comes next is
// under way.
func (d *demo) live(ctx context.Context, w *sim.World, progress func(day, days int)) error {
	history := w.Days() - ahead
	for day := 0; ; day++ {
		if err := ctx.Err(); err != nil {
			return err
		}
		if day == history {
			w.Decide(sim.Policy{Name: "almanac"}) // from here on people decide what is bought
		}
		for _, x := range d.Done {
			if x.Day == day {
				x.do(w)
			}
		}
		if w.Date(day).AddDate(0, 0, 1).After(d.Clock) {
			return nil
		}
		if err := w.Step(day); err != nil {
			return err
		}
		progress(day+1, history)
	}
}

// takeIn imports the files of a folder.
func (a *app) takeIn(ctx context.Context, dir string, tell progress) error {
	return eachExport(dir, func(path, source string) error {
		o, err := (&importCmd{}).options(a, ctx)
		if err != nil {
			return err
		}
		o.Mapping.Source = source
		run, err := a.importFile(ctx, path, o, false, tell)
		if err != nil {
			return explain(err)
		}
		if run.Quarantined > 0 {
			a.log.Warn("lines of the demo could not be read", "file", run.Name, "lines", run.Quarantined)
		}
		return nil
	})
}

// life is the world while the server runs. What people approve is done in it.
type life struct {
	*demo
	w       *sim.World
	day     int // the next that is not lived
	pending []fact.Fact
	living  sync.Mutex
	done    chan struct{}
}

// remember brings the world to where the demo stands; what happened until then was told before.
func (l *life) remember(ctx context.Context, term *terminal) (err error) {
	tell, done := term.bar()
	defer done()
	live := false
	merchant, err := sim.PolicyNamed("merchant")
	if err != nil {
		return err
	}
	l.w, err = sim.New(l.config(), merchant, func(f fact.Fact) error {
		if live {
			l.pending = append(l.pending, f)
		}
		return nil
	}, nil)
	if err != nil {
		return err
	}
	err = l.live(ctx, l.w, func(day, days int) {
		l.day = day
		tell("Waking up", int64(day), int64(days))
	})
	live = true
	return err
}

// run tells what happens in the shop when it is time for it, until the server stops.
func (l *life) run(ctx context.Context, a *app, s *serve.Server) {
	defer close(l.done)
	tick := time.NewTicker(500 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			if err := l.save(); err != nil {
				a.log.Warn("the demo could not note how late it is", "error", err)
			}
			return
		case <-tick.C:
			if err := l.step(ctx, a, s); err != nil && ctx.Err() == nil {
				a.log.Error("the simulated shop stands still; it is tried again", "error", err)
			}
		}
	}
}

// step lives through the days that have begun and tells what has happened by now.
func (l *life) step(ctx context.Context, a *app, s *serve.Server) error {
	now := l.now()
	l.living.Lock()
	began := 0
	for l.day < l.w.Days() && !l.w.Date(l.day).After(now) {
		if err := l.w.Step(l.day); err != nil {
			l.living.Unlock()
			return err
		}
		l.day++
		began++
	}
	n := 0
	for n < len(l.pending) && !l.pending[n].ReceivedAt.After(now) {
		n++
	}
	due := l.pending[:n:n]
	l.living.Unlock()
	if n > 0 {
		if _, err := a.history.Append(ctx, due); err != nil {
			return err
		}
		s.Shelf().Heard(a.cli.Shop, due)
		l.living.Lock()
		l.pending = append([]fact.Fact(nil), l.pending[n:]...)
		l.living.Unlock()
	}
	l.mu.Lock()
	l.Clock = now
	l.mu.Unlock()
	if began == 0 {
		return nil
	}
	if err := l.save(); err != nil {
		return err
	}
	quiet := func(string, int64, int64) {}
	if l.day%7 == 0 {
		if err := a.train(ctx, a.cli.Shop, quiet); err != nil {
			return err
		}
	}
	return a.decide(ctx, a.cli.Shop, quiet)
}
