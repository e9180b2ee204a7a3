package uncensor

import (
	"math"
	"runtime"

	"almanac/model/parallel"
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
	Rounds  int     // of learning, at most
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
	h := hidden{o: o, usual: usual, keep: math.Exp(-1 / o.Memory), chances: chances{.01, .3}}
	h.items = make([]item, len(sales))
	longest := 0
	for i, y := range sales {
		h.items[i] = newItem(y, o.Longest)
		longest = max(longest, len(y))
	}
	h.powers = make([]float64, max(o.Longest, 0)+1)
	for d := range h.powers {
		h.powers[d] = math.Pow(h.keep, float64(d))
	}
	var steps []chances // since the last leap, and where it ended
	for round := range o.Rounds {
		h.look(round == 0, longest)
		h.spread()
		next := h.judge()
		if next.near(h.chances) {
			break
		}
		steps = append(steps, h.chances)
		h.chances = next
		if len(steps) == 2 {
			h.leap(steps[0], steps[1])
			steps = steps[:0]
		}
	}
	out := make([][]Run, len(sales))
	for i := range h.items {
		out[i] = h.items[i].runs
	}
	return out
}

// item is one product's days.
type item struct {
	y      []float64 // as told; what is not at least 0 is not known
	least  float64   // its smallest sale: units are counted in these
	runs   []Run
	beside [][2]side // what lies before and after each run
	zero   []float64 // P(no sale) of each day of its runs, run after run, in stock
	mean   float64   // on a day in stock
	sold   int       // days with a sale
	begun  float64   // stockouts, expected

	beyond, square float64 // Σ of what squared errors exceed a Poisson count's, and of the level squared
	starts, ends   float64 // what the last round expected of its runs: stockouts begun and ended, and their days
	out, doubtful  float64 // and days with doubt
}

func newItem(y []float64, longest int) item {
	least := math.Inf(1)
	for _, v := range y {
		if v > 0 {
			least = math.Min(least, v)
		}
	}
	it := item{y: y, least: least}
	last := -1
	for t, v := range y {
		if !(v >= 0) {
			last = -1
		}
		if !(v > 0) {
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
	o      Inference
	usual  []float64
	keep   float64   // what a day further away weighs
	powers []float64 // of keep
	items  []item
	chances
}

func (h *hidden) factor(t int) float64 {
	if h.usual == nil {
		return 1
	}
	return h.usual[t]
}

// each does fn for every item on all processors, each goroutine with room for series of n days. Sums over items are taken
// afterwards, in order.
func (h *hidden) each(n int, fn func(it *item, b *room)) {
	workers := runtime.GOMAXPROCS(0)
	parallel.For(workers, func(k int) {
		b := room{make([]float64, n), make([]float64, n), make([]side, n+1), make([]side, n+1)}
		for i := k; i < len(h.items); i += workers {
			fn(&h.items[i], &b)
		}
	})
}

// room is where one product's days are worked on.
type room struct {
	units, days   []float64 // by day: what sold, and what share of an ordinary day in stock it was
	before, after []side
}

// look finds what each product sells on an ordinary day, by how much its sales vary around that, and what lies beside its
// runs. A product without runs is the same in every round.
//
// Of what is expected in a run, neither the run nor the sales beside it are asked: that there is a sale just before and just
// after says nothing of the level, since that is how runs are found.
func (h *hidden) look(first bool, longest int) {
	h.each(longest, func(it *item, b *room) {
		if !first && len(it.runs) == 0 {
			return
		}
		n := len(it.y)
		b.units, b.days = b.units[:n], b.days[:n]
		for t, v := range it.y {
			b.units[t], b.days[t] = 0, 0
			if f := h.factor(t); f > 0 && v >= 0 {
				b.units[t], b.days[t] = v/it.least, f
			}
		}
		for _, r := range it.runs {
			for d, p := range r.Out {
				b.days[r.From+d] *= 1 - p
			}
		}
		var units, days float64
		for t, v := range b.units {
			units, days = units+v, days+b.days[t]
		}
		if it.mean = 0; days > 0 {
			it.mean = units / days
		}
		sides(b.units, b.days, h.keep, b.before, b.after)
		it.beyond, it.square = 0, 0
		for t, v := range b.units {
			if b.days[t] == 0 {
				continue
			}
			f := h.factor(t)
			in, m := b.days[t]/f, h.rate(it, b.before[t], b.after[t+1])*f
			it.beyond += in * ((v-m)*(v-m) - v)
			it.square += in * m * m
		}
		it.beside = it.beside[:0]
		for _, r := range it.runs {
			it.beside = append(it.beside, [2]side{b.before[r.From-1], b.after[r.From+len(r.Out)+1]})
		}
	})
}

// rate is what a product sells on an ordinary day, by the days on both sides.
func (h *hidden) rate(it *item, a, b side) float64 {
	return (a.units + b.units + h.o.Prior*it.mean) / (a.steps + b.steps + h.o.Prior)
}

// spread finds by how much sales of each product with runs vary around its level, and with it how likely each of their days is
// to be without a sale although there is stock.
func (h *hidden) spread() {
	// By the logarithm of the level: how much variance there is beyond that of a Poisson count, over the level squared.
	const classes = 16
	class := func(mean float64) int { return min(classes-1, max(0, int(math.Log2(max(mean, 1e-9))+8))) }
	var beyond, squares [classes]float64
	for i := range h.items {
		it := &h.items[i]
		k := class(it.mean)
		beyond[k], squares[k] = beyond[k]+it.beyond, squares[k]+it.square
	}
	h.each(0, func(it *item, _ *room) {
		if len(it.runs) == 0 {
			return
		}
		// The product's own variation counts for half after 50 days.
		held := 50 * it.mean * it.mean
		share := 0.
		if k := class(it.mean); squares[k] > 0 {
			share = max(0, beyond[k]) / squares[k]
		}
		size := math.Inf(1)
		if over := (max(0, it.beyond) + held*share) / (it.square + held); over > 1e-6 {
			size = 1 / over
		}
		it.zero = it.zero[:0]
		for n, r := range it.runs {
			left, right := it.beside[n][0], it.beside[n][1]
			for d := range r.Out {
				rate := h.rate(it, left.times(h.powers[d+1]), right.times(h.powers[len(r.Out)-d]))
				it.zero = append(it.zero, none(rate*h.factor(r.From+d), size))
			}
		}
	})
}

// chances of a day: that stock runs out, and that it comes back.
type chances struct{ start, end float64 }

// near tells whether a round of learning moved so little that it may end.
func (c chances) near(d chances) bool {
	const little = 1e-3 // relative
	return math.Abs(c.start-d.start) < little*c.start && math.Abs(c.end-d.end) < little*c.end
}

// leap goes on from the present chances to about where further rounds would end, of which two led from a to b and to
// them: expectation maximisation alone moves by a tenth of what is left (Aitken's extrapolation, in logarithms).
func (h *hidden) leap(a, b chances) {
	limit := func(a, b, c float64) float64 {
		const most = 16. // steps at a time
		step, next := math.Log(b/a), math.Log(c/b)
		if ratio := next / step; ratio > 0 && ratio < 1 {
			return c * math.Exp(next*min(ratio/(1-ratio), most))
		}
		return c
	}
	start := h.start
	h.chances = chances{min(limit(a.start, b.start, start), .5), min(limit(a.end, b.end, h.end), .99)}
	for i := range h.items {
		h.items[i].begun *= h.start / start
	}
}

// none is the chance of no sale where rate is expected.
func none(rate, size float64) float64 {
	if math.IsInf(size, 1) {
		return math.Exp(-rate)
	}
	return math.Exp(-size * math.Log1p(rate/size))
}

// judge finds how likely each day was without stock, and how often stock runs out and how soon it comes back. It
// returns what it learnt.
func (h *hidden) judge() chances {
	h.each(0, func(it *item, _ *room) {
		days := float64(it.sold)
		for _, r := range it.runs {
			days += float64(len(r.Out)) - r.Chance()
		}
		start := (h.o.Own*h.start + it.begun) / (h.o.Own + days)
		it.starts, it.ends, it.out, it.doubtful = 0, 0, 0, 0
		from := 0
		for _, r := range it.runs {
			s, e, o := forwardBackward(r.Out, it.zero[from:from+len(r.Out)], start, h.end)
			from += len(r.Out)
			it.starts, it.ends, it.out = it.starts+s, it.ends+e, it.out+o
		}
		it.begun, it.doubtful = it.starts, float64(from)
	})
	var starts, ends, out, in float64
	for i := range h.items {
		it := &h.items[i]
		starts, ends, out = starts+it.starts, ends+it.ends, out+it.out
		in += float64(it.sold) + it.doubtful - it.out
	}
	// A handful of imagined days, so that a shop without a single doubtful run stays possible.
	return chances{(starts + .1) / (in + 100), (ends + 3) / (out + 10)}
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
