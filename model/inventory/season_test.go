package inventory

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// Without a lead time and with an empty shelf a season is the textbook's newsvendor.
func TestASeasonThatBeginsNowIsTheNewsvendors(t *testing.T) {
	poisson := Season{Arrivals: []Arrival{{After: Demand{Mean: 6, SD: math.Sqrt(6)}}}}
	if got := poisson.Order(0, Fractile(4, 1)); got != 8 { // case 10
		t.Errorf("%v units, 8 are best", got)
	}
	normal := Season{Arrivals: []Arrival{{After: Demand{Mean: 50, SD: 8 * 0.8}}}} // below Poisson's variance, so that the law is normal
	best, _ := Newsvendor(0.18, 0.70, 50, 6.4)
	if got := normal.Order(0, Fractile(0.70, 0.18)); got != math.Ceil(best) {
		t.Errorf("%v units, %v are best", got, math.Ceil(best))
	}
	missed, left := normal.Outcome(0, best)
	if short, over := NormalLoss(best, 50, 6.4); math.Abs(missed-short) > 1e-6 || math.Abs(left-over) > 1e-6 {
		t.Errorf("%v missed and %v left, %v and %v are true", missed, left, short, over)
	}
	if got := normal.Order(20, Fractile(0.70, 0.18)); got != math.Ceil(best)-20 {
		t.Errorf("with 20 there, %v more are bought", got)
	}
	for _, c := range []struct{ under, over float64 }{{0, 1}, {-2, 1}, {math.NaN(), 1}} {
		if got := normal.Order(0, Fractile(c.under, c.over)); got != 0 {
			t.Errorf("where a sale earns %v, %v are bought", c.under, got)
		}
	}
}

// What is there sells before the order comes, what is short then is missed for good: against many lives of such seasons.
func TestASeasonWithALeadTimeIsAsItIsLived(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	draw := func(d Demand) float64 { return d.Quantile(r.Float64()) }
	for _, c := range []struct {
		position, order float64
		coming          []Coming
	}{{0, 60, nil}, {25, 40, nil}, {45, 30, nil}, {5, 20, []Coming{{.5, 15}, {1, 20}}}} {
		s := Season{Arrivals: []Arrival{{Before: Demand{20, 8}, After: Demand{60, 20}}, {Before: Demand{40, 12}, After: Demand{40, 16}}}, Coming: c.coming}
		var missed, left float64
		const lives = 10_000
		for range lives {
			a := s.Arrivals[r.IntN(len(s.Arrivals))]
			before, after := draw(a.Before), draw(a.After)
			there, come := c.position, slices.Clone(c.coming)
			for i := range 100 { // in small steps of time
				for len(come) > 0 && come[0].At <= float64(i)/100 {
					there, come = there+come[0].Units, come[1:]
				}
				sells := math.Min(there, before/100)
				there, missed = there-sells, missed+before/100-sells
			}
			for _, late := range come {
				there += late.Units
			}
			there += c.order
			missed += math.Max(0, after-there)
			left += math.Max(0, there-after)
		}
		m, l := s.Outcome(c.position, c.order)
		if math.Abs(m-missed/lives) > 0.8 || math.Abs(l-left/lives) > 0.8 {
			t.Errorf("%+v: said %.1f missed and %.1f left, lived %.1f and %.1f", c, m, l, missed/lives, left/lives)
		}
	}
}

// The order at the fractile costs no more than any other.
func TestTheFractileCostsLeast(t *testing.T) {
	s := Season{Arrivals: []Arrival{{Before: Demand{20, 8}, After: Demand{60, 20}}, {Before: Demand{30, 9}, After: Demand{50, 18}}}}
	for _, c := range []struct{ position, under, over float64 }{{0, 3, 1}, {30, 1, 2}, {15, 5, 0.5}} {
		cost := func(q float64) float64 {
			missed, left := s.Outcome(c.position, q)
			return c.under*missed + c.over*left
		}
		best := s.Order(c.position, Fractile(c.under, c.over))
		for q := math.Max(0, best-15); q <= best+15; q++ {
			if got := s.Order(s.Level(Fractile(c.under, c.over)), Fractile(c.under, c.over)); got != 0 {
				t.Fatalf("at the level from which on nothing is needed, %v are ordered", got)
			}
			if cost(q) < cost(best)-1e-3 { // normal laws below zero are cut off, which moves the mean by less
				t.Errorf("%+v: %v units cost %.4f, the %v of the fractile %.4f", c, q, cost(q), best, cost(best))
			}
		}
	}
}
