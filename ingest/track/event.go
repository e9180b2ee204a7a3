// Package track reads events in the form of Segment's HTTP tracking API into facts.
//
// A request's body goes in: one event, or a batch of them. Facts come out, and for every event that could
// not be read the reason; one bad event does not hold up the others.
package track

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"almanac/fact"
)

// Rejected is an event that could not become a fact.
type Rejected struct {
	Index        int // in the batch
	Code, Detail string
	Raw          json.RawMessage
}

// Limits of the API.
const (
	MaxEvent = 32 << 10 // bytes
	MaxBatch = 2500     // events
)

// message is one event as it is sent.
type message struct {
	Type              string          `json:"type"`
	MessageID         string          `json:"messageId"`
	Event             string          `json:"event"`
	Name              string          `json:"name"`
	UserID            text            `json:"userId"`
	AnonymousID       text            `json:"anonymousId"`
	PreviousID        text            `json:"previousId"`
	GroupID           text            `json:"groupId"`
	Timestamp         *time.Time      `json:"timestamp"`
	OriginalTimestamp *time.Time      `json:"originalTimestamp"`
	SentAt            *time.Time      `json:"sentAt"`
	Properties        json.RawMessage `json:"properties"`
	Traits            json.RawMessage `json:"traits"`
	Context           struct {
		SessionID text `json:"sessionId"`
		Page      struct {
			URL      string `json:"url"`
			Path     string `json:"path"`
			Referrer string `json:"referrer"`
		} `json:"page"`
	} `json:"context"`
}

// text is a string that some senders write as a number.
type text string

func (t *text) UnmarshalJSON(b []byte) error {
	var s string
	if json.Unmarshal(b, &s) == nil {
		*t = text(s)
		return nil
	}
	var n json.Number
	if err := json.Unmarshal(b, &n); err != nil {
		return fmt.Errorf("%s is neither text nor a number", b)
	}
	*t = text(n.String())
	return nil
}

// Decode reads a body: an event, or {"batch":[…],"sentAt":…}. source names the sender, currency is the
// shop's, for events that name none. The error says that the body as a whole is no event or batch.
func Decode(shop, source string, receivedAt time.Time, body []byte, currency string) ([]fact.Fact, []Rejected, error) {
	var envelope struct {
		Batch  []json.RawMessage `json:"batch"`
		SentAt *time.Time        `json:"sentAt"`
	}
	if err := json.Unmarshal(body, &envelope); err != nil {
		return nil, nil, fmt.Errorf("the body is not a JSON object of an event or a batch: %w", err)
	}
	events := envelope.Batch
	if events == nil {
		events = []json.RawMessage{body}
	}
	if len(events) > MaxBatch {
		return nil, nil, fmt.Errorf("the batch has %d events, more than %d", len(events), MaxBatch)
	}
	var facts []fact.Fact
	var rejected []Rejected
	for i, raw := range events {
		fs, err := decode(shop, source, receivedAt.UTC(), raw, envelope.SentAt, currency)
		if err != nil {
			rejected = append(rejected, Rejected{i, code(err), err.Error(), raw})
			continue
		}
		facts = append(facts, fs...)
	}
	return facts, rejected, nil
}

type refusal struct{ code, detail string }

func (r *refusal) Error() string { return r.detail }

func code(err error) string {
	if r, ok := err.(*refusal); ok { //nolint:errorlint // made here, never wrapped
		return r.code
	}
	return "invalid_event"
}

func decode(shop, source string, receivedAt time.Time, raw json.RawMessage, batchSent *time.Time, currency string) ([]fact.Fact, error) {
	if len(raw) > MaxEvent {
		return nil, &refusal{"event_too_large", fmt.Sprintf("the event has %d bytes, more than %d", len(raw), MaxEvent)}
	}
	var m message
	if err := json.Unmarshal(raw, &m); err != nil {
		return nil, &refusal{"invalid_json", "the event cannot be read: " + err.Error()}
	}
	if m.MessageID == "" {
		return nil, &refusal{"no_message_id", "messageId is missing"}
	}
	if m.UserID == "" && m.AnonymousID == "" {
		return nil, &refusal{"no_identity", "both userId and anonymousId are missing"}
	}
	if m.SentAt == nil {
		m.SentAt = batchSent
	}
	e := envelope{m: m, shop: shop, source: source, at: m.when(receivedAt), receivedAt: receivedAt, currency: currency}
	facts, err := e.facts()
	if err != nil {
		return nil, err
	}
	for i := range facts {
		if err := facts[i].Validate(); err != nil {
			return nil, &refusal{"invalid_event", err.Error()}
		}
	}
	return facts, nil
}

// when is the time of the event by our clock: the sender's clock is off by what it says it sent at, less
// what we received at. An event cannot lie in the future.
func (m *message) when(receivedAt time.Time) time.Time {
	at := receivedAt
	switch {
	case m.OriginalTimestamp != nil && m.SentAt != nil:
		at = receivedAt.Add(-m.SentAt.Sub(*m.OriginalTimestamp))
	case m.Timestamp != nil && m.SentAt != nil:
		at = receivedAt.Add(-m.SentAt.Sub(*m.Timestamp))
	case m.Timestamp != nil:
		at = *m.Timestamp
	case m.OriginalTimestamp != nil:
		at = *m.OriginalTimestamp
	}
	if at.After(receivedAt) {
		at = receivedAt
	}
	return at.UTC().Truncate(time.Microsecond)
}

// envelope is an event with what surrounds it.
type envelope struct {
	m              message
	shop, source   string
	at, receivedAt time.Time
	currency       string
}

func (e *envelope) fact(kind fact.Kind, id string, body fact.Body) fact.Fact {
	return fact.Fact{Shop: e.shop, Source: e.source, ID: id, Kind: kind, OccurredAt: e.at, ReceivedAt: e.receivedAt, Body: body}
}

func (e *envelope) one(kind fact.Kind, body fact.Body) []fact.Fact {
	return []fact.Fact{e.fact(kind, e.m.MessageID, body)}
}

func (e *envelope) actor() fact.Actor {
	return fact.Actor{Visitor: string(e.m.AnonymousID), Customer: string(e.m.UserID), Session: string(e.m.Context.SessionID)}
}

func (e *envelope) facts() ([]fact.Fact, error) {
	switch e.m.Type {
	case "track", "":
		if strings.TrimSpace(e.m.Event) == "" {
			return nil, &refusal{"no_event", "event, the name of what happened, is missing"}
		}
		return e.track()
	case "page", "screen":
		p := e.m.Context.Page
		return e.one(fact.PageViewed, &fact.PageView{Actor: e.actor(), URL: p.URL, Path: p.Path, Name: e.m.Name, Referrer: p.Referrer}), nil
	case "identify":
		return e.identify()
	case "alias":
		if e.m.PreviousID == "" {
			return nil, &refusal{"no_previous_id", "previousId is missing"}
		}
		return e.one(fact.IdentityLinked, &fact.Link{A: "customer:" + string(e.m.UserID), B: "visitor:" + string(e.m.PreviousID), Reason: "alias"}), nil
	case "group":
		return e.one(fact.EventTracked, &fact.Event{Actor: e.actor(), Name: "group", Properties: e.m.Traits}), nil
	}
	return nil, &refusal{"unknown_type", fmt.Sprintf("type %q is not one of track, identify, page, screen, group, alias", e.m.Type)}
}

func (e *envelope) identify() ([]fact.Fact, error) {
	if e.m.UserID == "" {
		return e.one(fact.EventTracked, &fact.Event{Actor: e.actor(), Name: "identify", Properties: e.m.Traits}), nil
	}
	var t struct {
		Email, Phone, Name string
		FirstName          string `json:"firstName"`
		LastName           string `json:"lastName"`
		Address            struct {
			City, Country string
			PostalCode    string `json:"postalCode"`
		}
	}
	if len(e.m.Traits) > 0 {
		if err := json.Unmarshal(e.m.Traits, &t); err != nil {
			return nil, &refusal{"invalid_traits", "traits cannot be read: " + err.Error()}
		}
	}
	if t.Name == "" {
		t.Name = strings.TrimSpace(t.FirstName + " " + t.LastName)
	}
	facts := e.one(fact.CustomerDescribed, &fact.Customer{Customer: string(e.m.UserID), Email: strings.ToLower(t.Email), Phone: t.Phone,
		Name: t.Name, Country: t.Address.Country, City: t.Address.City, Postcode: t.Address.PostalCode})
	if e.m.AnonymousID != "" {
		facts = append(facts, e.fact(fact.IdentityLinked, e.m.MessageID, &fact.Link{A: "visitor:" + string(e.m.AnonymousID), B: "customer:" + string(e.m.UserID), Reason: "identify"}))
	}
	return facts, nil
}
