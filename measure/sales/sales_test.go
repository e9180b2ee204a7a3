package sales_test

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"almanac/fact"
	"almanac/measure/sales"
	"almanac/sqldb"
	"almanac/sqldb/sqltest"
	"almanac/state/orders"
	"almanac/state/orders/orderstest"
)

func of(source, id string, at string, rev int64, b fact.Body) fact.Fact {
	t, err := time.Parse("2006-01-02", at)
	if err != nil {
		panic(err)
	}
	return fact.Fact{Shop: "a", Source: source, ID: id, Rev: rev, Kind: b.Kind(), OccurredAt: t, Body: b}
}

// told is a shop with prices that contain 20 % tax, and orders that add it. A provider of payments tells of a refund that the
// shop told too, and of one under a name of its own; a site tells of an order that the shop's file tells better.
func told() []fact.Fact {
	return []fact.Fact{
		of("file:shop", "1/a", "2026-01-05", 0, &fact.OrderLine{Order: "1", Line: "a", SKU: "mug", Units: 2, Currency: "GBP", Gross: 2400, Discount: 240, Tax: 360, TaxIncluded: true, Customer: "ann"}),
		of("file:shop", "1/ship", "2026-01-05", 0, &fact.OrderLine{Order: "1", Line: "ship", SKU: "shipping", Item: fact.ItemShipping, Units: 1, Currency: "GBP", Gross: 480, Tax: 80, TaxIncluded: true, Customer: "ann"}),
		of("file:shop", "1/gift", "2026-01-05", 0, &fact.OrderLine{Order: "1", Line: "gift", SKU: "gift", Item: fact.ItemGiftCard, Units: 1, Currency: "GBP", Gross: 5000, Customer: "ann"}),
		of("file:shop", "2/a", "2026-01-31", 0, &fact.OrderLine{Order: "2", Line: "a", SKU: "mug", Units: 1, Currency: "GBP", Gross: 1000, Tax: 280, Shipping: 400, Customer: "bob"}),
		of("file:shop", "2/tip", "2026-01-31", 0, &fact.OrderLine{Order: "2", Line: "tip", SKU: "tip", Item: fact.ItemFee, Units: 1, Currency: "GBP", Gross: 120, Customer: "bob"}),
		of("file:shop", "R/a", "2026-02-02", 0, &fact.OrderReversal{Document: "R", Line: "a", Order: "1", SKU: "mug", Units: 1, Currency: "GBP", Gross: 1080, Tax: 180, TaxIncl: true, Customer: "ann"}),
		of("pay:main", "R", "2026-02-03", 500, &fact.Refund{Order: "1", Refund: "R", Currency: "GBP", Amount: 500}),
		of("pay:main", "R", "2026-02-03", 1080, &fact.Refund{Order: "1", Refund: "R", Currency: "GBP", Amount: 1080}),
		of("segment:web", "1/x", "2026-01-05", 0, &fact.OrderLine{Order: "1", Line: "x", SKU: "mug", Units: 2, Currency: "GBP", Gross: 9900, Customer: "ann"}),
		of("segment:web", "w", "2026-02-03", 0, &fact.Refund{Order: "1", Refund: "w", Currency: "GBP", Amount: 1080}),
		// 9.00 of 18.00 that were paid for order 2: half of its goods, postage, tip and tax.
		of("file:shop", "2/2-refund", "2026-03-01", 300, &fact.Refund{Order: "2", Refund: "2-refund", Currency: "GBP", Amount: 300}),
		of("file:shop", "2/2-refund", "2026-03-01", 900, &fact.Refund{Order: "2", Refund: "2-refund", Currency: "GBP", Amount: 900}),
		// A credit note of the till, of no known order.
		of("till:main", "C7/a", "2026-03-02", 0, &fact.OrderReversal{Document: "C7", Line: "a", SKU: "bowl", Units: 1, Currency: "GBP", Gross: 120, Tax: 20, TaxIncl: true}),
	}
}

var months = []sales.Month{
	{Month: "2026-01", Sales: orders.Sales{Orders: 2, Gross: 3000, Discounts: 200, Shipping: 800, Fees: 120, Tax: 720, Priced: 3400, Units: 3}},
	{Month: "2026-02", Sales: orders.Sales{Returns: 900, Tax: -180, TaxBack: 180, UnitsBack: 1}},
	{Month: "2026-03", Sales: orders.Sales{Returns: 760 + 100, Tax: -140 - 20, TaxBack: 140 + 20, UnitsBack: 1}},
}

// Whatever arrives twice, late, alone or together, or from a source that is not to be believed changes nothing.
func TestMonths(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, open func() *sqldb.DB) {
		for i := range 12 {
			facts := append(told(), told()...)
			rand.New(rand.NewPCG(uint64(i), 1)).Shuffle(len(facts), func(a, b int) { facts[a], facts[b] = facts[b], facts[a] })
			got, _, err := sales.Months(t.Context(), orderstest.View(t, open(), facts, 1+i%4*i), "a", "")
			if diff := cmp.Diff(months, got); diff != "" || err != nil {
				t.Fatal(diff, err)
			}
		}
	})
	if s := sales.Sum(months); s.Net() != 2800-900-860 || s.Total() != 4440-1080-900-120 || s.Orders != 2 {
		t.Errorf("%+v", s)
	}
}

// The orders of a month add up to its line, and a document without an order is among them.
func TestOrdersOfAMonth(t *testing.T) {
	v := orderstest.View(t, sqltest.SQLite(t), told(), 3)
	for _, m := range months {
		list, err := sales.Orders(t.Context(), v, "a", "GBP", m.Month, "")
		if err != nil {
			t.Fatal(err)
		}
		sum := sales.Month{Month: m.Month}
		for _, o := range list {
			sum.Add(o.Sales)
		}
		if diff := cmp.Diff(m, sum); diff != "" {
			t.Error(diff)
		}
	}
	march, err := sales.Orders(t.Context(), v, "a", "GBP", "2026-03", "")
	if err != nil || len(march) != 2 || march[0].Order != "2" || march[0].Placed.Month() != time.January || march[1].Order != "C7" {
		t.Errorf("%+v %v", march, err)
	}
	if few, err := sales.Orders(t.Context(), v, "a", "GBP", "2026-03", "c"); err != nil || len(few) != 1 {
		t.Errorf("%+v %v", few, err)
	}
	if none, others, err := sales.Months(t.Context(), v, "a", "EUR"); err != nil || len(none) != 0 || others != 2 {
		t.Errorf("%+v %d %v", none, others, err)
	}
}

// What was paid back without naming lines lowers net sales by the goods' share of it, on its day and for its customer.
func TestRefundsWithoutLinesLowerNetSales(t *testing.T) {
	v := orderstest.View(t, sqltest.SQLite(t), told(), 100)
	days, err := v.ShopDays(t.Context(), "a", 0, 1<<30)
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(days, func(d orders.ShopDay) bool { return d.Day.String() == "2026-03-01" })
	if i < 0 || days[i].Refunded != 500 { // 10.00 of goods in 18.00, half of it
		t.Errorf("%+v", days)
	}
	of, err := v.OrdersOf(t.Context(), "a", "bob")
	if err != nil || len(of) != 1 || of[0].Refunded != 500 {
		t.Errorf("%+v %v", of, err)
	}
}
