package history_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"almanac/blob"
	"almanac/fact"
	"almanac/history"
	"almanac/sqldb"
	"almanac/sqldb/sqltest"
)

// vault is a record whose segments a test can reach.
func vault(t testing.TB, db *sqldb.DB, dir string) *history.Store {
	t.Helper()
	b, err := blob.OpenDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	s, err := history.Open(context.Background(), db, b, func() time.Time { return noon })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

// life makes facts of many kinds, shops, days and odd contents.
func life(n int) (out []fact.Fact) {
	rng := rand.New(rand.NewPCG(1, 2))
	for i := range n {
		at := noon.Add(-time.Duration(rng.IntN(5*24*3600)) * time.Second)
		f := fact.Fact{Shop: []string{"a", "b/ü"}[rng.IntN(2)], Source: "segment:web", OccurredAt: at, ReceivedAt: at.Add(time.Duration(rng.IntN(3)) * time.Second)}
		who := fact.Actor{Visitor: fmt.Sprint("v", rng.IntN(20)), Session: fmt.Sprint(rng.IntN(100))}
		f.ID = fmt.Sprintf("%08x-1234-4567-89ab-%012x", rng.Uint32(), i)
		switch rng.IntN(6) {
		case 0:
			f.Body = &fact.ProductEvent{Actor: who, SKU: fmt.Sprint(rng.IntN(50)), Title: `5" "quoted" \ <b> & ü` + "\n\u2028", Price: 1999, Currency: "EUR", Position: 3}
		case 1:
			f.Body = &fact.PageView{Actor: who, URL: "https://shop.example/?a=1&b=2", Path: "/"}
		case 2:
			who.Customer = "c1"
			f.ID, f.Rev = fmt.Sprint("ORD-", i, "/1"), int64(i%3)
			f.Body = &fact.OrderLine{Order: fmt.Sprint("ORD-", i), Line: "1", SKU: "s", Units: 2, Currency: "EUR", Gross: 400, TaxIncluded: true, Customer: "c1", Tax: 60}
		case 3:
			f.Body = &fact.Event{Actor: who, Name: "Sized Up", Properties: json.RawMessage(`{"nested":{"sku":"x","l":[1,{"url":"}"}]},"f":1.5}`)}
			f.Ext = json.RawMessage(`{"gpc":true}`)
		case 4:
			f.Body = &fact.Basket{Actor: who, Units: map[string]int64{"s": 1, "t": 2}, Value: 700, Currency: "EUR"}
		case 5:
			results := 0
			f.Body = &fact.Search{Actor: who, Query: strings.Repeat("ß", rng.IntN(4)) + "q", Results: &results}
		}
		f.Kind = f.Body.Kind()
		out = append(out, f)
	}
	return out
}

func appendAll(t testing.TB, s *history.Store, facts []fact.Fact) {
	t.Helper()
	if _, err := s.Append(t.Context(), facts); err != nil {
		t.Fatal(err)
	}
}

func told(t testing.TB, recs []history.Record) (out []string) {
	t.Helper()
	for _, r := range recs {
		b, err := json.Marshal(r.Fact)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, fmt.Sprintf("%d %s", r.Offset, b))
	}
	return out
}

func TestSealedRecordsReadAsTheyWereAppended(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, openDB func() *sqldb.DB) {
		db, dir := openDB(), t.TempDir()
		facts := life(600)
		s := vault(t, db, dir)
		appendAll(t, s, facts[:250])
		appendAll(t, s, facts[250:400])
		before := told(t, all(t, s))
		known := noon.Add(-36 * time.Hour)
		asOf := func(s *history.Store) (out []history.Record) {
			err := s.AsOf(t.Context(), "a", known, known, func(r history.Record) error { out = append(out, r); return nil })
			if err != nil {
				t.Fatal(err)
			}
			return out
		}
		then := told(t, asOf(s))
		if n, err := s.SealAll(t.Context()); err != nil || n != 400 {
			t.Fatalf("%d sealed: %v", n, err)
		}
		s = vault(t, db, dir) // nothing is at hand in memory
		if d := cmp.Diff(before, told(t, all(t, s))); d != "" {
			t.Errorf("sealed records differ (- before, + after):\n%s", d)
		}
		if d := cmp.Diff(then, told(t, asOf(s))); d != "" {
			t.Errorf("what was known then differs (- before, + after):\n%s", d)
		}
		appendAll(t, s, facts[400:])
		whole := told(t, all(t, s))
		if len(whole) != 600 {
			t.Errorf("%d records of 600 in segments and tail", len(whole))
		}
		if res, err := s.Append(t.Context(), life(600)); err != nil || res.Duplicates != 600 {
			t.Errorf("told again, %d of 600 are duplicates: %v", res.Duplicates, err)
		}
		if _, err := s.SealAll(t.Context()); err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(whole, told(t, all(t, vault(t, db, dir)))); d != "" {
			t.Errorf("after the second batch (- before, + after):\n%s", d)
		}
		if head, err := s.Head(t.Context()); err != nil || head != 600 {
			t.Errorf("head %d, %v", head, err)
		}
	})
}

func TestAFewOfManyRecordsAreReadFromWhereOneStopped(t *testing.T) {
	s := vault(t, sqltest.SQLite(t), t.TempDir())
	appendAll(t, s, life(100))
	if _, err := s.SealAll(t.Context()); err != nil {
		t.Fatal(err)
	}
	var offsets []int64
	for after := int64(0); ; {
		last, err := s.Read(t.Context(), after, 7, func(r history.Record) error {
			offsets = append(offsets, r.Offset)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if last == after {
			break
		}
		after = last
	}
	for i, o := range offsets {
		if o != int64(i+1) {
			t.Fatalf("record %d came at place %d", o, i+1)
		}
	}
	if len(offsets) != 100 {
		t.Errorf("%d records of 100", len(offsets))
	}
}

func TestWhatASealLeftBehindIsSwept(t *testing.T) {
	dir := t.TempDir()
	s := vault(t, sqltest.SQLite(t), dir)
	appendAll(t, s, life(50))
	if _, err := s.SealAll(t.Context()); err != nil {
		t.Fatal(err)
	}
	stray := filepath.Join(dir, "history", "shop=a", "day=2026-03-01", "000000000051-000000000090.parquet")
	if err := os.MkdirAll(filepath.Dir(stray), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(stray, []byte("half a segment"), 0o600); err != nil {
		t.Fatal(err)
	}
	if n, err := s.Sweep(t.Context()); err != nil || n != 1 {
		t.Errorf("%d swept, %v", n, err)
	}
	if got := all(t, s); len(got) != 50 {
		t.Errorf("%d records of 50 after sweeping", len(got))
	}
}
