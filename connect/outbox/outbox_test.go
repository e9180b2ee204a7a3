package outbox_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"almanac/connect/outbox"
	"almanac/decide"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func batch() decide.Batch {
	cost := int64(410)
	d := decide.Decision{ID: "dec_1", Proposal: decide.Proposal{Programme: "reorder", Subject: "mug", Group: "Potter", Synthetic: true,
		Line: &decide.OrderLine{SKU: "mug", Title: "=cmd|' /C calc'!A0", Units: 48, Pack: 6, UnitCost: &cost, Currency: "EUR", Supplier: "Potter", LeadDays: 21}}}
	return decide.Batch{ID: "PO-1", Shop: "default", Group: "Potter", Programme: "reorder", ApprovedAt: noon, Decisions: []decide.Decision{d}}
}

func TestADraftIsAFileThatASpreadsheetMayOpen(t *testing.T) {
	dir := t.TempDir()
	f := &outbox.File{Dir: dir}
	for range 2 { // applying twice is applying once
		if err := f.Apply(t.Context(), batch()); err != nil {
			t.Fatal(err)
		}
	}
	if ok, err := f.ReadBack(t.Context(), batch()); err != nil || !ok {
		t.Errorf("%v %v", ok, err)
	}
	files, err := os.ReadDir(filepath.Join(dir, "default"))
	if err != nil || len(files) != 1 || files[0].Name() != "PO-1.csv" {
		t.Fatalf("%v %v", files, err)
	}
	b, err := os.Open(filepath.Join(dir, "default", "PO-1.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = b.Close() }()
	rows, err := csv.NewReader(b).ReadAll()
	if err != nil || len(rows) != 2 {
		t.Fatalf("%v %v", rows, err)
	}
	cell := map[string]string{}
	for i, h := range rows[0] {
		cell[h] = rows[1][i]
	}
	if cell["title"][0] != '\'' || cell["units"] != "48" || cell["line_cost"] != "196.80" || !strings.Contains(cell["note"], "SYNTHETIC") {
		t.Errorf("%v", cell)
	}
}

func TestAChangedFileIsNoticed(t *testing.T) {
	dir := t.TempDir()
	f := &outbox.File{Dir: dir}
	if ok, err := f.ReadBack(t.Context(), batch()); err != nil || ok {
		t.Errorf("a draft that was never written is there: %v %v", ok, err)
	}
	if err := f.Apply(t.Context(), batch()); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "default", "PO-1.csv"), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	if ok, err := f.ReadBack(t.Context(), batch()); err != nil || ok {
		t.Errorf("%v %v", ok, err)
	}
}

func TestAWebhookIsSignedAndRepeatable(t *testing.T) {
	const secret = "a secret of sixteen"
	var keys []string
	fail := true
	h := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		if got, want := r.Header.Get("Almanac-Signature"), outbox.Sign([]byte(secret), body, noon); got != want {
			t.Errorf("signature %q, want %q", got, want)
		}
		keys = append(keys, r.Header.Get("Idempotency-Key"))
		if fail {
			fail = false
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	}))
	defer h.Close()
	w, err := outbox.NewWebhook(h.URL+"/hook?token=hidden", secret, func() time.Time { return noon })
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Apply(t.Context(), batch()); err == nil || strings.Contains(err.Error(), "hidden") {
		t.Errorf("a 503 gave %v", err)
	}
	if err := w.Apply(t.Context(), batch()); err != nil {
		t.Error(err)
	}
	if len(keys) != 2 || keys[0] != keys[1] || keys[0] != "PO-1" {
		t.Errorf("%v", keys)
	}
	if strings.Contains(w.Target(), "hidden") {
		t.Errorf("the target shows a secret: %s", w.Target())
	}
}

func TestAWebhookFollowsNobody(t *testing.T) {
	reached := false
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached = true }))
	defer other.Close()
	h := httptest.NewServer(http.RedirectHandler(other.URL, http.StatusTemporaryRedirect))
	defer h.Close()
	w, err := outbox.NewWebhook(h.URL, "a secret of sixteen", time.Now)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Apply(t.Context(), batch()); !errors.Is(err, decide.ErrRefused) || reached {
		t.Errorf("followed a redirect: %v %v", err, reached)
	}
}

func TestAWebhookIsTriedAgainOnlyWhereThatCanHelp(t *testing.T) {
	for status, refused := range map[int]bool{500: false, 502: false, 503: false, 408: false, 409: false, 425: false, 429: false,
		400: true, 401: true, 404: true, 410: true, 422: true} {
		h := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) }))
		w, err := outbox.NewWebhook(h.URL, "a secret of sixteen", time.Now)
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Apply(t.Context(), batch()); err == nil || errors.Is(err, decide.ErrRefused) != refused {
			t.Errorf("%d gave %v; refused should be %v", status, err, refused)
		}
		h.Close()
		if err := w.Apply(t.Context(), batch()); err == nil || errors.Is(err, decide.ErrRefused) {
			t.Errorf("a server that is down gave %v", err)
		}
	}
}

func TestADraftOfNothingIsRefused(t *testing.T) {
	empty := batch()
	empty.Decisions[0].Line = nil
	if _, err := outbox.Draft(empty); !errors.Is(err, decide.ErrRefused) {
		t.Error(err)
	}
}

func TestNoCellIsAFormula(t *testing.T) {
	for _, title := range []string{"=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1", "＠SUM(A1)"} {
		b := batch()
		b.Decisions[0].Line.Title = title
		draft, err := outbox.Draft(b)
		if err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(bytes.NewReader(draft)).ReadAll()
		if err != nil || rows[1][4] != "'"+title {
			t.Errorf("%q became %q, %v", title, rows[1][4], err)
		}
	}
	b := batch()
	b.Decisions[0].Line.Title = "Mug, 0.5 l = large"
	if draft, err := outbox.Draft(b); err != nil || !bytes.Contains(draft, []byte(`,"Mug, 0.5 l = large",`)) {
		t.Errorf("a harmless title was changed: %s %v", draft, err)
	}
}

func TestWebhooksOutsideAreEncryptedAndSigned(t *testing.T) {
	for _, c := range []struct{ address, secret string }{{"http://example.com", "a secret of sixteen"}, {"ftp://x", "a secret of sixteen"}, {"https://example.com", "short"}, {"nonsense", "a secret of sixteen"}} {
		if _, err := outbox.NewWebhook(c.address, c.secret, time.Now); err == nil {
			t.Errorf("%s with secret %q was taken", c.address, c.secret)
		}
	}
}

// mailServer takes mails as RFC 5321 has it, one connection at a time. It gives its own answers to the verbs that have one.
func mailServer(t *testing.T, answers map[string]string) (port int, mails <-chan string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	out := make(chan string, 4)
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			take(c, answers, out)
		}
	}()
	addr, ok := l.Addr().(*net.TCPAddr)
	if !ok {
		t.Fatal("no TCP address")
	}
	return addr.Port, out
}

func take(c net.Conn, answers map[string]string, out chan<- string) {
	defer func() { _ = c.Close() }()
	r := bufio.NewReader(c)
	say := func(s string) { _, _ = fmt.Fprintf(c, "%s\r\n", s) }
	say("220 test ESMTP")
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return
		}
		verb := strings.ToUpper(strings.Fields(line + " x")[0])
		if own := answers[verb]; own != "" {
			say(own)
			continue
		}
		switch verb {
		case "EHLO", "HELO":
			say("250-test")
			say("250 8BITMIME")
		case "DATA":
			say("354 go on")
			var mail strings.Builder
			for {
				l, err := r.ReadString('\n')
				if err != nil {
					return
				}
				if l == ".\r\n" {
					break
				}
				mail.WriteString(l)
			}
			out <- mail.String()
			say("250 taken")
		case "QUIT":
			say("221 bye")
			return
		default:
			say("250 ok")
		}
	}
}

func TestAMailCarriesTheDraftAndSaysThatItIsSynthetic(t *testing.T) {
	port, mails := mailServer(t, nil)
	m, err := outbox.NewMail(outbox.MailConfig{Host: "127.0.0.1", Port: port, TLS: "none", From: "almanac@example.com", To: []string{"buyer@example.com"}})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	if err := m.Apply(ctx, batch()); err != nil {
		t.Fatal(err)
	}
	mail := <-mails
	for _, want := range []string{"PO-1.csv", "SYNTHETIC", "Message-ID: <po-1.default@almanac>", "buyer@example.com"} {
		if !strings.Contains(mail, want) {
			t.Errorf("the mail lacks %q:\n%s", want, mail)
		}
	}
}

func TestMailIsTriedAgainOnlyWhereThatCanHelp(t *testing.T) {
	for _, c := range []struct {
		name      string
		answers   map[string]string
		ok, final bool
	}{
		{"the recipient is unknown", map[string]string{"RCPT": "550 5.1.1 nobody here"}, false, true},
		{"the sender may not", map[string]string{"MAIL": "553 5.7.1 not you"}, false, true},
		{"the recipient is greylisted", map[string]string{"RCPT": "451 4.7.1 come back later"}, false, false},
		{"the server is full", map[string]string{"DATA": "452 4.3.1 no room"}, false, false},
		{"the goodbye fails after the mail was taken", map[string]string{"RSET": "421 4.3.0 closing", "QUIT": "500 what"}, true, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			port, mails := mailServer(t, c.answers)
			m, err := outbox.NewMail(outbox.MailConfig{Host: "127.0.0.1", Port: port, TLS: "none", From: "almanac@example.com", To: []string{"buyer@example.com"}})
			if err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
			defer cancel()
			err = m.Apply(ctx, batch())
			if (err == nil) != c.ok || errors.Is(err, decide.ErrRefused) != c.final || (len(mails) == 1) != c.ok {
				t.Errorf("%v, %d mails taken", err, len(mails))
			}
		})
	}
}

func TestMailOutsideIsEncrypted(t *testing.T) {
	if _, err := outbox.NewMail(outbox.MailConfig{Host: "mail.example.com", TLS: "none", From: "a@example.com", To: []string{"b@example.com"}}); err == nil {
		t.Error("mail without TLS to another machine was taken")
	}
}

func TestALetterIsTextWithTheSameAsHTML(t *testing.T) {
	port, mails := mailServer(t, nil)
	m, err := outbox.NewMail(outbox.MailConfig{Host: "127.0.0.1", Port: port, TLS: "none", From: "almanac@example.com", To: []string{"owner@example.com"}})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	if err := m.Letter(ctx, nil, "Digest.2026-01-19.default", "The week", "Net sales rose.", "<p>Net sales rose.</p>"); err != nil {
		t.Fatal(err)
	}
	mail := <-mails
	for _, want := range []string{"Subject: The week", "Message-ID: <digest.2026-01-19.default@almanac>", "multipart/alternative", "text/plain", "Net sales rose.", "text/html", "<p>Net sales rose.</p>", "owner@example.com"} {
		if !strings.Contains(mail, want) {
			t.Errorf("the mail lacks %q:\n%s", want, mail)
		}
	}
	if strings.Index(mail, "text/plain") > strings.Index(mail, "text/html") {
		t.Error("the HTML comes before the text, so that readers take the text for the better one")
	}
}
