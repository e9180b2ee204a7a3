package demand_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"almanac/fact"
	"almanac/predict/demand"
	"almanac/state"
	"almanac/state/catalog"
	"almanac/state/orders"
)

// placed are sales by place, in memory.
type placed struct {
	sold []soldAt
	is   map[string]fact.Place
}

type soldAt struct {
	sku, place string
	day        state.Day
	units      int64
}

func (p placed) DailyPlaces(_ context.Context, _ string, before state.Day, fn func(sku, place string, day state.Day, units int64) error) error {
	for _, s := range p.sold {
		if s.day < before {
			if err := fn(s.sku, s.place, s.day, s.units); err != nil {
				return err
			}
		}
	}
	return nil
}

func (p placed) Described(context.Context, string) (map[string]fact.Place, error) { return p.is, nil }

// stores sells products in places for some weeks: rate is the mean demand of a product at a place in a week. What is sold at the place without a name is
// not told.
func stores(n, goods int, names []string, rate func(product, place, week int) float64) (src demand.Source) {
	var l ledger
	var at placed
	var cat products
	r := rand.New(rand.NewPCG(7, 9))
	for p := range goods {
		sku := fmt.Sprintf("P%02d", p)
		cat = append(cat, catalog.Product{Product: fact.Product{SKU: sku, Category: []string{fmt.Sprint("C", p%3)}}})
		for w := range n {
			var sum int64
			for k, name := range names {
				units := int64(0)
				for chance := r.Float64(); chance > math.Exp(-rate(p, k, w)); units++ {
					chance *= r.Float64()
				}
				if units > 0 && name != "" {
					at.sold = append(at.sold, soldAt{sku, name, weekly(w), units})
				}
				sum += units
			}
			if sum > 0 {
				l = append(l, sale{sku, weekly(w), orders.DaySales{Units: sum}})
			}
		}
	}
	at.is = map[string]fact.Place{"ST1": {Location: "ST1", Region: "North"}, "ST2": {Location: "ST2", Region: "North"}, "ST3": {Location: "ST3", Region: "South"}}
	return demand.Source{Sales: l, Catalog: cat, Places: at}
}

var shops = []string{"", "ST1", "ST2", "ST3"}

func fitted(t *testing.T, src demand.Source, n int) (*demand.Model, []string) {
	t.Helper()
	m, card, err := demand.Fit(t.Context(), src, "s", weekly(n))
	if err != nil {
		t.Fatal(err)
	}
	return m, card.Notes
}

// Products at places add up to products and to places, these to regions, and all to the shop.
func TestPlacesAddUp(t *testing.T) {
	for _, n := range []int{5, 30, 80} {
		m, notes := fitted(t, stores(n, 12, shops, func(p, k, _ int) float64 { return []float64{4, 2, 1, 0.5}[(p+k)%4] }), n)
		if len(m.Places) != 4 || len(m.Regions) != 2 || m.Places[0].Name != "" || m.Places[1].Region != "North" || m.Places[3].Region != "South" {
			t.Fatalf("%d weeks: places %+v, regions %+v", n, m.Places, m.Regions)
		}
		t.Log(n, notes[len(notes)-1])
		whole, _ := m.Level("", true)
		for h := range m.Weeks {
			var shop float64
			byPlace := make([]float64, len(m.Places))
			for _, p := range m.Product {
				var sum float64
				for _, a := range p.At {
					sum += a.In(h)
					byPlace[a.Place] += p.Mean[h] * a.In(h)
				}
				if math.Abs(sum-1) > 1e-9 {
					t.Errorf("shares of %s add up to %v", p.SKU, sum)
				}
			}
			for k, p := range m.Places {
				if math.Abs(byPlace[k]-p.Mean[h]) > 0.0051 {
					t.Errorf("%d weeks: products at %q come to %v, the place to %v", n, p.Name, byPlace[k], p.Mean[h])
				}
				shop += p.Mean[h]
			}
			if math.Abs(shop-whole.Mean[h]) > 0.05 || math.Abs(m.Regions[0].Mean[h]-m.Places[1].Mean[h]-m.Places[2].Mean[h]) > 0.02 || math.Abs(m.Regions[1].Mean[h]-m.Places[3].Mean[h]) > 0.011 {
				t.Errorf("%d weeks: places come to %v, the shop to %v; regions %v and %v", n, shop, whole.Mean[h], m.Regions[0].Mean[h], m.Regions[1].Mean[h])
			}
			if p := m.Places[1]; p.P10[h] > p.P50[h] || p.P50[h] > p.P90[h] || p.Fan[0][h] > p.P10[h] || p.Fan[3][h] < p.P90[h] {
				t.Errorf("bands of %q: %+v", p.Name, p)
			}
		}
		if n == 80 && math.Abs(m.Places[1].Mean[0]-22.5) > 5 {
			t.Errorf("22.5 a week are sold at ST1, %v are expected", m.Places[1].Mean)
		}
		if tested := n > 26; tested != (len(m.Places[1].Past) > 0) {
			t.Errorf("%d weeks: tests of ST1 %+v", n, m.Places[1].Past)
		}
	}
}

func TestTheWayToDivideIsTheOneThatMissedLeast(t *testing.T) {
	if testing.Short() {
		t.Skip("several shops are learnt")
	}
	for _, c := range []struct {
		about string
		rate  func(p, k, w int) float64
		not   string
	}{
		{"places go their own ways: one closes in the summer", func(p, k, w int) float64 {
			if k == 1 && w > 40 {
				return 20 * math.Pow(0.95, float64(w-40))
			}
			return 4 + 2*float64(p%3)
		}, demand.ByShares},
		{"each product sells a little at each place, in the same shares", func(p, k, w int) float64 { return 0.2 + 0.1*float64(k) }, demand.OwnSeries},
	} {
		m, notes := fitted(t, stores(80, 20, shops, c.rate), 80)
		t.Log(c.about, notes[len(notes)-1])
		if m.Dividing == c.not {
			t.Errorf("%s: divided by %s", c.about, m.Dividing)
		}
		var miss, base float64
		for _, p := range m.Places {
			for _, past := range p.Past {
				miss, base = miss+past.Miss, base+past.BaseMiss
			}
		}
		if miss >= base {
			t.Errorf("%s: %v units missed by place, %v by the baseline", c.about, miss, base)
		}
	}
}

// A place that opened lately is expected to go on; one that closed is not.
func TestAPlaceThatOpensAndOneThatCloses(t *testing.T) {
	m, _ := fitted(t, stores(80, 20, []string{"ST1", "ST2", "ST3"}, func(p, k, w int) float64 {
		if k == 1 && w > 60 || k == 2 && w < 60 {
			return 0
		}
		return 3
	}), 80)
	if len(m.Places) != 3 || m.Places[1].Mean[5] > 0.2*m.Places[0].Mean[5] || m.Places[2].Mean[5] < 0.7*m.Places[0].Mean[5] {
		t.Errorf("%v goes on, %v closed, %v opened", m.Places[0].Mean, m.Places[1].Mean, m.Places[2].Mean)
	}
}

// A shop that tells of no place is forecast as if nobody had asked.
func TestWithoutPlacesNothingChanges(t *testing.T) {
	src := stores(40, 6, shops, func(p, k, w int) float64 { return 2 })
	src.Places = placed{}
	m, _ := fitted(t, src, 40)
	src.Places = nil
	without, _ := fitted(t, src, 40)
	a, _ := json.Marshal(m)
	b, _ := json.Marshal(without)
	if len(m.Places) != 0 || string(a) != string(b) {
		t.Error("asking for places that nobody tells changed the model")
	}
}

// The same data give the same bytes, and the card tells data with other places apart.
func TestPlacesAreLearntAlikeEachTime(t *testing.T) {
	src := stores(60, 12, shops, func(p, k, w int) float64 { return 1 + float64((p+k)%4) })
	learn := func(src demand.Source) (string, string) {
		m, card, err := demand.Fit(t.Context(), src, "s", weekly(60))
		if err != nil {
			t.Fatal(err)
		}
		b, err := json.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		return string(b), card.DataHash
	}
	first, hash := learn(src)
	if again, same := learn(src); again != first || same != hash {
		t.Error("the same sales by place gave another model")
	}
	src.Places = placed{}
	if _, other := learn(src); other == hash {
		t.Error("the card does not tell whether there were places")
	}
}

// What places tell beyond the demand of a week is no demand; weeks of which they tell less are without a place in part.
func TestPlacesTellAtMostWhatWasDemanded(t *testing.T) {
	l := ledger{{"P00", weekly(0), orders.DaySales{Units: 10}}, {"P00", weekly(1), orders.DaySales{Units: 10}}, {"P00", weekly(2), orders.DaySales{Units: 10}}, {"P00", weekly(3), orders.DaySales{Units: 10}}}
	at := placed{sold: []soldAt{{"P00", "ST1", weekly(0), 20}, {"P00", "ST2", weekly(0), 20}, {"P00", "ST1", weekly(1), 4}, {"other", "ST9", weekly(1), 4}, {"P00", "ST1", weekly(2), -3}, {"P00", "ST1", weekly(9), 7}}}
	m, _ := fitted(t, demand.Source{Sales: l, Places: at}, 4)
	if len(m.Places) != 3 || len(m.Product[0].At) != 3 {
		t.Fatalf("%+v", m.Places)
	}
	// ST1 sold 5 and 4 of the 40, ST2 5, and 26 are without a place.
	if none, st1, st2 := m.Product[0].At[0].In(0), m.Product[0].At[1].In(0), m.Product[0].At[2].In(0); none < st1 || st1 < st2 || st2 <= 0 {
		t.Errorf("shares %v, %v and %v", none, st1, st2)
	}
}
