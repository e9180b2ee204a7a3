package reorder

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"almanac/sim"
)

// WorldOptions of a replay of simulated shops.
type WorldOptions struct {
	Worlds  int
	Seed    uint64
	Days    int // that count, at the end of the two years of each world
	Review  int
	Costs   Costs
	Hostile []string // names of hostile worlds; "all" for all of them; they are told apart
	Each    int      // how many of each hostile world
	Workers int
	Tell    func(step string, done, total int64)
}

// WorldReport is what `almanac evaluate reorder --worlds` prints.
type WorldReport struct {
	Task    string           `json:"task"`
	Data    WorldData        `json:"data"`
	Auto    Score            `json:"auto"`
	Methods map[string]Score `json:"methods"`
	// Promise is how well Almanac knew beforehand what it would save.
	Promise Promised `json:"promise"`
	// Hostile worlds by name.
	Hostile map[string]WorldScore `json:"hostile,omitempty"`
	Seconds float64               `json:"seconds"`
}

// WorldData says what was replayed.
type WorldData struct {
	Worlds  int    `json:"worlds"`
	Seed    uint64 `json:"seed"`
	Items   int    `json:"items"`
	Days    int    `json:"days"`
	Review  int    `json:"review_days"`
	Assumed Costs  `json:"assumed"`
}

// WorldScore is a kind of world.
type WorldScore struct {
	Worlds  int              `json:"worlds"`
	Auto    Score            `json:"auto"`
	Methods map[string]Score `json:"methods"`
	Promise Promised         `json:"promise"`
}

// Promised is how the 90 % intervals of money saved did over worlds, each against what was truly saved in it.
type Promised struct {
	Worlds   int     `json:"worlds"`
	Coverage float64 `json:"coverage"`
	// BandLow and BandHigh hold 95 % of the coverages of honest intervals, by the binomial law.
	BandLow  float64 `json:"band_low"`
	BandHigh float64 `json:"band_high"`
	Below    float64 `json:"below"` // share of worlds that saved less than the interval says
	Above    float64 `json:"above"`
	// IntervalScore is the mean of width plus 20 times what lies outside (Gneiting and Raftery 2007), Width and Saved the means
	// of the intervals' widths and of what was truly saved, all in money.
	IntervalScore float64 `json:"interval_score"`
	Width         float64 `json:"width"`
	Saved         float64 `json:"saved"`
	Expected      float64 `json:"expected"` // mean of what was said
	Gained        float64 `json:"gained"`   // share of worlds in which anything was saved
}

// lived is one world under every policy.
type lived struct {
	kind    string
	items   int
	tallies map[string]Tally
	promise Promise
	saved   float64
}

// RunWorlds lives through simulated shops: half a year under every policy, from the same shelf, and asks Almanac beforehand what
// it will save.
func RunWorlds(ctx context.Context, o WorldOptions) (*WorldReport, error) {
	began := time.Now()
	if o.Worlds < 1 || o.Days < 7 || o.Days > 364 || o.Review < 1 || o.Each < 0 {
		return nil, fmt.Errorf("%d worlds of %d days with a review every %d: worlds and review must be at least 1, days 7 to 364", o.Worlds, o.Days, o.Review)
	}
	if o.Tell == nil {
		o.Tell = func(string, int64, int64) {}
	}
	kinds := make([]string, o.Worlds)
	names := o.Hostile
	if slices.Contains(names, "all") {
		names = sim.HostileNames()
	}
	for _, h := range names {
		for range o.Each {
			kinds = append(kinds, h)
		}
	}
	all := make([]lived, len(kinds))
	var first error
	var once sync.Once
	var done atomic.Int64
	inner, stop := context.WithCancel(ctx)
	defer stop()
	_ = parallel(inner, len(kinds), o.Workers, func(i int) {
		l, err := o.world(inner, kinds[i], o.Seed+uint64(i))
		if err != nil {
			once.Do(func() { first = err })
			stop()
			return
		}
		all[i] = l
		o.Tell("Living through worlds", done.Add(1), int64(len(kinds)))
	})
	if err := cmp.Or(ctx.Err(), first); err != nil {
		return nil, err
	}
	usual := o.score(all[:o.Worlds])
	r := &WorldReport{Task: "reorder", Auto: usual.Auto, Methods: usual.Methods, Promise: usual.Promise, Hostile: map[string]WorldScore{},
		Data: WorldData{Worlds: o.Worlds, Seed: o.Seed, Days: o.Days, Review: o.Review, Assumed: o.Costs}}
	for _, l := range all[:o.Worlds] {
		r.Data.Items += l.items
	}
	for n, h := range names {
		if o.Each > 0 {
			r.Hostile[h] = o.score(all[o.Worlds+n*o.Each : o.Worlds+(n+1)*o.Each])
		}
	}
	r.Seconds = time.Since(began).Seconds()
	return r, nil
}

// world lives through one.
func (o WorldOptions) world(ctx context.Context, kind string, seed uint64) (lived, error) {
	config, err := smallWorld(seed, kind)
	if err != nil {
		return lived{}, err
	}
	s, err := live(ctx, config)
	if err != nil {
		return lived{}, err
	}
	from := s.Days - o.Days
	w := window{from, from, s.Days, o.Review}
	// What comes into the shop later is bought on a feeling, not on a forecast.
	s.Items = slices.DeleteFunc(s.Items, func(i Item) bool { return i.First >= from || i.End > 0 && i.End <= from })
	leads, years := learnLeads(s, s.quoted(), w.warm, w.to), learnSeasons(s, w.warm, w.to)
	l := lived{kind: kind, items: len(s.Items), tallies: map[string]Tally{}}
	if l.promise, err = s.promise(ctx, w, o.Costs, leads, years, seed); err != nil {
		return lived{}, err
	}
	for i := range s.Items {
		for name, r := range s.rules(&s.Items[i], leads, years, w) {
			t := l.tallies[name]
			t.add(replay(&s.Items[i], r, w, o.Costs))
			l.tallies[name] = t
		}
	}
	l.saved = l.tallies[Baseline].Total() - l.tallies[Auto].Total()
	return l, nil
}

func (o WorldOptions) score(all []lived) WorldScore {
	sums := map[string]Tally{}
	p := Promised{Worlds: len(all)}
	for _, l := range all {
		for name, t := range l.tallies {
			sum := sums[name]
			sum.add(t)
			sums[name] = sum
		}
		p.add(l)
	}
	p.finish()
	out := WorldScore{Worlds: len(all), Methods: map[string]Score{}, Promise: p}
	for name, t := range sums {
		out.Methods[name] = score(t, sums[Baseline], o.Days)
	}
	out.Auto = out.Methods[Auto]
	out.Auto.Method = Auto
	return out
}

func (p *Promised) add(l lived) {
	const penalty = 2 / 0.1
	width := l.promise.High - l.promise.Low
	p.Width += width
	p.Saved += l.saved
	p.Expected += l.promise.Mean
	p.IntervalScore += width
	switch {
	case l.saved < l.promise.Low:
		p.Below++
		p.IntervalScore += penalty * (l.promise.Low - l.saved)
	case l.saved > l.promise.High:
		p.Above++
		p.IntervalScore += penalty * (l.saved - l.promise.High)
	default:
		p.Coverage++
	}
	if l.saved > 0 {
		p.Gained++
	}
}

func (p *Promised) finish() {
	n := float64(max(p.Worlds, 1))
	for _, v := range []*float64{&p.Coverage, &p.Below, &p.Above, &p.IntervalScore, &p.Width, &p.Saved, &p.Expected, &p.Gained} {
		*v /= n
	}
	p.BandLow, p.BandHigh = band(p.Worlds, 0.9)
}

// band is the shares of n that hold the middle 95 % of the binomial law of a chance.
func band(n int, chance float64) (low, high float64) {
	if n < 1 {
		return 0, 1
	}
	below, from := 0.0, -1
	for k := 0; k <= n; k++ {
		a, _ := math.Lgamma(float64(n + 1))
		b, _ := math.Lgamma(float64(k + 1))
		c, _ := math.Lgamma(float64(n - k + 1))
		below += math.Exp(a - b - c + float64(k)*math.Log(chance) + float64(n-k)*math.Log(1-chance))
		if from < 0 && below >= 0.025 {
			from = k
		}
		if below >= 0.975 {
			return float64(from) / float64(n), float64(k) / float64(n)
		}
	}
	return float64(max(from, 0)) / float64(n), 1
}
