package serve_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"almanac/program/reorder"
	"almanac/program/reorder/replay"
	"almanac/serve/wire"
)

// The past is lived again in the background; where the server stops in the middle, the next one says so, still shows the last report,
// and makes it anew when asked.
func TestThePastIsLivedAgainAlsoAfterARestart(t *testing.T) {
	w := newWorld(t)
	started := make(chan chan struct{}) // of a replay that goes on once its channel is closed
	report := &replay.Report{Replayed: replay.Replayed{Days: 90, Products: 2, Settings: reorder.Defaults()}, Items: []replay.PastRow{{By: "all", Policy: replay.Thumb, Lost: 700}}}
	w.config.Reorder.Replay = func(ctx context.Context, shop string, days int, _ func(string, int64, int64)) (*replay.Report, error) {
		if days != 90 {
			t.Errorf("%d days", days)
		}
		return w.config.Reorder.Replays.Make(ctx, shop, func() (*replay.Report, error) {
			goOn := make(chan struct{})
			started <- goOn
			select {
			case <-goOn:
				return report, nil
			case <-ctx.Done():
				return nil, ctx.Err()
			}
		})
	}
	w.rebuild()
	last := func() (v wire.ReorderReplay) {
		w.get("/api/reorder-replay?shop=default", &v)
		return v
	}
	begin := func() (goOn chan struct{}) {
		t.Helper()
		if status, code := w.answer("operator", http.MethodPost, "/api/reorder-replay?shop=default", `{"days":90}`); status != http.StatusOK {
			t.Fatal(status, code)
		}
		return <-started
	}
	end := func(goOn chan struct{}) {
		close(goOn)
		for last().Job != "" {
			time.Sleep(time.Millisecond) // the job ends beside the answers
		}
	}
	if v := last(); v.About != nil || v.MadeAt != nil || v.Items == nil || v.Broken {
		t.Errorf("before any: %+v", v)
	}
	if status, _ := w.answer("operator", http.MethodPost, "/api/reorder-replay?shop=default", `{"days":5}`); status != http.StatusUnprocessableEntity {
		t.Errorf("five days: %d", status)
	}
	first := begin()
	if v := last(); v.Job == "" || v.Broken {
		t.Errorf("under way: %+v", v)
	}
	if status, code := w.answer("operator", http.MethodPost, "/api/reorder-replay?shop=default", `{"days":90}`); status != http.StatusConflict {
		t.Errorf("two at once: %d %s", status, code)
	}
	end(first)
	if v := last(); v.About == nil || v.About.Days != 90 || v.Total != 1 || v.Changed || v.Broken {
		t.Errorf("at the end: %+v", v)
	}
	stopped := begin()
	defer close(stopped)
	w.rebuild() // the server stops and comes back
	if v := last(); !v.Broken || v.Job != "" || v.About == nil || v.Items[0].Lost != 700 {
		t.Errorf("after a restart in the middle: %+v", v)
	}
	end(begin())
	if v := last(); v.Broken {
		t.Errorf("made again: %+v", v)
	}
	choice := reorder.Defaults()
	choice.ServiceLevel = 0.9
	if err := w.config.Shops.Choose(t.Context(), "default", reorder.Programme, choice); err != nil {
		t.Fatal(err)
	}
	if v := last(); !v.Changed {
		t.Errorf("other settings: %+v", v)
	}
	rec := w.do(w.request("viewer", http.MethodGet, "/api/reorder-replay?shop=default&format=csv", nil))
	if !strings.HasPrefix(rec.Body.String(), "by,group,products,policy,service,stockout_days") {
		t.Error(rec.Body)
	}
}
