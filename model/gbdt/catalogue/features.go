package catalogue

import "math"

// asked are the features that depend on the day that is asked for, known those of the past alone. The first few are codes.
var (
	asked = []string{
		"department", "store", "event", "event tomorrow", "event yesterday", "weekday",
		"step", "day of month", "month", "flag", "flag yesterday", "event in days", "event ago",
		"weekday 4", "weekday 8", "weekday 13", "weekday 52", "shelf weekday 8", "flag lift",
		"year", "shelf year", "shelf year day", "event lift", "item year",
		"price", "price/13", "price/52", "price/now", "price/department", "price cents", "price weeks", "price/most", "rhythm",
	}
	known = []string{
		"level", "7", "14", "28", "56", "91", "182", "364", "slow", "quick", "last", "last but one", "last three",
		"zeros 28", "zeros 91", "zeros 364", "since", "overdue", "deviation 28", "deviation 91", "highest 28", "size 91", "age",
		"shelf 7/28", "shelf 28/91", "shelf", "item 7/28", "item 28/91", "item share 28", "item share 364", "item mean", "item trend", "even", "pooled",
	}
)

const codes = 6

// maker makes rows of features of one series after the other.
type maker struct {
	p    *Panel
	g    *groups
	s    *Series
	of   int // shelf
	own  past
	even []float64 // see [Series.steady]
	row  []float32
	at   int
	// of the day t
	base float64 // its level
	wild float64 // its dispersion
}

func newMaker(p *Panel, g *groups) *maker {
	return &maker{p: p, g: g, row: make([]float32, len(asked)+len(known))}
}

func (m *maker) series(i int) {
	m.s, m.of = &m.p.Series[i], m.g.of[i]
	var flags []bool
	if m.p.Calendar.Flags != nil {
		flags = m.p.Calendar.Flags[m.s.Region]
	}
	m.own.fill(m.s.First, m.s.Y, flags)
	m.even = m.s.steady(m.g.rhythm[m.of], m.even)
}

func (m *maker) put(v float64) {
	m.row[m.at] = float32(v)
	m.at++
}

func (m *maker) maybe(v float64, ok bool) {
	if !ok || math.IsInf(v, 0) {
		v = math.NaN()
	}
	m.put(v)
}

// ratio is a/b, missing where b is nothing.
func (m *maker) ratio(a, b float64) { m.maybe(a/b, b > 0) }

// level is what demand is measured against: a blend of the recent means of the first t days, and a little more than nothing.
func (p *past) level(t int) float64 {
	return .01 + .2*p.lately(t, 7) + .4*p.lately(t, 28) + .3*p.lately(t, 91) + .1*p.lately(t, 364)
}

// know fills the features that depend on the first t days of the series alone, but not on the step.
func (m *maker) know(t int) {
	p, day := &m.own, m.s.First+t // day is the first that is not known
	m.base, m.wild = p.level(t), p.dispersion(t)
	b := m.base
	m.at = len(asked)
	m.put(math.Log(b))
	for _, w := range [...]int{7, 14, 28, 56, 91, 182, 364} {
		m.maybe(p.lately(t, w)/b, p.known(t) >= w/2)
	}
	m.put(p.slow[t] / b)
	m.put(p.quick[t] / b)
	m.maybe(float64(p.y[max(0, t-1)])/b, t >= 1)
	m.maybe(float64(p.y[max(0, t-2)])/b, t >= 2)
	m.put(mean(p.sum, t, 3) / b)
	for _, w := range [...]int{28, 91, 364} {
		m.put(1 - mean(p.some, t, w))
	}
	since := float64(t - 1 - int(p.sale[t]))
	m.put(since)
	m.put(since * mean(p.some, t, 91))
	for _, w := range [...]int{28, 91} {
		v := mean(p.sum, t, w)
		m.put(math.Sqrt(max(0, mean(p.square, t, w)-v*v)) / b)
	}
	most := float32(0)
	for _, v := range p.y[max(0, t-28):t] {
		most = max(most, v)
	}
	m.put(float64(most) / b)
	m.ratio(mean(p.sum, t, 91), mean(p.some, t, 91))
	m.put(math.Log1p(float64(t)))
	shelf, item := &m.g.shelf[m.of], &m.g.item[m.s.Item]
	m.ratio(mean(shelf.sum, day, 7), mean(shelf.sum, day, 28))
	m.ratio(mean(shelf.sum, day, 28), mean(shelf.sum, day, 91))
	m.put(math.Log1p(mean(shelf.sum, day, 28)))
	m.ratio(mean(item.sum, day, 7), mean(item.sum, day, 28))
	m.ratio(mean(item.sum, day, 28), mean(item.sum, day, 91))
	n := m.g.count[m.s.Item]
	m.ratio(n*mean(p.sum, t, 28), mean(item.sum, day, 28))
	m.ratio(n*mean(p.sum, t, 364), mean(item.sum, day, min(t, 364)))
	m.put(math.Log(.01 + mean(item.sum, day, 728)/n))
	m.put(float64(m.g.trend[m.s.Item][day]))
	m.put(m.even[t] / b)
	m.put(math.Log((m.pooled(t) + .01) / b))
}

// ask fills what depends on the step h ≥ 1 after the first t days.
func (m *maker) ask(t, h int) []float32 {
	c, p := &m.p.Calendar, &m.own
	day := m.s.First + t + h - 1
	known := m.s.First + t
	b := m.base
	event := func(d int) float64 {
		if d < 0 || d >= len(c.Event) {
			return 0
		}
		return float64(c.Event[d])
	}
	m.at = 0
	m.put(float64(m.s.Department))
	m.put(float64(m.s.Store))
	m.put(event(day))
	m.put(event(day + 1))
	m.put(event(day - 1))
	m.put(float64(c.Weekday[day]))
	m.put(float64(h))
	m.put(float64(c.OfMonth[day]))
	m.put(float64(c.Month[day]))
	m.flag(day)
	m.flag(day - 1)
	m.nearest(day)
	for _, w := range [...]int{4, 8, 13, 52} {
		v, ok := p.sameWeekday(t, h, w)
		m.maybe(v/b, ok)
	}
	shelf, item := &m.g.shelf[m.of], &m.g.item[m.s.Item]
	v, ok := shelf.sameWeekday(known, h, 8)
	m.maybe(v/mean(shelf.sum, known, 56), ok)
	m.flagLift(t, day)
	m.year(p.sum, day-m.s.First, t, 7)
	m.year(shelf.sum, day, known, 3)
	m.year(shelf.sum, day, known, 0)
	v, ok = m.g.lift(shelf, c.Event, day, known)
	m.maybe(v, ok)
	m.year(item.sum, day, known, 7)
	m.price(day, known)
	m.put(m.g.rhythm[m.of].of(known, day))
	return m.row
}

func (m *maker) flag(day int) {
	f := m.p.Calendar.Flags
	if f == nil || day < 0 {
		m.put(math.NaN())
		return
	}
	v := 0.0
	if f[m.s.Region][day] {
		v = 1
	}
	m.put(v)
}

// nearest event ahead and behind, up to a fortnight.
func (m *maker) nearest(day int) {
	e := m.p.Calendar.Event
	ahead, behind := math.NaN(), math.NaN()
	for k := 14; k >= 0; k-- {
		if day+k < len(e) && e[day+k] > 0 {
			ahead = float64(k)
		}
		if day-k >= 0 && e[day-k] > 0 {
			behind = float64(k)
		}
	}
	m.put(ahead)
	m.put(behind)
}

// flagLift is what the series sells on days that are flagged as day is, against all days of half a year.
func (m *maker) flagLift(t, day int) {
	f := m.p.Calendar.Flags
	lo := max(0, t-182)
	if f == nil || t-lo < 56 {
		m.put(math.NaN())
		return
	}
	p := &m.own
	sum, days := p.flag[t]-p.flag[lo], p.flags[t]-p.flags[lo]
	all, n := p.sum[t]-p.sum[lo], float64(t-lo)
	if !f[m.s.Region][day] {
		sum, days = all-sum, n-days
	}
	usual := all/n + .01
	m.put((sum + 5*usual) / (days + 5) / usual)
}

// year is what was sold about the same day a year (52 weeks) ago, against the four weeks before the day that lies as far
// back as t does.
func (m *maker) year(sum []float64, day, t, near int) {
	then, now := day-364, t-364
	before, ok := around(sum, now-28, now, t)
	v, ok2 := around(sum, then-near, then+near+1, t)
	m.maybe((v+.1*before)/(1.1*before), ok && ok2 && before > 0 && now >= 14)
}

// price of the day, which is known ahead, against those of the past.
func (m *maker) price(day, known int) {
	week := m.p.Calendar.Week
	if m.s.Price == nil || m.s.Price[week[day]] <= 0 {
		for range 8 {
			m.put(math.NaN())
		}
		return
	}
	prices := m.s.Price
	now := float64(prices[week[day]])
	m.put(now)
	origin := week[max(0, known-1)]
	var most float64
	var long, short, longs, shorts float64
	for w := max(0, origin-51); w <= origin; w++ {
		v := float64(prices[w])
		if v <= 0 {
			continue
		}
		most = max(most, v)
		long, longs = long+v, longs+1
		if w > origin-13 {
			short, shorts = short+v, shorts+1
		}
	}
	m.maybe(now/(short/shorts), shorts > 0)
	m.maybe(now/(long/longs), longs > 0)
	m.ratio(now, float64(prices[origin]))
	m.ratio(now, m.g.prices[m.s.Department][week[day]])
	m.put(math.Mod(math.Round(now*100), 100))
	weeks := 0
	for w := week[day]; w > 0 && weeks < 26 && prices[w-1] == prices[w]; w-- {
		weeks++
	}
	m.put(float64(weeks))
	m.ratio(now, most)
}
