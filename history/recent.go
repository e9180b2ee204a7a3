package history

import "sync"

// recent keeps the newest records in memory, so that those who follow closely need not read and decode what
// was just written. Records are shared; nobody may change them.
type recent struct {
	mu    sync.Mutex
	first int64 // offset of recs[0]
	recs  []Record
}

// recentLimit is how many records stay when older ones go. They go when there are recentSpare more, so that
// one more record does not move all the others.
const (
	recentLimit = 40_000
	recentSpare = 10_000
)

// add takes accepted records in, in their order.
func (r *recent) add(recs []Record) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if n := len(r.recs); n == 0 || r.first+int64(n) != recs[0].Offset {
		r.recs, r.first = nil, recs[0].Offset // another process wrote in between
	}
	r.recs = append(r.recs, recs...)
	if over := len(r.recs) - recentLimit; over > recentSpare {
		r.recs = append([]Record(nil), r.recs[over:]...)
		r.first += int64(over)
	}
}

// after returns up to limit records behind an offset, or nothing where they are not all here.
func (r *recent) after(offset int64, limit int) []Record {
	r.mu.Lock()
	defer r.mu.Unlock()
	i := offset + 1 - r.first
	if i < 0 || i >= int64(len(r.recs)) {
		return nil
	}
	return append([]Record(nil), r.recs[i:min(i+int64(limit), int64(len(r.recs)))]...)
}
