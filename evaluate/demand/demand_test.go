package demand

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
	"time"

	"almanac/evaluate/data"
)

// invented is a catalogue whose demand has weekdays, a price, an event and items that begin late or end.
func invented(items, days, beyond int, prices bool) *World {
	rng := rand.New(rand.NewPCG(7, 8))
	var cal []Day
	start := time.Date(2020, 1, 4, 0, 0, 0, 0, time.UTC)
	for d := range days + beyond {
		at := start.AddDate(0, 0, d)
		day := Day{Week: 100 + d/7, Weekday: d%7 + 1, Month: int(at.Month()), OfMonth: at.Day(), SNAP: map[string]bool{"N": at.Day() <= 5, "S": false}}
		if d%91 == 40 {
			day.Events = []string{"fair"}
		}
		cal = append(cal, day)
	}
	var all []Item
	for i := range items {
		it := Item{Name: fmt.Sprint("item", i/2), Department: fmt.Sprint("dept", i/2%3), Category: "c", Store: []string{"n1", "s1"}[i%2], State: []string{"N", "S"}[i%2], First: 1}
		if i%11 == 0 {
			it.First = days/2 + i
		}
		price := float32(2 + i%5)
		last := float32(0)
		rate := math.Exp(rng.NormFloat64()*.8 - .2)
		for d := it.First - 1; d < days; d++ {
			p := price
			if (d/7+i)%9 == 0 {
				p *= .6
			}
			if d%7 == 0 || last == 0 {
				if p != last && prices {
					it.Prices = append(it.Prices, Price{Week: cal[d].Week, Price: p})
				}
				last = p
			}
			m := rate * []float64{2.2, 1.8, .5, .4, .6, .8, 1.2}[d%7]
			if last < price {
				m *= 1.8
			}
			if d%91 == 40 {
				m *= 3
			}
			// A Poisson count.
			n, left := float32(0), math.Exp(-m)
			for u := rng.Float64(); u > left && n < 100; n++ {
				u -= left
				left *= m / float64(n+1)
			}
			it.Sales = append(it.Sales, n)
		}
		all = append(all, it)
	}
	w, err := NewWorld(all, cal)
	if err != nil {
		panic(err)
	}
	return w
}

func TestTheChoiceBeatsTheMeanOfFourWeeks(t *testing.T) {
	w := invented(40, 400, 30, true)
	o := Options{Origin: 370, Horizon: 28, Rows: 8000, Trees: 60, Seed: 1}
	r, err := Run(t.Context(), w, o)
	if err != nil {
		t.Fatal(err)
	}
	mean := r.Methods["mean of 28 days"]
	if !(r.Auto.WRMSSE < .93*mean.WRMSSE && r.Auto.WAPE < .95*mean.WAPE && r.Auto.WSPL < .93*mean.WSPL) || math.Abs(r.Auto.Bias) > .1 {
		t.Errorf("automatic %+v, mean of 28 days %+v", r.Auto, mean)
	}
	if p := r.Methods[pooled]; !(p.WRMSSE < mean.WRMSSE && p.WSPL < mean.WSPL) {
		t.Errorf("items over all stores %+v, mean of 28 days %+v", p, mean)
	}
	if len(r.Data.Earlier) != 2 || r.Data.Earlier[1]+28 != 370 || r.Data.Series != 40 {
		t.Errorf("%+v", r.Data)
	}
	// What is sold after the origin changes the score, never the choice or the forecast.
	for i := range w.Items {
		for d := 370 - w.Items[i].First + 1; d < len(w.Items[i].Sales); d++ {
			w.Items[i].Sales[d] = float32(d%5) * 9
		}
	}
	other, err := Run(t.Context(), w, o)
	if err != nil || other.Auto.Method != r.Auto.Method {
		t.Errorf("the choice was %q, with other days after the origin it is %q (%v)", r.Auto.Method, other.Auto.Method, err)
	}
}

func TestOtherHorizonsOriginsAndMissingPrices(t *testing.T) {
	for _, c := range []struct {
		items, days, origin, horizon, every int
		prices                              bool
	}{
		{12, 200, 193, 7, 1, false},
		{12, 330, 270, 56, 3, true},
		{1, 300, 280, 10, 1, true},
		{8, 60, 40, 14, 1, false}, // too short for a choice
	} {
		w := invented(c.items, c.days, 60, c.prices)
		r, err := Run(t.Context(), w, Options{Origin: c.origin, Horizon: c.horizon, Every: c.every, Rows: 1500, Trees: 20, Seed: 1})
		if err != nil {
			t.Errorf("%+v: %v", c, err)
			continue
		}
		if a := r.Auto; !(a.WRMSSE > 0 && a.WRMSSE < 5 && a.WSPL > 0 && a.WSPL < 5 && a.WAPE > 0) || (c.origin < 60) != (r.Data.Earlier == nil) {
			t.Errorf("%+v: %+v, %v", c, a, r.Data.Earlier)
		}
	}
}

func TestWhatCannotBeMeasuredSaysWhy(t *testing.T) {
	w := invented(4, 100, 10, true)
	for says, o := range map[string]Options{
		"horizon of 0":                     {Origin: 50},
		"origin is a day":                  {Horizon: 7},
		"the sales to day 100":             {Origin: 95, Horizon: 7},
		"the calendar to day 110":          {Origin: 95, Horizon: 28},
		"no item was there":                {Origin: 1, Horizon: 7, Every: 9},
		"between 1 and 364":                {Origin: 50, Horizon: 400},
		"no series has sold anything for ": {Origin: 3, Horizon: 7},
	} {
		if _, err := Run(t.Context(), w, o); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v", says, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Run(ctx, w, Options{Origin: 80, Horizon: 7}); !errors.Is(err, context.Canceled) {
		t.Errorf("interrupted: %v", err)
	}
	if _, err := NewWorld(w.Items, w.Days[:50]); err == nil || !strings.Contains(err.Error(), "the calendar ends on day 50") {
		t.Errorf("a short calendar: %v", err)
	}
}

// By hand: changes 2, −1 since the first sale; the last 28 days bring 2·(1+3+2) = 12.
func TestTheYardstickByHand(t *testing.T) {
	y := measure([]float32{0, 0, 1, 3, 2}, func(int) float64 { return 2 })
	if y.squared != 2.5 || y.absolute != 1.5 || y.revenue != 12 {
		t.Errorf("%+v", y)
	}
	f := Forecast{Mean: []float64{1, 1}}
	for l := range f.Quantiles {
		f.Quantiles[l] = []float64{1, 1}
	}
	s := score([][]float32{{1, 4}}, []yardstick{y}, []Forecast{f})
	// Squared error 9/2 over 2.5; pinball: the mean level .5 of a miss of 3, halved, over 1.5.
	if math.Abs(s.WRMSSE-math.Sqrt(4.5/2.5)) > 1e-12 || s.WAPE != .6 || s.Bias != -.6 || math.Abs(s.WSPL-.5) > 1e-12 || s.Inside != .5 {
		t.Errorf("%+v", s)
	}
}

// known is a catalogue that lies beside the repository where it is to be had at all.
func known(t *testing.T) *World {
	t.Helper()
	dir := filepath.Join("..", "..", "..", "shared", "data", "demand")
	if _, err := os.Stat(filepath.Join(dir, "m5_dev.csv.gz")); err != nil {
		t.Skipf("no M5 file: %v", err)
	}
	items, err := data.ReadSales(filepath.Join(dir, "m5_dev.csv.gz"), 1)
	if err != nil {
		t.Fatal(err)
	}
	days, err := data.ReadCalendar(filepath.Join(dir, "m5_calendar.csv.gz"))
	if err != nil {
		t.Fatal(err)
	}
	w, err := NewWorld(items, days)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func TestBandsByHand(t *testing.T) {
	past := told{y: []float64{9, 9, 0, 1, 2, 3}, mean: []float64{2, 1}, miss: []float64{1, -1, 5}}
	for _, c := range []struct {
		band band
		want [2][len(Levels)]float64 // by day
	}{
		{band{4, sold}, [2][len(Levels)]float64{{0, 1, 2, 3, 3}, {0, 1, 2, 3, 3}}},
		{band{2, missed}, [2][len(Levels)]float64{{1, 1, 3, 3, 3}, {0, 0, 2, 2, 2}}},
		{band{2, normal}, [2][len(Levels)]float64{{.3551, 1.3255, 2, 2.6745, 3.6449}, {0, .3255, 1, 1.6745, 2.6449}}},
	} {
		f := c.band.around(past)
		for h, want := range c.want {
			for l, v := range want {
				if got := f.Quantiles[l][h]; math.Abs(got-v) > 1e-4 {
					t.Errorf("%v, day %d, level %v: %v, want %v", c.band, h, Levels[l], got, v)
				}
			}
		}
	}
}

// The figures that the data's README gives for every fifth series.
func TestBaselinesAgreeWithThePublishedOnes(t *testing.T) {
	c, err := known(t).cut(1885, 28, 5, 0)
	if err != nil {
		t.Fatal(err)
	}
	if len(c.which) != 3042 {
		t.Fatalf("%d series", len(c.which))
	}
	a := &at{cut: c}
	want := map[string][2]float64{"mean of 28 days": {.832, .749}, "tsb": {.834, .757}, "sba": {.835, .776}, "croston": {.838, .788}, "ses": {.866, .781}, "seasonal naive": {1.094, .893}}
	for _, b := range baselines {
		s := a.baseline(a.ask(b, 28), bands[0])
		if w := want[b.name]; math.Abs(s.WRMSSE-w[0]) > .001 || math.Abs(s.WAPE-w[1]) > .0035 {
			t.Errorf("%s: %.4f / %.4f, not %.3f / %.3f", b.name, s.WRMSSE, s.WAPE, w[0], w[1])
		}
	}
}

func TestTreesBeatBaselinesOnARealCatalogue(t *testing.T) {
	w := known(t)
	var few []Item
	for i := 49; i < len(w.Items); i += 50 {
		few = append(few, w.Items[i])
	}
	w, err := NewWorld(few, w.Days)
	if err != nil {
		t.Fatal(err)
	}
	r, err := Run(t.Context(), w, Options{Origin: 1857, Horizon: 28, Rows: 20000, Trees: 60, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	mean := r.Methods["mean of 28 days"]
	if !(r.Auto.WRMSSE < mean.WRMSSE && r.Auto.WAPE < mean.WAPE && r.Auto.WSPL < mean.WSPL) {
		t.Errorf("automatic %+v, mean of 28 days %+v", r.Auto, mean)
	}
	t.Logf("%d series: automatic %+v, mean of 28 days %+v", r.Data.Series, r.Auto, mean)
}
