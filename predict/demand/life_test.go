package demand_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"

	"almanac/fact"
	"almanac/predict/demand"
	"almanac/state/catalog"
	"almanac/state/orders"
)

// fads is a shop whose products begin one after the other and fade, four of five weeks' sales after another.
func fads(n int) (l ledger, goods products, began map[string]int) {
	src := rand.NewPCG(2, 9)
	began = map[string]int{}
	for p := range n / 2 {
		sku := fmt.Sprintf("F%02d", p)
		began[sku] = 2 * p
		goods = append(goods, catalog.Product{Product: fact.Product{SKU: sku, Category: []string{"Toys"}, Brand: []string{"loud", "quiet"}[p%2]}})
		level := []float64{80, 20}[p%2]
		for w := 2 * p; w < n; w++ {
			if u := int64(distuv.Poisson{Lambda: level * math.Pow(0.8, float64(w-2*p)), Src: src}.Rand()); u > 0 {
				l = append(l, sale{sku, weekly(w) + 1, orders.DaySales{Units: u, Orders: u}})
			}
		}
	}
	return append(l, sale{"opening", monday, orders.DaySales{Units: 1, Orders: 1}}), goods, began
}

func TestALaunchGoesLikeLaunchesBeforeIt(t *testing.T) {
	l, goods, began := fads(80)
	m, card, err := demand.Fit(t.Context(), demand.Source{Sales: l, Catalog: goods}, "s", weekly(80))
	if err != nil {
		t.Fatal(err)
	}
	if notes := strings.Join(card.Notes, "\n"); !strings.Contains(notes, "launches before them are learnt from") {
		t.Error(notes)
	}
	for sku, level := range map[string]float64{"F38": 80, "F39": 20} {
		p, _ := m.Find(sku)
		age := 80 - began[sku]
		if m.Methods[p.Method] != "like launches before it" || p.History != age {
			t.Errorf("%s is forecast by %s after %d weeks", sku, m.Methods[p.Method], p.History)
		}
		for _, h := range []int{0, 5} {
			want := level * math.Pow(0.8, float64(age+h))
			if math.Abs(p.Mean[h]-want) > 0.6*want+1.5 {
				t.Errorf("%s: in week %d %.1f are expected, want about %.1f", sku, h, p.Mean[h], want)
			}
		}
		if p.P90[0] <= p.Mean[0] || p.P10[0] >= p.Mean[0] || p.Fan[3][0] < p.P90[0] {
			t.Errorf("%s: bands %+v", sku, p)
		}
	}
}

func TestWhatIsNotSoldAnyMoreIsNotExpected(t *testing.T) {
	units := map[string]func(int) int64{
		"seasonal": func(w int) int64 { // sells in every second quarter of a year
			if w%52 < 26 {
				return 9
			}
			return 0
		},
	}
	for p := range 12 {
		until, draw := 20+6*p, noisy(uint64(p), 8)
		units[fmt.Sprintf("gone %02d", p)] = func(w int) int64 {
			if w >= until {
				return 0
			}
			return draw(w)
		}
		units[fmt.Sprintf("kept %02d", p)] = noisy(uint64(50+p), 8)
	}
	m, card := fit(t, shop(96, units), weekly(96))
	if notes := strings.Join(card.Notes, "\n"); !strings.Contains(notes, "gone unsold for longer than chance explains") {
		t.Error(notes)
	}
	for _, p := range m.Product {
		switch {
		case strings.HasPrefix(p.SKU, "gone"):
			if p.Mean[0] != 0 || p.Fan[3][12] != 0 || m.Methods[p.Method] != "not sold any more" {
				t.Errorf("%s is expected to sell %v by %s", p.SKU, p.Mean, m.Methods[p.Method])
			}
		case p.SKU != "opening" && m.Methods[p.Method] == "not sold any more":
			t.Errorf("%s has not ended", p.SKU)
		}
	}
}

func TestOneCustomersBulkOrderIsNoLevel(t *testing.T) {
	src := rand.NewPCG(3, 5)
	var l ledger
	for p := range 12 {
		for d := monday; d < weekly(60); d++ {
			if u := int64(distuv.Poisson{Lambda: 1.5, Src: src}.Rand()); u > 0 {
				l = append(l, sale{fmt.Sprintf("P%02d", p), d, orders.DaySales{Units: u, Orders: u}})
			}
		}
		for _, w := range []int{28 + p%6, 58} { // once before, and now
			l = append(l, sale{fmt.Sprintf("P%02d", p), weekly(w) + 2, orders.DaySales{Units: 500, Orders: 1}})
		}
	}
	m, card := fit(t, l, weekly(60))
	if notes := strings.Join(card.Notes, "\n"); !strings.Contains(notes, "in single large orders of 12 products") {
		t.Error(notes)
	}
	for _, p := range m.Product {
		if level := p.Mean[0] * (1 - p.Bulk); level < 6 || level > 20 || p.Mean[0] > 30 {
			t.Errorf("%s sells 10.5 a week beside bulk orders of 17 a week; expected are %v, of them %v", p.SKU, p.Mean[:3], level)
		}
	}
}

// Where large orders come now and then to any product, the mean expects them, most weeks do not, and a product without one in its own past
// expects fewer than one that had many.
func TestLargeOrdersAreExpectedAsOftenAsTheyCome(t *testing.T) {
	src := rand.NewPCG(7, 5)
	r := rand.New(src)
	const products, weeks, daily, size = 60, 60, 1.5, 150
	var l ledger
	var large, all float64
	for p := range products {
		sku := fmt.Sprintf("P%02d", p)
		every := []float64{8, 24}[p%2] // weeks
		for d := monday; d < weekly(weeks); d++ {
			if u := int64(distuv.Poisson{Lambda: daily, Src: src}.Rand()); u > 0 {
				l = append(l, sale{sku, d, orders.DaySales{Units: u, Orders: u}})
			}
			if d > weekly(2) && r.Float64() < 1/(7*every) {
				l = append(l, sale{sku, d, orders.DaySales{Units: size, Orders: 1}})
			}
		}
		large, all = large+size/every, all+size/every+7*daily
	}
	m, _ := fit(t, l, weekly(weeks))
	var said [4]float64 // over the 13 weeks from each origin
	for _, p := range m.Product {
		for _, of := range p.Past {
			said[of.Origin] += of.Units + of.Signed
		}
	}
	for k, units := range said[:3] { // the oldest has seen eight weeks
		if math.Abs(units/(13*all)-1) > 0.12 {
			t.Errorf("from origin %d %.0f units were expected in a shop that sells %.0f on average", k, units, 13*all)
		}
	}
	var expected, bulk float64
	var often, rare float64
	for k, p := range m.Product {
		expected, bulk = expected+p.Mean[0], bulk+p.Mean[0]*p.Bulk
		if p.P50[0] > 14 {
			t.Errorf("%s: %v are expected in an ordinary week, want about %v", p.SKU, p.P50[0], 7*daily)
		}
		if k%2 == 0 {
			often += p.Bulk
		} else {
			rare += p.Bulk
		}
	}
	if math.Abs(expected/all-1) > 0.1 || math.Abs(bulk/large-1) > 0.25 {
		t.Errorf("%.0f are expected a week, of them %.0f in large orders; want about %.0f and %.0f", expected, bulk, all, large)
	}
	if often < 1.2*rare {
		t.Errorf("products with large orders every 8 weeks expect %v of their units from them, those with one in 24 %v", often/products*2, rare/products*2)
	}
	whole, _ := m.Level("", true)
	if math.Abs(whole.Bulk-bulk/expected) > 0.02 {
		t.Errorf("the shop expects a share of %v, its products %v", whole.Bulk, bulk/expected)
	}
}
