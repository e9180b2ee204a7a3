package catalogue

import "fmt"

// Pooled forecasts the mean of the series which on each of the horizon days from the day end on, as they stood before it,
// without trees: the slow exponential mean of the series, times how much more its item has sold in all stores in the last days than in
// the last months, times the rhythm of its department in its store. What an item does shows in all stores together within days, in
// one of them within weeks (partial pooling). The calendar must reach that far.
func Pooled(p *Panel, which []int, end, horizon int) ([][]float64, error) {
	if err := p.check(); err != nil {
		return nil, err
	}
	if err := p.reach(which, end, horizon); err != nil {
		return nil, err
	}
	g := newGroups(p)
	m := newMaker(p, g)
	out := make([][]float64, len(which))
	for k, i := range which {
		m.series(i)
		level := m.pooled(end - m.s.First)
		for day := end; day < end+horizon; day++ {
			out[k] = append(out[k], level*m.g.rhythm[m.of].of(end, day))
		}
	}
	return out, nil
}

// reach says what keeps the series from being forecast for the horizon days from the day end on.
func (p *Panel) reach(which []int, end, horizon int) error {
	if end < 1 || end+horizon > len(p.Calendar.Weekday) {
		return fmt.Errorf("%d days after day %d are asked for, but the calendar has %d", horizon, end, len(p.Calendar.Weekday))
	}
	for _, i := range which {
		if i < 0 || i >= len(p.Series) {
			return fmt.Errorf("there is no series %d", i)
		}
		if s := &p.Series[i]; s.First >= end || s.First+len(s.Y) < end {
			return fmt.Errorf("series %d is known from day %d to %d, not up to day %d", i, s.First, s.First+len(s.Y)-1, end-1)
		}
	}
	return nil
}

// pooled is the level of the series after its first t days.
func (m *maker) pooled(t int) float64 {
	return m.even[t] * float64(m.g.trend[m.s.Item][m.s.First+t])
}

// smoothed is an exponential mean: the first values count alike until the rate is reached.
type smoothed struct{ rate, mean, n float64 }

func (s *smoothed) add(v float64) {
	s.n++
	s.mean += max(s.rate, 1/s.n) * (v - s.mean)
}

// Rates of the exponential means by day. An item's is known from all stores, and follows quicker.
const slowly, quickly = .02, .3

// steady is the slow mean of the series without the rhythm of its shelf: after the first t days it stands at t.
func (s *Series) steady(r *rhythm, out []float64) []float64 {
	slow := smoothed{rate: slowly}
	out = append(out[:0], 0)
	for k, v := range s.Y {
		day := s.First + k
		slow.add(float64(v) / r.of(day, day))
		out = append(out, slow.mean)
	}
	return out
}

// follow works out the rhythms of the shelves and the trends of the items.
func (g *groups) follow(p *Panel, days int) {
	g.rhythm = make([]*rhythm, len(g.shelf))
	g.trend = make([][]float32, len(g.item))
	total, stores := make([][]float64, len(g.item)), make([][]float64, len(g.item))
	for i := range p.Series {
		s, shelf := &p.Series[i], g.of[i]
		if g.rhythm[shelf] == nil {
			var flags []bool
			if p.Calendar.Flags != nil {
				flags = p.Calendar.Flags[s.Region]
			}
			g.rhythm[shelf] = newRhythm(&g.shelf[shelf], p.Calendar.Weekday, flags)
		}
		if total[s.Item] == nil {
			total[s.Item], stores[s.Item] = make([]float64, days), make([]float64, days)
		}
		for k, v := range s.Y {
			day := s.First + k
			total[s.Item][day] += float64(v) / g.rhythm[shelf].of(day, day)
			stores[s.Item][day]++
		}
	}
	const little = .01 // units a day in a store
	for k, sold := range total {
		slow, quick := smoothed{rate: slowly}, smoothed{rate: quickly}
		g.trend[k] = append(make([]float32, 0, days+1), 1)
		for d, v := range sold {
			if n := stores[k][d]; n > 0 {
				slow.add(v / n)
				quick.add(v / n)
			}
			g.trend[k] = append(g.trend[k], float32(within((quick.mean+little)/(slow.mean+little))))
		}
	}
}
