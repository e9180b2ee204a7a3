package history_test

import (
	"context"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"almanac/blob/blobtest"
	"almanac/history"
	"almanac/sqldb/sqltest"
)

// While the object store fails, sealing says so and the record goes on in its tail; when the store is back,
// sealing goes on, and nothing was lost or doubled.
func TestSealingOutlivesAFailingObjectStore(t *testing.T) {
	var state atomic.Value
	state.Store("")
	var puts atomic.Int64
	where := blobtest.Through(t, blobtest.Address(t), func(w http.ResponseWriter, r *http.Request) bool {
		switch state.Load() {
		case "down":
			w.WriteHeader(http.StatusInternalServerError)
			return true
		case "breaks off": // after the second segment of a batch
			if r.Method == http.MethodPut && puts.Add(1) > 2 {
				w.WriteHeader(http.StatusServiceUnavailable)
				return true
			}
		case "slow":
			select {
			case <-time.After(20 * time.Millisecond):
			case <-r.Context().Done():
			}
		}
		return false
	})
	s, err := history.Open(t.Context(), sqltest.SQLite(t), blobtest.Bucket(t, where), func() time.Time { return noon })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	facts := life(3000)
	appendAll(t, s, facts[:1000])
	before := told(t, all(t, s))
	for _, how := range []string{"down", "breaks off"} {
		state.Store(how)
		ctx, stop := context.WithTimeout(t.Context(), 30*time.Second)
		moved, err := s.SealAll(ctx)
		stop()
		if err == nil || moved != 0 || !strings.Contains(err.Error(), "history/shop=") {
			t.Fatalf("%s: %d facts sealed, %v", how, moved, err)
		}
		appendAll(t, s, facts[1000:]) // the doors stay open; the second time everything is known
		if now := told(t, all(t, s)); !cmp.Equal(now[:len(before)], before) {
			t.Errorf("%s: the record reads otherwise", how)
		}
	}
	before = told(t, all(t, s))
	state.Store("slow")
	if moved, err := s.SealAll(t.Context()); err != nil || moved != int64(len(before)) {
		t.Errorf("%d of %d sealed, %v", moved, len(before), err)
	}
	if diff := cmp.Diff(before, told(t, all(t, s))); diff != "" {
		t.Error(diff)
	}
	if _, err := s.Sweep(t.Context()); err != nil {
		t.Error(err)
	}
	if damage, err := s.Verify(t.Context(), nil); err != nil || len(damage) > 0 {
		t.Errorf("%v, %v", damage, err)
	}
}
