package onsite

import (
	"cmp"
	"slices"
	"time"
)

// purchases are what somebody bought, each product once, the latest purchase last. They are not changed once made, so that an
// answer may read them while more is bought.
type purchases []purchase

type purchase struct {
	at   int64 // seconds
	item int32
}

// mostBought bounds the products that are kept of one visitor: of more, those bought longest ago are forgotten.
const mostBought = 1000

// with adds one purchase.
func (p purchases) with(it int32, at int64) purchases {
	out := make(purchases, 0, len(p)+1)
	for _, x := range p {
		if x.item != it {
			out = append(out, x)
		} else {
			at = max(at, x.at)
		}
	}
	place, _ := slices.BinarySearchFunc(out, at+1, func(x purchase, t int64) int { return cmp.Compare(x.at, t) })
	out = slices.Insert(out, place, purchase{at, it})
	return out[max(0, len(out)-mostBought):]
}

// when is when each product was last bought, by number: of these, of the ledger and of what was read of the visitor; nil
// where nothing was.
func (p purchases) when(ledger []entry, owned map[string]time.Time, number func(sku string) int32) map[int32]int64 {
	if len(p)+len(ledger)+len(owned) == 0 {
		return nil
	}
	out := make(map[int32]int64, len(p)+len(ledger)+len(owned))
	for _, x := range ledger {
		out[x.item] = max(out[x.item], int64(x.at))
	}
	for _, x := range p {
		out[x.item] = max(out[x.item], x.at)
	}
	for sku, at := range owned {
		if it := number(sku); it >= 0 {
			out[it] = max(out[it], at.Unix())
		}
	}
	return out
}
