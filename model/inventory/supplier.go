package inventory

import (
	"cmp"
	"math"
	"slices"
)

// Packs rounds units up to whole packs, and to a minimum quantity; 0 stays 0.
func Packs(units, pack, least float64) float64 {
	if !(units > 0) {
		return 0
	}
	pack = math.Max(pack, 1)
	return math.Ceil(math.Max(units, least)/pack-1e-9) * pack
}

// WithBreaks raises an order to the price break at which it costs least a day: goods, the order, and holding at the rate a day
// of the price, all for as long as the units last. Breaks hold for all units, sorted by From, the first from 0. Most is
// the largest order allowed.
func WithBreaks(units, perDay, order, rate float64, breaks []Break, most float64) float64 {
	if !(units > 0) || !(perDay > 0) || len(breaks) == 0 {
		return units
	}
	cost := func(q float64) float64 {
		c := breaks[0].Cost
		for _, b := range breaks {
			if b.From <= q {
				c = b.Cost
			}
		}
		return c*perDay + order*perDay/q + rate*c*q/2
	}
	best := units
	for _, b := range breaks {
		if b.From > units && b.From <= most && cost(b.From) < cost(best) {
			best = b.From
		}
	}
	return best
}

// Lasting is the most that can be on hand and still be sold, but for a share waste of it in the mean, before it perishes:
// demand is that of the shelf life. A waste of 0 allows nothing that could perish.
func Lasting(demand Demand, waste float64) float64 {
	if !(demand.Mean > 0) {
		return 0
	}
	lo, hi := 0.0, 1.0
	wasted := func(x float64) bool { return x-demand.Mean+demand.Short(x) > waste*x } // x − E min(D, x)
	for !wasted(hi) && hi < 1e9 {
		lo, hi = hi, 2*hi
	}
	for hi-lo > 1 {
		mid := math.Floor(lo + (hi-lo)/2)
		if wasted(mid) {
			hi = mid
		} else {
			lo = mid
		}
	}
	return lo
}

// Want is a product that money could be spent on: blocks of units, the first as small as the supplier allows, that each cost
// Cost[i] and are worth Worth[i], the margin that they are expected to save less what they cost to hold. Later blocks
// are worth no more than earlier ones for the money.
type Want struct{ Cost, Worth []float64 }

// Blocks are the wants of a product at a position: of the order up to a level, the first block least units, the rest in packs.
// worth is the value of having x units more than the position.
func Blocks(units, pack, least, unitCost float64, worth func(x float64) float64) (w Want) {
	pack = math.Max(pack, 1)
	had, step := 0.0, Packs(math.Max(1, least), pack, least)
	for had < units-1e-9 {
		next := had + step
		w.Cost = append(w.Cost, step*unitCost)
		w.Worth = append(w.Worth, worth(next)-worth(had))
		had, step = next, pack
	}
	return w
}

// block is one that may be bought next.
type block struct {
	want, n int
	value   float64 // for the money
}

// Spend chooses how many blocks of each want to buy with a budget, by worth for the money (Dantzig 1957, "Discrete-variable
// extremum problems", Operations Research 5(2)): the greedy knapsack, short of the best by the worth of one block at most where
// blocks are worth less and less. Blocks that are worth nothing are not bought. It returns the blocks and what they cost.
func Spend(wants []Want, budget float64) (blocks []int, spent float64) {
	return choose(wants, func(cost, worth, spent float64) bool {
		return worth > 0 && spent+cost <= budget+1e-9
	})
}

// Reach adds blocks of the best worth for the money until a supplier's minimum value is reached, beginning with taken; ok is
// false where all of them together do not reach it.
func Reach(wants []Want, minimum float64) (blocks []int, spent float64, ok bool) {
	blocks, spent = choose(wants, func(_, _, spent float64) bool { return spent < minimum-1e-9 })
	return blocks, spent, spent >= minimum-1e-9
}

func choose(wants []Want, take func(cost, worth, spent float64) bool) (blocks []int, spent float64) {
	blocks = make([]int, len(wants))
	var all []block
	for i, w := range wants {
		for n := range w.Cost {
			all = append(all, block{i, n, w.Worth[n] / math.Max(w.Cost[n], 1e-12)})
		}
	}
	slices.SortStableFunc(all, func(a, b block) int { return cmp.Or(cmp.Compare(b.value, a.value), cmp.Compare(a.n, b.n)) })
	stopped := make([]bool, len(wants))
	for len(all) > 0 {
		rest := all[:0]
		moved := false
		for _, b := range all {
			w := wants[b.want]
			switch {
			case stopped[b.want]:
			case blocks[b.want] != b.n: // an earlier block comes first
				rest = append(rest, b)
			case take(w.Cost[b.n], w.Worth[b.n], spent):
				spent += w.Cost[b.n]
				blocks[b.want]++
				moved = true
			default:
				stopped[b.want] = true
			}
		}
		if !moved {
			break
		}
		all = rest
	}
	return blocks, spent
}
