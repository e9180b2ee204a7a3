package worlds_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"almanac/evaluate/worlds"
	"almanac/sim"
)

func TestBandIsTheBinomials(t *testing.T) {
	if low, high := worlds.Band(200, 0.9); low != 0.855 || high != 0.94 {
		t.Errorf("%v to %v", low, high)
	}
	if low, high := worlds.Band(0, 0.9); low != 0 || high != 1 {
		t.Errorf("of nothing: %v to %v", low, high)
	}
}

func TestAnIntervalsScoreIsItsWidthAndWhatLiesOutside(t *testing.T) {
	var y worlds.Tally
	y.Add(1, 3, 2, 0.9)
	y.Add(1, 3, 0, 0.9)
	y.Add(1, 3, 3.5, 0.9)
	i := worlds.Judge(0.9, []worlds.Tally{y})
	if i.Asked != 3 || math.Abs(i.Score-(6+20+10)/3.) > 1e-9 || i.Width != 2 || math.Abs(i.Below-1./3) > 1e-9 || math.Abs(i.Above-1./3) > 1e-9 {
		t.Errorf("%+v", i)
	}
}

// Honest intervals lie in the band about as often as it says, also where those of one world err together.
func TestTheBandHoldsHonestIntervalsThatErrTogether(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	const times, shops, each = 300, 40, 30
	for _, shared := range []float64{0, 1} { // of the error
		within := 0
		for range times {
			of := make([]worlds.Tally, shops)
			for w := range of {
				common := r.NormFloat64()
				for range each {
					e := r.NormFloat64()
					if shared > 0 {
						e = .8*common + .6*e
					}
					of[w].Add(-1.2816, 1.2816, e, 0.8)
				}
			}
			if i := worlds.Judge(0.8, of); i.Coverage >= i.BandLow && i.Coverage <= i.BandHigh {
				within++
			}
		}
		if share := float64(within) / times; share < .88 {
			t.Errorf("with %.0f in common: %.3f of honest sets lie in their band", shared, share)
		}
	}
}

func TestWorldsAreCalledInTheirOrderAndEndWithTheFirstError(t *testing.T) {
	ctx := t.Context()
	o := worlds.Options{Worlds: 3, Seed: 10, Hostile: []string{"shock", "dirty"}, Each: 2}
	name := func(_ context.Context, kind string, seed uint64) (string, error) { return fmt.Sprint(kind, seed), nil }
	usual, hostile, err := worlds.Live(ctx, o, name)
	if d := cmp.Diff([]string{"10", "11", "12"}, usual); err != nil || d != "" {
		t.Error(err, d)
	}
	if d := cmp.Diff(map[string][]string{"shock": {"shock13", "shock14"}, "dirty": {"dirty15", "dirty16"}}, hostile); d != "" {
		t.Error(d)
	}
	o.Hostile, o.Each = []string{"all"}, 1
	if _, hostile, err := worlds.Live(ctx, o, name); err != nil || len(hostile) != len(sim.HostileNames()) {
		t.Errorf("%d kinds, %v", len(hostile), err)
	}
	broken := errors.New("broken")
	if _, _, err := worlds.Live(ctx, o, func(context.Context, string, uint64) (int, error) { return 0, broken }); !errors.Is(err, broken) {
		t.Errorf("a world that fails says %v", err)
	}
	o.Worlds = 0
	if _, _, err := worlds.Live(ctx, o, name); err == nil {
		t.Error("no world was lived through")
	}
	ended, cancel := context.WithCancel(ctx)
	cancel()
	o.Worlds = 1
	if _, _, err := worlds.Live(ended, o, name); !errors.Is(err, context.Canceled) {
		t.Errorf("an interrupted run says %v", err)
	}
}

// A shop that tells late, twice and in another order has the same books in the end as one that does not.
func TestBooksAreTheSameHoweverTheyAreTold(t *testing.T) {
	c, err := worlds.Config(5, "")
	if err != nil {
		t.Fatal(err)
	}
	c.Months, c.People.Buyers = 5, 500
	clean, err := worlds.Keep(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	c.Dirt = sim.Dirt{Late: .2, Duplicated: .2, Reordered: .2, TwoSystems: .5}
	dirty, err := worlds.Keep(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(clean.Lines, dirty.Lines); d != "" || len(clean.Lines) < 300 {
		t.Errorf("%d lines, of which some differ: %s", len(clean.Lines), strings.Join(strings.SplitN(d, "\n", 20), "\n"))
	}
	if d := cmp.Diff(clean.Stock.Outages(), dirty.Stock.Outages()); d != "" {
		t.Error(d)
	}
	sold, wanted := 0., 0.
	for _, l := range clean.Lines {
		sold += float64(l.Units)
	}
	for _, of := range clean.Wanted {
		for _, v := range of {
			wanted += v
		}
	}
	if wanted < .9*sold {
		t.Errorf("%.0f units were wanted, %.0f sold", wanted, sold)
	}
}

func TestConfigRefusesAnUnknownKind(t *testing.T) {
	if _, err := worlds.Config(1, "kind"); err == nil || !strings.Contains(err.Error(), "no world") {
		t.Error(err)
	}
}
