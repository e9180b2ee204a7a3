package relation

import (
	"cmp"
	"math"
	"slices"
	"sort"
)

// Purchase is one item that one customer bought at one time. Items of one order have one time.
type Purchase struct {
	Customer int32
	Item     int32
	At       int64 // seconds
}

// Lagging says how complements are counted.
type Lagging struct {
	Lag    int64   // furthest apart, seconds; 90 days where 0
	Half   float64 // a later purchase counts half for every Half seconds that it is later; 14 days where 0
	Shrink float64 // pairs that chance is given in advance; 5 where 0
	Least  int32   // customers that must have bought both; 2 where 0
	Keep   int     // complements kept an item; 30 where 0
}

func (l Lagging) orUsual() Lagging {
	const day = 86400
	if l.Lag <= 0 {
		l.Lag = 90 * day
	}
	if l.Half <= 0 {
		l.Half = 14 * day
	}
	if l.Shrink <= 0 {
		l.Shrink = 5
	}
	if l.Least <= 0 {
		l.Least = 2
	}
	if l.Keep <= 0 {
		l.Keep = 30
	}
	return l
}

// Complements finds what is bought with an item or after it: i → j is another relation than j → i, as a case follows a phone
// and no phone a case. With n(i→j) the customers who bought j within Lag of i and not before it, each counted
// 2^(−wait/Half), N all customers, and n(i), n(j) those of each item,
//
//	lift(i→j) = (n(i→j) + Shrink) / (n(i)·n(j)/N + Shrink)
//
// shrinks towards 1 where little is known; score is n(i→j)/(n(i)+Shrink) · ln lift, and only lifts above 1 are kept. Items
// of one category are substitutes or variants and are left out, unless their category is not known (0).
func Complements(purchases []Purchase, items int, c Lagging, category []int32) Links {
	c = c.orUsual()
	p := slices.Clone(purchases)
	slices.SortFunc(p, func(a, b Purchase) int {
		return cmp.Or(cmp.Compare(a.Customer, b.Customer), cmp.Compare(a.At, b.At), cmp.Compare(a.Item, b.Item))
	})
	pairs := map[[2]int32]*pairing{}
	had := make([]int32, items)
	customers := 0
	for from := 0; from < len(p); {
		to := from + sort.Search(len(p)-from, func(k int) bool { return p[from+k].Customer != p[from].Customer })
		follow(firsts(p[from:to], items), c, category, had, pairs)
		customers++
		from = to
	}
	out := make(Links, items)
	for k, n := range pairs {
		i, j := k[0], k[1]
		if n.customers < c.Least {
			continue
		}
		chance := float64(had[i]) * float64(had[j]) / float64(customers)
		if lift := (n.weight + c.Shrink) / (chance + c.Shrink); lift > 1 {
			out[i] = append(out[i], Link{j, float32(n.weight / (float64(had[i]) + c.Shrink) * math.Log(lift)), n.customers})
		}
	}
	for i := range out {
		out[i] = best(out[i], c.Keep)
	}
	return out
}

type pairing struct {
	weight    float64
	customers int32
}

// longestHistory bounds the pairs of one customer: a reseller says little about any two items.
const longestHistory = 200

// firsts is the first purchase of each item by one customer, the latest longestHistory of them.
func firsts(p []Purchase, items int) []Purchase {
	seen := map[int32]bool{}
	var out []Purchase
	for _, x := range p {
		if x.Item >= 0 && int(x.Item) < items && !seen[x.Item] {
			seen[x.Item] = true
			out = append(out, x)
		}
	}
	return out[max(0, len(out)-longestHistory):]
}

func follow(p []Purchase, c Lagging, category, had []int32, pairs map[[2]int32]*pairing) {
	for a, x := range p {
		had[x.Item]++
		for b, y := range p {
			wait := y.At - x.At
			if a == b || wait < 0 || wait > c.Lag {
				continue
			}
			if k := known(category, x.Item); k != 0 && k == known(category, y.Item) {
				continue
			}
			key := [2]int32{x.Item, y.Item}
			n := pairs[key]
			if n == nil {
				n = &pairing{}
				pairs[key] = n
			}
			n.weight += math.Exp2(-float64(wait) / c.Half)
			n.customers++
		}
	}
}

// Bundle is a set that is bought together.
type Bundle struct {
	Items []int32 // ascending, two or three
	Score float32 // the least of the scores of its links
}

// Bundles are pairs and triples of which each two are complements of one another in both directions, and no two are substitutes;
// best first, at most keep.
func Bundles(complements, substitutes Links, keep int) []Bundle {
	mutual := func(i, j int32) (float32, bool) {
		a, okA := find(complements, i, j)
		b, okB := find(complements, j, i)
		_, s := find(substitutes, i, j)
		_, t := find(substitutes, j, i)
		return min(a, b), okA && okB && !s && !t
	}
	var out []Bundle
	for i := range complements {
		i := int32(i)
		for _, x := range complements[i] {
			s, ok := mutual(i, x.Item)
			if !ok || x.Item < i {
				continue
			}
			out = append(out, Bundle{[]int32{i, x.Item}, s})
			for _, y := range complements[i] {
				if y.Item <= x.Item {
					continue
				}
				t, ok1 := mutual(i, y.Item)
				u, ok2 := mutual(x.Item, y.Item)
				if ok1 && ok2 {
					out = append(out, Bundle{[]int32{i, x.Item, y.Item}, min(s, t, u)})
				}
			}
		}
	}
	slices.SortFunc(out, func(a, b Bundle) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(len(b.Items), len(a.Items)), slices.Compare(a.Items, b.Items))
	})
	return out[:min(len(out), max(0, keep))]
}

func find(l Links, i, j int32) (float32, bool) {
	for _, x := range l.Of(i) {
		if x.Item == j {
			return x.Score, true
		}
	}
	return 0, false
}
