package history_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"almanac/fact"
	"almanac/history"
	"almanac/sqldb"
	"almanac/sqldb/sqltest"
)

func TestAnErasedPersonIsNowhereAndDoesNotComeBack(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, openDB func() *sqldb.DB) {
		db, dir := openDB(), t.TempDir()
		s := vault(t, db, dir)
		facts := life(600)
		facts = append(facts,
			fact.Fact{Shop: "a", Source: "shopify:main", ID: "described", Kind: fact.CustomerDescribed, OccurredAt: noon, Body: &fact.Customer{Customer: "c1", Email: "ann@shop.example"}},
			fact.Fact{Shop: "a", Source: "shopify:main", ID: "review", Kind: fact.ReviewWritten, OccurredAt: noon, Body: &fact.Review{SKU: "mug", Customer: "c1", Rating: 4}},
			fact.Fact{Shop: "a", Source: "segment:web", ID: "linked", Kind: fact.IdentityLinked, OccurredAt: noon, Body: &fact.Link{A: "visitor:v3", B: "customer:c1"}})
		appendAll(t, s, facts[:300])
		if _, err := s.SealAll(t.Context()); err != nil {
			t.Fatal(err)
		}
		appendAll(t, s, facts[300:])
		if err := s.Quarantine(t.Context(), []history.Quarantined{{Shop: "a", Source: "file:x", Reason: "r", Raw: "1;ann@shop.example;7"}, {Shop: "a", Source: "file:x", Reason: "r", Raw: "another"}}); err != nil {
			t.Fatal(err)
		}
		var orders, others int
		for _, f := range facts {
			if o, ok := f.Body.(*fact.OrderLine); ok && o.Customer == "c1" && f.Shop == "a" {
				orders++
			} else if f.Shop != "a" {
				others++
			}
		}
		person := []history.Identifier{{Kind: "customer", Value: "c1"}, {Kind: "visitor", Value: "v3"}, {Kind: "email", Value: "ann@shop.example"}}
		e, err := s.Erase(t.Context(), "a", person, nil)
		if err != nil {
			t.Fatal(err)
		}
		if e.Nameless != int64(orders)+1 || e.Gone == 0 || e.Segments == 0 || e.Quarantined != 1 {
			t.Errorf("%+v of %d orders", e, orders)
		}
		check := func(s *history.Store) {
			t.Helper()
			kept, elsewhere := 0, 0
			for _, r := range all(t, s) {
				b, err := json.Marshal(r.Fact)
				if err != nil {
					t.Fatal(err)
				}
				if r.Shop != "a" {
					elsewhere++
					continue
				}
				if _, ok := r.Body.(*fact.OrderLine); ok {
					kept++
				}
				for _, trace := range []string{`"c1"`, `"v3"`, "ann@shop.example", ":c1", ":v3"} {
					if strings.Contains(string(b), trace) {
						t.Fatalf("record %d still names the person: %s", r.Offset, b)
					}
				}
			}
			if kept != orders || elsewhere != others {
				t.Errorf("%d orders of %d, %d facts of another shop of %d", kept, orders, elsewhere, others)
			}
			if d, err := s.Verify(t.Context(), nil); err != nil || len(d) > 0 {
				t.Errorf("after erasing the record is damaged: %v %v", d, err)
			}
		}
		check(s)

		// Told again, also by a program that was started anew, the person does not come back, and the orders
		// are known.
		s = vault(t, db, dir)
		res, err := s.Append(t.Context(), append(append([]fact.Fact{}, facts...), fact.Fact{Shop: "a", Source: "segment:web", ID: "new", Kind: fact.PageViewed, OccurredAt: noon.Add(time.Minute),
			Body: &fact.PageView{Actor: fact.Actor{Customer: "c1"}}}))
		if err != nil || res.Accepted != 0 || res.Conflicts != 0 || res.Suppressed == 0 || len(res.Outcomes) != len(facts)+1 || res.Outcomes[len(facts)] != history.Suppressed {
			t.Errorf("accepted %d, conflicts %d, suppressed %d, %v", res.Accepted, res.Conflicts, res.Suppressed, err)
		}
		check(s)

		// Nor when the rest is sealed and it is asked for again.
		if _, err := s.SealAll(t.Context()); err != nil {
			t.Fatal(err)
		}
		check(vault(t, db, dir))
		if e, err := s.Erase(t.Context(), "a", person, nil); err != nil || e.Gone+e.Nameless != 0 {
			t.Errorf("the second time: %+v, %v", e, err)
		}
		for _, id := range []string{"c1", "ann@shop.example"} {
			var n int64
			if err := db.QueryRow(t.Context(), "SELECT COUNT(*) FROM suppressed WHERE CAST(hash AS TEXT) LIKE ?", []any{"%" + id + "%"}, &n); db.Dialect == sqldb.SQLite && (err != nil || n != 0) {
				t.Errorf("the suppression entry tells %s: %v", id, err)
			}
		}
	})
}
