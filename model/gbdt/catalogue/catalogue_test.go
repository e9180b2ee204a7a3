package catalogue

import (
	"bytes"
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
)

// shelf is a panel whose weekends sell double, whose flagged days half as much again, and whose items have their own rates.
func shelf(series, days int) *Panel {
	rng := rand.New(rand.NewPCG(1, 2))
	p := &Panel{}
	c := &p.Calendar
	c.Flags = [][]bool{nil}
	for d := range days + 30 {
		c.Weekday, c.OfMonth, c.Month = append(c.Weekday, d%7), append(c.OfMonth, d%30+1), append(c.Month, d/30%12+1)
		c.Week, c.Event, c.Flags[0] = append(c.Week, d/7), append(c.Event, 0), append(c.Flags[0], d%30 < 5)
	}
	c.Event[days/2], c.Event[days-10] = 1, 1
	for i := range series {
		s := Series{Item: i / 2, Department: i % 3, Store: i % 2}
		for range days/7 + 6 {
			s.Price = append(s.Price, float32(3+i%4))
		}
		for d := range days {
			s.Y = append(s.Y, count(rng, rate(p, i, d)))
		}
		p.Series = append(p.Series, s)
	}
	return p
}

func rate(p *Panel, series, day int) float64 {
	m := .5 + float64(series%5)
	if p.Calendar.Weekday[day] >= 5 {
		m *= 2
	}
	if p.Calendar.Flags[0][day] {
		m *= 1.5
	}
	return m
}

func count(rng *rand.Rand, mean float64) (n float32) {
	left := math.Exp(-mean)
	for u := rng.Float64(); u > left && n < 200; n++ {
		u -= left
		left *= mean / float64(n+1)
	}
	return n
}

var small = Options{Horizon: 14, Rows: 6000, Trees: 40, Seed: 1}

func learned(t *testing.T, p *Panel, end int) *Model {
	t.Helper()
	m, err := Fit(t.Context(), p, end, small)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestWeekdaysFlagsAndRatesAreLearned(t *testing.T) {
	p := shelf(20, 300)
	fs, err := learned(t, p, 300).Forecast(t.Context(), p, []int{0, 4, 7, 13, 18}, 300)
	if err != nil {
		t.Fatal(err)
	}
	var miss, all, inside, days float64
	rng := rand.New(rand.NewPCG(3, 4))
	for k, i := range []int{0, 4, 7, 13, 18} {
		for h, v := range fs[k].Mean {
			want := rate(p, i, 300+h)
			miss += math.Abs(v - want)
			all += want
			for range 100 {
				if y := float64(count(rng, want)); y <= fs[k].Quantile(h, .9) {
					inside++
				}
				days++
			}
		}
	}
	if miss > .16*all {
		t.Errorf("the means miss %.3f of the demand", miss/all)
	}
	// A quantile of counts holds at least its share.
	if share := inside / days; share < .88 || share > .97 {
		t.Errorf("%.3f of the days lie up to the 90 %% quantile", share)
	}
}

func TestTheFutureIsNotLookedAt(t *testing.T) {
	p := shelf(6, 160)
	m := learned(t, p, 120)
	before, err := m.Forecast(t.Context(), p, []int{0, 5}, 120)
	if err != nil {
		t.Fatal(err)
	}
	for i := range p.Series {
		for d := 120; d < 160; d++ {
			p.Series[i].Y[d] = float32(d * 3)
		}
	}
	again := learned(t, p, 120)
	if !bytes.Equal(m.Encode(), again.Encode()) {
		t.Error("other days after the end give another model")
	}
	after, err := again.Forecast(t.Context(), p, []int{0, 5}, 120)
	if err != nil {
		t.Fatal(err)
	}
	for k := range after {
		for h := range after[k].Mean {
			if after[k].Mean[h] != before[k].Mean[h] || after[k].Dispersion[h] != before[k].Dispersion[h] {
				t.Fatalf("series %d, day %d: %v, before %v", k, h, after[k].Mean[h], before[k].Mean[h])
			}
		}
	}
}

func TestTheModelDoesNotDependOnGoroutinesAndSurvivesItsBytes(t *testing.T) {
	p := shelf(6, 120)
	o := small
	o.Workers = 1
	m, err := Fit(t.Context(), p, 120, o)
	if err != nil {
		t.Fatal(err)
	}
	b := m.Encode()
	o.Workers = 3
	if other, err := Fit(t.Context(), p, 120, o); err != nil || !bytes.Equal(b, other.Encode()) {
		t.Errorf("three goroutines give another model (%v)", err)
	}
	again, err := Decode(b)
	if err != nil || again.Horizon() != 14 {
		t.Fatal(err)
	}
	x, _ := m.Forecast(t.Context(), p, []int{3}, 120)
	y, err := again.Forecast(t.Context(), p, []int{3}, 120)
	if err != nil || x[0].Mean[13] != y[0].Mean[13] || x[0].Dispersion[0] != y[0].Dispersion[0] {
		t.Errorf("%v before, %v after, %v", x, y, err)
	}
	for _, n := range []int{0, 5, 11, 40, len(b) - 1} {
		if _, err := Decode(b[:n]); err == nil {
			t.Errorf("%d of %d bytes were a model", n, len(b))
		}
	}
	stages, err := m.Stages(t.Context(), p, []int{3}, 120, []int{0, 40})
	if err != nil || stages[1][0].Mean[13] != x[0].Mean[13] || stages[0][0].Mean[13] == x[0].Mean[13] {
		t.Errorf("%v without trees, %v with all of them, %v", stages[0], stages[1], err)
	}
}

// By hand: sums and means of a fortnight that begins on weekday 0.
func TestPastByHand(t *testing.T) {
	var p past
	p.fill(0, []float32{1, 0, 0, 4, 0, 0, 2, 3, 0, 0, 0, 0, 0, 6}, nil)
	if v := mean(p.sum, 14, 7); v != 9./7 {
		t.Errorf("mean of the last week: %v", v)
	}
	if v := mean(p.sum, 0, 7); v != 0 {
		t.Errorf("mean of nothing: %v", v)
	}
	// The day after the fortnight has the weekday of days 0 and 7.
	if v, ok := p.sameWeekday(14, 1, 2); v != 2 || !ok {
		t.Errorf("same weekday: %v, %v", v, ok)
	}
	if v, ok := p.sameWeekday(14, 14, 1); v != 6 || !ok {
		t.Errorf("same weekday, two weeks ahead: %v, %v", v, ok)
	}
	if _, ok := p.sameWeekday(14, 1, 3); ok {
		t.Error("a third week was found in a fortnight")
	}
	if p.sale[13] != 7 || p.sale[14] != 13 || p.sale[0] != -1 {
		t.Errorf("last sales %v", p.sale)
	}
}

func TestWhatIsNoCatalogueIsSaid(t *testing.T) {
	for says, spoil := range map[string]func(p *Panel){
		"no series":                  func(p *Panel) { p.Series = nil },
		"give one a day":             func(p *Panel) { p.Calendar.Month = nil },
		"day 3 of the calendar":      func(p *Panel) { p.Calendar.Weekday[3] = 7 },
		"region 0 has 2 flags":       func(p *Panel) { p.Calendar.Flags[0] = make([]bool, 2) },
		"lies on days":               func(p *Panel) { p.Series[1].First = 100 },
		"code that is negative":      func(p *Panel) { p.Series[1].Store = -1 },
		"1 prices":                   func(p *Panel) { p.Series[0].Price = []float32{1} },
		"demand -1 on day 2":         func(p *Panel) { p.Series[0].Y[2] = -1 },
		"has sold anything for a we": func(p *Panel) { clear(p.Series[0].Y); clear(p.Series[1].Y) },
	} {
		p := shelf(2, 60)
		spoil(p)
		if _, err := Fit(t.Context(), p, 60, small); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v", says, err)
		}
	}
	p := shelf(2, 60)
	if _, err := Fit(t.Context(), p, 60, Options{Horizon: 400}); err == nil {
		t.Error("a horizon of 400 days was taken")
	}
	m := learned(t, p, 60)
	for says, ask := range map[string]struct{ series, end int }{"the calendar has 90": {0, 80}, "no series 9": {9, 60}, "not up to day 69": {0, 70}} {
		if _, err := m.Forecast(t.Context(), p, []int{ask.series}, ask.end); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v", says, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Fit(ctx, p, 60, small); !errors.Is(err, context.Canceled) {
		t.Errorf("interrupted: %v", err)
	}
}
