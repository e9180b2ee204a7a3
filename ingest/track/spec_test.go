package track_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"almanac/fact"
	"almanac/ingest/track"
)

type specified struct {
	Event      string
	Properties []struct {
		Name, Type string
		InArray    string `json:"in_array"`
	}
}

// specification is the list of the e-commerce events, which lies beside the repository.
func specification(t *testing.T) []specified {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("..", "..", "..", "shared", "specs", "ecommerce_events.json"))
	if errors.Is(err, fs.ErrNotExist) {
		t.Skip("the specification is not beside the repository")
	}
	if err != nil {
		t.Fatal(err)
	}
	var doc struct{ Events []specified }
	if err := json.Unmarshal(b, &doc); err != nil {
		t.Fatal(err)
	}
	return doc.Events
}

// example is a value for every property of an event.
func (s specified) example() map[string]any {
	value := func(name, kind string) any {
		switch {
		case name == "rating":
			return "4"
		case strings.EqualFold(kind, "array"):
			return []any{}
		case strings.EqualFold(kind, "number") || strings.EqualFold(kind, "integer"):
			return 2
		}
		return "x-" + name
	}
	out := map[string]any{"currency": "EUR"}
	element := map[string]map[string]any{}
	for _, p := range s.Properties {
		if p.InArray == "" {
			if _, ok := out[p.Name]; !ok || p.Name != "currency" {
				out[p.Name] = value(p.Name, p.Type)
			}
			continue
		}
		name := p.Name[strings.LastIndex(p.Name, ".")+1:]
		if element[p.InArray] == nil {
			element[p.InArray] = map[string]any{}
		}
		element[p.InArray][name] = value(name, p.Type)
	}
	for array, e := range element {
		out[array] = []any{e}
	}
	out["currency"] = "EUR"
	return out
}

func TestEveryEventOfTheSpecificationIsATypedFact(t *testing.T) {
	events := specification(t)
	if len(events) != 28 {
		t.Fatalf("the specification has %d events", len(events))
	}
	kinds := map[fact.Kind]string{}
	for _, s := range events {
		body, err := json.Marshal(map[string]any{"type": "track", "event": s.Event, "messageId": "1", "userId": "u", "anonymousId": "v", "properties": s.example()})
		if err != nil {
			t.Fatal(err)
		}
		facts, rejected, err := track.Decode("a", "segment:web", received, body, "EUR")
		if err != nil || len(rejected) > 0 || len(facts) == 0 {
			t.Errorf("%s: %v %+v", s.Event, err, rejected)
			continue
		}
		if facts[0].Kind == fact.EventTracked || !track.Known(s.Event) {
			t.Errorf("%s has no kind of its own", s.Event)
		}
		kinds[facts[0].Kind] = s.Event
		told, err := json.Marshal(facts)
		if err != nil {
			t.Fatal(err)
		}
		for name, v := range s.example() {
			if name == "share_message" || name == "recipient" || name == "currency" || v == any(2) { // of somebody who was not asked; numbers look alike
				continue
			}
			if text, ok := v.(string); ok && !strings.Contains(strings.ToLower(string(told)), strings.ToLower(text)) {
				t.Errorf("%s: %s is neither in the fact nor beside it: %s", s.Event, name, told)
			}
		}
	}
	if len(kinds) < 24 {
		t.Errorf("only %d kinds for 28 events: %v", len(kinds), kinds)
	}
}

func TestAComparisonIsAFactOfEachProduct(t *testing.T) {
	facts, _, err := track.Decode("a", "s", received, []byte(`{"type":"track","event":"Products Compared","messageId":"1","anonymousId":"v",
		"properties":{"products":[{"sku":"mug"},{"sku":"cup"}]}}`), "EUR")
	if err != nil || len(facts) != 2 || facts[0].Kind != fact.ProductCompared || facts[0].ID == facts[1].ID {
		t.Errorf("%v %v", facts, err)
	}
}

func TestTimesInEveryFormThatSendersUse(t *testing.T) {
	noon := time.Date(2025, 6, 1, 12, 0, 0, 0, time.UTC)
	for _, s := range []string{`"2025-06-01T12:00:00Z"`, `"2025-06-01T14:00:00.000+02:00"`, `"2025-06-01T14:00:00+0200"`, `"2025-06-01 12:00:00"`, `1748779200`, `1748779200000`, `"1748779200000"`} {
		f := one(t, `{"type":"page","messageId":"1","anonymousId":"v","timestamp":`+s+`}`)
		if !f.OccurredAt.Equal(noon) {
			t.Errorf("%s is %s", s, f.OccurredAt)
		}
	}
	_, rejected, err := track.Decode("a", "s", received, []byte(`{"type":"page","messageId":"1","anonymousId":"v","timestamp":"yesterday"}`), "EUR")
	if err != nil || len(rejected) != 1 || rejected[0].Code != "invalid_timestamp" {
		t.Errorf("%v %v", rejected, err)
	}
}

// A sender whose clock is off by any amount tells the same time as one whose clock is right.
func TestAnySkewOfTheSendersClockIsTakenOut(t *testing.T) {
	for _, skew := range []time.Duration{0, time.Second, -time.Second, 26 * time.Hour, -400 * 24 * time.Hour} {
		at, sent := received.Add(-90*time.Second).Add(skew), received.Add(skew)
		f := one(t, fmt.Sprintf(`{"type":"page","messageId":"1","anonymousId":"v","originalTimestamp":%q,"sentAt":%q}`, at.Format(time.RFC3339Nano), sent.Format(time.RFC3339Nano)))
		if want := received.Add(-90 * time.Second); !f.OccurredAt.Equal(want) {
			t.Errorf("off by %s: %s, want %s", skew, f.OccurredAt, want)
		}
	}
}

func TestAnEventOfTheFutureIsCappedAndSaysSo(t *testing.T) {
	f := one(t, `{"type":"page","messageId":"1","anonymousId":"v","timestamp":"2030-01-01T00:00:00Z"}`)
	if !f.OccurredAt.Equal(received) || string(f.Ext) != `{"claimed":"2030-01-01T00:00:00Z"}` {
		t.Errorf("%s %s", f.OccurredAt, f.Ext)
	}
}

func TestAnEventWithoutAnIdIsNamedByItsContent(t *testing.T) {
	with := `{"type":"page","anonymousId":"v","timestamp":"2026-01-01T00:00:00.123Z"}`
	if a, b := one(t, with), one(t, with); a.ID != b.ID {
		t.Errorf("%s and %s", a.ID, b.ID)
	}
	if a, b := one(t, `{"type":"page","anonymousId":"v"}`), one(t, `{"type":"page","anonymousId":"v"}`); a.ID == b.ID {
		t.Error("two views that nobody can tell apart became one")
	}
}

func TestLimitsHoldForEveryEventAlone(t *testing.T) {
	large := `{"type":"page","messageId":"2","anonymousId":"v","name":"` + strings.Repeat("x", track.MaxEvent) + `"}`
	facts, rejected, err := track.Decode("a", "s", received, []byte(`{"batch":[{"type":"page","messageId":"1","anonymousId":"v"},`+large+`,17]}`), "EUR")
	if err != nil || len(facts) != 1 || len(rejected) != 2 || rejected[0].Code != "event_too_large" || rejected[1].Code != "invalid_json" {
		t.Errorf("%d %v %v", len(facts), rejected, err)
	}
	many := `{"batch":[` + strings.TrimSuffix(strings.Repeat(`{"type":"page"},`, track.MaxBatch+1), ",") + `]}`
	if _, err := track.Parse([]byte(many), ""); err == nil {
		t.Error("2,501 events are a batch")
	}
}

func TestWhatAnEventSaysOfConsent(t *testing.T) {
	r, err := track.Parse([]byte(`{"context":{"gpc":true},"batch":[{"type":"page","context":{"consent":{"categoryPreferences":{"Analytics":true,"Advertising":false,"x":"maybe"}}}}]}`), "")
	if err != nil {
		t.Fatal(err)
	}
	c := r.Events[0].Context
	if !c.GPC || len(c.Consent) != 2 || !c.Consent["Analytics"] || c.Consent["Advertising"] {
		t.Errorf("%+v", c)
	}
}

func TestPeople(t *testing.T) {
	facts, _, err := track.Decode("a", "s", received, []byte(`{"type":"identify","messageId":"1","userId":7,"anonymousId":"v","traits":{"email":" Ada@Example.com ",
		"firstName":"Ada","lastName":"L","vip":true,"plan":"gold","address":{"city":"Paris","postalCode":"75001"}}}`), "")
	if err != nil || len(facts) != 2 {
		t.Fatal(facts, err)
	}
	c, ok := facts[0].Body.(*fact.Customer)
	if !ok || c.Customer != "7" || c.Email != "ada@example.com" || c.Name != "Ada L" || c.City != "Paris" || c.Postcode != "75001" || c.Traits["plan"] != "gold" || c.Traits["vip"] != "true" {
		t.Errorf("%+v", c)
	}
	for body, code := range map[string]string{
		`{"type":"alias","messageId":"1","userId":"u"}`:                  "no_previous_id",
		`{"type":"alias","messageId":"1","userId":"u","previousId":"u"}`: "same_id",
		`{"type":"group","messageId":"1","userId":"u"}`:                  "no_group_id",
		`{"type":"track","messageId":"1","userId":"u"}`:                  "no_event",
		`{"type":"page","messageId":"1"}`:                                "no_identity",
		`{"type":"page","messageId":[1],"userId":"u"}`:                   "invalid_field",
	} {
		_, rejected, err := track.Decode("a", "s", received, []byte(body), "")
		if err != nil || len(rejected) != 1 || rejected[0].Code != code {
			t.Errorf("%s: %v %v, want %s", body, rejected, err, code)
		}
	}
}
