package track_test

import (
	"encoding/json"
	"testing"
	"time"

	"almanac/fact"
	"almanac/ingest/track"
)

var received = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func one(t *testing.T, body string) fact.Fact {
	t.Helper()
	facts, rejected, err := track.Decode("a", "segment:web", received, []byte(body), "EUR")
	if err != nil || len(rejected) != 0 || len(facts) == 0 {
		t.Fatalf("%v %v %v", facts, rejected, err)
	}
	return facts[0]
}

func TestTheSendersClockIsCorrected(t *testing.T) {
	f := one(t, `{"type":"track","event":"Product Viewed","messageId":"1","anonymousId":"v","properties":{"sku":"mug"},
		"originalTimestamp":"2020-01-01T00:00:00Z","sentAt":"2020-01-01T00:00:10Z"}`)
	if want := received.Add(-10 * time.Second); !f.OccurredAt.Equal(want) {
		t.Errorf("%s, want %s", f.OccurredAt, want)
	}
	future := one(t, `{"type":"track","event":"Product Viewed","messageId":"2","anonymousId":"v","properties":{"sku":"mug"},"timestamp":"2030-01-01T00:00:00Z"}`)
	if future.OccurredAt.After(received) {
		t.Errorf("an event of %s was received at %s", future.OccurredAt, received)
	}
}

func TestAnOrderIsSharedOutToTheLastCent(t *testing.T) {
	facts, rejected, err := track.Decode("a", "segment:web", received, []byte(`{"type":"track","event":"Order Completed","messageId":"1","userId":"u",
		"properties":{"order_id":"7","currency":"EUR","shipping":4.99,"discount":"1.00","tax":3.33,
		"products":[{"sku":"a","quantity":3,"price":1.99},{"sku":"b","quantity":1,"price":10},{"sku":"a","quantity":1,"price":1.99}]}}`), "")
	if err != nil || len(rejected) != 0 || len(facts) != 3 {
		t.Fatalf("%v %v %v", facts, rejected, err)
	}
	var gross, ship, disc, tax int64
	for _, f := range facts {
		l, ok := f.Body.(*fact.OrderLine)
		if !ok {
			t.Fatalf("%T", f.Body)
		}
		gross, ship, disc, tax = gross+l.Gross, ship+l.Shipping, disc+l.Discount, tax+l.Tax
	}
	if gross != 1796 || ship != 499 || disc != 100 || tax != 333 {
		t.Errorf("gross %d shipping %d discount %d tax %d", gross, ship, disc, tax)
	}
	if facts[0].ID == facts[2].ID {
		t.Error("two lines of one product have one id")
	}
}

func TestABadEventIsRejectedAlone(t *testing.T) {
	facts, rejected, err := track.Decode("a", "segment:web", received, []byte(`{"batch":[
		{"type":"track","event":"Product Viewed","messageId":"1","anonymousId":"v","properties":{"sku":"mug"}},
		{"type":"track","event":"Product Viewed","anonymousId":"v","properties":{"sku":"mug"}},
		{"type":"track","event":"Product Added","messageId":"3","anonymousId":"v","properties":{"quantity":1}},
		{"type":"wave","messageId":"4","anonymousId":"v"},
		{"type":"track","event":"Quiz Taken","messageId":"5","userId":17,"properties":{"score":1}}]}`), "EUR")
	if err != nil || len(facts) != 3 || len(rejected) != 2 {
		t.Fatalf("%d facts, %v, %v", len(facts), rejected, err)
	}
	for i, want := range []string{"invalid_event", "unknown_type"} {
		if rejected[i].Code != want || rejected[i].Detail == "" {
			t.Errorf("%+v, want %s", rejected[i], want)
		}
	}
	if e, ok := facts[2].Body.(*fact.Event); !ok || e.Name != "Quiz Taken" || e.Customer != "17" {
		t.Errorf("%+v", facts[2].Body)
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte(`{"batch":[{"type":"identify","messageId":"1","userId":"u","anonymousId":"v","traits":{"email":"a@b.c"}}]}`))
	f.Add([]byte(`{"type":"track","event":"Order Refunded","messageId":"1","userId":"u","properties":{"order_id":1,"products":[{"price":1e2,"quantity":"2"}]}}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		facts, _, err := track.Decode("a", "s", received, b, "EUR")
		if err != nil {
			return
		}
		for i := range facts {
			if err := facts[i].Validate(); err != nil {
				t.Fatalf("a fact that is not valid: %v", err)
			}
			if _, err := json.Marshal(facts[i]); err != nil {
				t.Fatal(err)
			}
		}
	})
}
