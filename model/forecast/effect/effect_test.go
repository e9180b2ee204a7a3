package effect_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"

	"almanac/model/forecast/effect"
)

// market is a catalogue of two classes whose price elasticities differ, with a season that promotions follow, dips after
// promotions, and an event in every thirtieth week.
type market struct {
	effect.Panel
	elasticity [2]float64
	dip, event float64
}

func newMarket(seed uint64, products, weeks int) market {
	src := rand.NewPCG(seed, 1)
	r := rand.New(src)
	m := market{elasticity: [2]float64{-1.2, -2.4}, dip: -1, event: 0.4}
	m.Classes, m.Common = 2, [][]float64{make([]float64, weeks)}
	for t := range weeks {
		if t%30 == 20 {
			m.Common[0][t] = 1
		}
	}
	for i := range products {
		level := math.Exp(1 + 2*r.Float64())
		price, after := make([]float64, weeks), make([]float64, weeks)
		y := make([]float64, weeks)
		for t := range weeks {
			season := 1 + 0.5*math.Sin(2*math.Pi*float64(t)/52)
			if r.Float64() < 0.1*season*season {
				price[t] = math.Log(1 - 0.4*r.Float64())
			}
			if t > 0 && price[t] == 0 {
				after[t] = -price[t-1]
			}
			mean := level * season * math.Exp(m.elasticity[i%2]*price[t]+m.dip*after[t]+m.event*m.Common[0][t])
			y[t] = distuv.Poisson{Lambda: mean, Src: src}.Rand()
		}
		m.Units, m.First, m.Class = append(m.Units, y), append(m.First, 0), append(m.Class, i%2)
		m.Own = append(m.Own, [][]float64{price, after})
	}
	return m
}

func TestTheTruthIsRecovered(t *testing.T) {
	m := newMarket(1, 200, 117)
	f := effect.Estimate(m.Panel, 104)
	for c, want := range m.elasticity {
		if got := f.Own[c][0]; math.Abs(got-want) > 0.12 {
			t.Errorf("elasticity of class %d is %.2f, want %.2f", c, got, want)
		}
		if got := f.Own[c][1]; math.Abs(got-m.dip) > 0.15 {
			t.Errorf("the dip after a promotion is %.2f, want %.2f", got, m.dip)
		}
		if got := f.Common[c][0]; math.Abs(got-m.event) > 0.08 {
			t.Errorf("the event is %.2f, want %.2f", got, m.event)
		}
	}
	if f.OwnSD[0] <= 0 || f.OwnSD[0] > 0.1 {
		t.Errorf("standard error %v", f.OwnSD[0])
	}
}

func TestAClassOfWhichLittleIsKnownTakesTheWhole(t *testing.T) {
	m := newMarket(2, 60, 60)
	for i := range m.Class {
		m.Class[i] = 0
		if i%2 == 1 {
			m.Own[i] = nil
		}
	}
	last := len(m.Class) - 1 // one slow product is a class of its own
	m.Class[last], m.Own[last] = 1, m.Own[0]
	for t := range m.Units[last] {
		m.Units[last][t] = float64(t % 2)
	}
	f := effect.Estimate(m.Panel, 60)
	if math.Abs(f.Own[1][0]-f.Own[0][0]) > 0.05 || math.Abs(f.Own[0][0]-m.elasticity[0]) > 0.25 {
		t.Errorf("thirty units say %v against %v of the others", f.Own[1], f.Own[0])
	}
}

func TestNothingAfterTheEndIsSeen(t *testing.T) {
	m := newMarket(3, 40, 104)
	a := effect.Estimate(m.Panel, 60)
	for i := range m.Units {
		for t := 60; t < 104; t++ {
			m.Units[i][t], m.Own[i][0][t] = 1e6, -3
		}
	}
	b := effect.Estimate(m.Panel, 60)
	for c := range a.Own {
		for k := range a.Own[c] {
			if a.Own[c][k] != b.Own[c][k] {
				t.Fatalf("the future shows: %v, %v", a.Own, b.Own)
			}
		}
	}
}

func TestWhereNothingHappensNothingIsFound(t *testing.T) {
	src := rand.NewPCG(9, 9)
	r := rand.New(src)
	p := effect.Panel{Classes: 1, Common: [][]float64{make([]float64, 104)}}
	for t := 0; t < 104; t += 26 {
		p.Common[0][t] = 1
	}
	for range 30 {
		y, x := make([]float64, 104), make([]float64, 104)
		for t := range y {
			y[t] = distuv.Poisson{Lambda: 8, Src: src}.Rand()
			if r.Float64() < 0.1 {
				x[t] = -0.3
			}
		}
		p.Units, p.First, p.Class, p.Own = append(p.Units, y), append(p.First, 0), append(p.Class, 0), append(p.Own, [][]float64{x})
	}
	f := effect.Estimate(p, 104)
	if math.Abs(f.OwnAll[0]) > 3*f.OwnSD[0] {
		t.Errorf("price moved nothing, found %v ± %v", f.OwnAll[0], f.OwnSD[0])
	}
	if f.Common[0][0] != 0 {
		t.Errorf("an event that did nothing has %v", f.Common[0])
	}
}

func TestOddInputGivesNoOddFactor(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	p := effect.Panel{Classes: 2, First: []int{0, 3, 0, 9}, Class: []int{0, 1, 1, 0}, Common: [][]float64{{1, nan, 0}},
		Units: [][]float64{{nan, nan, nan}, {}, {0, 0, 0, 0, 0, 0}, {5}},
		Own:   [][][]float64{{{-0.5, nan, 2}}, nil, {{0, -1, 0, 0, 0, 0}}, {{}}}}
	f := effect.Estimate(p, 6)
	for c := range 2 {
		for _, x := range []float64{0, -1, 40, -40, inf} {
			v := f.Factor(c, func(int) float64 { return x }, func(int) float64 { return 1 })
			if math.IsNaN(v) || v <= 0 || v > 6.001 {
				t.Errorf("class %d at %v: factor %v", c, x, v)
			}
		}
	}
}
