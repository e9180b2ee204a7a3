package demand

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"

	"almanac/model/parallel"
)

const (
	// weekdayWeeks is how many weeks back weekdays are learnt from.
	weekdayWeeks = 104
	// alike is how much units of one week resemble each other: many units on a day may be one customer, or the weather of that day. A week
	// counts for 1/alike units at most.
	alike = 0.1
	// How many units of its own the shop is worth for a category, the category for a product, and even days for the shop.
	shopWorth, categoryWorth, evenWorth = 200.0, 100.0, 7.0
)

// weekdays are the units of a product by weekday from Monday on, over its weeks; single large weeks count little more than others.
type weekdays [7]float64

// weekdaysOf adds up the weeks from one on and before another.
func (w *weeks) weekdaysOf(days []dayUnits, from, before int) (out weekdays) {
	var week weekdays
	at := -1
	put := func() {
		if sum := floats.Sum(week[:]); sum > 0 && at >= from && at < before {
			weight := 1 / (1 + (sum-1)*alike)
			for d, u := range week {
				out[d] += u * weight
			}
		}
		week = weekdays{}
	}
	for _, d := range days {
		if t := int(d.day-w.start) / 7; t != at {
			put()
			at = t
		}
		week[(d.day-w.start)%7] += float64(d.units)
	}
	put()
	return out
}

// drawn are the shares of weekdays, drawn towards others worth so many units.
func (d weekdays) drawn(towards weekdays, worth float64) weekdays {
	sum := floats.Sum(d[:])
	for k := range d {
		d[k] = (d[k] + worth*towards[k]) / (sum + worth)
	}
	return d
}

// How fine profiles of the week are: all days even, one of the shop, of categories, of products.
const (
	evenDays = iota
	shopDays
	categoryDays
	productDays
	dayKinds
)

// profiles are the shares of weekdays of each product, as fine as asked, from what was counted.
func (w *weeks) profiles(counted []weekdays) (out [dayKinds][]weekdays) {
	even, shop := weekdays{}, weekdays{}
	for d := range even {
		even[d] = 1. / 7
	}
	category := make([]weekdays, len(w.categories))
	for i, of := range counted {
		floats.Add(shop[:], of[:])
		floats.Add(category[w.about[i].class][:], of[:])
	}
	shop = shop.drawn(even, evenWorth)
	for c := range category {
		category[c] = category[c].drawn(shop, shopWorth)
	}
	for kind := range out {
		out[kind] = make([]weekdays, len(counted))
	}
	for i, of := range counted {
		mine := category[w.about[i].class]
		out[evenDays][i], out[shopDays][i], out[categoryDays][i], out[productDays][i] = even, shop, mine, of.drawn(mine, categoryWorth)
	}
	return out
}

// weekdays gives each product the shares of its weekdays, as fine as best told how the weeks after past cut-offs were spread over their days
// (logarithmic score); nil where even days told it best, or nothing can be tested.
func (w *weeks) weekdays(p plan) []weekdays {
	if len(p.cutoffs) == 0 {
		return nil
	}
	count := func(from, before int) []weekdays {
		out := make([]weekdays, len(w.all))
		parallel.For(len(out), func(i int) { out[i] = w.weekdaysOf(w.days[i], from, before) })
		return out
	}
	var told [dayKinds]float64
	for _, c := range p.cutoffs {
		came := count(c, c+p.horizon)
		for kind, shares := range w.profiles(count(c-weekdayWeeks, c)) {
			for i, of := range came {
				for d, units := range of {
					told[kind] += units * math.Log(shares[i][d])
				}
			}
		}
	}
	best := 0
	for kind := range told {
		if told[kind] > told[best] {
			best = kind
		}
	}
	if best == evenDays {
		return nil
	}
	return slices.Clone(w.profiles(count(w.n-weekdayWeeks, w.n))[best])
}
