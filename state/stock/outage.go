package stock

import (
	"context"
	"math"
	"sort"
	"time"

	"almanac/fact"
	"almanac/sqldb"
)

// Outage is a time in which a product had no stock at any place where it is counted. To is the zero time where it lasts.
type Outage struct{ From, To time.Time }

// Outages lists when each product that was ever counted was out of stock, oldest first; products that never were have an
// empty list. A place counts from its first count on. Negative balances are findings about the data, not outages.
func (v *View) Outages(ctx context.Context, shop string) (map[string][]Outage, error) {
	l, err := v.Ledger(ctx, shop, "")
	if err != nil {
		return nil, err
	}
	return l.Outages(), nil
}

// span is an outage in microseconds; forever where it lasts.
type span struct{ from, to int64 }

const forever = math.MaxInt64

// Outages is [View.Outages] of a ledger.
func (l *Ledger) Outages() map[string][]Outage {
	empty := map[string][]span{} // while every place looked at so far had nothing
	for at, a := range l.accounts() {
		spans, counted := a.empty()
		if !counted {
			continue
		}
		if before, ok := empty[at.sku]; ok {
			spans = intersect(before, spans)
		}
		empty[at.sku] = spans
	}
	out := make(map[string][]Outage, len(empty))
	for sku, spans := range empty {
		list := []Outage{}
		for _, s := range spans {
			o := Outage{From: sqldb.Time(s.from)}
			if s.to != forever {
				o.To = sqldb.Time(s.to)
			}
			list = append(list, o)
		}
		out[sku] = list
	}
	return out
}

// empty lists when nothing lay at a place; counted is false where nobody ever counted it.
func (a *account) empty() (out []span, counted bool) {
	q := fact.Available
	if len(a.counts[q]) == 0 {
		q = fact.OnHand
	}
	if len(a.counts[q]) == 0 {
		return nil, false
	}
	counts, moves := a.counts[q], a.moves
	units, last := int64(0), counts[0].At
	moves = moves[sort.Search(len(moves), func(i int) bool { return moves[i].At > last }):]
	for len(counts) > 0 || len(moves) > 0 {
		// What holds from t on: the last count made then, else what moved.
		t := int64(forever)
		if len(counts) > 0 {
			t = counts[0].At
		}
		if len(moves) > 0 {
			t = min(t, moves[0].At)
		}
		was := units == 0 && last != t
		if was && (len(out) == 0 || out[len(out)-1].to != last) {
			out = append(out, span{last, t})
		} else if was {
			out[len(out)-1].to = t
		}
		for ; len(moves) > 0 && moves[0].At == t; moves = moves[1:] {
			units += moves[0].Units
		}
		for ; len(counts) > 0 && counts[0].At == t; counts = counts[1:] {
			units = counts[0].Units
		}
		last = t
	}
	if units == 0 {
		if n := len(out); n > 0 && out[n-1].to == last {
			out[n-1].to = forever
		} else {
			out = append(out, span{last, forever})
		}
	}
	return out, true
}

// intersect is when both are empty; each list is in order and does not overlap itself.
func intersect(x, y []span) (out []span) {
	for i, j := 0, 0; i < len(x) && j < len(y); {
		if s := (span{max(x[i].from, y[j].from), min(x[i].to, y[j].to)}); s.from < s.to {
			out = append(out, s)
		}
		if x[i].to < y[j].to {
			i++
		} else {
			j++
		}
	}
	return out
}
