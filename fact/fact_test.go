package fact_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"almanac/fact"
)

var update = flag.Bool("update", false, "write the golden files anew")

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// sample is one valid body of every kind.
func sample(k fact.Kind) fact.Body {
	who := fact.Actor{Visitor: "v1", Customer: "c1"}
	bodies := map[fact.Kind]fact.Body{
		fact.ProductDescribed:    &fact.Product{SKU: "mug", Title: "Mug", Category: []string{"Kitchen", "Mugs"}, Brand: "Clay", Barcode: "4006381333931", Attributes: map[string]string{"colour": "blue"}},
		fact.PriceSet:            &fact.Price{SKU: "mug", Currency: "EUR", Amount: 1290, ListPrice: 1490, TaxIncluded: true},
		fact.CostSet:             &fact.Cost{SKU: "mug", Currency: "EUR", Amount: 410, Supplier: "potter"},
		fact.StockCounted:        &fact.StockCount{SKU: "mug", Location: "main", Quantity: fact.OnHand, Units: 40},
		fact.StockMoved:          &fact.StockMove{SKU: "mug", Units: -2, Reason: "adjustment"},
		fact.OrderPlaced:         &fact.OrderLine{Order: "1001", Line: "1", SKU: "mug", Title: "Mug", Units: 2, Currency: "EUR", Gross: 2580, Discount: 100, Tax: 412, TaxIncluded: true, Shipping: 490, Customer: "c1", Country: "DE"},
		fact.OrderChanged:        &fact.OrderChange{Order: "1001", Status: "paid"},
		fact.OrderCancelled:      &fact.OrderReversal{Document: "X1", Line: "1", Order: "1001", SKU: "mug", Units: 1, Currency: "EUR", Gross: 1290},
		fact.OrderReturned:       &fact.OrderReversal{Document: "R1", Line: "1", SKU: "mug", Units: 1, Currency: "EUR", Gross: 1290, Customer: "c1", Reason: "chipped"},
		fact.OrderRefunded:       &fact.Refund{Order: "1001", Refund: "F1", Currency: "EUR", Amount: 500},
		fact.OrderShipped:        &fact.Shipment{Order: "1001", Shipment: "S1", Carrier: "post", Units: map[string]int64{"mug": 2}},
		fact.OrderDelivered:      &fact.Shipment{Order: "1001", Shipment: "S1"},
		fact.ShipmentTracked:     &fact.Tracking{Shipment: "S1", Status: "in transit", Place: "Kassel"},
		fact.PaymentFee:          &fact.Fee{Order: "1001", Provider: "card", Currency: "EUR", Amount: 45},
		fact.CarrierCharge:       &fact.Charge{Shipment: "S1", Carrier: "post", Currency: "EUR", Amount: 389},
		fact.AdSpend:             &fact.Spend{Channel: "search", Day: "2026-03-01", Currency: "EUR", Amount: 5000},
		fact.CustomerDescribed:   &fact.Customer{Customer: "c1", Email: "ada@example.com", Name: "Ada", Country: "DE"},
		fact.IdentityLinked:      &fact.Link{A: "visitor:v1", B: "customer:c1", Reason: "identify"},
		fact.ConsentChanged:      &fact.Consent{Visitor: "v1", Purposes: map[string]bool{"analytics": true, "marketing": false}, Origin: "banner"},
		fact.CustomerErased:      &fact.Erasure{Customer: "c1", Basis: "request"},
		fact.PageViewed:          &fact.PageView{Actor: who, Path: "/mugs"},
		fact.ListViewed:          &fact.ListView{Actor: who, List: "mugs", SKUs: []string{"mug", "cup"}},
		fact.Searched:            &fact.Search{Actor: who, Query: "blue mug"},
		fact.CartViewed:          &fact.Basket{Actor: who, Cart: "k1", Units: map[string]int64{"mug": 2}, Currency: "EUR", Value: 2580},
		fact.CheckoutStarted:     &fact.Basket{Actor: who, Cart: "k1"},
		fact.RecommendationShown: &fact.ListView{Actor: who, List: "l1", Placement: "product", SKUs: []string{"cup"}},
		fact.EventTracked:        &fact.Event{Actor: who, Name: "Quiz Taken", Properties: json.RawMessage(`{"score":3}`)},
		fact.Touched:             &fact.Touch{Actor: who, Channel: "ad", Campaign: "spring"},
		fact.CampaignPlanned:     &fact.Plan{Plan: "p1", From: noon, To: noon.Add(time.Hour), Channel: "mail"},
		fact.PromotionPlanned:    &fact.Plan{Plan: "p2", From: noon, To: noon.Add(time.Hour), SKUs: []string{"mug"}, Percent: 20},
		fact.LocationDescribed:   &fact.Place{Location: "ST1", Name: "High Street", Type: "store", Country: "GB", Region: "North"},
		fact.SupplierDescribed:   &fact.Supplier{Supplier: "potter", Name: "Potter Ltd", LeadDays: 21, Currency: "EUR", MinOrder: 20000},
		fact.SupplyTerms:         &fact.Terms{SKU: "mug", Supplier: "potter", LeadDays: 21, Pack: 6, MinUnits: 12},
		fact.SignalObserved:      &fact.Signal{Name: "temperature", Place: "Berlin", Value: 4.5, Unit: "°C"},
		fact.ReviewWritten:       &fact.Review{SKU: "mug", Rating: 4, Text: "Solid."},
		fact.TicketOpened:        &fact.Ticket{Ticket: "T1", Order: "1001", Topic: "late"},
		fact.TicketClosed:        &fact.Ticket{Ticket: "T1"},
		fact.ProductShared:       &fact.Share{Actor: who, SKU: "mug", Via: "mail"},
		fact.CartShared:          &fact.Share{Actor: who, Cart: "k1", SKUs: []string{"mug"}},
		fact.PaymentEntered:      &fact.Step{Actor: who, Checkout: "h1", Order: "1001", Payment: "card"},
		fact.GroupJoined:         &fact.Group{Actor: who, Group: "acme", Traits: map[string]string{"plan": "trade"}},
	}
	if b := bodies[k]; b != nil {
		return b
	}
	switch strings.Split(string(k), ".")[0] {
	case "product":
		return &fact.ProductEvent{Actor: who, SKU: "mug", Units: 1, Currency: "EUR", Price: 1290, Position: 3}
	case "promotion":
		return &fact.Promotion{Actor: who, Promotion: "spring", Name: "Spring", Creative: "red", Place: "home"}
	case "checkout":
		return &fact.Step{Actor: who, Checkout: "h1", Step: "2", Shipping: "post"}
	case "coupon":
		return &fact.Coupon{Actor: who, Coupon: "SPRING", Order: "1001", Currency: "EUR", Discount: 500}
	case "message":
		return &fact.Message{Message: "m1", Customer: "c1", Channel: "mail", Machine: k == fact.MessageOpened}
	case "purchase":
		return &fact.Purchase{Purchase: "PO1", Line: "1", Supplier: "potter", SKU: "mug", Units: 48, Currency: "EUR", Cost: 410}
	}
	return nil
}

func TestEveryKindHasItsJSON(t *testing.T) {
	for _, k := range fact.Kinds() {
		t.Run(string(k), func(t *testing.T) {
			body := sample(k)
			if body == nil {
				t.Fatal("no sample body")
			}
			f := fact.Fact{Shop: "default", Source: "test:a", ID: "1", Kind: k, OccurredAt: noon, Body: body}
			if err := f.Validate(); err != nil {
				t.Fatal(err)
			}
			got, err := json.MarshalIndent(f, "", "  ")
			if err != nil {
				t.Fatal(err)
			}
			path := filepath.Join("testdata", "kinds", string(k)+".json")
			if *update {
				if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(path, append(got, '\n'), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(string(bytes.TrimSpace(want)), string(got)); d != "" {
				t.Error(d)
			}
			plain, err := json.Marshal(f)
			if err != nil {
				t.Fatal(err)
			}
			var back fact.Fact
			if err := json.Unmarshal(plain, &back); err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(f, back); d != "" {
				t.Errorf("read back: %s", d)
			}
		})
	}
}

func TestFaultsAreAllNamed(t *testing.T) {
	f := fact.Fact{Shop: "a", Kind: fact.OrderPlaced, OccurredAt: noon, Body: &fact.OrderLine{Order: "1", Line: "1", Units: -1, Currency: "euro", Gross: -5}}
	err := f.Validate()
	if err == nil {
		t.Fatal("accepted")
	}
	for _, want := range []string{"source is empty", "id is empty", "sku is empty", "units is not above zero", "currency is not", "gross is negative"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q does not say %q", err, want)
		}
	}
}

func TestMoney(t *testing.T) {
	for _, c := range []struct {
		in, currency string
		minor        int64
		out          string
	}{
		{"12.34", "EUR", 1234, "12.34 EUR"}, {"-0.5", "EUR", -50, "-0.50 EUR"}, {"1200", "JPY", 1200, "1200 JPY"}, {"1.2345", "KWD", 1234, "1.234 KWD"},
		{"0.005", "EUR", 0, "0.00 EUR"}, {"0.015", "EUR", 2, "0.02 EUR"}, {"0.025", "EUR", 2, "0.02 EUR"}, {"0.0251", "EUR", 3, "0.03 EUR"}, {"-0.015", "EUR", -2, "-0.02 EUR"},
		{"0.009000000000000000001", "EUR", 1, "0.01 EUR"}, {"-0.004999999999999999999", "EUR", 0, "0.00 EUR"},
		{"92233720368547758.07", "EUR", 9223372036854775807, "92233720368547758.07 EUR"},
	} {
		m, err := fact.ParseMoney(c.in, c.currency)
		if err != nil || m.Minor != c.minor || m.String() != c.out {
			t.Errorf("%s %s: got %d %q %v, want %d %q", c.in, c.currency, m.Minor, m, err, c.minor, c.out)
		}
	}
	for _, bad := range []string{"", ".", "1,5", "1e3", "12a", "99999999999999999999"} {
		if m, err := fact.ParseMoney(bad, "EUR"); err == nil {
			t.Errorf("%q was taken for %s", bad, m)
		}
	}
}

func TestAmountsAreReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := fact.Money{Minor: rapid.Int64Range(-1<<60, 1<<60).Draw(t, "minor"), Currency: rapid.SampledFrom([]string{"EUR", "JPY", "KWD", "CLF"}).Draw(t, "currency")}
		back, err := fact.ParseMoney(m.Amount(), m.Currency)
		if err != nil || back != m {
			t.Fatalf("%v became %v (%v)", m, back, err)
		}
	})
}

func TestKeysDoNotRunTogether(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		part := rapid.StringMatching(`[ab]{0,3}`)
		draw := func(n string) fact.Key {
			return fact.Key{Shop: part.Draw(t, n), Source: part.Draw(t, n), Kind: fact.Kind(part.Draw(t, n)), ID: part.Draw(t, n), Rev: rapid.Int64Range(0, 2).Draw(t, n)}
		}
		a, b := draw("a"), draw("b")
		if (a == b) != (a.Hash() == b.Hash()) {
			t.Fatalf("%+v and %+v", a, b)
		}
	})
}

func FuzzFactJSON(f *testing.F) {
	f.Add([]byte(`{"shop":"a","source":"b","kind":"searched","id":"1","occurred_at":"2026-01-01T00:00:00Z","body":{"query":"x","visitor":"v"}}`))
	f.Add([]byte(`{"kind":"order.placed","body":null}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		var v fact.Fact
		if json.Unmarshal(b, &v) != nil || v.Validate() != nil {
			return
		}
		again, err := json.Marshal(v)
		if err != nil {
			t.Fatalf("valid and cannot be written: %v", err)
		}
		var back fact.Fact
		if err := json.Unmarshal(again, &back); err != nil {
			t.Fatalf("written and cannot be read: %v", err)
		}
	})
}
