package forecast_test

import (
	"fmt"
	"math"
	"testing"

	"gonum.org/v1/gonum/floats"

	"almanac/model/forecast"
	"almanac/model/stats"
	product "almanac/predict/demand"
	"almanac/predict/predicttest"
	"almanac/state"
	"almanac/state/orders"
)

// leads are the weeks over which demand is summed, and level the quantile of it that is looked at.
var leads = [...]int{1, 4, 8}

const level = 0.95

// truth holds forecasts of a quarter against what came of it, which they had not seen.
type truth struct {
	came                 map[string][]float64
	weeks, units, signed float64
	held, score          [len(forecast.Bands)]float64
	sums, below          [len(leads)]float64
	loss, sold           [len(leads)]float64
}

func (t *truth) add(p product.Product) {
	f, came := p.Forecast(), t.came[p.SKU]
	for h, y := range came {
		t.weeks++
		t.units += y
		t.signed += f.Mean[h] - y
		for b, share := range forecast.Bands {
			low, high := f.Band(b)
			out := math.Max(0, low[h]-y) + math.Max(0, y-high[h])
			if out == 0 {
				t.held[b]++
			}
			t.score[b] += high[h] - low[h] + 2/(1-share)*out
		}
	}
	for l, weeks := range leads {
		if weeks > len(came) {
			continue
		}
		sum, q := floats.Sum(came[:weeks]), f.SumQuantile(float64(weeks), 0, level)
		t.sums[l]++
		t.sold[l] += sum
		if sum <= q {
			t.below[l]++
		}
		t.loss[l] += stats.Pinball(sum, q, level)
	}
}

// ahead trains on the days before one and says what came of the quarter after it, as far as the file goes: how much each band held and its interval score per
// unit sold; how often sums over lead times lay below their 95 % quantile, and the pinball loss of that per unit sold.
func ahead(b *testing.B, src product.Source, at, end state.Day) {
	var t truth
	for b.Loop() {
		m, card, err := product.Fit(b.Context(), src, "s", at)
		if err != nil {
			b.Fatal(err)
		}
		t = truth{came: map[string][]float64{}}
		weeks := min(int(end-m.Start)/7, product.Horizon)
		for _, p := range m.Product {
			t.came[p.SKU] = make([]float64, weeks)
		}
		err = src.Sales.DailySales(b.Context(), "s", m.Week(weeks), func(sku string, day state.Day, d orders.DaySales) error {
			if of := t.came[sku]; of != nil && day >= m.Start {
				of[(day-m.Start)/7] += math.Max(0, float64(d.Demand()))
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
		for _, p := range m.Product {
			t.add(p)
		}
		b.Logf("at past cut-offs the bands held %.3f %.3f %.3f", card.Metrics["coverage_50"].Model, card.Metrics["coverage_80"].Model, card.Metrics["coverage_95"].Model)
	}
	b.Logf("bias %+.3f; bands hold %.3f, score %.3f; sums below %.3f, loss %.4f", t.signed/t.units, over(t.held[:], t.weeks), over(t.score[:], t.units),
		[]float64{t.below[0] / t.sums[0], t.below[1] / t.sums[1], t.below[2] / t.sums[2]}, []float64{t.loss[0] / t.sold[0], t.loss[1] / t.sold[1], t.loss[2] / t.sold[2]})
}

func over(x []float64, by float64) []float64 {
	out := make([]float64, len(x))
	return floats.ScaleTo(out, 1/by, x)
}

// BenchmarkAhead judges bands and sums over lead times on weeks after the end of training: Online Retail at five origins, every twentieth M5 series by
// week at five.
func BenchmarkAhead(b *testing.B) {
	for _, weeks := range []int{13, 20, 26, 33, 39} {
		b.Run(fmt.Sprint("Online Retail, weeks before the end ", weeks), func(b *testing.B) {
			h := predicttest.Retail(b)
			ahead(b, product.Source{Sales: h}, h.End().Monday()-state.Day(7*weeks), h.End().Monday())
		})
	}
	_, items := fromM5(b)
	s := supermarket{items: items}
	last := 0
	for _, it := range items {
		last = max(last, it.First-1+len(it.Sales))
	}
	for _, day := range []int{857, 1107, 1357, 1607, 1857} {
		b.Run(fmt.Sprint("M5, day ", day), func(b *testing.B) {
			ahead(b, product.Source{Sales: s, Catalog: s}, (opened + state.Day(day)).Monday(), (opened + state.Day(last)).Monday())
		})
	}
}
