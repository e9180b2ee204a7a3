package demand_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"
)

// Demand over whole lead times stays below its 95 % quantile as often as it says, whether levels stay or differ from month to month.
func TestSumsOverLeadTimesHoldWhatTheyPromise(t *testing.T) {
	if testing.Short() {
		t.Skip("two shops of 120 products take seconds with the race detector")
	}
	const products, weeks, ahead = 120, 70, 8
	for _, shape := range []struct {
		name string
		turn float64 // deviation of the logarithm of a month's level
	}{{"steady", 0}, {"by month", 0.4}} {
		src := rand.NewPCG(11, 4)
		r := rand.New(src)
		units := map[string]func(int) int64{}
		sold := map[string][]int64{}
		for p := range products {
			sku := fmt.Sprintf("P%03d", p)
			level, month := math.Log([]float64{3, 12, 40}[p%3]), 0.0
			for w := range weeks + ahead {
				if w%4 == 0 {
					month = shape.turn * r.NormFloat64()
				}
				mean := math.Exp(level + month)
				rate := distuv.Gamma{Alpha: 4, Beta: 4 / mean, Src: src}.Rand()
				sold[sku] = append(sold[sku], int64(distuv.Poisson{Lambda: rate, Src: src}.Rand()))
			}
			units[sku] = func(w int) int64 { return sold[sku][w] }
		}
		m, _ := fit(t, shop(weeks, units), weekly(weeks))
		var all float64
		for _, lead := range []int{1, 4, 8} {
			held, n := 0.0, 0.0
			for _, p := range m.Product {
				if sold[p.SKU] == nil {
					continue
				}
				var sum float64
				for _, u := range sold[p.SKU][weeks : weeks+lead] {
					sum += float64(u)
				}
				if n++; sum <= p.Forecast().SumQuantile(float64(lead), 0, 0.95) {
					held++
				}
			}
			t.Logf("%s, %d weeks: %.3f", shape.name, lead, held/n)
			if share := held / n; share < 0.89 {
				t.Errorf("%s: sums over %d weeks stay below their 95 %% quantile in %.3f of the cases", shape.name, lead, share)
			}
			all += held / n / 3
		}
		if all > 0.99 { // one lead time alone is 120 sums, which may all lie below
			t.Errorf("%s: sums stay below their 95 %% quantile in %.3f of the cases", shape.name, all)
		}
	}
}
