package forecast_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"almanac/evaluate/data"
	"almanac/fact"
	product "almanac/predict/demand"
	"almanac/state"
	"almanac/state/catalog"
	"almanac/state/orders"
	"almanac/state/outlook"
)

// supermarket is part of the M5 file as a shop whose products are items in stores, with shelf prices.
type supermarket struct {
	items []data.Item
	days  []data.Day
}

// opened is the first day of the M5 file.
var opened = state.DayOf(time.Date(2011, 1, 29, 0, 0, 0, 0, time.UTC), time.UTC)

func sku(it data.Item) string { return it.Name + " " + it.Store }

func (s supermarket) DailySales(_ context.Context, _ string, before state.Day, fn func(string, state.Day, orders.DaySales) error) error {
	for _, it := range s.items {
		for k, units := range it.Sales {
			if day := opened + state.Day(it.First-1+k); units > 0 && day < before {
				if err := fn(sku(it), day, orders.DaySales{Units: int64(units)}); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func (s supermarket) All(_ context.Context, _ string, fn func(catalog.Product) error) error {
	for _, it := range s.items {
		if err := fn(catalog.Product{Product: fact.Product{SKU: sku(it), Category: []string{it.Department}, Brand: it.Store, Group: it.Name}}); err != nil {
			return err
		}
	}
	return nil
}

func (s supermarket) Prices(_ context.Context, _ string, fn func(outlook.Price) error) error {
	first := map[int]int{}
	for d := len(s.days) - 1; d >= 0; d-- {
		first[s.days[d].Week] = d
	}
	for _, it := range s.items {
		for _, p := range it.Prices {
			if d, ok := first[p.Week]; ok {
				if err := fn(outlook.Price{SKU: sku(it), At: (opened + state.Day(d)).Time(), Amount: int64(100*p.Price + .5)}); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func (supermarket) Plans(context.Context, string) ([]outlook.Plan, error) { return nil, nil }

func (supermarket) Signals(context.Context, string, func(outlook.Signal) error) error { return nil }

func (supermarket) Country(context.Context, string, state.Day) (string, error) { return "US", nil }

// fromM5 is every twentieth M5 series, and the folder it comes from.
func fromM5(b *testing.B) (dir string, items []data.Item) {
	b.Helper()
	dir = filepath.Join("..", "..", "..", "shared", "data", "demand")
	sales := filepath.Join(dir, "m5_dev.csv.gz")
	if _, err := os.Stat(sales); err != nil {
		b.Skip("needs ../shared/data/demand/m5_dev.csv.gz")
	}
	items, err := data.ReadSales(sales, 20)
	if err != nil {
		b.Fatal(err)
	}
	return dir, items
}

// BenchmarkWeeksOfM5 trains every twentieth M5 series by week as of days before the test of docs/forecasting.md, and tells the cards.
func BenchmarkWeeksOfM5(b *testing.B) {
	dir, items := fromM5(b)
	days, err := data.ReadCalendar(filepath.Join(dir, "m5_calendar.csv.gz"))
	if err != nil {
		b.Fatal(err)
	}
	s := supermarket{items, days}
	for _, day := range []int{1357, 1607, 1857} {
		b.Run(fmt.Sprint("day ", day), func(b *testing.B) {
			for b.Loop() {
				_, card, err := product.Fit(b.Context(), product.Source{Sales: s, Around: s, Catalog: s}, "s", (opened + state.Day(day)).Monday())
				if err != nil {
					b.Fatal(err)
				}
				b.Log(card.Champion, card.Metrics, strings.Join(card.Notes, "\n"))
				b.ReportMetric(card.Metrics["wape"].Model, "wape")
			}
		})
	}
}
