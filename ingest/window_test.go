package ingest

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"almanac/ingest/layout"
	"almanac/ingest/table"
)

var shopifyHeader = strings.Split("Name,Financial Status,Currency,Subtotal,Shipping,Taxes,Total,Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku", ",")

func shopifyConverter(t testing.TB) *converter {
	t.Helper()
	l := layout.Match(shopifyHeader)
	if l == nil {
		t.Fatal("not recognised")
	}
	c, err := newConverter(Mapping{Kind: "orders", Layout: l.Name(), Columns: l.Columns(shopifyHeader), Currency: "GBP", TimeZone: "UTC", Source: "file:shopify", Header: shopifyHeader},
		Options{Shop: "a", ShopCurrency: "GBP"}, time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func firstRow(order int) []string {
	return []string{fmt.Sprint("#", order), "paid", "GBP", "3.00", "1.00", "0.00", "4.00", "2026-01-05 10:00:00 +0000", "1", "Mug", "1.00", "MUG"}
}

func nextRow(order int) []string {
	return []string{fmt.Sprint("#", order), "", "", "", "", "", "", "", "2", "Cup", "1.00", "CUP"}
}

// However many orders a file has, and however its rows are mixed, no more than the window's are held; rows that come
// after their order was read are refused, and never read as another order.
func TestTheWindowIsBounded(t *testing.T) {
	c := shopifyConverter(t)
	defer c.close()
	c.laid.window.groups = 100
	line, facts, apart := int64(1), 0, 0
	take := func(out []outcome) {
		for _, o := range out {
			var f *fault
			switch {
			case o.err == nil:
				facts += len(o.facts)
			case errors.As(o.err, &f) && f.reason == "order_apart":
				apart++
			case !errors.As(o.err, &f) || f.reason != "lines_missing":
				t.Fatalf("line %d: %v", o.line, o.err)
			}
		}
	}
	feed := func(row []string) {
		line++
		take(c.gather(table.Row{Line: line, Fields: row, Raw: strings.Join(row, ",")}))
		if w := c.laid.window; w.rows > windowRows || len(w.open) > w.groups || w.age.Len() != len(w.open) {
			t.Fatalf("line %d: %d rows of %d orders are held", line, w.rows, len(w.open))
		}
	}
	const orders = 20_000
	for i := range orders {
		feed(firstRow(i))
		if i%2 == 0 || i < 50 {
			feed(nextRow(i))
		}
	}
	for i := 1; i < 50; i += 2 {
		feed(nextRow(i)) // far below their orders
	}
	take(c.rest())
	if want := 2 * (orders/2 + 25); facts != want || apart != 25 {
		t.Errorf("%d facts of %d, %d rows too far apart", facts, want, apart)
	}
}

// Memory does not grow with the file.
func TestMemoryDoesNotGrowWithTheFile(t *testing.T) {
	if testing.Short() {
		t.Skip("reads 400,000 rows")
	}
	held := func(orders int) uint64 {
		c := shopifyConverter(t)
		defer c.close()
		for i := range orders {
			c.gather(table.Row{Line: int64(2*i + 2), Fields: firstRow(i), Raw: strings.Repeat("x", 400)})
			c.gather(table.Row{Line: int64(2*i + 3), Fields: nextRow(i), Raw: strings.Repeat("x", 400)})
		}
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		runtime.KeepAlive(c)
		return m.HeapAlloc
	}
	// Beyond the window only the keys of orders that were begun are kept: 2²⁰ of them at most, some 60 bytes each.
	few, many := held(50_000), held(150_000)
	if many > few+16<<20 {
		t.Errorf("%d MB for 50,000 orders, %d MB for 150,000", few>>20, many>>20)
	}
}

// Shares add up to the amount, are in proportion to the last unit, and never above their weight where the amount is
// not above the sum.
func TestShares(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		weights := rapid.SliceOfN(rapid.Int64Range(0, 1e13), 1, 30).Draw(t, "weights")
		amount := rapid.Int64Range(0, 1e13).Draw(t, "amount")
		var sum, total int64
		for _, w := range weights {
			total += w
		}
		for i, s := range share(amount, weights) {
			sum += s
			if s < 0 || total >= amount && total > 0 && s > weights[i] {
				t.Fatalf("share %d is %d of %d", i, s, weights[i])
			}
		}
		if sum != amount {
			t.Fatalf("the shares of %d add up to %d", amount, sum)
		}
	})
}

func TestTaxWithin(t *testing.T) {
	for _, c := range []struct {
		name   string
		amount int64
		want   int64
	}{{"VAT 20%", 4980, 830}, {"MwSt 19 %", 11900, 1900}, {"TVA 5,5%", 1055, 55}, {"Tax 8.875%", 108875, 8875}} {
		rate, ok := rateIn(c.name)
		if got := taxWithin(c.amount, rate); !ok || got != c.want {
			t.Errorf("%s of %d: %d", c.name, c.amount, got)
		}
	}
	for _, name := range []string{"", "VAT", "0%"} {
		if _, ok := rateIn(name); ok {
			t.Errorf("%q names a rate", name)
		}
	}
}
