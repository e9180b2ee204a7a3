package track

import (
	"strconv"
	"time"
)

// layouts are the forms in which senders write times, the usual one first. A time without a zone is UTC.
var layouts = []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999Z0700", "2006-01-02T15:04:05.999999999", "2006-01-02 15:04:05.999999999Z07:00",
	"2006-01-02 15:04:05.999999999", "2006-01-02"}

// when reads a time: ISO 8601, or the seconds or milliseconds since 1970.
func when(v []byte) (time.Time, bool) {
	s, ok := scalar(v)
	if !ok || s == "" {
		return time.Time{}, false
	}
	for _, l := range layouts {
		if t, err := time.Parse(l, s); err == nil {
			return t.UTC(), true
		}
	}
	n, err := strconv.ParseInt(s, 10, 64)
	switch {
	case err != nil || n <= 0:
		return time.Time{}, false
	case n < 1e11: // seconds, up to the year 5138
		return time.Unix(n, 0).UTC(), true
	case n < 1e14:
		return time.UnixMilli(n).UTC(), true
	}
	return time.Time{}, false
}

// occurred is the time of the event by our clock: a sender's clock is off by as much as the time at which
// it says that it sent is off the time at which we received. So
//
//	timestamp = receivedAt − (sentAt − originalTimestamp)
//
// as in Segment's specification. An event cannot lie in the future: capped tells what it claimed.
func (m *Message) occurred(receivedAt time.Time) (at time.Time, capped time.Time) {
	at = receivedAt
	original, known := m.Original, m.hasOriginal
	if !known {
		original, known = m.Timestamp, m.hasTimestamp
	}
	switch {
	case known && m.sent:
		at = receivedAt.Add(-m.Sent.Sub(original))
	case m.hasTimestamp:
		at = m.Timestamp
	case known:
		at = original
	}
	if at.After(receivedAt) {
		at, capped = receivedAt, at.UTC()
	}
	return at.UTC().Truncate(time.Microsecond), capped
}
