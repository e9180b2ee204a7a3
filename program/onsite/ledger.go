package onsite

import (
	"cmp"
	"slices"
	"time"
)

// Ledger is who bought what according to the record, in 16 bytes a purchase, so that what somebody bought is known at once,
// also while the database is busy. It is filled oldest first and then given to [Engine.Remember].
type Ledger struct {
	e    *Engine
	rows []entry
}

type entry struct {
	key  uint64 // of the customer
	item int32
	at   uint32 // seconds since 1970
}

// MostRemembered is how many purchases a ledger holds; the latest are kept.
const MostRemembered = 1_000_000

// Ledger begins a ledger of this engine.
func (e *Engine) Ledger() *Ledger { return &Ledger{e: e} }

// Add notes that a customer bought a product; purchases come in the order of time.
func (l *Ledger) Add(customer, sku string, at time.Time) {
	if customer == "" || at.Unix() < 0 {
		return
	}
	if len(l.rows) >= 2*MostRemembered {
		l.rows = append(l.rows[:0], l.rows[len(l.rows)-MostRemembered:]...)
	}
	l.rows = append(l.rows, entry{l.e.key(customer), l.e.numbers.give(sku), uint32(min(at.Unix(), 1<<32-1))})
}

// Remember takes a ledger in; it is not changed any more.
func (e *Engine) Remember(l *Ledger) {
	rows := slices.Clone(l.rows[max(0, len(l.rows)-MostRemembered):])
	slices.SortStableFunc(rows, func(a, b entry) int { return cmp.Compare(a.key, b.key) })
	e.ledger.Store(&rows)
}

// recorded are the purchases of one customer, oldest first: the last ones where there are many.
func (e *Engine) recorded(key uint64) []entry {
	p := e.ledger.Load()
	if p == nil {
		return nil
	}
	rows := *p
	from, _ := slices.BinarySearchFunc(rows, key, func(x entry, k uint64) int { return cmp.Compare(x.key, k) })
	length, _ := slices.BinarySearchFunc(rows[from:], key, func(x entry, k uint64) int {
		if x.key > k {
			return 0 // the first of the next customer is what is looked for
		}
		return -1
	})
	to := from + length
	return rows[max(from, to-mostBought):to]
}
