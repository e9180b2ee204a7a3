package demand

import (
	"errors"
	"fmt"
	"slices"

	"almanac/evaluate/data"
)

// World is a catalogue with its calendar.
type World struct {
	Items []Item
	Days  []Day
	price [][]float32 // by item: price of each week of weeks, 0 where it is not known
	weeks []int       // by day: which week
	usual float32     // price of what has none
}

// NewWorld puts the two files together.
func NewWorld(items []Item, days []Day) (*World, error) {
	w := &World{Items: items, Days: days, weeks: make([]int, len(days))}
	n := 0
	for i := 1; i < len(days); i++ {
		if days[i].Week < days[i-1].Week {
			return nil, fmt.Errorf("week %d of day %d comes before week %d of the day before", days[i].Week, i+1, days[i-1].Week)
		}
		if days[i].Week != days[i-1].Week {
			n++
		}
		w.weeks[i] = n
	}
	var sum, count float64
	for _, it := range items {
		if last := it.First + len(it.Sales) - 1; last > len(days) {
			return nil, fmt.Errorf("the calendar ends on day %d, the sales of item %s in store %s on day %d", len(days), it.Name, it.Store, last)
		}
		if len(days) > 0 {
			if _, ok := days[0].SNAP[it.State]; !ok && len(days[0].SNAP) > 0 {
				return nil, fmt.Errorf("the calendar has no column snap_%s for item %s in store %s", it.State, it.Name, it.Store)
			}
		}
		for _, p := range it.Prices {
			sum, count = sum+float64(p.Price), count+1
		}
		w.price = append(w.price, w.runs(it.Prices, n+1))
	}
	w.usual = 1
	if count > 0 && sum > 0 {
		w.usual = float32(sum / count)
	}
	return w, nil
}

// runs is the price of each week.
func (w *World) runs(prices []Price, weeks int) []float32 {
	out := make([]float32, weeks)
	k := -1
	for d, n := range w.weeks {
		for k+1 < len(prices) && prices[k+1].Week <= w.Days[d].Week {
			k++
		}
		if k >= 0 {
			out[n] = prices[k].Price
		}
	}
	return out
}

// Price of an item on a day from 1 on; 0 where it is not known.
func (w *World) Price(item, day int) float32 { return w.price[item][w.weeks[day-1]] }

// cut is the past and the held-out days of some items.
type cut struct {
	which []int // of the world's items
	past  [][]float32
	truth [][]float32
	yards []yardstick
}

var errNone = errors.New("no item was there before the origin; choose a later one")

// cut divides the sales of every so manieth item (the last of each group of so many) after the day origin. Items that were
// launched later are left out. With most > 0 it takes about so many, evenly among them.
func (w *World) cut(origin, horizon, every, most int) (*cut, error) {
	if most > 0 {
		every *= max(1, len(w.Items)/every/most)
	}
	if origin+horizon > len(w.Days) {
		return nil, fmt.Errorf("the horizon reaches to day %d, the calendar to day %d", origin+horizon, len(w.Days))
	}
	c := &cut{}
	for i := every - 1; i < len(w.Items); i += every {
		it := &w.Items[i]
		n := origin - it.First + 1
		if n < 1 {
			continue
		}
		if n+horizon > len(it.Sales) {
			return nil, fmt.Errorf("the horizon reaches to day %d, the sales to day %d; choose an earlier origin or a shorter horizon", origin+horizon, it.First+len(it.Sales)-1)
		}
		past := slices.Clip(it.Sales[:n])
		c.which = append(c.which, i)
		c.past = append(c.past, data.Tame(past))
		c.truth = append(c.truth, it.Sales[n:n+horizon])
		c.yards = append(c.yards, measure(past, func(d int) float64 {
			if p := w.Price(i, it.First+d); p > 0 {
				return float64(p)
			}
			return float64(w.usual)
		}))
	}
	if len(c.which) == 0 {
		return nil, errNone
	}
	return c, nil
}
