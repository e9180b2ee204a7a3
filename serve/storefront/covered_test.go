package storefront

import (
	"context"
	"testing"
	"time"
)

type reached int64

func (r *reached) Offset(context.Context) (int64, error) { return int64(*r), nil }

func TestStateCoversWhatWasRecordedBeforeItsOffset(t *testing.T) {
	now := time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC)
	head, offset := int64(0), new(reached)
	s := &Shelf{progress: offset, now: func() time.Time { return now }, head: func(context.Context) (int64, error) { return head, nil }}
	e := &entry{}
	start := now
	for i, step := range []struct {
		head, offset int64
		want         time.Duration // after the start
	}{
		{10, 10, 0},               // nothing is behind
		{20, 10, 0},               // ten facts are behind: the former look holds
		{30, 19, 0},               // one is still missing of those of the second look
		{30, 20, 1 * time.Second}, // now those of the second look are in
		{30, 30, 4 * time.Second}, // and everything
	} {
		now = start.Add(time.Duration(i) * time.Second)
		head, *offset = step.head, reached(step.offset)
		got, at, err := s.covered(t.Context(), e)
		if err != nil || got != step.offset || !at.Equal(start.Add(step.want)) {
			t.Errorf("look %d: offset %d, covered until %s (%v), want %s", i, got, at.Sub(start), err, step.want)
		}
	}
	if len(e.marks) != 1 {
		t.Errorf("%d looks are remembered", len(e.marks))
	}
}
