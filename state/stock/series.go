package stock

import (
	"math"
	"slices"

	"almanac/fact"
)

// Series is what was available of one product over all places at some instants.
type Series struct {
	Units []float64 // at each instant; NaN before the first count
	Count []int64   // when the oldest of the counts that it rests on was made; microseconds
	Sales bool      // whether a source tells of sales as moves, so that they are in it
}

// Series is what was available, or on hand where only that is counted, of every counted product at instants in rising order, in
// microseconds. A place counts from its first count on.
func (l *Ledger) Series(at []int64) map[string]*Series {
	out := map[string]*Series{}
	for where, a := range l.accounts() {
		q := fact.Available
		if len(a.counts[q]) == 0 {
			q = fact.OnHand
		}
		if len(a.counts[q]) == 0 {
			continue
		}
		s := out[where.sku]
		if s == nil {
			s = &Series{Units: slices.Repeat([]float64{math.NaN()}, len(at)), Count: make([]int64, len(at))}
			out[where.sku] = s
		}
		s.Sales = s.Sales || slices.ContainsFunc(a.moves, func(m Move) bool { return m.Reason == "sale" })
		a.follow(a.counts[q], at, s)
	}
	return out
}

// follow adds what lay at one place. A move at a count's own time lies before it.
func (a *account) follow(counts []Count, at []int64, s *Series) {
	moves, units, counted := a.moves, int64(0), int64(math.MinInt64)
	for i, t := range at {
		for {
			switch {
			case len(moves) > 0 && moves[0].At <= t && (len(counts) == 0 || moves[0].At <= counts[0].At):
				units += moves[0].Units
				moves = moves[1:]
				continue
			case len(counts) > 0 && counts[0].At <= t:
				units, counted = counts[0].Units, counts[0].At
				counts = counts[1:]
				continue
			}
			break
		}
		switch {
		case counted == math.MinInt64:
		case math.IsNaN(s.Units[i]):
			s.Units[i], s.Count[i] = float64(units), counted
		default:
			s.Units[i] += float64(units)
			s.Count[i] = min(s.Count[i], counted)
		}
	}
}
