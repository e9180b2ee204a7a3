package stock

import (
	"cmp"
	"slices"

	"almanac/fact"
)

// Ledger holds the counts and moves of a shop and answers how much was where, at any time. It is a set: of
// every fact the newest revision, of every fact that several sources tell the one of the source with the
// least rank. So the order in which facts come in, and how often, makes no difference.
//
// Times are microseconds since 1970. The zero value is not usable; use NewLedger.
type Ledger struct {
	counts map[ref]Count
	moves  map[ref]Move
}

// ref names one source's telling of a fact.
type ref struct{ source, id string }

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
func NewLedger() *Ledger { return &Ledger{map[ref]Count{}, map[ref]Move{}} }

// AddCount takes a count in.
func (l *Ledger) AddCount(c Count) {
	k := ref{c.Source, c.ID}
	if old, ok := l.counts[k]; !ok || c.Rev > old.Rev {
		l.counts[k] = c
	}
}

// AddMove takes a move in.
func (l *Ledger) AddMove(m Move) {
	k := ref{m.Source, m.ID}
	if old, ok := l.moves[k]; !ok || m.Rev > old.Rev {
		l.moves[k] = m
	}
}

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
	for _, c := range believed(l.counts, func(c Count) teller { return teller{c.ID, c.Rank, c.Source} }) {
		a := at(c.SKU, c.Location)
		a.counts[c.Quantity] = append(a.counts[c.Quantity], c)
	}
	for _, m := range believed(l.moves, func(m Move) teller { return teller{m.ID, m.Rank, m.Source} }) {
		a := at(m.SKU, m.Location)
		a.moves = append(a.moves, m)
	}
	for _, a := range out {
		for _, cs := range a.counts {
			slices.SortFunc(cs, byTime)
		}
		slices.SortFunc(a.moves, func(x, y Move) int {
			return cmp.Or(cmp.Compare(x.At, y.At), cmp.Compare(x.Rank, y.Rank), cmp.Compare(x.Source, y.Source), cmp.Compare(x.ID, y.ID))
		})
	}
	return out
}

// byTime is the total order of counts: of several at one time the last one holds.
func byTime(x, y Count) int {
	return cmp.Or(cmp.Compare(x.At, y.At), cmp.Compare(y.Rank, x.Rank), cmp.Compare(x.Rev, y.Rev), cmp.Compare(y.Source, x.Source), cmp.Compare(y.ID, x.ID))
}

// teller is who tells of a fact.
type teller struct {
	id     string
	rank   int
	source string
}

// believed keeps of the facts with one id that of the source with the least rank.
func believed[T any](all map[ref]T, who func(T) teller) map[string]T {
	out := make(map[string]T, len(all))
	for _, v := range all {
		t := who(v)
		if old, ok := out[t.id]; ok {
			if o := who(old); cmp.Or(cmp.Compare(o.rank, t.rank), cmp.Compare(o.source, t.source)) <= 0 {
				continue
			}
		}
		out[t.id] = v
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
