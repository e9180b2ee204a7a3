package outlook_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"almanac/blob"
	"almanac/fact"
	"almanac/history"
	"almanac/sqldb"
	"almanac/sqldb/sqltest"
	"almanac/state"
	"almanac/state/catalog"
	"almanac/state/orders"
	"almanac/state/outlook"
)

// What is planned and observed is the same whatever order it arrives in: the newest revision of the best source counts.
func TestPlansSignalsAndPricesDoNotDependOnTheOrderOfArrival(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, open func() *sqldb.DB) {
		day := func(d int) time.Time { return time.Date(2026, 3, d, 0, 0, 0, 0, time.UTC) }
		promotion := func(source string, rev int64, percent float64) fact.Fact {
			return fact.Fact{Shop: "a", Source: source, ID: "spring", Rev: rev, Kind: fact.PromotionPlanned, OccurredAt: day(1),
				Body: &fact.Plan{Plan: "spring", Name: "Spring", From: day(9), To: day(16), Percent: percent, SKUs: []string{"mug"}}}
		}
		warm := func(rev int64, at int, value float64) fact.Fact {
			return fact.Fact{Shop: "a", Source: "signals:weather", ID: day(at).Format(time.DateOnly), Rev: rev, Kind: fact.SignalObserved, OccurredAt: day(at),
				ReceivedAt: day(12), Body: &fact.Signal{Name: "temperature", Value: value, Unit: "°C"}}
		}
		price := func(at int, amount, list int64) fact.Fact {
			return fact.Fact{Shop: "a", Source: "shop:main", ID: day(at).Format(time.DateOnly), Kind: fact.PriceSet, OccurredAt: day(at), Body: &fact.Price{SKU: "mug", Currency: "EUR", Amount: amount, ListPrice: list}}
		}
		facts := []fact.Fact{promotion("shop:main", 1, 10), promotion("shop:main", 2, 20), promotion("pixel:web", 9, 50), warm(1, 5, 8), warm(2, 5, 9), warm(1, 20, 15),
			price(9, 800, 1000), price(1, 1000, 0)}
		for range 2 {
			v := fold(t, open(), open(), facts)
			plans, err := v.Plans(t.Context(), "a")
			if err != nil {
				t.Fatal(err)
			}
			want := []outlook.Plan{{ID: "spring", Name: "Spring", Promotion: true, Told: day(1), From: day(9), To: day(16), Percent: 20, SKUs: []string{"mug"}}}
			if d := cmp.Diff(plans, want); d != "" {
				t.Error(d)
			}
			var signals []outlook.Signal
			if err := v.Signals(t.Context(), "a", func(s outlook.Signal) error { signals = append(signals, s); return nil }); err != nil {
				t.Fatal(err)
			}
			// What has happened was known then, whenever a file told it; what is forecast is known since it was told.
			if d := cmp.Diff(signals, []outlook.Signal{{"temperature", "", "°C", day(5), day(5), 9}, {"temperature", "", "°C", day(20), day(12), 15}}); d != "" {
				t.Error(d)
			}
			var prices []outlook.Price
			if err := v.Prices(t.Context(), "a", func(p outlook.Price) error { prices = append(prices, p); return nil }); err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(prices, []outlook.Price{{"mug", day(1), 1000, 0}, {"mug", day(9), 800, 1000}}); d != "" {
				t.Error(d)
			}
			if country, err := v.Country(t.Context(), "a", state.DayOf(day(30), time.UTC)); country != "" || err != nil {
				t.Errorf("without orders buyers live in %q, %v", country, err)
			}
			slices.Reverse(facts)
		}
	})
}

func fold(t *testing.T, main, derived *sqldb.DB, facts []fact.Fact) *outlook.View {
	t.Helper()
	blobs, err := blob.OpenDir(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	record, err := history.Open(t.Context(), main, blobs, func() time.Time { return time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC) })
	if err != nil {
		t.Fatal(err)
	}
	defer record.Close()
	p, err := state.NewProjector(t.Context(), record, derived, "test", orders.NewFold(func(string) *time.Location { return time.UTC }), catalog.NewFold(), outlook.NewFold())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := record.Append(t.Context(), facts); err != nil {
		t.Fatal(err)
	}
	if err := p.CatchUp(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	return outlook.Open(derived)
}
