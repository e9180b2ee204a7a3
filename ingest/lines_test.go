package ingest_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"almanac/ingest"
	"almanac/ingest/table"
	"almanac/sqldb/sqltest"
)

// Lines that are read as they stand are accounted for like rows with fields: blank ones are left out, what is no JSON and
// what is no event says so, and a last line that was cut off within a letter tells nothing of the encoding of the others.
func TestLinesOfEventsAreAllAccountedFor(t *testing.T) {
	var b strings.Builder
	for i := range 8 {
		fmt.Fprintf(&b, `{"type":"track","event":"Product Viewed","messageId":"m%d","anonymousId":"v","timestamp":"2026-03-01T10:00:00Z","properties":{"sku":"Tässe","price":1.5,"currency":"GBP"}}`+"\n", i)
	}
	b.WriteString("\n{}\n[1]\nnot JSON\n" + `{"type":"track","event":"Product Viewed","messageId":"x"}` + "\n" + `{"type":"track","event":"T` + "\xc3")
	d := newDoor(t, sqltest.SQLite(t))
	path := d.file(t, "events.jsonl", b.String())
	p, err := d.im.Propose(t.Context(), path, "events.jsonl", ingest.Options{Shop: "a", ShopCurrency: "GBP", ShopTimeZone: "UTC"})
	if err != nil || p.Encoding != table.UTF8 || p.Kind != "events" || p.Lines != 14 || len(p.Sample) != 5 {
		t.Fatalf("%v: %+v", err, p)
	}
	run := d.read(t, path, ingest.Mapping{Source: "segment:web"})
	want := map[string]int64{"blank": 2, "bad_json": 3, "no_identity": 1}
	if diff := cmp.Diff(want, run.ByReason); diff != "" || run.Facts != 8 || run.Accepted != 8 {
		t.Errorf("%s\n%+v", diff, run)
	}
	if got := d.facts(t); !strings.Contains(got[0], "Tässe") {
		t.Error(got[0])
	}
}
