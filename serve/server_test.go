package serve_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"almanac/fact"
	"almanac/history"
	"almanac/serve"
	"almanac/serve/auth"
	"almanac/sqldb"
	"almanac/sqldb/sqltest"
)

// listen lets the world's server run on a free port of this machine until the test ends.
func (w *world) listen() (base string, stop func() error) {
	w.t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		w.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(w.t.Context())
	ended := make(chan error, 1)
	go func() { ended <- w.server.Run(ctx, l) }()
	stopped := false
	stop = func() error {
		if stopped {
			return nil
		}
		stopped = true
		cancel()
		return <-ended
	}
	w.t.Cleanup(func() {
		if err := stop(); err != nil {
			w.t.Error(err)
		}
	})
	return "http://" + l.Addr().String(), stop
}

func (w *world) ask(base, as, method, target string) *http.Request {
	r, err := http.NewRequestWithContext(w.t.Context(), method, base+target, nil)
	if err != nil {
		w.t.Fatal(err)
	}
	if s := w.sessions[as]; s != "" {
		r.AddCookie(&http.Cookie{Name: "almanac_session", Value: s})
		r.Header.Set("X-CSRF-Token", auth.CSRF(s))
	}
	return r
}

func send(t testing.TB, r *http.Request) (int, string) {
	t.Helper()
	a, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	_, err = b.ReadFrom(a.Body)
	if err := errors.Join(err, a.Body.Close()); err != nil {
		t.Fatal(err)
	}
	return a.StatusCode, b.String()
}

// A page elsewhere whose name points to this machine must not reach the server.
func TestAForeignNameOnLoopbackIsRefused(t *testing.T) {
	w := newWorld(t)
	w.config.Hosts = []string{"almanac.example"}
	w.rebuild()
	base, _ := w.listen()
	for host, want := range map[string]int{
		"": 200, "localhost": 200, "LOCALHOST:8080": 200, "127.0.0.1": 200, "[::1]:8080": 200, "almanac.example": 200, "almanac.example:443": 200,
		"evil.example": 421, "localhost.evil.example": 421, "127.0.0.1.evil.example": 421, "169.254.169.254": 421,
	} {
		r := w.ask(base, "nobody", http.MethodGet, "/healthz")
		r.Host = host
		if got, body := send(t, r); got != want {
			t.Errorf("%q: %d %s", host, got, body)
		}
	}
}

func TestOpenDashboardsHearWhatChanged(t *testing.T) {
	w := newWorld(t)
	base, stop := w.listen()
	a, err := http.DefaultClient.Do(w.ask(base, "viewer", http.MethodGet, "/api/events?shop=default"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = a.Body.Close() }()
	if a.StatusCode != http.StatusOK || a.Header.Get("Content-Type") != "text/event-stream" || a.Header.Get("Content-Encoding") != "" {
		t.Fatalf("%d %v", a.StatusCode, a.Header)
	}
	lines := bufio.NewScanner(a.Body)
	next := func(want string) string {
		for lines.Scan() {
			if strings.HasPrefix(lines.Text(), want) {
				return lines.Text()
			}
		}
		t.Fatalf("the stream ended without %q: %v", want, lines.Err())
		return ""
	}
	next(": open")
	// A job of another shop is not told; the own one is.
	if code, body := send(t, w.ask(base, "stranger", http.MethodPost, "/api/decisions/run?shop=other")); code != http.StatusOK {
		t.Fatal(body)
	}
	if code, body := send(t, w.ask(base, "operator", http.MethodPost, "/api/decisions/run?shop=default")); code != http.StatusOK {
		t.Fatal(body)
	}
	next("event: job")
	var job struct{ ID, What, Status string }
	if err := json.Unmarshal([]byte(strings.TrimPrefix(next("data: "), "data: ")), &job); err != nil || job.What != "decide" {
		t.Fatalf("%+v %v", job, err)
	}
	_, listed := send(t, w.ask(base, "viewer", http.MethodGet, "/api/jobs/"+job.ID+"?shop=default"))
	if !strings.Contains(listed, job.ID) {
		t.Errorf("another shop's job was told: %s", listed)
	}
	next("event: changed")
	if got := next("data: "); !strings.Contains(got, "decisions") {
		t.Error(got)
	}
	// New facts.
	w.append([]fact.Fact{{Shop: "default", Source: "file:new", ID: "new", Kind: fact.ProductDescribed, OccurredAt: w.clock.now(), Body: &fact.Product{SKU: "new"}}})
	for {
		if got := next("data: "); strings.Contains(got, "products") && strings.Contains(got, "quarantine") {
			break
		}
	}
	// Stopping the server ends the stream instead of waiting for it.
	if err := stop(); err != nil {
		t.Error(err)
	}
	for lines.Scan() {
		continue
	}
}

func TestAnImportThatARestartCutOffIsReported(t *testing.T) {
	w := newWorld(t)
	run := history.ImportRun{ID: "r1", Shop: "default", Name: "orders.csv", Status: "running", StartedAt: w.clock.now(), Read: 10}
	if err := w.config.History.SaveImport(t.Context(), run); err != nil {
		t.Fatal(err)
	}
	base, _ := w.listen()
	for { // the listener answers before the accounts are closed
		code, body := send(t, w.ask(base, "viewer", http.MethodGet, "/api/jobs/r1?shop=default"))
		if code != http.StatusOK {
			t.Fatal(body)
		}
		if strings.Contains(body, `"running"`) {
			continue
		}
		if !strings.Contains(body, `"failed"`) || !strings.Contains(body, "Import the file again") {
			t.Error(body)
		}
		return
	}
}

func TestTwoJobsOfAKindDoNotRunInOneShop(t *testing.T) {
	w := newWorld(t)
	free := make(chan struct{})
	w.config.Train = func(ctx context.Context, _ string, progress func(string, int64, int64)) error {
		progress("Training", 1, 2)
		select {
		case <-free:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	w.rebuild()
	status, _ := w.answer("operator", http.MethodPost, "/api/decisions/run?shop=default", "{}")
	if status != http.StatusOK {
		t.Fatal(status)
	}
	if status, code := w.answer("operator", http.MethodPost, "/api/decisions/run?shop=default", "{}"); status != http.StatusConflict || code != "busy" {
		t.Errorf("a second one: %d %s", status, code)
	}
	if status, _ := w.answer("stranger", http.MethodPost, "/api/decisions/run?shop=other", "{}"); status != http.StatusOK {
		t.Errorf("another shop must wait: %d", status)
	}
	jobs := func() (v struct {
		Items []struct{ ID, Status string }
	}) {
		rec := w.do(w.request("operator", http.MethodGet, "/api/jobs?shop=default", nil))
		if err := json.Unmarshal(rec.Body.Bytes(), &v); err != nil {
			t.Fatal(err)
		}
		return v
	}
	if status, _ := w.answer("operator", http.MethodDelete, "/api/jobs/"+jobs().Items[0].ID+"?shop=default", ""); status != http.StatusOK {
		t.Fatal(status)
	}
	for jobs().Items[0].Status == "running" {
		continue
	}
	if got := jobs().Items[0].Status; got != "cancelled" {
		t.Errorf("it is %s", got)
	}
	close(free)
}

// What went wrong inside is told to the log, not to the caller.
func TestFaultsAreToldByIdOnly(t *testing.T) {
	w := newWorld(t)
	var log bytes.Buffer
	w.config.Log = slog.New(slog.NewTextHandler(&log, nil))
	w.config.Projector = broken{w.config.Projector}
	w.rebuild()
	rec := w.do(w.request("viewer", http.MethodGet, "/api/home?shop=default", nil))
	id := rec.Header().Get("X-Request-Id")
	if rec.Code != http.StatusInternalServerError || strings.Contains(rec.Body.String(), "secret cause") || !strings.Contains(rec.Body.String(), id) {
		t.Errorf("%d %s", rec.Code, rec.Body)
	}
	if !strings.Contains(log.String(), "secret cause") || !strings.Contains(log.String(), id) {
		t.Errorf("the log does not tell: %s", log.String())
	}
	rec = w.do(w.request("nobody", http.MethodGet, "/panics", nil))
	if rec.Code != http.StatusInternalServerError || strings.Contains(rec.Body.String(), "goroutine") || !strings.Contains(rec.Body.String(), `"internal"`) {
		t.Errorf("%d %s", rec.Code, rec.Body)
	}
	if !strings.Contains(log.String(), "goroutine") {
		t.Error("the log does not hold the stack")
	}
	if rec := w.do(w.request("nobody", http.MethodGet, "/readyz", nil)); rec.Code != http.StatusServiceUnavailable {
		t.Errorf("ready: %d", rec.Code)
	}
}

type broken struct{ serve.Projector }

func (broken) Offset(context.Context) (int64, error) { return 0, errors.New("secret cause") }
func (broken) Behind(context.Context) (int64, error) { return 0, errors.New("secret cause") }

// panicking is a file system that has one file too many.
type panicking struct{ fs.FS }

func (p panicking) Open(name string) (fs.File, error) {
	if name == "panics" {
		panic("cannot happen")
	}
	return p.FS.Open(name)
}

func TestNoAddressOrRawLineReachesTheLog(t *testing.T) {
	w := newWorld(t)
	var log bytes.Buffer
	w.config.Log = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	w.rebuild()
	w.answer("nobody", http.MethodPost, "/api/session", `{"email":"someone@example.com","password":"hunter2hunter2"}`)
	w.answer("write", http.MethodPost, "/v1/identify", `{"messageId":"i","userId":"u","traits":{"email":"someone@example.com","phone":5}}`)
	w.answer("write", http.MethodPost, "/v1/track", `{"messageId":"i","email":"someone@example.com"}`)
	w.answer("operator", http.MethodPost, "/api/uploads?shop=default&name=someone@example.com.csv", "email\nsomeone@example.com\n")
	for _, secret := range []string{"someone@example.com", "hunter2"} {
		if strings.Contains(log.String(), secret) {
			t.Errorf("the log holds %q: %s", secret, log.String())
		}
	}
}

func TestUploadsKeepToTheirLimits(t *testing.T) {
	w := newWorld(t)
	w.config.UploadLimit = 1000
	w.rebuild()
	post := func(body string, length int64) (int, string) {
		r := w.request("operator", http.MethodPost, "/api/uploads?shop=default&name=x.csv", strings.NewReader(body))
		r.ContentLength = length
		rec := w.do(r)
		var p struct{ Code string }
		_ = json.Unmarshal(rec.Body.Bytes(), &p) // a proposal has no code
		return rec.Code, p.Code
	}
	long := "sku,on_hand\n" + strings.Repeat("cup-1,1\n", 200)
	for _, length := range []int64{int64(len(long)), -1} {
		if status, code := post(long, length); status != http.StatusRequestEntityTooLarge || code != "too_large" {
			t.Errorf("length %d: %d %s", length, status, code)
		}
	}
	w.config.UploadLimit, w.config.KeepFree = 1<<20, 1<<60
	w.rebuild()
	if status, code := post("sku,on_hand\ncup-1,1\n", 20); status != http.StatusInsufficientStorage || code != "disk_full" {
		t.Errorf("full disk: %d %s", status, code)
	}
	left, err := os.ReadDir(filepath.Join(w.config.DataDir, "uploads"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) || len(left) != 0 {
		t.Errorf("refused uploads were left behind: %v %v", left, err)
	}
	w.config.KeepFree = 1
	w.rebuild()
	form := "--B\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\nhello\r\n--B\r\nContent-Disposition: form-data; name=\"file\"; filename=\"../../stock.csv\"\r\n\r\nsku,on_hand,date\ncup-1,1,2026-01-31\n\r\n--B--\r\n"
	r := w.request("operator", http.MethodPost, "/api/uploads?shop=default", strings.NewReader(form))
	r.Header.Set("Content-Type", "multipart/form-data; boundary=B")
	rec := w.do(r)
	var p struct{ Name, Kind string }
	if err := json.Unmarshal(rec.Body.Bytes(), &p); err != nil || p.Name != "stock.csv" || p.Kind != "stock" {
		t.Errorf("%d %s", rec.Code, rec.Body)
	}
}

// The dashboard's figures are the same on both databases.
func TestTheDashboardReadsBothDatabases(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, open func() *sqldb.DB) {
		w := worldOn(t, open(), open())
		for _, path := range []string{"/api/home", "/api/products?sort=-cover", "/api/products/saucer-3", "/api/customers", "/api/customers/overview",
			"/api/customers/default-c3", "/api/data", "/api/models", "/api/decisions", "/api/audit", "/api/imports", "/api/quarantine", "/api/users", "/api/keys",
			"/api/demand?sort=-error", "/api/demand/candle", "/api/demand-accuracy", "/api/demand-level", "/api/demand-adjustments", "/api/demand-own", "/api/stock?sort=-risk", "/api/suppliers", "/api/orders-to-place"} {
			status, code := w.answer("admin", http.MethodGet, path, "")
			if status != http.StatusOK {
				t.Errorf("%s: %d %s", path, status, code)
			}
		}
		rec := w.do(w.request("viewer", http.MethodGet, "/api/home?shop=default", nil))
		var home struct {
			Kpis []struct {
				Code  string
				Value float64
			}
		}
		if err := json.Unmarshal(rec.Body.Bytes(), &home); err != nil {
			t.Fatal(err)
		}
		// 600 orders of 2.5 lines of two units at 2.50 each.
		for _, k := range home.Kpis {
			if want, ok := map[string]float64{"net_sales": 750000, "orders": 600, "units": 3000, "customers": 17}[k.Code]; ok && k.Value != want {
				t.Errorf("%s is %v, want %v", k.Code, k.Value, want)
			}
		}
	})
}

// Behind a declared proxy the server knows the visitor's address and that the line is encrypted; nobody
// else is believed.
func TestOnlyDeclaredProxiesAreBelieved(t *testing.T) {
	for _, v := range []struct {
		proxies []netip.Prefix
		hsts    bool
	}{{nil, false}, {[]netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")}, true}} {
		w := newWorld(t)
		w.config.Proxies = v.proxies
		w.rebuild()
		try := func(i int) int {
			r := w.request("nobody", http.MethodPost, "/api/session", strings.NewReader(`{"email":"admin@example.com","password":"wrong wrong"}`))
			r.RemoteAddr = "192.0.2.7:1234"
			r.Header.Set("X-Forwarded-For", fmt.Sprintf("6.6.6.6, 203.0.113.%d", i))
			r.Header.Set("X-Forwarded-Proto", "https")
			rec := w.do(r)
			if got := rec.Header().Get("Strict-Transport-Security") != ""; got != v.hsts {
				t.Errorf("proxies %v: HSTS %v", v.proxies, got)
			}
			return rec.Code
		}
		last := 0
		for i := range 8 {
			last = try(i)
		}
		if slowed := last == http.StatusTooManyRequests; slowed == v.hsts {
			t.Errorf("proxies %v: the eighth attempt, each with another forwarded address, gave %d", v.proxies, last)
		}
	}
}

func TestAnEmptyShopIsShownEmpty(t *testing.T) {
	w := newWorld(t)
	s, err := w.config.Shops.Get(t.Context(), "other")
	if err != nil {
		t.Fatal(err)
	}
	s.ID, s.Currency, s.CurrencyBasis = "empty", "", "unknown"
	if err := w.config.Shops.Save(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		"/api/home?shop=empty": `"days":[]`, "/api/products?shop=empty": `"items":[]`, "/api/customers?shop=empty": `"items":[]`,
		"/api/customers/overview?shop=empty": `"cohorts":[]`, "/api/data?shop=empty": `"sources":[]`, "/api/models?shop=empty": `"items":[]`,
		"/api/decisions?shop=empty": `"by_status":{}`,
	} {
		rec := w.do(w.request("chief", http.MethodGet, path, nil))
		if rec.Code != http.StatusOK || !strings.Contains(rec.Body.String(), want) || strings.Contains(rec.Body.String(), "null") {
			t.Errorf("%s: %d %s", path, rec.Code, rec.Body)
		}
	}
	rec := w.do(w.request("chief", http.MethodGet, "/api/home?shop=empty", nil))
	if strings.Contains(rec.Body.String(), "coverage") {
		t.Errorf("an empty shop has a coverage: %s", rec.Body)
	}
	_, secret, err := w.config.Auth.CreateKey(t.Context(), "empty", "k", auth.WriteKey)
	if err != nil {
		t.Fatal(err)
	}
	w.clock.add(time.Minute)
	rec = w.do(w.request("nobody", http.MethodGet, "/v1/recommend?key="+secret, nil))
	if rec.Code != http.StatusOK || !strings.Contains(rec.Body.String(), `"items":[]`) {
		t.Errorf("%d %s", rec.Code, rec.Body)
	}
}
