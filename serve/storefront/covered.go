package storefront

import (
	"context"
	"time"
)

// mark is that every fact recorded before an instant is at or before an offset of the record.
type mark struct {
	at   time.Time
	head int64
}

// covered tells the offset of state and an instant: whatever was heard before it is in state. The caller holds the
// entry's lock for building.
func (s *Shelf) covered(ctx context.Context, e *entry) (offset int64, at time.Time, err error) {
	if s.head != nil {
		now := mark{at: s.now()}
		if now.head, err = s.head(ctx); err != nil {
			return 0, at, err
		}
		e.marks = append(e.marks, now)
	}
	if offset, err = s.progress.Offset(ctx); err != nil {
		return 0, at, err
	}
	last := -1
	for i, m := range e.marks {
		if m.head <= offset {
			last = i
		}
	}
	if last < 0 {
		return offset, at, nil
	}
	e.marks = e.marks[last:] // the last that is covered holds until a later one is
	return offset, e.marks[0].at, nil
}
