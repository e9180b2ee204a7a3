package inventory

import (
	"cmp"
	"slices"
)

// Survival is the share of orders that are still open after some days, as steps down; Days ascend.
type Survival struct{ Days, Share []float64 }

// KaplanMeier is the share still open without any law assumed: at each day on which one arrived, the share of those that had
// been open until then and did not arrive (Kaplan and Meier 1958, "Nonparametric estimation from incomplete
// observations", JASA 53(282)). An order that was last seen open on that day counts among them.
func KaplanMeier(deliveries []Delivery) (s Survival) {
	d := slices.Clone(deliveries)
	slices.SortFunc(d, func(a, b Delivery) int { return cmp.Compare(a.Days, b.Days) })
	share := 1.0
	for i := 0; i < len(d); {
		arrived, j := 0, i
		for ; j < len(d) && d[j].Days == d[i].Days; j++ {
			if !d[j].Open {
				arrived++
			}
		}
		if arrived > 0 {
			share *= 1 - float64(arrived)/float64(len(d)-i)
			s.Days, s.Share = append(s.Days, d[i].Days), append(s.Share, share)
		}
		i = j
	}
	return s
}

// At is the share still open after some days.
func (s Survival) At(days float64) float64 {
	i, found := slices.BinarySearch(s.Days, days)
	if !found {
		i--
	}
	if i < 0 {
		return 1
	}
	return s.Share[i]
}

// Quantile is the day by which the share p has arrived; false where the open orders leave that unknown.
func (s Survival) Quantile(p float64) (days float64, ok bool) {
	for i, share := range s.Share {
		if 1-share >= p-1e-12 {
			return s.Days[i], true
		}
	}
	return 0, false
}
