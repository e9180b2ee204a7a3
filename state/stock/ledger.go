package stock

import (
	"cmp"
	"iter"
	"slices"

	"almanac/fact"
)

// Ledger holds the counts and moves of a shop and answers how much was where, at any time. It is a set: of
// every fact the newest revision, of every fact that several sources tell the one of the source with the
// least rank. So the order in which facts come in, and how often, makes no difference.
//
// Times are microseconds since 1970. The zero value is not usable; use NewLedger.
type Ledger struct {
	counts []Count
	moves  []Move
}

// Count is an absolute quantity at a time.
type Count struct {
	Source, ID    string
	Rev           int64
	Rank          int // of the source; the least is believed
	SKU, Location string
	Quantity      fact.Quantity
	At, Units     int64
}

// Move is a change of the on-hand quantity at a time.
type Move struct {
	Source, ID    string
	Rev           int64
	Rank          int
	SKU, Location string
	At, Units     int64
	Reason        string
}

// NewLedger makes an empty ledger.
func NewLedger() *Ledger { return &Ledger{} }

// AddCount takes a count in.
func (l *Ledger) AddCount(c Count) { l.counts = append(l.counts, c) }

// AddMove takes a move in.
func (l *Ledger) AddMove(m Move) { l.moves = append(l.moves, m) }

// shelf is one product at one place.
type shelf struct{ sku, loc string }

// account is what is told of one shelf: counts by quantity and moves, each in time.
type account struct {
	counts map[fact.Quantity][]Count
	moves  []Move
}

// accounts sorts what is believed by shelf.
func (l *Ledger) accounts() map[shelf]*account {
	out := map[shelf]*account{}
	at := func(sku, loc string) *account {
		a := out[shelf{sku, loc}]
		if a == nil {
			a = &account{counts: map[fact.Quantity][]Count{}}
			out[shelf{sku, loc}] = a
		}
		return a
	}
	counts := believed(l.counts, (*Count).teller, func(x, y *Count) int {
		if c := cmp.Or(cmp.Compare(x.SKU, y.SKU), cmp.Compare(x.Location, y.Location), cmp.Compare(x.Quantity, y.Quantity)); c != 0 {
			return c
		}
		return byTime(*x, *y)
	})
	for part := range runs(counts, func(x, y *Count) bool { return x.SKU == y.SKU && x.Location == y.Location && x.Quantity == y.Quantity }) {
		at(part[0].SKU, part[0].Location).counts[part[0].Quantity] = part
	}
	moves := believed(l.moves, (*Move).teller, func(x, y *Move) int {
		if c := cmp.Or(cmp.Compare(x.SKU, y.SKU), cmp.Compare(x.Location, y.Location)); c != 0 {
			return c
		}
		return cmp.Or(cmp.Compare(x.At, y.At), cmp.Compare(x.Rank, y.Rank), cmp.Compare(x.Source, y.Source), cmp.Compare(x.ID, y.ID))
	})
	for part := range runs(moves, func(x, y *Move) bool { return x.SKU == y.SKU && x.Location == y.Location }) {
		at(part[0].SKU, part[0].Location).moves = part
	}
	return out
}

// runs are the parts of a sorted list whose members are alike.
func runs[T any](all []T, alike func(x, y *T) bool) iter.Seq[[]T] {
	return func(yield func([]T) bool) {
		for i := 0; i < len(all); {
			j := i + 1
			for j < len(all) && alike(&all[i], &all[j]) {
				j++
			}
			if !yield(all[i:j:j]) {
				return
			}
			i = j
		}
	}
}

// byTime is the total order of counts: of several at one time the last one holds.
func byTime(x, y Count) int {
	return cmp.Or(cmp.Compare(x.At, y.At), cmp.Compare(y.Rank, x.Rank), cmp.Compare(x.Rev, y.Rev), cmp.Compare(y.Source, x.Source), cmp.Compare(y.ID, x.ID))
}

// teller is who tells of a fact.
type teller struct {
	id, source string
	rank       int
	rev        int64
}

func (c *Count) teller() teller { return teller{c.ID, c.Source, c.Rank, c.Rev} }
func (m *Move) teller() teller  { return teller{m.ID, m.Source, m.Rank, m.Rev} }

// newest are the places of the newest revision of each source's telling, by id and source. Of equal revisions the first stays.
func newest[T any](all []T, who func(*T) teller) []int32 {
	places := make([]int32, len(all))
	for i := range places {
		places[i] = int32(i)
	}
	slices.SortFunc(places, func(a, b int32) int {
		x, y := who(&all[a]), who(&all[b])
		if c := cmp.Compare(x.id, y.id); c != 0 {
			return c
		}
		return cmp.Or(cmp.Compare(x.source, y.source), cmp.Compare(y.rev, x.rev), cmp.Compare(a, b))
	})
	return slices.CompactFunc(places, func(a, b int32) bool {
		x, y := who(&all[a]), who(&all[b])
		return x.id == y.id && x.source == y.source
	})
}

// believed are the facts in an order, of those with one id that of the source with the least rank.
func believed[T any](all []T, who func(*T) teller, order func(x, y *T) int) []T {
	places := newest(all, who)
	kept := places[:0]
	for _, i := range places {
		if n := len(kept); n > 0 {
			x, old := who(&all[i]), who(&all[kept[n-1]])
			if x.id == old.id {
				if cmp.Or(cmp.Compare(x.rank, old.rank), cmp.Compare(x.source, old.source)) < 0 {
					kept[n-1] = i
				}
				continue
			}
		}
		kept = append(kept, i)
	}
	slices.SortFunc(kept, func(a, b int32) int { return order(&all[a], &all[b]) })
	out := make([]T, len(kept))
	for n, i := range kept {
		out[n] = all[i]
	}
	return out
}

// latest is the count that holds at a time; false where nothing was counted by then.
func (a *account) latest(q fact.Quantity, at int64) (Count, bool) {
	cs := a.counts[q]
	i, _ := slices.BinarySearchFunc(cs, at+1, func(c Count, t int64) int { return cmp.Compare(c.At, t) })
	if i == 0 {
		return Count{}, false
	}
	return cs[i-1], true
}

// movable are the quantities that moves change: what leaves the shelf is neither on hand nor available.
func movable(q fact.Quantity) bool { return q == fact.OnHand || q == fact.Available }

// balance is a quantity at a time: the latest count by then, and the moves after that count up to then. A
// move at the count's own time lies before it.
func (a *account) balance(q fact.Quantity, at int64) (units int64, from Count, ok bool) {
	from, ok = a.latest(q, at)
	if !ok || !movable(q) {
		return from.Units, from, ok
	}
	units = from.Units
	i, _ := slices.BinarySearchFunc(a.moves, from.At+1, func(m Move, t int64) int { return cmp.Compare(m.At, t) })
	for _, m := range a.moves[i:] {
		if m.At > at {
			break
		}
		units += m.Units
	}
	return units, from, true
}

// Balance is a quantity of a product at a place at a time; false where nothing was counted by then.
func (l *Ledger) Balance(sku, loc string, q fact.Quantity, at int64) (units int64, ok bool) {
	a := l.accounts()[shelf{sku, loc}]
	if a == nil {
		return 0, false
	}
	units, _, ok = a.balance(q, at)
	return units, ok
}
