package demand

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/stat/distuv"
	"pgregory.net/rapid"

	"almanac/model/forecast"
)

// fast and young are classes with and without a combination.
const young, fast = 2, 5

// normalForecast expects the same each week, with the bands of normal errors of one deviation.
func normalForecast(mean, deviation float64) forecast.Forecast {
	at := func(p float64) []float64 {
		out := make([]float64, Horizon)
		for h := range out {
			out[h] = mean + deviation*distuv.UnitNormal.Quantile(p)
		}
		return out
	}
	f := forecast.Forecast{Mean: at(.5), P10: at(.1), P50: at(.5), P90: at(.9), Spread: forecast.Spread{Scale: deviation, Growth: .5}, Most: 1e6}
	for i, p := range forecast.FanLevels {
		f.Fan[i] = at(p)
	}
	return f
}

// quarter is one cut-off of many products: how much of what comes the bands of 80 % and the 95 % quantiles of four weeks hold with what is known so
// far; then it teaches.
func (c *conformal) quarter(r *rand.Rand, class int, level, noise float64) (band, sum float64) {
	const products = 120
	known, tried := c.stretch(), c.tried()
	for range products {
		f := normalForecast(200, 20)
		came := make([]float64, Horizon)
		for h := range came {
			came[h] = level*200 + noise*20*r.NormFloat64()
		}
		sums := c.sums(f, class, came)
		c.new.add(f, class, came, sums)
		floats.Add(c.sumLoss[:], sums.loss[:])
		for b := range forecast.Bands {
			for k := range ownShares {
				c.loss[b][k] += intervalScore(&f, b, tried[b][k][class], came)
			}
		}
		known.bands(&f, class)
		known.spread(&f, class)
		for h, y := range came {
			if f.P10[h] <= y && y <= f.P90[h] {
				band += 1. / Horizon / products
			}
		}
		if floats.Sum(came[:4]) <= f.SumQuantile(4, 0, service) {
			sum += 1. / products
		}
	}
	c.learn()
	return band, sum
}

func TestCoverageRecoversAfterSpreadOrLevelShift(t *testing.T) {
	for _, shift := range []struct {
		name         string
		level, noise float64
	}{{"noise doubles", 1, 2}, {"noise halves", 1, .5}, {"level rises by a tenth", 1.1, 1}, {"level falls by a tenth", .9, 1}} {
		r := rand.New(rand.NewPCG(3, 8))
		c := newConformal()
		var band, sum float64
		for range 8 {
			band, sum = c.quarter(r, fast, 1, 1)
		}
		if math.Abs(band-.8) > .03 || math.Abs(sum-.95) > .05 {
			t.Fatalf("%s: before it, bands hold %.3f and sums %.3f", shift.name, band, sum)
		}
		after, _ := c.quarter(r, fast, shift.level, shift.noise)
		for range 8 {
			band, sum = c.quarter(r, fast, shift.level, shift.noise)
		}
		t.Logf("%s: bands hold %.3f, and after eight more cut-offs %.3f; sums then %.3f", shift.name, after, band, sum)
		if math.Abs(after-.8) < .08 {
			t.Errorf("%s: bands of 80 %% still hold %.3f right after it: nothing shifted", shift.name, after)
		}
		if math.Abs(band-.8) > .055 || sum < .92 { // sums never stray less than a count of their size
			t.Errorf("%s: eight cut-offs later bands of 80 %% hold %.3f and sums %.3f", shift.name, band, sum)
		}
	}
}

func TestFewDataLeaveWhatIsTakenForRight(t *testing.T) {
	c := newConformal()
	before := c.stretch()
	f := normalForecast(100, 1)
	wild := make([]float64, Horizon) // a miss as large as can be
	for range enoughWeeks/Horizon - 1 {
		c.new.add(f, young, wild, c.sums(f, young, wild))
	}
	c.learn()
	after := c.stretch()
	if after.side != before.side || after.sum != before.sum {
		t.Errorf("%d weeks changed the factors: %+v", enoughWeeks-Horizon, after)
	}
	if s := before.side[2][young]; math.Abs(s.above-narrow[2]) > 1e-12 || before.side[2][fast] != (side{1, 1}) || before.lift[young] != 1 {
		t.Errorf("beforehand %+v", before)
	}
	for range enoughWeeks { // what was too little is not forgotten
		c.new.add(f, young, wild, c.sums(f, young, wild))
	}
	c.learn()
	if got := c.stretch(); !(got.side[2][young].below > before.side[2][young].below) {
		t.Errorf("enough of them leave %+v", got.side[2][young])
	}
}

// anyNumber is mostly an ordinary demand, and at times nothing that should ever come.
func anyNumber() *rapid.Generator[float64] {
	return rapid.OneOf(rapid.Float64Range(0, 50), rapid.Float64Range(0, 50), rapid.Float64(), rapid.SampledFrom([]float64{0, math.NaN(), math.Inf(1), math.Inf(-1), -3}))
}

func TestBandsStayNestedWhateverWasLearnt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := newConformal()
		for range rapid.IntRange(0, 3).Draw(t, "cut-offs") {
			f := normalForecast(rapid.Float64Range(0, 300).Draw(t, "mean"), rapid.SampledFrom([]float64{0, 1, 40, 1e9}).Draw(t, "deviation"))
			came := make([]float64, Horizon)
			for h := range came {
				came[h] = anyNumber().Draw(t, "came")
			}
			class := rapid.IntRange(0, classes-1).Draw(t, "class")
			for range 60 {
				c.new.add(f, class, came, c.sums(f, class, came))
			}
			for b := range c.loss {
				c.loss[b][rapid.IntRange(0, len(ownShares)-1).Draw(t, "own")] += anyNumber().Draw(t, "loss")
			}
			c.learn()
		}
		s := c.stretch()
		most := rapid.Float64Range(0, 200).Draw(t, "most")
		f := forecast.Forecast{Most: most, Spread: forecast.Spread{Scale: rapid.Float64Range(0, 100).Draw(t, "scale"), Growth: rapid.Float64Range(.5, 1).Draw(t, "growth")}}
		for range Horizon {
			q := make([]float64, 7)
			for k := range q {
				q[k] = rapid.Float64Range(0, 1).Draw(t, "quantile")
			}
			floats.CumSum(q, q)
			floats.Scale(most/math.Max(q[6], 1), q)
			f.Fan[0], f.P10, f.Fan[1], f.P50 = append(f.Fan[0], q[0]), append(f.P10, q[1]), append(f.Fan[1], q[2]), append(f.P50, q[3])
			f.Fan[2], f.P90, f.Fan[3] = append(f.Fan[2], q[4]), append(f.P90, q[5]), append(f.Fan[3], q[6])
			f.Mean = append(f.Mean, q[rapid.IntRange(0, 6).Draw(t, "mean")])
		}
		class := rapid.IntRange(0, classes-1).Draw(t, "class")
		s.bands(&f, class)
		s.spread(&f, class)
		for h := range f.Mean {
			in := []float64{0, f.Fan[0][h], f.P10[h], f.Fan[1][h], f.P50[h], f.Fan[2][h], f.P90[h], f.Fan[3][h], most}
			for k := 1; k < len(in); k++ {
				if !(in[k] >= in[k-1]-1e-9) {
					t.Fatalf("step %d: %v", h, in)
				}
			}
		}
		for weeks := 1.; weeks <= Horizon; weeks++ {
			if q := f.SumQuantile(weeks, 0, service); !(q >= 0) || q > weeks*most+1e-9 {
				t.Fatalf("sum of %g weeks: %v, with at most %v each", weeks, q, most)
			}
		}
	})
}

func FuzzNeeded(f *testing.F) {
	f.Add(3., 1., 2., 4.)
	f.Add(math.NaN(), 0., 0., 0.)
	f.Add(5., 2., 2., 2.)
	f.Add(1., math.Inf(-1), math.NaN(), math.Inf(1))
	f.Fuzz(func(t *testing.T, y, low, middle, high float64) {
		c := newConformal()
		same := func(v float64) []float64 { return []float64{v, v} }
		f := forecast.Forecast{Mean: same(middle), P10: same(low), P50: same(middle), P90: same(high), Fan: [4][]float64{same(low), same(low), same(high), same(high)},
			Spread: forecast.Spread{Scale: high - low, Growth: .5}, Most: high}
		for range enoughWeeks {
			c.new.add(f, 0, same(y), c.sums(f, 0, same(y)))
		}
		c.learn()
		s := c.stretch()
		for b := range s.side {
			for _, k := range []float64{s.side[b][0].below, s.side[b][0].above, s.sum[0][0], s.lift[0]} {
				if !(k >= leastStretch && k <= mostStretch*(1+unsure)) {
					t.Fatalf("%v in [%v %v %v] makes a factor of %v", y, low, middle, high, k)
				}
			}
		}
	})
}
