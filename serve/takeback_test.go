package serve_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"almanac/fact"
	"almanac/history"
)

func TestAnImportIsTakenBackByThoseWhoMayImport(t *testing.T) {
	w := newWorld(t)
	record := w.config.History
	w.config.TakeBack = func(ctx context.Context, shop, _, id string, _ func(string, int64, int64)) (history.ImportRun, error) {
		return record.TakeBack(ctx, shop, id, func(ctx context.Context) error { return w.projector.Rebuild(ctx, nil) }, nil)
	}
	w.rebuild()
	wrong := fact.Fact{Shop: "default", Source: "file:wrong", ID: "wrong", Kind: fact.ProductDescribed, OccurredAt: w.clock.now(), Body: &fact.Product{SKU: "wrong"}}
	if _, err := record.AppendImport(t.Context(), "imp_wrong", []fact.Fact{wrong}); err != nil {
		t.Fatal(err)
	}
	for _, run := range []history.ImportRun{{ID: "imp_wrong", Status: "done", Facts: 1}, {ID: "imp_reading", Status: "running"}, {ID: "imp_old", Status: "done", Facts: 3}} {
		run.Shop, run.Name, run.StartedAt = "default", run.ID+".csv", w.clock.now()
		if err := record.SaveImport(t.Context(), run); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		who, id, code string
		status        int
	}{{"viewer", "imp_wrong", "forbidden", 403}, {"operator", "imp_none", "not_found", 404}, {"operator", "imp_reading", "busy", 409}} {
		if status, code := w.answer(c.who, http.MethodDelete, "/api/imports/"+c.id+"?shop=default", ""); status != c.status || code != c.code {
			t.Errorf("%s takes %s back: %d %s", c.who, c.id, status, code)
		}
	}
	base, _ := w.listen()
	wait := func(id string) string {
		t.Helper()
		code, body := send(t, w.ask(base, "operator", http.MethodDelete, "/api/imports/"+id+"?shop=default"))
		if code != http.StatusOK {
			t.Fatalf("%d %s", code, body)
		}
		_, job, _ := strings.Cut(body, `"job":"`)
		job, _, _ = strings.Cut(job, `"`)
		for {
			_, body = send(t, w.ask(base, "operator", http.MethodGet, "/api/jobs/"+job+"?shop=default"))
			if !strings.Contains(body, `"status":"running"`) {
				return body
			}
		}
	}
	if body := wait("imp_wrong"); !strings.Contains(body, "1 facts and 0 quarantined lines") || !strings.Contains(body, `"taken_back"`) {
		t.Error(body)
	}
	if body := wait("imp_old"); !strings.Contains(body, `"failed"`) || !strings.Contains(body, "older version") {
		t.Error(body)
	}
	if status, code := w.answer("operator", http.MethodDelete, "/api/imports/imp_wrong?shop=default", ""); status != 409 || code != "taken_back" {
		t.Errorf("a second time: %d %s", status, code)
	}
	if _, err := record.Import(t.Context(), "default", "imp_wrong"); err != nil {
		t.Error(err)
	}
}
