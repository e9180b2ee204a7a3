package replay_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"almanac/model/recommend/replay"
)

func TestByHand(t *testing.T) {
	// Two impressions, drawn with ½ and ¼, of which the new policy would always and half the time have shown the same.
	log := []replay.Impression{{Propensity: 0.5, Target: 1, Reward: 3, Guess: 2, Expected: 1}, {Propensity: 0.25, Target: 0.5, Reward: 0, Guess: 1, Expected: 1}}
	e, err := replay.Value(log, 1)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string][2]float64{
		"IPS":       {e.IPS.Value, (2*3 + 2*0) / 2.0},
		"SNIPS":     {e.SNIPS.Value, (2*3 + 2*0) / 4.0},
		"DR":        {e.DR.Value, (1 + 2*(3-2) + 1 + 2*(0-1)) / 2.0},
		"effective": {e.IPS.Effective, 2},
		"SNIPS low": {e.SNIPS.Low, 1.5 - math.Sqrt(4*1.5*1.5+4*1.5*1.5)/4},
	} {
		if math.Abs(c[0]-c[1]) > 1e-12 {
			t.Errorf("%s is %v, by hand %v", name, c[0], c[1])
		}
	}
}

func TestAPropensityOfNothingIsRefused(t *testing.T) {
	for _, p := range []float64{0, -1, 1.5, math.NaN()} {
		if _, err := replay.Value([]replay.Impression{{Propensity: p}}, 1); !errors.Is(err, replay.ErrPropensity) {
			t.Errorf("%v: %v", p, err)
		}
	}
}

// world draws impressions of three products with known rewards; the log prefers the first, the new policy the last.
func world(r *rand.Rand, n int) (log []replay.Impression, truth float64) {
	logged, target, rate := [3]float64{0.6, 0.3, 0.1}, [3]float64{0.1, 0.3, 0.6}, [3]float64{0.1, 0.2, 0.4}
	guess := [3]float64{0.15, 0.2, 0.3} // wrong, as models are
	expected := 0.0
	for a := range 3 {
		truth += target[a] * rate[a]
		expected += target[a] * guess[a]
	}
	for range n {
		a, u := 0, r.Float64()
		for u > logged[a] {
			u -= logged[a]
			a++
		}
		x := replay.Impression{Propensity: logged[a], Target: target[a], Guess: guess[a], Expected: expected}
		if r.Float64() < rate[a] {
			x.Reward = 1
		}
		log = append(log, x)
	}
	return log, truth
}

func TestIntervalsCoverTheTruthAsOftenAsTheySay(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	const worlds = 400
	covered := map[string]int{}
	for range worlds {
		log, truth := world(r, 2000)
		e, err := replay.Value(log, 1.645)
		if err != nil {
			t.Fatal(err)
		}
		for name, v := range map[string]replay.Estimate{"IPS": e.IPS, "SNIPS": e.SNIPS, "DR": e.DR} {
			if v.Low <= truth && truth <= v.High {
				covered[name]++
			}
		}
	}
	// Binomial band of four standard errors around 90 %.
	band := 4 * math.Sqrt(0.9*0.1/worlds)
	for name, n := range covered {
		if math.Abs(float64(n)/worlds-0.9) > band {
			t.Errorf("%s covers the truth in %d of %d worlds", name, n, worlds)
		}
	}
}

func TestLiftByHand(t *testing.T) {
	l := replay.Lift([]float64{4, 6}, []float64{1, 3}, 1)
	if l.Value != 3 || math.Abs(l.High-l.Value-math.Sqrt2) > 1e-12 {
		t.Errorf("%+v", l)
	}
}
