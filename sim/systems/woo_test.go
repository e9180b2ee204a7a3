package systems_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"almanac/fact"
	"almanac/sim"
	"almanac/sim/systems"
)

// clock stands still unless somebody waits.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func newClock() *clock { return &clock{at: time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC)} }

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

func tiny() sim.Config {
	c := sim.Small()
	c.Months, c.People.Buyers, c.Catalogue.Products, c.Visits.Conversion, c.Mail.Every = 3, 400, 60, 1, 0
	return c
}

// lines of the orders that the shop's own system took: number → SKU → units.
type orders map[string]map[string]int64

func (o orders) add(f *fact.Fact) {
	if l, ok := f.Body.(*fact.OrderLine); ok && f.Source == "shop:main" {
		if o[l.Order] == nil {
			o[l.Order] = map[string]int64{}
		}
		o[l.Order][l.SKU] += l.Units
	}
}

// world lives through a tiny one day by day.
func world(t *testing.T, w *systems.Woo, truth orders, daily func()) {
	t.Helper()
	merchant, err := sim.PolicyNamed("merchant")
	if err != nil {
		t.Fatal(err)
	}
	s, err := sim.New(tiny(), merchant, func(f fact.Fact) error { w.Fact(&f); truth.add(&f); return nil }, nil)
	if err != nil {
		t.Fatal(err)
	}
	for d := range s.Days() {
		if err := s.Step(d); err != nil {
			t.Fatal(err)
		}
		daily()
	}
	w.End()
	daily()
}

func newWoo(t *testing.T, o systems.WooOptions) (*systems.Woo, string) {
	t.Helper()
	if o.Now == nil {
		o.Now = newClock().now
	}
	o.Key, o.Secret, o.Site, o.Tax, o.Client = "ck", "cs", "https://shop.example", .19, http.DefaultClient
	w, err := systems.NewWoo(o)
	if err != nil {
		t.Fatal(err)
	}
	h := httptest.NewServer(w)
	t.Cleanup(h.Close)
	return w, h.URL + "/wp-json/wc/v3/"
}

// puller is a plain client, as a connector would be one.
type puller struct {
	t     *testing.T
	clock *clock
	tries int // requests that were put off
}

func (p *puller) get(url string) (*http.Response, []byte) {
	p.t.Helper()
	for range 100 {
		req, err := http.NewRequestWithContext(p.t.Context(), http.MethodGet, url, http.NoBody)
		if err != nil {
			p.t.Fatal(err)
		}
		req.SetBasicAuth("ck", "cs")
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			p.t.Fatal(err)
		}
		body, err := io.ReadAll(res.Body)
		_ = res.Body.Close()
		if err != nil {
			p.t.Fatal(err)
		}
		if res.StatusCode != http.StatusTooManyRequests && res.StatusCode < 500 {
			return res, body
		}
		p.tries++
		if res.StatusCode == http.StatusTooManyRequests {
			seconds, err := strconv.Atoi(res.Header.Get("Retry-After"))
			if err != nil || seconds < 1 {
				p.t.Fatalf("Retry-After is %q", res.Header.Get("Retry-After"))
			}
			if p.clock != nil {
				p.clock.pass(time.Duration(seconds) * time.Second)
			}
		}
	}
	p.t.Fatalf("%s did not answer in 100 tries", url)
	return nil, nil
}

// all follows Link rel="next" to the end.
func (p *puller) all(url string) (out []map[string]any) {
	p.t.Helper()
	for url != "" {
		res, body := p.get(url)
		var page []map[string]any
		if err := json.Unmarshal(body, &page); err != nil || res.StatusCode != http.StatusOK {
			p.t.Fatalf("%s: %s %s", url, res.Status, body)
		}
		out = append(out, page...)
		url = ""
		for _, l := range res.Header.Values("Link") {
			if address, rel, _ := strings.Cut(l, ">; "); rel == `rel="next"` {
				url = strings.TrimPrefix(address, "<")
			}
		}
		if n, err := strconv.Atoi(res.Header.Get("X-WP-Total")); err != nil || url == "" && n != len(out) {
			p.t.Errorf("%d objects of %s", len(out), res.Header.Get("X-WP-Total"))
		}
	}
	return out
}

func linesOf(list []map[string]any) orders {
	out := orders{}
	for _, o := range list {
		of := map[string]int64{}
		for _, l := range o["line_items"].([]any) {
			line := l.(map[string]any)
			of[line["sku"].(string)] += int64(line["quantity"].(float64))
		}
		out[o["number"].(string)] = of
	}
	return out
}

// Every order is on exactly one page, whatever the size, though the server limits, is busy and fails.
func TestPagesAreCompleteUnderLimitsAndFaults(t *testing.T) {
	c := newClock()
	w, base := newWoo(t, systems.WooOptions{Rate: 3, Now: c.now, Faults: systems.Faults{Busy: .1, Fail: .1}})
	truth := orders{}
	world(t, w, truth, func() {})
	if len(truth) < 50 {
		t.Fatalf("only %d orders", len(truth))
	}
	p := &puller{t: t, clock: c}
	for _, query := range []string{"", "?per_page=100", "?per_page=7&orderby=modified&order=asc"} {
		list := p.all(base + "orders" + query)
		if d := cmp.Diff(truth, linesOf(list)); d != "" || len(list) != len(truth) {
			t.Errorf("%q: %d orders of %d: %s", query, len(list), len(truth), d)
		}
	}
	if p.tries < 20 {
		t.Errorf("only %d requests were put off", p.tries)
	}
	products, variations := p.all(base+"products?per_page=50"), 0
	for _, x := range products {
		variations += len(p.all(fmt.Sprintf("%sproducts/%.0f/variations?per_page=100", base, x["id"])))
	}
	if variations < 40 || variations > tiny().Catalogue.Products {
		t.Errorf("%d variations of %d products", variations, len(products))
	}
	if people := p.all(base + "customers?per_page=100"); len(people) < 20 {
		t.Errorf("%d customers", len(people))
	}
}

// What changed since the last look is found by modified_after, once each.
func TestPollingByModifiedAfterFindsEveryChange(t *testing.T) {
	w, base := newWoo(t, systems.WooOptions{})
	p, truth, seen := &puller{t: t}, orders{}, map[string]map[string]any{}
	since, day := "2000-01-01T00:00:00", 0
	poll := func() {
		for _, o := range p.all(base + "orders?per_page=100&orderby=modified&order=asc&modified_after=" + since) {
			seen[o["number"].(string)] = o
			since = o["date_modified_gmt"].(string)
		}
	}
	world(t, w, truth, func() {
		if day++; day%7 == 0 {
			poll()
		}
	})
	poll()
	final := map[string]map[string]any{}
	for _, o := range p.all(base + "orders?per_page=100") {
		final[o["number"].(string)] = o
	}
	if d := cmp.Diff(final, seen); d != "" || len(final) != len(truth) {
		t.Errorf("%d orders of %d: %s", len(seen), len(truth), d)
	}
	states := map[any]int{}
	for _, o := range final {
		states[o["status"]]++
		sum := 0.
		for _, l := range o["line_items"].([]any) {
			line := l.(map[string]any)
			sum += decimal(t, line["total"]) + decimal(t, line["total_tax"])
		}
		if total := sum + decimal(t, o["shipping_total"]); total-decimal(t, o["total"]) > .005 || total-decimal(t, o["total"]) < -.005 {
			t.Errorf("order %v: lines and shipping are %.2f, the total %v", o["number"], total, o["total"])
		}
	}
	if states["completed"] == 0 || states["refunded"] == 0 || states["processing"] == 0 {
		t.Errorf("%v", states)
	}
}

func decimal(t *testing.T, v any) float64 {
	t.Helper()
	f, err := strconv.ParseFloat(v.(string), 64)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// Objects have the fields of the platform's documentation, no more and no fewer, of the same JSON types.
func TestObjectsHaveTheFieldsOfThePlatformsDocumentation(t *testing.T) {
	dir := filepath.Join("..", "..", "..", "shared", "fixtures", "woocommerce")
	if _, err := os.Stat(dir); err != nil {
		t.Skip("the platform's examples are not here: " + dir)
	}
	w, base := newWoo(t, systems.WooOptions{Hooks: []systems.Hook{{Topic: "order.created", URL: "http://127.0.0.1:1", Secret: "s"}}})
	world(t, w, orders{}, func() {})
	p := &puller{t: t}
	all := p.all(base + "orders?per_page=100&status=refunded")
	if len(all) == 0 {
		t.Fatal("no order was paid back")
	}
	products := p.all(base + "products")
	for file, got := range map[string]map[string]any{
		"wc_orders_01.json": all[0], "wc_products_02.json": products[0], "wc_customers_01.json": p.all(base + "customers")[0], "wc_webhooks_01.json": p.all(base + "webhooks")[0],
		"wc_order-refunds_02.json":      p.all(fmt.Sprintf("%sorders/%.0f/refunds", base, all[0]["id"]))[0],
		"wc_product-variations_01.json": p.all(fmt.Sprintf("%sproducts/%.0f/variations", base, products[0]["id"]))[0],
	} {
		b, err := os.ReadFile(filepath.Join(dir, file))
		if err != nil {
			t.Fatal(err)
		}
		var want map[string]any
		if err := json.Unmarshal(b, &want); err != nil {
			t.Fatal(err)
		}
		sameFields(t, file, want, got)
	}
}

func sameFields(t *testing.T, where string, want, got map[string]any) {
	t.Helper()
	if d := cmp.Diff(slices.Sorted(maps.Keys(want)), slices.Sorted(maps.Keys(got))); d != "" {
		t.Errorf("%s: %s", where, d)
		return
	}
	for name, a := range want {
		b := got[name]
		if name == "status" && a == true { // an old slip in the documentation of variations
			continue
		}
		if x, y := fmt.Sprintf("%T", a), fmt.Sprintf("%T", b); x != y && a != nil && b != nil {
			t.Errorf("%s, %s: %s, documented is %s", where, name, y, x)
		}
		switch a := a.(type) {
		case map[string]any:
			if b, ok := b.(map[string]any); ok {
				sameFields(t, where+", "+name, a, b)
			}
		case []any:
			list, ok := b.([]any)
			if !ok || len(a) == 0 || len(list) == 0 {
				continue
			}
			if first, ok := a[0].(map[string]any); ok && name != "meta_data" {
				sameFields(t, where+", "+name, first, list[0].(map[string]any))
			}
		}
	}
}

func TestRequestsThatThePlatformRefuses(t *testing.T) {
	_, base := newWoo(t, systems.WooOptions{})
	for _, c := range []struct {
		path, user, code string
		status           int
	}{
		{"orders", "nobody", "woocommerce_rest_cannot_view", 401},
		{"orders?per_page=101", "ck", "rest_invalid_param", 400},
		{"orders?page=0", "ck", "rest_invalid_param", 400},
		{"orders?modified_after=yesterday", "ck", "rest_invalid_param", 400},
		{"orders?order=up", "ck", "rest_invalid_param", 400},
		{"orders/17", "ck", "woocommerce_rest_shop_order_invalid_id", 404},
		{"coupons", "ck", "rest_no_route", 404},
	} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, base+c.path, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		req.SetBasicAuth(c.user, "cs")
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		var body struct {
			Code, Message string
			Data          struct{ Status int }
		}
		err = json.NewDecoder(res.Body).Decode(&body)
		_ = res.Body.Close()
		if err != nil || res.StatusCode != c.status || body.Code != c.code || body.Data.Status != c.status || body.Message == "" {
			t.Errorf("%s: %s %+v %v", c.path, res.Status, body, err)
		}
	}
	res, body := (&puller{t: t}).get(base + "orders?consumer_key=ck&consumer_secret=cs&page=9")
	if string(body) != "[]" || res.Header.Get("X-WP-Total") != "0" || res.Header.Get("X-WP-TotalPages") != "0" {
		t.Errorf("an empty collection: %s, %s of %s", body, res.Header.Get("X-WP-Total"), res.Header.Get("X-WP-TotalPages"))
	}
}

// hooked is a receiver that notes what it could verify.
type hooked struct {
	t          *testing.T
	mu         sync.Mutex
	seen       map[string]int // order → deliveries
	deliveries map[string]bool
	fails      bool
}

func (h *hooked) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	m := hmac.New(sha256.New, []byte("a secret"))
	_, _ = m.Write(body)
	var o struct{ Number string }
	if err != nil || json.Unmarshal(body, &o) != nil || r.Header.Get("X-WC-Webhook-Signature") != base64.StdEncoding.EncodeToString(m.Sum(nil)) {
		h.t.Errorf("a delivery that does not verify: %v %s", err, body)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	id := r.Header.Get("X-WC-Webhook-Delivery-ID")
	if h.deliveries[id] || r.Header.Get("X-WC-Webhook-Topic") != "order.created" || r.Header.Get("X-WC-Webhook-Resource") != "order" || r.Header.Get("X-WC-Webhook-Event") != "created" {
		h.t.Errorf("headers %v", r.Header)
	}
	h.deliveries[id] = true
	h.seen[o.Number]++
	if h.fails {
		w.WriteHeader(http.StatusInternalServerError)
	}
}

// Webhooks verify; what they drop, double and delay is as much as asked for, and a poll finds the rest.
func TestWebhooksAreSignedAndFailAsOftenAsAskedFor(t *testing.T) {
	for _, fails := range []bool{false, true} {
		h := &hooked{t: t, seen: map[string]int{}, deliveries: map[string]bool{}, fails: fails}
		server := httptest.NewServer(h)
		w, base := newWoo(t, systems.WooOptions{Hooks: []systems.Hook{{Topic: "order.created", URL: server.URL, Secret: "a secret"}},
			Faults: systems.Faults{Drop: .2, Duplicate: .2, Reorder: .2, Late: .2}})
		truth := orders{}
		world(t, w, truth, func() {
			if err := w.Deliver(context.WithoutCancel(t.Context())); err != nil {
				t.Fatal(err)
			}
		})
		for range 20 { // what is late
			if err := w.Deliver(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		hook := (&puller{t: t}).all(base + "webhooks")[0]
		server.Close()
		if fails {
			if len(h.deliveries) != 5 || hook["status"] != "disabled" {
				t.Errorf("after %d failures it is %v", len(h.deliveries), hook["status"])
			}
			continue
		}
		twice := 0
		for number, n := range h.seen {
			if truth[number] == nil {
				t.Errorf("there is no order %s", number)
			}
			if n > 1 {
				twice++
			}
		}
		lost := 1 - float64(len(h.seen))/float64(len(truth))
		if lost < .1 || lost > .35 || twice == 0 || hook["status"] != "active" {
			t.Errorf("%.2f of %d orders were not told, %d twice; %v", lost, len(truth), twice, hook["status"])
		}
		for _, o := range (&puller{t: t}).all(base + "orders?per_page=100") {
			h.seen[o["number"].(string)]++
		}
		if len(h.seen) != len(truth) {
			t.Errorf("with a poll %d orders are known of %d", len(h.seen), len(truth))
		}
	}
}
