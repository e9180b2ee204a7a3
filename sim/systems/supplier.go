package systems

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Supplier takes webhooks as a careful receiver does: POST / with Almanac-Signature (t=seconds,v1=hex HMAC-SHA256 of "t.body") and
// Idempotency-Key. It refuses what is not signed (401), too old (401), without a key (400) or under the key of something else (422,
// as in draft-ietf-httpapi-idempotency-key-header), and answers a repetition as the first time. GET /orders lists what it took, by
// limit and cursor, with Link rel="next" (RFC 8288).
type Supplier struct {
	secret    []byte
	tolerance time.Duration
	faults    Faults
	luck      *luck
	meter     meter
	now       func() time.Time
	hang      time.Duration
	taken     func(Taken)

	mu    sync.Mutex
	all   []Taken
	byKey map[string]int
}

// Taken is one webhook that was accepted.
type Taken struct {
	Key      string          `json:"idempotency_key"`
	Event    string          `json:"event"`
	At       time.Time       `json:"received_at"`
	Attempts int             `json:"attempts"` // deliveries of it that were seen, answered well or not
	Body     json.RawMessage `json:"body"`
}

// Line is one line of an event purchase_order.draft.
type Line struct {
	SKU   string `json:"sku"`
	Units int64  `json:"units"`
}

// Lines are what is ordered; none where it is another event.
func (t Taken) Lines() []Line {
	var body struct{ Lines []Line }
	if t.Event != "purchase_order.draft" || json.Unmarshal(t.Body, &body) != nil {
		return nil
	}
	return body.Lines
}

// SupplierOptions of a new one.
type SupplierOptions struct {
	Secret    string
	Tolerance time.Duration // of the signature's time; 0: five minutes
	Rate      float64       // requests a second; 0: no limit
	Hang      time.Duration // how long it does not answer where it hangs; 0: until the caller gives up
	Faults    Faults
	Seed      uint64
	Now       func() time.Time
	Taken     func(Taken) // hears of each new one; may be nil
}

// NewSupplier makes one.
func NewSupplier(o SupplierOptions) (*Supplier, error) {
	if o.Secret == "" {
		return nil, errors.New("a receiver of webhooks needs the secret that they are signed with")
	}
	if err := o.Faults.Check(); err != nil {
		return nil, err
	}
	if o.Tolerance == 0 {
		o.Tolerance = 5 * time.Minute
	}
	if o.Taken == nil {
		o.Taken = func(Taken) {}
	}
	return &Supplier{secret: []byte(o.Secret), tolerance: o.Tolerance, faults: o.Faults, luck: newLuck(o.Seed, 1), meter: meter{rate: o.Rate, now: o.Now},
		now: o.Now, hang: o.Hang, taken: o.Taken, byKey: map[string]int{}}, nil
}

// Taken lists what was accepted, oldest first.
func (s *Supplier) Taken() []Taken {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Taken(nil), s.all...)
}

// ServeHTTP answers POST / and GET /orders.
func (s *Supplier) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if ok, after := s.meter.allow(); !ok {
		tooMany(w, after)
		return
	}
	switch {
	case r.Method == http.MethodPost && r.URL.Path == "/":
		s.post(w, r)
	case r.Method == http.MethodGet && r.URL.Path == "/orders":
		s.list(w, r)
	default:
		problem(w, http.StatusNotFound, "POST / takes webhooks, GET /orders lists them")
	}
}

func problem(w http.ResponseWriter, status int, detail string) {
	answer(w, status, map[string]any{"title": http.StatusText(status), "status": status, "detail": detail})
}

const mostBody = 1 << 20

func (s *Supplier) post(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, mostBody))
	if err != nil {
		problem(w, http.StatusRequestEntityTooLarge, "a webhook has at most 1 MiB")
		return
	}
	if err := s.signed(r.Header.Get("Almanac-Signature"), body); err != nil {
		problem(w, http.StatusUnauthorized, err.Error())
		return
	}
	switch {
	case s.luck.happens(s.faults.Busy):
		tooMany(w, 1)
		return
	case s.luck.happens(s.faults.Hang):
		hang(r.Context(), s.hang)
		problem(w, http.StatusServiceUnavailable, "that took too long")
		return
	}
	broken := s.luck.happens(s.faults.Fail)
	if broken && s.luck.happens(.5) {
		problem(w, http.StatusInternalServerError, "something broke before the order was kept")
		return
	}
	again, status, err := s.keep(r.Header.Get("Idempotency-Key"), body)
	switch {
	case err != nil:
		problem(w, status, err.Error())
	case broken:
		problem(w, http.StatusInternalServerError, "something broke after the order was kept")
	default:
		if again {
			w.Header().Set("Idempotent-Replayed", "true")
		}
		answer(w, http.StatusOK, map[string]bool{"ok": true})
	}
}

func (s *Supplier) signed(header string, body []byte) error {
	var at, given string
	for part := range strings.SplitSeq(header, ",") {
		switch name, value, _ := strings.Cut(strings.TrimSpace(part), "="); name {
		case "t":
			at = value
		case "v1":
			given = value
		}
	}
	seconds, err := strconv.ParseInt(at, 10, 64)
	if err != nil || given == "" {
		return errors.New("the header Almanac-Signature is not t=seconds,v1=signature")
	}
	m := hmac.New(sha256.New, s.secret)
	_, _ = fmt.Fprintf(m, "%s.%s", at, body) // a hash never fails to write
	if want, err := hex.DecodeString(given); err != nil || !hmac.Equal(want, m.Sum(nil)) {
		return errors.New("the signature does not belong to this body and secret")
	}
	if age := s.now().Sub(time.Unix(seconds, 0)); age.Abs() > s.tolerance {
		return fmt.Errorf("it was signed %s ago; at most %s are taken", age.Round(time.Second), s.tolerance)
	}
	return nil
}

// keep accepts a body under its key; again tells that it was known.
func (s *Supplier) keep(key string, body []byte) (again bool, status int, err error) {
	var head struct{ Event string }
	if err := json.Unmarshal(body, &head); err != nil || head.Event == "" {
		return false, http.StatusBadRequest, errors.New("the body is not a JSON object with an event")
	}
	if key == "" {
		return false, http.StatusBadRequest, errors.New("the header Idempotency-Key is missing")
	}
	s.mu.Lock()
	if i, known := s.byKey[key]; known {
		defer s.mu.Unlock()
		s.all[i].Attempts++
		if !bytes.Equal(s.all[i].Body, body) {
			return false, http.StatusUnprocessableEntity, fmt.Errorf("the key %s belongs to another body", key)
		}
		return true, http.StatusOK, nil
	}
	t := Taken{Key: key, Event: head.Event, At: s.now().UTC(), Attempts: 1, Body: body}
	s.byKey[key] = len(s.all)
	s.all = append(s.all, t)
	s.mu.Unlock()
	s.taken(t)
	return false, http.StatusOK, nil
}

// list is GET /orders: limit 1 to 100 (usually 20), cursor as the last page gave it.
func (s *Supplier) list(w http.ResponseWriter, r *http.Request) {
	limit, from := 20, 0
	if v := r.URL.Query().Get("limit"); v != "" {
		n, err := strconv.Atoi(v)
		if err != nil || n < 1 || n > 100 {
			problem(w, http.StatusBadRequest, "limit is a number from 1 to 100")
			return
		}
		limit = n
	}
	all := s.Taken()
	if v := r.URL.Query().Get("cursor"); v != "" {
		b, err := base64.RawURLEncoding.DecodeString(v)
		n, err2 := strconv.Atoi(strings.TrimPrefix(string(b), "after:"))
		if err != nil || err2 != nil || n < 0 || n > len(all) {
			problem(w, http.StatusBadRequest, "the cursor is not one that this server gave")
			return
		}
		from = n
	}
	to := min(from+limit, len(all))
	page := map[string]any{"orders": all[from:to], "next_cursor": nil}
	if to < len(all) {
		next := base64.RawURLEncoding.EncodeToString([]byte("after:" + strconv.Itoa(to)))
		page["next_cursor"] = next
		w.Header().Set("Link", fmt.Sprintf(`<%s/orders?limit=%d&cursor=%s>; rel="next"`, base(r)+under(r), limit, next))
	}
	answer(w, http.StatusOK, page)
}

// under is the path at which this server was put.
func under(r *http.Request) string {
	path, _, _ := strings.Cut(r.RequestURI, "?")
	return strings.TrimSuffix(path, "/orders")
}

// base is the address under which a server was asked.
func base(r *http.Request) string {
	scheme := "http"
	if r.TLS != nil {
		scheme = "https"
	}
	return scheme + "://" + r.Host
}
