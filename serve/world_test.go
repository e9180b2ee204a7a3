package serve_test

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"almanac/blob"
	"almanac/decide"
	"almanac/fact"
	"almanac/history"
	"almanac/ingest"
	"almanac/measure/leaks"
	"almanac/predict"
	"almanac/predict/affinity"
	"almanac/predict/demand"
	"almanac/predict/planned"
	"almanac/program/reorder"
	"almanac/program/reorder/levels"
	"almanac/program/reorder/replay"
	"almanac/serve"
	"almanac/serve/auth"
	"almanac/serve/digest"
	"almanac/serve/doors"
	"almanac/serve/storefront/rules"
	"almanac/serve/wire"
	"almanac/shop"
	"almanac/sqldb"
	"almanac/sqldb/sqltest"
	"almanac/state"
	"almanac/state/availability"
	"almanac/state/behaviour"
	"almanac/state/catalog"
	"almanac/state/customer"
	"almanac/state/exposure"
	"almanac/state/identity"
	"almanac/state/orders"
	"almanac/state/outlook"
	"almanac/state/place"
	"almanac/state/quality"
	"almanac/state/review"
	"almanac/state/stock"
	"almanac/state/supply"
)

// world is a server over two shops, default and other, each with a few months of orders.
type world struct {
	t         testing.TB
	config    serve.Config
	server    *serve.Server
	handler   http.Handler
	clock     *clock
	projector *state.Projector
	decisions *decide.Store
	// secrets by name of the caller: sessions of persons, keys of programs.
	sessions, keys map[string]string
}

type clock struct {
	mu sync.Mutex
	t  time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.t
}

func (c *clock) add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.t = c.t.Add(d)
}

var persons = []struct {
	name, shop string
	role       auth.Role
}{
	{"viewer", shop.Default, auth.Viewer}, {"operator", shop.Default, auth.Operator}, {"approver", shop.Default, auth.Approver},
	{"admin", shop.Default, auth.Admin}, {"stranger", "other", auth.Admin}, {"chief", auth.AllShops, auth.Admin},
}

func newWorld(t testing.TB) *world {
	t.Helper()
	return worldOn(t, sqltest.SQLite(t), sqltest.SQLite(t))
}

func worldOn(t testing.TB, main, derived *sqldb.DB) *world {
	t.Helper()
	ctx := t.Context()
	w := &world{t: t, clock: &clock{t: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)}, sessions: map[string]string{}, keys: map[string]string{}}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	shops, err := shop.Open(ctx, main)
	must(err)
	must(shops.Save(ctx, shop.Shop{ID: "default", Name: "First", Currency: "GBP", CurrencyBasis: shop.Set, TimeZone: "Europe/London", Mode: "approve"}))
	must(shops.Save(ctx, shop.Shop{ID: "other", Name: "Other", Currency: "JPY", CurrencyBasis: shop.Set, TimeZone: "Asia/Tokyo", Mode: "approve"}))
	blobs, err := blob.OpenDir(t.TempDir())
	must(err)
	record, err := history.Open(ctx, main, blobs, w.clock.now)
	must(err)
	t.Cleanup(record.Close)
	registry, err := predict.NewRegistry(ctx, main, blobs, w.clock.now)
	must(err)
	zone := func(id string) *time.Location {
		s, err := shops.Get(context.Background(), id)
		if err != nil {
			return time.UTC
		}
		return s.Location()
	}
	w.projector, err = state.NewProjector(ctx, record, derived, "test", catalog.NewFold(), orders.NewFold(zone), customer.NewFold(), stock.NewFold(),
		supply.NewFold(), identity.NewFold(), behaviour.NewFold(zone), exposure.NewFold(zone), review.NewFold(), outlook.NewFold(), place.NewFold())
	must(err)
	entrance, err := doors.Open(ctx, main, w.clock.now)
	must(err)
	wishes, err := rules.Open(ctx, main, w.clock.now)
	must(err)
	accounts, err := auth.Open(ctx, main, w.clock.now, auth.Options{Cost: auth.Cost{Time: 1, MemoryKiB: 64, Threads: 1}})
	must(err)

	w.decisions, err = decide.Open(ctx, main, w.clock.now, decide.Options{Salt: "test", Actuators: []decide.Actuator{shelf{}}})
	must(err)
	for _, id := range []string{"default", "other"} {
		worth := int64(1200)
		_, err := w.decisions.Propose(ctx, id, "reorder", decide.ModeApprove, []decide.Proposal{{Programme: "reorder", Subject: "saucer-2", Group: "Potter", Title: "Saucer",
			Action: "Order 24 units", P50: &worth, Currency: "GBP", InputHash: "h1", Effects: []string{"Writes a file"}, ExpiresAt: w.clock.now().Add(72 * time.Hour),
			Reasons: []decide.Reason{{Code: "low", Text: "It runs out", Basis: decide.Measured}}, Payload: []byte(`{"sku":"saucer-2","units":24}`)}})
		must(err)
	}

	plans, err := planned.Open(ctx, main, w.clock.now)
	must(err)
	points, err := levels.Open(ctx, main)
	must(err)
	replays, err := replay.Open(ctx, main, w.clock.now)
	must(err)
	settings := func(ctx context.Context, id string) (reorder.Settings, error) {
		s := reorder.Defaults()
		_, err := shops.Choices(ctx, id, reorder.Programme, &s)
		return s, err
	}
	promises, err := availability.OpenStore(ctx, main, w.clock.now)
	must(err)
	board := availability.NewBoard(availability.Sources{Stock: stock.Open(derived), Supply: supply.Open(derived), Catalog: catalog.Open(derived), Orders: orders.Open(derived), Store: promises, Record: record,
		Progress: w.projector, Now: w.clock.now})
	letters, err := digest.OpenPlans(ctx, main, digest.Schedule{Day: time.Monday, Hour: 7})
	must(err)
	w.config = serve.Config{
		DataDir: t.TempDir(), Version: "test", Now: w.clock.now, Log: slog.New(slog.NewTextHandler(logTo{t}, nil)), Web: panicking{page()},
		Main: main, State: derived, Shops: shops, Auth: accounts, Doors: entrance, OnSiteRules: wishes, Digests: letters, History: record, Projector: w.projector, Registry: registry, Planned: plans,
		Reorder: serve.Reordering{Levels: points, Settings: settings, Replays: replays, Replay: func(context.Context, string, int, func(string, int64, int64)) (*replay.Report, error) {
			return &replay.Report{Replayed: replay.Replayed{Days: 180}, Items: []replay.PastRow{{By: "all", Policy: replay.Thumb}}}, nil
		}},
		Views: serve.Views{Catalog: catalog.Open(derived), Orders: orders.Open(derived), Customers: customer.Open(derived), Stock: stock.Open(derived),
			Supply: supply.Open(derived), Behaviour: behaviour.Open(derived), Quality: quality.Open(derived), Identity: identity.Open(derived), Exposure: exposure.Open(derived), Review: review.Open(derived), Outlook: outlook.Open(derived), Place: place.Open(derived, zone)},
		Availability: board,
		Erase:        func(context.Context, string, string, string, func(string, int64, int64)) error { return nil },
		Example:      func(context.Context, string, func(string, int64, int64)) error { return nil },
		TakeBack: func(_ context.Context, _, _, _ string, _ func(string, int64, int64)) (history.ImportRun, error) {
			return history.ImportRun{}, nil
		},
		ExportState: func(context.Context, string, func(string) (io.Writer, error)) error { return nil },
		Importer:    serve.FromIngest(ingest.New(record, w.clock.now)), Decisions: serve.FromDecide(w.decisions, w.readiness), Measure: serve.FromMeasure(leaks.Finder{Orders: orders.Open(derived), Stock: stock.Open(derived), Catalog: catalog.Open(derived)}), KeepFree: 1, Patience: time.Minute,
		Train:  func(context.Context, string, func(string, int64, int64)) error { return nil },
		Decide: func(context.Context, string, func(string, int64, int64)) error { return nil },
	}
	w.rebuild()
	w.people()
	w.sell("default", "GBP", 600)
	w.sell("other", "JPY", 40)
	w.train("default")
	return w
}

// rebuild makes the server anew after the settings changed.
func (w *world) rebuild() {
	w.t.Helper()
	var err error
	if w.server, err = serve.New(w.config); err != nil {
		w.t.Fatal(err)
	}
	w.handler = w.server.Handler()
}

func (w *world) people() {
	w.t.Helper()
	ctx := w.t.Context()
	if _, err := w.config.Auth.Bootstrap(ctx); err != nil {
		w.t.Fatal(err)
	}
	for i, p := range persons {
		_, link, err := w.config.Auth.AddUser(ctx, p.name+"@example.com", p.name, p.role, p.shop)
		if err != nil {
			w.t.Fatal(err)
		}
		session, _, err := w.config.Auth.SignInByLink(ctx, link, fmt.Sprint("10.0.0.", i))
		if err != nil {
			w.t.Fatal(err)
		}
		w.sessions[p.name] = session
	}
	for _, k := range []struct {
		name, shop string
		kind       auth.Kind
	}{{"write", "default", auth.WriteKey}, {"server", "default", auth.ServerKey}, {"foreign", "other", auth.ServerKey}} {
		_, secret, err := w.config.Auth.CreateKey(ctx, k.shop, k.name, k.kind)
		if err != nil {
			w.t.Fatal(err)
		}
		w.keys[k.name] = secret
	}
}

// sell records orders of cups with their saucers, one every three hours from 2025-11-03 on.
func (w *world) sell(shopID, currency string, n int) {
	w.t.Helper()
	var facts []fact.Fact
	add := func(kind fact.Kind, id string, at time.Time, body fact.Body) {
		facts = append(facts, fact.Fact{Shop: shopID, Source: "file:orders", ID: id, Kind: kind, OccurredAt: at, Body: body})
	}
	first := time.Date(2025, 11, 3, 12, 0, 0, 0, time.UTC)
	for i := range n {
		at := first.Add(time.Duration(i) * 3 * time.Hour)
		order := fmt.Sprint("o", i)
		who := fmt.Sprintf("%s-c%d", shopID, i%17)
		for j, sku := range []string{fmt.Sprint("cup-", i*7%40), fmt.Sprint("saucer-", i*7%40), "candle"}[:2+i%2] {
			add(fact.OrderPlaced, fmt.Sprint(order, "/", j), at, &fact.OrderLine{Order: order, Line: fmt.Sprint(j), SKU: sku, Title: strings.ToUpper(sku),
				Units: int64(1 + i%3), Currency: currency, Gross: int64(1+i%3) * 250, Customer: who, Country: "United Kingdom"})
		}
	}
	add(fact.ProductDescribed, "=formula", first, &fact.Product{SKU: "=formula", Title: "=HYPERLINK(1)", Category: []string{"Odd"}})
	add(fact.ProductDescribed, "cup-1", first, &fact.Product{SKU: "cup-1", Title: "Hidden cup", Hidden: true})
	count := first.Add(time.Duration(n) * 3 * time.Hour)
	add(fact.StockCounted, "saucer-2", count, &fact.StockCount{SKU: "saucer-2", Quantity: fact.OnHand, Units: 0})
	add(fact.StockCounted, "saucer-3", count, &fact.StockCount{SKU: "saucer-3", Quantity: fact.OnHand, Units: 40})
	w.append(facts)
}

func (w *world) append(facts []fact.Fact) {
	w.t.Helper()
	if _, err := w.config.History.Append(w.t.Context(), facts); err != nil {
		w.t.Fatal(err)
	}
	if err := w.projector.CatchUp(w.t.Context(), nil); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) train(shopID string) {
	w.t.Helper()
	_, last, _, err := w.config.Views.Orders.Coverage(w.t.Context(), shopID)
	if err != nil {
		w.t.Fatal(err)
	}
	if _, err := (affinity.Trainer{Orders: w.config.Views.Orders, Registry: w.config.Registry, Seed: 1}).Train(w.t.Context(), shopID, last+1); err != nil {
		w.t.Fatal(err)
	}
	if _, err := (demand.Trainer{Source: w.config.Views.Demand(), Registry: w.config.Registry}).Train(w.t.Context(), shopID, last+1); err != nil {
		w.t.Fatal(err)
	}
}

// request makes a request as somebody: a person, a key, or nobody.
func (w *world) request(as, method, target string, body io.Reader) *http.Request {
	r := httptest.NewRequest(method, target, body)
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	if session := w.sessions[as]; session != "" {
		r.AddCookie(&http.Cookie{Name: "almanac_session", Value: session})
		if method != http.MethodGet {
			r.Header.Set("X-CSRF-Token", auth.CSRF(session))
		}
	}
	if key := w.keys[as]; key != "" {
		r.Header.Set("Authorization", "Bearer "+key)
	}
	return r
}

func (w *world) do(r *http.Request) *httptest.ResponseRecorder {
	rec := httptest.NewRecorder()
	w.handler.ServeHTTP(rec, r)
	return rec
}

func (w *world) readiness(context.Context, string) ([]wire.Readiness, error) {
	return []wire.Readiness{{Programme: "reorder", Title: "Reorder", Missing: []wire.Sharpen{{File: "unit costs", Why: "to tell what an order costs"}}}}, nil
}

// shelf is an actuator that does nothing.
type shelf struct{}

func (shelf) Name() string                                         { return "file" }
func (shelf) Target() string                                       { return "outbox" }
func (shelf) Apply(context.Context, decide.Batch) error            { return nil }
func (shelf) ReadBack(context.Context, decide.Batch) (bool, error) { return true, nil }

// logTo shows the server's log with a failing test.
type logTo struct{ t testing.TB }

func (l logTo) Write(b []byte) (int, error) {
	l.t.Log(strings.TrimSpace(string(b)))
	return len(b), nil
}

func page() fs.FS {
	return fstest.MapFS{
		"index.html":           {Data: []byte("<!doctype html><title>Almanac</title><div id=root></div>")},
		"assets/index-abc1.js": {Data: []byte("console.log('" + strings.Repeat("almanac ", 400) + "')")},
		"icon.svg":             {Data: []byte("<svg/>")},
		".vite/manifest.json":  {Data: []byte("{}")},
	}
}
