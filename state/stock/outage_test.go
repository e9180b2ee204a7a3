package stock

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"almanac/fact"
	"almanac/sqldb"
)

// A product is out of stock exactly when every place that was counted by then holds nothing.
func TestAnOutageIsATimeWithoutStockAnywhere(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := ledger(histories([]string{"wms"}, 1).Draw(t, "facts"))
		accounts := l.accounts()
		out := l.Outages()
		for _, sku := range skus {
			var times []int64
			for at, a := range accounts {
				if at.sku == sku {
					times = append(times, a.times(fact.OnHand)...)
					times = append(times, a.times(fact.Available)...)
				}
			}
			list, known := out[sku]
			for i, o := range list {
				if !o.To.IsZero() && !o.From.Before(o.To) || i > 0 && !list[i-1].To.Before(o.From) {
					t.Fatalf("%s: outages %v", sku, list)
				}
			}
			for _, at := range times {
				counted, empty := false, true
				for k, a := range accounts {
					q := fact.Available
					if len(a.counts[q]) == 0 {
						q = fact.OnHand
					}
					if k.sku != sku || len(a.counts[q]) == 0 {
						continue
					}
					counted = true
					units, _, ok := a.balance(q, at)
					empty = empty && ok && units == 0
				}
				if counted != known {
					t.Fatalf("%s is counted: %v, listed: %v", sku, counted, known)
				}
				if got := during(list, sqldb.Time(at)); got != (counted && empty) {
					t.Fatalf("%s at %d: out %v, want %v; %v", sku, at, got, counted && empty, list)
				}
			}
		}
	})
}

func during(list []Outage, at time.Time) bool {
	for _, o := range list {
		if !at.Before(o.From) && (o.To.IsZero() || at.Before(o.To)) {
			return true
		}
	}
	return false
}
