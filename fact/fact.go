// Package fact says what can happen in a shop: the envelope that every observation travels in, one
// typed body per kind, exact money, and the checks that a fact must pass before it is recorded.
//
// Facts go in from the doors (files, tracking API, connectors) and come out of the record in the
// same form. The package knows nothing of storage or of any outside system.
package fact

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// Fact is one thing that happened, as one source tells it.
type Fact struct {
	Shop       string
	Source     string // who says so: "segment:web", "shopify:main", "file:orders-2026"
	ID         string // business id within its kind: order/line, product id, message id
	Rev        int64  // a newer revision of the same fact replaces the older; 0 where a source has none
	Kind       Kind
	OccurredAt time.Time // event time, UTC, corrected for clock skew
	ReceivedAt time.Time // UTC
	Body       Body
	Ext        json.RawMessage // what the source said beyond the typed body, kept as it came
}

// Body is the typed content of one kind of fact.
type Body interface {
	// Kind names the kind that the body belongs to. A type used for several kinds answers with the
	// first; the envelope's Kind decides.
	Kind() Kind
	// Check adds what is wrong with the body to p.
	Check(p *Problems)
}

// Key identifies the fact for deduplication: one source, one kind, one id, one revision.
type Key struct {
	Shop, Source string
	Kind         Kind
	ID           string
	Rev          int64
}

// Key returns the fact's deduplication key.
func (f *Fact) Key() Key { return Key{f.Shop, f.Source, f.Kind, f.ID, f.Rev} }

// Hash is 128 bits of SHA-256 over the key's parts, each with its length, so that no two keys collide by
// concatenation. Ids of one thing ("order/line") share the first 32 bits, so that what arrives together is
// stored together; the other 96 bits tell them apart.
func (k Key) Hash() (h [16]byte) {
	group := k.ID
	if i := strings.LastIndexByte(group, '/'); i > 0 {
		group = group[:i]
	}
	var buf [192]byte
	b := appendParts(buf[:0], k.Shop, k.Source, string(k.Kind))
	n := len(b)
	near := sha256.Sum256(appendParts(b, group))
	b = appendParts(b[:n], k.ID)
	for i := range 8 {
		b = append(b, byte(uint64(k.Rev)>>(8*i)))
	}
	full := sha256.Sum256(b)
	copy(h[:4], near[:4])
	copy(h[4:], full[:12])
	return h
}

func appendParts(b []byte, parts ...string) []byte {
	for _, s := range parts {
		b = append(b, byte(len(s)), byte(len(s)>>8))
		b = append(b, s...)
	}
	return b
}

// Bounds of what becomes part of a key, in bytes: PostgreSQL indexes no row beyond 2,704.
const (
	MaxIDLength    = 512
	MaxTitleLength = 2000
)

// Validate reports everything that is wrong with the fact, or nil.
func (f *Fact) Validate() error {
	var p Problems
	p.need("shop", f.Shop)
	p.need("source", f.Source)
	p.need("id", f.ID)
	if !f.Kind.Known() {
		p.Add("kind", fmt.Sprintf("%q is not a kind of fact", f.Kind))
	}
	if f.OccurredAt.IsZero() {
		p.Add("occurred_at", "is missing")
	} else if y := f.OccurredAt.Year(); y < 1970 || y > 2200 {
		p.Add("occurred_at", fmt.Sprintf("year %d is outside 1970 to 2200", y))
	}
	switch {
	case f.Body == nil:
		p.Add("body", "is missing")
	case f.Kind.Known() && f.Kind.New().Kind() != f.Body.Kind():
		p.Add("body", fmt.Sprintf("is that of %s", f.Body.Kind()))
	default:
		f.Body.Check(&p)
	}
	return p.Err()
}

// EncodeBody writes the body as compact JSON. Equal bodies give equal bytes.
func (f *Fact) EncodeBody() ([]byte, error) { return json.Marshal(f.Body) }

// DecodeBody reads a body of the given kind. Fields that the kind does not know are ignored, so that a
// newer writer does not break an older reader.
func DecodeBody(k Kind, b []byte) (Body, error) {
	body := k.New()
	if body == nil {
		return nil, fmt.Errorf("%q is not a kind of fact", k)
	}
	if err := json.Unmarshal(b, body); err != nil {
		return nil, fmt.Errorf("body of %s: %w", k, err)
	}
	return body, nil
}

type factJSON struct {
	Shop       string          `json:"shop"`
	Source     string          `json:"source"`
	Kind       Kind            `json:"kind"`
	ID         string          `json:"id"`
	Rev        int64           `json:"rev,omitempty"`
	OccurredAt time.Time       `json:"occurred_at"`
	ReceivedAt *time.Time      `json:"received_at,omitempty"`
	Body       any             `json:"body"` // a Body to write, a *json.RawMessage to read
	Ext        json.RawMessage `json:"ext,omitempty"`
}

// MarshalJSON writes the fact as one JSON object, the form of fact exports and imports.
func (f Fact) MarshalJSON() ([]byte, error) { return json.Marshal(f.Object()) }

// Object is what MarshalJSON writes. An encoder writes it in one pass; what a Marshaler returns it checks and copies once more.
func (f *Fact) Object() any {
	v := factJSON{Shop: f.Shop, Source: f.Source, Kind: f.Kind, ID: f.ID, Rev: f.Rev, OccurredAt: f.OccurredAt.UTC(), Body: f.Body, Ext: f.Ext}
	if !f.ReceivedAt.IsZero() {
		t := f.ReceivedAt.UTC()
		v.ReceivedAt = &t
	}
	return &v
}

// UnmarshalJSON reads what MarshalJSON writes.
func (f *Fact) UnmarshalJSON(b []byte) error {
	var raw json.RawMessage
	v := factJSON{Body: &raw}
	if err := json.Unmarshal(b, &v); err != nil {
		return err
	}
	if v.Body == nil {
		raw = json.RawMessage("null")
	}
	body, err := DecodeBody(v.Kind, raw)
	if err != nil {
		return err
	}
	*f = Fact{Shop: v.Shop, Source: v.Source, Kind: v.Kind, ID: v.ID, Rev: v.Rev, OccurredAt: v.OccurredAt.UTC(), Body: body, Ext: v.Ext}
	if v.ReceivedAt != nil {
		f.ReceivedAt = v.ReceivedAt.UTC()
	}
	return nil
}
