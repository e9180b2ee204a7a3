package uncensor

import (
	"math"
)

// Run is a stretch of days without a sale between two days with one, and how likely each of them was a day without stock.
type Run struct {
	From int       // first day of it, an index into the days given
	Out  []float64 // by day, 0 to 1
}

// Chance is how many of the run's days are expected to have been without stock.
func (r Run) Chance() (days float64) {
	for _, p := range r.Out {
		days += p
	}
	return days
}

// Inference says how [Hidden] looks at a shop. The zero value is not useful; see [Inferring].
type Inference struct {
	Memory  float64 // days over which the level of a product is alike
	Prior   float64 // days of the product's own mean that the level around a run is held to
	Own     float64 // days in stock after which a product's own rate of stockouts counts for half
	Longest int     // days; a longer run is taken for a pause of the product, not for a stockout
	Rounds  int     // of learning
}

// Inferring are settings that suited FreshRetailNet-50K; neighbouring ones did nearly as well there.
var Inferring = Inference{Memory: 14, Prior: 3, Own: 120, Longest: 42, Rounds: 30}

// Hidden finds days on which products were probably out of stock, from their sales alone: runs of days without a sale that
// are improbable for a product which sold as it did before and after.
//
// sales holds units by product and day, all from the same day on; NaN before a product's first and after its last sale, or
// wherever nothing is known. usual is a factor for each day (weekday, season, closed shop): what the shop sells on it against
// an ordinary day; nil for days that are all alike. A day with usual 0 tells nothing.
//
// Each product is a Markov chain of two states, in stock and out, whose parameters are learnt over the shop by expectation
// maximisation (Baum, Petrie, Soules and Weiss 1970, Annals of Mathematical Statistics 41); in stock it sells by a negative
// binomial law around its level, out of stock nothing. A day with a sale was in stock, so every run stands alone.
// Runs before the first and after the last sale are not judged: nobody can tell a stockout there from an end.
func Hidden(sales [][]float64, usual []float64, o Inference) [][]Run {
	h := hidden{o: o, usual: usual, start: .01, end: .3}
	h.items = make([]item, len(sales))
	for i, y := range sales {
		h.items[i] = newItem(y, o.Longest)
	}
	for range o.Rounds {
		h.spread()
		h.judge()
	}
	out := make([][]Run, len(sales))
	for i := range h.items {
		out[i] = h.items[i].runs
	}
	return out
}

// item is one product's days.
type item struct {
	y     []float64 // in multiples of the least sale
	runs  []Run
	rate  []float64 // expected of each day of its runs, run after run, in stock
	zero  []float64 // P(no sale) of these, in stock
	size  float64   // of the negative binomial law; +Inf for Poisson
	mean  float64   // on a day in stock
	sold  int       // days with a sale
	begun float64   // stockouts, expected
}

func newItem(y []float64, longest int) item {
	least := math.Inf(1)
	for _, v := range y {
		if v > 0 {
			least = math.Min(least, v)
		}
	}
	it := item{y: make([]float64, len(y)), size: math.Inf(1)}
	last := -1
	for t, v := range y {
		if !(v >= 0) {
			it.y[t] = math.NaN()
			last = -1
			continue
		}
		it.y[t] = v / least
		if v == 0 {
			it.y[t] = 0 // where nothing ever sold
			continue
		}
		it.sold++
		if n := t - last - 1; last >= 0 && n > 0 && n <= longest {
			it.runs = append(it.runs, Run{From: last + 1, Out: make([]float64, n)})
		}
		last = t
	}
	return it
}

type hidden struct {
	o          Inference
	usual      []float64
	start, end float64 // chance a day that stock runs out, and that it comes back
	items      []item
}

func (h *hidden) factor(t int) float64 {
	if h.usual == nil {
		return 1
	}
	return h.usual[t]
}

// spread finds each product's level around its runs, and by how much sales vary around it.
func (h *hidden) spread() {
	// By the logarithm of the level: how much variance there is beyond that of a Poisson count, over the level squared.
	const classes = 16
	class := func(mean float64) int { return min(classes-1, max(0, int(math.Log2(max(mean, 1e-9))+8))) }
	var beyond, squares [classes]float64
	own := make([][2]float64, len(h.items))
	for i := range h.items {
		it := &h.items[i]
		in := it.inStock()
		var units, days float64
		for t, v := range it.y {
			if f := h.factor(t); f > 0 && in[t] > 0 {
				units, days = units+in[t]*v, days+in[t]*f
			}
		}
		if it.mean = 0; days > 0 {
			it.mean = units / days
		}
		level := h.level(it, in)
		k := class(it.mean)
		for t, v := range it.y {
			if f := h.factor(t); f > 0 && in[t] > 0 {
				m := level[t] * f
				own[i][0] += in[t] * ((v-m)*(v-m) - v)
				own[i][1] += in[t] * m * m
			}
		}
		beyond[k], squares[k] = beyond[k]+own[i][0], squares[k]+own[i][1]
	}
	for i := range h.items {
		it := &h.items[i]
		if len(it.runs) == 0 {
			continue
		}
		k := class(it.mean)
		// The product's own variation counts for half after 50 days.
		held := 50 * it.mean * it.mean
		share := 0.
		if squares[k] > 0 {
			share = max(0, beyond[k]) / squares[k]
		}
		it.size = math.Inf(1)
		if over := (max(0, own[i][0]) + held*share) / (own[i][1] + held); over > 1e-6 {
			it.size = 1 / over
		}
		h.around(it)
	}
}

// inStock is the chance that a product was in stock, by day; 0 where nothing is known.
func (it *item) inStock() []float64 {
	in := make([]float64, len(it.y))
	for t, v := range it.y {
		if !math.IsNaN(v) {
			in[t] = 1
		}
	}
	for _, r := range it.runs {
		for n, p := range r.Out {
			in[r.From+n] = 1 - p
		}
	}
	return in
}

// level is what a product sells on an ordinary day, by day: other days count less the further they are, the day itself and
// unknown ones not at all.
func (h *hidden) level(it *item, in []float64) []float64 {
	keep := math.Exp(-1 / h.o.Memory)
	level, weight := make([]float64, len(it.y)), make([]float64, len(it.y))
	pass := func(next func(i int) int) {
		var units, days float64
		for i := range it.y {
			t := next(i)
			level[t], weight[t] = level[t]+units, weight[t]+days
			if f := h.factor(t); f > 0 && in[t] > 0 {
				units, days = units+in[t]*it.y[t], days+in[t]*f
			}
			units, days = units*keep, days*keep
		}
	}
	pass(func(i int) int { return i })
	pass(func(i int) int { return len(it.y) - 1 - i })
	for t := range level {
		level[t] = (level[t] + h.o.Prior*it.mean) / (weight[t] + h.o.Prior)
	}
	return level
}

// around finds what is expected of each day of a product's runs. Neither the run nor the sales that end it are looked at:
// that there is a sale just before and just after says nothing of the level, since that is how runs are found.
func (h *hidden) around(it *item) {
	in := it.inStock()
	keep := math.Exp(-1 / h.o.Memory)
	n := len(it.y)
	before, after := make([][2]float64, n+1), make([][2]float64, n+1) // units and days before day t; from day t on
	for t := range n {
		before[t+1] = h.step(it, in, t, before[t], keep)
	}
	for t := n - 1; t >= 0; t-- {
		after[t] = h.step(it, in, t, after[t+1], keep)
	}
	it.rate, it.zero = it.rate[:0], it.zero[:0]
	for _, r := range it.runs {
		left, right := before[r.From-1], after[r.From+len(r.Out)+1]
		for d := range r.Out {
			x, y := math.Pow(keep, float64(d+1)), math.Pow(keep, float64(len(r.Out)-d))
			units := left[0]*x + right[0]*y + h.o.Prior*it.mean
			days := left[1]*x + right[1]*y + h.o.Prior
			rate := units / days * h.factor(r.From+d)
			it.rate = append(it.rate, rate)
			it.zero = append(it.zero, none(rate, it.size))
		}
	}
}

func (h *hidden) step(it *item, in []float64, t int, s [2]float64, keep float64) [2]float64 {
	if f := h.factor(t); f > 0 && in[t] > 0 {
		s[0], s[1] = s[0]+in[t]*it.y[t], s[1]+in[t]*f
	}
	return [2]float64{s[0] * keep, s[1] * keep}
}

// none is the chance of no sale where rate is expected.
func none(rate, size float64) float64 {
	if math.IsInf(size, 1) {
		return math.Exp(-rate)
	}
	return math.Exp(-size * math.Log1p(rate/size))
}

// judge finds how likely each day was without stock, and learns how often stock runs out and how soon it comes back.
func (h *hidden) judge() {
	var starts, ends, out, in float64
	for i := range h.items {
		it := &h.items[i]
		days := float64(it.sold)
		for _, r := range it.runs {
			days += float64(len(r.Out)) - r.Chance()
		}
		start := (h.o.Own*h.start + it.begun) / (h.o.Own + days)
		it.begun = 0
		from := 0
		for n := range it.runs {
			r := &it.runs[n]
			s, e, o := forwardBackward(r.Out, it.zero[from:from+len(r.Out)], start, h.end)
			from += len(r.Out)
			starts, ends, out = starts+s, ends+e, out+o
			it.begun += s
			in += float64(len(r.Out)) - o
		}
		in += float64(it.sold)
	}
	// A handful of imagined days, so that a shop without a single doubtful run stays possible.
	h.start = (starts + .1) / (in + 100)
	h.end = (ends + 3) / (out + 10)
}

// forwardBackward fills out with the chance of each day of a run to have been without stock. The days before and after it
// were in stock. It returns how many stockouts are expected to have begun and ended, and their days.
func forwardBackward(out, zero []float64, start, end float64) (starts, ends, days float64) {
	n := len(out)
	type pair struct{ in, out float64 }
	ahead := make([]pair, n) // P(days up to here, state here), scaled
	p := pair{1, 0}
	for t := range n {
		p = pair{(p.in*(1-start) + p.out*end) * zero[t], p.in*start + p.out*(1-end)}
		s := p.in + p.out
		p = pair{p.in / s, p.out / s}
		ahead[t] = p
	}
	back := pair{1 - start, end} // P(in stock the day after | state here)
	for t := n - 1; t >= 0; t-- {
		in, without := ahead[t].in*back.in, ahead[t].out*back.out
		out[t] = without / (in + without)
		days += out[t]
		// The transition from the day before to this one.
		was := pair{1, 0}
		if t > 0 {
			was = ahead[t-1]
		}
		ii, io := was.in*(1-start)*zero[t]*back.in, was.in*start*back.out
		oi, oo := was.out*end*zero[t]*back.in, was.out*(1-end)*back.out
		all := ii + io + oi + oo
		starts, ends = starts+io/all, ends+oi/all
		back = pair{(1-start)*zero[t]*back.in + start*back.out, end*zero[t]*back.in + (1-end)*back.out}
		s := back.in + back.out
		back = pair{back.in / s, back.out / s}
	}
	return starts, ends + out[n-1], days
}
