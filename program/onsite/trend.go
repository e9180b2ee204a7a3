package onsite

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"sync"
)

// trend is what visitors turn to now, all together and those of each group: a sum per item that halves every halfDay. It is kept
// as if all was counted at one distant moment, so that nothing has to be aged when nothing happens (forward decay: Cormode et
// al. 2009, ICDE, section 3).
type trend struct {
	mu     sync.RWMutex
	origin int64 // seconds
	latest int64
	weight []float64
	total  float64
	groups []group
	number map[string]groupID
	kinds  map[byte]int // groups of each kind
}

// group is what visitors who have something in common turn to: how they came, where they are, or what they hold in their hands.
type group struct {
	name   string
	weight map[int32]float64
	total  float64
}

// groupID is the number of a group; 0 is none.
type groupID uint16

// traits are the groups of a visitor: referrer, country and device.
type traits [3]groupID

const (
	halfDay = 7 * 86400.0 // seconds in which a deed loses half its weight
	// mostGroups of a kind are kept, and mostInGroup items of each, so that memory is bounded; whoever comes from the next host
	// belongs to none.
	mostGroups  = 50
	mostInGroup = 2000
	// prior is how many deeds of the whole shop a group is given in advance.
	prior = 200
	// hot is how many items of a group are looked at besides those that sell best.
	hot = 50
)

func newTrend() *trend {
	return &trend{groups: make([]group, 1), number: map[string]groupID{}, kinds: map[byte]int{}}
}

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

// group is the number of a group by its name, the first letter of which is its kind.
func (t *trend) group(name string) groupID {
	t.mu.RLock()
	n, known := t.number[name]
	t.mu.RUnlock()
	if known {
		return n
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	n, ok := t.number[name]
	if !ok && t.kinds[name[0]] < mostGroups {
		n = groupID(len(t.groups))
		t.groups = append(t.groups, group{name: name, weight: map[int32]float64{}})
		t.number[name] = n
		t.kinds[name[0]]++
	}
	return n
}

func (t *trend) add(it int32, d Deal, at int64, of traits) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.origin == 0 {
		t.origin = at
	}
	for int(it) >= len(t.weight) {
		t.weight = append(t.weight, 0)
	}
	t.latest = max(t.latest, at)
	e := float64(at-t.origin) / halfDay
	if e > 500 { // the numbers grow large: begin anew from here
		t.rescale(math.Exp2(-e))
		t.origin, e = at, 0
	}
	w := worth(d) * math.Exp2(e)
	t.weight[it] += w
	t.total += w
	for _, n := range of {
		if n == 0 {
			continue
		}
		g := &t.groups[n]
		g.weight[it] += w
		if g.total += w; len(g.weight) > mostInGroup {
			g.shorten()
		}
	}
}

func (t *trend) rescale(down float64) {
	t.total *= down
	for i := range t.weight {
		t.weight[i] *= down
	}
	for i := range t.groups {
		g := &t.groups[i]
		g.total *= down
		for it := range g.weight {
			g.weight[it] *= down
		}
	}
}

// shorten forgets the items of which a group did least.
func (g *group) shorten() {
	for _, it := range g.best()[mostInGroup/2:] {
		delete(g.weight, it)
	}
}

// best is the items of a group, the most wanted first.
func (g *group) best() []int32 {
	out := make([]int32, 0, len(g.weight))
	for it := range g.weight {
		out = append(out, it)
	}
	slices.SortFunc(out, func(a, b int32) int { return cmp.Or(cmp.Compare(g.weight[b], g.weight[a]), cmp.Compare(a, b)) })
	return out
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

// heat is how much more than others a group turns to each item.
type heat struct {
	name string
	best []int32
	lift map[int32]float64
	rest float64 // of what the group did nothing with
}

// heats works out every group's, as it is now: the share of an item among the group's deeds over that among all, the former
// shrunk towards the latter.
func (t *trend) heats() []heat {
	t.mu.RLock()
	groups := make([]group, len(t.groups))
	for i, g := range t.groups {
		groups[i] = group{name: g.name, total: g.total, weight: maps.Clone(g.weight)}
	}
	all, total := slices.Clone(t.weight), t.total
	m := prior * math.Exp2(float64(t.latest-t.origin)/halfDay)
	t.mu.RUnlock() // clicks need not wait for the rest
	out := make([]heat, len(groups))
	for i := range groups {
		g := &groups[i]
		h := heat{name: g.name, rest: m / (g.total + m), lift: make(map[int32]float64, len(g.weight))}
		for it, w := range g.weight {
			h.lift[it] = (w*total/all[it] + m) / (g.total + m)
		}
		h.best = g.best()
		h.best = h.best[:min(len(h.best), 10*hot)]
		out[i] = h
	}
	return out
}

// inherit takes over the groups of another engine's trend, of which name tells the items; give numbers them here.
func (t *trend) inherit(former *trend, name func(int32) string, give func(string) int32) {
	former.mu.RLock()
	defer former.mu.RUnlock()
	for _, g := range former.groups[1:] {
		n := t.group(g.name)
		if n == 0 {
			continue
		}
		t.mu.Lock()
		if t.origin == 0 {
			t.origin, t.latest = former.origin, former.latest
		}
		scale := math.Exp2(float64(former.origin-t.origin) / halfDay)
		for it, w := range g.weight {
			to := give(name(it))
			for int(to) >= len(t.weight) {
				t.weight = append(t.weight, 0)
			}
			// What this engine has read of the past holds the group's deeds already, as far as they are on record; a group does no
			// more than all.
			if w = min(w*scale, t.weight[to]); w > 0 {
				t.groups[n].weight[to] += w
				t.groups[n].total += w
			}
		}
		t.mu.Unlock()
	}
}
