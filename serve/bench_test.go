package serve_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"
)

// BenchmarkRecommend asks for recommendations as eight clients do at once and reports the 99th percentile
// of the time to answer.
func BenchmarkRecommend(b *testing.B) {
	w := newWorld(b)
	for _, v := range []struct{ name, query string }{{"items", "items=cup-%d&n=10"}, {"visitor", "visitor=default-c%d&n=10"}} {
		b.Run(v.name, func(b *testing.B) {
			clients(b, w, func(c, i int) *http.Request {
				return httptest.NewRequest(http.MethodGet, "/v1/recommend?"+fmt.Sprintf(v.query, (c+i)%17)+"&key="+w.keys["write"], nil)
			})
		})
	}
}

// clients lets eight clients make b.N requests together.
func clients(b *testing.B, w *world, request func(client, i int) *http.Request) {
	const many = 8
	var wg sync.WaitGroup
	times := make([][]time.Duration, many)
	b.ResetTimer()
	for c := range many {
		wg.Go(func() {
			for i := range b.N/many + 1 {
				r := request(c, i)
				rec := httptest.NewRecorder()
				start := time.Now()
				w.handler.ServeHTTP(rec, r)
				times[c] = append(times[c], time.Since(start))
				if rec.Code != http.StatusOK {
					b.Errorf("%d %s", rec.Code, rec.Body)
					return
				}
			}
		})
	}
	wg.Wait()
	all := slices.Concat(times...)
	slices.Sort(all)
	b.ReportMetric(float64(all[len(all)*99/100].Microseconds()), "p99-µs")
}
