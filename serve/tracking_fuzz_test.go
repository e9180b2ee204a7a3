package serve

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"almanac/ingest/track"
)

// Whatever comes in an address, what is read out of it is bounded and is no panic.
func FuzzPixel(f *testing.F) {
	f.Add("data=eyJ1c2VySWQiOiJ1MSJ9")
	f.Add("data=%7B%22userId%22%3A1%7D")
	f.Add("userId=1&properties.a=1&properties=2&properties.a.b=3&=x&..=y")
	f.Fuzz(func(t *testing.T, query string) {
		r := &http.Request{Method: http.MethodGet, URL: &url.URL{Path: "/v1/pixel/track", RawQuery: query}}
		body, err := eventOf(r)
		if err != nil {
			return
		}
		if len(body) > 8*eventLimit {
			t.Fatalf("%d bytes out of %d", len(body), len(query))
		}
		if r.URL.Query().Get("data") == "" && !json.Valid(body) {
			t.Fatalf("%q is not JSON", body)
		}
	})
}

// Whatever the bytes and labels, what a body unpacks to stays within the limit.
func FuzzBody(f *testing.F) {
	f.Add([]byte("{}"), "")
	f.Add([]byte("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff\x01\x02\x00\xfd\xff{}\xa3\xdf\x1c\x43\x02\x00\x00\x00"), "gzip")
	f.Add([]byte{0x1f, 0x8b}, "")
	f.Fuzz(func(t *testing.T, b []byte, encoding string) {
		const limit = 1000
		r := httptest.NewRequest(http.MethodPost, "/v1/track", io.NopCloser(bytes.NewReader(b)))
		r.Header.Set("Content-Encoding", encoding)
		body, done, err := bodyOf(httptest.NewRecorder(), r, limit)
		if err != nil {
			return
		}
		defer done()
		if len(body) > limit {
			t.Fatalf("%d bytes", len(body))
		}
	})
}

// An event that waits in quarantine can be read again alone, as the same event.
func FuzzWhole(f *testing.F) {
	f.Add([]byte(`{ }`))
	f.Add([]byte(`{"type":"wave","sentAt":"x","userId":1}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		before, err := track.Parse(b, "screen")
		if err != nil {
			return
		}
		before.Events[0].Sent = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
		after, err := track.Parse([]byte(`{"batch":[`+whole(&before.Events[0])+`]}`), "")
		if err != nil && strings.Contains(err.Error(), "nested") {
			return // a batch is two levels itself
		}
		if err != nil || len(after.Events) != 1 {
			t.Fatalf("%q: %v", whole(&before.Events[0]), err)
		}
		a, b2 := before.Events[0], after.Events[0]
		if a.Type != b2.Type || a.User != b2.User || a.Anonymous != b2.Anonymous || !a.Sent.Equal(b2.Sent) {
			t.Fatalf("%+v became %+v", a, b2)
		}
	})
}
