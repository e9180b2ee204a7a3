//go:build !race

package demand_test

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"almanac/fact"
	"almanac/predict/demand"
	"almanac/state"
	"almanac/state/catalog"
	"almanac/state/orders"
)

// walmart is every n-th item of the M5 competition that all ten stores of three states sold, over its last two years.
func walmart(t *testing.T, every int) (src demand.Source, end state.Day) {
	t.Helper()
	lines := shared(t, "data/demand/m5_dev.csv.gz")
	const last, days = 1913, 2 * 364
	first := state.DayOf(time.Date(2011, 1, 29, 0, 0, 0, 0, time.UTC), time.UTC) // of the competition
	end = (first + last).Monday()
	at := placed{is: map[string]fact.Place{}}
	var l ledger
	var cat products
	items := []string{}
	for lines.Scan() {
		c := strings.Split(lines.Text(), ",")
		if !slices.Contains(items, c[0]) {
			items = append(items, c[0])
			if slices.Index(items, c[0])%every == 0 {
				cat = append(cat, catalog.Product{Product: fact.Product{SKU: c[0], Category: []string{c[2], c[1]}}})
			}
		}
		if slices.Index(items, c[0])%every != 0 {
			continue
		}
		at.is[c[3]] = fact.Place{Location: c[3], Region: c[4]}
		begins, err := strconv.Atoi(c[5])
		if err != nil {
			t.Fatal(err)
		}
		for k, text := range strings.Fields(c[6]) {
			units, err := strconv.ParseInt(text, 10, 64)
			if err != nil {
				t.Fatal(err)
			}
			if day := first + state.Day(begins+k-1); units > 0 && day >= end-days {
				l = append(l, sale{c[0], day, orders.DaySales{Units: units}})
				at.sold = append(at.sold, soldAt{c[0], c[3], day, units})
			}
		}
	}
	return demand.Source{Sales: l, Catalog: cat, Places: at}, end
}

// A quarter that training did not see, of items in ten stores: what is missed on each level, beside the split of the last 180 days that was used before.
func TestPlacesOfASupermarketChain(t *testing.T) {
	if testing.Short() {
		t.Skip("learns two years of ten stores")
	}
	src, end := walmart(t, 12)
	at, ok := src.Places.(placed)
	if !ok {
		t.Fatal("no places")
	}
	cutoff := end - 7*demand.Horizon
	began := time.Now()
	m, card, err := demand.Fit(t.Context(), src, "s", cutoff)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d products at %d places in %d regions: %v", len(m.Product), len(m.Places), len(m.Regions), time.Since(began).Round(time.Millisecond))
	t.Log(card.Notes[len(card.Notes)-1])
	came, lately, total := map[string]float64{}, map[[2]string]float64{}, map[string]float64{}
	for _, s := range at.sold {
		if s.day >= cutoff-180 && s.day < cutoff {
			lately[[2]string{s.sku, s.place}] += float64(s.units)
			lately[[2]string{"", s.place}] += float64(s.units)
			total[s.sku] += float64(s.units)
			total[""] += float64(s.units)
		}
		if h := int(s.day-cutoff) / 7; s.day >= cutoff && s.day < end {
			for _, key := range levelsOf(s.sku, s.place, at.is[s.place].Region, h) {
				came[key] += float64(s.units)
			}
		}
	}
	ours, before := map[string]float64{}, map[string]float64{}
	const worth = 20
	for _, p := range m.Product {
		for h, mean := range p.Mean {
			for _, a := range p.At {
				place := m.Places[a.Place].Name
				split := (lately[[2]string{p.SKU, place}] + worth*lately[[2]string{"", place}]/total[""]) / (total[p.SKU] + worth)
				for _, key := range levelsOf(p.SKU, place, at.is[place].Region, h) {
					ours[key] += mean * a.In(h)
					before[key] += mean * split
				}
			}
		}
	}
	sold, miss, old := map[string]float64{}, map[string]float64{}, map[string]float64{}
	for key := range ours {
		level, _, _ := strings.Cut(key, "|")
		sold[level] += came[key]
		miss[level] += math.Abs(ours[key] - came[key])
		old[level] += math.Abs(before[key] - came[key])
	}
	for _, level := range []string{"product at a place", "product", "place", "region", "shop"} {
		t.Logf("%s: WAPE %.4f, by the shares of the last 180 days %.4f", level, miss[level]/sold[level], old[level]/sold[level])
	}
	if miss["product at a place"] > 1.02*old["product at a place"] {
		t.Error("products at places are missed by more than with the shares of the last 180 days")
	}
}

func levelsOf(sku, place, region string, week int) []string {
	return []string{fmt.Sprint("product at a place|", sku, place, week), fmt.Sprint("product|", sku, week), fmt.Sprint("place|", place, week), fmt.Sprint("region|", region, week), fmt.Sprint("shop|", week)}
}
