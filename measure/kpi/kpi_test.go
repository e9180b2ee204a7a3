package kpi

import (
	"context"
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"almanac/state"
	"almanac/state/orders"
)

// till is a shop's days, and what was undone on them.
type till struct {
	days      []orders.ShopDay
	cancelled map[state.Day]int64 // value
}

func (s till) ShopDays(_ context.Context, _ string, from, to state.Day) (out []orders.ShopDay, _ error) {
	for _, d := range s.days {
		if d.Day >= from && d.Day <= to {
			out = append(out, d)
		}
	}
	return out, nil
}

func (s till) Returns(_ context.Context, _ string, from, to state.Day) (out []orders.Return, _ error) {
	for d, v := range s.cancelled {
		if d >= from && d <= to {
			out = append(out, orders.Return{SKU: "mug", Value: v, Cancelled: v})
		}
	}
	return out, nil
}

func figures(t *testing.T, src Sales, buyers []Buyer, known, now Span) map[string]Kpi {
	t.Helper()
	list, err := Compute(t.Context(), src, "shop", buyers, known, now, now.Before())
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]Kpi{}
	for _, k := range list {
		out[k.Code] = k
	}
	return out
}

func value(v *float64) float64 {
	if v == nil {
		return math.NaN()
	}
	return *v
}

func TestFigures(t *testing.T) {
	// Ten days: first five with one order of 2 × 10.00 a day; then three a day, one of them 100 × 10.00, undone at once,
	// and one unit a day comes back.
	src := till{cancelled: map[state.Day]int64{}}
	for d := state.Day(100); d < 105; d++ {
		src.days = append(src.days, orders.ShopDay{Day: d, DaySales: orders.DaySales{Orders: 1, Units: 2, Gross: 2000}})
	}
	for d := state.Day(105); d < 110; d++ {
		src.days = append(src.days, orders.ShopDay{Day: d, DaySales: orders.DaySales{Orders: 2, Units: 104, Cancelled: 100, Returned: 1, Gross: 104_000, Discount: 400, Refunded: 101_000}})
		src.cancelled[d] = 100_000
	}
	known := Span{100, 109}
	got := figures(t, src, []Buyer{{"ann", []state.Day{101, 107}}, {"bob", []state.Day{106}}, {"cleo", []state.Day{108, 109}}}, known, Span{105, 109})
	for _, c := range []struct {
		code            string
		value, previous float64
	}{
		{"net_sales", 5 * (104_000 - 400 - 101_000), 5 * 2000},
		{"orders", 10, 5},
		{"average_order", (4000 - 400) / 2, 2000}, // the order undone is neither an order nor its money
		{"units", 20, 10},
		{"return_rate", 5.0 / 20, 0},
		{"customers", 3, 1},
	} {
		if k := got[c.code]; value(k.Value) != c.value || value(k.Previous) != c.previous {
			t.Errorf("%s is %v after %v, want %v after %v", c.code, value(k.Value), value(k.Previous), c.value, c.previous)
		}
	}
	for _, code := range []string{"repeat_rate_90", "repeat_rate_365"} {
		if k := got[code]; k.Value != nil || k.Note == "" {
			t.Errorf("%s of a shop of ten days: %+v", code, k)
		}
	}
}

func TestASpanThatTheDataCoversInPartIsNotComparedWith(t *testing.T) {
	src := till{days: []orders.ShopDay{{Day: 100, DaySales: orders.DaySales{Orders: 1, Units: 1, Gross: 500}}, {Day: 109, DaySales: orders.DaySales{Orders: 1, Units: 1, Gross: 500}}}}
	for code, k := range figures(t, src, nil, Span{100, 109}, Span{104, 109}) {
		if k.Previous != nil || k.Note == "" {
			t.Errorf("%s is compared: %+v", code, k)
		}
	}
}

func TestNothingSoldHasNoAverage(t *testing.T) {
	got := figures(t, till{}, nil, Span{0, 500}, Span{400, 409})
	for _, code := range []string{"average_order", "return_rate"} {
		if got[code].Value != nil {
			t.Errorf("%s of nothing is %v", code, *got[code].Value)
		}
	}
	if value(got["net_sales"].Value) != 0 {
		t.Error("no sales are not unknown sales")
	}
}

func day(t *testing.T, s string) state.Day {
	t.Helper()
	d, err := state.ParseDay(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestRepeatRateCountsMonthsThatHadTheTime(t *testing.T) {
	d := func(s string) state.Day { return day(t, s) }
	buyers := []Buyer{
		{"back in time", []state.Day{d("2026-01-01"), d("2026-04-01")}}, // 90 days
		{"back too late", []state.Day{d("2026-01-01"), d("2026-04-02")}},
		{"never back", []state.Day{d("2026-01-31")}},
		{"too young", []state.Day{d("2026-02-01"), d("2026-02-02")}},
	}
	for _, c := range []struct {
		asOf string
		want Repeat
		ok   bool
	}{
		{"2026-04-30", Repeat{Immature: 4}, false}, // the 31st of January had 89 days
		{"2026-05-01", Repeat{Rate: 1.0 / 3, Customers: 3, Immature: 1}, true},
		{"2026-05-29", Repeat{Rate: 2.0 / 4, Customers: 4}, true},
	} {
		got, ok := RepeatRate(buyers, 90, d(c.asOf))
		if diff := cmp.Diff(c.want, got); diff != "" || ok != c.ok {
			t.Errorf("as of %s: %v %s", c.asOf, ok, diff)
		}
	}
}

func TestRepeatRateIsAShareAndLosesNobody(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var buyers []Buyer
		for range rapid.IntRange(0, 40).Draw(t, "customers") {
			days := rapid.SliceOfNDistinct(rapid.Int32Range(0, 900), 1, 5, rapid.ID).Draw(t, "days")
			slices.Sort(days)
			b := Buyer{ID: "c"}
			for _, d := range days {
				b.Days = append(b.Days, state.Day(d))
			}
			buyers = append(buyers, b)
		}
		asOf := state.Day(rapid.Int32Range(0, 1000).Draw(t, "as of"))
		known := int64(0)
		for _, b := range buyers {
			if b.Days[0] <= asOf {
				known++
			}
		}
		short, _ := RepeatRate(buyers, 90, asOf)
		long, _ := RepeatRate(buyers, 365, asOf)
		for _, r := range []Repeat{short, long} {
			if r.Rate < 0 || r.Rate > 1 || r.Customers+r.Immature != known {
				t.Fatalf("%+v of %d customers", r, known)
			}
		}
		if long.Customers > short.Customers {
			t.Fatal("more cohorts had a year than had a quarter")
		}
	})
}
