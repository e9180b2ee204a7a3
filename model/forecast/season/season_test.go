package season_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"

	"almanac/model/forecast/season"
)

func wave(n, period int, noise float64) []float64 {
	random := rand.New(rand.NewPCG(1, 2))
	y := make([]float64, n)
	for t := range y {
		y[t] = 100 + 0.2*float64(t) + 20*math.Sin(2*math.Pi*float64(t)/float64(period)) + noise*random.NormFloat64()
	}
	return y
}

func TestASeasonIsNoticedAndNoiseIsNot(t *testing.T) {
	if !season.Repeats(wave(120, 12, 5), 12) {
		t.Error("a clear season was not noticed")
	}
	random := rand.New(rand.NewPCG(3, 4))
	false, series := 0, 300
	for range series {
		y := make([]float64, 120)
		for t := range y {
			y[t] = random.NormFloat64()
		}
		if season.Repeats(y, 12) {
			false++
		}
	}
	if share := float64(false) / float64(series); share > 0.15 {
		t.Errorf("%.2f of pure noise passes a test of 10 %%", share)
	}
	if season.Repeats(wave(30, 12, 0), 12) {
		t.Error("less than three periods prove a season")
	}
}

func TestIndicesOfAKnownSeason(t *testing.T) {
	y := make([]float64, 48)
	truth := []float64{0.8, 1.2, 1.1, 0.9}
	for t := range y {
		y[t] = (50 + float64(t)) * truth[t%4]
	}
	got, ok := season.Classical(y, 4, true)
	if !ok {
		t.Fatal("no indices")
	}
	for i, v := range got {
		if math.Abs(v-truth[i]) > 0.01 {
			t.Errorf("index %d is %v, want %v", i, v, truth[i])
		}
	}
}

func TestPartsAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		period := rapid.IntRange(2, 12).Draw(t, "period")
		y := rapid.SliceOfN(rapid.Float64Range(-1e4, 1e4), 2*period, 120).Draw(t, "y")
		p, ok := season.MSTL(y, []int{period}, rapid.Bool().Draw(t, "periodic"))
		if !ok {
			t.Fatal("no parts")
		}
		for i, v := range y {
			if sum := p.Trend[i] + p.Seasons[0][i] + p.Remainder[i]; math.Abs(sum-v) > 1e-6*(1+math.Abs(v)) {
				t.Fatalf("step %d: parts add up to %v, not %v", i, sum, v)
			}
		}
		if s := p.Strength(0); !(s >= 0 && s <= 1) {
			t.Fatalf("strength %v", s)
		}
	})
}

func TestTwoSeasonsAreToldApart(t *testing.T) {
	y := make([]float64, 24*7*6)
	day := func(t int) float64 { return 10 * math.Sin(2*math.Pi*float64(t)/24) }
	week := func(t int) float64 { return 5 * math.Cos(2*math.Pi*float64(t)/168) }
	for t := range y {
		y[t] = 200 + 0.01*float64(t) + day(t) + week(t)
	}
	p, ok := season.MSTL(y, []int{24, 168, 5000}, true)
	if !ok || len(p.Periods) != 2 {
		t.Fatalf("periods %v: the one that does not fit must be left out", p.Periods)
	}
	ahead := p.Ahead(168)
	for h, v := range ahead {
		n := len(y) + h
		if want := day(n) + week(n); math.Abs(v-want) > 0.6 {
			t.Fatalf("step %d: seasons say %v, truth is %v", h, v, want)
		}
	}
}

func TestAdjustingAndRestoringIsExact(t *testing.T) {
	y := wave(96, 12, 1)
	a := season.Adjust(y, 12)
	if !a.Seasonal() {
		t.Fatal("no season found")
	}
	// The last period of the adjusted series, restored as if it came next, is the last period of the series.
	last := append([]float64(nil), a.Y[84:]...)
	for h, v := range a.Restore(last) {
		if math.Abs(v-y[84+h]) > 1e-9 {
			t.Errorf("step %d: %v, want %v", h, v, y[84+h])
		}
	}
}
