package demand_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"almanac/fact"
	"almanac/predict/demand"
	"almanac/state/catalog"
	"almanac/state/orders"
)

// spreadByChance is a shop of two categories in which a fixed number of units is sold in each week, spread over the products by chance.
func spreadByChance(n, units int) (l ledger, goods products) {
	r := rand.New(rand.NewPCG(1, 8))
	for p := range 16 {
		goods = append(goods, catalog.Product{Product: fact.Product{SKU: fmt.Sprintf("P%02d", p), Category: []string{"All", []string{"Cups", "Plates"}[p%2]}}})
	}
	for w := range n {
		sold := make([]int64, 16)
		for range units {
			sold[r.IntN(16)]++
		}
		for p, u := range sold {
			if u > 0 {
				l = append(l, sale{fmt.Sprintf("P%02d", p), weekly(w), orders.DaySales{Units: u}})
			}
		}
	}
	return l, goods
}

func TestProductsCategoriesAndShopAddUp(t *testing.T) {
	for _, n := range []int{5, 30, 80} {
		l, goods := spreadByChance(n, 90)
		m, _, err := demand.Fit(t.Context(), demand.Source{Sales: l, Catalog: goods}, "s", weekly(n))
		if err != nil {
			t.Fatal(err)
		}
		whole, ok := m.Level("", true)
		cups, okCups := m.Level("Cups", false)
		plates, okPlates := m.Level("Plates", false)
		if !ok || !okCups || !okPlates || len(m.Levels) != 3 {
			t.Fatalf("%d weeks: levels %+v", n, m.Levels)
		}
		t.Log(n, m.Adding, whole.Mean[:2], m.Product[0].Mean[:2])
		for h := range m.Weeks {
			var sum float64
			for _, p := range m.Product {
				sum += p.Mean[h]
			}
			if math.Abs(sum-whole.Mean[h]) > 0.02 || math.Abs(cups.Mean[h]+plates.Mean[h]-whole.Mean[h]) > 0.02 {
				t.Errorf("%d weeks, step %d: products %v, categories %v and %v, shop %v", n, h, sum, cups.Mean[h], plates.Mean[h], whole.Mean[h])
			}
			if whole.P10[h] > whole.P50[h] || whole.P50[h] > whole.P90[h] || whole.Fan[0][h] > whole.P10[h] || whole.Fan[3][h] < whole.P90[h] {
				t.Errorf("bands of step %d: %+v", h, whole)
			}
		}
		if math.Abs(whole.Mean[0]-90) > 9 {
			t.Errorf("%d weeks: 90 a week are sold, the shop's forecast is %v", n, whole.Mean)
		}
	}
}

// What the whole shop shows, its products must learn: they wander by chance, their sum rises each week.
func TestReconciliationAnswersWhereItMissedLess(t *testing.T) {
	l, goods := ledger{}, products{}
	r := rand.New(rand.NewPCG(4, 8))
	for p := range 40 {
		sku := fmt.Sprintf("P%02d", p)
		goods = append(goods, catalog.Product{Product: fact.Product{SKU: sku, Category: []string{fmt.Sprint("C", p%4)}}})
		for w := range 80 {
			// Everything is rare, so that a product alone shows no trend.
			if u := r.IntN(30 + w); u > 28 {
				l = append(l, sale{sku, weekly(w), orders.DaySales{Units: int64(1 + r.IntN(3))}})
			}
		}
	}
	m, _, err := demand.Fit(t.Context(), demand.Source{Sales: l, Catalog: goods}, "s", weekly(80))
	if err != nil {
		t.Fatal(err)
	}
	whole, _ := m.Level("", true)
	t.Log(m.Adding, whole.Mean)
	if m.Adding != demand.Reconciled {
		t.Errorf("levels were added up by %s", m.Adding)
	}
}
