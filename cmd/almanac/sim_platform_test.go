package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"almanac/fact"
	"almanac/measure/sales"
	"almanac/sim"
	"almanac/sim/export"
	"almanac/sqldb/sqltest"
	"almanac/state/orders/orderstest"
)

// A shop that is written in the form of a platform, through the spreadsheet of any country, and imported without a
// question answered, has sold to the cent what the truth says.
func TestAWorldInEachPlatformsFormIsImportedToTheCent(t *testing.T) {
	settings := write(t, "world.yaml", tiny)
	want := truth(t, settings)
	if want.Gross == 0 || want.Discounts == 0 || want.Shipping == 0 || want.Tax == 0 || want.Returns == 0 {
		t.Fatalf("a world that shows nothing: %+v", want)
	}
	for i, platform := range export.Platforms {
		for j, locale := range append([]string{""}, export.Locales()...) {
			if testing.Short() && j > 0 && (i+j)%3 > 0 {
				continue
			}
			t.Run(platform+" "+locale, func(t *testing.T) {
				dir, data := filepath.Join(t.TempDir(), "world"), filepath.Join(t.TempDir(), "data")
				var wrote struct{ Told export.Told }
				must(t, &wrote, "--json", "--config", settings, "sim", "write", dir, "--small", "--seed", "3", "--platform", platform, "--locale", locale)
				names, err := os.ReadDir(dir)
				if err != nil {
					t.Fatal(err)
				}
				read := 0
				for _, n := range names {
					if n.IsDir() || strings.HasSuffix(n.Name(), ".jsonl") || n.Name() == "supply.csv" || n.Name() == "costs.csv" {
						continue
					}
					read++
					var a account
					must(t, &a, "--data", data, "--json", "import", filepath.Join(dir, n.Name()), "--currency", "EUR")
					if a.Quarantined != 0 || a.Accepted == 0 {
						t.Errorf("%s: %+v", n.Name(), a)
					}
				}
				if read < 2 {
					t.Errorf("only %d files of the platform", read)
				}
				got, want := soldIn(t, data), want
				if back := (export.Told{Orders: got.Orders, Paid: got.Total() + got.Returns + got.TaxBack, Tax: got.Tax + got.TaxBack, Shipping: got.Shipping, Back: got.Returns + got.TaxBack}); back != wrote.Told {
					t.Errorf("told %+v, read %+v", wrote.Told, back)
				}
				got.Priced, want.Priced = 0, 0                          // platforms show prices with or without tax
				if platform == "shopify" || platform == "bigcommerce" { // whose exports name no units of refunds
					got.UnitsBack, want.UnitsBack = 0, 0
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Error(diff)
				}
			})
		}
	}
}

// truth lives through the world and adds up what the shop's own system knew.
func truth(t *testing.T, settings string) sales.Month {
	config, err := (&worldFlags{Small: true, Seed: 3}).config(&cli{Config: settings})
	if err != nil {
		t.Fatal(err)
	}
	policy, err := sim.PolicyNamed("merchant")
	if err != nil {
		t.Fatal(err)
	}
	var all []fact.Fact
	sink, rest := sim.Soil(config, func(f fact.Fact) error {
		if f.Source != "shop:main" && f.Source != "pay:main" {
			return nil
		}
		switch f.Kind {
		case fact.OrderPlaced, fact.OrderCancelled, fact.OrderReturned, fact.OrderRefunded:
			all = append(all, f)
		}
		return nil
	})
	w, err := sim.New(config, policy, sink, nil)
	if err == nil {
		err = w.Run(t.Context(), func(int, int) {})
	}
	if err == nil {
		err = rest()
	}
	if err != nil {
		t.Fatal(err)
	}
	return sumOf(t, all)
}

func soldIn(t *testing.T, data string) sales.Month {
	var all []fact.Fact
	_, out, _ := almanac(t, "--data", data, "export", "facts")
	for d := json.NewDecoder(strings.NewReader(out)); d.More(); {
		var f fact.Fact
		if err := d.Decode(&f); err != nil {
			t.Fatal(err)
		}
		all = append(all, f)
	}
	return sumOf(t, all)
}

func sumOf(t *testing.T, facts []fact.Fact) sales.Month {
	t.Helper()
	months, _, err := sales.Months(t.Context(), orderstest.View(t, sqltest.SQLite(t), facts, max(1, len(facts))), facts[0].Shop, "")
	if err != nil {
		t.Fatal(err)
	}
	return sales.Sum(months)
}

func TestAPlatformThatIsNotKnownIsNotWritten(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "world")
	for _, args := range [][]string{{"--platform", "ebay"}, {"--platform", "shopify", "--locale", "xx"}, {"--locale", "de"}} {
		code, _, fault := almanac(t, append([]string{"sim", "write", dir, "--small"}, args...)...)
		if code != exitUsage || fault == "" {
			t.Errorf("%v: %d %s", args, code, fault)
		}
	}
	if _, err := os.Stat(dir); err == nil {
		t.Error("a folder was made")
	}
}
