package outbox_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"almanac/connect/outbox"
	"almanac/decide"
)

// order is a batch of two products, one of known cost and one made from synthetic data.
func order() decide.Batch {
	cost := int64(250)
	line := func(sku, title string, cost *int64, synthetic bool) decide.Decision {
		return decide.Decision{ID: "dec_" + sku, Proposal: decide.Proposal{Subject: sku, Group: "Potter", Synthetic: synthetic,
			Line: &decide.OrderLine{SKU: sku, Title: title, Units: 24, Pack: 6, UnitCost: cost, Currency: "GBP", Supplier: "Potter", LeadDays: 9}}}
	}
	return decide.Batch{ID: "PO-2", Shop: "default", Group: "Potter", Programme: "reorder", ApprovedAt: noon,
		Decisions: []decide.Decision{line("cup", "Cup, \"blue\"", &cost, false), line("jug", "Jug", nil, true)}}
}

func TestADraftHasARowAProduct(t *testing.T) {
	got, err := outbox.Draft(order())
	if err != nil {
		t.Fatal(err)
	}
	want := `purchase_order,date,supplier,sku,title,units,pack,unit_cost,currency,line_cost,lead_days,decision,note
PO-2,2026-03-01,Potter,cup,"Cup, ""blue""",24,6,2.50,GBP,60.00,9,dec_cup,
PO-2,2026-03-01,Potter,jug,Jug,24,6,,GBP,,9,dec_jug,SYNTHETIC DATA - do not send
`
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Fatal(diff)
	}
}

func TestTransfersAndReorderPointsHaveRowsOfTheirOwn(t *testing.T) {
	before := int64(40)
	for _, c := range []struct {
		programme, want string
		d               decide.Proposal
	}{
		{"transfer", "transfer,date,from,to,sku,title,units,decision,note\nPO-2,2026-03-01,WH1,'=ST1,cup,Cup,12,dec_1,\n",
			decide.Proposal{Move: &decide.Move{SKU: "cup", Title: "Cup", Units: 12, From: "WH1", To: "=ST1"}}},
		{"reorder_points", "batch,date,sku,title,location,reorder_point,order_up_to,reorder_point_before,order_up_to_before,decision,note\n" +
			"PO-2,2026-03-01,cup,Cup,,50,90,40,,dec_1,SYNTHETIC DATA - do not send\nPO-2,2026-03-01,cup,Cup,ST1,9,14,,,dec_1,SYNTHETIC DATA - do not send\n",
			decide.Proposal{Synthetic: true, Levels: []decide.SetLevel{{SKU: "cup", Title: "Cup", Point: 50, UpTo: 90, Before: &before}, {SKU: "cup", Title: "Cup", Location: "ST1", Point: 9, UpTo: 14}}}},
	} {
		got, err := outbox.Draft(decide.Batch{ID: "PO-2", Shop: "default", Programme: c.programme, ApprovedAt: noon, Decisions: []decide.Decision{{ID: "dec_1", Proposal: c.d}}})
		if diff := cmp.Diff(c.want, string(got)); err != nil || diff != "" {
			t.Error(err, diff)
		}
	}
}

func TestEveryColumnFromOutsideIsGuardedAlsoBehindSpaces(t *testing.T) {
	for text, want := range map[string]string{"=1": "'=1", "  =1": "'  =1", " ＋1": "' ＋1", " Cup": " Cup", "A=B": "A=B"} {
		b := order()
		l := b.Decisions[0].Line
		l.SKU, l.Title, l.Supplier, l.Currency = text, text, text, text
		draft, err := outbox.Draft(b)
		if err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(strings.NewReader(string(draft))).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		for i, column := range rows[0] {
			if column == "sku" || column == "title" || column == "supplier" || column == "currency" {
				if got := rows[1][i]; got != want {
					t.Errorf("%s of %q is %q, want %q", column, text, got, want)
				}
			}
		}
	}
}

func TestADraftStaysInItsFolder(t *testing.T) {
	f := &outbox.File{Dir: filepath.Join(t.TempDir(), "outbox")}
	for _, name := range []string{"..", ".", "", "../other", "a/b", "/etc"} {
		for _, b := range []decide.Batch{{Shop: name, ID: "PO-1"}, {Shop: "default", ID: name}} {
			b.Decisions = order().Decisions
			if err := f.Apply(t.Context(), b); !errors.Is(err, decide.ErrRefused) {
				t.Errorf("shop %q, batch %q: %v", b.Shop, b.ID, err)
			}
		}
	}
}

// The receiver's side is spelled out here, so that the signature is held against its description.
func TestAReceiverCanCheckTheSignatureAndReadTheOrder(t *testing.T) {
	const secret = "a secret of sixteen"
	var header string
	var body []byte
	h := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		header = r.Header.Get("Almanac-Signature")
		var err error
		if body, err = io.ReadAll(r.Body); err != nil {
			t.Error(err)
		}
	}))
	defer h.Close()
	w, err := outbox.NewWebhook(h.URL, secret, func() time.Time { return noon })
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Apply(t.Context(), order()); err != nil {
		t.Fatal(err)
	}
	m := hmac.New(sha256.New, []byte(secret))
	_, _ = fmt.Fprintf(m, "%d.%s", noon.Unix(), body)
	if want := fmt.Sprintf("t=%d,v1=%s", noon.Unix(), hex.EncodeToString(m.Sum(nil))); header != want {
		t.Errorf("signature %s, want %s", header, want)
	}
	type line struct {
		SKU, Decision string
		Units         int64
		UnitCost      *int64 `json:"unit_cost"`
	}
	var got struct {
		Event, Supplier string
		PurchaseOrder   string `json:"purchase_order"`
		Synthetic       bool
		Lines           []line
	}
	if err := json.Unmarshal(body, &got); err != nil {
		t.Fatal(err)
	}
	cost := int64(250)
	if diff := cmp.Diff([]line{{"cup", "dec_cup", 24, &cost}, {"jug", "dec_jug", 24, nil}}, got.Lines); diff != "" {
		t.Error(diff)
	}
	if got.Event != "purchase_order.draft" || got.PurchaseOrder != "PO-2" || got.Supplier != "Potter" || !got.Synthetic {
		t.Errorf("%s", body)
	}
}

func TestASupplierCannotAddHeadersToAMail(t *testing.T) {
	port, mails := mailServer(t, nil)
	m, err := outbox.NewMail(outbox.MailConfig{Host: "127.0.0.1", Port: port, TLS: "none", From: "almanac@example.com", To: []string{"buyer@example.com"}})
	if err != nil {
		t.Fatal(err)
	}
	b := order()
	b.Group = "Potter\r\nBcc: thief@example.com"
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	if err := m.Apply(ctx, b); err != nil {
		t.Fatal(err)
	}
	if mail := <-mails; strings.Contains(mail, "\nBcc:") {
		t.Errorf("the mail has a header of the supplier's:\n%s", mail)
	}
}
