package decide_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"almanac/decide"
)

func TestEveryStepOfADecisionIsOnRecord(t *testing.T) {
	file := &channel{name: "file", fails: errDown}
	each(t, through(file), func(t *testing.T, w *world) {
		w.propose(decide.ModeApprove, need("cup", "h1"))
		id := w.ids(decide.Proposed, "cup")[0]
		w.reject("cup")
		w.done(w.Undo(w.ctx, home, "user:bob", []string{id}))
		w.done(w.Approve(w.ctx, home, "user:ann", []string{id}, "for spring"))
		w.apply()
		file.fails = nil
		w.apply()
		trail, err := w.AuditOf(w.ctx, home, id)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, e := range trail {
			got = append(got, e.Actor+" "+e.Event)
		}
		want := []string{"almanac proposed", "user:ann rejected", "user:bob proposed", "user:ann approved", "almanac delivery failed", "almanac delivered", "almanac applied"}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatal(diff)
		}
		if !strings.Contains(trail[3].Detail, "for spring") || !strings.Contains(trail[3].Detail, "PO-") {
			t.Fatalf("the approval tells neither note nor order: %q", trail[3].Detail)
		}
		if n, err := w.VerifyChain(w.ctx, home); err != nil || n != int64(len(want)) {
			t.Fatal(n, err)
		}
	})
}

func TestTrailOfAShopIsItsOwnChain(t *testing.T) {
	each(t, noChannel, func(t *testing.T, w *world) {
		for _, e := range [][3]string{{"a", "settings", "currency is GBP"}, {"b", "user", "ann was invited"}, {"a", "import", "100% of orders_2011"}, {"a", "note", "a\x00b\xff"}} {
			if err := w.Record(w.ctx, e[0], "user:ann", e[1], e[2]); err != nil {
				t.Fatal(err)
			}
		}
		for shop, want := range map[string]int64{"a": 3, "b": 1, "c": 0} {
			if n, err := w.VerifyChain(w.ctx, shop); err != nil || n != want {
				t.Fatalf("%s: %d %v", shop, n, err)
			}
		}
		for text, want := range map[string]int64{"": 3, "CURRENCY": 1, "100%": 1, "orders_2011": 1, "orders-2011": 0, "%": 1, "ann": 3, "nobody": 0} {
			list, total, err := w.Audit(w.ctx, "a", text, 2, 0)
			if err != nil || total != want || int64(len(list)) != min(2, want) {
				t.Errorf("%q: %d of %d, want %d; %v", text, len(list), total, want, err)
			}
		}
		list, _, err := w.Audit(w.ctx, "a", "", 2, 1)
		if err != nil || len(list) != 2 || list[0].Seq != 2 || list[1].Seq != 1 || list[0].PrevHash != list[1].Hash {
			t.Fatalf("not the newest first: %+v %v", list, err)
		}
	})
}

func TestAlteredTrailIsTold(t *testing.T) {
	for name, forge := range map[string]string{
		"another actor":       "UPDATE audit SET actor = 'user:eve' WHERE seq = 2",
		"another time":        "UPDATE audit SET at_us = at_us + 1 WHERE seq = 2",
		"another detail":      "UPDATE audit SET detail = 'nothing' WHERE seq = 1",
		"another decision":    "UPDATE audit SET decision_id = 'dec_x' WHERE seq = 3",
		"an entry taken out":  "DELETE FROM audit WHERE seq = 2",
		"the first taken out": "DELETE FROM audit WHERE seq = 1",
		"renumbered":          "UPDATE audit SET seq = 9 WHERE seq = 3",
		"moved to a shop":     "UPDATE audit SET shop = 'other'",
	} {
		t.Run(name, func(t *testing.T) {
			each(t, noChannel, func(t *testing.T, w *world) {
				for _, what := range []string{"one", "two", "three"} {
					if err := w.Record(w.ctx, home, "user:ann", "note", what); err != nil {
						t.Fatal(err)
					}
				}
				if _, err := w.db.Exec(w.ctx, forge); err != nil {
					t.Fatal(err)
				}
				shop := home
				if strings.Contains(forge, "other") {
					shop = "other"
				}
				if _, err := w.VerifyChain(w.ctx, shop); !errors.Is(err, decide.ErrBroken) {
					t.Fatalf("it was not told: %v", err)
				}
			})
		})
	}
}

func TestChangeAndItsEntryStandOrFallTogether(t *testing.T) {
	each(t, noChannel, func(t *testing.T, w *world) {
		w.propose(decide.ModeApprove, need("cup", "h1"))
		id := w.ids(decide.Proposed, "cup")[0]
		if _, err := w.db.Exec(w.ctx, "ALTER TABLE audit RENAME TO elsewhere"); err != nil {
			t.Fatal(err)
		}
		if rs, err := w.Approve(w.ctx, home, "user:ann", []string{id}, ""); err == nil || rs != nil {
			t.Fatalf("approved without a trace: %v", rs)
		}
		if got := w.in(decide.Proposed); len(got) != 1 {
			t.Fatal(w.all())
		}
	})
}
