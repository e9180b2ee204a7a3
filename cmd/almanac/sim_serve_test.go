package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"

	"almanac/connect/outbox"
	"almanac/decide"
	"almanac/fact"
	"almanac/sim"
	"almanac/sim/systems"
)

const visited = tiny + "visits: {conversion: .2}\n"

// units of an order by product, and what it came to.
type sold struct {
	Units    map[string]int64
	Gross    int64
	Discount int64
	Tax      int64
	Shipping int64
}

func (s *sold) add(sku string, units, gross, discount, tax, shipping int64) {
	if s.Units == nil {
		s.Units = map[string]int64{}
	}
	s.Units[sku] += units
	s.Gross, s.Discount, s.Tax, s.Shipping = s.Gross+gross, s.Discount+discount, s.Tax+tax, s.Shipping+shipping
}

// What the site tells arrives whole, once and to the cent, though requests and answers get lost, are doubled, late and out of order.
func TestASiteThatTellsBadlyIsRecordedToTheOrder(t *testing.T) {
	if testing.Short() {
		t.Skip("starts the program")
	}
	config := sim.Small()
	if err := yaml.Unmarshal([]byte(visited), &config); err != nil {
		t.Fatal(err)
	}
	truth, events := map[string]*sold{}, 0
	merchant, err := sim.PolicyNamed("merchant")
	if err != nil {
		t.Fatal(err)
	}
	w, err := sim.New(config, merchant, func(f fact.Fact) error {
		if b, ok := f.Body.(*fact.OrderLine); ok && f.Source == "shop:main" {
			if truth[b.Order] == nil {
				truth[b.Order] = &sold{}
			}
			truth[b.Order].add(b.SKU, b.Units, b.Gross, b.Discount, b.Tax, b.Shipping)
		} else if f.Kind == fact.ProductViewed {
			events++
		}
		return nil
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Run(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	data := filepath.Join(t.TempDir(), "data")
	key := writeKey(t, data)
	p := startProgram(t, data)
	var r struct{ Played systems.Played }
	must(t, &r, "--json", "--config", write(t, "world.yaml", visited), "sim", "serve", "--small", "--exit", "--listen", "127.0.0.1:0", "--play", p.url, "--key", key,
		"--drop", ".05", "--duplicate", ".1", "--reorder", ".2", "--late", ".1")
	if s := r.Played; s.Orders != int64(len(truth)) || s.Dropped == 0 || s.Repeated == 0 || s.Held == 0 || s.Orders < 50 {
		t.Errorf("%d orders, %+v", len(truth), s)
	}
	p.kill()
	got, views := map[string]*sold{}, 0
	_, out, _ := almanac(t, "--data", data, "export", "facts")
	for d := json.NewDecoder(strings.NewReader(out)); d.More(); {
		var f struct {
			Kind string
			Body json.RawMessage
		}
		if err := d.Decode(&f); err != nil {
			t.Fatal(err)
		}
		switch f.Kind {
		case "product.viewed":
			views++
		case "order.placed":
			var l fact.OrderLine
			if err := json.Unmarshal(f.Body, &l); err != nil {
				t.Fatal(err)
			}
			if got[l.Order] == nil {
				got[l.Order] = &sold{}
			}
			got[l.Order].add(l.SKU, l.Units, l.Gross, l.Discount, l.Tax, l.Shipping)
		}
	}
	if d := cmp.Diff(truth, got); d != "" || views != events {
		t.Errorf("%d views of %d; orders: %s", views, events, d)
	}
}

// What the outbox signs and sends twice is one order, which the world buys; what is signed otherwise is none.
func TestTheWorldBuysWhatTheSupplierTakes(t *testing.T) {
	if testing.Short() {
		t.Skip("starts the program")
	}
	p := startCommand(t, "--config", write(t, "world.yaml", visited+"supply: {lead_days: 5}\n"), "sim", "serve", "--small", "--months", "12", "--listen", "127.0.0.1:0", "--speed", "60")
	base := strings.TrimSuffix(p.url, "/wp-json/wc/v3")
	get := func(path string, into any) {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, base+path, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		req.SetBasicAuth("ck_sim", "cs_sim")
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = res.Body.Close() }()
		if err := json.NewDecoder(res.Body).Decode(into); err != nil {
			t.Fatal(err)
		}
	}
	type product struct {
		ID    int
		SKU   string
		Stock int `json:"stock_quantity"`
	}
	var products, variations []product
	p.await("a product is described", func() bool { get("/wp-json/wc/v3/products?order=asc", &products); return len(products) > 0 })
	get(fmt.Sprintf("/wp-json/wc/v3/products/%d/variations", products[0].ID), &variations)
	sku := variations[0].SKU
	b := decide.Batch{ID: "PO-1", Shop: "default", Decisions: []decide.Decision{{ID: "d1", Proposal: decide.Proposal{Line: &decide.OrderLine{SKU: sku, Units: 9000}}}}}
	for _, secret := range []string{"a secret of the simulation", "a secret of the simulation", "another secret of the shop"} {
		hook, err := outbox.NewWebhook(base+"/supplier/", secret, time.Now)
		if err != nil {
			t.Fatal(err)
		}
		if err := hook.Apply(t.Context(), b); (err == nil) != strings.HasPrefix(secret, "a secret") {
			t.Errorf("signed with %q: %v", secret, err)
		}
	}
	var page struct{ Orders []systems.Taken }
	if get("/supplier/orders", &page); len(page.Orders) != 1 || page.Orders[0].Attempts != 2 || page.Orders[0].Lines()[0].Units != 9000 {
		t.Errorf("%+v", page)
	}
	p.await("what was ordered lies on the shelves", func() bool {
		get("/wp-json/wc/v3/products?sku="+sku, &products)
		return len(products) == 1 && products[0].Stock > 5000 && products[0].Stock < 12_000
	})
	for _, args := range [][]string{{"--play", "http://127.0.0.1:1"}, {"--drop", "2"}, {"--hook", "order.burnt=http://127.0.0.1:1"}} {
		if code, _, fault := almanac(t, append([]string{"sim", "serve", "--small", "--exit", "--listen", "127.0.0.1:0"}, args...)...); code != exitUsage {
			t.Errorf("%v: %d %s", args, code, fault)
		}
	}
}
