package history

import "sync"

// recent keeps the newest records in memory, so that those who follow closely need not read and decode what
// was just written. Records are shared; nobody may change them.
type recent struct {
	mu   sync.Mutex
	base int64 // offset of the record that was first put at recs[0]
	next int64 // offset behind the newest
	recs []Record
}

// recentLimit is how many records stay. Each newer one takes the place of the oldest.
const recentLimit = 32_000

// add takes accepted records in, in their order.
func (r *recent) add(recs []Record) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.recs) == 0 || r.next != recs[0].Offset { // another process wrote in between
		r.recs, r.base = nil, recs[0].Offset
	}
	r.next = recs[0].Offset + int64(len(recs))
	n := min(len(recs), recentLimit-len(r.recs))
	r.recs = append(r.recs, recs[:n]...)
	for i := range recs[n:] {
		*r.at(recs[n+i].Offset) = recs[n+i]
	}
}

// at is the place of an offset.
func (r *recent) at(offset int64) *Record { return &r.recs[(offset-r.base)%recentLimit] }

// first is the oldest offset that is at hand, next where there is none.
func (r *recent) first() int64 { return r.next - int64(len(r.recs)) }

// after returns up to limit records behind an offset, or nothing where they are not all here.
func (r *recent) after(offset int64, limit int) []Record {
	r.mu.Lock()
	defer r.mu.Unlock()
	if offset+1 < r.first() || offset+1 >= r.next {
		return nil
	}
	out := make([]Record, min(int64(limit), r.next-offset-1))
	for i := range out {
		out[i] = *r.at(offset + 1 + int64(i))
	}
	return out
}

// forget drops everything.
func (r *recent) forget() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.recs = nil
}
