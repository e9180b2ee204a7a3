// Package worlds lets evaluations live through simulated shops whose truth is known: usual ones, and hostile ones from which no
// model of ours was derived, which are told apart.
//
// In goes how many worlds of which kinds; an evaluation lives through each and says what came of it; out come its results in the
// order of the seeds, usual worlds and each hostile kind by itself. Intervals are judged by how often they held the truth,
// beside the band in which honest ones do so by chance, and by their interval score (Gneiting and Raftery 2007, "Strictly
// proper scoring rules, prediction, and estimation", JASA 102).
package worlds

import (
	"cmp"
	"context"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"almanac/model/parallel"
	"almanac/sim"
)

// Options say which worlds.
type Options struct {
	Worlds  int // usual ones
	Seed    uint64
	Hostile []string // names of hostile worlds; "all" for all of them
	Each    int      // how many of each
	Workers int      // 0: one per processor
	// Tell hears how far it is; may be nil.
	Tell func(step string, done, total int64)
}

// names of the hostile kinds that are asked for.
func (o Options) names() []string {
	if o.Each < 1 {
		return nil
	}
	if slices.Contains(o.Hostile, "all") {
		return sim.HostileNames()
	}
	return o.Hostile
}

// Config is the simulated shop of one seed: two years, a hundred products. Nobody only looks round in it, and no mails are
// sent. Its last day differs by seed, so that worlds end in all seasons.
func Config(seed uint64, hostile string) (sim.Config, error) {
	c := sim.Small()
	c.Seed = seed
	c.Months = 24
	c.End = c.End.AddDate(0, 0, int(seed*97%365))
	c.Visits.Conversion, c.Visits.Bots = 1, 0
	c.Mail.Every = 0
	return c, c.Hostile(hostile)
}

// Live calls one for every world, several at a time: kind is empty for usual worlds. Seeds count from Options.Seed, usual worlds
// first, then each kind in its order. The first error ends it.
func Live[T any](ctx context.Context, o Options, one func(ctx context.Context, kind string, seed uint64) (T, error)) (usual []T, hostile map[string][]T, err error) {
	if o.Worlds < 1 || o.Each < 0 {
		return nil, nil, fmt.Errorf("%d worlds and %d of each hostile kind: there must be one at least", o.Worlds, o.Each)
	}
	kinds := make([]string, o.Worlds)
	names := o.names()
	for _, h := range names {
		kinds = append(kinds, slices.Repeat([]string{h}, o.Each)...)
	}
	all := make([]T, len(kinds))
	var first error
	var once sync.Once
	var done atomic.Int64
	inner, stop := context.WithCancel(ctx)
	defer stop()
	_ = Parallel(inner, len(kinds), o.Workers, func(i int) { // its error is that of inner, told below
		v, err := one(inner, kinds[i], o.Seed+uint64(i))
		if err != nil {
			once.Do(func() { first = err })
			stop()
			return
		}
		all[i] = v
		if o.Tell != nil {
			o.Tell("Living through worlds", done.Add(1), int64(len(kinds)))
		}
	})
	if err := cmp.Or(ctx.Err(), first); err != nil {
		return nil, nil, err
	}
	hostile = map[string][]T{}
	for n, h := range names {
		hostile[h] = all[o.Worlds+n*o.Each : o.Worlds+(n+1)*o.Each]
	}
	return all[:o.Worlds], hostile, nil
}

// Parallel runs fn for 0 … n−1 on some workers (0: one per processor) until the context ends.
func Parallel(ctx context.Context, n, workers int, fn func(i int)) error {
	if workers < 1 {
		workers = runtime.GOMAXPROCS(0)
	}
	parallel.On(workers, n, func(i int) {
		if ctx.Err() == nil {
			fn(i)
		}
	})
	return ctx.Err()
}
