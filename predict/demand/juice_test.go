package demand_test

import (
	"bufio"
	"compress/gzip"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"almanac/fact"
	"almanac/predict/demand"
	"almanac/state/catalog"
	"almanac/state/orders"
	"almanac/state/outlook"
)

// shared gives the lines of a compressed file of ../shared after its header, and skips the test where it is missing.
func shared(t *testing.T, path string) *bufio.Scanner {
	t.Helper()
	f, err := os.Open(filepath.Join("..", "..", "..", "shared", path))
	if err != nil {
		t.Skip("needs ../shared/" + path)
	}
	t.Cleanup(func() { _ = f.Close() })
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(z)
	lines.Buffer(nil, 1<<20)
	lines.Scan()
	return lines
}

// juice is orange juice in every n-th of Dominick's stores: eleven brands a store by week, with the price of each.
func juice(t *testing.T, every int) simulated {
	t.Helper()
	var s simulated
	stores := []string{}
	lines := shared(t, "data/pricing/dominicks_oj_dev.csv.gz")
	for lines.Scan() {
		c := strings.Split(lines.Text(), ",")
		number := func(i int) float64 {
			v, err := strconv.ParseFloat(c[i], 64)
			if err != nil {
				t.Fatalf("%s: %v", lines.Text(), err)
			}
			return v
		}
		if !slices.Contains(stores, c[0]) {
			stores = append(stores, c[0])
		}
		if slices.Index(stores, c[0])%every != 0 {
			continue
		}
		sku, brand, at := "store "+c[0]+" brand "+c[1], int(number(1)), weekly(int(number(2))-40)
		s.sales = append(s.sales, sale{sku, at, orders.DaySales{Units: int64(math.Exp(number(3)) / 64)}}) // cartons of 64 ounces
		s.around.prices = append(s.around.prices, outlook.Price{SKU: sku, At: at.Time(), Amount: int64(6400 * number(4+brand))})
		s.end = max(s.end, at+7)
		if !slices.ContainsFunc(s.goods, func(p catalog.Product) bool { return p.SKU == sku }) {
			s.goods = append(s.goods, catalog.Product{Product: fact.Product{SKU: sku, Category: []string{"store " + c[0]}}})
		}
	}
	slices.SortStableFunc(s.around.prices, func(a, b outlook.Price) int {
		if a.SKU != b.SKU {
			return strings.Compare(a.SKU, b.SKU)
		}
		return int(a.At.Sub(b.At).Hours())
	})
	for i, p := range s.around.prices {
		var past []int64
		for _, q := range s.around.prices[max(0, i-26) : i+1] {
			if q.SKU == p.SKU {
				past = append(past, q.Amount)
			}
		}
		slices.Sort(past)
		if usual := past[len(past)/2]; float64(p.Amount) < 0.95*float64(usual) {
			s.around.plans = append(s.around.plans, outlook.Plan{ID: fmt.Sprint(p.SKU, p.At), Promotion: true, Told: p.At.AddDate(0, 0, -100), From: p.At, To: p.At.AddDate(0, 0, 7),
				Percent: 100 - 100*float64(p.Amount)/float64(usual), SKUs: []string{p.SKU}})
		}
	}
	return s
}

// Shelf prices of a supermarket, reductions told ahead: forecasts of the last quarter that know them miss less.
func TestPricesOfASupermarketEarnTheirPlace(t *testing.T) {
	if testing.Short() {
		t.Skip("several whole shops are trained")
	}
	s := juice(t, 8)
	src := demand.Source{Sales: s.sales, Around: s.around, Catalog: s.goods}
	m, card, err := demand.Fit(t.Context(), src, "s", s.end-91)
	if err != nil {
		t.Fatal(err)
	}
	t.Log(strings.Join(card.Notes, "\n"))
	for _, e := range m.Effects {
		t.Logf("%s %.2f ± %.2f", e.Name, e.Size, e.Deviation)
		if e.Name == "Price" && (e.Size > -1 || e.Size < -5) {
			t.Errorf("the elasticity of juice is %.2f", e.Size)
		}
	}
	with, without := s.missed(t, src, false), s.missed(t, demand.Source{Sales: s.sales, Catalog: s.goods}, false)
	t.Logf("%.3f of the units are missed, without knowing of prices %.3f", with, without)
	if with > 0.9*without {
		t.Errorf("%.3f of the units are missed, without knowing of prices %.3f", with, without)
	}
}
