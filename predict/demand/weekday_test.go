package demand_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"

	"almanac/fact"
	"almanac/predict/demand"
	"almanac/state"
	"almanac/state/catalog"
	"almanac/state/orders"
)

// Lunch sells on working days and barbecues on Saturdays; a product that has hardly sold goes as its category.
func TestDaysOfTheWeekAreThoseOfTheCategoryUntilAProductShowsItsOwn(t *testing.T) {
	src := rand.NewPCG(5, 8)
	shares := map[string][7]float64{
		"Lunch":    {0.2, 0.2, 0.2, 0.2, 0.15, 0.04, 0.01},
		"Barbecue": {0.05, 0.05, 0.05, 0.1, 0.25, 0.45, 0.05},
	}
	var l ledger
	var goods products
	for p := range 24 {
		sku, of := fmt.Sprintf("P%02d", p), "Lunch"
		if p%2 == 1 {
			of = "Barbecue"
		}
		goods = append(goods, catalog.Product{Product: fact.Product{SKU: sku, Category: []string{of}}})
		level := 30.0
		if p < 2 {
			level = 0.2
		}
		for d := monday; d < weekly(40); d++ {
			if u := int64(distuv.Poisson{Lambda: level * shares[of][(d-monday)%7], Src: src}.Rand()); u > 0 {
				l = append(l, sale{sku, d, orders.DaySales{Units: u, Orders: u}})
			}
		}
	}
	m, _, err := demand.Fit(t.Context(), demand.Source{Sales: l, Catalog: goods}, "s", weekly(40))
	if err != nil {
		t.Fatal(err)
	}
	for k, p := range m.Product {
		of := []string{"Lunch", "Barbecue"}[k%2]
		if len(p.Days) != 7 {
			t.Fatalf("%s has no days of the week", p.SKU)
		}
		for d, want := range shares[of] {
			if math.Abs(p.Days[d]-want) > 0.06 {
				t.Errorf("%s (%s): %v of a week falls on day %d, want %v", p.SKU, of, p.Days[d], d, want)
			}
		}
	}
	p := m.Product[3] // the goods of a Friday and a Saturday are most of a week's
	if week, days := p.Mean[0], p.Forecast().SumMean(4./7); math.Abs(days/week-0.25) > 0.05 {
		t.Errorf("%v of the %v units of a week are expected before Friday", days, week)
	}
}

func TestEvenDaysStayEven(t *testing.T) {
	src := rand.NewPCG(9, 8)
	var l ledger
	for p := range 20 {
		for d := monday; d < weekly(40); d++ {
			if u := int64(distuv.Poisson{Lambda: 3, Src: src}.Rand()); u > 0 {
				l = append(l, sale{fmt.Sprintf("P%02d", p), d, orders.DaySales{Units: u, Orders: u}})
			}
		}
	}
	m, _ := fit(t, l, weekly(40))
	for _, p := range m.Product {
		for _, share := range p.Days {
			if math.Abs(share-1./7) > 0.01 {
				t.Fatalf("%s sells evenly; days are %v", p.SKU, p.Days)
			}
		}
	}
}

func TestTheBeginningOfTheMonthIsForeseenWhereItSellsMore(t *testing.T) {
	const lift = 1.6
	src := rand.NewPCG(3, 2)
	var l ledger
	for p := range 30 {
		for d := monday; d < weekly(90); d++ {
			mean := 2.0
			if d.Time().Day() <= 5 {
				mean *= lift
			}
			if u := int64(distuv.Poisson{Lambda: mean, Src: src}.Rand()); u > 0 {
				l = append(l, sale{fmt.Sprintf("P%02d", p), d, orders.DaySales{Units: u, Orders: u}})
			}
		}
	}
	m, card, err := demand.Fit(t.Context(), demand.Source{Sales: l, Around: around{}}, "s", weekly(90))
	if err != nil {
		t.Fatal(err)
	}
	if len(m.Effects) == 0 || m.Effects[0].Name != "Beginning of the month" || math.Abs(m.Effects[0].Size-math.Log(lift)) > 0.1 {
		t.Fatalf("effects %+v, tried %+v, notes %v", m.Effects, m.Tried, card.Notes)
	}
	p := m.Product[4]
	for h, mean := range p.Mean {
		share := 0.0
		for d := range state.Day(7) {
			if (m.Week(h) + d).Time().Day() <= 5 {
				share += 1. / 7
			}
		}
		if want := 14 * math.Pow(lift, share); math.Abs(mean/want-1) > 0.15 {
			t.Errorf("in the week of %s %v units are expected, want %v", m.Week(h), mean, want)
		}
	}
}
