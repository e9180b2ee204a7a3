package session

import (
	"slices"
	"sync"
)

// Index finds recent sessions by the items in them, and learns from every click at once (VMIS-kNN: Kersbergen et al.
// 2022, section 3). For each item it keeps the sessions that touched it last, at most Postings of them; of sessions it
// keeps the latest, at most Sessions; of a session its latest clicks, at most Length. Memory is thus bounded by
// 4·Postings bytes an item and about 100 bytes a session, however long it runs.
//
// One writer and many readers may use it at the same time.
type Index struct {
	bounds Bounds

	mu       sync.RWMutex
	posts    []posting
	sessions []record
	chunks   []chunk
	free     int32 // first free chunk, 0 for none
	next     uint32
	open     map[uint64]uint32 // key of a session that may still grow → its number
	clicks   int64
	now      int64
}

// Longest is how many clicks of one session an index keeps unless told otherwise.
const Longest = 60

// Bounds says how much an index keeps.
type Bounds struct {
	Postings int // most recent sessions an item; 500 where 0
	Sessions int // most recent sessions; 1,000,000 where 0
	Length   int // latest clicks of a session; 60 where 0
}

func (b Bounds) orUsual() Bounds {
	if b.Postings <= 0 {
		b.Postings = 500
	}
	if b.Sessions <= 0 {
		b.Sessions = 1_000_000
	}
	if b.Length <= 0 {
		b.Length = Longest
	}
	return b
}

// posting is the numbers of the sessions that touched an item, as a ring with the latest before head.
type posting struct {
	of    []uint32
	head  int32 // where the next one goes once the ring is full
	total uint32
}

type record struct {
	number uint32 // 0 for none
	tail   int32  // its last chunk
	count  int32
	at     int64
	key    uint64
}

const perChunk = 6

// chunk is a few clicks of a session, linked to those before. Links are numbers, so that a million sessions are nothing
// for the garbage collector to walk.
type chunk struct {
	item [perChunk]int32
	used int32
	prev int32
}

// NewIndex is an empty index.
func NewIndex(b Bounds) *Index {
	return &Index{bounds: b.orUsual(), chunks: make([]chunk, 1), next: 1, open: map[uint64]uint32{}}
}

// Click appends one click to the session of a key, which it opens where it is new. Clicks count in the order in which
// they come.
func (x *Index) Click(key uint64, item int32, at int64) {
	if item < 0 {
		return
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	number, ok := x.open[key]
	if !ok {
		number = x.begin(key)
	}
	x.append(number, item, at)
}

// Load appends a whole log, each session under a number of its own.
func (x *Index) Load(l *Log) {
	x.mu.Lock()
	defer x.mu.Unlock()
	for i := range l.Len() {
		number := x.begin(0)
		for _, it := range l.At(i) {
			x.append(number, it, l.When(i))
		}
	}
}

// Close ends the session of a key: its next click begins another. Sessions that are never closed end when they are
// forgotten.
func (x *Index) Close(key uint64) {
	x.mu.Lock()
	defer x.mu.Unlock()
	delete(x.open, key)
}

func (x *Index) begin(key uint64) uint32 {
	number := x.next
	x.next++
	at := x.slot(number)
	if int(at) == len(x.sessions) && len(x.sessions) < x.bounds.Sessions {
		x.sessions = append(x.sessions, record{})
	}
	r := &x.sessions[at]
	if r.number != 0 {
		x.forget(r)
	}
	*r = record{number: number, key: key}
	if key != 0 {
		x.open[key] = number
	}
	return number
}

func (x *Index) slot(number uint32) int32 { return int32((number - 1) % uint32(x.bounds.Sessions)) }

// forget frees what a session held; its postings are found stale when they are met.
func (x *Index) forget(r *record) {
	if r.key != 0 && x.open[r.key] == r.number {
		delete(x.open, r.key)
	}
	for c := r.tail; c != 0; {
		prev := x.chunks[c].prev
		x.chunks[c] = chunk{prev: x.free}
		x.free = c
		c = prev
	}
	*r = record{}
}

func (x *Index) append(number uint32, item int32, at int64) {
	r := &x.sessions[x.slot(number)]
	again := int(r.count) >= x.bounds.Length || x.holds(r, item)
	if r.tail == 0 || x.chunks[r.tail].used == perChunk {
		r.tail = x.chunk(r.tail)
	}
	c := &x.chunks[r.tail]
	c.item[c.used] = item
	c.used++
	r.count++
	r.at = max(r.at, at)
	x.now = max(x.now, at)
	x.clicks++
	if int(r.count) >= x.bounds.Length+perChunk {
		x.shorten(r)
	}
	for int(item) >= len(x.posts) {
		x.posts = append(x.posts, posting{})
	}
	x.posts[item].push(number, x.bounds.Postings, again)
}

// holds says whether a session has an item among the clicks that are kept.
func (x *Index) holds(r *record, item int32) bool {
	for c := r.tail; c != 0; c = x.chunks[c].prev {
		k := &x.chunks[c]
		if slices.Contains(k.item[:k.used], item) {
			return true
		}
	}
	return false
}

func (x *Index) chunk(prev int32) int32 {
	if x.free != 0 {
		c := x.free
		x.free = x.chunks[c].prev
		x.chunks[c] = chunk{prev: prev}
		return c
	}
	x.chunks = append(x.chunks, chunk{prev: prev})
	return int32(len(x.chunks) - 1)
}

// shorten frees the first chunk of a session that grew long.
func (x *Index) shorten(r *record) {
	c := r.tail
	for x.chunks[x.chunks[c].prev].prev != 0 {
		c = x.chunks[c].prev
	}
	first := x.chunks[c].prev
	r.count -= x.chunks[first].used
	x.chunks[c].prev = 0
	x.chunks[first] = chunk{prev: x.free}
	x.free = first
}

// push puts a session in front; one that may be there already (again) moves.
func (p *posting) push(number uint32, most int, again bool) {
	n := len(p.of)
	for back := 0; again && back < n; back++ {
		at := (int(p.head) - 1 - back + 2*n) % n
		if p.of[at] == number {
			for ; back > 0; back-- { // close the gap towards the front
				next := (at + 1) % n
				p.of[at] = p.of[next]
				at = next
			}
			p.of[at] = number
			return
		}
	}
	p.total++
	if n < most {
		if n == cap(p.of) {
			p.of = slices.Grow(p.of, min(most-n, max(4, n)))
		}
		p.of = append(p.of, number)
		p.head = 0 // not full: the latest is the last
		return
	}
	p.of[p.head] = number
	p.head = int32((int(p.head) + 1) % n)
}

// each hands the sessions of a posting to fn, latest first, until fn says stop.
func (p *posting) each(fn func(number uint32) bool) {
	n := len(p.of)
	for back := range n {
		if !fn(p.of[(int(p.head)-1-back+2*n)%n]) {
			return
		}
	}
}

// read appends the items of a session to into, latest first, at most Length.
func (x *Index) read(r *record, into []int32) []int32 {
	left := x.bounds.Length
	for c := r.tail; c != 0 && left > 0; c = x.chunks[c].prev {
		k := &x.chunks[c]
		for i := k.used - 1; i >= 0 && left > 0; i-- {
			into = append(into, k.item[i])
			left--
		}
	}
	return into
}

// Session is the latest clicks of an open session, oldest first.
func (x *Index) Session(key uint64) []int32 {
	x.mu.RLock()
	defer x.mu.RUnlock()
	number, ok := x.open[key]
	if !ok {
		return nil
	}
	out := x.read(&x.sessions[x.slot(number)], nil)
	slices.Reverse(out)
	return out
}

// Size is what the index holds.
func (x *Index) Size() (items, sessions int, clicks int64) {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return len(x.posts), len(x.sessions), x.clicks
}
