package elasticity_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"

	"almanac/model/elasticity"
)

// Two years of 3,000 products in 40 categories.
func BenchmarkLearn(b *testing.B) {
	r, src := rand.New(rand.NewPCG(1, 1)), rand.NewPCG(1, 2)
	var cells []elasticity.Cell
	for i := range 3000 {
		level := .05 * math.Exp(1.2*r.NormFloat64())
		for week := range 104 {
			price := 0.
			if r.Float64() < .1 {
				price = -.2
			}
			cells = append(cells, elasticity.Cell{Product: i, Family: i / 4, Group: i % 40, Week: week, Days: 7, Log: price,
				Units: distuv.Poisson{Lambda: 7 * level * math.Exp(-2*price), Src: src}.Rand()})
		}
	}
	for b.Loop() {
		if _, err := elasticity.Learn(cells, 3000, 40, 104, false); err != nil {
			b.Fatal(err)
		}
	}
}
