package onsite

import (
	"hash/maphash"
	"sync"
	"sync/atomic"
	"time"

	"almanac/model/recommend/relation"
	"almanac/model/recommend/session"
	"almanac/state/availability"
)

// Options are a shop's choices. What is zero has its usual value.
type Options struct {
	Placements []Placement
	Rules      []Rule
	// LeastMargin is the least share of the price that a product must leave to be shown, where its cost is known.
	LeastMargin float64
	// Safety is how many units must be left for a product to be shown.
	Safety int64
	// Holdout is the share of visitors who see best sellers instead, so that what the lists earn can be told; Salt makes
	// the draw the shop's own.
	Holdout float64
	Salt    string
	// Log hears of every list that is shown; it must not wait. Nil for nobody.
	Log    func(Exposure)
	Bounds session.Bounds
	// Weights of neighbours until the shop's replay has chosen others; usual ones where K is 0.
	Weights session.Weights
	Idle    time.Duration // after which a visitor's next click opens a new session; 30 minutes where 0
	Seed    uint64        // of the draws of exploration
	Now     func() time.Time
}

// Learned is what training found out, by SKU numbers of [Engine.Number].
type Learned struct {
	Version     string
	Substitutes relation.Links
	Complements relation.Links
	Bundles     *Bundles
	Alike       *session.Pairs
	Repurchase  []relation.Interval
	// Weights of neighbours, as the shop's replay chose them; those of the options where K is 0.
	Weights session.Weights
	Why     string // name of the way that was chosen
	// Ways is how the lists of each placement are made, where the replay could tell.
	Ways map[spot]*Way
	// Tried is how each way of weighing fared in the replay of the shop's latest visits that chose; nil where they were too few.
	Tried map[string]session.Outcome
}

// Engine answers for one shop. It is safe for concurrent use.
type Engine struct {
	o       Options
	numbers *numbers
	book    atomic.Pointer[book] // catalogue and rules
	change  sync.Mutex           // of the book
	learned atomic.Pointer[Learned]
	ledger  atomic.Pointer[[]entry] // by customer, then time
	sending atomic.Pointer[availability.StockRules]
	index   *session.Index
	trend   *trend
	trial   *trial
	seed    maphash.Seed

	stock    sync.RWMutex
	level    []int64 // by number; meaningful where counted
	counted  []bool
	pending  map[int32]*pending
	people   sync.Mutex
	visitors map[uint64]visitor // by key; without pointers, so that half a million are nothing for the garbage collector
	bought   map[uint64]purchases
	sheets   sync.Pool
}

// visitor is what is kept of one visitor beyond the clicks of the session, which the index holds, and what they bought.
type visitor struct {
	last   int64 // seconds
	clicks int32
	traits traits
	bot    bool
}

// New makes an engine that knows nothing yet; it answers from the first product on.
func New(o Options) *Engine {
	if o.Placements == nil {
		o.Placements = Placements()
	}
	if o.Idle == 0 {
		o.Idle = 30 * time.Minute
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Weights.K == 0 {
		o.Weights = session.Presets(1)["usual"]
	}
	e := &Engine{o: o, numbers: newNumbers(), index: session.NewIndex(o.Bounds), trend: newTrend(), trial: newTrial(o.Seed),
		seed: maphash.MakeSeed(), pending: map[int32]*pending{}, visitors: map[uint64]visitor{}, bought: map[uint64]purchases{}}
	e.book.Store(newBook(newCatalogue(nil, e.numbers, e.trend), o.Rules, e.numbers))
	e.learned.Store(&Learned{})
	return e
}

// Beside makes an engine with other options that gives products the same numbers, so that one may learn what the other did.
func (e *Engine) Beside(o Options) *Engine {
	n := New(o)
	n.numbers, n.seed = e.numbers, e.seed
	n.book.Store(newBook(newCatalogue(nil, n.numbers, n.trend), o.Rules, n.numbers))
	return n
}

// Number is the number that a product has in what is learnt; a new one where it had none.
func (e *Engine) Number(sku string) int32 { return e.numbers.give(sku) }

// Learned is what was learnt; it must not be changed.
func (e *Engine) Learned() *Learned { return e.learned.Load() }

// SetLearned replaces what was learnt.
func (e *Engine) SetLearned(l *Learned) { e.learned.Store(l) }

// Deal is what a visitor did with a product.
type Deal int

// What visitors do.
const (
	Looked Deal = iota
	Added
	Bought
)

// mostVisitors bounds the visitors that are remembered; the one longest away goes first, roughly.
const mostVisitors = 500_000

// frantic is how many clicks within one session make a visitor a bot: they count neither for others nor as trends.
const frantic = 500

// Heard takes in what a visitor did. The next answer to anybody knows of it.
func (e *Engine) Heard(who, sku string, what Deal, at time.Time) {
	if who == "" || sku == "" {
		return
	}
	it := e.numbers.give(sku)
	now := at.Unix()
	key := e.key(who)
	e.people.Lock()
	v, known := e.visitors[key]
	if !known {
		e.makeRoom()
		v.last = now
	}
	fresh := now-v.last > int64(e.o.Idle/time.Second)
	if fresh {
		v.clicks = 0
	}
	v.last = max(v.last, now)
	v.clicks++
	v.bot = v.bot && !fresh || v.clicks > frantic
	e.visitors[key] = v
	bot := v.bot
	if what == Bought {
		e.bought[key] = e.bought[key].with(it, now)
	}
	e.people.Unlock()
	if bot {
		return
	}
	if fresh {
		e.index.Close(key)
	}
	e.index.Click(key, it, now)
	e.trend.add(it, what, now, v.traits)
	e.trial.clicked(who, it)
}

// makeRoom forgets some of the visitors where there are too many: of a few, the one that is longest away.
func (e *Engine) makeRoom() {
	if len(e.visitors) < mostVisitors {
		return
	}
	oldest, at, looked := uint64(0), int64(0), 0
	for key, v := range e.visitors {
		if looked == 0 || v.last < at {
			oldest, at = key, v.last
		}
		if looked++; looked == 8 {
			break
		}
	}
	delete(e.visitors, oldest)
	delete(e.bought, oldest)
}

func (e *Engine) key(who string) uint64 {
	k := maphash.String(e.seed, who)
	if k == 0 {
		k = 1 // 0 is nobody
	}
	return k
}

// knownOf is what the visitor bought, how they came, when they were last heard of (seconds), and whether they are a bot.
func (e *Engine) knownOf(who string) (bought purchases, of traits, last int64, bot bool) {
	key := e.key(who)
	e.people.Lock()
	defer e.people.Unlock()
	v := e.visitors[key]
	return e.bought[key], v.traits, v.last, v.bot
}

// Load takes in a log of past sessions, by [Engine.Number], oldest first.
func (e *Engine) Load(l *session.Log) {
	e.index.Load(l)
	for i := range l.Len() {
		for _, it := range l.At(i) {
			e.trend.add(it, Looked, l.When(i), traits{})
		}
	}
}

// Size is what the engine holds: products heard of, sessions and clicks.
func (e *Engine) Size() (products, sessions int, clicks int64) { return e.index.Size() }
