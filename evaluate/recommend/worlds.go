package recommend

import (
	"context"
	"fmt"
	"maps"
	"math"
	"slices"
	"time"

	"almanac/evaluate/worlds"
	"almanac/model/recommend/replay"
)

// WorldOptions of lists in simulated shops.
type WorldOptions struct {
	worlds.Options
	Days        int     // on which lists are shown, at the end of each world
	LeastMargin float64 // share of the price that a product must leave
}

// WorldReport is what `almanac evaluate recommend --worlds` prints. Money is in minor units, without tax.
type WorldReport struct {
	Task    string            `json:"task"`
	Data    WorldData         `json:"data"`
	Auto    Listed            `json:"auto"`
	Methods map[string]Earned `json:"methods"`
	// Worlds is how well a shop would have told what its lists earn; Hostile the same of hostile worlds by name.
	Worlds  WorldScore            `json:"worlds"`
	Hostile map[string]WorldScore `json:"hostile,omitempty"`
	Seconds float64               `json:"seconds"`
}

// WorldData says what was lived through.
type WorldData struct {
	Worlds      int     `json:"worlds"`
	Seed        uint64  `json:"seed"`
	Days        int     `json:"days"`
	Visitors    int     `json:"visitors"`
	Lists       int     `json:"lists"`
	LeastMargin float64 `json:"least_margin"`
}

// Listed is the method of the product.
type Listed struct {
	Method string `json:"method"`
	Earned
}

// Earned is what a way to fill lists brings.
type Earned struct {
	Margin float64 `json:"margin_per_visitor"`
}

// Methods that are compared.
const (
	Lists   = "lists"
	Popular = "best sellers"
)

// WorldScore is a kind of world.
type WorldScore struct {
	Worlds   int `json:"worlds"`
	Visitors int `json:"visitors"`
	Lists    int `json:"lists"`
	Bad      Bad `json:"shown_that_must_not_be"`
	// Lists and Popular are what a visitor brings with either, expected by the world's own chances.
	ListsMargin   float64 `json:"lists_margin_per_visitor"`
	PopularMargin float64 `json:"best_sellers_margin_per_visitor"`
	// Incremental is their difference, with the 90 % interval of its mean over worlds; Positive the share of worlds where it is above 0.
	Incremental     float64 `json:"incremental_margin_per_visitor"`
	IncrementalLow  float64 `json:"incremental_low"`
	IncrementalHigh float64 `json:"incremental_high"`
	Positive        float64 `json:"positive"`
	// Intervals of 90 % are those of the shop's own experiment, half of the visitors held out, against the true difference.
	worlds.Intervals
}

// experiment is what became of one world.
type experiment struct {
	visitors, lists int
	bad             Bad
	with, without   float64 // expected per visitor
	low, high       float64 // as the shop measures the difference
}

// RunWorlds shows lists in simulated shops and holds what the shop measures against what is true.
func RunWorlds(ctx context.Context, o WorldOptions) (*WorldReport, error) {
	began := time.Now()
	if o.Days < 1 || o.Days > 180 || !(o.LeastMargin >= 0 && o.LeastMargin < 1) {
		return nil, fmt.Errorf("lists on %d days and a least margin of %g: days must be 1 to 180, the margin 0 to 1", o.Days, o.LeastMargin)
	}
	all, hostile, err := worlds.Live(ctx, o.Options, o.experiment)
	if err != nil {
		return nil, err
	}
	usual := score(all)
	r := &WorldReport{Task: "recommend", Worlds: usual, Hostile: map[string]WorldScore{}, Auto: Listed{Lists, Earned{usual.ListsMargin}},
		Methods: map[string]Earned{Lists: {usual.ListsMargin}, Popular: {usual.PopularMargin}},
		Data:    WorldData{Worlds: o.Worlds, Seed: o.Seed, Days: o.Days, Visitors: usual.Visitors, Lists: usual.Lists, LeastMargin: o.LeastMargin}}
	for h, of := range hostile {
		r.Hostile[h] = score(of)
	}
	r.Seconds = time.Since(began).Seconds()
	return r, nil
}

func (o WorldOptions) experiment(ctx context.Context, kind string, seed uint64) (experiment, error) {
	config, err := smallWorld(seed, kind)
	if err != nil {
		return experiment{}, err
	}
	t, err := trade(ctx, config, o.Days, o.LeastMargin)
	if err != nil {
		return experiment{}, err
	}
	x := experiment{visitors: len(t.visitors), lists: t.lists, bad: t.bad}
	var treated, held []float64
	for _, who := range slices.Sorted(maps.Keys(t.visitors)) { // sums are the same whichever order a map gives
		v := t.visitors[who]
		x.with += v.lists / float64(len(t.visitors))
		x.without += v.popular / float64(len(t.visitors))
		if v.control {
			held = append(held, v.took)
		} else {
			treated = append(treated, v.took)
		}
	}
	if len(treated) < 2 || len(held) < 2 {
		return x, fmt.Errorf("world %d has %d visitors with lists and %d without: too few to tell anything", seed, len(treated), len(held))
	}
	e := replay.Lift(treated, held, z90)
	x.low, x.high = e.Low, e.High
	return x, nil
}

const (
	promised = 0.9    // what the intervals are to hold
	z90      = 1.6449 // standard deviations to either side of such an interval
)

func score(all []experiment) WorldScore {
	s := WorldScore{Worlds: len(all)}
	n, intervals := float64(max(1, len(all))), make([]worlds.Tally, len(all))
	var square float64
	for i, x := range all {
		truth := x.with - x.without
		s.Visitors, s.Lists = s.Visitors+x.visitors, s.Lists+x.lists
		s.Bad.SoldOut, s.Bad.Unearned, s.Bad.Hidden = s.Bad.SoldOut+x.bad.SoldOut, s.Bad.Unearned+x.bad.Unearned, s.Bad.Hidden+x.bad.Hidden
		s.ListsMargin += x.with / n
		s.PopularMargin += x.without / n
		square += truth * truth / n
		if truth > 0 {
			s.Positive += 1 / n
		}
		intervals[i].Add(x.low, x.high, truth, promised)
	}
	s.Incremental = s.ListsMargin - s.PopularMargin
	spread := z90 * math.Sqrt(math.Max(0, square-s.Incremental*s.Incremental)/math.Max(1, n-1))
	s.IncrementalLow, s.IncrementalHigh = s.Incremental-spread, s.Incremental+spread
	s.Intervals = worlds.Judge(promised, intervals)
	return s
}
