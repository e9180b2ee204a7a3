package reorder

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"

	"almanac/evaluate/data"
)

// Promise is what Almanac says, before the days come, that it will save against the baseline: the mean and the 90 % interval of
// futures that it thinks possible, in which both policies are lived through.
type Promise struct {
	Mean, Low, High float64
}

// futures is how many are drawn.
const futures = 120

// promise draws futures from the forecasts: rates of the products as unsure as they are, a level of the whole shop that moves as
// it did, single days, and lead times by their learnt law.
func (s *Shop) promise(ctx context.Context, w window, c Costs, l *leads, y *seasons, seed uint64) (Promise, error) {
	known := make([]counts, len(s.Items))
	for i := range s.Items {
		known[i].year = y.on(w.from)
		known[i].fit(data.Tame(s.Items[i].Demand[:w.from]), s.Items[i].First, w.from)
		known[i].next = w.to // in the futures it only goes on from there
	}
	saved := make([]float64, futures)
	for n := range saved {
		if err := ctx.Err(); err != nil {
			return Promise{}, err
		}
		r := rand.New(rand.NewPCG(seed, uint64(n)))
		level := y.on(w.from).levels(r, (w.to-w.from)/7+1)
		for i := range s.Items {
			it := s.future(i, w, &known[i], level, l, r)
			saved[n] += replay(it, thumb{cover: 14}, w, c).Total()
			saved[n] -= replay(it, &almanac{counts: known[i], leads: l, years: y, review: float64(w.review)}, w, c).Total()
		}
	}
	slices.Sort(saved)
	return Promise{Mean: sum(saved) / futures, Low: quantile(saved, .05), High: quantile(saved, .95)}, nil
}

// quantile of a sorted sample; a little beyond its ends lies what a sample of that size did not see.
func quantile(sorted []float64, p float64) float64 {
	at := p*float64(len(sorted)+1) - 1
	i := min(max(int(at), 0), len(sorted)-2)
	return sorted[i] + (at-float64(i))*(sorted[i+1]-sorted[i])
}

// levels draws by what factor the whole shop's demand strays from its season in the weeks to come: as it strayed, in the same time, from a
// week of the past on, or the other way round. That demand rose does not say that it will. A past that ends before stays where
// it ended; no past stays where it is.
func (y *season) levels(r *rand.Rand, weeks int) []float64 {
	const usual = 8
	out := make([]float64, weeks)
	for k := range out {
		out[k] = 1
	}
	if len(y.errors) < usual+8 {
		return out
	}
	t := usual + r.IntN(len(y.errors)-usual-8)
	now, sign := sum(y.errors[t-usual:t])/usual, 1.0
	if r.IntN(2) == 0 {
		sign = -1
	}
	size := 0.0
	if y.young {
		size = priorMiss*r.NormFloat64() - priorMiss*priorMiss/2
	}
	for k := range out {
		w := min(t+k, len(y.errors)-1)
		out[k] = math.Exp(sign*(y.errors[w]-now) + size)
		if y.young {
			out[k] /= math.Cosh(y.steps[w] - y.steps[t-1])
		}
	}
	return out
}

// future is an item with its past, and days to come that were drawn. Prices stay what they are.
func (s *Shop) future(i int, w window, f *counts, level []float64, l *leads, r *rand.Rand) *Item {
	it := s.Items[i]
	demand, lead, price := make([]float64, w.to), make([]uint16, w.to), make([]float64, w.to)
	copy(demand, it.Demand[:w.from])
	copy(price, it.Price[:w.from])
	usual := Costs{}.of(&it, w.from).Short + it.Cost
	law := l.on(w.from, it.Supplier, it.Quoted)
	rate := 0.0
	if f.c.Rate > 0 && f.c.Shape > 0 {
		rate = gamma(r, f.c.Shape) / f.c.Rate
	}
	for d := w.from; d < w.to; d++ {
		week := (d - w.from) / 7
		if (d-w.from)%7 == 0 && week > 0 && f.c.Discount < 1 && f.c.Shape > 0 { // the rate wanders
			k := f.c.Shape * f.c.Discount / (1 - f.c.Discount)
			rate *= gamma(r, k) / k
		}
		mean := rate / 7 * f.year.day(d) * level[week]
		if it.End > 0 && d >= it.End {
			mean = 0
		}
		demand[d] = float64(clumped(r, mean, f.spread))
		price[d] = usual
		if (d+it.Look)%w.review != 0 {
			continue
		}
		lead[d] = uint16(min(math.Round(law.Quantile(math.Min(math.Max(r.Float64(), 1e-6), 1-1e-6))), 1000))
	}
	it.Demand, it.Lead, it.Price = demand, lead, price
	return &it
}

// clumped is a count of the given mean whose variance is spread times as large: Poisson, or negative binomial.
func clumped(r *rand.Rand, mean, spread float64) int {
	if mean <= 0 {
		return 0
	}
	if spread > 1.01 {
		shape := mean / (spread - 1)
		mean *= gamma(r, shape) / shape
	}
	return poisson(r, mean)
}

// poisson draws by inversion, or from the normal law where the mean is large.
func poisson(r *rand.Rand, mean float64) (n int) {
	if mean > 50 {
		return max(0, int(math.Round(mean+math.Sqrt(mean)*r.NormFloat64())))
	}
	u, mass := r.Float64(), math.Exp(-mean)
	for below := mass; u >= below && n < 1000; below += mass {
		n++
		mass *= mean / float64(n)
	}
	return n
}

// gamma draws from the gamma law of a shape and scale 1 (Marsaglia and Tsang 2000, "A simple method for generating gamma
// variables", ACM TOMS 26(3)).
func gamma(r *rand.Rand, shape float64) float64 {
	if shape <= 0 {
		return 0
	}
	if shape < 1 {
		return gamma(r, shape+1) * math.Pow(r.Float64(), 1/shape)
	}
	d := shape - 1./3
	c := 1 / math.Sqrt(9*d)
	for {
		x := r.NormFloat64()
		v := 1 + c*x
		if v <= 0 {
			continue
		}
		v = v * v * v
		if u := r.Float64(); math.Log(u) < x*x/2+d-d*v+d*math.Log(v) {
			return d * v
		}
	}
}
