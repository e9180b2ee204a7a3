package ingest

import (
	"bytes"
	"encoding/binary"
	"os"
	"slices"
	"sort"
)

// occurrences counts how often a key was seen. It keeps a bounded number of keys in memory; when they are
// too many it writes them to a sorted run in a temporary file and begins anew, and looks keys up in the
// runs with the help of a small filter per run (10 bits a key).
type occurrences struct {
	limit  int
	counts map[[16]byte]int64
	runs   []*run
	err    error // of the temporary files; Err tells
}

type run struct {
	f      *os.File
	n      int
	filter []uint64
}

const recordSize = 24

func newOccurrences(limit int) *occurrences {
	return &occurrences{limit: limit, counts: make(map[[16]byte]int64)}
}

// count notes one more occurrence and returns its number, from 1.
func (o *occurrences) count(k [16]byte) int64 {
	n, ok := o.counts[k]
	if !ok {
		for i := len(o.runs) - 1; i >= 0 && n == 0; i-- { // the newest run that has it has the highest count
			n = o.find(o.runs[i], k)
		}
	}
	n++
	o.counts[k] = n
	if len(o.counts) >= o.limit {
		o.spill()
	}
	return n
}

// Err is the first fault of the temporary files. Counts are not to be trusted after one.
func (o *occurrences) Err() error { return o.err }

func (o *occurrences) close() {
	for _, r := range o.runs {
		_ = r.f.Close()
		_ = os.Remove(r.f.Name())
	}
}

func bits(k [16]byte, size int) (a, b, c uint64) {
	n := uint64(size * 64)
	return binary.LittleEndian.Uint64(k[:8]) % n, binary.LittleEndian.Uint64(k[8:]) % n, binary.LittleEndian.Uint64(k[4:12]) % n
}

func (o *occurrences) spill() {
	keys := make([][16]byte, 0, len(o.counts))
	for k := range o.counts {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b [16]byte) int { return bytes.Compare(a[:], b[:]) })
	f, err := os.CreateTemp("", "almanac-lines-*")
	if err != nil {
		o.err = err
		return
	}
	r := &run{f: f, n: len(keys), filter: make([]uint64, len(keys)*10/64+1)}
	buf := make([]byte, 0, recordSize*len(keys))
	for _, k := range keys {
		buf = append(buf, k[:]...)
		buf = binary.LittleEndian.AppendUint64(buf, uint64(o.counts[k]))
		a, b, c := bits(k, len(r.filter))
		for _, x := range [...]uint64{a, b, c} {
			r.filter[x/64] |= 1 << (x % 64)
		}
	}
	if _, err := f.Write(buf); err != nil {
		o.err = err
	}
	o.runs = append(o.runs, r)
	clear(o.counts)
}

func (o *occurrences) find(r *run, k [16]byte) int64 {
	a, b, c := bits(k, len(r.filter))
	for _, x := range [...]uint64{a, b, c} {
		if r.filter[x/64]&(1<<(x%64)) == 0 {
			return 0
		}
	}
	var rec [recordSize]byte
	i := sort.Search(r.n, func(i int) bool {
		if _, err := r.f.ReadAt(rec[:], int64(i)*recordSize); err != nil {
			o.err = err
		}
		return bytes.Compare(rec[:16], k[:]) >= 0
	})
	if i == r.n {
		return 0
	}
	if _, err := r.f.ReadAt(rec[:], int64(i)*recordSize); err != nil {
		o.err = err
		return 0
	}
	if !bytes.Equal(rec[:16], k[:]) {
		return 0
	}
	return int64(binary.LittleEndian.Uint64(rec[16:]))
}
