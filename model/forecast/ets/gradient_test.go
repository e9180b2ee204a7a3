package ets

import (
	"math"
	"math/rand/v2"
	"testing"
)

// The gradient by running the recursion backwards is that of small differences, for every member of the family.
func TestGradientIsThatOfSmallDifferences(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	y := make([]float64, 40)
	for i := range y {
		y[i] = 1 + 0.01*float64(i) + 0.2*math.Sin(math.Pi*float64(i)/2) + 0.1*random.NormFloat64()
	}
	for _, k := range family(4) {
		f := newFitter(y, k)
		p := f.start()
		for i := range p {
			p[i] += 0.02 * random.NormFloat64()
		}
		g, scratch := make([]float64, len(p)), make([]float64, len(p))
		f.value(p, g)
		for i := range p {
			const step = 1e-6
			q := append([]float64(nil), p...)
			q[i] += step
			above := f.value(q, scratch)
			q[i] -= 2 * step
			below := f.value(q, scratch)
			if want := (above - below) / (2 * step); math.Abs(g[i]-want) > 1e-4*(1+math.Abs(want)) {
				t.Errorf("%v, number %d: derivative %v, differences say %v", k, i, g[i], want)
			}
		}
	}
}
