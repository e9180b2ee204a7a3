package history_test

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"almanac/fact"
	"almanac/history"
	"almanac/sqldb"
	"almanac/sqldb/sqltest"
)

// However messages are grouped, ordered and repeated, each is judged as if it had come alone: the first of
// a key is accepted, its equals are duplicates, and whoever contradicts it is a conflict.
func TestGroupsAreJudgedAsSingles(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, openDB func() *sqldb.DB) {
		s := open(t, openDB())
		shops := 0 // a shop for each check, in one store
		rapid.Check(t, func(rt *rapid.T) {
			shops++
			shop := fmt.Sprint("s", shops)
			type message struct{ ID, Product int }
			sent := rapid.SliceOfN(rapid.Custom(func(rt *rapid.T) message {
				return message{rapid.IntRange(0, 6).Draw(rt, "id"), rapid.IntRange(0, 1).Draw(rt, "product")}
			}), 1, 30).Draw(rt, "sent")
			truth := map[int]int{}
			var conflicts int64
			for len(sent) > 0 {
				n := rapid.IntRange(1, len(sent)).Draw(rt, "batch")
				var batch []fact.Fact
				var want []history.Outcome
				for _, m := range sent[:n] {
					f := viewed(fmt.Sprint(m.ID), fmt.Sprint("sku-", m.Product))
					f.Shop = shop
					batch = append(batch, f)
					switch was, known := truth[m.ID]; {
					case !known:
						truth[m.ID] = m.Product
						want = append(want, history.Accepted)
					case was == m.Product:
						want = append(want, history.Duplicate)
					default:
						want = append(want, history.Conflict)
						conflicts++
					}
				}
				r, err := s.Append(context.Background(), batch)
				if err != nil {
					rt.Fatal(err)
				}
				for i := range want {
					if r.Outcomes[i] != want[i] {
						rt.Fatalf("message %v: %v, want %v", sent[i], r.Outcomes[i], want[i])
					}
				}
				if r.Accepted+r.Duplicates+r.Conflicts != n {
					rt.Fatalf("%+v of %d", r, n)
				}
				sent = sent[n:]
			}
			held := map[int]int{}
			if err := s.AsOf(context.Background(), shop, noon, noon, func(r history.Record) error {
				var id, product int
				if _, err := fmt.Sscanf(r.ID+" "+r.Body.(*fact.ProductEvent).SKU, "%d sku-%d", &id, &product); err != nil {
					return err
				}
				held[id] = product
				return nil
			}); err != nil {
				rt.Fatal(err)
			}
			if fmt.Sprint(held) != fmt.Sprint(truth) {
				rt.Fatalf("the record holds %v, want %v", held, truth)
			}
			counts, err := s.QuarantineCounts(context.Background(), shop, history.QuarantineFilter{})
			if err != nil || counts["conflict"] != conflicts {
				rt.Fatalf("%v in quarantine, want %d conflicts (%v)", counts, conflicts, err)
			}
		})
	})
}

// More keys than one statement carries, half of them known, some of those in contradiction.
func TestALargeGroupIsJudgedKeyByKey(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, openDB func() *sqldb.DB) {
		s := open(t, openDB())
		const n = 6000
		batch := func(from, to int, sku func(i int) string) (out []fact.Fact) {
			for i := from; i < to; i++ {
				out = append(out, viewed(fmt.Sprint(i), sku(i)))
			}
			return out
		}
		plain := func(int) string { return "mug" }
		if r, err := s.Append(t.Context(), batch(0, n, plain)); err != nil || r.Accepted != n {
			t.Fatalf("%+v %v", r, err)
		}
		r, err := s.Append(t.Context(), batch(n/2, n+n/2, func(i int) string {
			if i%100 == 0 {
				return "other"
			}
			return "mug"
		}))
		if err != nil || r.Accepted != n/2 || r.Conflicts != n/200 || r.Duplicates != n/2-n/200 {
			t.Errorf("%d accepted, %d duplicates, %d conflicts, %v", r.Accepted, r.Duplicates, r.Conflicts, err)
		}
		if again, err := s.Append(t.Context(), batch(0, n, plain)); err != nil || again.Duplicates != n {
			t.Errorf("sent again: %d duplicates, %d accepted, %v", again.Duplicates, again.Accepted, err)
		}
	})
}

// A conflict is kept whole: with a higher revision it goes back in as it is.
func TestAConflictCanBeSettled(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, openDB func() *sqldb.DB) {
		s := open(t, openDB())
		for _, sku := range []string{"mug", "cup"} {
			if _, err := s.Append(t.Context(), []fact.Fact{viewed("1", sku)}); err != nil {
				t.Fatal(err)
			}
		}
		kept, err := s.Quarantined(t.Context(), "a", history.QuarantineFilter{Reason: "conflict"}, 0, 10)
		if err != nil || len(kept) != 1 {
			t.Fatalf("%d kept, %v", len(kept), err)
		}
		var f fact.Fact
		if err := json.Unmarshal([]byte(kept[0].Raw), &f); err != nil {
			t.Fatal(err)
		}
		f.Rev++
		r, err := s.Append(t.Context(), []fact.Fact{f})
		if err != nil || r.Accepted != 1 {
			t.Fatalf("%+v %v", r, err)
		}
		if last := all(t, s)[1]; last.Rev != 1 || last.Body.(*fact.ProductEvent).SKU != "cup" {
			t.Errorf("%+v", last)
		}
	})
}

func TestWhatMakesAKey(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, openDB func() *sqldb.DB) {
		s := open(t, openDB())
		changes := []func(*fact.Fact){
			func(*fact.Fact) {},
			func(f *fact.Fact) { f.Shop = "b" },
			func(f *fact.Fact) { f.Source = "segment:app" },
			func(f *fact.Fact) { f.Kind = fact.ProductAdded },
			func(f *fact.Fact) { f.ID = "2" },
			func(f *fact.Fact) { f.Rev = 1 },
		}
		for i, change := range changes {
			f := viewed("1", "mug")
			change(&f)
			r, err := s.Append(t.Context(), []fact.Fact{f})
			if err != nil || r.Accepted != 1 {
				t.Errorf("change %d: %+v %v", i, r, err)
			}
		}
	})
}
