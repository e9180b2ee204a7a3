package stock

import (
	"cmp"
	"slices"

	"almanac/fact"
)

// Status says how sure an alert is.
type Status string

// Statuses of an alert.
const (
	Suspected Status = "suspected" // as far as is known; some source has not told of that time yet
	Confirmed Status = "confirmed" // every source has told of that time
)

// Alert is a product that ran out at a place: nothing is on the shelf any more, counted and moved.
type Alert struct {
	SKU, Location string
	Since         int64 // µs since 1970
	Status        Status
}

// Watermark is the time up to which every source has told everything: the least of each source's newest
// time minus its allowed lateness. Without sources nothing is settled.
func Watermark(newest map[string]int64, lateness func(source string) int64) int64 {
	mark, first := int64(0), true
	for source, at := range newest {
		if t := at - lateness(source); first || t < mark {
			mark, first = t, false
		}
	}
	return mark
}

// Newest is the newest time that each source has told of.
func (l *Ledger) Newest() map[string]int64 {
	out := map[string]int64{}
	see := func(source string, at int64) {
		if t, ok := out[source]; !ok || at > t {
			out[source] = at
		}
	}
	for _, i := range newest(l.counts, (*Count).teller) {
		see(l.counts[i].Source, l.counts[i].At)
	}
	for _, i := range newest(l.moves, (*Move).teller) {
		see(l.moves[i].Source, l.moves[i].At)
	}
	return out
}

// Alerts lists the places where a product that was counted has run out by now, by product and place. What
// ran out by the watermark and has not come back by it is confirmed; the rest is suspected. Less than
// nothing is a mistake in the data (Negative), and what was never counted is unknown: neither is an alert.
func (l *Ledger) Alerts(watermark int64) (out []Alert) {
	for at, a := range l.accounts() {
		since, ok := a.emptySince()
		if !ok {
			continue
		}
		s := Suspected
		if since <= watermark {
			s = Confirmed
		}
		out = append(out, Alert{at.sku, at.loc, since, s})
	}
	slices.SortFunc(out, func(x, y Alert) int { return cmp.Or(cmp.Compare(x.SKU, y.SKU), cmp.Compare(x.Location, y.Location)) })
	return out
}

// base is the quantity that tells whether something is on the shelf.
func (a *account) base() fact.Quantity {
	if len(a.counts[fact.OnHand]) > 0 {
		return fact.OnHand
	}
	return fact.Available
}

// emptySince is when the shelf became empty, if it is empty now.
func (a *account) emptySince() (since int64, empty bool) {
	q := a.base()
	for _, t := range a.times(q) {
		units, _, ok := a.balance(q, t)
		switch {
		case !ok || units != 0:
			empty = false
		case !empty:
			since, empty = t, true
		}
	}
	return since, empty
}

// times are the instants at which the balance may change, in order.
func (a *account) times(q fact.Quantity) (out []int64) {
	for _, c := range a.counts[q] {
		out = append(out, c.At)
	}
	for _, m := range a.moves {
		out = append(out, m.At)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Finding is a place whose stock cannot be right.
type Finding struct {
	SKU, Location string
	Units         int64 // below zero; 0 where nothing was ever counted
}

// Negative lists the places where less than nothing is left by now.
func (l *Ledger) Negative() (out []Finding) {
	for at, a := range l.accounts() {
		q := a.base()
		if ts := a.times(q); len(ts) > 0 {
			if units, _, ok := a.balance(q, ts[len(ts)-1]); ok && units < 0 {
				out = append(out, Finding{at.sku, at.loc, units})
			}
		}
	}
	sortFindings(out)
	return out
}

// Unanchored lists the places with moves that no count holds up.
func (l *Ledger) Unanchored() (out []Finding) {
	for at, a := range l.accounts() {
		if len(a.moves) > 0 && len(a.counts[fact.OnHand]) == 0 && len(a.counts[fact.Available]) == 0 {
			out = append(out, Finding{at.sku, at.loc, 0})
		}
	}
	sortFindings(out)
	return out
}

func sortFindings(f []Finding) {
	slices.SortFunc(f, func(x, y Finding) int { return cmp.Or(cmp.Compare(x.SKU, y.SKU), cmp.Compare(x.Location, y.Location)) })
}
