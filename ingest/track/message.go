package track

import (
	"fmt"
	"time"
)

// Message is one event as it was sent. Its slices are those of the body that it was read from.
type Message struct {
	Raw                             []byte // the whole event
	Type, ID, Event, Name           string
	User, Anonymous, Previous       string
	Group                           string
	Timestamp, Original, Sent       time.Time
	Properties, Traits              []byte // values of any kind, as they were sent
	Context                         Context
	fault                           *Refusal
	hasTimestamp, hasOriginal, sent bool
}

// Context is what an event tells of its circumstances, as far as facts have a place for it.
type Context struct {
	Session             string
	URL, Path, Referrer []byte          // values as they were sent: only pages need them as text
	Campaign            []byte          // an object: source, medium, name …
	Traits              []byte          // an object; some clients describe the customer here
	Consent             map[string]bool // category of the sender → allowed; nil where the event does not say
	GPC                 bool            // the browser sends Global Privacy Control
}

// Request is the body of a call.
type Request struct {
	WriteKey string
	SentAt   time.Time
	Events   []Message
	Batch    bool // whether the body has a list of events
}

// Parse reads the body of a call. kind is the type of a single event as its address tells it, or empty for
// a batch. The error says that the body as a whole cannot be read; what is wrong with a single event waits
// for Facts.
func Parse(body []byte, kind string) (Request, error) { return parse(body, kind, kind != "") }

// parse is Parse. A lone body without a batch is one event, which tells its own type where kind is empty.
func parse(body []byte, kind string, lone bool) (Request, error) {
	var r Request
	var shared []byte // context of the whole batch
	var single Message
	s := scan{b: body}
	if s.next() != '{' {
		return r, fmt.Errorf("the body is not a JSON object")
	}
	err := s.object(func(name []byte) error {
		if kind == "" && string(name) == "batch" && s.next() == '[' {
			r.Batch = true
			r.Events = make([]Message, 0, min(len(body)/400+1, MaxBatch)) // events are seldom smaller
			return s.array(func() error { return r.event(&s) })
		}
		v, err := s.value()
		if err != nil {
			return err
		}
		switch string(name) {
		case "writeKey":
			r.WriteKey, _ = scalar(v)
		case "sentAt":
			r.SentAt, _ = when(v) // without it the sender's clock is taken as right
		case "context":
			shared = v
		}
		if lone {
			return single.member(name, v)
		}
		return nil
	})
	if err == nil {
		err = s.end()
	}
	if err != nil {
		return Request{}, fmt.Errorf("the body cannot be read at byte %d: %w", s.i, err)
	}
	if lone && !r.Batch {
		single.Raw, single.Type = body, first(kind, first(single.Type, "track"))
		r.Events = []Message{single}
	}
	return r, r.finish(shared)
}

func (r *Request) finish(shared []byte) error {
	var common Context
	if r.Batch && len(shared) > 0 {
		if err := common.read(shared); err != nil {
			return err
		}
	}
	for i := range r.Events {
		m := &r.Events[i]
		if !m.sent {
			m.Sent, m.sent = r.SentAt, !r.SentAt.IsZero()
		}
		if r.Batch {
			m.Context.inherit(&common)
		}
	}
	return nil
}

func (r *Request) event(s *scan) error {
	if len(r.Events) >= MaxBatch {
		return fmt.Errorf("the batch has more than %d events", MaxBatch)
	}
	start := s.i
	m := Message{}
	if s.next() != '{' {
		v, err := s.value()
		m.Raw, m.fault = v, &Refusal{"invalid_json", "the event is not a JSON object"}
		r.Events = append(r.Events, m)
		return err
	}
	err := s.object(func(name []byte) error {
		v, err := s.value()
		if err != nil {
			return err
		}
		return m.member(name, v)
	})
	m.Raw = s.b[start:s.i]
	if len(m.Raw) > MaxEvent {
		m.fault = &Refusal{"event_too_large", fmt.Sprintf("the event has %d bytes, more than %d", len(m.Raw), MaxEvent)}
	}
	r.Events = append(r.Events, m)
	return err
}

// member takes one field of an event.
func (m *Message) member(name, v []byte) error {
	var err error
	switch string(name) {
	case "type":
		m.Type = m.word("type", v)
	case "messageId":
		m.ID = m.word("messageId", v)
	case "event":
		m.Event = m.word("event", v)
	case "name":
		m.Name = m.word("name", v)
	case "userId":
		m.User = m.word("userId", v)
	case "anonymousId":
		m.Anonymous = m.word("anonymousId", v)
	case "previousId":
		m.Previous = m.word("previousId", v)
	case "groupId":
		m.Group = m.word("groupId", v)
	case "timestamp":
		m.Timestamp, m.hasTimestamp = m.time("timestamp", v)
	case "originalTimestamp":
		m.Original, m.hasOriginal = m.time("originalTimestamp", v)
	case "sentAt":
		m.Sent, m.sent = when(v)
	case "properties":
		m.Properties = present(v)
	case "traits":
		m.Traits = present(v)
	case "context":
		err = m.Context.read(v)
	}
	return err
}

func present(v []byte) []byte {
	if len(v) > 0 && v[0] == 'n' {
		return nil
	}
	return v
}

// usual are words that most events hold, so that each need not be made anew.
var usual = map[string]string{"track": "track", "page": "page", "screen": "screen", "identify": "identify",
	"Product Viewed": "Product Viewed", "Product Added": "Product Added", "Product Clicked": "Product Clicked", "Product List Viewed": "Product List Viewed",
	"Products Searched": "Products Searched", "Cart Viewed": "Cart Viewed", "Checkout Started": "Checkout Started", "Order Completed": "Order Completed"}

func (m *Message) word(field string, v []byte) string {
	if len(v) > 2 {
		if s := usual[string(v[1:len(v)-1])]; s != "" && v[0] == '"' {
			return s
		}
	}
	s, ok := scalar(v)
	if !ok && m.fault == nil {
		m.fault = &Refusal{"invalid_field", field + " is neither text nor a number"}
	}
	return s
}

func (m *Message) time(field string, v []byte) (time.Time, bool) {
	t, ok := when(v)
	if !ok && v[0] != 'n' && string(v) != `""` && m.fault == nil {
		m.fault = &Refusal{"invalid_timestamp", fmt.Sprintf("%s is not a time: write it like 2026-03-01T12:00:00.000Z", field)}
	}
	return t, ok
}

// read takes the fields that facts have a place for; what has another form than expected is left out.
func (c *Context) read(v []byte) error {
	return each(v, func(name, v []byte) error {
		switch string(name) {
		case "sessionId":
			c.Session, _ = scalar(v)
		case "gpc", "globalPrivacyControl":
			c.GPC = string(v) == "true" || string(v) == "1" || string(v) == `"1"`
		case "campaign":
			c.Campaign = present(v)
		case "traits":
			c.Traits = present(v)
		case "page", "screen":
			return each(v, func(name, v []byte) error {
				switch string(name) {
				case "url":
					c.URL = v
				case "path":
					c.Path = v
				case "referrer":
					c.Referrer = v
				}
				return nil
			})
		case "consent":
			return each(v, func(name, v []byte) error {
				if string(name) != "categoryPreferences" {
					return nil
				}
				return each(v, func(name, v []byte) error {
					if b := string(v); b == "true" || b == "false" {
						if c.Consent == nil {
							c.Consent = map[string]bool{}
						}
						c.Consent[string(name)] = b == "true"
					}
					return nil
				})
			})
		}
		return nil
	})
}

// inherit fills in what the batch says for all its events.
func (c *Context) inherit(common *Context) {
	if c.Session == "" {
		c.Session = common.Session
	}
	if c.URL == nil && c.Path == nil {
		c.URL, c.Path, c.Referrer = common.URL, common.Path, common.Referrer
	}
	if c.Campaign == nil {
		c.Campaign = common.Campaign
	}
	if c.Consent == nil {
		c.Consent = common.Consent
	}
	c.GPC = c.GPC || common.GPC
}
