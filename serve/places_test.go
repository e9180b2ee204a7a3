package serve_test

import (
	"fmt"
	"math"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"almanac/fact"
	"almanac/serve/wire"
	"almanac/shop"
)

// sellAt makes a shop with a year of orders in two stores and on a site that tells no place.
func (w *world) sellAt(t *testing.T, id string) {
	t.Helper()
	if err := w.config.Shops.Save(t.Context(), shop.Shop{ID: id, Name: "Chain", Currency: "GBP", CurrencyBasis: shop.Set, TimeZone: "UTC", Mode: "approve"}); err != nil {
		t.Fatal(err)
	}
	var facts []fact.Fact
	first := time.Date(2025, 1, 6, 12, 0, 0, 0, time.UTC)
	for i := range 2000 {
		at := first.Add(time.Duration(i) * 4 * time.Hour)
		order, place := fmt.Sprint("o", i), []string{"ST1", "ST1", "St. Mary/2", ""}[i%4]
		facts = append(facts, fact.Fact{Shop: id, Source: "till:main", ID: order, Kind: fact.OrderPlaced, OccurredAt: at,
			Body: &fact.OrderLine{Order: order, Line: "1", SKU: fmt.Sprint("mug-", i%7), Units: int64(1 + i%3), Currency: "GBP", Gross: 500, Location: place}})
	}
	facts = append(facts, fact.Fact{Shop: id, Source: "file:shops", ID: "1", Kind: fact.LocationDescribed, OccurredAt: first, Body: &fact.Place{Location: "ST1", Name: "High Street", Region: "North", Country: "GB"}})
	w.append(facts)
}

func TestDemandByPlace(t *testing.T) {
	w := newWorld(t)
	var none wire.DemandPlaces
	if w.page(t, "/api/demand-places?shop=default", &none); len(none.Items) != 0 {
		t.Errorf("a shop that tells of no place has %+v", none.Items)
	}
	w.sellAt(t, "chain")
	var v wire.DemandPlaces
	if w.page(t, "/api/demand-places?shop=chain", &v); len(v.Items) != 4 || v.Missing == "" || v.Items[1].Title != "High Street" || v.Items[3].Level != "region" {
		t.Fatalf("before training: %+v", v)
	}
	w.train("chain")
	v = wire.DemandPlaces{}
	w.page(t, "/api/demand-places?shop=chain", &v)
	if len(v.Items) != 4 || v.Missing != "" || v.Dividing == "" {
		t.Fatalf("%+v", v)
	}
	var whole wire.DemandLevel
	w.page(t, "/api/demand-level?shop=chain", &whole)
	var sum, share float64
	for _, p := range v.Items[:3] {
		sum, share = sum+p.Next[0], share+*p.Share
		if p.Error == nil || p.BaselineError == nil || len(p.Points) == 0 || p.Products != 7 {
			t.Errorf("%+v", p)
		}
	}
	if math.Abs(sum-whole.Means[0].Units) > 0.05 || math.Abs(share-1) > 0.001 || v.Items[3].Next[0] != v.Items[1].Next[0] {
		t.Errorf("places come to %v, the shop to %v; shares to %v; region %+v", sum, whole.Means[0].Units, share, v.Items[3])
	}
	var at wire.DemandLevel
	w.page(t, "/api/demand-level?shop=chain&place=ST1", &at)
	if at.Place != "ST1" || at.Title != "High Street" || len(at.Forecast) != 13 || math.Abs(at.Means[0].Units-v.Items[1].Next[0]) > 1e-9 || len(at.Tested) == 0 || at.Weeks[0].Units == 0 {
		t.Errorf("%+v", at)
	}
	w.page(t, "/api/demand-level?shop=chain&unplaced=true", &at)
	if !at.Unplaced || math.Abs(at.Means[0].Units-v.Items[0].Next[0]) > 1e-9 {
		t.Errorf("%+v", at)
	}
	var list wire.DemandList
	w.page(t, "/api/demand?shop=chain&region=North", &list)
	sum = 0
	for _, p := range list.Items {
		sum += p.Next[0]
	}
	if len(list.Items) != 7 || math.Abs(sum-v.Items[3].Next[0]) > 0.06 {
		t.Errorf("products of the North come to %v, the region to %v", sum, v.Items[3].Next[0])
	}
	var one wire.DemandProduct
	w.page(t, "/api/demand/mug-1?shop=chain", &one)
	if len(one.Places) != 3 || one.Places[0].Name != "ST1" || *one.Places[0].Quarter <= 0 || math.Abs(*one.Places[0].Share+*one.Places[1].Share+*one.Places[2].Share-1) > 0.002 {
		t.Errorf("%+v", one.Places)
	}
	for _, path := range []string{"/api/demand-level?shop=chain&place=ST9", "/api/demand?shop=chain&region=South"} {
		if rec := w.do(w.request("chief", http.MethodGet, path, nil)); rec.Code != http.StatusNotFound {
			t.Error(path, rec.Code)
		}
	}
	if rec := w.do(w.request("chief", http.MethodGet, "/api/demand-places?shop=chain&format=csv", nil)); rec.Code != http.StatusOK {
		t.Error(rec.Code)
	}
}

// What planners set for a product moves its places in proportion.
func TestWhatPlannersSetMovesItsPlaces(t *testing.T) {
	w := newWorld(t)
	w.sellAt(t, "chain")
	w.train("chain")
	var before, after wire.DemandPlaces
	w.page(t, "/api/demand-places?shop=chain", &before)
	body := fmt.Sprintf(`{"sku":"mug-1","weeks":[{"week":"%s","units":1000}],"note":"fair","until":"2026-12-31"}`, before.Start)
	if rec := w.do(w.request("chief", http.MethodPost, "/api/demand-adjustments?shop=chain", strings.NewReader(body))); rec.Code != http.StatusOK {
		t.Fatal(rec.Code, rec.Body)
	}
	w.page(t, "/api/demand-places?shop=chain", &after)
	var more float64
	for i := range after.Items[:3] {
		if d := after.Items[i].Next[0] - before.Items[i].Next[0]; d <= 0 {
			t.Errorf("%q moved by %v", after.Items[i].Name, d)
		} else {
			more += d
		}
	}
	if more < 900 || more > 1000 {
		t.Errorf("places moved by %v", more)
	}
}

func TestPeopleSayWhichRegionAPlaceLiesIn(t *testing.T) {
	w := newWorld(t)
	w.sellAt(t, "chain")
	put := func(place, body string) int {
		return w.do(w.request("chief", http.MethodPut, "/api/places/"+url.PathEscape(place)+"?shop=chain", strings.NewReader(body))).Code
	}
	if got := put("St. Mary/2", `{"region":" North ","country":"GB"}`); got != http.StatusNoContent && got != http.StatusOK {
		t.Fatal(got)
	}
	if got := put("ST9", `{"region":"North"}`); got != http.StatusNotFound {
		t.Error(got)
	}
	w.train("chain")
	var v wire.DemandPlaces
	w.page(t, "/api/demand-places?shop=chain", &v)
	if len(v.Items) != 4 || v.Items[2].Region != "North" || math.Abs(v.Items[3].Next[0]-v.Items[1].Next[0]-v.Items[2].Next[0]) > 0.03 {
		t.Errorf("%+v", v.Items)
	}
}
