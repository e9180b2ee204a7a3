package serve_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"almanac/fact"
	"almanac/serve/problem"
	"almanac/serve/storefront"
	"almanac/serve/wire"
	"almanac/sqldb"
	"almanac/sqldb/sqltest"
)

func (w *world) recommend(query string) storefront.Recommendation {
	w.t.Helper()
	var v storefront.Recommendation
	w.say("nobody", http.MethodGet, "/v1/recommend?key="+w.keys["write"]+"&"+query, "", 200, &v)
	return v
}

func TestBadQuestionsAreAnsweredOrRefusedAlikeByGetAndPost(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, open func() *sqldb.DB) {
		w := worldOn(t, open(), open())
		long := strings.Repeat("x", 513)
		for name, c := range map[string]struct {
			query  url.Values
			body   string
			status int
			where  string
		}{
			"nothing":              {nil, `{}`, 200, ""},
			"unknown visitor":      {url.Values{"visitor": {"nobody-ever"}}, `{"visitor":"nobody-ever"}`, 200, ""},
			"unknown item":         {url.Values{"items": {"no-such"}}, `{"items":["no-such"]}`, 200, ""},
			"unknown category":     {url.Values{"category": {"None"}}, `{"category":"None"}`, 200, ""},
			"unknown placement":    {url.Values{"placement": {"roof"}}, `{"placement":"roof"}`, 422, "placement"},
			"for servers":          {url.Values{"placement": {"e-mail"}}, `{"placement":"e-mail"}`, 403, ""},
			"none":                 {url.Values{"n": {"0"}}, `{"n":0}`, 422, "n"},
			"fewer than none":      {url.Values{"n": {"-1"}}, `{"n":-1}`, 422, "n"},
			"too many":             {url.Values{"n": {"10000"}}, `{"n":10000}`, 422, "n"},
			"the most":             {url.Values{"n": {"50"}}, `{"n":50}`, 200, ""},
			"too many items":       {url.Values{"items": {strings.Repeat("x,", 201)}}, `{"items":[` + strings.Repeat(`"x",`, 200) + `"x"]}`, 422, "items"},
			"a long visitor":       {url.Values{"visitor": {long}}, `{"visitor":"` + long + `"}`, 422, "visitor"},
			"a long item":          {url.Values{"items": {long}}, `{"items":["` + long + `"]}`, 422, "items"},
			"a visitor of noughts": {url.Values{"visitor": {"a\x00b"}}, `{"visitor":"a\u0000b"}`, 422, "visitor"},
			"an item of noughts":   {url.Values{"items": {"a\x00b"}}, `{"items":["a\u0000b"]}`, 422, "items"},
			"a long country":       {url.Values{"country": {"GBR"}}, `{"country":"GBR"}`, 422, "country"},
		} {
			query := url.Values{"key": {w.keys["write"]}}
			for k, v := range c.query {
				query[k] = v
			}
			get := w.do(w.request("nobody", http.MethodGet, "/v1/recommend?"+query.Encode(), nil))
			post := w.do(w.request("nobody", http.MethodPost, "/v1/recommend?key="+w.keys["write"], strings.NewReader(c.body)))
			if get.Code != c.status || post.Code != c.status {
				t.Errorf("%s: GET %d, POST %d, want %d: %s", name, get.Code, post.Code, c.status, post.Body)
				continue
			}
			if c.where == "" {
				continue
			}
			for _, b := range [][]byte{get.Body.Bytes(), post.Body.Bytes()} {
				var p problem.Problem
				if err := json.Unmarshal(b, &p); err != nil || len(p.Errors) == 0 || p.Errors[0].Location != c.where || p.Remedy == "" {
					t.Errorf("%s: %v %s", name, err, b)
				}
			}
		}
		// What is no number can be written in an address only, what is not text at all as well.
		for _, q := range []string{"n=many", "n=1e1", "n=99999999999999999999", "visitor=%ff", "items=%ff"} {
			w.say("nobody", http.MethodGet, "/v1/recommend?key="+w.keys["write"]+"&"+q, "", 422, nil)
		}
		for _, body := range []string{`{"n":"ten"}`, `{"n":1.5}`, `[]`, `{`, ``, `{"items":"cup"}`} {
			rec := w.do(w.request("nobody", http.MethodPost, "/v1/recommend?key="+w.keys["write"], strings.NewReader(body)))
			if rec.Code != 400 {
				t.Errorf("%s: %d", body, rec.Code)
			}
		}
	})
}

// shopOf is a shop of its own with a write key, where this happened.
func (w *world) shopOf(facts ...fact.Fact) (key string) {
	w.t.Helper()
	for i := range facts {
		facts[i].Shop = "other"
	}
	w.append(facts)
	return w.keys["foreign"]
}

func TestAShopThatHasNothingLeftSaysSo(t *testing.T) {
	w := newWorld(t)
	at := w.clock.now()
	var gone []fact.Fact
	for i := range 40 {
		for _, sku := range []string{fmt.Sprint("cup-", i), fmt.Sprint("saucer-", i)} {
			gone = append(gone, fact.Fact{Source: "wms:x", ID: "count" + sku, Kind: fact.StockCounted, OccurredAt: at, Body: &fact.StockCount{SKU: sku, Quantity: fact.OnHand, Units: 0}})
		}
	}
	for _, sku := range []string{"candle", "=formula"} {
		gone = append(gone, fact.Fact{Source: "wms:x", ID: "count" + sku, Kind: fact.StockCounted, OccurredAt: at, Body: &fact.StockCount{SKU: sku, Quantity: fact.OnHand, Units: 0}})
	}
	key := w.shopOf(gone...)
	var v storefront.Recommendation
	w.say("nobody", http.MethodGet, "/v1/recommend?explain=1&key="+key, "", 200, &v)
	if len(v.Items) != 0 || len(v.Notes) == 0 || v.Notes[0].Code != "empty" || !strings.Contains(v.Notes[0].Text, "sold out") {
		t.Errorf("%+v", v)
	}
	// One product comes back: the list is that one.
	w.shopOf(fact.Fact{Source: "wms:x", ID: "again", Kind: fact.StockCounted, OccurredAt: at.Add(time.Second), Body: &fact.StockCount{SKU: "candle", Quantity: fact.OnHand, Units: 3}})
	w.clock.add(time.Minute)
	for range 200 {
		w.say("nobody", http.MethodGet, "/v1/recommend?explain=1&key="+key, "", 200, &v)
		if len(v.Items) == 1 {
			break
		}
		time.Sleep(10 * time.Millisecond) // state is looked at beside the answer
	}
	if len(v.Items) != 1 || v.Items[0].SKU != "candle" || !slices.ContainsFunc(v.Notes, func(n storefront.Note) bool { return n.Code == "short" }) {
		t.Errorf("%+v", v)
	}
}

func TestAVisitorWithAVeryLongPastIsAnsweredLikeAnybody(t *testing.T) {
	w := newWorld(t)
	var facts []fact.Fact
	at := w.clock.now().Add(-time.Hour)
	looks := 100_000
	if testing.Short() {
		looks = 10_000 // with the race detector SQLite takes hundreds a second
	}
	for i := range looks {
		facts = append(facts, fact.Fact{Shop: "default", Source: "segment:web", ID: fmt.Sprint("look", i), Kind: fact.ProductViewed, OccurredAt: at.Add(time.Duration(i) * time.Millisecond),
			Body: &fact.ProductEvent{Actor: fact.Actor{Visitor: "busy"}, SKU: fmt.Sprint("cup-", i%40)}})
	}
	w.append(facts)
	if v := w.recommend("visitor=busy&n=10"); len(v.Items) != 10 {
		t.Errorf("%d products", len(v.Items))
	}
	w.server.Shelf().Heard("default", facts)
	v := w.recommend("visitor=busy&n=10&explain=1")
	if len(v.Items) != 10 || len(v.Notes) == 0 || !strings.Contains(v.Notes[0].Text, "like a program") {
		t.Errorf("%+v", v.Notes)
	}
	if v := w.recommend("visitor=somebody&n=10"); len(v.Items) != 10 {
		t.Errorf("somebody else sees %d products", len(v.Items))
	}
}

// A page does not wait for a busy database, and what a returning customer bought is not shown to them all the same.
func TestWhatACustomerBoughtIsNotShownAlsoWhileTheirPastIsNotRead(t *testing.T) {
	w := newWorld(t)
	w.config.Patience = time.Nanosecond
	w.rebuild()
	bought, err := w.config.Views.Orders.ProductsOf(t.Context(), "default", "default-c3")
	if err != nil || len(bought) == 0 {
		t.Fatal(bought, err)
	}
	for _, i := range w.recommend("visitor=default-c3&n=50").Items {
		for _, b := range bought {
			if i.SKU == b.SKU {
				t.Errorf("%s was bought and is shown", b.SKU)
			}
		}
	}
}

func TestABrowserThatIsJoinedWithACustomerIsNotShownWhatTheyBought(t *testing.T) {
	w := newWorld(t)
	shows := func() bool {
		return slices.ContainsFunc(w.recommend("visitor=browser-7&n=50").Items, func(i storefront.Item) bool { return i.SKU == "candle" })
	}
	if !shows() {
		t.Fatal("the candle is not shown to somebody unknown")
	}
	w.append([]fact.Fact{{Shop: "default", Source: "segment:web", ID: "link", Kind: fact.IdentityLinked, OccurredAt: w.clock.now(),
		Body: &fact.Link{A: "visitor:browser-7", B: "customer:default-c3"}}})
	w.clock.add(time.Hour) // what was read before is forgotten
	if shows() {
		t.Error("the customer bought candles, and their browser is shown one")
	}
}

func TestReviewsCountInWhatAProductIsWorth(t *testing.T) {
	w := newWorld(t)
	var facts []fact.Fact
	for i := range 10 {
		for sku, rating := range map[string]int{"cup-26": 5, "cup-33": 1} {
			facts = append(facts, fact.Fact{Shop: "default", Source: "shopify:main", ID: fmt.Sprint(sku, i), Kind: fact.ReviewWritten, OccurredAt: w.clock.now(), Body: &fact.Review{SKU: sku, Rating: rating}})
		}
	}
	w.append(facts)
	var v wire.ListPreview
	w.say("viewer", http.MethodPost, "/api/recommendations/preview?shop=default", `{"n":50}`, 200, &v)
	worth := map[string]float64{}
	for _, i := range v.Items {
		worth[i.SKU] = i.Worth
	}
	if !(worth["cup-26"] > worth["cup-12"] && worth["cup-12"] > worth["cup-33"] && worth["cup-33"] > 0) {
		t.Errorf("liked %g, not judged %g, disliked %g", worth["cup-26"], worth["cup-12"], worth["cup-33"])
	}
}

func TestBundlesAreOfferedOverHTTP(t *testing.T) {
	w := newWorld(t)
	var facts []fact.Fact
	at := w.clock.now().AddDate(0, 0, -20)
	for i := range 40 {
		for n, sku := range []string{"pot", "lid"} {
			facts = append(facts, fact.Fact{Shop: "default", Source: "shopify:main", ID: fmt.Sprint("b", i, "/", n), Kind: fact.OrderPlaced, OccurredAt: at.Add(time.Duration(i) * time.Hour),
				Body: &fact.OrderLine{Order: fmt.Sprint("b", i), Line: fmt.Sprint(n), SKU: sku, Units: 1, Currency: "GBP", Gross: 1000, Customer: fmt.Sprint("bundler", i)}})
		}
	}
	for n, sku := range []string{"pot", "lid"} {
		facts = append(facts, fact.Fact{Shop: "default", Source: "shopify:main", ID: sku, Kind: fact.ProductDescribed, OccurredAt: at, Body: &fact.Product{SKU: sku, Title: strings.ToUpper(sku), Category: []string{sku}}},
			fact.Fact{Shop: "default", Source: "shopify:main", ID: sku, Kind: fact.PriceSet, OccurredAt: at, Body: &fact.Price{SKU: sku, Currency: "GBP", Amount: int64(1000 + n)}},
			fact.Fact{Shop: "default", Source: "shopify:main", ID: sku, Kind: fact.CostSet, OccurredAt: at, Body: &fact.Cost{SKU: sku, Currency: "GBP", Amount: 300}})
	}
	w.append(facts)
	v := w.recommend("placement=cart&items=pot&bundles=3")
	if len(v.Bundles) != 1 || len(v.Bundles[0].Items) != 2 || v.Bundles[0].Price != 2001 || v.Bundles[0].Margin != nil || v.Bundles[0].Reason != "often bought together with POT" {
		t.Errorf("%+v", v.Bundles)
	}
	var p wire.ListPreview
	w.say("viewer", http.MethodPost, "/api/recommendations/preview?shop=default", `{"placement":"product","items":["lid"]}`, 200, &p)
	if len(p.Bundles) != 1 || p.Bundles[0].MarginMinor == nil || *p.Bundles[0].MarginMinor != 1401 || p.Bundles[0].Items[0].SKU != "lid" {
		t.Errorf("%+v", p.Bundles)
	}
	for _, q := range []string{"bundles=6", "bundles=-1", "bundles=x"} {
		w.say("nobody", http.MethodGet, "/v1/recommend?key="+w.keys["write"]+"&"+q, "", 422, nil)
	}
}

// A price with tax in it earns less than it looks: what looks like a gain before tax is a loss.
func TestMarginsAreWithoutTax(t *testing.T) {
	w := newWorld(t)
	at := w.clock.now()
	facts := []fact.Fact{{Shop: "default", Source: "shopify:main", ID: "t/1", Kind: fact.OrderPlaced, OccurredAt: at.AddDate(0, 0, -3),
		Body: &fact.OrderLine{Order: "t", Line: "1", SKU: "taxed", Title: "Taxed", Units: 1, Currency: "GBP", Gross: 1200, Tax: 200, TaxIncluded: true}}}
	for sku, included := range map[string]bool{"taxed": true, "cup-33": false, "cup-12": true} {
		facts = append(facts, fact.Fact{Shop: "default", Source: "shopify:main", ID: sku, Kind: fact.PriceSet, OccurredAt: at, Body: &fact.Price{SKU: sku, Currency: "GBP", Amount: 1200, TaxIncluded: included}},
			fact.Fact{Shop: "default", Source: "shopify:main", ID: sku, Kind: fact.CostSet, OccurredAt: at, Body: &fact.Cost{SKU: sku, Currency: "GBP", Amount: 900}})
	}
	w.append(facts)
	var v wire.ListPreview
	w.say("viewer", http.MethodPost, "/api/recommendations/preview?shop=default", `{"n":50,"draft":{"name":"see it","deed":"pin","skus":["taxed"],"position":1}}`, 200, &v)
	margin := map[string]int64{}
	for _, i := range v.Items {
		if i.MarginMinor != nil {
			margin[i.SKU] = *i.MarginMinor
		}
	}
	if margin["taxed"] != 100 || margin["cup-33"] != 300 || margin["cup-12"] != 300 {
		t.Errorf("a sixth of the price is tax where it was sold with tax; nobody else pays any: %v", margin)
	}
}
