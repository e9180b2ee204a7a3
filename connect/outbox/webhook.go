package outbox

import (
	"bytes"
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"almanac/decide"
)

// Webhook posts drafts as JSON. The header Almanac-Signature holds t=<unix seconds>,v1=<hex HMAC-SHA256 over
// "t.body" with the secret>; the header Idempotency-Key holds the batch.
type Webhook struct {
	url    *url.URL
	secret []byte
	client *http.Client
	now    func() time.Time
}

// NewWebhook checks the address: https, or http to this machine.
func NewWebhook(address, secret string, now func() time.Time) (*Webhook, error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return nil, fmt.Errorf("webhook address %q is not a URL", address)
	}
	if u.Scheme != "https" && (u.Scheme != "http" || !loopback(u.Hostname())) {
		return nil, errors.New("a webhook must be https, unless it is on this machine")
	}
	if len(secret) < 16 {
		return nil, errors.New("a webhook needs a secret of at least 16 characters to sign with")
	}
	return &Webhook{u, []byte(secret), &http.Client{Timeout: 10 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}, now}, nil
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// Name is "webhook".
func (w *Webhook) Name() string { return "webhook" }

// Target is the host, without path and credentials.
func (w *Webhook) Target() string { return w.url.Host }

type hookLine struct {
	decide.OrderLine
	Decision string `json:"decision"`
}

type hookMove struct {
	decide.Move
	Decision string `json:"decision"`
}

type hookLevel struct {
	decide.SetLevel
	Decision string `json:"decision"`
}

// hook is what is posted. Lines are those of a purchase order; a transfer has moves instead, reorder points have levels.
type hook struct {
	Event         string      `json:"event"`
	PurchaseOrder string      `json:"purchase_order"`
	Shop          string      `json:"shop"`
	Supplier      string      `json:"supplier"`
	Synthetic     bool        `json:"synthetic"`
	Lines         []hookLine  `json:"lines"`
	Moves         []hookMove  `json:"moves,omitempty"`
	Levels        []hookLevel `json:"levels,omitempty"`
}

// events names what is posted by programme.
var events = map[string]string{"transfer": "transfer.draft", "reorder_points": "reorder_points.set"}

// Sign makes the signature of a body at a time.
func Sign(secret, body []byte, at time.Time) string {
	t := strconv.FormatInt(at.Unix(), 10)
	m := hmac.New(sha256.New, secret)
	_, _ = m.Write([]byte(t + ".")) // a hash never fails to write
	_, _ = m.Write(body)
	return "t=" + t + ",v1=" + hex.EncodeToString(m.Sum(nil))
}

// Apply posts the draft. Any answer but a 2xx is an error; one that another attempt would get again, a redirect included,
// is a refusal.
func (w *Webhook) Apply(ctx context.Context, b decide.Batch) error {
	h := hook{Event: cmp.Or(events[b.Programme], "purchase_order.draft"), PurchaseOrder: b.ID, Shop: b.Shop, Supplier: b.Group, Synthetic: b.Synthetic()}
	for _, d := range b.Decisions {
		if d.Line != nil {
			h.Lines = append(h.Lines, hookLine{*d.Line, d.ID})
		}
		if d.Move != nil {
			h.Moves = append(h.Moves, hookMove{*d.Move, d.ID})
		}
		for _, l := range d.Levels {
			h.Levels = append(h.Levels, hookLevel{l, d.ID})
		}
	}
	body, err := json.Marshal(h)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, w.url.String(), bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Idempotency-Key", b.ID)
	req.Header.Set("Almanac-Signature", Sign(w.secret, body, w.now()))
	res, err := w.client.Do(req)
	if err != nil {
		var u *url.Error
		if errors.As(err, &u) {
			err = u.Err // the error of the client repeats the whole address
		}
		return fmt.Errorf("call %s: %w", w.url.Host, err)
	}
	_, _ = io.Copy(io.Discard, io.LimitReader(res.Body, 1<<16)) // so that the connection can be used again
	if err := res.Body.Close(); err != nil {
		return err
	}
	if res.StatusCode >= 200 && res.StatusCode <= 299 {
		return nil
	}
	err = fmt.Errorf("%s answered %s", w.url.Host, res.Status)
	if passing(res.StatusCode) {
		return err
	}
	return fmt.Errorf("%w: %w", decide.ErrRefused, err)
}

// passing reports whether an answer may be another one later: the server is in trouble, busy, or still at work on an
// earlier attempt with the same key.
func passing(status int) bool {
	switch status {
	case http.StatusRequestTimeout, http.StatusConflict, http.StatusTooEarly, http.StatusTooManyRequests:
		return true
	}
	return status >= 500
}

// ReadBack trusts the 2xx answer: a webhook has nothing to ask.
func (w *Webhook) ReadBack(context.Context, decide.Batch) (bool, error) { return true, nil }
