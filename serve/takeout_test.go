package serve_test

import (
	"archive/zip"
	"bytes"
	"io"
	"net/http"
	"strings"
	"testing"

	"almanac/fact"
)

func TestEverythingOfOneShopIsExportedToItsAdministrators(t *testing.T) {
	w := newWorld(t)
	w.config.ExportState = w.projector.ExportShop
	w.rebuild()
	w.append([]fact.Fact{{Shop: "other", Source: "file:x", ID: "secret", Kind: fact.ProductDescribed, OccurredAt: w.clock.now(), Body: &fact.Product{SKU: "only-the-other-shop"}}})
	base, _ := w.listen()
	for _, who := range []string{"viewer", "operator", "approver"} {
		if code, body := send(t, w.ask(base, who, http.MethodGet, "/api/export?shop=default")); code != http.StatusForbidden {
			t.Errorf("%s: %d %.80s", who, code, body)
		}
	}
	if code, _ := send(t, w.ask(base, "stranger", http.MethodGet, "/api/export?shop=default")); code == http.StatusOK {
		t.Error("an administrator of another shop may export this one")
	}
	code, body := send(t, w.ask(base, "admin", http.MethodGet, "/api/export?shop=default"))
	if code != http.StatusOK {
		t.Fatalf("%d %.200s", code, body)
	}
	r, err := zip.NewReader(strings.NewReader(body), int64(len(body)))
	if err != nil {
		t.Fatal(err)
	}
	rows := map[string]int{}
	for _, f := range r.File {
		in, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(in)
		if err != nil {
			t.Fatal(err)
		}
		rows[f.Name] = bytes.Count(b, []byte("\n"))
		if bytes.Contains(b, []byte("only-the-other-shop")) {
			t.Errorf("%s tells of another shop", f.Name)
		}
	}
	if rows["facts.jsonl"] < 100 || rows["decisions.jsonl"] != 1 || rows["state/product.jsonl"] == 0 || rows["audit.jsonl"] == 0 {
		t.Errorf("%v", rows)
	}
}
