package leaks

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"almanac/blob"
	"almanac/decide"
	"almanac/fact"
	"almanac/history"
	"almanac/sqldb/sqltest"
	"almanac/state"
	"almanac/state/catalog"
	"almanac/state/orders"
	"almanac/state/stock"
)

var begin = time.Date(2025, 1, 1, 9, 0, 0, 0, time.UTC)

// on is the n-th day of the shop, from 0.
func on(n int) time.Time { return begin.AddDate(0, 0, n) }

// dayOf is the same as a day.
func dayOf(n int) state.Day { return state.DayOf(on(n), time.UTC) }

func sale(n int, order, customer, sku string, units, each int64) fact.Fact {
	return fact.Fact{Shop: "shop", Source: "file:orders", ID: order + sku, Kind: fact.OrderPlaced, OccurredAt: on(n),
		Body: &fact.OrderLine{Order: order, Line: sku, SKU: sku, Title: "The " + sku, Units: units, Currency: "EUR", Gross: units * each, Customer: customer}}
}

func undo(n int, order, customer, sku string, units, each int64) fact.Fact {
	return fact.Fact{Shop: "shop", Source: "file:orders", ID: "back" + order + sku, Kind: fact.OrderReturned, OccurredAt: on(n).Add(time.Hour),
		Body: &fact.OrderReversal{Document: "back" + order, Line: sku, Order: order, SKU: sku, Units: units, Currency: "EUR", Gross: units * each, Customer: customer}}
}

func count(n int, source, sku string, units int64) fact.Fact {
	return fact.Fact{Shop: "shop", Source: source, ID: fmt.Sprint(sku, n), Kind: fact.StockCounted, OccurredAt: on(n).Add(2 * time.Hour),
		Body: &fact.StockCount{SKU: sku, Quantity: fact.OnHand, Units: units}}
}

func cost(source, sku, currency string, each int64) fact.Fact {
	return fact.Fact{Shop: "shop", Source: source, ID: "cost" + sku, Kind: fact.CostSet, OccurredAt: on(0), Body: &fact.Cost{SKU: sku, Currency: currency, Amount: each}}
}

// found is the leaks of a shop by code, after 200 days of which from is the first looked at.
func found(t *testing.T, from int, facts ...fact.Fact) map[string]Leak {
	t.Helper()
	now := func() time.Time { return on(200) }
	h, err := history.Open(t.Context(), sqltest.SQLite(t), segments(t), now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { h.Close() })
	db := sqltest.SQLite(t)
	p, err := state.NewProjector(t.Context(), h, db, "utc", orders.NewFold(func(string) *time.Location { return time.UTC }), catalog.NewFold(), stock.NewFold())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.Append(t.Context(), facts); err != nil {
		t.Fatal(err)
	}
	if err := p.CatchUp(context.Background(), nil); err != nil {
		t.Fatal(err)
	}
	list, err := Finder{orders.Open(db), stock.Open(db), catalog.Open(db)}.Find(t.Context(), Shop{ID: "shop", Currency: "EUR"}, dayOf(from), dayOf(199))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]Leak{}
	for i, l := range list {
		out[l.Code] = l
		if i > 0 && worth(list[i-1]) < worth(l) {
			t.Errorf("%s comes before %s", list[i-1].Code, l.Code)
		}
		if (l.Basis == decide.Unknown) != (l.Mid == nil) {
			t.Errorf("%s is %s with a figure of %v", l.Code, l.Basis, l.Mid)
		}
		if l.Mid != nil && (*l.Low > *l.Mid || *l.Mid > *l.High) {
			t.Errorf("%s: %d … %d … %d", l.Code, *l.Low, *l.Mid, *l.High)
		}
		if l.Basis == decide.Assumed && len(l.Assumptions) == 0 || len(l.Sharpen) == 0 || l.Link == "" {
			t.Errorf("%s says too little: %+v", l.Code, l)
		}
	}
	return out
}

func figure(l Leak) []int64 {
	if l.Mid == nil {
		return nil
	}
	return []int64{*l.Low, *l.Mid, *l.High}
}

func TestLeaks(t *testing.T) {
	steady := []fact.Fact{sale(0, "first", "", "mug", 1, 500), sale(199, "last", "", "mug", 1, 500)}
	for _, c := range []struct {
		name  string
		from  int
		facts []fact.Fact
		code  string
		basis decide.Basis
		want  []int64 // low, mid, high; nil: no figure
		says  string
	}{
		{"returns count at the price paid", 0, []fact.Fact{sale(10, "a", "ann", "mug", 10, 500), undo(20, "a", "ann", "mug", 4, 500)},
			"returns", decide.Measured, []int64{2000, 2000, 2000}, "The mug (mug)"},
		{"an order undone on its day is no return", 0, []fact.Fact{sale(10, "a", "ann", "mug", 10, 500), undo(10, "a", "ann", "mug", 10, 500)},
			"cancellations", decide.Measured, []int64{5000, 5000, 5000}, "The mug (mug)"},
		{"returns outside the period do not count", 50, []fact.Fact{sale(10, "a", "ann", "mug", 10, 500), undo(20, "a", "ann", "mug", 4, 500)},
			"returns", "", nil, ""},
		// Every 10 days 100.00, then silent for 179: 9 orders in 90 days, of whom 5, 10, 15 % come back.
		{"a repeat buyer who went silent", 0, []fact.Fact{sale(0, "a", "ann", "mug", 20, 500), sale(10, "b", "ann", "mug", 20, 500), sale(20, "c", "ann", "mug", 20, 500)},
			"lapsed", decide.Assumed, []int64{4500, 9000, 13500}, "1 of 1 repeat buyer"},
		{"two orders are no habit", 0, []fact.Fact{sale(0, "a", "ann", "mug", 20, 500), sale(10, "b", "ann", "mug", 20, 500)},
			"lapsed", "", nil, ""},
		{"two orders on one day are one occasion", 0, []fact.Fact{sale(0, "a", "ann", "mug", 20, 500), sale(0, "b", "ann", "mug", 20, 500), sale(10, "c", "ann", "mug", 20, 500)},
			"lapsed", "", nil, ""},
		{"silence within the usual rhythm", 0, []fact.Fact{sale(0, "a", "ann", "mug", 20, 500), sale(80, "b", "ann", "mug", 20, 500), sale(160, "c", "ann", "mug", 20, 500)},
			"lapsed", "", nil, ""},
		{"no counts: missing stock is unknown, not zero", 0, nil, "missing_stock", decide.Unknown, nil, "not visible"},
		{"no counts: dead stock is unknown, not zero", 0, nil, "dead_stock", decide.Unknown, nil, "not visible"},
		// 70 units at 5.00 in 200 days, 12.25 a week.
		{"a seller is out of stock", 0, []fact.Fact{sale(180, "a", "", "cup", 70, 500), count(199, "file:stock", "cup", 0)},
			"missing_stock", decide.Estimated, []int64{613, 919, 1225}, "1 selling product"},
		{"what stopped selling is not missed", 0, []fact.Fact{sale(100, "a", "", "cup", 70, 500), count(199, "file:stock", "cup", 0)},
			"missing_stock", "", nil, ""},
		{"below zero is a counting error", 0, []fact.Fact{sale(180, "a", "", "cup", 70, 500), count(199, "file:stock", "cup", -3)},
			"missing_stock", "", nil, ""},
		{"nobody buys it", 0, []fact.Fact{count(199, "file:stock", "vase", 30), cost("file:costs", "vase", "EUR", 700)},
			"dead_stock", decide.Measured, []int64{21_000, 21_000, 21_000}, "1 product in stock"},
		{"it sold before the period, but lately", 190, []fact.Fact{sale(150, "a", "", "vase", 1, 900), count(199, "file:stock", "vase", 30), cost("file:costs", "vase", "EUR", 700)},
			"dead_stock", "", nil, ""},
		{"dead, at a cost in another currency", 0, []fact.Fact{count(199, "file:stock", "vase", 30), cost("file:costs", "vase", "USD", 700)},
			"dead_stock", decide.Unknown, nil, "1 product in stock"},
		{"dead, by made-up counts", 0, []fact.Fact{count(199, "file:synthetic-stock", "vase", 30), cost("file:costs", "vase", "EUR", 700)},
			"dead_stock", decide.Assumed, []int64{21_000, 21_000, 21_000}, "file:synthetic-stock"},
		{"sold below cost", 0, []fact.Fact{sale(100, "a", "", "cup", 10, 500), cost("file:costs", "cup", "EUR", 650)},
			"below_cost", decide.Measured, []int64{1500, 1500, 1500}, "1 product was"},
		{"sold at a profit", 0, []fact.Fact{sale(100, "a", "", "cup", 10, 500), cost("file:costs", "cup", "EUR", 450)},
			"below_cost", "", nil, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := found(t, c.from, append(c.facts, steady...)...)[c.code]
			if got.Basis != c.basis {
				t.Errorf("%s is known as %q, want %q", c.code, got.Basis, c.basis)
			}
			if diff := cmp.Diff(c.want, figure(got)); diff != "" {
				t.Errorf("%s: %s", c.code, diff)
			}
			if all := got.Title + got.Explain + strings.Join(got.Assumptions, " "); !strings.Contains(all, c.says) {
				t.Errorf("%q does not say %q", all, c.says)
			}
		})
	}
}

// A share of those lapsed is won back at their old pace: never more than they spent on the days that they ordered.
func TestPaceIsBoundedByAnOrderAWeek(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := habit{occasions: rapid.IntRange(repeatOrders, 60).Draw(t, "occasions"), net: rapid.Int64Range(1, 1e7).Draw(t, "net")}
		h.last = state.Day(rapid.IntRange(h.occasions-1, 2000).Draw(t, "last"))
		each := float64(h.net) / float64(h.occasions)
		if p := h.pace(); p < 0 || p > each*outlook/7+1e-6 {
			t.Fatalf("%v in %d days at %v an order", p, outlook, each)
		}
		if h.lapsed(h.last+leastSilence) || !h.lapsed(h.last+state.Day(max(silence*h.interval(), leastSilence))+1) {
			t.Fatalf("%+v lapses too early or too late", h)
		}
	})
}

// segments is where sealed records go.
func segments(t testing.TB) blob.Store {
	t.Helper()
	b, err := blob.OpenDir(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return b
}
