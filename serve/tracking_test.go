package serve_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"almanac/fact"
	"almanac/history"
)

// post sends a body to a door with the write key.
func (w *world) post(path string, body []byte, headers ...string) *httptest.ResponseRecorder {
	r := w.request("write", http.MethodPost, path, bytes.NewReader(body))
	r.Header.Del("Content-Type")
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	return w.do(r)
}

func packed(t testing.TB, body []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write(body); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestABodyIsUnpackedHoweverItIsLabelled(t *testing.T) {
	w := newWorld(t)
	for i, headers := range [][]string{
		{"Content-Encoding", "gzip"}, {"Content-Encoding", "gzip", "Content-Type", "application/x-www-form-urlencoded"},
		{"Content-Type", "application/x-www-form-urlencoded"}, {"Content-Type", "text/plain"}, {},
	} {
		id := fmt.Sprint("packed-", i)
		if rec := w.post("/v1/batch", packed(t, []byte(`{"batch":[{"type":"page","messageId":"`+id+`","anonymousId":"v"}]}`)), headers...); rec.Code != http.StatusOK {
			t.Errorf("%v: %d %s", headers, rec.Code, rec.Body)
		}
	}
	if n := len(w.recorded(t)); n != 5 {
		t.Errorf("%d facts of 5 bodies", n)
	}
}

// A small body that unpacks to a huge one is cut off at the limit of what is unpacked.
func TestWhatABodyUnpacksToIsBounded(t *testing.T) {
	w := newWorld(t)
	bomb := packed(t, append([]byte(`{"batch":["`), bytes.Repeat([]byte("x"), 64<<20)...))
	if len(bomb) > 200<<10 {
		t.Fatalf("the bomb has %d bytes", len(bomb))
	}
	for _, label := range []string{"gzip", ""} {
		if rec := w.post("/v1/batch", bomb, "Content-Encoding", label); rec.Code != http.StatusRequestEntityTooLarge {
			t.Errorf("%q: %d", label, rec.Code)
		}
	}
}

func TestABusyDoorSaysWhenToComeAgain(t *testing.T) {
	body := []byte(`{"anonymousId":"v"}`)
	w := newWorld(t)
	w.config.EventsPerKey = 2
	w.rebuild()
	codes := map[int]int{}
	for range 6 {
		rec := w.post("/v1/page", body)
		codes[rec.Code]++
		if rec.Code == http.StatusTooManyRequests && rec.Header().Get("Retry-After") != "1" {
			t.Errorf("Retry-After is %q", rec.Header().Get("Retry-After"))
		}
	}
	if codes[200] != 4 || codes[429] != 2 { // a burst of two seconds
		t.Errorf("%v", codes)
	}
	w.clock.add(time.Second)
	if rec := w.post("/v1/page", body); rec.Code != http.StatusOK {
		t.Errorf("%d after a second", rec.Code)
	}
	w.config.EventsPerKey, w.config.DoorRoom = 0, 100
	w.rebuild()
	if rec := w.post("/v1/page", body); rec.Code != http.StatusTooManyRequests || rec.Header().Get("Retry-After") == "" {
		t.Errorf("a full door: %d", rec.Code)
	}
}

func purposes(w *world, t *testing.T) map[string]map[string]bool {
	t.Helper()
	out := map[string]map[string]bool{}
	for _, r := range w.recorded(t) {
		if c, ok := r.Body.(*fact.Consent); ok {
			out[c.Visitor+c.Customer] = c.Purposes
		}
	}
	return out
}

// A browser that asks not to be sold opts out the profiles that it was linked with before, and those that
// it turns out to belong to later.
func TestPrivacyControlFollowsThePerson(t *testing.T) {
	w := newWorld(t)
	send := func(path, body string, headers ...string) {
		t.Helper()
		if rec := w.post(path, []byte(body), headers...); rec.Code != http.StatusOK {
			t.Fatalf("%d %s", rec.Code, rec.Body)
		}
	}
	send("/v1/identify", `{"messageId":"1","userId":"ada","anonymousId":"laptop"}`)
	send("/v1/page", `{"messageId":"2","anonymousId":"laptop"}`, "Sec-GPC", "1")
	send("/v1/page", `{"messageId":"3","anonymousId":"phone"}`, "Sec-GPC", "1")
	send("/v1/page", `{"messageId":"4","anonymousId":"phone"}`, "Sec-GPC", "1")
	send("/v1/identify", `{"messageId":"5","userId":"bob","anonymousId":"phone"}`)
	send("/v1/page", `{"messageId":"6","anonymousId":"tablet"}`)
	got := purposes(w, t)
	for _, who := range []string{"laptop", "ada", "phone", "bob"} {
		if yes, said := got[who]["sale"]; !said || yes {
			t.Errorf("%s: %v", who, got[who])
		}
	}
	if got["tablet"] != nil {
		t.Errorf("a browser that said nothing: %v", got["tablet"])
	}
	n := 0
	for _, r := range w.recorded(t) {
		if r.Kind == fact.ConsentChanged {
			n++
		}
	}
	if n != 4 {
		t.Errorf("%d changes of consent of four: what was said before is said again", n)
	}
}

// What was refused stays refused on the next pages, which say nothing of it, until it is allowed again.
func TestARefusalIsRemembered(t *testing.T) {
	w := newWorld(t)
	pages := func(body string) int {
		t.Helper()
		before := 0
		count := func() (n int) {
			for _, r := range w.recorded(t) {
				if r.Kind == fact.PageViewed {
					n++
				}
			}
			return n
		}
		before = count()
		if rec := w.post("/v1/page", []byte(body)); rec.Code != http.StatusOK {
			t.Fatalf("%d %s", rec.Code, rec.Body)
		}
		return count() - before
	}
	for i, c := range []struct {
		said string
		want int
	}{{``, 1}, {`{"analytics":false}`, 0}, {``, 0}, {`{"analytics":true}`, 1}, {``, 1}} {
		body := fmt.Sprintf(`{"messageId":"%d","anonymousId":"v"`, i)
		if c.said != "" {
			body += `,"context":{"consent":{"categoryPreferences":` + c.said + `}}`
		}
		if got := pages(body + "}"); got != c.want {
			t.Errorf("page %d %s: %d kept, want %d", i, c.said, got, c.want)
		}
		w.clock.add(time.Minute) // beyond what is remembered in memory
	}
}

// Of who refused, quarantine keeps nothing either.
func TestQuarantineHoldsNothingOfWhoRefused(t *testing.T) {
	w := newWorld(t)
	for i, c := range []struct {
		consent string
		kept    int64
	}{{`{"analytics":false}`, 0}, {`{"analytics":true}`, 1}, {`{"analytics":true,"personalization":false}`, 2}} {
		body := fmt.Sprintf(`{"messageId":"%d","anonymousId":"v%d","event":"","context":{"consent":{"categoryPreferences":%s}}}`, i, i, c.consent)
		if rec := w.post("/v1/track", []byte(body)); rec.Code != http.StatusOK {
			t.Fatalf("%d %s", rec.Code, rec.Body)
		}
		rows, err := w.config.History.Quarantined(t.Context(), "default", history.QuarantineFilter{}, 0, 10)
		if err != nil || int64(len(rows)) != c.kept {
			t.Errorf("%s: %d kept, %v", c.consent, len(rows), err)
		}
		for _, q := range rows {
			if strings.Contains(q.Raw, `"v2"`) {
				t.Errorf("quarantine tells who it was: %s", q.Raw)
			}
		}
	}
}

type deadlines struct {
	http.ResponseWriter
	read time.Time
}

func (d *deadlines) SetReadDeadline(t time.Time) error { d.read = t; return nil }

// Who dawdles over a body is cut off.
func TestABodyMustArriveSoon(t *testing.T) {
	w := newWorld(t)
	d := &deadlines{ResponseWriter: httptest.NewRecorder()}
	w.handler.ServeHTTP(d, w.request("write", http.MethodPost, "/v1/batch", strings.NewReader(`{"batch":[]}`)))
	if left := time.Until(d.read); left <= 0 || left > 10*time.Second {
		t.Errorf("%s to send a body", left)
	}
}

type stalled struct{}

func (stalled) Read([]byte) (int, error) {
	return 0, fmt.Errorf("read tcp: %w", os.ErrDeadlineExceeded)
}

func TestABodyThatStallsIsToldSo(t *testing.T) {
	w := newWorld(t)
	if rec := w.do(w.request("write", http.MethodPost, "/v1/batch", stalled{})); rec.Code != http.StatusRequestTimeout {
		t.Errorf("%d %s", rec.Code, rec.Body)
	}
}

// Connections that nobody uses do not keep others out.
func TestIdleConnectionsDoNotStopTheDoors(t *testing.T) {
	w := newWorld(t)
	h := httptest.NewServer(w.handler)
	defer h.Close()
	var idle []net.Conn
	defer func() {
		for _, c := range idle {
			_ = c.Close()
		}
	}()
	for range 300 {
		c, err := net.Dial("tcp", h.Listener.Addr().String())
		if err != nil {
			t.Skip("the system gives no more connections:", err)
		}
		idle = append(idle, c)
	}
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, h.URL+"/v1/page", strings.NewReader(fmt.Sprintf(`{"messageId":"%d","anonymousId":"v"}`, i)))
			if err != nil {
				t.Error(err)
				return
			}
			req.SetBasicAuth(w.keys["write"], "")
			res, err := http.DefaultClient.Do(req)
			if err != nil {
				t.Error(err)
				return
			}
			_, _ = io.Copy(io.Discard, res.Body)
			_ = res.Body.Close()
			if res.StatusCode != http.StatusOK {
				t.Errorf("%d", res.StatusCode)
			}
		})
	}
	all.Wait()
}
