package main

import (
	"bytes"
	"encoding/json"
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

// What the outbox signs and sends twice is one order; what is signed otherwise is none.
func TestTheSupplierTakesWhatTheOutboxSendsOnce(t *testing.T) {
	if testing.Short() {
		t.Skip("starts the program")
	}
	p := startCommand(t, "--config", write(t, "world.yaml", visited), "sim", "serve", "--small", "--listen", "127.0.0.1:0")
	base := strings.TrimSuffix(p.url, "/wp-json/wc/v3")
	hook, err := outbox.NewWebhook(base+"/supplier/", "a secret of the simulation", time.Now)
	if err != nil {
		t.Fatal(err)
	}
	b := decide.Batch{ID: "PO-1", Shop: "default", Decisions: []decide.Decision{{ID: "d1", Proposal: decide.Proposal{Line: &decide.OrderLine{SKU: "SHI-0001-1", Units: 6}}}}}
	for range 2 {
		if err := hook.Apply(t.Context(), b); err != nil {
			t.Fatal(err)
		}
	}
	res, err := http.Get(base + "/supplier/orders")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	var page struct{ Orders []systems.Taken }
	if err := json.NewDecoder(res.Body).Decode(&page); err != nil {
		t.Fatal(err)
	}
	if len(page.Orders) != 1 || page.Orders[0].Attempts != 2 || !bytes.Contains(page.Orders[0].Body, []byte("SHI-0001-1")) {
		t.Errorf("%+v", page)
	}
	wrong, err := outbox.NewWebhook(base+"/supplier/", "another secret of the shop", time.Now)
	if err != nil {
		t.Fatal(err)
	}
	if err := wrong.Apply(t.Context(), b); err == nil {
		t.Error("a webhook with another secret was taken")
	}
	for _, args := range [][]string{{"--play", "http://127.0.0.1:1"}, {"--drop", "2"}, {"--hook", "order.burnt=http://127.0.0.1:1"}} {
		if code, _, fault := almanac(t, append([]string{"sim", "serve", "--small", "--exit", "--listen", "127.0.0.1:0"}, args...)...); code != exitUsage {
			t.Errorf("%v: %d %s", args, code, fault)
		}
	}
}
