package serve_test

import (
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"gopkg.in/segmentio/analytics-go.v3"

	"almanac/fact"
	"almanac/history"
)

// recorded lists the facts of the tracking door, oldest first.
func (w *world) recorded(t *testing.T) (out []history.Record) {
	t.Helper()
	for after := int64(0); ; {
		last, err := w.config.History.Read(t.Context(), after, 1000, func(r history.Record) error {
			if r.Source == "segment:web" {
				out = append(out, r)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if last == after {
			return out
		}
		after = last
	}
}

// outcome hears from the client what became of its messages.
type outcome struct{ failed chan error }

func (o outcome) Success(analytics.Message) {}

func (o outcome) Failure(_ analytics.Message, err error) { o.failed <- err }

// Segment's client for Go, as it comes, is understood.
func TestTheOfficialGoClient(t *testing.T) {
	w := newWorld(t)
	h := httptest.NewServer(w.handler)
	defer h.Close()
	heard := outcome{make(chan error, 100)}
	client, err := analytics.NewWithConfig(w.keys["write"], analytics.Config{Endpoint: h.URL, BatchSize: 4, Callback: heard,
		RetryAfter: func(int) time.Duration { return time.Millisecond }})
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 2, 1, 8, 0, 0, 0, time.UTC)
	for _, m := range []analytics.Message{
		analytics.Identify{UserId: "ada", AnonymousId: "browser", Traits: analytics.NewTraits().SetEmail("Ada@Example.com").SetFirstName("Ada")},
		analytics.Track{UserId: "ada", Event: "Product Viewed", Timestamp: at, Properties: analytics.NewProperties().Set("sku", "cup-4").SetPrice(9.5)},
		analytics.Track{UserId: "ada", Event: "Order Completed", Properties: analytics.NewProperties().SetOrderId("77").SetCurrency("GBP").
			SetProducts(analytics.Product{SKU: "cup-4", Price: 9.5})},
		analytics.Page{UserId: "ada", Name: "Home"},
		analytics.Screen{UserId: "ada", Name: "Start"},
		analytics.Group{UserId: "ada", GroupId: "acme"},
		analytics.Alias{PreviousId: "before", UserId: "ada"},
	} {
		if err := client.Enqueue(m); err != nil {
			t.Fatal(err)
		}
	}
	if err := client.Close(); err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-heard.failed:
		t.Fatal(err)
	default:
	}
	var kinds []string
	for _, r := range w.recorded(t) {
		kinds = append(kinds, string(r.Kind))
		switch b := r.Body.(type) {
		case *fact.Customer:
			if b.Email != "ada@example.com" || b.Name != "Ada" {
				t.Errorf("%+v", b)
			}
		case *fact.OrderLine:
			if b.Order != "77" || b.Gross != 950 || b.Currency != "GBP" {
				t.Errorf("%+v", b)
			}
		}
	}
	slices.Sort(kinds)
	want := []string{"customer.described", "group.joined", "identity.linked", "identity.linked", "order.placed", "page.viewed", "page.viewed", "product.viewed"}
	if !slices.Equal(kinds, want) {
		t.Errorf("%v\nwant %v", kinds, want)
	}
}
