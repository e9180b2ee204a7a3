// Package relation tells two things apart that are easily confused: what may stand in for an item, and what goes with it.
//
// In go browsing sessions and baskets of item numbers (dense, from 0) with their times; out come, per item, substitutes
// (seen by the same people in one visit, and not bought together), complements (bought after or with it, from another
// category, more often than chance), and bundles (small sets that are bought together and hold no substitutes).
//
// Sources: Yang et al. (2020), "Large scale product graph construction for recommendation in e-commerce", arXiv:2010.05525
// (Swing, section 3.1); McAuley, Pandey and Leskovec (2015), "Inferring networks of substitutable and complementary
// products", KDD (views tell substitutes, purchases complements); Brin et al. (1997), SIGMOD (lift).
package relation

import (
	"cmp"
	"math"
	"slices"
)

// Link is one item related to another.
type Link struct {
	Item  int32
	Score float32 // compares within one item's links
	Count int32   // sessions, or orders, that speak for it
}

// Links is the related items of each item, best first.
type Links [][]Link

// Of is the links of an item; nil for one that is not known.
func (l Links) Of(item int32) []Link {
	if item < 0 || int(item) >= len(l) {
		return nil
	}
	return l[item]
}

// Swinging says how Swing counts.
type Swinging struct {
	Alpha   float64 // damps pairs of visitors with much in common; 1 where 0
	Visits  int     // latest visits compared per item; 100 where 0: the work grows with its square
	Keep    int     // substitutes kept an item; 30 where 0
	Longest int     // items of one visit that count; 50 where 0
}

// Substitutes finds items that the same visitors looked at in one visit. By Swing, two visits u and v that both hold i and j
// speak for (i, j) the more, the less else they share:
//
//	s(i, j) = Σ over pairs u < v of w(u)·w(v) / (α + |I_u ∩ I_v|),  w(u) = 1/√|I_u|
//
// Items that together (may be nil) calls bought together are no substitutes, and neither are items of different categories
// where both are known (category may be nil, 0 is unknown).
func Substitutes(visits [][]int32, items int, s Swinging, category []int32, together func(i, j int32) bool) Links {
	if s.Alpha == 0 {
		s.Alpha = 1
	}
	if s.Visits <= 0 {
		s.Visits = 100
	}
	if s.Keep <= 0 {
		s.Keep = 30
	}
	if s.Longest <= 0 {
		s.Longest = 50
	}
	sets, of := holders(visits, items, s.Longest, s.Visits)
	out := make(Links, items)
	score, count := make([]float64, items), make([]int32, items)
	var touched, both []int32
	for i := range int32(items) {
		touched = touched[:0]
		for a, u := range of[i] {
			for _, v := range of[i][a+1:] {
				both = intersect(sets[u], sets[v], both[:0])
				w := 1 / math.Sqrt(float64(len(sets[u]))*float64(len(sets[v]))) / (s.Alpha + float64(len(both)))
				for _, j := range both {
					if j == i {
						continue
					}
					if score[j] == 0 {
						touched = append(touched, j)
					}
					score[j] += w
					count[j]++
				}
			}
		}
		for _, j := range touched {
			if same(category, i, j) && (together == nil || !together(i, j)) {
				out[i] = append(out[i], Link{j, float32(score[j]), count[j]})
			}
			score[j], count[j] = 0, 0
		}
		out[i] = best(out[i], s.Keep)
	}
	return out
}

// holders gives each visit as a sorted set, and for each item the latest visits that hold it.
func holders(visits [][]int32, items, longest, latest int) (sets [][]int32, of [][]int32) {
	sets, of = make([][]int32, len(visits)), make([][]int32, items)
	for v := len(visits) - 1; v >= 0; v-- {
		set := slices.DeleteFunc(slices.Clone(visits[v]), func(it int32) bool { return it < 0 || int(it) >= items })
		if len(set) > longest {
			set = set[len(set)-longest:]
		}
		slices.Sort(set)
		sets[v] = slices.Compact(set)
		for _, it := range sets[v] {
			if len(of[it]) < latest {
				of[it] = append(of[it], int32(v))
			}
		}
	}
	return sets, of
}

func intersect(a, b, into []int32) []int32 {
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] < b[j]:
			i++
		case a[i] > b[j]:
			j++
		default:
			into = append(into, a[i])
			i, j = i+1, j+1
		}
	}
	return into
}

// same says that two items may be of one category.
func same(category []int32, i, j int32) bool {
	a, b := known(category, i), known(category, j)
	return a == b || a == 0 || b == 0
}

func known(category []int32, i int32) int32 {
	if i < 0 || int(i) >= len(category) {
		return 0
	}
	return category[i]
}

func best(l []Link, keep int) []Link {
	slices.SortFunc(l, func(a, b Link) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.Item, b.Item))
	})
	return slices.Clip(l[:min(len(l), keep)])
}
