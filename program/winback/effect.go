package winback

import (
	"context"
	"math"
	"time"

	"almanac/state"
)

// Round is one that was carried out.
type Round struct {
	At        time.Time
	Got, Held []string // customers
}

// Effect is what a mail does: by how much the share of customers who order within the window is higher with it.
type Effect struct {
	Value, SD         float64
	Measured          bool // what was measured tells more than what is assumed
	Got, GotOrdered   int  // customers of measured rounds, and of them who ordered in the window
	Held, HeldOrdered int
}

// Orders hands every order of a known customer before a day to fn: *orders.View.
type Orders interface {
	CustomerOrders(ctx context.Context, shop string, before state.Day, fn func(customer string, at time.Time, day state.Day, net int64) error) error
}

// Measure tells what the rounds whose window has passed did, once that is surer than what is assumed; until then the assumption
// holds. The shares are Agresti and Caffo's (2000, The American Statistician 54(4)), who add a success and a failure to each side.
// Everybody counts on the side that they were drawn on, whether the mail reached them or not.
func Measure(ctx context.Context, src Orders, shop string, today state.Day, zone *time.Location, rounds []Round, s Settings) (Effect, error) {
	e := Effect{Value: s.Lift, SD: s.LiftSD}
	type span struct{ from, to state.Day }
	windows := map[string][]span{}
	held := map[string]bool{}
	ordered := map[string]map[span]bool{}
	for _, r := range rounds {
		day := state.DayOf(r.At, zone)
		w := span{day, day + state.Day(s.WindowDays)}
		if w.to >= today {
			continue
		}
		for _, id := range r.Got {
			windows[id] = append(windows[id], w)
		}
		for _, id := range r.Held {
			windows[id] = append(windows[id], w)
			held[id] = true
		}
		e.Got, e.Held = e.Got+len(r.Got), e.Held+len(r.Held)
	}
	if e.Got == 0 || e.Held == 0 {
		return e, nil
	}
	err := src.CustomerOrders(ctx, shop, today, func(id string, _ time.Time, day state.Day, _ int64) error {
		for _, w := range windows[id] {
			if day <= w.from || day > w.to || ordered[id][w] {
				continue
			}
			if ordered[id] == nil {
				ordered[id] = map[span]bool{}
			}
			ordered[id][w] = true
			if held[id] {
				e.HeldOrdered++
			} else {
				e.GotOrdered++
			}
		}
		return nil
	})
	if err != nil {
		return e, err
	}
	share := func(k, n int) (p, variance float64) {
		p = (float64(k) + 1) / (float64(n) + 2)
		return p, p * (1 - p) / (float64(n) + 2)
	}
	with, a := share(e.GotOrdered, e.Got)
	without, b := share(e.HeldOrdered, e.Held)
	if sd := math.Sqrt(a + b); sd < s.LiftSD {
		e.Value, e.SD, e.Measured = with-without, sd, true
	}
	return e, nil
}
