package gbdt_test

import (
	"bytes"
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"almanac/model/gbdt"
)

// world is n rows of two numbers, one of which is sometimes missing, a category and noise; truth gives the outcome.
func world(n int, seed uint64, truth func(a, b float64, c int, rng *rand.Rand) float64) ([]gbdt.Column, []float64) {
	rng := rand.New(rand.NewPCG(seed, 1))
	cols := []gbdt.Column{{Name: "a"}, {Name: "b"}, {Name: "c", Categorical: true}, {Name: "noise"}}
	y := make([]float64, n)
	for i := range n {
		a, b, c := rng.Float64()*10, rng.Float64()*10, rng.IntN(12)
		if rng.IntN(10) == 0 {
			b = math.NaN()
		}
		y[i] = truth(a, b, c, rng)
		for j, v := range []float64{a, b, float64(c * 7), rng.Float64()} {
			cols[j].Values = append(cols[j].Values, float32(v))
		}
	}
	return cols, y
}

func bins(t testing.TB, cols []gbdt.Column) *gbdt.Bins {
	t.Helper()
	b, err := gbdt.NewBins(cols, 255)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func fit(t testing.TB, s gbdt.Set, o gbdt.Options) *gbdt.Model {
	t.Helper()
	m, err := gbdt.Fit(context.Background(), s, nil, o)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// A step, a slope, an interaction with a missing value, and a grouping of categories that has no order.
func surface(a, b float64, c int, _ *rand.Rand) float64 {
	y := a
	if a > 5 {
		y += 10
	}
	if math.IsNaN(b) {
		y += 7
	} else if b < 3 {
		y -= a
	}
	if c == 1 || c == 6 || c == 11 {
		y += 20
	}
	return y
}

func TestASurfaceIsFound(t *testing.T) {
	cols, y := world(20000, 1, surface)
	b := bins(t, cols)
	m := fit(t, gbdt.Set{Bins: b, Target: y}, gbdt.Options{Rounds: 300, Rate: .1})
	other, truth := world(2000, 2, surface)
	var miss, spread, mean float64
	for _, v := range truth {
		mean += v / float64(len(truth))
	}
	for i, v := range truth {
		got, err := m.Predict([]float32{other[0].Values[i], other[1].Values[i], other[2].Values[i], other[3].Values[i]}, 0)
		if err != nil {
			t.Fatal(err)
		}
		miss += (got - v) * (got - v)
		spread += (mean - v) * (mean - v)
	}
	if miss > .005*spread {
		t.Errorf("%.4f of the variance is not explained", miss/spread)
	}
}

func TestTheLossFallsWithEveryRound(t *testing.T) {
	cols, y := world(5000, 3, func(a, _ float64, c int, rng *rand.Rand) float64 {
		return math.Floor(rng.ExpFloat64() * (1 + a/3 + float64(c%3)))
	})
	b := bins(t, cols)
	for _, o := range []gbdt.Objective{gbdt.Squared, gbdt.Poisson, gbdt.Tweedie, gbdt.Pinball} {
		m := fit(t, gbdt.Set{Bins: b, Target: y}, gbdt.Options{Objective: o, Rounds: 60})
		if m.Trees() < 10 {
			t.Fatalf("objective %d: %d trees", o, m.Trees())
		}
		for k := 1; k < len(m.TrainLoss); k++ {
			if m.TrainLoss[k] > m.TrainLoss[k-1]*(1+1e-12) {
				t.Errorf("objective %d: the loss rose from %v to %v in round %d", o, m.TrainLoss[k-1], m.TrainLoss[k], k)
			}
		}
	}
}

// Counts whose mean is exp(offset) times a factor by category: the mean of each category is found, and offsets count.
func TestMeansOfCountsAreFoundBesideAnOffset(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	n := 30000
	col := gbdt.Column{Name: "kind", Categorical: true}
	y, offset := make([]float64, n), make([]float64, n)
	for i := range n {
		kind := rng.IntN(4)
		offset[i] = rng.Float64() * 3
		mean := math.Exp(offset[i]) * float64(1+kind)
		// An exponential count has the mean but far more variance than Poisson's.
		y[i] = math.Floor(-math.Log(1-rng.Float64())/math.Log1p(1/mean)) + 0
		col.Values = append(col.Values, float32(kind))
	}
	b := bins(t, []gbdt.Column{col})
	for _, o := range []gbdt.Objective{gbdt.Poisson, gbdt.Tweedie} {
		m := fit(t, gbdt.Set{Bins: b, Target: y, Offset: offset}, gbdt.Options{Objective: o, Rounds: 200})
		for kind := range 4 {
			got, _ := m.Predict([]float32{float32(kind)}, 1)
			if want := math.E * float64(1+kind); math.Abs(got-want) > .08*want {
				t.Errorf("objective %d, kind %d: %.3f, not %.3f", o, kind, got, want)
			}
		}
	}
}

func TestQuantilesHoldWhatTheyPromise(t *testing.T) {
	spread := func(a, _ float64, _ int, rng *rand.Rand) float64 { return a * rng.NormFloat64() }
	cols, y := world(20000, 7, spread)
	other, truth := world(20000, 8, spread)
	b := bins(t, cols)
	on, err := b.With(other)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range []float64{.05, .5, .95} {
		m := fit(t, gbdt.Set{Bins: b, Target: y}, gbdt.Options{Objective: gbdt.Pinball, Level: p, Rounds: 80, MinRows: 100})
		q, err := m.PredictAll(on, nil, 2)
		if err != nil {
			t.Fatal(err)
		}
		var below [2]float64 // by size of a
		for i := range truth {
			if truth[i] <= q[i] {
				below[int(other[0].Values[i]/5.0001)]++
			}
		}
		for k := range below {
			if share := below[k] / 10000; math.Abs(share-p) > .025 {
				t.Errorf("%.3f of the rows lie below the quantile %v (half %d)", share, p, k)
			}
		}
	}
}

func TestTheSameSeedGivesTheSameBytesOnAnyNumberOfGoroutines(t *testing.T) {
	cols, y := world(30000, 9, surface)
	b := bins(t, cols)
	var first []byte
	for _, workers := range []int{1, 2, 3, 7} {
		for _, o := range []gbdt.Objective{gbdt.Squared, gbdt.Pinball} {
			if o == gbdt.Pinball && workers == 2 {
				continue
			}
			m := fit(t, gbdt.Set{Bins: b, Target: y}, gbdt.Options{Rounds: 10, RowShare: .5, ColShare: .8, Seed: 4, Workers: workers, Objective: o})
			if o == gbdt.Pinball {
				continue
			}
			if first == nil {
				first = m.Encode()
			} else if !bytes.Equal(first, m.Encode()) {
				t.Errorf("%d goroutines give another model", workers)
			}
		}
	}
	if other := fit(t, gbdt.Set{Bins: b, Target: y}, gbdt.Options{Rounds: 10, RowShare: .5, ColShare: .8, Seed: 5}); bytes.Equal(first, other.Encode()) {
		t.Error("another seed gives the same model")
	}
}

func TestTrainingStopsWhereOtherRowsGainNothing(t *testing.T) {
	noisy := func(a, _ float64, _ int, rng *rand.Rand) float64 { return a + 10*rng.NormFloat64() }
	cols, y := world(500, 11, noisy)
	other, truth := world(500, 12, noisy)
	b := bins(t, cols)
	on, err := b.With(other)
	if err != nil {
		t.Fatal(err)
	}
	m, err := gbdt.Fit(t.Context(), gbdt.Set{Bins: b, Target: y}, &gbdt.Set{Bins: on, Target: truth}, gbdt.Options{Rounds: 400, Patience: 20, MinRows: 5})
	if err != nil {
		t.Fatal(err)
	}
	if m.Trees() == 0 || m.Trees() > 100 || len(m.ValidLoss) != m.Trees()+20 {
		t.Errorf("%d trees of %d", m.Trees(), len(m.ValidLoss))
	}
	for _, l := range m.ValidLoss {
		if l < m.ValidLoss[m.Trees()-1] {
			t.Errorf("a round with the loss %v was thrown away for %v", l, m.ValidLoss[m.Trees()-1])
		}
	}
}

func TestWhatTeachesNothingGivesTheConstant(t *testing.T) {
	y := []float64{1, 2, 3, 10}
	b := bins(t, []gbdt.Column{{Name: "same", Values: []float32{5, 5, 5, 5}}})
	for o, want := range map[gbdt.Objective]float64{gbdt.Squared: 4, gbdt.Poisson: 4, gbdt.Tweedie: 4, gbdt.Pinball: 2} {
		m := fit(t, gbdt.Set{Bins: b, Target: y}, gbdt.Options{Objective: o, MinRows: 1})
		if got, _ := m.Predict([]float32{99}, 0); m.Trees() != 0 || math.Abs(got-want) > 1e-9 {
			t.Errorf("objective %d: %v from %d trees, not %v", o, got, m.Trees(), want)
		}
	}
	zero := fit(t, gbdt.Set{Bins: b, Target: make([]float64, 4)}, gbdt.Options{Objective: gbdt.Poisson, MinRows: 1})
	if got, _ := zero.Predict([]float32{5}, 0); got > 1e-9 {
		t.Errorf("only zeros give %v", got)
	}
}

func TestWhatCannotBeLearnedFromIsSaid(t *testing.T) {
	b := bins(t, []gbdt.Column{{Name: "a", Values: []float32{1, 2}}})
	empty := bins(t, []gbdt.Column{{Name: "a"}})
	good := gbdt.Set{Bins: b, Target: []float64{1, 2}}
	for says, c := range map[string]struct {
		s gbdt.Set
		o gbdt.Options
	}{
		"no rows":            {gbdt.Set{Bins: empty}, gbdt.Options{}},
		"1 targets":          {gbdt.Set{Bins: b, Target: []float64{1}}, gbdt.Options{}},
		"row 1":              {gbdt.Set{Bins: b, Target: []float64{1, math.NaN()}}, gbdt.Options{}},
		"not negative":       {gbdt.Set{Bins: b, Target: []float64{1, -2}}, gbdt.Options{Objective: gbdt.Poisson}},
		"the weight -1":      {gbdt.Set{Bins: b, Target: []float64{1, 2}, Weight: []float64{1, -1}}, gbdt.Options{}},
		"all weights":        {gbdt.Set{Bins: b, Target: []float64{1, 2}, Weight: []float64{0, 0}}, gbdt.Options{}},
		"the offset NaN":     {gbdt.Set{Bins: b, Target: []float64{1, 2}, Offset: []float64{0, math.NaN()}}, gbdt.Options{}},
		"level of a":         {good, gbdt.Options{Objective: gbdt.Pinball, Level: 1}},
		"Tweedie power":      {good, gbdt.Options{Objective: gbdt.Tweedie, Level: 2}},
		"shares of rows":     {good, gbdt.Options{RowShare: 1.5}},
		"2 to 32768 leaves":  {good, gbdt.Options{Leaves: 1}},
		"L2":                 {good, gbdt.Options{L2: -1}},
		"no objective":       {good, gbdt.Options{Objective: 9}},
		"the validation set": {good, gbdt.Options{Seed: 1}},
	} {
		var valid *gbdt.Set
		if says == "the validation set" {
			valid = &gbdt.Set{Bins: bins(t, []gbdt.Column{{Name: "a", Values: []float32{1}}}), Target: []float64{1}}
		}
		if _, err := gbdt.Fit(t.Context(), c.s, valid, c.o); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v", says, err)
		}
	}
	for says, cols := range map[string][]gbdt.Column{
		"no columns":  nil,
		"has 1 rows":  {{Name: "a", Values: []float32{1, 2}}, {Name: "b", Values: []float32{1}}},
		"2 and 255 a": {{Name: "a", Values: []float32{1}}},
	} {
		most := 255
		if says[0] == '2' {
			most = 256
		}
		if _, err := gbdt.NewBins(cols, most); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v", says, err)
		}
	}
	if _, err := b.With([]gbdt.Column{{Name: "z", Values: []float32{1}}}); err == nil {
		t.Error("another column was taken")
	}
	m := fit(t, good, gbdt.Options{})
	if _, err := m.Predict([]float32{1, 2}, 0); err == nil {
		t.Error("a row that is too long was taken")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := gbdt.Fit(ctx, good, nil, gbdt.Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("interrupted: %v", err)
	}
}

func TestAModelSurvivesItsBytes(t *testing.T) {
	cols, y := world(3000, 13, surface)
	m := fit(t, gbdt.Set{Bins: bins(t, cols), Target: y}, gbdt.Options{Rounds: 20})
	b := m.Encode()
	again, err := gbdt.Decode(b)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(b, again.Encode()) || again.Trees() != 20 || again.Columns()[2] != "c" {
		t.Error("the bytes of what was decoded differ")
	}
	rapid.Check(t, func(t *rapid.T) {
		row := rapid.SliceOfN(rapid.OneOf(rapid.Float32Range(-5, 100), rapid.Just(float32(math.NaN()))), 4, 4).Draw(t, "row")
		p, _ := m.Predict(row, 0)
		q, _ := again.Predict(row, 0)
		if p != q {
			t.Fatalf("%v before, %v after", p, q)
		}
	})
	for _, n := range []int{0, 4, 20, len(b) / 2, len(b) - 1} {
		if _, err := gbdt.Decode(b[:n]); err == nil {
			t.Errorf("%d of %d bytes were a model", n, len(b))
		}
	}
	if _, err := gbdt.Decode(append(bytes.Clone(b), 0)); err == nil {
		t.Error("a byte too many was read over")
	}
}

func FuzzDecode(f *testing.F) {
	cols, y := world(200, 14, surface)
	m := fit(f, gbdt.Set{Bins: bins(f, cols), Target: y}, gbdt.Options{Rounds: 3, MinRows: 2})
	f.Add(m.Encode())
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := gbdt.Decode(b)
		if err != nil {
			return
		}
		_, _ = m.Predict(make([]float32, len(m.Columns())), 0) // must return
	})
}

func BenchmarkFit(b *testing.B) {
	cols, y := world(100_000, 15, surface)
	set := gbdt.Set{Bins: bins(b, cols), Target: y}
	for b.Loop() {
		fit(b, set, gbdt.Options{Rounds: 10, Leaves: 63})
	}
	b.ReportMetric(float64(b.N)*10*100_000/b.Elapsed().Seconds(), "rows·trees/s")
}

func BenchmarkPredict(b *testing.B) {
	cols, y := world(20_000, 16, surface)
	m := fit(b, gbdt.Set{Bins: bins(b, cols), Target: y}, gbdt.Options{Rounds: 100})
	row := []float32{3, 4, 14, .5}
	for b.Loop() {
		if _, err := m.Predict(row, 0); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkPredictAll(b *testing.B) {
	cols, y := world(50_000, 17, surface)
	set := gbdt.Set{Bins: bins(b, cols), Target: y}
	m := fit(b, set, gbdt.Options{Rounds: 100})
	for b.Loop() {
		if _, err := m.PredictAll(set.Bins, nil, 1); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/50_000, "ns/row")
}
