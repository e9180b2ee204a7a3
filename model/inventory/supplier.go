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
	return lastBefore(1, func(x float64) bool { return x-demand.Mean+demand.Short(x) > waste*x }) // x − E min(D, x)
}

// Want is a product that money could be spent on: blocks of units, the first as small as the supplier allows, that each cost
// Cost[i] and are worth Worth[i], the margin that they are expected to save less what they cost to hold. Later blocks
// are worth no more than earlier ones for the money. A unit of cost takes Room.
type Want struct {
	Cost, Worth []float64
	Room        float64
}

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
	value   float64 // for what is scarce
}

// Limits are what all blocks together may cost, and the room that they may take; below 0: no limit.
type Limits struct{ Money, Room float64 }

// share is how much of what is scarce a unit of cost takes.
func (l Limits) share(room float64) (s float64) {
	if l.Money >= 0 {
		s += 1 / math.Max(l.Money, 1e-12)
	}
	if l.Room >= 0 {
		s += room / math.Max(l.Room, 1e-12)
	}
	return s
}

// Spend chooses how many blocks of each want to buy within limits, by worth for what is scarce of both together (Dantzig 1957,
// "Discrete-variable extremum problems", Operations Research 5(2), for one limit; Dobson 1982, "Worst-case analysis of greedy heuristics
// for integer programming with nonnegative data", Mathematics of Operations Research 7(4), for two): the greedy knapsack, with one
// limit short of the best by the worth of one block at most where blocks are worth less and less. Blocks that are worth nothing
// are not bought. It returns the blocks and what they cost.
func Spend(wants []Want, limits Limits) (blocks []int, spent float64) {
	used := 0.0
	return choose(wants, limits.share, func(cost, worth, room, spent float64) bool {
		fits := (limits.Money < 0 || spent+cost <= limits.Money+1e-9) && (limits.Room < 0 || room == 0 || used+cost*room <= limits.Room+1e-9)
		if worth <= 0 || !fits {
			return false
		}
		used += cost * room
		return true
	})
}

// Reach adds blocks of the best worth for the money until a supplier's minimum value is reached, beginning with taken; ok is
// false where all of them together do not reach it.
func Reach(wants []Want, minimum float64) (blocks []int, spent float64, ok bool) {
	blocks, spent = choose(wants, func(float64) float64 { return 1 }, func(_, _, _, spent float64) bool { return spent < minimum-1e-9 })
	return blocks, spent, spent >= minimum-1e-9
}

func choose(wants []Want, share func(room float64) float64, take func(cost, worth, room, spent float64) bool) (blocks []int, spent float64) {
	blocks = make([]int, len(wants))
	var all []block
	for i, w := range wants {
		scarce := math.Max(share(w.Room), 1e-300)
		for n := range w.Cost {
			all = append(all, block{i, n, w.Worth[n] / (math.Max(w.Cost[n], 1e-12) * scarce)})
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
			case take(w.Cost[b.n], w.Worth[b.n], w.Room, spent):
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
