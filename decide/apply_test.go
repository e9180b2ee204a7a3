package decide_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"almanac/decide"
)

// through makes the options of a store with these channels, as new for every database.
func through(cs ...*channel) func() decide.Options {
	fresh := make([]channel, len(cs))
	for i, c := range cs {
		fresh[i] = *c
	}
	return func() decide.Options {
		o := decide.Options{Salt: "pepper"}
		for i, c := range cs {
			*c = fresh[i]
			o.Actuators = append(o.Actuators, c)
		}
		return o
	}
}

func (w *world) deliveries(subject string) []decide.Delivery {
	w.Helper()
	for _, d := range w.all() {
		if d.Subject == subject {
			ds, err := w.Deliveries(w.ctx, home, d.Batch)
			if err != nil {
				w.Fatal(err)
			}
			return ds
		}
	}
	w.Fatal("no decision on ", subject)
	return nil
}

func TestWhatIsApprovedTogetherIsOneOrderASupplier(t *testing.T) {
	want := [][]string{{"cup", "jug"}, {"spade"}}
	ps := []decide.Proposal{need("cup", "h1"), of("Smith", need("spade", "h1")), need("jug", "h1")}
	for _, mode := range []string{decide.ModeApprove, decide.ModeAuto} {
		t.Run(mode, func(t *testing.T) {
			file := &channel{name: "file"}
			each(t, through(file), func(t *testing.T, w *world) {
				w.propose(mode, ps...)
				if mode == decide.ModeApprove {
					w.approve("cup", "jug", "spade")
				}
				if n := w.apply(); n != 2 {
					t.Fatalf("%d deliveries", n)
				}
				if diff := cmp.Diff(want, file.orders()); diff != "" {
					t.Fatal(diff)
				}
				if got := w.in(decide.Applied); len(got) != 3 {
					t.Fatal(got)
				}
			})
		})
	}
}

func TestNothingLeavesBeforeTheTimeToUndo(t *testing.T) {
	file := &channel{name: "file"}
	each(t, through(file), func(t *testing.T, w *world) {
		w.propose(decide.ModeApprove, need("cup", "h1"))
		w.approve("cup")
		w.pass(10*time.Second - time.Microsecond)
		if n, err := w.ApplyPending(w.ctx); n != 0 || err != nil || file.calls != 0 {
			t.Fatal(n, err)
		}
		w.pass(time.Microsecond)
		if n, err := w.ApplyPending(w.ctx); n != 1 || err != nil {
			t.Fatal(n, err)
		}
		w.pass(24 * time.Hour)
		if n, err := w.ApplyPending(w.ctx); n != 0 || err != nil || file.calls != 1 {
			t.Fatal("it was handed over again", n, err)
		}
	})
}

func TestFailedDeliveryIsTriedAgainLaterAndLater(t *testing.T) {
	hook := &channel{name: "webhook", fails: errDown}
	each(t, through(hook), func(t *testing.T, w *world) {
		w.propose(decide.ModeApprove, need("cup", "h1"))
		w.approve("cup")
		start := w.clock
		var at []string
		for range 600 { // minutes
			calls := hook.calls
			w.apply()
			if hook.calls > calls {
				at = append(at, w.clock.Sub(start).String())
			}
			w.restart() // attempts outlive the program
		}
		want := []string{"1m0s", "2m0s", "4m0s", "8m0s", "16m0s", "32m0s", "1h4m0s", "2h8m0s", "4h16m0s", "8h16m0s"}
		if diff := cmp.Diff(want, at); diff != "" {
			t.Fatal(diff)
		}
		ds := w.deliveries("cup")
		if len(ds) != 1 || ds[0].Status != "failed" || ds[0].Attempts != 10 || ds[0].Error != errDown.Error() || ds[0].At == nil {
			t.Fatalf("%+v", ds)
		}
		if got := w.in(decide.Failed); len(got) != 1 {
			t.Fatal(w.all())
		}
		if c := w.propose(decide.ModeApprove, need("cup", "h1")); c.New != 1 {
			t.Fatalf("what reached nobody is needed still: %+v", c)
		}
	})
}

func TestOneChannelDoesNotHoldUpAnother(t *testing.T) {
	file, hook := &channel{name: "file"}, &channel{name: "webhook", fails: errDown}
	each(t, through(file, hook), func(t *testing.T, w *world) {
		w.propose(decide.ModeApprove, need("cup", "h1"))
		w.approve("cup")
		if n := w.apply(); n != 1 || len(w.in(decide.Approved)) != 1 {
			t.Fatal(n, w.all())
		}
		hook.fails = nil
		w.restart()
		if n := w.apply(); n != 1 || len(w.in(decide.Applied)) != 1 {
			t.Fatal(n, w.all())
		}
		if file.calls != 1 {
			t.Fatalf("the file was written %d times", file.calls)
		}
	})
}

func TestOrderThatReachedOneChannelAnswersTheNeed(t *testing.T) {
	file, hook := &channel{name: "file"}, &channel{name: "webhook", fails: fmt.Errorf("gone: %w", decide.ErrRefused)}
	each(t, through(file, hook), func(t *testing.T, w *world) {
		w.propose(decide.ModeApprove, need("cup", "h1"))
		w.approve("cup")
		w.apply()
		if hook.calls != 1 || len(w.in(decide.Failed)) != 1 {
			t.Fatalf("a refusal is final: %d calls, %v", hook.calls, w.all())
		}
		if c := w.propose(decide.ModeApprove, need("cup", "h2")); c != (decide.Counts{Skipped: 1}) {
			t.Fatalf("ordered twice: %+v", c)
		}
		w.pass(15 * 24 * time.Hour)
		if c := w.propose(decide.ModeApprove, need("cup", "h2")); c != (decide.Counts{New: 1}) {
			t.Fatalf("%+v", c)
		}
	})
}

func TestDeliveryIsReadBack(t *testing.T) {
	file := &channel{name: "file", loses: true}
	each(t, through(file), func(t *testing.T, w *world) {
		w.propose(decide.ModeApprove, need("cup", "h1"))
		w.approve("cup")
		if n := w.apply(); n != 0 || len(w.in(decide.Applied)) != 0 {
			t.Fatal("what is not there was taken for delivered")
		}
		if d := w.deliveries("cup")[0]; d.Status != "pending" || d.Error == "" {
			t.Fatalf("%+v", d)
		}
	})
}

func TestOneOfSeveralProcessesMakesADelivery(t *testing.T) {
	file := &channel{name: "file"}
	each(t, through(file), func(t *testing.T, w *world) {
		other := newWorld(t, w.ctx, w.db, w.o)
		w.propose(decide.ModeApprove, need("cup", "h1"))
		w.approve("cup")
		var there int
		file.during = func() {
			other.clock = w.clock
			var err error
			if there, err = other.ApplyPending(w.ctx); err != nil {
				t.Error(err)
			}
		}
		if here := w.apply(); here != 1 || there != 0 || file.calls != 1 {
			t.Fatalf("here %d, there %d, %d calls", here, there, file.calls)
		}
	})
}

func TestDeliveryThatWasCutOffIsMadeAgain(t *testing.T) {
	file := &channel{name: "file"}
	each(t, through(file), func(t *testing.T, w *world) {
		w.propose(decide.ModeApprove, need("cup", "h1"))
		w.approve("cup")
		ctx, stop := context.WithCancel(w.ctx)
		file.during, file.fails = stop, context.Canceled
		w.pass(time.Minute)
		if _, err := w.ApplyPending(ctx); err == nil {
			t.Fatal("it was not cut off")
		}
		file.during, file.fails = nil, nil
		w.restart()
		w.pass(5 * time.Minute)
		if n := w.apply(); n != 1 || !slices.Equal(w.in(decide.Applied), []string{"cup"}) {
			t.Fatal(n, w.all())
		}
		if d := w.deliveries("cup")[0]; d.Attempts != 2 || d.Error != "" {
			t.Fatalf("%+v", d)
		}
	})
}

func TestChannelThatIsNotConfiguredAnyMoreFails(t *testing.T) {
	each(t, through(&channel{name: "mail"}), func(t *testing.T, w *world) {
		w.propose(decide.ModeApprove, need("cup", "h1"))
		w.approve("cup")
		w.o.Actuators = nil
		w.restart()
		if n := w.apply(); n != 0 {
			t.Fatal(n)
		}
		if d := w.deliveries("cup")[0]; d.Status != "pending" || d.Attempts != 1 || d.Error == "" {
			t.Fatalf("%+v", d)
		}
	})
}

func TestRunAppliesAndExpiresUntilItIsStopped(t *testing.T) {
	file := &channel{name: "file"}
	each(t, through(file), func(t *testing.T, w *world) {
		late := need("late", "h1")
		late.ExpiresAt = w.clock.Add(time.Minute)
		w.propose(decide.ModeApprove, need("cup", "h1"), late)
		w.approve("cup")
		w.pass(time.Minute)
		ctx, stop := context.WithCancel(w.ctx)
		defer stop()
		changed, unfollow := w.Follow()
		defer unfollow()
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			w.Run(ctx, func(err error) { t.Error(err) })
		}()
		for len(w.in(decide.Applied)) == 0 || len(w.in(decide.Expired)) == 0 {
			<-changed
		}
		stop()
		<-ended
	})
}
