package demand

import (
	"strings"

	"almanac/evaluate/data"
	"almanac/model/gbdt/catalogue"
)

// panel is the catalogue as the model takes it, with the first days days of every series.
func (w *World) panel(days int) *catalogue.Panel {
	p := &catalogue.Panel{}
	c := &p.Calendar
	code := func(of map[string]int, name string) int {
		k, ok := of[name]
		if !ok {
			k = len(of)
			of[name] = k
		}
		return k
	}
	events, items, departments, stores, states := map[string]int{"": 0}, map[string]int{}, map[string]int{}, map[string]int{}, map[string]int{}
	for d, day := range w.Days {
		c.Weekday = append(c.Weekday, day.Weekday-1)
		c.OfMonth = append(c.OfMonth, day.OfMonth)
		c.Month = append(c.Month, day.Month)
		c.Week = append(c.Week, w.weeks[d])
		c.Event = append(c.Event, code(events, strings.Join(day.Events, "+")))
	}
	for i := range w.Items {
		it := &w.Items[i]
		s := catalogue.Series{First: it.First - 1, Price: w.price[i], Item: code(items, it.Name), Department: code(departments, it.Department), Store: code(stores, it.Store), Region: code(states, it.State)}
		if n := min(len(it.Sales), days-s.First); n > 0 {
			s.Y = data.Tame(it.Sales[:n:n])
		}
		p.Series = append(p.Series, s)
	}
	c.Flags = make([][]bool, len(states))
	for name, k := range states {
		for _, day := range w.Days {
			c.Flags[k] = append(c.Flags[k], day.SNAP[name])
		}
	}
	return p
}
