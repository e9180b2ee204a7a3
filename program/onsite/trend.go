package onsite

import (
	"math"
	"sync"
)

// trend is what visitors turn to now: a sum per item that halves every halfDay. It is kept as if all was counted at one
// distant moment, so that nothing has to be aged when nothing happens (forward decay: Cormode et al. 2009, ICDE, section 3).
type trend struct {
	mu     sync.RWMutex
	origin int64 // seconds
	weight []float64
}

const halfDay = 7 * 86400.0 // seconds in which a deed loses half its weight

func newTrend() *trend { return &trend{} }

// worth is how much a deed counts.
func worth(d Deal) float64 {
	switch d {
	case Bought:
		return 5
	case Added:
		return 3
	}
	return 1
}

func (t *trend) add(it int32, d Deal, at int64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.origin == 0 {
		t.origin = at
	}
	for int(it) >= len(t.weight) {
		t.weight = append(t.weight, 0)
	}
	e := float64(at-t.origin) / halfDay
	if e > 500 { // the numbers grow large: begin anew from here
		down := math.Exp2(-e)
		for i := range t.weight {
			t.weight[i] *= down
		}
		t.origin, e = at, 0
	}
	t.weight[it] += worth(d) * math.Exp2(e)
}

// of compares items: larger is more in demand.
func (t *trend) of(it int32) float64 {
	t.mu.RLock()
	defer t.mu.RUnlock()
	if it < 0 || int(it) >= len(t.weight) {
		return 0
	}
	return t.weight[it]
}
