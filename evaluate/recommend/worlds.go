package recommend

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"math"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"almanac/model/recommend/replay"
	"almanac/sim"
)

// WorldOptions of lists in simulated shops.
type WorldOptions struct {
	Worlds      int
	Seed        uint64
	Days        int      // on which lists are shown, at the end of each world
	LeastMargin float64  // share of the price that a product must leave
	Hostile     []string // names of hostile worlds; "all" for all of them; they are told apart
	Each        int      // how many of each hostile world
	Workers     int
	Tell        func(step string, done, total int64)
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
	// Coverage is how often the 90 % interval of the shop's own experiment, half of the visitors held out, holds the true difference;
	// BandLow and BandHigh hold 95 % of the coverages of honest intervals, by the binomial law.
	Coverage float64 `json:"coverage"`
	BandLow  float64 `json:"band_low"`
	BandHigh float64 `json:"band_high"`
	Below    float64 `json:"below"` // share of worlds whose truth lies below the interval
	Above    float64 `json:"above"`
	// IntervalScore is the mean of width plus 20 times what lies outside (Gneiting and Raftery 2007, eq. 43).
	IntervalScore float64 `json:"interval_score"`
	Width         float64 `json:"width"`
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
	if o.Worlds < 1 || o.Days < 1 || o.Days > 180 || o.Each < 0 || !(o.LeastMargin >= 0 && o.LeastMargin < 1) {
		return nil, fmt.Errorf("%d worlds with lists on %d days and a least margin of %g: worlds must be at least 1, days 1 to 180, the margin 0 to 1", o.Worlds, o.Days, o.LeastMargin)
	}
	if o.Tell == nil {
		o.Tell = func(string, int64, int64) {}
	}
	names := o.Hostile
	if slices.Contains(names, "all") {
		names = sim.HostileNames()
	}
	kinds := make([]string, o.Worlds)
	for _, h := range names {
		kinds = append(kinds, slices.Repeat([]string{h}, o.Each)...)
	}
	all, err := o.live(ctx, kinds)
	if err != nil {
		return nil, err
	}
	usual := score(all[:o.Worlds])
	r := &WorldReport{Task: "recommend", Worlds: usual, Hostile: map[string]WorldScore{}, Auto: Listed{Lists, Earned{usual.ListsMargin}},
		Methods: map[string]Earned{Lists: {usual.ListsMargin}, Popular: {usual.PopularMargin}},
		Data:    WorldData{Worlds: o.Worlds, Seed: o.Seed, Days: o.Days, Visitors: usual.Visitors, Lists: usual.Lists, LeastMargin: o.LeastMargin}}
	for n, h := range names {
		if o.Each > 0 {
			r.Hostile[h] = score(all[o.Worlds+n*o.Each : o.Worlds+(n+1)*o.Each])
		}
	}
	r.Seconds = time.Since(began).Seconds()
	return r, nil
}

// live lives through worlds of some kinds, several at a time.
func (o WorldOptions) live(ctx context.Context, kinds []string) ([]experiment, error) {
	workers := o.Workers
	if workers < 1 {
		workers = runtime.GOMAXPROCS(0)
	}
	inner, stop := context.WithCancel(ctx)
	defer stop()
	out := make([]experiment, len(kinds))
	var next, done atomic.Int64
	var first error
	var once sync.Once
	var wait sync.WaitGroup
	for range workers {
		wait.Go(func() {
			for inner.Err() == nil {
				i := int(next.Add(1)) - 1
				if i >= len(kinds) {
					return
				}
				var err error
				if out[i], err = o.experiment(inner, kinds[i], o.Seed+uint64(i)); err != nil {
					once.Do(func() { first = err })
					stop()
					return
				}
				o.Tell("Living through worlds", done.Add(1), int64(len(kinds)))
			}
		})
	}
	wait.Wait()
	return out, cmp.Or(ctx.Err(), first)
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

const z90 = 1.6449 // of a two-sided interval of 90 %

func score(all []experiment) WorldScore {
	s := WorldScore{Worlds: len(all)}
	n := float64(max(1, len(all)))
	var square float64
	for _, x := range all {
		truth := x.with - x.without
		s.Visitors, s.Lists = s.Visitors+x.visitors, s.Lists+x.lists
		s.Bad.SoldOut, s.Bad.Unearned, s.Bad.Hidden = s.Bad.SoldOut+x.bad.SoldOut, s.Bad.Unearned+x.bad.Unearned, s.Bad.Hidden+x.bad.Hidden
		s.ListsMargin += x.with / n
		s.PopularMargin += x.without / n
		square += truth * truth / n
		if truth > 0 {
			s.Positive += 1 / n
		}
		s.Width += (x.high - x.low) / n
		s.IntervalScore += (x.high - x.low + 20*(math.Max(0, x.low-truth)+math.Max(0, truth-x.high))) / n
		switch {
		case truth < x.low:
			s.Below += 1 / n
		case truth > x.high:
			s.Above += 1 / n
		default:
			s.Coverage += 1 / n
		}
	}
	s.Incremental = s.ListsMargin - s.PopularMargin
	spread := z90 * math.Sqrt(math.Max(0, square-s.Incremental*s.Incremental)/math.Max(1, n-1))
	s.IncrementalLow, s.IncrementalHigh = s.Incremental-spread, s.Incremental+spread
	s.BandLow, s.BandHigh = band(len(all), .9)
	return s
}

// band is the shares of n that hold the middle 95 % of the binomial law of a chance.
func band(n int, chance float64) (low, high float64) {
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
	return float64(max(from, 0)) / float64(max(1, n)), 1
}
