package serve_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"almanac/ingest"
	"almanac/predict"
	"almanac/predict/affinity"
	pcustomer "almanac/predict/customer"
	"almanac/predict/demand"
)

// retail is a world whose third shop holds the UCI Online Retail export; skipped where the file is not there.
func retail(t testing.TB) *world {
	t.Helper()
	path := filepath.Join("..", "..", "shared", "data", "orders", "online_retail.csv.gz")
	if _, err := os.Stat(path); err != nil {
		t.Skip("no Online Retail export beside the project: ", err)
	}
	w := newWorld(t)
	ctx := t.Context()
	s, err := w.config.Shops.Get(ctx, "default")
	if err != nil {
		t.Fatal(err)
	}
	s.ID = "retail"
	if err := w.config.Shops.Save(ctx, s); err != nil {
		t.Fatal(err)
	}
	im := ingest.New(w.config.History, w.clock.now)
	run, err := im.Import(ctx, path, "online_retail.csv.gz", ingest.Options{Shop: "retail", ShopCurrency: "GBP", ShopTimeZone: "Europe/London"}, nil)
	if err != nil || run.Read != 541_909 {
		t.Fatalf("%d lines, %v", run.Read, err)
	}
	if err := w.projector.CatchUp(ctx, nil); err != nil {
		t.Fatal(err)
	}
	_, last, _, err := w.config.Views.Orders.Coverage(ctx, "retail")
	if err != nil {
		t.Fatal(err)
	}
	for _, train := range []func() (predict.Version, error){
		func() (predict.Version, error) {
			return affinity.Trainer{Orders: w.config.Views.Orders, Registry: w.config.Registry, Seed: 1}.Train(ctx, "retail", last+1)
		},
		func() (predict.Version, error) {
			return demand.Trainer{Source: w.config.Views.Demand(), Registry: w.config.Registry}.Train(ctx, "retail", last+1)
		},
		func() (predict.Version, error) {
			return pcustomer.Trainer{Orders: w.config.Views.Orders, Registry: w.config.Registry}.Train(ctx, "retail", last+1)
		},
	} {
		if _, err := train(); err != nil {
			t.Fatal(err)
		}
	}
	return w
}

func (w *world) page(t testing.TB, path string, into any) {
	t.Helper()
	rec := w.do(w.request("chief", http.MethodGet, path, nil))
	if rec.Code != http.StatusOK {
		t.Fatalf("%s: %d %s", path, rec.Code, rec.Body)
	}
	if err := json.Unmarshal(rec.Body.Bytes(), into); err != nil {
		t.Fatal(err)
	}
}

// The pages agree with each other on a real shop.
func TestThePagesOfARealShopAgree(t *testing.T) {
	if testing.Short() || raced {
		t.Skip("imports half a million lines")
	}
	w := retail(t)
	var home struct {
		Kpis []struct {
			Code  string
			Value float64
		}
		Days []struct {
			Orders, Units int64
			Net           int64 `json:"net_minor"`
		}
		Leaks []struct{ Title, Basis string }
	}
	w.page(t, "/api/home?shop=retail", &home)
	var net, units, orders int64
	for _, d := range home.Days {
		net += d.Net
		units += d.Units
		orders += d.Orders
	}
	for _, k := range home.Kpis {
		t.Logf("%s %v", k.Code, k.Value)
		if want, ok := map[string]int64{"net_sales": net, "units": units, "orders": orders}[k.Code]; ok && int64(k.Value) != want {
			t.Errorf("%s is %v, the days sum to %d", k.Code, k.Value, want)
		}
	}
	var products struct {
		Total int64
		Items []struct {
			SKU   string
			Units int64
			Net   int64 `json:"net_minor"`
		}
	}
	var listedNet, listedUnits int64
	for offset := 0; ; offset += 1000 {
		w.page(t, fmt.Sprintf("/api/products?shop=retail&sort=sku&limit=1000&offset=%d", offset), &products)
		for _, p := range products.Items {
			listedNet += p.Net
			listedUnits += p.Units
		}
		if len(products.Items) < 1000 {
			break
		}
	}
	if listedNet != net || listedUnits != units {
		t.Errorf("the products sum to %d net and %d units, the days to %d and %d", listedNet, listedUnits, net, units)
	}
	var customers struct{ Total int64 }
	w.page(t, "/api/customers?shop=retail", &customers)
	var overview struct {
		Segments []struct{ Customers int64 }
	}
	w.page(t, "/api/customers/overview?shop=retail", &overview)
	var all int64
	for _, s := range overview.Segments {
		all += s.Customers
	}
	if all != customers.Total || all < 4000 {
		t.Errorf("%d customers, %d in segments", customers.Total, all)
	}
	for _, l := range home.Leaks {
		t.Logf("%s (%s)", l.Title, l.Basis)
	}
}

// BenchmarkPages times each page of a real shop: first when nothing is prepared, as after new facts, and
// then again.
func BenchmarkPages(b *testing.B) {
	w := retail(b)
	for _, path := range []string{"/api/home", "/api/products", "/api/products/85123A", "/api/customers", "/api/customers/overview", "/api/customers/12748", "/api/data", "/api/models"} {
		for _, fresh := range []bool{true, false} {
			b.Run(fmt.Sprintf("%s/fresh=%v", path[5:], fresh), func(b *testing.B) {
				for b.Loop() {
					if fresh {
						b.StopTimer()
						w.rebuild()
						b.StartTimer()
					}
					if rec := w.do(w.request("chief", http.MethodGet, path+"?shop=retail", nil)); rec.Code != http.StatusOK {
						b.Fatal(rec.Code, rec.Body)
					}
				}
			})
		}
	}
	_, secret, err := w.config.Auth.CreateKey(b.Context(), "retail", "bench", "write")
	if err != nil {
		b.Fatal(err)
	}
	w.keys["write"] = secret
	b.Run("recommend", func(b *testing.B) {
		skus := []string{"85123A", "22423", "85099B", "47566", "84879", "20725", "22720", "POSTLESS"}
		clients(b, w, func(c, i int) *http.Request {
			return httptest.NewRequest(http.MethodGet, "/v1/recommend?n=10&items="+skus[(c+i)%len(skus)]+"&key="+secret, nil)
		})
	})
	b.Run("recommend for a visitor", func(b *testing.B) {
		clients(b, w, func(c, i int) *http.Request {
			return httptest.NewRequest(http.MethodGet, fmt.Sprintf("/v1/recommend?n=10&visitor=%d&key=%s", 12346+(c*997+i)%5000, secret), nil)
		})
	})
}
