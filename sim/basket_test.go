package sim_test

import (
	"maps"
	"math"
	"slices"
	"testing"

	"almanac/fact"
	"almanac/sim"
)

// sizes are the lines of the orders, ascending, and the mean units of a line.
func sizes(got told) (lines []int, units float64) {
	of, n := map[string]int{}, 0.
	for _, f := range got.facts {
		if b, ok := f.Body.(*fact.OrderLine); ok {
			of[b.Order]++
			units += float64(b.Units)
			n++
		}
	}
	return slices.Sorted(maps.Values(of)), units / n
}

// What is wanted twice is taken once, and what goes along may no longer be sold: orders are a little smaller than asked for.
func TestBasketsAreAsLargeAsAskedFor(t *testing.T) {
	plenty := sim.Policy{Name: "plenty", Order: func(s sim.Shelf) int { return max(0, 20_000-s.OnHand-s.OnOrder) }}
	consumers := calm()
	consumers.Months, consumers.People.Buyers, consumers.Catalogue.Products = 6, 4000, 600
	wholesale := consumers
	wholesale.People.Buyers, wholesale.Catalogue.Products, wholesale.Catalogue.Categories = 500, 4000, 40
	wholesale.Basket = sim.Basket{Lines: 22, Units: 9, Refill: 9, Spread: 1.5, Complement: .1, Same: .2}
	for name, w := range map[string]struct {
		sim.Config
		p50, p90, p99 [2]int
	}{
		"people at home": {consumers, [2]int{2, 2}, [2]int{4, 6}, [2]int{8, 11}},
		"small shops":    {wholesale, [2]int{8, 16}, [2]int{40, 60}, [2]int{90, 220}},
	} {
		got := liveBy(t, w.Config, plenty, fact.OrderPlaced)
		lines, units := sizes(got)
		mean := 0.
		for _, n := range lines {
			mean += float64(n) / float64(len(lines))
		}
		se := math.Sqrt(w.Basket.Spread+1) * w.Basket.Lines / math.Sqrt(float64(len(lines)))
		if mean > w.Basket.Lines+3*se || mean < .85*w.Basket.Lines-3*se {
			t.Errorf("%s: %.2f lines an order, asked for %.2f", name, mean, w.Basket.Lines)
		}
		if low, high := min(w.Basket.Units, w.Basket.Refill), max(w.Basket.Units, w.Basket.Refill); units < low-.2*low || units > high+.1*high {
			t.Errorf("%s: %.2f units a line, asked for %.2f to %.2f", name, units, low, high)
		}
		for share, band := range map[float64][2]int{.5: w.p50, .9: w.p90, .99: w.p99} {
			if n := lines[int(share*float64(len(lines)))]; n < band[0] || n > band[1] {
				t.Errorf("%s: %.0f %% of orders have %d lines or fewer, not %v", name, 100*share, n, band)
			}
		}
	}
}
