package reorder

import (
	"context"
	"fmt"
	"slices"
	"time"

	"almanac/evaluate/worlds"
	"almanac/model/inventory"
)

// WorldOptions of a replay of simulated shops.
type WorldOptions struct {
	worlds.Options
	Days   int // that count, at the end of the two years of each world
	Review int
	Costs  Costs
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

// Promised is how the 90 % intervals of money saved did over worlds, each against what was truly saved in it, in money.
type Promised struct {
	Worlds int `json:"worlds"`
	worlds.Intervals
	Saved    float64 `json:"saved"`    // mean of what was
	Expected float64 `json:"expected"` // mean of what was said
	Gained   float64 `json:"gained"`   // share of worlds in which anything was saved
}

// lived is one world under every policy.
type lived struct {
	items   int
	tallies map[string]inventory.Tally
	promise Promise
	saved   float64
}

// RunWorlds lives through simulated shops: half a year under every policy, from the same shelf, and asks Almanac beforehand what
// it will save.
func RunWorlds(ctx context.Context, o WorldOptions) (*WorldReport, error) {
	began := time.Now()
	if o.Days < 7 || o.Days > 364 || o.Review < 1 {
		return nil, fmt.Errorf("%d days with a review every %d: days must be 7 to 364, a review at least 1", o.Days, o.Review)
	}
	all, hostile, err := worlds.Live(ctx, o.Options, o.world)
	if err != nil {
		return nil, err
	}
	usual := o.score(all)
	r := &WorldReport{Task: "reorder", Auto: usual.Auto, Methods: usual.Methods, Promise: usual.Promise, Hostile: map[string]WorldScore{},
		Data: WorldData{Worlds: o.Worlds, Seed: o.Seed, Days: o.Days, Review: o.Review, Assumed: o.Costs}}
	for _, l := range all {
		r.Data.Items += l.items
	}
	for h, of := range hostile {
		r.Hostile[h] = o.score(of)
	}
	r.Seconds = time.Since(began).Seconds()
	return r, nil
}

// world lives through one.
func (o WorldOptions) world(ctx context.Context, kind string, seed uint64) (lived, error) {
	config, err := worlds.Config(seed, kind)
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
	l := lived{items: len(s.Items), tallies: map[string]inventory.Tally{}}
	if l.promise, err = s.promise(ctx, w, o.Costs, leads, years, seed); err != nil {
		return lived{}, err
	}
	for i := range s.Items {
		for name, r := range s.rules(&s.Items[i], leads, years, w) {
			t := l.tallies[name]
			t.Add(replay(&s.Items[i], r, w, o.Costs))
			l.tallies[name] = t
		}
	}
	l.saved = l.tallies[Baseline].Total() - l.tallies[Auto].Total()
	return l, nil
}

func (o WorldOptions) score(all []lived) WorldScore {
	sums := map[string]inventory.Tally{}
	p := Promised{Worlds: len(all)}
	intervals, n := make([]worlds.Tally, len(all)), float64(len(all))
	for i, l := range all {
		for name, t := range l.tallies {
			sum := sums[name]
			sum.Add(t)
			sums[name] = sum
		}
		intervals[i].Add(l.promise.Low, l.promise.High, l.saved, promised)
		p.Saved += l.saved / n
		p.Expected += l.promise.Mean / n
		if l.saved > 0 {
			p.Gained += 1 / n
		}
	}
	p.Intervals = worlds.Judge(promised, intervals)
	out := WorldScore{Worlds: len(all), Methods: map[string]Score{}, Promise: p}
	for name, t := range sums {
		out.Methods[name] = score(t, sums[Baseline], o.Days)
	}
	out.Auto = out.Methods[Auto]
	out.Auto.Method = Auto
	return out
}

// promised is what the intervals are to hold.
const promised = 0.9
