package reorder

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"almanac/evaluate/worlds"
	"almanac/model/inventory"
)

var usualCosts = Costs{HoldingRate: 0.25, Order: 1, Margin: 0.3}

// said orders the same on every look, or what it is told for a day.
type said map[int]float64

func (s said) order(v *view) float64 { return s[v.day] }

// One unit a day for 20 days; 10 units are ordered on day 7 and take 5 days.
// A day that nobody can have sold does not teach how much to order.
func TestAWildDayDoesNotSwellOrders(t *testing.T) {
	total := func(wild float64) float64 {
		demand := make([]float64, 500)
		for d := range demand {
			demand[d] = float64(d % 3)
		}
		demand[200] += wild
		f := counts{year: &season{cumulative: make([]float64, 2)}}
		for d := range 600 {
			f.year.cumulative = append(f.year.cumulative, float64(d+1))
		}
		f.see(demand, 0, 490)
		return f.over(490, 28).Mean
	}
	if usual, swollen := total(0), total(1e9); !(usual > 0) || swollen > 1.1*usual {
		t.Errorf("of four weeks %v are expected, after a wild day %v", usual, swollen)
	}
}

func TestAReplayedWeekAddsUp(t *testing.T) {
	it := Item{Quoted: 1, Cost: 2, Look: 0, Demand: make([]float64, 20), Price: make([]float64, 20), Lead: make([]uint16, 20)}
	for d := range it.Demand {
		it.Demand[d], it.Price[d], it.Lead[d] = 1, 5, 5
	}
	// Nothing is known on day 0, so the shelf is empty until day 12; the ten last to day 19 with two left.
	got := replay(&it, said{7: 10}, window{0, 0, 20, 7}, Costs{HoldingRate: 3.65, Order: 4})
	held := 9. + 8 + 7 + 6 + 5 + 4 + 3 + 2 // unit-days, from day 12 on
	want := inventory.Tally{Days: 20, StockoutDays: 12, Demand: 20, Sold: 8, LostMargin: 12 * 3, Holding: held * 2 * 3.65 / 365, Ordering: 4, Lines: 1, Goods: 16, Stock: held * 2}
	if d := cmp.Diff(want, got, cmp.Comparer(func(a, b float64) bool { return math.Abs(a-b) < 1e-9 })); d != "" {
		t.Error(d)
	}
}

func TestUnitsComeInWholePacks(t *testing.T) {
	for _, c := range [][3]float64{{0, 6, 0}, {-3, 6, 0}, {1, 6, 6}, {6, 6, 6}, {6.001, 6, 12}, {2.5, 1, 3}} {
		if got := inventory.Packs(c[0], c[1], 0); got != c[2] {
			t.Errorf("%v in packs of %v are %v, want %v", c[0], c[1], got, c[2])
		}
	}
}

// shop is products with a known season and rates, and suppliers who need a fifth longer than they say.
func shop(seed uint64, items, days int, wave float64) *Shop {
	random := rand.New(rand.NewPCG(seed, 9))
	s := &Shop{Days: days}
	for i := range items {
		it := Item{ID: fmt.Sprint(i), Supplier: i % 3, Quoted: 10, Cost: 7, Look: i % 7}
		rate := gamma(random, 2) / 3
		for d := range days {
			it.Demand = append(it.Demand, float64(poisson(random, rate*math.Exp(wave*math.Sin(2*math.Pi*float64(d)/year)))))
			it.Price = append(it.Price, 10)
		}
		s.Items = append(s.Items, it)
	}
	s.draw(Supply{LeadDays: 12, LeadSpread: 0.3, Seed: seed}, 3)
	return s
}

// watched notes what a rule orders.
type watched struct {
	rule
	orders map[int]float64
}

func (w watched) order(v *view) float64 {
	w.orders[v.day] = w.rule.order(v)
	return w.orders[v.day]
}

func TestNoPolicySeesTheFuture(t *testing.T) {
	const change = 560
	w := window{480, 500, 700, 7}
	orders := func(s *Shop) map[string]map[int]float64 {
		out := map[string]map[int]float64{}
		l, y := learnLeads(s, s.quoted(), w.warm, w.to), learnSeasons(s, w.warm, w.to)
		for i := range s.Items {
			for name, r := range s.rules(&s.Items[i], l, y, w) {
				seen := map[int]float64{}
				replay(&s.Items[i], watched{r, seen}, w, usualCosts)
				for day := range seen {
					if day > change {
						delete(seen, day)
					}
				}
				out[s.Items[i].ID+name] = seen
			}
		}
		return out
	}
	a, b := shop(4, 12, 700, 0.3), shop(4, 12, 700, 0.3)
	for i := range b.Items {
		for d := change; d < 700; d++ {
			b.Items[i].Demand[d] = 50
			b.Items[i].Price[d] = 99
			b.Items[i].Lead[d] = 60
		}
	}
	for i, p := range b.Record {
		if p.Day+p.Took >= change {
			b.Record[i].Took = 400
		}
	}
	before := orders(a)
	if d := cmp.Diff(before, orders(b)); d != "" {
		t.Error(d)
	}
	some := 0
	for _, of := range before {
		some += len(of)
	}
	if some == 0 {
		t.Error("nothing was ordered")
	}
}

func TestTheSeasonIsFoundAndTheFutureOfItKnown(t *testing.T) {
	s := shop(5, 60, 900, 0.4)
	y := s.season(730, 900)
	var miss, size float64
	for d := 730; d < 900; d += 7 {
		truth := math.Exp(0.4 * (math.Sin(2*math.Pi*float64(d)/year) - math.Sin(2*math.Pi*float64(726)/year)))
		miss += math.Abs(y.factor(d)/y.factor(726) - truth)
		size += math.Abs(truth - 1)
	}
	if miss > 0.25*size {
		t.Errorf("the season is missed by %.2f of its size", miss/size)
	}
	if early := s.season(300, 400); early.factor(350) != 1 || early.sum(310, 7) != 7 {
		t.Error("ten months told of a year")
	}
	if got, want := y.sum(740, 2.5), y.factor(740)+y.factor(741)+y.factor(742)/2; math.Abs(got-want) > 1e-9 {
		t.Errorf("two and a half days sum to %v, not %v", got, want)
	}
}

func TestTheCheapestPolicyIsCheaperThanTheRuleOfThumb(t *testing.T) {
	s := shop(6, 80, 800, 0.2)
	o := Options{Costs: usualCosts, Tell: func(string, int64, int64) {}}
	w := window{540, 600, 800, 7}
	all, err := s.compare(t.Context(), w, o)
	if err != nil {
		t.Fatal(err)
	}
	ours, base := score(all[Auto], all[Baseline], 200), score(all[Baseline], all[Baseline], 200)
	if ours.Saved < 0.15 || ours.Availability < base.Availability {
		t.Errorf("saved %.3f at %.4f, the baseline %.4f", ours.Saved, ours.Availability, base.Availability)
	}
	o.Workers = 1
	one, err := s.compare(t.Context(), w, o)
	if d := cmp.Diff(all, one); d != "" || err != nil {
		t.Error("the number of workers matters", d, err)
	}
}

// What is drawn must be what was said: in shops that are as the forecasts take them to be, the interval holds.
func TestIntervalsOfTheMoneySavedAreHonestInPlainShops(t *testing.T) {
	if testing.Short() {
		t.Skip("lives through 20 shops 120 times")
	}
	const shops = 20
	tallies := make([]worlds.Tally, shops)
	for seed := range uint64(shops) {
		s := shop(100+seed, 20, 660, 0.2)
		w := window{560, 560, 660, 7}
		l, y := learnLeads(s, s.quoted(), w.warm, w.to), learnSeasons(s, w.warm, w.to)
		promise, err := s.promise(t.Context(), w, usualCosts, l, y, seed)
		if err != nil {
			t.Fatal(err)
		}
		all, err := s.compare(t.Context(), w, Options{Costs: usualCosts, Tell: func(string, int64, int64) {}})
		if err != nil {
			t.Fatal(err)
		}
		tallies[seed].Add(promise.Low, promise.High, all[Baseline].Total()-all[Auto].Total(), promised)
	}
	p := worlds.Judge(promised, tallies)
	if p.Coverage < p.BandLow {
		t.Errorf("%+v", p)
	}
}

func TestDrawsHaveTheirMeanAndVariance(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, c := range []struct {
		what           string
		mean, variance float64
		draw           func() float64
	}{
		{"gamma of 0.4", 0.4, 0.4, func() float64 { return gamma(r, 0.4) }},
		{"gamma of 7", 7, 7, func() float64 { return gamma(r, 7) }},
		{"Poisson of 3", 3, 3, func() float64 { return float64(poisson(r, 3)) }},
		{"Poisson of 80", 80, 80, func() float64 { return float64(poisson(r, 80)) }},
		{"clumps of 2", 1.5, 3, func() float64 { return float64(clumped(r, 1.5, 2)) }},
	} {
		const n = 100_000
		var sum, squares float64
		for range n {
			v := c.draw()
			sum += v
			squares += v * v
		}
		mean := sum / n
		if variance := squares/n - mean*mean; math.Abs(mean-c.mean) > 0.02*c.mean || math.Abs(variance-c.variance) > 0.05*c.variance {
			t.Errorf("%s: mean %.3f, variance %.3f", c.what, mean, variance)
		}
	}
}

const header = "item_id,dept_id,cat_id,store_id,state_id,first_day,sales_to_d3,price_runs_wk\n"

func write(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "sales.csv")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestBadFilesAreNamedByLine(t *testing.T) {
	good := "A,D,C,S,X,1,1 2 3,11101:2.50\n"
	for _, c := range []struct{ text, says string }{
		{header, "no rows"},
		{header + good + "B,D,C,S,X,1,1 -2 3,11101:1\n", `line 3: day 2 of the sales is "-2"`},
		{header + good + "B,D,C,S,X,1,1 2 3,\n", "S/B has no price"},
		{header + good + "B,D,C,S,X,1,1 2 3,11101:0\n", "S/B has no price"},
	} {
		if _, err := ReadM5(write(t, c.text), "", 1, Supply{LeadDays: 7}, usualCosts); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%q: %v", c.says, err)
		}
	}
	s, err := ReadM5(write(t, header+"A,D,C,S,X,2,4 5,11101:2.50 11102:3\n"), write(t, "date,wm_yr_wk,wday,d\n2011-01-29,11101,1,d_1\n2011-01-30,11101,2,d_2\n2011-02-05,11102,1,d_3\n"), 1, Supply{LeadDays: 7, LeadSpread: 0.2}, usualCosts)
	if err != nil {
		t.Fatal(err)
	}
	if it := s.Items[0]; it.First != 1 || fmt.Sprint(it.Demand, it.Price) != "[0 4 5] [2.5 2.5 3]" || len(it.Lead) != 3 {
		t.Errorf("%+v", it)
	}
	if _, err := Run(t.Context(), Options{File: write(t, header+good), Days: 2, Review: 7, Supply: Supply{LeadDays: 7}, Costs: usualCosts}); err == nil || !strings.Contains(err.Error(), "do not fit") {
		t.Errorf("a file that is too short: %v", err)
	}
}

func TestWorldsAreTheSameForOneSeedAndEndWithTheContext(t *testing.T) {
	o := WorldOptions{Options: worlds.Options{Worlds: 1, Seed: 3, Hostile: []string{"shock"}, Each: 1}, Days: 28, Review: 7, Costs: usualCosts}
	a, err := RunWorlds(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	o.Workers = 1
	b, err := RunWorlds(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	a.Seconds, b.Seconds = 0, 0
	if d := cmp.Diff(a, b); d != "" {
		t.Error(d)
	}
	if a.Auto.Total <= 0 || a.Promise.Width <= 0 || a.Hostile["shock"].Worlds != 1 || len(a.Methods) != 4 {
		t.Errorf("%+v", a)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := RunWorlds(ended, o); !errors.Is(err, context.Canceled) {
		t.Errorf("an interrupted run says %v", err)
	}
	o.Hostile = []string{"kind"}
	if _, err := RunWorlds(t.Context(), o); err == nil || !strings.Contains(err.Error(), "no world") {
		t.Errorf("a world that there is not: %v", err)
	}
}

func TestQuantilesOfASampleLieWithin(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 50).Draw(t, "n")
		x := make([]float64, n)
		for i := range x {
			x[i] = float64(i)
		}
		low, mid, high := quantile(x, .05), quantile(x, .5), quantile(x, .95)
		if !(low <= mid && mid <= high) || math.Abs(mid-float64(n-1)/2) > 1e-9 {
			t.Fatalf("%v %v %v of %d", low, mid, high, n)
		}
	})
}

// A shop that loses 45 % of its demand five weeks before the end sells on at that level, and its year stays what it was.
func TestALevelThatBrokeIsTakenForNew(t *testing.T) {
	shop := func(factor func(week int) float64) season {
		r := rand.New(rand.NewPCG(7, 7))
		it := Item{Demand: make([]float64, 80*7)}
		for d := range it.Demand {
			mean := 40 * (1 + 0.3*math.Sin(2*math.Pi*float64(d)/year)) * factor(d/7)
			it.Demand[d] = float64(poisson(r, mean))
		}
		s := Shop{Days: 80 * 7, Items: []Item{it}}
		return s.season(80*7, 80*7+182)
	}
	broken := shop(func(w int) float64 {
		if w >= 75 {
			return 0.55
		}
		return 1
	})
	whole := shop(func(int) float64 { return 1 })
	if got := broken.lasting(80*7) - broken.lasting(74*7); math.Abs(got-math.Log(0.55)) > 0.12 {
		t.Errorf("the level moved by %.2f, demand by %.2f", got, math.Log(0.55))
	}
	for _, d := range []int{560, 600, 700} {
		if ratio := broken.factor(d) / broken.factor(560) / (whole.factor(d) / whole.factor(560)); math.Abs(ratio-1) > 0.15 {
			t.Errorf("the year of the broken shop on day %d is %.2f of the whole one's", d, ratio)
		}
	}
	for w := range whole.level {
		if math.Abs(whole.level[w]) > 0.15 {
			t.Errorf("nothing happened, and the level is %.2f in week %d", whole.level[w], w)
		}
	}
}
