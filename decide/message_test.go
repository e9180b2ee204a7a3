package decide_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"almanac/decide"
)

// round is a proposal to write to some people while one is held out.
func round(hash string, to ...string) decide.Proposal {
	return decide.Proposal{Programme: "winback", Subject: "quiet", Group: "Mails", Title: "Win back", Action: "Mail them", InputHash: hash, Settles: 90 * 24 * time.Hour, Service: true,
		Message: &decide.Message{Campaign: "winback-1", Channel: "email", Recipients: to, HeldOut: []string{"held"}}}
}

// reached remembers to whom a batch went.
type reached struct{ to []string }

func (*reached) Name() string   { return "post" }
func (*reached) Target() string { return "the post" }
func (r *reached) Apply(_ context.Context, b decide.Batch) error {
	r.to = append(r.to, b.Decisions[0].Message.Recipients...)
	return nil
}
func (*reached) ReadBack(context.Context, decide.Batch) (bool, error) { return true, nil }

func TestWhoSaysNoAfterApprovalGetsNoMail(t *testing.T) {
	var post *reached
	each(t, func() decide.Options {
		post = &reached{}
		return decide.Options{Salt: "pepper", Actuators: []decide.Actuator{post}, Review: func(_ context.Context, b decide.Batch) (decide.Batch, error) {
			m := *b.Decisions[0].Message
			m.Recipients = []string{"b"} // a has said no
			b.Decisions[0].Message = &m
			return b, nil
		}}
	}, func(t *testing.T, w *world) {
		if _, err := w.Propose(w.ctx, home, "winback", decide.ModeApprove, []decide.Proposal{round("h", "a", "b")}); err != nil {
			t.Fatal(err)
		}
		list, _, _, err := w.List(w.ctx, home, decide.Filter{})
		if err != nil || len(list) != 1 || list[0].Kind() != decide.KindMessage {
			t.Fatalf("%v %+v", err, list)
		}
		if r, err := w.Approve(w.ctx, home, "anna", []string{list[0].ID}, ""); err != nil || r[0].Error != "" {
			t.Fatalf("%v %+v", err, r)
		}
		d, _, err := w.Get(w.ctx, home, list[0].ID)
		if err != nil || d.Batch[:3] != "MS-" {
			t.Errorf("%v batch %s", err, d.Batch)
		}
		w.pass(time.Minute)
		if n, err := w.ApplyPending(w.ctx); err != nil || n != 1 {
			t.Fatalf("%d %v", n, err)
		}
		if diff := cmp.Diff([]string{"b"}, post.to); diff != "" {
			t.Error(diff)
		}
		if n, err := w.ApprovedSince(w.ctx, home, "winback", w.clock.Add(-time.Hour)); err != nil || n != 1 {
			t.Errorf("%d approved, %v", n, err)
		}
		if n, err := w.ApprovedSince(w.ctx, home, "winback", w.clock.Add(time.Hour)); err != nil || n != 0 {
			t.Errorf("%d approved later, %v", n, err)
		}
	})
}

func TestTheForgottenAreInNoDecision(t *testing.T) {
	each(t, noChannel, func(t *testing.T, w *world) {
		for hash, shop := range map[string]string{"h": home, "other": "other"} {
			if _, err := w.Propose(w.ctx, shop, "winback", decide.ModeApprove, []decide.Proposal{round(hash, "a", "b")}); err != nil {
				t.Fatal(err)
			}
		}
		w.propose(decide.ModeApprove, need("a", "1"))
		if n, err := w.Forget(w.ctx, home, []string{"a", "held"}); err != nil || n != 1 {
			t.Fatalf("%d %v", n, err)
		}
		for shop, want := range map[string]int{home: 1, "other": 2} {
			list, _, _, err := w.List(w.ctx, shop, decide.Filter{Programme: "winback"})
			if err != nil || len(list) != 1 || len(list[0].Message.Recipients) != want || len(list[0].Message.HeldOut) != want-1 {
				t.Errorf("%s: %v %+v", shop, err, list)
			}
		}
		if n, err := w.VerifyChain(w.ctx, home); err != nil || n == 0 {
			t.Errorf("the trail: %d %v", n, err)
		}
	})
}

func TestAPersonIsAlwaysOnTheSameSide(t *testing.T) {
	each(t, noChannel, func(t *testing.T, w *world) {
		held := map[string]bool{}
		const people = 4000
		for i := range people {
			id := fmt.Sprint("C", i)
			held[id] = w.Control(home, "winback", id, .1)
		}
		n := 0
		w.restart()
		for id, was := range held {
			if w.Control(home, "winback", id, .1) != was || was && !w.Control(home, "winback", id, .2) {
				t.Fatalf("%s changed sides", id)
			}
			if was {
				n++
			}
		}
		if n < people/10-80 || n > people/10+80 { // four standard deviations
			t.Errorf("%d of %d are held out", n, people)
		}
	})
}
