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
	people, customers := histories(purchases, items, c.Half)
	of := make([][]owned, items)
	for k, p := range people {
		for at := range p {
			of[p[at].item] = append(of[p[at].item], owned{int32(k), int32(at)})
		}
	}
	out := make(Links, items)
	weight, count := make([]float64, items), make([]int32, items)
	var touched []int32
	for i := range int32(items) {
		touched = touched[:0]
		own := known(category, i)
		for _, o := range of[i] {
			history := people[o.person]
			x := history[o.at]
			for k := first(history, x.at); k < len(history); k++ {
				y := history[k]
				if y.at-x.at > c.Lag {
					break
				}
				if y.item == i || own != 0 && own == known(category, y.item) {
					continue
				}
				if count[y.item] == 0 {
					touched = append(touched, y.item)
				}
				count[y.item]++
				weight[y.item] += decay(x, y)
			}
		}
		for _, j := range touched {
			chance := float64(len(of[i])) * float64(len(of[j])) / float64(customers)
			if lift := (weight[j] + c.Shrink) / (chance + c.Shrink); lift > 1 && count[j] >= c.Least {
				out[i] = append(out[i], Link{j, float32(weight[j] / (float64(len(of[i])) + c.Shrink) * math.Log(lift)), count[j]})
			}
			weight[j], count[j] = 0, 0
		}
		out[i] = best(out[i], c.Keep)
	}
	return out
}

// bought is the first purchase of an item by one customer. Exponent is its time in half-lives since their first purchase, and
// power 2 to that, or 0 where it would be too large to divide by.
type bought struct {
	item            int32
	at              int64
	exponent, power float64
}

// owned is a place in a customer's history.
type owned struct{ person, at int32 }

// decay is 2^(−wait/half). It is asked for each pair, so that a division stands for the power where it can.
func decay(x, y bought) float64 {
	if x.power > 0 && y.power > 0 {
		return x.power / y.power
	}
	return math.Exp2(x.exponent - y.exponent)
}

// first is the first purchase of a history that is not before an instant.
func first(history []bought, at int64) int {
	return sort.Search(len(history), func(k int) bool { return history[k].at >= at })
}

// longestHistory bounds the pairs of one customer: a reseller says little about any two items.
const longestHistory = 100

// histories is the first purchases of each customer in the order of time, the latest longestHistory of them, and the number of
// customers.
func histories(purchases []Purchase, items int, half float64) (people [][]bought, customers int) {
	p := slices.Clone(purchases)
	slices.SortFunc(p, func(a, b Purchase) int {
		return cmp.Or(cmp.Compare(a.Customer, b.Customer), cmp.Compare(a.At, b.At), cmp.Compare(a.Item, b.Item))
	})
	seen := make([]int32, items) // customer number, plus one
	for from := 0; from < len(p); customers++ {
		var one []bought
		to := from
		for ; to < len(p) && p[to].Customer == p[from].Customer; to++ {
			x := p[to]
			if x.Item < 0 || int(x.Item) >= items || seen[x.Item] == int32(customers)+1 {
				continue
			}
			seen[x.Item] = int32(customers) + 1
			b := bought{item: x.Item, at: x.At, exponent: float64(x.At-p[from].At) / half}
			if b.exponent < 500 {
				b.power = math.Exp2(b.exponent)
			}
			one = append(one, b)
		}
		people = append(people, one[max(0, len(one)-longestHistory):])
		from = to
	}
	return people, customers
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
