package catalogue

import (
	"math"
	"strings"
	"testing"
)

// Items sell 2 a day in each of four stores, double on weekends; in the last ten days item 0 sells three times as much everywhere.
func trending() *Panel {
	p := shelf(8, 200)
	for i := range p.Series {
		s := &p.Series[i]
		s.Item, s.Department, s.Store = i/4, 0, i%4
		for d := range s.Y {
			s.Y[d] = 2
			if s.Item == 0 && d >= 190 {
				s.Y[d] *= 3
			}
			if p.Calendar.Weekday[d] >= 5 {
				s.Y[d] *= 2
			}
		}
	}
	return p
}

func TestWhatAnItemDoesInAllStoresIsFollowed(t *testing.T) {
	p := trending()
	means, err := Pooled(p, []int{1, 6}, 200, 14)
	if err != nil {
		t.Fatal(err)
	}
	for h := range 14 {
		usual := 2.
		if p.Calendar.Weekday[200+h] >= 5 {
			usual = 4
		}
		for k, want := range []float64{3 * usual, usual} {
			if got := means[k][h]; math.Abs(got/want-1) > .25 {
				t.Errorf("series %d, day %d: %.2f, not about %.0f", k, h, got, want)
			}
		}
	}
	// One store whose sales treble says less about it than all four do.
	for i := 1; i < 4; i++ {
		for d := 190; d < 200; d++ {
			p.Series[i].Y[d] /= 3
		}
	}
	alone, err := Pooled(p, []int{0}, 200, 1)
	if err != nil || alone[0][0] > .7*means[0][0] {
		t.Errorf("%.2f where one store sells more, %.2f where all do (%v)", alone[0][0], means[0][0], err)
	}
}

func TestPooledMeansKnowOnlyWhatWasBefore(t *testing.T) {
	p := shelf(6, 160)
	before, err := Pooled(p, []int{0, 5}, 120, 14)
	if err != nil {
		t.Fatal(err)
	}
	for i := range p.Series {
		for d := 120; d < 160; d++ {
			p.Series[i].Y[d] = float32(d * 3)
		}
	}
	after, err := Pooled(p, []int{0, 5}, 120, 14)
	if err != nil {
		t.Fatal(err)
	}
	for k := range after {
		for h, v := range after[k] {
			if v != before[k][h] {
				t.Fatalf("series %d, day %d: %v, before %v", k, h, v, before[k][h])
			}
		}
	}
	for says, ask := range map[string]struct{ series, end int }{"the calendar has 190": {0, 180}, "no series 9": {9, 60}, "not up to day 169": {0, 170}} {
		if _, err := Pooled(p, []int{ask.series}, ask.end, 14); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v", says, err)
		}
	}
}

// By hand: a week of one a day, a pause, then three a day.
func TestDemandBeginsAnewAfterAPause(t *testing.T) {
	for _, c := range []struct{ pause, from int }{
		{40, 47}, // in which 120 would have been sold
		{27, 0},  // too short
	} {
		y := make([]float32, 7+c.pause+9)
		for d := range y {
			switch {
			case d < 7:
				y[d] = 1
			case d >= 7+c.pause:
				y[d] = 3
			}
		}
		var p past
		p.fill(0, y, nil)
		if got := int(p.from[len(y)]); got != c.from {
			t.Errorf("after a pause of %d days demand began on day %d, not %d", c.pause, got, c.from)
		}
		if c.from > 0 {
			if p.from[len(y)-3] != 0 || int(p.from[len(y)-2]) != c.from {
				t.Errorf("it was known on %v, not after a week", p.from[len(y)-9:])
			}
			if v := p.level(len(y)); math.Abs(v-3.01) > 1e-9 {
				t.Errorf("the level is %v", v)
			}
		}
	}
	// One each thirty days is rare, and does not begin anew each time.
	var p past
	y := make([]float32, 300)
	for d := 0; d < len(y); d += 30 {
		y[d] = 1
	}
	p.fill(0, y, nil)
	if p.from[300] != 0 {
		t.Errorf("rare demand began anew on day %d", p.from[300])
	}
}
