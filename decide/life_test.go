package decide_test

import (
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"almanac/decide"
)

func TestModeDecidesWhatBecomesOfAProposal(t *testing.T) {
	for _, c := range []struct {
		mode string
		met  bool
		want decide.Status
	}{
		{decide.ModeShadow, true, decide.Shadow},
		{decide.ModeApprove, true, decide.Proposed},
		{decide.ModeAuto, true, decide.Approved},
		{decide.ModeAuto, false, decide.Proposed}, // a person has to overrule a guardrail
	} {
		t.Run(c.mode+" "+strconv.FormatBool(c.met), func(t *testing.T) {
			each(t, noChannel, func(t *testing.T, w *world) {
				p := need("cup", "h1")
				p.Guardrails[0].Met = c.met
				w.propose(c.mode, p)
				if got := w.in(c.want); !slices.Equal(got, []string{"cup"}) {
					t.Fatalf("%s: %v, want cup; all: %+v", c.want, got, w.all())
				}
			})
		})
	}
	each(t, noChannel, func(t *testing.T, w *world) {
		w.propose(decide.ModeOff, need("cup", "h1"))
		if got := w.all(); len(got) != 0 {
			t.Fatalf("a programme that is off proposed %v", got)
		}
		if _, err := w.Propose(w.ctx, home, "reorder", "sometimes", nil); err == nil {
			t.Fatal("an unknown mode was taken")
		}
	})
}

func TestNeedIsProposedOnce(t *testing.T) {
	cup := func(hash string) func(*world) {
		return func(w *world) { w.propose(decide.ModeApprove, need("cup", hash)) }
	}
	approve := func(w *world) { w.approve("cup") }
	reject := func(w *world) { w.reject("cup") }
	apply := func(w *world) { w.apply() }
	wait := func(d time.Duration) func(*world) { return func(w *world) { w.pass(d) } }
	for _, c := range []struct {
		name  string
		story []func(*world)
		again string // the hash of the round that is counted
		want  decide.Counts
	}{
		{"an equal one is kept", []func(*world){cup("h1")}, "h1", decide.Counts{Kept: 1}},
		{"newer figures replace it", []func(*world){cup("h1")}, "h2", decide.Counts{New: 1, Superseded: 1}},
		{"not while an approved one waits", []func(*world){cup("h1"), approve}, "h2", decide.Counts{Skipped: 1}},
		{"not while an applied one is on its way", []func(*world){cup("h1"), approve, apply, wait(13 * 24 * time.Hour)}, "h2", decide.Counts{Skipped: 1}},
		{"again when the applied one has settled", []func(*world){cup("h1"), approve, apply, wait(15 * 24 * time.Hour)}, "h2", decide.Counts{New: 1}},
		{"a rejected one does not come back", []func(*world){cup("h1"), reject}, "h1", decide.Counts{Skipped: 1}},
		{"a rejected one comes with newer figures", []func(*world){cup("h1"), reject}, "h2", decide.Counts{New: 1}},
		{"figures that return to the rejected ones end the open one", []func(*world){cup("h1"), reject, cup("h2")}, "h1", decide.Counts{Superseded: 1, Skipped: 1}},
		{"what nobody decided in time comes again", []func(*world){func(w *world) {
			p := need("cup", "h1")
			p.ExpiresAt = w.clock.Add(time.Hour)
			w.propose(decide.ModeApprove, p)
			w.pass(time.Hour)
			if n, err := w.Expire(w.ctx); err != nil || n != 1 {
				w.Fatalf("expired %d, %v", n, err)
			}
		}}, "h1", decide.Counts{New: 1}},
	} {
		t.Run(c.name, func(t *testing.T) {
			options := func() decide.Options {
				return decide.Options{Salt: "pepper", Actuators: []decide.Actuator{&channel{name: "file"}}}
			}
			each(t, options, func(t *testing.T, w *world) {
				for _, step := range c.story {
					step(w)
				}
				if diff := cmp.Diff(c.want, w.propose(decide.ModeApprove, need("cup", c.again))); diff != "" {
					t.Fatal(diff)
				}
				if n := len(w.in(decide.Proposed)); n > 1 {
					t.Fatalf("%d open decisions on one need", n)
				}
			})
		})
	}
}

func TestProposalThatIsNotMadeAgainIsSuperseded(t *testing.T) {
	each(t, noChannel, func(t *testing.T, w *world) {
		w.propose(decide.ModeApprove, need("cup", "h1"), need("jug", "h1"))
		if c := w.propose(decide.ModeApprove, need("jug", "h1")); c != (decide.Counts{Kept: 1, Superseded: 1}) {
			t.Fatalf("%+v", c)
		}
		if got := w.in(decide.Superseded); !slices.Equal(got, []string{"cup"}) {
			t.Fatal(got)
		}
	})
}

func TestShadowModeClosesWhatCouldBeApproved(t *testing.T) {
	each(t, noChannel, func(t *testing.T, w *world) {
		w.propose(decide.ModeApprove, need("cup", "h1"))
		w.propose(decide.ModeShadow, need("cup", "h1"))
		if open, shadow := w.in(decide.Proposed), w.in(decide.Shadow); len(open) != 0 || len(shadow) != 1 {
			t.Fatalf("open %v, shadow %v", open, shadow)
		}
		if c := w.propose(decide.ModeShadow, need("cup", "h1")); c != (decide.Counts{Kept: 1}) {
			t.Fatalf("the same shadow again: %+v", c)
		}
		if c := w.propose(decide.ModeApprove, need("cup", "h1")); c != (decide.Counts{New: 1}) {
			t.Fatalf("a shadow kept a proposal from being made: %+v", c)
		}
	})
}

func TestBadRoundLeavesNothingBehind(t *testing.T) {
	nameless := need("", "h1")
	for name, bad := range map[string][]decide.Proposal{
		"without a subject": {need("cup", "h1"), nameless},
		"without a hash":    {need("cup", "h1"), need("jug", "")},
		"twice the same":    {need("cup", "h1"), need("cup", "h2")},
	} {
		t.Run(name, func(t *testing.T) {
			each(t, noChannel, func(t *testing.T, w *world) {
				if _, err := w.Propose(w.ctx, home, "reorder", decide.ModeApprove, bad); err == nil {
					t.Fatal("it was taken")
				}
				if got := w.all(); len(got) != 0 {
					t.Fatalf("half a round was kept: %v", got)
				}
			})
		})
	}
}

func TestHoldoutIsDrawnBySaltBeforeApproval(t *testing.T) {
	options := func() decide.Options { return decide.Options{Salt: "pepper", Holdout: 0.25} }
	var skus []string
	for i := range 400 {
		skus = append(skus, "sku-"+strconv.Itoa(i))
	}
	round := func(w *world, service bool, hash string) {
		var ps []decide.Proposal
		for _, sku := range skus {
			p := need(sku, hash)
			p.Service = service
			ps = append(ps, p)
		}
		w.propose(decide.ModeApprove, ps...)
	}
	each(t, options, func(t *testing.T, w *world) {
		round(w, false, "h1")
		first := w.in(decide.HeldOut)
		if len(first) < 70 || len(first) > 130 { // 100 ± 3.5 standard deviations; the draw is fixed by the salt
			t.Fatalf("%d of 400 were held out at a share of a quarter", len(first))
		}
		round(w, false, "h1")
		if got := w.in(decide.HeldOut); !slices.Equal(got, first) {
			t.Fatal("an equal round drew again")
		}
		round(w, false, "h2")
		if got := slices.Compact(w.in(decide.HeldOut)); !slices.Equal(got, first) {
			t.Fatal("newer figures changed sides")
		}
		rs, err := w.Approve(w.ctx, home, "user:ann", w.ids(decide.HeldOut, first[0]), "")
		if err != nil || rs[0].Error == "" {
			t.Fatalf("a held-out decision was approved: %v %v", rs, err)
		}
	})
	each(t, options, func(t *testing.T, w *world) {
		round(w, true, "h1")
		if got := w.in(decide.HeldOut); len(got) != 0 {
			t.Fatalf("service actions were held out: %v", got)
		}
	})
}

func TestHoldoutNeedsASaltAndAShare(t *testing.T) {
	for _, o := range []decide.Options{{Holdout: 0.1}, {Salt: "s", Holdout: -0.1}, {Salt: "s", Holdout: 1}} {
		if _, err := decide.Open(t.Context(), nil, time.Now, o); err == nil {
			t.Errorf("%+v was taken", o)
		}
	}
}

func TestUndoPutsBackWhatNothingDependsOn(t *testing.T) {
	undo := func(w *world, s decide.Status) string {
		w.Helper()
		rs, err := w.Undo(w.ctx, home, "user:ann", w.ids(s, "cup"))
		if err != nil || len(rs) != 1 {
			w.Fatal(rs, err)
		}
		if (rs[0].Error == "") != (rs[0].Status == decide.Proposed) {
			w.Fatalf("an odd result: %+v", rs[0])
		}
		return rs[0].Error
	}
	c := &channel{name: "file"}
	options := func() decide.Options {
		*c = channel{name: "file"}
		return decide.Options{Actuators: []decide.Actuator{c}}
	}
	t.Run("approved", func(t *testing.T) {
		each(t, options, func(t *testing.T, w *world) {
			w.propose(decide.ModeApprove, need("cup", "h1"))
			w.approve("cup")
			if why := undo(w, decide.Approved); why != "" {
				t.Fatal(why)
			}
			if n := w.apply(); n != 0 || c.calls != 0 {
				t.Fatal("an undone approval was carried out")
			}
			w.approve("cup")
			if n := w.apply(); n != 1 {
				t.Fatalf("approved again, %d deliveries", n)
			}
			if why := undo(w, decide.Applied); why == "" {
				t.Fatal("an applied decision was undone")
			}
		})
	})
	t.Run("one line of an order", func(t *testing.T) {
		each(t, options, func(t *testing.T, w *world) {
			w.propose(decide.ModeApprove, need("cup", "h1"), need("jug", "h1"))
			w.approve("cup", "jug")
			undo(w, decide.Approved)
			w.apply()
			if diff := cmp.Diff([][]string{{"jug"}}, c.orders()); diff != "" {
				t.Fatal(diff)
			}
		})
	})
	t.Run("not while it is handed over", func(t *testing.T) {
		each(t, options, func(t *testing.T, w *world) {
			w.propose(decide.ModeApprove, need("cup", "h1"))
			w.approve("cup")
			var why string
			c.during = func() { why = undo(w, decide.Approved) }
			w.apply()
			if why == "" || len(w.in(decide.Applied)) != 1 {
				t.Fatalf("undone on its way out: %q, %v", why, w.all())
			}
		})
	})
	t.Run("rejected", func(t *testing.T) {
		each(t, options, func(t *testing.T, w *world) {
			w.propose(decide.ModeApprove, need("cup", "h1"))
			w.reject("cup")
			if why := undo(w, decide.Rejected); why != "" {
				t.Fatal(why)
			}
			w.reject("cup")
			w.propose(decide.ModeApprove, need("cup", "h2"))
			if why := undo(w, decide.Rejected); why == "" {
				t.Fatal("two open decisions on one need")
			}
			w.approve("cup")
			if why := undo(w, decide.Rejected); why == "" {
				t.Fatal("an open decision beside an approved one")
			}
		})
	})
	t.Run("two rejected ones of a need at once", func(t *testing.T) {
		each(t, options, func(t *testing.T, w *world) {
			var ids []string
			for _, hash := range []string{"h1", "h2"} {
				w.propose(decide.ModeApprove, need("cup", hash))
				ids = append(ids, w.ids(decide.Proposed, "cup")...)
				w.reject("cup")
			}
			rs, err := w.Undo(w.ctx, home, "user:ann", ids)
			if err != nil || rs[0].Error != "" || rs[1].Error == "" {
				t.Fatalf("%+v %v", rs, err)
			}
		})
	})
}

func TestJudgingSaysWhyADecisionStays(t *testing.T) {
	each(t, noChannel, func(t *testing.T, w *world) {
		late := need("late", "h1")
		late.ExpiresAt = w.clock.Add(time.Hour)
		w.propose(decide.ModeApprove, need("cup", "h1"), late)
		ids := append(w.ids(decide.Proposed, "cup", "late"), "dec_unknown")
		w.pass(time.Hour)
		rs, err := w.Approve(w.ctx, home, "user:ann", append(ids, ids...), "")
		want := []decide.Result{{ID: ids[0], Status: decide.Approved}, {ID: ids[1], Status: decide.Proposed, Error: "its time has passed; let it be proposed anew"},
			{ID: ids[2], Error: decide.ErrNotFound.Error()}}
		if diff := cmp.Diff(want, rs); diff != "" || err != nil {
			t.Fatal(diff, err)
		}
		rs, err = w.Reject(w.ctx, home, "user:bob", ids[:1], "no")
		if diff := cmp.Diff([]decide.Result{{ID: ids[0], Status: decide.Approved, Error: "it is approved, not open"}}, rs); diff != "" || err != nil {
			t.Fatal(diff, err)
		}
		if rs, err = w.Approve(w.ctx, "elsewhere", "user:eve", ids[1:2], ""); err != nil || rs[0].Error == "" {
			t.Fatalf("another shop's decision was approved: %v %v", rs, err)
		}
	})
}

func TestExpiryEndsOnlyWhatIsOpenAndPast(t *testing.T) {
	each(t, noChannel, func(t *testing.T, w *world) {
		var ps []decide.Proposal
		for i, sku := range []string{"cup", "jug", "pot", "for ever"} {
			p := need(sku, "h1")
			if i < 3 {
				p.ExpiresAt = w.clock.Add(time.Duration(i+1) * time.Hour)
			}
			ps = append(ps, p)
		}
		w.propose(decide.ModeApprove, ps...)
		w.approve("cup")
		w.pass(2*time.Hour - time.Microsecond)
		if n, err := w.Expire(w.ctx); n != 0 || err != nil {
			t.Fatal(n, err)
		}
		w.pass(time.Microsecond)
		if n, err := w.Expire(w.ctx); n != 1 || err != nil {
			t.Fatal(n, err)
		}
		if got := w.in(decide.Expired); !slices.Equal(got, []string{"jug"}) {
			t.Fatal(got)
		}
	})
}
