package serve_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"almanac/fact"
	"almanac/serve/wire"
)

// orders are of two months, two currencies and every kind of amount that platforms report.
func (w *world) orders() {
	w.t.Helper()
	at := time.Date(2025, 1, 31, 23, 30, 0, 0, time.UTC) // in London, too
	f := func(id string, at time.Time, b fact.Body) fact.Fact {
		return fact.Fact{Shop: "default", Source: "shopify:main", ID: id, Kind: b.Kind(), OccurredAt: at, ReceivedAt: at, Body: b}
	}
	w.append([]fact.Fact{
		f("A/1", at, &fact.OrderLine{Order: "A", Line: "1", SKU: "cup", Units: 2, Currency: "GBP", Gross: 2400, Discount: 600, Tax: 300, TaxIncluded: true}),
		f("A/s", at, &fact.OrderLine{Order: "A", Line: "s", Item: fact.ItemShipping, Units: 1, Currency: "GBP", Gross: 500}),
		f("B/1", at.Add(time.Hour), &fact.OrderLine{Order: "B", Line: "1", SKU: "cup", Units: 1, Currency: "GBP", Gross: 1000}),
		f("C/1", at, &fact.OrderLine{Order: "C", Line: "1", SKU: "cup", Units: 1, Currency: "EUR", Gross: 1000}),
		f("A/r", at.AddDate(0, 0, 10), &fact.Refund{Order: "A", Refund: "r", Currency: "GBP", Amount: 900}),
	})
}

func TestTheSalesReportAddsUpToTheCent(t *testing.T) {
	w := newWorld(t)
	w.orders()
	var v wire.SalesReport
	w.say("viewer", http.MethodGet, "/api/reports/sales", "", 200, &v)
	byMonth := map[string]wire.SalesLine{}
	for _, m := range v.Months {
		byMonth[m.Month] = m
	}
	// 2400 with 300 of tax in 1800 charged: 2000 without tax, 500 of it discount.
	if m := byMonth["2025-01"]; m.Gross != 2000 || m.Discounts != 500 || m.Shipping != 500 || m.Tax != 300 || m.Total != 2300 || m.Orders != 1 {
		t.Errorf("January: %+v", m)
	}
	if m := byMonth["2025-02"]; m.Gross != 1000 || m.Returns+m.Tax*-1 != 900 {
		t.Errorf("February: %+v", m)
	}
	if v.Others != 1 {
		t.Errorf("%d orders in other currencies, want 1", v.Others)
	}
	var list wire.SalesOrders
	w.say("viewer", http.MethodGet, "/api/reports/sales/2025-02", "", 200, &list)
	if list.Total != 2 || list.Sum.Total != byMonth["2025-02"].Total || list.Items[0].Order != "B" {
		t.Errorf("%+v", list)
	}
	w.say("viewer", http.MethodGet, "/api/reports/sales/2025-02?q=a&limit=1", "", 200, &list)
	if list.Total != 1 || list.Items[0].Returns == 0 {
		t.Errorf("%+v", list)
	}
	w.say("viewer", http.MethodGet, "/api/reports/sales/2025", "", 422, nil)
	if csv := w.do(w.request("viewer", http.MethodGet, "/api/reports/sales/2025-02?format=csv", nil)).Body.String(); !strings.HasPrefix(csv, "order,") {
		t.Errorf("%.80s", csv)
	}
	var other wire.SalesReport
	w.say("stranger", http.MethodGet, "/api/reports/sales", "", 200, &other)
	for _, m := range other.Months {
		if strings.HasPrefix(m.Month, "2025-02") {
			t.Errorf("the other shop sees %+v", m)
		}
	}
}

func TestAnExampleIsOnlyForAShopWithoutOrders(t *testing.T) {
	w := newWorld(t)
	w.config.Example = nil
	w.rebuild()
	w.say("operator", http.MethodPost, "/api/example", "", 503, nil)
	w.config.Example = func(context.Context, string, func(string, int64, int64)) error { t.Error("it began"); return nil }
	w.rebuild()
	w.say("viewer", http.MethodPost, "/api/example", "", 403, nil)
	w.say("operator", http.MethodPost, "/api/example", "", 409, nil)
}

func TestTermsAreCorrectedInPlace(t *testing.T) {
	w := newWorld(t)
	decided := 0
	w.config.Decide = func(context.Context, string, func(string, int64, int64)) error { decided++; return nil }
	w.rebuild()
	w.say("viewer", http.MethodPut, "/api/products/candle/terms", `{"lead_days":9}`, 403, nil)
	for body, code := range map[string]int{`{}`: 422, `{"lead_days":-1}`: 422, `{"cost_minor":-5}`: 422} {
		w.say("operator", http.MethodPut, "/api/products/candle/terms", body, code, nil)
	}
	w.say("operator", http.MethodPut, "/api/products/nothing/terms", `{"lead_days":9}`, 404, nil)
	for i, days := range []int{9, 12} {
		w.say("operator", http.MethodPut, "/api/products/candle/terms", fmt.Sprintf(`{"cost_minor":%d,"lead_days":%d}`, 300+i, days), 204, nil)
		w.clock.add(time.Minute)
	}
	terms, err := w.config.Views.Supply.Terms(t.Context(), "default")
	if err != nil || terms["candle"].LeadDays != 12 {
		t.Errorf("%+v %v", terms["candle"], err)
	}
	cost, ok, err := w.config.Views.Catalog.Cost(t.Context(), "default", "candle", w.clock.now())
	if err != nil || !ok || cost.Amount != 301 {
		t.Errorf("%+v %v %v", cost, ok, err)
	}
	if other, err := w.config.Views.Supply.Terms(t.Context(), "other"); err != nil || other["candle"].LeadDays == 12 {
		t.Errorf("the other shop: %+v %v", other["candle"], err)
	}
	if decided != 2 {
		t.Errorf("decided %d times, want 2", decided)
	}
}
