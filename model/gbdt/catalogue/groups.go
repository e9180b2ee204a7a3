package catalogue

// groups are sums of series by day: departments of a store, and items over all stores.
type groups struct {
	shelf  []past // department × store
	item   []past
	of     []int       // by series: its shelf
	rhythm []*rhythm   // by shelf
	trend  [][]float32 // by item and day: what it sold per store in the last days against the last months
	count  []float64   // by item: series
	prices [][]float64 // by department and week: the mean price
	last   [][]int32   // by event: days, ascending
}

func newGroups(p *Panel) *groups {
	g := &groups{}
	days, departments, stores, items, events := 0, 0, 0, 0, 0
	for i := range p.Series {
		s := &p.Series[i]
		days = max(days, s.First+len(s.Y))
		departments, stores, items = max(departments, s.Department+1), max(stores, s.Store+1), max(items, s.Item+1)
	}
	for _, e := range p.Calendar.Event {
		events = max(events, e+1)
	}
	g.last = make([][]int32, events)
	for d, e := range p.Calendar.Event {
		if e > 0 {
			g.last[e] = append(g.last[e], int32(d))
		}
	}
	sums := func(n int, of func(s *Series) int) []past {
		total := make([][]float32, n)
		for i := range p.Series {
			s := &p.Series[i]
			k := of(s)
			if total[k] == nil {
				total[k] = make([]float32, days)
			}
			for d, v := range s.Y {
				total[k][s.First+d] += v
			}
		}
		out := make([]past, n)
		for k := range out {
			if total[k] != nil {
				out[k].fill(0, total[k], nil)
			}
		}
		return out
	}
	g.shelf = sums(departments*stores, func(s *Series) int { return s.Department*stores + s.Store })
	g.item = sums(items, func(s *Series) int { return s.Item })
	g.count = make([]float64, items)
	for i := range p.Series {
		g.of = append(g.of, p.Series[i].Department*stores+p.Series[i].Store)
		g.count[p.Series[i].Item]++
	}
	g.follow(p, days)
	weeks := 0
	if n := len(p.Calendar.Week); n > 0 {
		weeks = p.Calendar.Week[n-1] + 1
	}
	count := make([][]float64, departments)
	g.prices = make([][]float64, departments)
	for k := range count {
		count[k], g.prices[k] = make([]float64, weeks), make([]float64, weeks)
	}
	for i := range p.Series {
		s := &p.Series[i]
		for w, v := range s.Price[:min(weeks, len(s.Price))] {
			if v > 0 {
				g.prices[s.Department][w] += float64(v)
				count[s.Department][w]++
			}
		}
	}
	for k := range count {
		for w, n := range count[k] {
			if n > 0 {
				g.prices[k][w] /= n
			}
		}
	}
	return g
}

// lift is how much more a shelf sold on the last day before t that stood to its event as day does, than on the four
// days of the same weekday before that one. ok is false when no event is near, or none was before.
func (g *groups) lift(p *past, event []int, day, t int) (float64, bool) {
	for _, off := range [...]int{0, 1, -1, 2, -2, 3} { // days after day
		d := day + off
		if d < 0 || d >= len(event) || event[d] == 0 {
			continue
		}
		days := g.last[event[d]]
		for k := len(days) - 1; k >= 0; k-- {
			then := int(days[k]) - off
			if then >= t || then < 28 {
				continue
			}
			before := float64(p.y[then-7]) + float64(p.y[then-14]) + float64(p.y[then-21]) + float64(p.y[then-28])
			if before <= 0 {
				return 0, false
			}
			return 4 * float64(p.y[then]) / before, true
		}
		return 0, false
	}
	return 0, false
}
