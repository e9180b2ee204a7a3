package session

import (
	"context"
	"runtime"
	"slices"
	"time"
)

// Method is one way to rank, learnt from a log.
type Method struct {
	Name   string
	Scorer Scorer
	Again  bool          // whether it may show what the visitor has seen
	Built  time.Duration // what it took to learn
	Heap   int64         // bytes that it holds; of the blend, what its parts hold together
	Replay Outcome       // on the questions by which the methods were compared; without Shown and Took
}

// Plan says how a log is replayed.
type Plan struct {
	// Sequences says that every session is a person whose last item is in question, rather than one visit of many.
	Sequences  bool
	K          int       // length of the lists that count
	Attributes [][]int32 // of items, nil where unknown
	// Sample is how many questions hyper-parameters are tried on; the weights of the blend and the comparison take three
	// and four times as many. 2,500 where 0.
	Sample int
	// Tell hears what is being done; nil for nobody.
	Tell func(step string)
}

// Chosen is the methods learnt from a whole log, and which of them the log's own past prefers.
type Chosen struct {
	Methods []Method
	Best    int
}

// Auto is the method to use.
func (c *Chosen) Auto() Method { return c.Methods[c.Best] }

// recipe is a method with its settings, before it has learnt.
type recipe struct {
	name  string
	build func(l *Log, shared *Index) Scorer
	blend bool // a part of the blend
}

// Choose tunes each method on the latest part of a log, weighs their blend, compares all of them on questions that
// neither has seen, and learns the methods again from the whole log.
func Choose(ctx context.Context, l *Log, p Plan) (*Chosen, error) {
	if p.Tell == nil {
		p.Tell = func(string) {}
	}
	if p.Sample <= 0 {
		p.Sample = 2500
	}
	replay := CutByTime(l, 0.1)
	if p.Sequences {
		replay = CutLast(l)
	}
	replay.Train = replay.Train.latest(mostReplayed)
	n := l.Items()
	parts := deal(replay.Questions, p.Sample, 3*p.Sample, 4*p.Sample)
	tune, fit, check := parts[0], parts[1], parts[2]
	again := seenAgain(replay.Questions)
	ask := func(s Scorer) float64 { return Ask(s, tune, n, p.K, again).Gain() }

	p.Tell("Tuning")
	x := indexOf(&replay.Train)
	recipes, err := tuned(ctx, &replay.Train, x, p, ask)
	if err != nil {
		return nil, err
	}
	p.Tell("Comparing")
	trial, err := learn(ctx, &replay.Train, recipes, p, again, nil, fit)
	if err != nil {
		return nil, err
	}
	c := &Chosen{}
	best := -1.0
	for i := range trial {
		o := Ask(trial[i].Scorer, check, n, p.K, again)
		o.Shown, o.Took = nil, nil
		trial[i].Replay = o
		// The blend comes last, and takes what is as good as a tie: it has the most to show where a method has nothing.
		if g := o.Gain(); g > best || i == len(trial)-1 && g > best-0.001 {
			c.Best, best = i, g
		}
	}
	p.Tell("Learning from all of it")
	c.Methods, err = learn(ctx, l, recipes, p, again, trial[len(trial)-1].Scorer, nil)
	for i := range c.Methods {
		c.Methods[i].Replay = trial[i].Replay
	}
	return c, err
}

// mostReplayed bounds the clicks that settings are tried on. Older ones still count when the methods learn in the end.
const mostReplayed = 1_000_000

// seenAgain says whether visitors come back to what they saw often enough to show it: more often than one time in a hundred.
func seenAgain(questions []Question) bool {
	n := 0
	for _, q := range questions {
		if slices.Contains(q.Prefix, q.Target) {
			n++
		}
	}
	return 100*n > len(questions)
}

const mostPostings = 2000

func indexOf(l *Log) *Index {
	x := NewIndex(Bounds{Postings: mostPostings, Sessions: max(1, l.Len()), Length: 100})
	x.Load(l)
	return x
}

// tuned finds the settings of every method.
func tuned(ctx context.Context, l *Log, x *Index, p Plan, ask func(Scorer) float64) ([]recipe, error) {
	half := ages(l)
	knn := func(w Weights) Scorer { return KNN{x, w} }
	pairs := func(c Counting) Scorer { return NewPairs(l, c) }
	var err error
	stop := func() bool { err = ctx.Err(); return err != nil }
	near, _ := climb(usualWeights(), 2, weightKnobs(half), func(w Weights) float64 {
		if stop() {
			return 0
		}
		return ask(knn(w))
	})
	counted := func(from Counting, knobs []knob[Counting]) Counting {
		c, _ := climb(from, 2, knobs, func(c Counting) float64 {
			if stop() {
				return 0
			}
			return ask(pairs(c))
		})
		return c
	}
	rules := counted(ruleCounting(), ruleKnobs(half))
	cosine := counted(cosineCounting(), cosineKnobs(half))
	chain := counted(chainCounting(), cosineKnobs(half)[:1])
	graph, _ := climb(graphCounting(rules), 1, graphKnobs(half), func(c Counting) float64 {
		if stop() {
			return 0
		}
		return ask(walkOf(NewPairs(l, c)))
	})
	tight := near
	tight.K, tight.Position, tight.Latest = 100, near.Position*0.7, 1000
	out := []recipe{
		{"popular", func(l *Log, _ *Index) Scorer { return NewPopular(l, popularAge(half), 200) }, false},
		{"markov", func(l *Log, _ *Index) Scorer { return NewPairs(l, chain) }, true},
		{"sr", func(l *Log, _ *Index) Scorer { return NewPairs(l, rules) }, true},
		{"item-knn", func(l *Log, _ *Index) Scorer { return NewPairs(l, cosine) }, true},
		{"walk", func(l *Log, _ *Index) Scorer { return walkOf(NewPairs(l, graph)) }, true},
		{"vsknn", func(_ *Log, x *Index) Scorer { return KNN{x, classicWeights()} }, false},
		{"vstan", func(_ *Log, x *Index) Scorer { return KNN{x, near} }, true},
		{"vstan-near", func(_ *Log, x *Index) Scorer { return KNN{x, tight} }, true},
	}
	if l.Items() <= quickShallow {
		out = append(out, recipe{"ease", func(l *Log, _ *Index) Scorer { return shallow(l) }, true})
	}
	if p.Attributes != nil {
		out = append(out, recipe{"attributes", func(l *Log, _ *Index) Scorer {
			return NewAttributes(p.Attributes, NewPopular(l, 0, 0), cosine.Position, keptPairs)
		}, true})
	}
	return out, err
}

// quickShallow is the most items that EASE is solved for while somebody waits for the choice; a nightly fit may go to [MostShallow].
const quickShallow = 4000

func shallow(l *Log) Scorer {
	p, err := NewShallow(l, Shallow{Ridge: 50, Position: 0.6, Keep: keptPairs})
	if err != nil {
		return &Pairs{} // has nothing to say, which the weights will find
	}
	return p
}

func walkOf(p *Pairs) Walk { return Walk{Pairs: p, First: 60, Second: 40, Recent: 4} }

func popularAge(half []float64) float64 {
	if half == nil {
		return 0
	}
	return half[len(half)-2]
}

// learn builds every method from a log, and last the blend of them: with the weights of another where one is given, with
// weights fitted to questions elsewhere.
func learn(ctx context.Context, l *Log, recipes []recipe, p Plan, again bool, as Scorer, fit []Question) ([]Method, error) {
	var out []Method
	before := held()
	began := time.Now()
	x := indexOf(l)
	indexed := time.Since(began)
	after := held()
	index := after - before
	b := &Blend{Again: again, Ever: NewPopular(l, 0, 0)}
	total, size := indexed, index
	for _, r := range recipes {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		began := time.Now()
		m := Method{Name: r.name, Scorer: r.build(l, x), Again: again}
		m.Built = time.Since(began)
		before, after = after, held()
		m.Heap = max(0, after-before)
		if r.blend {
			b.Parts = append(b.Parts, Part{r.name, m.Scorer})
			total, size = total+m.Built, size+m.Heap
		}
		if _, ok := m.Scorer.(KNN); ok {
			m.Built, m.Heap = m.Built+indexed, m.Heap+index
		}
		if p, ok := m.Scorer.(*Popular); ok {
			b.Popular = p
		}
		out = append(out, m)
	}
	began = time.Now()
	if from, ok := as.(*Blend); ok {
		b.weights = from.weights
	} else {
		b.Fit(fit)
	}
	return append(out, Method{Name: "blend", Scorer: b, Again: again, Built: total + time.Since(began), Heap: size}), nil
}

// held is the bytes in use after a collection.
func held() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
