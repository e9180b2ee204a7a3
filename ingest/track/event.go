// Package track reads events in the form of Segment's HTTP tracking API into facts.
//
// A request's body goes in: one event, or a batch of them (Parse). Facts come out of each event, or the
// reason why it could not become one (Door.Facts); one bad event does not hold up the others. The form of
// events is that of Segment's specification: https://segment.com/docs/connections/spec/.
package track

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"almanac/fact"
)

// Limits of the API.
const (
	MaxEvent = 32 << 10  // bytes of one event
	MaxBody  = 500 << 10 // bytes of a batch
	MaxBatch = 2500      // events of a batch
)

// Refusal is why an event could not become a fact.
type Refusal struct{ Code, Detail string }

func (r *Refusal) Error() string { return r.Detail }

// Door is what events need to know of where they come in.
type Door struct {
	Shop, Source string
	ReceivedAt   time.Time
	Currency     string // of the shop, for events that name none
}

// Reading is what one event became.
type Reading struct {
	Facts   []fact.Fact
	Unknown string // the name of an event that no kind describes; it is kept as it came
	Capped  bool   // whether it claimed to lie in the future
}

// Facts reads an event. The error is a *Refusal.
func (d *Door) Facts(m *Message) (Reading, error) {
	if m.fault != nil {
		return Reading{}, m.fault
	}
	if m.User == "" && m.Anonymous == "" {
		return Reading{}, &Refusal{"no_identity", "both userId and anonymousId are missing"}
	}
	if m.ID == "" {
		m.ID = m.newID()
	}
	e := event{m: m, door: d, ext: ext{campaign: m.Context.Campaign}}
	e.at, e.ext.capped = m.occurred(d.ReceivedAt)
	facts, err := e.facts()
	if err != nil {
		return Reading{}, err
	}
	extra := e.ext.encode()
	for i := range facts {
		if err := facts[i].Validate(); err != nil {
			return Reading{}, &Refusal{"invalid_event", err.Error()}
		}
		if i == 0 {
			facts[i].Ext = extra
		}
	}
	return Reading{Facts: facts, Unknown: e.unknown, Capped: !e.ext.capped.IsZero()}, nil
}

// newID names an event that was sent without an id. One that carries its own time is named by its content,
// so that a repeated request counts once; of others nobody can tell whether two are the same.
func (m *Message) newID() string {
	if m.hasTimestamp || m.hasOriginal {
		sum := sha256.Sum256(append(append([]byte(m.Type), 0), m.Raw...))
		return "almanac-" + hex.EncodeToString(sum[:16])
	}
	b := make([]byte, 16)
	_, _ = rand.Read(b) // never fails: crypto/rand ends the program where there is no randomness
	return "almanac-" + hex.EncodeToString(b)
}

// event is a message on its way to facts.
type event struct {
	m       *Message
	door    *Door
	at      time.Time
	ext     ext
	unknown string
}

func (e *event) fact(kind fact.Kind, id string, body fact.Body) fact.Fact {
	return fact.Fact{Shop: e.door.Shop, Source: e.door.Source, ID: id, Kind: kind, OccurredAt: e.at, ReceivedAt: e.door.ReceivedAt, Body: body}
}

func (e *event) one(kind fact.Kind, body fact.Body) []fact.Fact {
	return []fact.Fact{e.fact(kind, e.m.ID, body)}
}

func (e *event) actor() fact.Actor {
	return fact.Actor{Visitor: e.m.Anonymous, Customer: e.m.User, Session: e.m.Context.Session}
}

func (e *event) facts() ([]fact.Fact, error) {
	switch e.m.Type {
	case "track", "":
		if strings.TrimSpace(e.m.Event) == "" {
			return nil, &Refusal{"no_event", "event, the name of what happened, is missing"}
		}
		return e.track()
	case "page", "screen":
		return e.page()
	case "identify":
		return e.identify()
	case "alias":
		return e.alias()
	case "group":
		if e.m.Group == "" {
			return nil, &Refusal{"no_group_id", "groupId is missing"}
		}
		return e.one(fact.GroupJoined, &fact.Group{Actor: e.actor(), Group: e.m.Group, Traits: flat(e.m.Traits)}), nil
	}
	return nil, &Refusal{"unknown_type", fmt.Sprintf("type %q is not one of track, identify, page, screen, group, alias", clip(e.m.Type))}
}

// kept is an event that no kind describes, as it came.
func (e *event) kept() []fact.Fact {
	e.unknown = clip(e.m.Event)
	b := &fact.Event{Actor: e.actor(), Name: e.m.Event}
	if len(e.m.Properties) > 0 && string(e.m.Properties) != "{}" {
		b.Properties = append(b.Properties, e.m.Properties...)
	}
	return e.one(fact.EventTracked, b)
}

func (e *event) page() ([]fact.Fact, error) {
	v := &fact.PageView{Actor: e.actor(), Name: e.m.Name}
	v.URL, _ = scalar(e.m.Context.URL)
	v.Path, _ = scalar(e.m.Context.Path)
	v.Referrer, _ = scalar(e.m.Context.Referrer)
	err := each(e.m.Properties, func(name, value []byte) error {
		s, _ := scalar(value)
		switch string(name) {
		case "url":
			v.URL = first(s, v.URL)
		case "path":
			v.Path = first(s, v.Path)
		case "referrer":
			v.Referrer = first(s, v.Referrer)
		case "name":
			v.Name = first(v.Name, s)
		case "title", "search", "hash":
		default:
			e.ext.keep(name, value)
		}
		return nil
	})
	return e.one(fact.PageViewed, v), err
}

func first(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// clip bounds what is named in a message for people.
func clip(s string) string {
	if len(s) > 200 {
		return strings.ToValidUTF8(s[:200], "") + "…"
	}
	return s
}
