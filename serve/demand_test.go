package serve_test

import (
	"math"
	"net/http"
	"testing"

	"almanac/predict"
	"almanac/serve/wire"
	"almanac/shop"
)

// A shop with a year of orders: what the page says of its categories adds up to what the card says of the shop.
func TestAccuracyByCategoryAddsUpToTheShops(t *testing.T) {
	w := newWorld(t)
	if err := w.config.Shops.Save(t.Context(), shop.Shop{ID: "long", Name: "Long", Currency: "GBP", CurrencyBasis: shop.Set, TimeZone: "UTC", Mode: "approve"}); err != nil {
		t.Fatal(err)
	}
	w.sell("long", "GBP", 2600)
	w.train("long")
	var v wire.DemandAccuracy
	w.page(t, "/api/demand-accuracy?shop=long", &v)
	if v.Missing != "" || len(v.Items) != 1 || len(v.Items[0].Points) < 2 {
		t.Fatalf("%+v", v)
	}
	all := v.Items[0]
	var units, missed float64
	for i, p := range all.Points {
		units, missed = units+p.Units, missed+p.Units**p.Error
		if i > 0 && p.Week <= all.Points[i-1].Week {
			t.Errorf("%s comes after %s", p.Week, all.Points[i-1].Week)
		}
	}
	if math.Abs(units-all.Units) > 0.1 || math.Abs(missed/units-*all.Error) > 1e-3 {
		t.Errorf("points hold %v units and %v missed, the sum says %v and %v", units, missed/units, all.Units, *all.Error)
	}
	card, err := w.config.Registry.Champion(t.Context(), "long", predict.Demand)
	if err != nil {
		t.Fatal(err)
	}
	if card.Card.Folds > 1 && math.Abs(*all.Error-card.Card.Metrics["wape"].Model) > 1e-3 || card.Card.Folds == len(all.Points) && math.Abs(*all.BaselineError-card.Card.Metrics["wape"].Baseline) > 1e-3 {
		t.Errorf("the page says %v beside %v, the card %+v", *all.Error, *all.BaselineError, card.Card.Metrics["wape"])
	}
	var list wire.DemandList
	w.page(t, "/api/demand?shop=long&only=forecast&sort=-error&limit=1000", &list)
	var products float64
	for _, p := range list.Items {
		products += p.Tested
	}
	if math.Abs(products-all.Units) > 1 {
		t.Errorf("products were tested on %v units, the shop on %v", products, all.Units)
	}
	if rec := w.do(w.request("chief", http.MethodGet, "/api/demand-accuracy?shop=long&format=csv", nil)); rec.Code != http.StatusOK || rec.Header().Get("Content-Type") != "text/csv; charset=utf-8" {
		t.Error(rec.Code, rec.Header())
	}
}
