package state_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"almanac/fact"
	"almanac/sqldb/sqltest"
)

// Whoever records may wait for the views: while they follow until they are near, and not at all for views that stand still.
func TestViewsThatFollowComeNear(t *testing.T) {
	w := newWorld(t, sqltest.SQLite(t), sqltest.SQLite(t), 1000)
	record := func(order string) {
		var facts []fact.Fact
		for i := range 300 {
			facts = append(facts, placed("file:a", order, fmt.Sprint(i), "mug", "ann", start, 1, 100, 0))
		}
		if _, err := w.record.Append(t.Context(), facts); err != nil {
			t.Fatal(err)
		}
	}
	record("1")
	if near, err := w.projector.Near(t.Context(), 299, time.Millisecond); near || err != nil {
		t.Errorf("nobody follows, and the views are near: %v, %v", near, err)
	}
	if near, err := w.projector.Near(t.Context(), 300, time.Millisecond); !near || err != nil {
		t.Errorf("300 records are more than 300 behind: %v, %v", near, err)
	}
	run, stop := context.WithCancel(t.Context())
	var following sync.WaitGroup
	following.Go(func() { w.projector.Run(run, func(err error) { t.Error(err) }) })
	record("2")
	if near, err := w.projector.Near(t.Context(), 0, time.Minute); !near || err != nil {
		t.Errorf("views that follow stay behind: %v, %v", near, err)
	}
	stop()
	following.Wait()
	var lines int64
	if err := w.state.QueryRow(t.Context(), "SELECT COUNT(*) FROM order_line", nil, &lines); err != nil || lines != 600 {
		t.Errorf("%d lines of 600, %v", lines, err)
	}
}
