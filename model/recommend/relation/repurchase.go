package relation

import (
	"math"
	"slices"
	"sort"
)

// Interval is how long customers wait before they buy an item again.
type Interval struct {
	Shape float64 // of a Weibull hazard; above 1 the item becomes due, below 1 it never does
	Scale float64 // seconds
	Again float64 // share of buyers who bought it again at all, shrunk towards Prior
	Waits int
}

// Repurchases fits one interval per item from the waits between purchases of one customer, by the moments of their
// logarithms (Weibull: E ln T = ln scale − γ/shape, Var ln T = π²/6/shape²), with few waits shrunk towards those of all items
// as if prior waits had been seen in advance. Items with fewer than two waits have the interval of all items.
func Repurchases(purchases []Purchase, items int, prior float64) []Interval {
	waits, buyers, again := intervals(purchases, items)
	var all []float64
	var b, a int
	for i := range waits {
		all, b, a = append(all, waits[i]...), b+buyers[i], a+again[i]
	}
	rate := float64(a) / math.Max(1, float64(b))
	mean, variance := moments(all)
	out := make([]Interval, items)
	for i, w := range waits {
		m, v := moments(w)
		n := float64(len(w))
		if len(w) < 2 {
			n = 0
		}
		m, v = (n*m+prior*mean)/(n+prior), (n*v+prior*variance)/(n+prior)
		shape := math.Pi / math.Sqrt(6*math.Max(v, 1e-4))
		const gamma = 0.5772156649015329
		out[i] = Interval{Shape: shape, Scale: math.Exp(m + gamma/shape), Waits: len(w),
			Again: (float64(again[i]) + prior*rate) / (float64(buyers[i]) + prior)}
	}
	return out
}

// Due is how likely a customer who bought the item so long ago, and not since, is to buy it within the next while; 0 to 1. Right
// after the purchase it is near 0, for a consumable it rises when the usual interval has gone by, and it never exceeds
// the share of customers who buy the item again at all.
func (v Interval) Due(since, within float64) float64 {
	if v.Scale <= 0 || since < 0 {
		return 0
	}
	h := func(t float64) float64 { return math.Pow(t/v.Scale, v.Shape) }
	alive := v.Again * math.Exp(-h(since)) // will buy again and has not yet
	next := alive * -math.Expm1(h(since)-h(since+within))
	return next / (alive + 1 - v.Again + 1e-12)
}

func intervals(purchases []Purchase, items int) (waits [][]float64, buyers, again []int) {
	type key struct{ customer, item int32 }
	times := map[key][]int64{}
	for _, p := range purchases {
		if p.Item >= 0 && int(p.Item) < items {
			k := key{p.Customer, p.Item}
			times[k] = append(times[k], p.At)
		}
	}
	waits, buyers, again = make([][]float64, items), make([]int, items), make([]int, items)
	keys := make([]key, 0, len(times))
	for k := range times {
		keys = append(keys, k)
	}
	sort.Slice(keys, func(i, j int) bool {
		a, b := keys[i], keys[j]
		return a.item < b.item || a.item == b.item && a.customer < b.customer
	})
	const day = 86400
	for _, k := range keys {
		t := times[k]
		slices.Sort(t)
		buyers[k.item]++
		before := len(waits[k.item])
		for i := 1; i < len(t); i++ {
			if w := t[i] - t[i-1]; w >= day { // two orders of one day are one purchase
				waits[k.item] = append(waits[k.item], float64(w))
			}
		}
		if len(waits[k.item]) > before {
			again[k.item]++
		}
	}
	return waits, buyers, again
}

// moments is the mean and variance of logarithms.
func moments(waits []float64) (mean, variance float64) {
	if len(waits) == 0 {
		return math.Log(30 * 86400), 1
	}
	for _, w := range waits {
		mean += math.Log(w)
	}
	mean /= float64(len(waits))
	for _, w := range waits {
		d := math.Log(w) - mean
		variance += d * d
	}
	return mean, variance / math.Max(1, float64(len(waits)-1))
}
