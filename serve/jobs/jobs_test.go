package jobs_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"almanac/serve/jobs"
)

// heard collects what a runner tells.
type heard struct {
	mu   sync.Mutex
	jobs []jobs.Job
	end  chan jobs.Job
}

func newRunner() (*jobs.Runner, *heard) {
	h := &heard{end: make(chan jobs.Job, 100)}
	now := time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC)
	return jobs.New(func() time.Time { return now }, func(j jobs.Job) {
		h.mu.Lock()
		defer h.mu.Unlock()
		h.jobs = append(h.jobs, j)
		if j.Status != jobs.Running {
			h.end <- j
		}
	}), h
}

func TestAJobEndsAsItsWorkDoes(t *testing.T) {
	bad := errors.New("bad")
	for _, v := range []struct {
		name string
		work jobs.Work
		want string
		err  string
	}{
		{"well", func(context.Context, func(string, int64, int64)) (any, string, error) { return 7, "well done", nil }, jobs.Done, ""},
		{"badly", func(context.Context, func(string, int64, int64)) (any, string, error) { return nil, "", bad }, jobs.Failed, "bad"},
		{"in a panic", func(context.Context, func(string, int64, int64)) (any, string, error) { panic("cannot happen") }, jobs.Failed, "the job broke off: cannot happen"},
		{"cancelled by somebody else", func(context.Context, func(string, int64, int64)) (any, string, error) {
			return nil, "", context.Canceled
		}, jobs.Failed, "context canceled"},
	} {
		r, h := newRunner()
		if err := r.Start("id", "shop", jobs.Import, v.work); err != nil {
			t.Fatal(err)
		}
		j := <-h.end
		text := ""
		if j.Err != nil {
			text = j.Err.Error()
		}
		if j.Status != v.want || text != v.err {
			t.Errorf("%s: %s, %q", v.name, j.Status, text)
		}
		r.Close()
	}
}

func TestACancelledJobSaysSo(t *testing.T) {
	r, h := newRunner()
	err := r.Start("id", "shop", jobs.Train, func(ctx context.Context, _ func(string, int64, int64)) (any, string, error) {
		<-ctx.Done()
		return nil, "", fmt.Errorf("training: %w", ctx.Err())
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.Cancel("other shop", "id"); !errors.Is(err, jobs.ErrNoJob) {
		t.Errorf("another shop cancelled it: %v", err)
	}
	if _, err := r.Cancel("shop", "id"); err != nil {
		t.Fatal(err)
	}
	if j := <-h.end; j.Status != jobs.Cancelled || j.Err != nil {
		t.Errorf("%+v", j)
	}
}

func TestLanes(t *testing.T) {
	r, _ := newRunner()
	defer r.Close()
	wait := func(ctx context.Context, _ func(string, int64, int64)) (any, string, error) {
		<-ctx.Done()
		return nil, "", ctx.Err()
	}
	for _, v := range []struct {
		shop, what string
		want       error
	}{
		{"a", jobs.Import, nil}, {"a", jobs.Import, jobs.ErrBusy}, {"b", jobs.Import, nil},
		{"a", jobs.Train, nil}, {"a", jobs.Decide, jobs.ErrBusy}, {"b", jobs.Decide, nil},
	} {
		if err := r.Start(jobs.NewID(), v.shop, v.what, wait); !errors.Is(err, v.want) {
			t.Errorf("%s in %s: %v, want %v", v.what, v.shop, err, v.want)
		}
	}
	if n := r.Count()[[2]string{jobs.Import, jobs.Running}]; n != 2 {
		t.Errorf("%d imports run", n)
	}
}

func TestStepsAreToldAndTheirReportsThinned(t *testing.T) {
	r, h := newRunner()
	err := r.Start("id", "shop", jobs.Import, func(_ context.Context, progress func(string, int64, int64)) (any, string, error) {
		for i := range int64(1000) {
			progress("Reading", i+1, 1000)
		}
		progress("Recording", 1, 2)
		return nil, "", nil
	})
	if err != nil {
		t.Fatal(err)
	}
	<-h.end
	r.Close()
	var got []string
	for _, j := range h.jobs {
		got = append(got, fmt.Sprintf("%s %d %s", j.Step, j.Done, j.Status))
	}
	// The clock stands still: of a step only its first and last report are told.
	want := "[ 0 running Reading 1 running Reading 1000 running Recording 1 running Recording 1 done]"
	if fmt.Sprint(got) != want {
		t.Errorf("told %v, want %s", got, want)
	}
}

func TestOldJobsAreForgotten(t *testing.T) {
	r, h := newRunner()
	defer r.Close()
	for i := range 80 {
		if err := r.Start(fmt.Sprint(i), "shop", jobs.Import, func(context.Context, func(string, int64, int64)) (any, string, error) { return nil, "", nil }); err != nil {
			t.Fatal(err)
		}
		<-h.end
	}
	list := r.List("shop")
	if len(list) != 50 || list[0].ID != "79" {
		t.Errorf("%d jobs, the newest is %s", len(list), list[0].ID)
	}
	if _, err := r.Get("shop", "0"); !errors.Is(err, jobs.ErrNoJob) {
		t.Errorf("%v", err)
	}
}
