package systems_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"almanac/fact"
	"almanac/sim/systems"
)

// tracker is a server that answers with statuses in turn, the last for ever.
type tracker struct {
	t        *testing.T
	statuses []int
	bodies   []string // of the events, as they came
}

func (k *tracker) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var body struct {
		Batch  json.RawMessage
		SentAt time.Time
	}
	key, _, _ := r.BasicAuth()
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil || body.SentAt.IsZero() || key != "key" || r.URL.Path != "/v1/batch" {
		k.t.Errorf("%s %v", r.URL, err)
	}
	k.bodies = append(k.bodies, string(body.Batch))
	status := k.statuses[0]
	if len(k.statuses) > 1 {
		k.statuses = k.statuses[1:]
	}
	if status == http.StatusTooManyRequests {
		w.Header().Set("Retry-After", "7")
	}
	w.WriteHeader(status)
}

// play sends an order of two lines and a view, and tells how long the site waited.
func play(t *testing.T, k *tracker, f systems.Faults) (waits []time.Duration, sums systems.Played, err error) {
	t.Helper()
	server := httptest.NewServer(k)
	defer server.Close()
	p, err := systems.NewPlayer(systems.PlayerOptions{URL: server.URL, Key: "key", Batch: 2, Faults: f, Client: http.DefaultClient, Now: newClock().now,
		Sleep: func(_ context.Context, d time.Duration) error { waits = append(waits, d); return nil }})
	if err != nil {
		t.Fatal(err)
	}
	at := newClock().now()
	for i, b := range []fact.Body{
		&fact.OrderLine{Order: "17", Line: "1", SKU: "A", Units: 2, Currency: "EUR", Gross: 500, Tax: 80, Shipping: 495, Visitor: "v"},
		&fact.OrderLine{Order: "17", Line: "2", SKU: "B", Units: 1, Currency: "EUR", Gross: 300, Tax: 48, Visitor: "v"},
		&fact.ProductEvent{Actor: fact.Actor{Visitor: "v"}, SKU: "A"},
	} {
		when := at
		if b.Kind() == fact.ProductViewed {
			when = at.Add(time.Second)
		}
		f := fact.Fact{Source: "shop:main", ID: fmt.Sprint("id", i), Kind: b.Kind(), OccurredAt: when, Body: b}
		if err := p.Fact(t.Context(), &f); err != nil {
			return waits, p.Sums, err
		}
	}
	err = p.End(t.Context())
	return waits, p.Sums, err
}

func TestTheSiteWaitsAsLongAsItIsAskedToAndSendsTheSameAgain(t *testing.T) {
	k := &tracker{t: t, statuses: []int{429, 503, 200}}
	waits, sums, err := play(t, k, systems.Faults{})
	if err != nil || len(k.bodies) != 3 || k.bodies[0] != k.bodies[1] || k.bodies[1] != k.bodies[2] || waits[0] != 7*time.Second || waits[1] >= time.Second || sums.Events != 2 || sums.Orders != 1 {
		t.Errorf("%v, waited %v, %+v, sent %v", err, waits, sums, k.bodies)
	}
	for _, part := range []string{`"messageId":"order-17"`, `"order_id":"17"`, `"tax":1.28`, `"shipping":4.95`, `"price":2.50`, `"messageId":"id2"`, `"timestamp":"2026-07-01T12:00:00.000Z"`} {
		if !strings.Contains(k.bodies[0], part) {
			t.Errorf("no %s in %s", part, k.bodies[0])
		}
	}
}

func TestTheSiteStopsWhereItIsRefusedOrNeverHeard(t *testing.T) {
	if _, sums, err := play(t, &tracker{t: t, statuses: []int{401}}, systems.Faults{}); err == nil || !strings.Contains(err.Error(), "write key") || sums.Deliveries != 1 {
		t.Errorf("a wrong key: %v after %d", err, sums.Deliveries)
	}
	if _, sums, err := play(t, &tracker{t: t, statuses: []int{500}}, systems.Faults{}); err == nil || !strings.Contains(err.Error(), "12 tries") || sums.Deliveries != 12 {
		t.Errorf("a broken server: %v after %d", err, sums.Deliveries)
	}
}
