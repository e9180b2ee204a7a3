package serve_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"almanac/fact"
	"almanac/program/reorder"
	"almanac/serve/wire"
)

func TestAnOpenPurchaseThatMayComeLateIsAWarning(t *testing.T) {
	w := supplied(t)
	var v wire.Warnings
	w.get("/api/warnings?shop=default", &v)
	// Of the candle's purchases one is on its way; of the late one half has come, and the rest is waited for.
	if v.Total != 2 || v.Items[0].Purchase != "late" || v.Items[0].PartCame != "2025-12-21" || v.Items[0].Units != 10 || v.Items[0].Late != 1 || !v.Items[0].Overdue {
		t.Fatalf("%+v", v.Items)
	}
	rest, all := *v.Items[0].Risk, v.Risk
	v.Items, v.Risk = v.Items[1:], v.Risk-rest
	if v.Items[0].Purchase != "on-its-way" || v.Items[0].Promised != "2026-01-24" || v.Items[0].Basis != "assumed" || v.Items[0].Units != 20 || *v.Items[0].Available != 80 {
		t.Fatalf("%+v", v.Items)
	}
	// 90 are there or come before it, 56 a week are wanted: they last until after its promised day, not much longer.
	o := v.Items[0]
	if o.Late <= 0.2 || o.Late >= 0.8 || o.Stockout <= 0 || o.Stockout > o.Late || o.Short <= 0 || *o.Risk <= 0 || v.Risk != *o.Risk || o.Likely < "2026-01-20" || o.Latest <= o.Likely {
		t.Errorf("%+v, at risk %d", o, *o.Risk)
	}
	if rest <= 0 || all != rest+*o.Risk {
		t.Errorf("%d of %d at risk before the rest comes", rest, all)
	}
	due := time.Date(2026, 1, 16, 0, 0, 0, 0, time.UTC)
	w.append([]fact.Fact{{Shop: "default", Source: "file:supply", ID: "overdue", Kind: fact.PurchasePlaced, OccurredAt: due.AddDate(0, 0, -14),
		Body: &fact.Purchase{Purchase: "overdue", Line: "1", Supplier: "potter", SKU: "saucer-3", Units: 500, Due: &due}},
		{Shop: "default", Source: "file:supply", ID: "candles", Kind: fact.StockCounted, OccurredAt: due.AddDate(0, 0, 1), Body: &fact.StockCount{SKU: "candle", Quantity: fact.OnHand, Units: 2}}})
	w.get("/api/warnings?shop=default", &v)
	var home wire.Home
	w.get("/api/home?shop=default", &home)
	if v.Alerts == 0 || v.Items[0].SKU != "candle" || home.LateOrders == nil || home.LateOrders.Orders != v.Alerts || *home.LateOrders.RiskMinor != v.Risk {
		t.Errorf("%+v; home says %+v", v, home.LateOrders)
	}
}

func TestAShopChoosesItsServiceByClass(t *testing.T) {
	w := supplied(t)
	var points wire.ReorderLevels
	var before, after wire.ReorderSettings
	w.get("/api/reorder-points?shop=default", &points)
	w.get("/api/reorder-settings?shop=default", &before)
	point := func() (of wire.ReorderLevel) {
		for _, l := range points.Items {
			if l.SKU == "candle" {
				of = l
			}
		}
		return of
	}
	was := point()
	if before.Own || len(before.Classes) != 9 || was.Point <= 0 || was.UpTo <= was.Point || was.Basis != "set" {
		t.Fatalf("%+v %+v", before, was)
	}
	choice := before.Settings
	choice.ByClass = map[string]float64{was.Class: 0.999}
	put := func(who string, s reorder.Settings) (int, string) {
		b, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		return w.answer(who, http.MethodPut, "/api/reorder-settings?shop=default", string(b))
	}
	if status, code := put("operator", choice); status != http.StatusForbidden {
		t.Errorf("an operator chose: %d %s", status, code)
	}
	if status, code := put("admin", choice); status != http.StatusOK {
		t.Fatal(status, code)
	}
	w.get("/api/reorder-settings?shop=default", &after)
	w.get("/api/reorder-points?shop=default", &points)
	if now := point(); !after.Own || after.Settings.ByClass[was.Class] != 0.999 || now.Point <= was.Point || now.Service != 0.999 {
		t.Errorf("%+v %+v", after, now)
	}
	choice.ByClass = map[string]float64{"AA": 0.9}
	if status, _ := put("admin", choice); status != http.StatusUnprocessableEntity && status != http.StatusBadRequest {
		t.Errorf("a class that is none was taken: %d", status)
	}
	if status, code := w.answer("admin", http.MethodDelete, "/api/reorder-settings?shop=default", ""); status != http.StatusOK {
		t.Fatal(status, code)
	}
	if w.get("/api/reorder-settings?shop=default", &after); after.Own {
		t.Error("taken back, and still its own")
	}
}

func TestTheShopsCurveSaysWhereItsSettingsLie(t *testing.T) {
	w := supplied(t)
	var c wire.ServiceCurve
	w.get("/api/reorder-curve?shop=default", &c)
	today := 0
	for i, p := range c.Items {
		if p.Today {
			today++
		}
		if i > 0 && (p.Fill < c.Items[i-1].Fill || p.Lost > c.Items[i-1].Lost || p.Holding < c.Items[i-1].Holding) {
			t.Errorf("more service does not cost more or lose less: %+v after %+v", p, c.Items[i-1])
		}
	}
	if today != 1 || c.Products == 0 || len(c.Items) < 10 {
		t.Errorf("%+v", c)
	}
	rec := w.do(w.request("viewer", http.MethodGet, "/api/reorder-curve?shop=default&format=csv", nil))
	if !strings.HasPrefix(rec.Body.String(), "service,fill,lost_minor") {
		t.Error(rec.Body)
	}
}
