package demand

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"almanac/state"
	"almanac/state/orders"
)

// grown is a shop of many products by week, the first on a Monday.
type grown [][]int64

var firstMonday = state.DayOf(time.Date(2022, 1, 3, 0, 0, 0, 0, time.UTC), time.UTC)

func (g grown) DailySales(_ context.Context, _ string, before state.Day, fn func(string, state.Day, orders.DaySales) error) error {
	for i, y := range g {
		for t, v := range y {
			if day := firstMonday + state.Day(7*t); v > 0 && day < before {
				if err := fn(fmt.Sprintf("P%03d", i), day, orders.DaySales{Units: v}); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// fads come and go: each product sells more and more for forty weeks from its launch on, and then less and less. New ones come all the
// time, so that the shop as a whole stands still.
func fads(products, weeks int) grown {
	rng := rand.New(rand.NewPCG(1, 2))
	g := make(grown, products)
	for i := range g {
		first, size := rng.IntN(weeks+60)-70, 20+rng.Float64()*200
		for t := range weeks {
			age := float64(t-first)/16 - 2.5
			rate := size * math.Exp(-age*age/2)
			if t < first {
				rate = 0
			}
			g[i] = append(g[i], int64(math.Max(0, math.Round(rate+math.Sqrt(rate)*rng.NormFloat64()))))
		}
	}
	g[0][0] = max(1, g[0][0])
	return g
}

func TestTreesSeeNothingThatCameLater(t *testing.T) {
	g := fads(40, 60)
	later := make(grown, len(g))
	for i, y := range g {
		later[i] = slices.Clone(y)
		for t := 40; t < len(y); t++ {
			later[i][t] = 7*y[t] + int64(i)
		}
	}
	say := func(g grown) [][]float64 {
		w, err := load(t.Context(), Source{Sales: g}, "s", firstMonday+7*60)
		if err != nil {
			t.Fatal(err)
		}
		of, err := w.trees(t.Context(), nil, 40, 4)
		if err != nil {
			t.Fatal(err)
		}
		return of
	}
	was := say(g)
	if diff := cmp.Diff(was, say(later)); diff != "" {
		t.Error("what came later is seen:", diff)
	}
	if !slices.ContainsFunc(was, func(of []float64) bool { return of != nil }) {
		t.Error("nothing was forecast")
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	if diff := cmp.Diff(was, say(g)); diff != "" {
		t.Error("another number of processors gives other forecasts:", diff)
	}
}
