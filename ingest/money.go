package ingest

import (
	wide "math/bits"
	"regexp"
	"strings"

	"almanac/fact"
)

// share splits an amount in proportion to weights, to the last minor unit. No share is above its weight where the
// amount is not above their sum. Weights and amount are not negative. Without any weight all goes to the first.
func share(amount int64, weights []int64) []int64 {
	out := make([]int64, len(weights))
	var sum uint64
	for _, w := range weights {
		sum += uint64(w)
	}
	if len(out) == 0 || amount == 0 {
		return out
	}
	if sum == 0 {
		out[0] = amount
		return out
	}
	var run, before uint64
	for i, w := range weights {
		run += uint64(w)
		hi, lo := wide.Mul64(uint64(amount), run)
		lo, carry := wide.Add64(lo, sum/2, 0)
		hi += carry
		upTo := uint64(amount)
		if hi < sum && run < sum {
			upTo, _ = wide.Div64(hi, lo, sum)
		}
		out[i] = int64(upTo - before)
		before = upTo
	}
	return out
}

var percent = regexp.MustCompile(`(\d{1,2})(?:[.,](\d{1,4}))?\s*%`)

// rateIn finds the percentage in a tax's name, e.g. "VAT 20%".
func rateIn(name string) (fact.Decimal, bool) {
	g := percent.FindStringSubmatch(name)
	if g == nil {
		return fact.Decimal{}, false
	}
	d, err := fact.ParseDecimal(strings.TrimSuffix(g[1]+"."+g[2], "."))
	return d, err == nil && d.Coef > 0
}

// taxWithin is the tax in an amount that contains it, at a rate in percent, rounded half up.
func taxWithin(amount int64, rate fact.Decimal) int64 {
	hundred := int64(100)
	for range rate.Scale {
		hundred *= 10
	}
	whole := uint64(hundred + rate.Coef)
	hi, lo := wide.Mul64(uint64(amount), uint64(rate.Coef))
	lo, carry := wide.Add64(lo, whole/2, 0)
	if hi += carry; hi >= whole {
		return 0 // no amount of a fact is so large
	}
	q, _ := wide.Div64(hi, lo, whole)
	return int64(q)
}

func abs(n int64) int64 { return max(n, -n) }
