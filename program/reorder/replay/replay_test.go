package replay_test

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"almanac/fact"
	"almanac/program/reorder"
	"almanac/program/reorder/replay"
	"almanac/sim"
	"almanac/state"
)

// thumb is the rule of popular apps in the simulator: the mean of what sold in 30 days, for the lead time and some days more.
func thumb(more int) sim.Policy {
	return sim.Policy{Name: "thumb", Order: func(s sim.Shelf) int {
		mean := float64(s.Sold30) / 30
		if s.Listed < 30 {
			mean = s.Forecast
		}
		need := int(math.Ceil(mean*float64(s.LeadDays+more))) - s.OnHand - s.OnOrder
		return (max(0, need) + s.Pack - 1) / s.Pack * s.Pack
	}}
}

// account is what a simulated shop told, and what was true in the days that a replay counts.
type account struct {
	facts        []fact.Fact
	wanted, lost float64 // units; margin in minor units
}

// account lives through a world, and adds up the truth of its last days over products that somebody wanted early enough.
func accountOf(t *testing.T, c sim.Config, policy sim.Policy, days int) (a account) {
	t.Helper()
	from := int(c.End.Sub(c.End.AddDate(0, -c.Months, 0)).Hours()/24) - days
	price, cost, began := map[string]float64{}, map[string]float64{}, map[string]bool{}
	live(t, c, policy, func(f fact.Fact) error {
		switch b := f.Body.(type) {
		case *fact.Price:
			price[b.SKU] = float64(b.Amount) / (1 + c.Catalogue.Tax)
		case *fact.Cost:
			cost[b.SKU] = float64(b.Amount)
		}
		if told(f) {
			a.facts = append(a.facts, f)
		}
		return nil
	}, func(tr sim.Truth) error {
		switch {
		case tr.Kind == "demand" && tr.Day < from-14*7:
			began[tr.SKU] = true
		case tr.Day < from || !began[tr.SKU]:
		case tr.Kind == "demand":
			a.wanted += tr.Value
		case tr.Kind == "lost sale":
			a.lost += tr.Value * (price[tr.SKU] - cost[tr.SKU])
		}
		return nil
	})
	return a
}

func near(t *testing.T, what string, got, want, share float64) {
	t.Helper()
	t.Logf("%s: said %.0f, was %.0f", what, got, want)
	if math.Abs(got-want) > share*want {
		t.Errorf("%s: said %.0f, was %.0f", what, got, want)
	}
}

// Worlds are lived with well-filled shelves and told to the replay; the same worlds, lived by the rule of thumb, say what the rule
// truly costs. Lost margin hangs on a few dear products: it is held over several worlds.
func TestTheReplaysMoneyIsThatOfTheWorld(t *testing.T) {
	if testing.Short() || raced {
		t.Skip("six worlds")
	}
	const days = 180
	var said, was replay.PastRow
	var truth, wanted float64
	for _, seed := range []uint64{7, 8, 9} {
		c := shopOf(seed)
		full, short := accountOf(t, c, thumb(30), days), accountOf(t, c, thumb(14), days)
		r, other := run(t, sources(t, full.facts), reorder.Defaults(), days), run(t, sources(t, short.facts), reorder.Defaults(), days)
		rule, did := row(t, r, "counted", replay.Thumb), row(t, other, "counted", replay.Real)
		said.Lost, said.Holding, said.StockoutDays, said.Wanted = said.Lost+rule.Lost, said.Holding+rule.Holding, said.StockoutDays+rule.StockoutDays, said.Wanted+rule.Wanted
		was.Holding, was.StockoutDays = was.Holding+did.Holding, was.StockoutDays+did.StockoutDays
		truth, wanted = truth+short.lost, wanted+full.wanted
		if ours, real := row(t, r, "counted", replay.Settings), row(t, r, "counted", replay.Real); ours.Served < rule.Served || real.Wanted != ours.Wanted || r.Counted == 0 {
			t.Errorf("world %d: %+v, the rule %+v, the shop %+v", seed, ours, rule, real)
		}
	}
	near(t, "units wanted", said.Wanted, wanted, .05)
	near(t, "margin lost by the rule of thumb", float64(said.Lost), truth, .25)
	near(t, "holding by the rule of thumb", float64(said.Holding), float64(was.Holding), .25)
	near(t, "days without stock by the rule of thumb", float64(said.StockoutDays), float64(was.StockoutDays), .25)
}

func TestTheSameStateGivesTheSameBytesAlsoAfterABreak(t *testing.T) {
	s := sources(t, accountOf(t, shopOf(3), thumb(14), 60).facts)
	of := reorder.Shop{ID: "default", Currency: "EUR", Zone: berlin}
	first := run(t, s, reorder.Defaults(), 60)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	steps := 0
	_, err := s.Run(ctx, of, reorder.Defaults(), 60, func(string, int64, int64) {
		if steps++; steps == 2 {
			stop()
		}
	})
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("stopped in the middle, and it says %v", err)
	}
	a, err := json.Marshal(first)
	if err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(run(t, s, reorder.Defaults(), 60))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(a), string(b)); diff != "" {
		t.Error(diff)
	}
	if first.Products == 0 || first.Days != 60 || first.Fits < 4 {
		t.Errorf("%+v", first.Replayed)
	}
}

// What is proposed on a day of the past is the same whether anything has happened since or not.
func TestNothingIsKnownBeforeItsTime(t *testing.T) {
	facts := accountOf(t, shopOf(3), thumb(14), 60).facts
	of := reorder.Shop{ID: "default", Currency: "EUR", Zone: berlin}
	day := time.Date(2026, 5, 6, 0, 0, 0, 0, berlin)
	var before []fact.Fact
	for _, f := range facts {
		if f.OccurredAt.Before(day) {
			before = append(before, f)
		}
	}
	on := state.DayOf(day, berlin)
	full, skus, err := sources(t, facts).Known(t.Context(), of, reorder.Defaults(), 90, on)
	if err != nil {
		t.Fatal(err)
	}
	then, _, err := sources(t, before).Known(t.Context(), of, reorder.Defaults(), 90, on)
	if err != nil {
		t.Fatal(err)
	}
	ordered := int64(0)
	for _, sku := range skus {
		for _, position := range []int64{0, 3, 12, 40} {
			a, b := full.Units(sku, on, reorder.Defaults(), position), then.Units(sku, on, reorder.Defaults(), position)
			if ordered += a; a != b {
				t.Errorf("%s at %d: %d are ordered by who knows what came, %d by who does not", sku, position, a, b)
			}
		}
	}
	if len(before) == len(facts) || ordered == 0 {
		t.Errorf("nothing was compared: %d of %d facts, %d units", len(before), len(facts), ordered)
	}
}

func TestWhatCannotBeReplayedIsSaid(t *testing.T) {
	facts := accountOf(t, shopOf(3), thumb(14), 60).facts
	of := reorder.Shop{ID: "default", Currency: "EUR", Zone: berlin}
	quiet := func(string, int64, int64) {}
	var sparse []fact.Fact
	var sku string
	for _, f := range facts {
		switch b := f.Body.(type) {
		case *fact.Cost:
			if sku == "" {
				sku = b.SKU
			}
			if b.SKU == sku {
				continue
			}
		case *fact.StockCount, *fact.StockMove, *fact.Purchase:
			continue
		}
		sparse = append(sparse, f)
	}
	r := run(t, sources(t, sparse), reorder.Defaults(), 60)
	missing := map[string]int{}
	for _, l := range r.LeftOut {
		missing[l.Why] = l.Products
	}
	if r.Counted != 0 || r.Unwatched != r.Products || r.LeadQuoted != r.Products || r.Recovered != 0 || missing[replay.NoCost] != 1 {
		t.Errorf("%+v", r.Replayed)
	}
	for _, i := range r.Items {
		if i.Policy == replay.Real {
			t.Errorf("nobody counted, and what the shop did is told: %+v", i)
		}
	}
	var f *reorder.Fault
	if _, err := sources(t, sparse).Run(t.Context(), of, reorder.Defaults(), 5, quiet); !errors.As(err, &f) {
		t.Errorf("five days: %v", err)
	}
	if _, err := sources(t, nil).Run(t.Context(), of, reorder.Defaults(), 60, quiet); !errors.Is(err, replay.ErrShort) {
		t.Errorf("an empty shop: %v", err)
	}
}
