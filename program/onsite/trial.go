package onsite

import (
	"math"
	"math/rand/v2"
	"sync"
)

// trial gives new products a place now and then, by Thompson sampling: each arm's rate of clicks is Beta(1 + clicks,
// 19 + shown − clicks), and an arm is tried as often as it is likely to be the best. These probabilities are worked out
// beforehand, whenever the counts have changed enough, so that the one with which a product was shown is known exactly.
type trial struct {
	mu     sync.Mutex
	random *rand.Rand
	pool   map[int32]*pool // by category, 0 for all
	count  map[int32]*armCount
	shown  map[string]int32 // visitor → the item last tried on them
}

type armCount struct{ shown, clicked float64 }

type pool struct {
	items []int32
	p     []float64
	stale int
}

const (
	priorClicks = 1
	priorShown  = 20
	drawn       = 400  // draws by which the probabilities are worked out
	often       = 50   // showings after which they are worked out again
	patience    = 1000 // showings after which an item is no longer new
	mostShown   = 50_000
)

func newTrial(seed uint64) *trial {
	return &trial{random: rand.New(rand.NewPCG(seed, 0x6f6e73697465)), pool: map[int32]*pool{}, count: map[int32]*armCount{}, shown: map[string]int32{}}
}

// arms takes the newest products of each category as what may be tried.
func (t *trial) arms(c *catalogue) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.pool = map[int32]*pool{}
	for k, items := range c.newest {
		t.pool[k] = &pool{items: items, stale: often}
	}
}

// pick draws a product to try in a category and says with which probability it was drawn; −1 for none. Products that may
// refuses are left out, and the probability is that among the rest.
func (t *trial) pick(category int32, may func(int32) bool) (it int32, probability float64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	p := t.pool[category]
	if p == nil {
		return -1, 0
	}
	if p.stale++; p.stale > often {
		t.work(p)
	}
	sum := 0.0
	allowed := make([]bool, len(p.items))
	for i, it := range p.items {
		if n := t.count[it]; (n == nil || n.shown < patience) && p.p[i] > 0 && may(it) {
			allowed[i] = true
			sum += p.p[i]
		}
	}
	if sum <= 0 {
		return -1, 0
	}
	u := t.random.Float64() * sum
	for i, it := range p.items {
		if !allowed[i] {
			continue
		}
		if u -= p.p[i]; u <= 0 {
			return it, p.p[i] / sum
		}
	}
	return -1, 0
}

// work finds how likely each arm is the best.
func (t *trial) work(p *pool) {
	p.stale, p.p = 0, make([]float64, len(p.items))
	for range drawn {
		best, most := -1, -1.0
		for i, it := range p.items {
			a, b := float64(priorClicks), float64(priorShown-priorClicks)
			if n := t.count[it]; n != nil {
				a, b = a+n.clicked, b+math.Max(0, n.shown-n.clicked)
			}
			if v := t.beta(a, b); v > most {
				best, most = i, v
			}
		}
		p.p[best] += 1.0 / drawn
	}
}

// tried notes that an item was shown to a visitor.
func (t *trial) tried(who string, it int32) {
	t.mu.Lock()
	defer t.mu.Unlock()
	n := t.count[it]
	if n == nil {
		n = &armCount{}
		t.count[it] = n
	}
	n.shown++
	if who != "" {
		if len(t.shown) >= mostShown {
			clear(t.shown) // a click that comes after this is not counted, for any arm alike
		}
		t.shown[who] = it
	}
}

// clicked notes that a visitor turned to an item; it counts where it was tried on them.
func (t *trial) clicked(who string, it int32) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if at, ok := t.shown[who]; ok && at == it {
		t.count[it].clicked++
		delete(t.shown, who)
	}
}

// beta draws from Beta(a, b) as a ratio of gammas (Marsaglia and Tsang 2000, ACM TOMS 26(3)).
func (t *trial) beta(a, b float64) float64 {
	x, y := t.gamma(a), t.gamma(b)
	return x / (x + y)
}

func (t *trial) gamma(a float64) float64 {
	d := a - 1.0/3
	c := 1 / math.Sqrt(9*d)
	for {
		x := t.random.NormFloat64()
		v := 1 + c*x
		if v <= 0 {
			continue
		}
		v = v * v * v
		if u := t.random.Float64(); math.Log(1-u) < x*x/2+d-d*v+d*math.Log(v) {
			return d * v
		}
	}
}
