package history_test

import (
	"encoding/json"
	"math"
	"strings"
	"sync"
	"testing"

	"almanac/fact"
	"almanac/history"
	"almanac/sqldb"
	"almanac/sqldb/sqltest"
)

// PostgreSQL holds neither the character NUL nor broken UTF-8; whoever sends them must not stop the record,
// and all readers must see the same.
func TestWhatIsNotTextIsKeptAsFarAsItIs(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, openDB func() *sqldb.DB) {
		db := openDB()
		s := open(t, db)
		titles := map[string]string{"a\x00b": "a\uFFFDb", "a\xffb": "a\uFFFDb", `a\u0000b`: `a\u0000b`, "tail\\\x00": "tail\\\uFFFD", "mug \uFFFD": "mug \uFFFD", "\x00": "\uFFFD"}
		want := map[string]string{}
		var facts []fact.Fact
		for in, out := range titles {
			f := viewed(json.Number(strings.Repeat("1", len(facts)+1)).String(), "mug")
			f.Body.(*fact.ProductEvent).Title = in
			want[f.ID] = out
			facts = append(facts, f)
		}
		facts[0].Ext = []byte("not JSON \x00")
		if _, err := s.Append(t.Context(), facts); err != nil {
			t.Fatal(err)
		}
		for reader, recs := range map[string][]history.Record{"one that follows": all(t, s), "a later one": all(t, open(t, db))} {
			if len(recs) != len(titles) {
				t.Fatalf("%s reads %d records", reader, len(recs))
			}
			for _, r := range recs {
				if got := r.Body.(*fact.ProductEvent).Title; got != want[r.ID] {
					t.Errorf("%s reads %q, want %q", reader, got, want[r.ID])
				}
				if _, err := json.Marshal(r.Fact); err != nil {
					t.Errorf("%s cannot write record %d: %v", reader, r.Offset, err)
				}
			}
		}
		if err := s.Quarantine(t.Context(), []history.Quarantined{{Shop: "a", Reason: "bad_text", Detail: "\x00", Raw: "x\x00\xff"}}); err != nil {
			t.Fatal(err)
		}
		kept, err := s.Quarantined(t.Context(), "a", history.QuarantineFilter{}, 0, 10)
		if err != nil || len(kept) != 1 || kept[0].Raw != "x\uFFFD\uFFFD" {
			t.Errorf("%+v %v", kept, err)
		}
	})
}

// Those who share a commit do not share faults.
func TestAFactThatCannotBeWrittenHurtsItsSenderOnly(t *testing.T) {
	s := open(t, sqltest.SQLite(t))
	bad := fact.Fact{Shop: "a", Source: "weather", ID: "1", Kind: fact.SignalObserved, OccurredAt: noon, Body: &fact.Signal{Name: "rain", Value: math.Inf(1)}}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			if _, err := s.Append(t.Context(), []fact.Fact{bad}); err == nil {
				t.Error("infinity was written")
			}
		})
		wg.Go(func() {
			if _, err := s.Append(t.Context(), []fact.Fact{viewed("1", "mug")}); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if n := len(all(t, s)); n != 1 {
		t.Errorf("%d records", n)
	}
}
