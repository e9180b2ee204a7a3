package uncensor_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"

	"almanac/model/uncensor"
)

// grocery makes days of items whose demand is known: a level each, a weekday, a good or bad day of the store, Poisson
// sales by hour. Some days lack stock in the evening.
func grocery(items, dates int, lacking float64) (days []uncensor.Day, wanted []float64) {
	src := rand.NewPCG(1, 2)
	rng := rand.New(src)
	week := []float64{1.4, .9, .9, .9, 1, 1.1, 1.3}
	mood := make([]float64, dates)
	for t := range mood {
		mood[t] = math.Exp(.3 * rng.NormFloat64())
	}
	for i := range items {
		level := distuv.Gamma{Alpha: 2, Beta: .5, Src: src}.Rand() + .5
		for t := range dates {
			d := uncensor.Day{Item: i, Product: i, Group: i % 2, Date: t, Weekday: t % 7, Lift: 1, Sales: make([]float64, 24), Out: make([]bool, 24)}
			from := 24
			if rng.Float64() < lacking {
				from = 10 + rng.IntN(10)
			}
			want := 0.
			for h := 8; h < 20; h++ {
				v := distuv.Poisson{Lambda: level * week[t%7] * mood[t] * (1 + .8*math.Sin(float64(h))) / 12, Src: src}.Rand()
				want += v
				if h >= from {
					d.Out[h] = true
				} else {
					d.Sales[h] = v
				}
			}
			days, wanted = append(days, d), append(wanted, want)
		}
	}
	return days, wanted
}

func TestLostDemandIsRecovered(t *testing.T) {
	days, wanted := grocery(60, 84, .4)
	open := uncensor.Open(days)
	m := uncensor.Fit(days, open, uncensor.Usual)
	var sold, got, truth, naive, missed float64
	for i := range days {
		if days[i].Whole(open) {
			continue
		}
		v := m.Demand(&days[i], days[i].Out)
		for h, s := range days[i].Sales {
			if open[h] {
				sold += s
				naive += s
			}
		}
		got += v
		truth += wanted[i]
		missed += math.Abs(v - wanted[i])
	}
	if r := got / truth; r < .97 || r > 1.03 {
		t.Errorf("recovered %.3f of what was wanted, sales are %.3f of it", r, sold/truth)
	}
	if was := (truth - naive) / truth; missed/truth > .75*was {
		t.Errorf("off by %.3f, sales by %.3f", missed/truth, was)
	}
}

func TestWhatSoldIsNeverLessThanDemand(t *testing.T) {
	days, _ := grocery(10, 30, .5)
	open := uncensor.Open(days)
	m := uncensor.Fit(days, open, uncensor.Usual)
	none, all := make([]bool, 24), make([]bool, 24)
	for h := range all {
		all[h] = true
	}
	for i := range days {
		d := &days[i]
		sold := 0.
		for h, v := range d.Sales {
			if open[h] {
				sold += v
			}
		}
		if v := m.Demand(d, none); v != sold {
			t.Fatalf("with stock all day demand is %g, sales %g", v, sold)
		}
		if v := m.Demand(d, d.Out); v < sold || math.IsNaN(v) || math.IsInf(v, 0) {
			t.Fatalf("demand %g of sales %g", v, sold)
		}
		mean, _ := m.Usual(d)
		if v := m.Demand(d, all); math.Abs(v-mean) > .5*mean+.01 {
			t.Fatalf("without any stock demand is %g, usual %g", v, mean)
		}
	}
}

// Days that say nothing give no numbers that are none.
func TestOddDays(t *testing.T) {
	empty := uncensor.Day{Sales: make([]float64, 24), Out: make([]bool, 24)}
	open := make([]bool, 24)
	open[10] = true
	for name, days := range map[string][]uncensor.Day{"none": nil, "nothing sold": {empty, empty}} {
		m := uncensor.Fit(days, open, uncensor.Usual)
		if len(days) == 0 {
			continue
		}
		if v := m.Demand(&empty, open); math.IsNaN(v) || v < 0 || v > 1 {
			t.Errorf("%s: %g", name, v)
		}
	}
}
