package track_test

import (
	"bytes"
	"fmt"
	"testing"

	"almanac/ingest/track"
)

// A batch of 100 product views as Segment's browser client sends them, read into facts.
func BenchmarkBatch(b *testing.B) {
	var body bytes.Buffer
	body.WriteString(`{"batch":[`)
	for i := range 100 {
		if i > 0 {
			body.WriteByte(',')
		}
		fmt.Fprintf(&body, `{"messageId":"ajs-next-%d-4f2c1a9e","timestamp":"2026-03-01T11:59:00.000Z","anonymousId":"7b0c-%d-55e1","context":{"library":{"name":"analytics.js","version":"npm:next-1.84.3"},"locale":"en-GB","userAgent":"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36","page":{"path":"/products/%d","referrer":"https://shop.example/","url":"https://shop.example/products/1","title":"Product"}},"type":"track","event":"Product Viewed","properties":{"sku":"sku-%d","name":"Stoneware mug","category":"Kitchen","price":12.9,"currency":"EUR"}}`, i, i, i, i)
	}
	body.WriteString(`],"sentAt":"2026-03-01T11:59:00.000Z"}`)
	d := track.Door{Shop: "a", Source: "segment:web", ReceivedAt: received, Currency: "EUR"}
	b.SetBytes(int64(body.Len()))
	b.ReportAllocs()
	for b.Loop() {
		r, err := track.Parse(body.Bytes(), "")
		if err != nil {
			b.Fatal(err)
		}
		for i := range r.Events {
			if _, err := d.Facts(&r.Events[i]); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(float64(100*b.N)/b.Elapsed().Seconds(), "events/s")
}
