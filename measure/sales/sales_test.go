package sales

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"almanac/fact"
)

func of(source, id string, at string, rev int64, b fact.Body) *fact.Fact {
	t, err := time.Parse("2006-01-02", at)
	if err != nil {
		panic(err)
	}
	return &fact.Fact{Shop: "a", Source: source, ID: id, Rev: rev, Kind: b.Kind(), OccurredAt: t, Body: b}
}

// A shop with prices that contain 20 % tax, and one that adds it, report the same; whatever arrives twice, late, or
// from a source that is not to be believed changes nothing.
func TestMonths(t *testing.T) {
	facts := []*fact.Fact{
		of("file:shop", "1/a", "2026-01-05", 0, &fact.OrderLine{Order: "1", Line: "a", SKU: "mug", Units: 2, Currency: "GBP", Gross: 2400, Discount: 240, Tax: 360, TaxIncluded: true}),
		of("file:shop", "1/ship", "2026-01-05", 0, &fact.OrderLine{Order: "1", Line: "ship", SKU: "shipping", Item: fact.ItemShipping, Units: 1, Currency: "GBP", Gross: 480, Tax: 80, TaxIncluded: true}),
		of("file:shop", "1/gift", "2026-01-05", 0, &fact.OrderLine{Order: "1", Line: "gift", SKU: "gift", Item: fact.ItemGiftCard, Units: 1, Currency: "GBP", Gross: 5000}),
		of("file:shop", "2/a", "2026-01-31", 0, &fact.OrderLine{Order: "2", Line: "a", SKU: "mug", Units: 1, Currency: "GBP", Gross: 1000, Tax: 280, Shipping: 400}),
		of("file:shop", "2/tip", "2026-01-31", 0, &fact.OrderLine{Order: "2", Line: "tip", SKU: "tip", Item: fact.ItemFee, Units: 1, Currency: "GBP", Gross: 120}),
		of("file:shop", "R/a", "2026-02-02", 0, &fact.OrderReversal{Document: "R", Line: "a", Order: "1", SKU: "mug", Units: 1, Currency: "GBP", Gross: 1080, Tax: 180, TaxIncl: true}),
		of("pay:main", "R", "2026-02-03", 500, &fact.Refund{Order: "1", Refund: "R", Currency: "GBP", Amount: 500}),
		of("pay:main", "R", "2026-02-03", 1080, &fact.Refund{Order: "1", Refund: "R", Currency: "GBP", Amount: 1080}),
		of("segment:web", "1/x", "2026-01-05", 0, &fact.OrderLine{Order: "1", Line: "x", SKU: "mug", Units: 2, Currency: "GBP", Gross: 9900}),
	}
	want := []Month{
		{Month: "2026-01", Orders: 2, Gross: 3000, Discounts: 200, Net: 2800, Shipping: 800, Fees: 120, Tax: 720, Total: 4440},
		{Month: "2026-02", Returns: 900, Net: -900, Tax: -180, Total: -1080},
	}
	for i := range 20 {
		r := New(time.UTC)
		mixed := append(append([]*fact.Fact{}, facts...), facts...)
		rand.New(rand.NewPCG(uint64(i), 1)).Shuffle(len(mixed), func(a, b int) { mixed[a], mixed[b] = mixed[b], mixed[a] })
		for _, f := range mixed {
			r.Add(f)
		}
		if diff := cmp.Diff(want, r.Months()); diff != "" {
			t.Fatal(diff)
		}
	}
	if s := Sum(want); s.Net != 1900 || s.Total != 3360 || s.Orders != 2 {
		t.Errorf("%+v", s)
	}
}
