package systems_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"almanac/sim/systems"
)

func sign(secret, body string, at time.Time) string {
	m := hmac.New(sha256.New, []byte(secret))
	_, _ = fmt.Fprintf(m, "%d.%s", at.Unix(), body)
	return fmt.Sprintf("t=%d,v1=%s", at.Unix(), hex.EncodeToString(m.Sum(nil)))
}

func supplier(t *testing.T, o systems.SupplierOptions) (*systems.Supplier, string) {
	t.Helper()
	if o.Now == nil {
		o.Now = newClock().now
	}
	o.Secret = "the secret"
	s, err := systems.NewSupplier(o)
	if err != nil {
		t.Fatal(err)
	}
	h := httptest.NewServer(s)
	t.Cleanup(h.Close)
	return s, h.URL
}

// post sends a webhook; the status is 0 where no answer came in time.
func post(t *testing.T, ctx context.Context, url, key, signature, body string) (status int, header http.Header) {
	t.Helper()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if key != "" {
		req.Header.Set("Idempotency-Key", key)
	}
	req.Header.Set("Almanac-Signature", signature)
	res, err := http.DefaultClient.Do(req)
	if errors.Is(err, context.DeadlineExceeded) {
		return 0, nil
	}
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	return res.StatusCode, res.Header
}

const draft = `{"event":"purchase_order.draft","purchase_order":"PO-1","lines":[{"sku":"A","units":6}]}`

func TestOnlySignedNewAndKeyedWebhooksAreTaken(t *testing.T) {
	c := newClock()
	var heard []systems.Taken
	s, url := supplier(t, systems.SupplierOptions{Now: c.now, Taken: func(x systems.Taken) { heard = append(heard, x) }})
	now := c.now()
	other := strings.Replace(draft, `"units":6`, `"units":7`, 1)
	for _, x := range []struct {
		what, key, signature, body string
		status                     int
	}{
		{"another secret", "k", sign("a secret", draft, now), draft, 401},
		{"another body", "k", sign("the secret", other, now), draft, 401},
		{"no signature", "k", "", draft, 401},
		{"too old", "k", sign("the secret", draft, now.Add(-301*time.Second)), draft, 401},
		{"from the future", "k", sign("the secret", draft, now.Add(301*time.Second)), draft, 401},
		{"no key", "", sign("the secret", draft, now), draft, 400},
		{"no event", "k", sign("the secret", "[]", now), "[]", 400},
		{"good", "k", sign("the secret", draft, now), draft, 200},
		{"again, later", "k", sign("the secret", draft, now.Add(60*time.Second)), draft, 200},
		{"the same key, another body", "k", sign("the secret", other, now), other, 422},
	} {
		status, header := post(t, t.Context(), url, x.key, x.signature, x.body)
		if status != x.status || (header.Get("Idempotent-Replayed") == "true") != (x.what == "again, later") {
			t.Errorf("%s: %d %v", x.what, status, header)
		}
	}
	if all := s.Taken(); len(all) != 1 || len(heard) != 1 || all[0].Attempts != 3 || all[0].Lines()[0] != (systems.Line{SKU: "A", Units: 6}) {
		t.Errorf("%+v, heard %+v", all, heard)
	}
}

// A sender that tries again with the same key gets each order in once, whatever fails.
func TestOrdersAreTakenOnceThroughFaults(t *testing.T) {
	c := newClock()
	s, url := supplier(t, systems.SupplierOptions{Now: c.now, Rate: 5, Hang: time.Millisecond, Faults: systems.Faults{Busy: .2, Fail: .3, Hang: .1}})
	met := map[int]int{}
	const n = 60
	for i := range n {
		body := fmt.Sprintf(`{"event":"purchase_order.draft","purchase_order":"PO-%d"}`, i)
		for range 100 {
			status, header := post(t, t.Context(), url, fmt.Sprint("PO-", i), sign("the secret", body, c.now()), body)
			if met[status]++; status == http.StatusOK {
				break
			}
			if status == http.StatusTooManyRequests {
				if header.Get("Retry-After") == "" {
					t.Fatal("no Retry-After")
				}
				c.pass(time.Second)
			}
		}
	}
	again := 0
	for _, x := range s.Taken() {
		if x.Attempts > 1 {
			again++
		}
	}
	if len(s.Taken()) != n || met[200] != n || met[429] == 0 || met[500] == 0 || met[503] == 0 || again == 0 {
		t.Errorf("%d orders, of which %d came again; answers %v", len(s.Taken()), again, met)
	}
	var got []string
	for next := url + "/orders?limit=7"; next != ""; {
		c.pass(time.Second)
		res, err := http.Get(next) //nolint:gosec // an address of this test's server
		if err != nil {
			t.Fatal(err)
		}
		var page struct {
			Orders []systems.Taken
			Next   *string `json:"next_cursor"`
		}
		err = json.NewDecoder(res.Body).Decode(&page)
		_ = res.Body.Close()
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range page.Orders {
			got = append(got, o.Key)
		}
		link := res.Header.Get("Link")
		next, _, _ = strings.Cut(strings.TrimPrefix(link, "<"), ">")
		if (page.Next == nil) != (link == "") {
			t.Errorf("cursor %v, link %q", page.Next, link)
		}
	}
	for i, x := range s.Taken() {
		if i >= len(got) || got[i] != x.Key {
			t.Fatalf("pages list %v", got)
		}
	}
	for _, query := range []string{"limit=0", "limit=x", "cursor=x", "cursor=YWZ0ZXI6OTk5"} {
		c.pass(time.Second)
		res, err := http.Get(url + "/orders?" + query)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		if res.StatusCode != http.StatusBadRequest {
			t.Errorf("%s: %s", query, res.Status)
		}
	}
}

func TestASupplierThatHangsLetsTheCallerGiveUp(t *testing.T) {
	c := newClock()
	s, url := supplier(t, systems.SupplierOptions{Now: c.now, Faults: systems.Faults{Hang: 1}})
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if status, _ := post(t, ctx, url, "k", sign("the secret", draft, c.now()), draft); status != 0 || len(s.Taken()) != 0 {
		t.Errorf("status %d, %d orders", status, len(s.Taken()))
	}
}

func TestSharesAreChecked(t *testing.T) {
	for _, f := range []systems.Faults{{Drop: 1}, {Busy: -.1}, {Late: 1.1}} {
		if _, err := systems.NewPlayer(systems.PlayerOptions{Faults: f}); err == nil {
			t.Errorf("%+v was taken", f)
		}
	}
	if _, err := systems.NewSupplier(systems.SupplierOptions{}); err == nil {
		t.Error("a supplier without a secret")
	}
	if _, err := systems.NewWoo(systems.WooOptions{Key: "x"}); err == nil {
		t.Error("a platform without a secret")
	}
}
