package serve_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"almanac/fact"
	"almanac/serve/storefront"
	"almanac/serve/wire"
	"almanac/sqldb"
	"almanac/sqldb/sqltest"
)

// shows waits until what a page shows fits, as state and settings are looked at beside the answer.
func (w *world) shows(query string, fits func(storefront.Recommendation) bool) (v storefront.Recommendation) {
	w.t.Helper()
	w.clock.add(time.Minute)
	for range 300 {
		if v = w.recommend(query); fits(v) {
			return v
		}
		time.Sleep(10 * time.Millisecond)
	}
	w.t.Errorf("%s: %d products do not fit", query, len(v.Items))
	return v
}

func has(sku string) func(storefront.Recommendation) bool {
	return func(v storefront.Recommendation) bool {
		return slices.ContainsFunc(v.Items, func(i storefront.Item) bool { return i.SKU == sku })
	}
}

func lacks(sku string) func(storefront.Recommendation) bool {
	return func(v storefront.Recommendation) bool { return !has(sku)(v) }
}

func TestListsKeepToWhereAShopSends(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, open func() *sqldb.DB) {
		w := worldOn(t, open(), open())
		at := w.clock.now()
		due := at.AddDate(0, 0, 9)
		w.append([]fact.Fact{
			{Shop: "default", Source: "wms:x", ID: "p", Kind: fact.StockCounted, OccurredAt: at, Body: &fact.StockCount{SKU: "candle", Location: "paris", Quantity: fact.OnHand, Units: 30}},
			{Shop: "default", Source: "wms:x", ID: "b", Kind: fact.StockCounted, OccurredAt: at, Body: &fact.StockCount{SKU: "cup-26", Location: "berlin", Quantity: fact.OnHand, Units: 4}},
			{Shop: "default", Source: "wms:x", ID: "s", Kind: fact.StockCounted, OccurredAt: at, Body: &fact.StockCount{SKU: "cup-33", Location: "till", Quantity: fact.OnHand, Units: 40}},
			{Shop: "default", Source: "erp:x", ID: "price", Kind: fact.PriceSet, OccurredAt: at, Body: &fact.Price{SKU: "cup-26", Currency: "GBP", Amount: 1000}},
			{Shop: "default", Source: "erp:x", ID: "po/1", Kind: fact.PurchasePlaced, OccurredAt: at, Body: &fact.Purchase{Purchase: "po", Line: "1", SKU: "cup-26", Units: 50, Due: &due}},
		})
		w.say("admin", http.MethodPut, "/api/availability/settings?shop=default", `{"channels":{"web":["berlin","paris",""]},"sends_to":{"paris":["FR"]},"country":"DE",
			"restrictions":[{"name":"customs","countries":["CH"],"skus":["cup-26"]}],
			"zones":[{"name":"home","countries":["DE"],"currency":"GBP","cost_minor":450,"weights":[{"up_to_g":1000,"cost_minor":200}]},
				{"name":"west","countries":["FR"],"prefixes":["75"],"currency":"GBP","cost_minor":900}, {"name":"alps","countries":["CH"],"currency":"GBP","cost_minor":900}]}`, 200, nil)

		w.shows("n=50", lacks("candle")) // Paris does not send to Germany, where visitors are unless they say otherwise
		w.shows("n=50&country=FR", has("candle"))
		w.shows("n=50", lacks("cup-33")) // the till does not serve the pages
		w.shows("n=50&country=ch", lacks("cup-26"))
		v := w.shows("n=50", has("cup-26"))
		for _, i := range v.Items {
			if i.SKU == "cup-26" && (i.Availability != "few_left" || *i.Left != 4 || i.MoreOn != due.UTC().Format(time.DateOnly)) {
				t.Errorf("%+v", i)
			}
		}
		if v = w.recommend("country=FR&postcode=69001&explain=1"); len(v.Items) != 0 || v.Notes[0].Code != "empty" || !strings.Contains(v.Notes[0].Text, "cannot be sent") {
			t.Errorf("no zone delivers to Lyon: %+v", v)
		}
		if v = w.recommend("country=US"); len(v.Items) != 0 {
			t.Errorf("no zone delivers to the United States: %+v", v.Items)
		}
		var p wire.ListPreview
		w.say("viewer", http.MethodPost, "/api/recommendations/preview?shop=default", `{"n":50}`, 200, &p)
		for _, i := range p.Items {
			if i.SKU == "cup-26" && (i.SendMinor == nil || *i.SendMinor != 450 || i.Zone != "home" || i.From != "berlin") {
				t.Errorf("%+v", i)
			}
		}
		w.say("server", http.MethodPost, "/v1/reservations", `{"id":"cart-1","lines":[{"sku":"cup-26","units":4}]}`, 200, nil)
		w.shows("n=50", lacks("cup-26"))
		w.say("admin", http.MethodPut, "/api/availability/settings?shop=default", `{"restrictions":[{"countries":["Germany"]}]}`, 422, nil)
	})
}
