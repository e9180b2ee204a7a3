package demand_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"gonum.org/v1/gonum/stat/distuv"

	"almanac/fact"
	"almanac/predict/demand"
	"almanac/state"
	"almanac/state/catalog"
	"almanac/state/orders"
	"almanac/state/outlook"
)

// baskets are orders of a product alone, or with another, by day.
type baskets map[state.Day][][]string

func (b baskets) Baskets(_ context.Context, _ string, before state.Day, fn func(order string, at time.Time, customer string, skus []string) error) error {
	for day := monday; day < before; day++ {
		for k, skus := range b[day] {
			if err := fn(fmt.Sprint(day, "-", k), day.Time(), "", skus); err != nil {
				return err
			}
		}
	}
	return nil
}

// lamps is a shop of twelve lamps that are reduced now and then, as told ahead, and twelve bulbs, of which four in ten go to buyers of their own lamp; or
// to anybody where they are not bought together.
func lamps(together bool) (out demand.Source, end state.Day) {
	const weeks, promoted = 100, 2.04 // as many are sold at a price 30 % lower, at an elasticity of -2
	src := rand.NewPCG(4, 4)
	r := rand.New(src)
	var l ledger
	var of around
	var goods products
	b := baskets{}
	for k := range 12 {
		lamp, bulb := fmt.Sprintf("LAMP%02d", k), fmt.Sprintf("BULB%02d", k)
		goods = append(goods, catalog.Product{Product: fact.Product{SKU: lamp, Category: []string{"Lamps"}}}, catalog.Product{Product: fact.Product{SKU: bulb, Category: []string{"Bulbs"}}})
		of.prices = append(of.prices, outlook.Price{SKU: lamp, At: weekly(0).Time(), Amount: 5000})
		for w := range weeks {
			from := weekly(w)
			factor := 1.0
			if r.Float64() < .15 {
				factor = promoted
				of.prices = append(of.prices, outlook.Price{SKU: lamp, At: from.Time(), Amount: 3500, List: 5000}, outlook.Price{SKU: lamp, At: weekly(w + 1).Time(), Amount: 5000})
				of.plans = append(of.plans, outlook.Plan{ID: lamp + from.String(), Promotion: true, Told: from.Time().AddDate(0, 0, -120), From: from.Time(), To: weekly(w + 1).Time(), Percent: 30, SKUs: []string{lamp}})
			}
			sold := map[string]map[state.Day]int64{lamp: {}, bulb: {}}
			sell := func(mean float64, skus ...string) {
				law := distuv.Poisson{Lambda: mean / 7, Src: src}
				for d := range 7 {
					day := from + state.Day(d)
					for range int(law.Rand()) {
						b[day] = append(b[day], skus)
						for _, sku := range skus {
							sold[sku][day]++
						}
					}
				}
			}
			alone := 12.0
			if together {
				sell(8*factor, lamp, bulb)
			} else {
				sell(8*factor, lamp)
				alone = 20
			}
			sell(alone, bulb)
			for _, sku := range []string{lamp, bulb} {
				for d := range 7 {
					if units := sold[sku][from+state.Day(d)]; units > 0 {
						l = append(l, sale{sku, from + state.Day(d), orders.DaySales{Units: units, Orders: units}})
					}
				}
			}
		}
	}
	return demand.Source{Sales: l, Around: of, Catalog: goods, Baskets: b}, weekly(weeks)
}

// What is bought with a reduced product sells more, too; what only seems to be is left out.
func TestReducedProductsCarryOthersAlong(t *testing.T) {
	src, end := lamps(true)
	m, _ := learn(t, src, end)
	tried := func(m *demand.Model) (demand.Tried, bool) {
		i := slices.IndexFunc(m.Tried, func(of demand.Tried) bool { return of.Group == "complements" })
		if i < 0 {
			return demand.Tried{}, false
		}
		return m.Tried[i], true
	}
	if of, ok := tried(m); !ok || !of.Kept {
		t.Fatalf("%+v", m.Tried)
	}
	i := slices.IndexFunc(m.Effects, func(e demand.Effect) bool { return e.Group == "complements" })
	size := m.Effects[i].Size
	if of, ok := m.Effects[i].Category["Bulbs"]; ok {
		size = of
	}
	// With a lamp at 30 % less 12 + 8·2.04 of its bulbs are sold in place of 20, and .4 of the bulb's baskets hold it, .03 by chance.
	if t.Logf("size %.2f", size); size > -1.8 || size < -3.4 {
		t.Errorf("the effect of complements is %.2f, not about -2.6", size)
	}
	src, end = lamps(false)
	m, _ = learn(t, src, end)
	if of, ok := tried(m); ok && of.Kept {
		t.Errorf("nothing is bought together: %+v", of)
	}
}
