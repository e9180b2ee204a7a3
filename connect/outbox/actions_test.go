package outbox_test

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"almanac/connect/outbox"
	"almanac/decide"
)

// prices is a batch of two price changes, messages one of a mail to two people while one is held out.
func prices() decide.Batch {
	change := func(sku string, price int64, synthetic bool) decide.Decision {
		return decide.Decision{ID: "dec_" + sku, Proposal: decide.Proposal{Subject: sku, Synthetic: synthetic,
			Price: &decide.PriceChange{SKU: sku, Title: "=" + sku, Price: price, Was: 3995, Currency: "EUR"}}}
	}
	return decide.Batch{ID: "PC-1", Shop: "default", Group: "Prices", Programme: "markdown", ApprovedAt: noon, Decisions: []decide.Decision{change("mug", 3295, false), change("cup", 2995, true)}}
}

func messages() decide.Batch {
	return decide.Batch{ID: "MS-1", Shop: "default", Group: "Mails", Programme: "winback", ApprovedAt: noon, Decisions: []decide.Decision{{ID: "dec_m", Proposal: decide.Proposal{
		Message: &decide.Message{Campaign: "winback-1", Channel: "email", Title: "We miss you", Recipients: []string{"C1", "@C2"}, HeldOut: []string{"C3"}}}}}}
}

func TestEveryKindOfActionHasItsDraft(t *testing.T) {
	for _, c := range []struct {
		b    decide.Batch
		want string
	}{
		{prices(), `batch,date,sku,title,price,was,currency,decision,note
PC-1,2026-03-01,mug,'=mug,32.95,39.95,EUR,dec_mug,
PC-1,2026-03-01,cup,'=cup,29.95,39.95,EUR,dec_cup,SYNTHETIC DATA - do not send
`},
		{messages(), `batch,date,campaign,channel,customer,decision,note
MS-1,2026-03-01,winback-1,email,C1,dec_m,
MS-1,2026-03-01,winback-1,email,'@C2,dec_m,
`},
	} {
		got, err := outbox.Draft(c.b)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(c.want, string(got)); diff != "" {
			t.Error(diff)
		}
	}
	nobody := messages()
	nobody.Decisions[0].Message.Recipients = nil
	if _, err := outbox.Draft(nobody); !errors.Is(err, decide.ErrRefused) {
		t.Errorf("a mail to nobody: %v", err)
	}
}

func TestEveryKindOfActionHasItsEvent(t *testing.T) {
	const secret = "a secret of sixteen"
	var body []byte
	var header http.Header
	h := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		var err error
		header = r.Header
		if body, err = io.ReadAll(r.Body); err != nil {
			t.Error(err)
		}
	}))
	defer h.Close()
	w, err := outbox.NewWebhook(h.URL, secret, func() time.Time { return noon })
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		b    decide.Batch
		want string
	}{
		{prices(), `{"event":"price.change","batch":"PC-1","shop":"default","synthetic":true,"lines":[{"sku":"mug","title":"=mug","price":3295,"was":3995,"currency":"EUR","decision":"dec_mug"},{"sku":"cup","title":"=cup","price":2995,"was":3995,"currency":"EUR","decision":"dec_cup"}]}`},
		{messages(), `{"event":"message.send","batch":"MS-1","shop":"default","synthetic":false,"lines":[{"campaign":"winback-1","channel":"email","title":"We miss you","recipients":["C1","@C2"],"held_out":["C3"],"decision":"dec_m"}]}`},
	} {
		if err := w.Apply(t.Context(), c.b); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(c.want, string(body)); diff != "" || !json.Valid(body) {
			t.Error(diff)
		}
		if header.Get("Idempotency-Key") != c.b.ID || header.Get("Almanac-Signature") != outbox.Sign([]byte(secret), body, noon) {
			t.Errorf("%v", header)
		}
	}
}

func TestAMailSaysWhatItHolds(t *testing.T) {
	port, mails := mailServer(t, nil)
	m, err := outbox.NewMail(outbox.MailConfig{Host: "127.0.0.1", Port: port, TLS: "none", From: "almanac@example.com", To: []string{"owner@example.com"}})
	if err != nil {
		t.Fatal(err)
	}
	for want, b := range map[string]decide.Batch{"2 price changes PC-1": prices(), "Mail draft MS-1 for 2 customers": messages()} {
		if err := m.Apply(t.Context(), b); err != nil {
			t.Fatal(err)
		}
		if mail := <-mails; !strings.Contains(mail, want) || strings.Contains(mail, "SYNTHETIC") != b.Synthetic() {
			t.Errorf("%q is not in\n%s", want, mail)
		}
	}
}
