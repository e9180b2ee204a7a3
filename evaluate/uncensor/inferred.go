package uncensor

import (
	"math"
	"slices"

	"almanac/model/uncensor"
)

// Inferred is how well whole days without stock are found where nobody says when there was stock: the flags are hidden, and
// only sales by day are looked at. Every day without a sale between two sales of a product is asked about.
type Inferred struct {
	Days    int              `json:"days"`    // asked about
	Without int              `json:"without"` // of these had no stock in any open hour
	Auto    Found            `json:"auto"`
	Methods map[string]Found `json:"methods"`
}

// Found scores days that a method says were without stock.
type Found struct {
	Method    string  `json:"method,omitempty"`
	Precision float64 `json:"precision"` // of the days it names, the share that were without stock
	Recall    float64 `json:"recall"`    // of the days without stock, the share that it names
	F1        float64 `json:"f1"`
	Brier     float64 `json:"brier"` // mean squared error of the probability; the share of days without stock alone gives p(1−p)
}

// tally of days asked about.
type tally struct{ days, named, right, without, squares float64 }

func (t *tally) add(p float64, out bool) {
	truth := 0.
	if out {
		truth = 1
		t.without++
	}
	t.days++
	if p > .5 {
		t.named++
		t.right += truth
	}
	t.squares += (p - truth) * (p - truth)
}

func (t *tally) found() (f Found) {
	if t.named > 0 {
		f.Precision = t.right / t.named
	}
	if t.without > 0 {
		f.Recall = t.right / t.without
	}
	if f.Precision+f.Recall > 0 {
		f.F1 = 2 * f.Precision * f.Recall / (f.Precision + f.Recall)
	}
	if t.days > 0 {
		f.Brier = t.squares / t.days
	}
	return f
}

// byDay are sales and stock by product and day.
type byDay struct {
	sales [][]float64
	out   [][]bool
	usual []float64 // what all products sell on a day, against the mean day
}

func daily(days []uncensor.Day, open []bool) byDay {
	items, first, last := 0, math.MaxInt, math.MinInt
	for i := range days {
		items, first, last = max(items, days[i].Item+1), min(first, days[i].Date), max(last, days[i].Date)
	}
	n := last - first + 1
	b := byDay{sales: make([][]float64, items), out: make([][]bool, items), usual: make([]float64, n)}
	for i := range b.sales {
		b.sales[i], b.out[i] = make([]float64, n), make([]bool, n)
		for t := range n {
			b.sales[i][t] = math.NaN()
		}
	}
	sum := 0.
	for i := range days {
		d := &days[i]
		sold, stock := 0., false
		for h, v := range d.Sales {
			sold += v
			stock = stock || open[h] && !d.Out[h]
		}
		t := d.Date - first
		b.sales[d.Item][t], b.out[d.Item][t] = sold, !stock
		b.usual[t] += sold
		sum += sold
	}
	for t := range b.usual {
		b.usual[t] *= float64(n) / sum
	}
	return b
}

// infer hides the flags and asks for every day without a sale whether there was stock. Settings are chosen on one half of the
// products and scored on the other, both ways.
func infer(days []uncensor.Day, open []bool) *Inferred {
	b := daily(days, open)
	r := &Inferred{Methods: map[string]Found{}}
	var auto tally
	least := [2]float64{math.Inf(1), math.Inf(1)}
	var best [2][][]uncensor.Run
	for _, o := range inferences() {
		runs := uncensor.Hidden(b.sales, b.usual, o)
		var half [2]tally
		b.each(runs, func(i, t int, p float64) { half[i%2].add(p, b.out[i][t]) })
		for k := range half {
			if v := half[k].found().Brier; v < least[1-k] {
				least[1-k], best[1-k] = v, runs
			}
		}
	}
	for k := range best {
		b.each(best[k], func(i, t int, p float64) {
			if i%2 == k {
				auto.add(p, b.out[i][t])
			}
		})
	}
	r.Auto = auto.found()
	r.Auto.Method = "two states, learnt from the sales"
	r.Days, r.Without = int(auto.days), int(auto.without)
	r.Methods[r.Auto.Method] = Found{"", r.Auto.Precision, r.Auto.Recall, r.Auto.F1, r.Auto.Brier}
	for name, says := range map[string]func(mean float64, length int) float64{
		"every day without a sale": func(float64, int) float64 { return 1 },
		"runs of two days or more": func(_ float64, n int) float64 { return sure(n > 1) },
		"improbable for a Poisson count (1 %)": func(mean float64, n int) float64 {
			return sure(math.Exp(-mean*float64(n)) < .01)
		},
	} {
		var t tally
		b.each(best[0], func(i, at int, _ float64) {
			n := slices.IndexFunc(best[0][i], func(r uncensor.Run) bool { return at >= r.From && at < r.From+len(r.Out) })
			t.add(says(b.mean(i), len(best[0][i][n].Out)), b.out[i][at])
		})
		r.Methods[name] = t.found()
	}
	return r
}

func sure(is bool) float64 {
	if is {
		return 1
	}
	return 0
}

// mean of the days that are known, in multiples of the least sale.
func (b byDay) mean(i int) float64 {
	sum, n, least := 0., 0., math.Inf(1)
	for _, v := range b.sales[i] {
		if v >= 0 {
			sum, n = sum+v, n+1
		}
		if v > 0 {
			least = min(least, v)
		}
	}
	return sum / n / least
}

func (b byDay) each(runs [][]uncensor.Run, fn func(i, t int, p float64)) {
	for i, of := range runs {
		for _, r := range of {
			for d, p := range r.Out {
				fn(i, r.From+d, p)
			}
		}
	}
}

func inferences() (out []uncensor.Inference) {
	for _, memory := range []float64{7, 14, 28} {
		for _, own := range []float64{30, 120} {
			o := uncensor.Inferring
			o.Memory, o.Own = memory, own
			out = append(out, o)
		}
	}
	return out
}
