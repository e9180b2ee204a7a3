package sim_test

import (
	"math"
	"testing"

	"almanac/fact"
	"almanac/sim"
)

// Who bought more of a product is also said to want it more: tastes are those that the world draws by.
func TestTasteAgreesWithWhatPeopleBuy(t *testing.T) {
	c := sim.Small()
	c.Months, c.Visits.Conversion, c.Mail.Every, c.Catalogue.Launches, c.Catalogue.EndOfLife = 6, 1, 0, 0, 0
	people := map[string]string{}
	bought := map[string]map[string]int64{} // person → sku → units
	products := map[string]bool{}
	units := map[string]int64{}
	customers := map[string]string{}
	w, err := sim.New(c, sim.Policies()[2], func(f fact.Fact) error {
		switch b := f.Body.(type) {
		case *fact.Product:
			products[b.SKU] = true
		case *fact.OrderLine:
			if who := customers[b.Customer]; who != "" {
				if bought[who] == nil {
					bought[who] = map[string]int64{}
				}
				bought[who][b.SKU]++
				units[b.SKU]++
			}
		}
		return nil
	}, func(u sim.Truth) error {
		if u.Kind == "person" {
			customers[u.SKU], people[u.ID] = u.ID, u.ID
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Run(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	last := w.Days() - 1
	var own, other, mean, n float64
	stranger := w.Taste(-1)
	for sku := range products {
		mean += stranger.Wants(last, sku, "")
	}
	mean /= float64(len(products))
	for who, of := range bought {
		id := 0
		for _, r := range who {
			id = 10*id + int(r-'0')
		}
		taste := w.Taste(id)
		for sku, k := range of {
			own += taste.Wants(last, sku, "") * float64(k)
			other += stranger.Wants(last, sku, "") * float64(k)
			n += float64(k)
		}
	}
	if n < 500 || !(own > 1.1*other && other > 0) {
		t.Errorf("over %.0f purchases, own taste says %.2f and that of a stranger %.2f", n, own/n, other/n)
	}
	if math.Abs(mean-1) > 0.5 {
		t.Errorf("a stranger wants an average product %.2f times as much as an average product", mean)
	}
}
