package track

import (
	"encoding/json"
	"time"

	"almanac/fact"
)

// Rejected is an event that could not become a fact.
type Rejected struct {
	Index        int // in the batch
	Code, Detail string
	Raw          json.RawMessage
}

// Decode reads a body, an event or {"batch":[…]}, into facts at once, as files of events hold them.
// currency is the shop's, for events that name none. The error says that the body as a whole cannot be read.
func Decode(shop, source string, receivedAt time.Time, body []byte, currency string) ([]fact.Fact, []Rejected, error) {
	r, err := parse(body, "", true)
	if err != nil {
		return nil, nil, err
	}
	d := Door{Shop: shop, Source: source, ReceivedAt: receivedAt.UTC(), Currency: currency}
	var facts []fact.Fact
	var rejected []Rejected
	for i := range r.Events {
		m := &r.Events[i]
		read, err := d.Facts(m)
		if err != nil {
			code, detail := Reason(err)
			rejected = append(rejected, Rejected{i, code, detail, m.Raw})
			continue
		}
		facts = append(facts, read.Facts...)
	}
	return facts, rejected, nil
}

// Reason tells the code and the text of what Door.Facts answered.
func Reason(err error) (code, detail string) {
	if r, ok := err.(*Refusal); ok { //nolint:errorlint // made here, never wrapped
		return r.Code, r.Detail
	}
	return "invalid_event", err.Error()
}
