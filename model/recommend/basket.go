// Package recommend answers what goes with what: which items are bought in the same basket more than chance would have
// it, which sell best now, and how often such a list would have held what a customer really took.
//
// In go baskets of item numbers (dense, from 0; the caller keeps the table from its own ids), out come neighbours per
// item and rankings, as flat slices that serialise compactly. Memory is linear in the basket lines kept plus the
// neighbours asked for; time is linear in the sum of squared basket sizes, which the cap on basket size bounds. The
// same baskets in the same order give the same result on every run.
//
// Sources: Deshpande and Karypis (2004), "Item-Based Top-N Recommendation Algorithms", ACM TOIS 22(1), section 4.1.2
// (conditional probability damped by popularity); Brin, Motwani, Ullman and Tsur (1997), "Dynamic Itemset Counting and
// Implication Rules for Market Basket Data", SIGMOD (lift, there called interest); Newman (2001), "Scientific
// collaboration networks II", Physical Review E 64, 016132, eq. 2 (large groups bind each pair less).
package recommend

import (
	"math"
	"slices"
)

// MaxBasket is the most items of one basket that are paired. A wholesale order of a thousand lines says little about
// any two of them and would cost half a million pairs; of larger baskets a fixed sample of this size is kept.
const MaxBasket = 100

// Baskets collects baskets for counting. The zero value is ready to use; it is not safe for concurrent use.
type Baskets struct {
	starts []int // of each basket in items; the end is the next start
	items  []int32
	ages   []float32
	most   int32 // largest item number seen, plus one
}

// Add takes one basket: its items in any order (repeats count once, negative numbers are ignored) and its age at the
// cut-off in days, which only [Baskets.BestSellers] looks at. An empty basket is not counted.
func (b *Baskets) Add(items []int32, age float64) {
	start := len(b.items)
	for _, it := range items {
		if it >= 0 {
			b.items = append(b.items, it)
			b.most = max(b.most, it+1)
		}
	}
	kept := b.items[start:]
	slices.Sort(kept)
	kept = slices.Compact(kept)
	if len(kept) == 0 {
		return
	}
	if len(kept) > MaxBasket {
		kept = thin(kept)
	}
	b.items = b.items[:start+len(kept)]
	b.starts = append(b.starts, start)
	b.ages = append(b.ages, float32(math.Max(age, 0)))
}

// Len is the number of baskets collected.
func (b *Baskets) Len() int { return len(b.starts) }

// Items is one more than the largest item number seen.
func (b *Baskets) Items() int { return int(b.most) }

// At is the i-th basket: ascending item numbers, to be read only.
func (b *Baskets) At(i int) []int32 {
	end := len(b.items)
	if i+1 < len(b.starts) {
		end = b.starts[i+1]
	}
	return b.items[b.starts[i]:end:end]
}

// thin keeps MaxBasket items of an ascending basket. Which ones depends on the content alone: the items whose hash,
// salted with the whole basket, is least. Taking the first ones would favour old item numbers in every large basket.
func thin(items []int32) []int32 {
	salt := uint64(len(items))
	for _, it := range items {
		salt = mix(salt ^ uint64(it))
	}
	slices.SortFunc(items, func(a, c int32) int {
		ha, hc := mix(salt^uint64(a)), mix(salt^uint64(c))
		switch {
		case ha < hc:
			return -1
		case ha > hc:
			return 1
		}
		return int(a - c)
	})
	items = items[:MaxBasket]
	slices.Sort(items)
	return items
}

// mix is the finaliser of SplitMix64 (Steele, Lea and Flood 2014, "Fast Splittable Pseudorandom Number Generators").
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}
