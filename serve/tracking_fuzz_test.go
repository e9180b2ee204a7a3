package serve

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
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
