package auto_test

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"almanac/model/forecast/auto"
)

func forecast(t interface {
	Helper()
	Fatal(...any)
}, series [][]float64, o auto.Options) *auto.Forecasts {
	t.Helper()
	f, err := auto.Forecast(context.Background(), series, o)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func walk(random *rand.Rand, n int) []float64 {
	y := make([]float64, n)
	level := 1000.0
	for t := range y {
		level += 10 * random.NormFloat64()
		y[t] = level
	}
	return y
}

func TestEveryBadSeriesGetsAnAnswer(t *testing.T) {
	nan := math.NaN()
	random := rand.New(rand.NewPCG(1, 2))
	hours := make([]float64, 20*365*24)
	for i := range hours {
		hours[i] = 50 + 20*math.Sin(2*math.Pi*float64(i)/24) + random.NormFloat64()
	}
	spike := make([]float64, 60)
	for i := range spike {
		spike[i] = float64(1 + i%50)
	}
	spike[40] = 1.97e9
	for name, c := range map[string]struct {
		y    []float64
		most float64 // no forecast above
		wide float64 // no quantile above: a history shorter than 32 steps shows less of how far it may go
	}{
		"nothing":               {nil, 0, 0},
		"never observed":        {[]float64{nan, nan, math.Inf(1)}, 0, 0},
		"all zeros":             {make([]float64, 80), 0, 0},
		"one observation":       {[]float64{7}, 7, 7},
		"two":                   {[]float64{7, 9}, 11, 17},
		"constant":              {[]float64{4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4}, 4, 4},
		"gaps":                  {[]float64{nan, 4, nan, 5, 6, nan, nan, 4, 5, 6, 4, 5, 6, 4, nan, 6, 4, 5, 6, 4, 5, 6, 4, nan}, 8, 9},
		"a spike of a billion":  {spike, 2600, 2600},
		"numbers near overflow": {[]float64{1e300, -1e300, 5, 6, 7, 8, 9, 5, 6, 7, 8, 9}, 13, 22},
		"twenty years of hours": {hours, 150, 150},
		"falling to zero":       {[]float64{90, 80, 70, 60, 50, 40, 30, 20, 15, 10, 8, 6, 5, 4, 3, 2, 1, 1, 0, 0, 0, 0, 0, 0}, 180, 210},
	} {
		for _, members := range [][]auto.Member{nil, auto.Catalogue()} {
			f := forecast(t, [][]float64{c.y}, auto.Options{Horizon: 6, Seasons: auto.Seasons{Period: 12}, NonNegative: true, Members: members})
			r := &f.Results[0]
			for h, v := range r.Point {
				values := []float64{v, r.Quantile(h, 0.025), r.Quantile(h, 0.5), r.Quantile(h, 0.975), r.SumQuantile(h+1, 0.95) / float64(h+1)}
				for k, v := range values {
					most := c.wide
					if k == 0 {
						most = c.most
					}
					if !(v >= 0 && v <= most*(1+1e-9)) {
						t.Errorf("%s, step %d: %v, must be from 0 to %v", name, h, v, most)
					}
				}
			}
			if r.Used > auto.MaxHistory {
				t.Errorf("%s: %d steps were looked at", name, r.Used)
			}
		}
	}
}

func TestAHorizonOfNothingIsRefusedAndACancelledRunEnds(t *testing.T) {
	if _, err := auto.Forecast(t.Context(), nil, auto.Options{}); err == nil {
		t.Error("no horizon was accepted")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := auto.Forecast(ctx, [][]float64{{1, 2}}, auto.Options{Horizon: 2}); !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled run says %v", err)
	}
}

func TestNumberOfWorkersDoesNotMatter(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	series := make([][]float64, 14)
	for i := range series {
		series[i] = walk(random, 60+i)
	}
	points := func(workers int) (out [][]float64) {
		f := forecast(t, series, auto.Options{Horizon: 6, Workers: workers})
		for i := range f.Results {
			out = append(out, f.Results[i].Point, []float64{f.Results[i].Quantile(3, 0.9)})
		}
		return out
	}
	if d := cmp.Diff(points(1), points(5)); d != "" {
		t.Error(d)
	}
}

func TestUnitsDoNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		y := rapid.SliceOfN(rapid.Float64Range(-1e4, 1e4), 1, 50).Draw(t, "y")
		k := math.Ldexp(1, rapid.IntRange(-10, 10).Draw(t, "power"))
		times := make([]float64, len(y))
		for i, v := range y {
			times[i] = k * v
		}
		o := auto.Options{Horizon: 4, Seasons: auto.Seasons{Period: 4}, Workers: 1}
		a, b := forecast(t, [][]float64{y}, o), forecast(t, [][]float64{times}, o)
		for h, v := range a.Results[0].Point {
			for _, pair := range [][2]float64{{v, b.Results[0].Point[h]}, {a.Results[0].Quantile(h, 0.9), b.Results[0].Quantile(h, 0.9)}} {
				if math.IsNaN(pair[0]) || math.Abs(pair[1]-k*pair[0]) > 1e-6*k*(1e4+math.Abs(pair[0])) {
					t.Fatalf("step %d: %v in other units, want %v", h, pair[1], k*pair[0])
				}
			}
		}
	})
}

func TestQuantilesAreInOrderAndInsideTheBounds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		y := rapid.SliceOfN(rapid.Float64Range(0, 50), 1, 60).Draw(t, "y")
		f := forecast(t, [][]float64{y}, auto.Options{Horizon: 5, NonNegative: true, Members: auto.Catalogue(), Workers: 1})
		r := &f.Results[0]
		if one, sum := r.Quantile(0, 0.9), r.SumQuantile(1, 0.9); math.Abs(one-sum) > 1e-9*(1+one) {
			t.Fatalf("the sum of one step has the 90 %% quantile %v, the step itself %v", sum, one)
		}
		most := 50 * (1 + min(max(1, 32/float64(len(y))), 4))
		for h := range r.Point {
			before := 0.0
			for _, p := range []float64{0.025, 0.1, 0.5, 0.9, 0.975} {
				v := r.Quantile(h, p)
				if !(v >= before && v <= most) {
					t.Fatalf("step %d: quantile %v is %v after %v", h, p, v, before)
				}
				before = v
			}
			if r.SumQuantile(h+1, 0.9) < r.SumQuantile(h+1, 0.1) {
				t.Fatalf("sum of %d: 90 %% below 10 %%", h+1)
			}
		}
	})
}

func TestIntervalsOfRandomWalksCoverAsTheySay(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	const n, horizon = 120, 8
	series, truth := make([][]float64, 150), make([][]float64, 150)
	for i := range series {
		y := walk(random, n+horizon)
		series[i], truth[i] = y[:n], y[n:]
	}
	f := forecast(t, series, auto.Options{Horizon: horizon, Members: auto.Catalogue()})
	var in80, in95, sums, points float64
	for i, y := range truth {
		r := &f.Results[i]
		var sum float64
		for h, v := range y {
			points++
			sum += v
			if r.Quantile(h, 0.1) <= v && v <= r.Quantile(h, 0.9) {
				in80++
			}
			if r.Quantile(h, 0.025) <= v && v <= r.Quantile(h, 0.975) {
				in95++
			}
			if r.SumQuantile(h+1, 0.1) <= sum && sum <= r.SumQuantile(h+1, 0.9) {
				sums++
			}
		}
	}
	for _, c := range []struct {
		what       string
		got, least float64
		most       float64
	}{{"80 %", in80 / points, 0.75, 0.86}, {"95 %", in95 / points, 0.92, 0.98}, {"80 % of sums", sums / points, 0.74, 0.87}} {
		if c.got < c.least || c.got > c.most {
			t.Errorf("the %s interval covers %.3f", c.what, c.got)
		}
	}
}

func TestTheMethodThatIsRightIsTrusted(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 8))
	season := []float64{90, 20, 30, 50, 60, 10, 44, 70, 33, 80, 12, 65}
	series := make([][]float64, 30)
	for i := range series {
		series[i] = make([]float64, 72)
		for t := range series[i] {
			series[i][t] = season[(t+i)%12] + random.Float64()
		}
	}
	f := forecast(t, series, auto.Options{Horizon: 12, Seasons: auto.Seasons{Period: 1, Longer: []int{12}}, Members: auto.Catalogue()})
	for i := range series {
		var seasonal float64
		for m, name := range f.Members {
			if name == "as a year ago" || name == "ses, long season" {
				seasonal += f.Results[i].Weights[m]
			}
		}
		if seasonal < 0.8 {
			t.Fatalf("series %d: %.2f of the weight sees the season (%s)", i, seasonal, f.Scheme)
		}
	}
}

// A series alone has few past errors. Its intervals may be too wide then, but must not be too narrow.
func TestIntervalsOfASeriesAloneAreNotTooSure(t *testing.T) {
	random := rand.New(rand.NewPCG(9, 10))
	for _, n := range []int{10, 20, 40, 120} {
		var in, points float64
		for range 80 {
			y := walk(random, n+8)
			f := forecast(t, [][]float64{y[:n]}, auto.Options{Horizon: 8, Workers: 1, Members: auto.Catalogue()})
			for h, v := range y[n:] {
				points++
				if f.Results[0].Quantile(h, 0.025) <= v && v <= f.Results[0].Quantile(h, 0.975) {
					in++
				}
			}
		}
		if in/points < 0.87 {
			t.Errorf("%d observations: the 95 %% interval covers %.3f", n, in/points)
		}
	}
}

func BenchmarkCatalogue(b *testing.B) { bench(b, auto.Catalogue()) }
func BenchmarkMembers(b *testing.B)   { bench(b, nil) }

func bench(b *testing.B, members []auto.Member) {
	random := rand.New(rand.NewPCG(1, 2))
	series := make([][]float64, 50)
	for i := range series {
		series[i] = walk(random, 104)
	}
	for b.Loop() {
		if _, err := auto.Forecast(b.Context(), series, auto.Options{Horizon: 13, Members: members, Workers: 1}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(len(series)*b.N)/b.Elapsed().Seconds(), "series/s")
}
