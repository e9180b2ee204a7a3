package demand

import "math"

// treeFeatures are what trees see; the first treeCodes are codes. The first part depends on the step.
var treeFeatures = []string{
	"category", "brand",
	"step", "week of the year", "year", "year of the category", "year of the shop", "price", "promotion", "after a promotion", "price change", "promotion ahead",
	"level", "1", "2", "4", "8", "13", "26", "52", "last", "last but one", "last but two", "quick", "slow",
	"zeros 4", "zeros 13", "zeros 52", "since", "overdue", "deviation 13", "deviation 52", "highest 13", "size 13", "age", "age since it began",
	"category 4/13", "category 13/52", "of the category", "own/category", "shop 1/4", "shop 4/13", "bulk", "in stock 1", "in stock 4", "price now", "promotion now", "price level",
}

const treeCodes, treeAsked = 2, 12

// running are sums over the first weeks of a series: sums over 0 … t−1 stand at t.
type running struct{ sum, square, some []float64 }

func (r *running) fill(y []float64) {
	for _, of := range []*[]float64{&r.sum, &r.square, &r.some} {
		*of = append((*of)[:0], make([]float64, len(y)+1)...)
	}
	for t, v := range y {
		r.sum[t+1], r.square[t+1], r.some[t+1] = r.sum[t]+v, r.square[t]+v*v, r.some[t]
		if v > 0 {
			r.some[t+1]++
		}
	}
}

// mean of the window weeks before t, of fewer where there are fewer; 0 with none.
func mean(sum []float64, t, window int) float64 {
	from := max(0, t-window)
	if t <= from {
		return 0
	}
	return (sum[t] - sum[from]) / float64(t-from)
}

// treeMaker makes the features of one question after the other.
type treeMaker struct {
	*grove
	row   []float32
	at    int
	i     int       // series
	y     []float64 // its demand before the cut-off
	sums  running
	known int
	t     int         // weeks of the series that are known
	own   [][]float64 // its price, promotion and the week after one; nil where nothing moved it
	level float64     // what demand is measured against
}

func (m *treeMaker) put(v float64) {
	if math.IsInf(v, 0) {
		v = math.NaN()
	}
	m.row[m.at] = float32(v)
	m.at++
}

// ratio is a/b, missing where b is nothing.
func (m *treeMaker) ratio(a, b float64) {
	if !(b > 0) {
		a = math.NaN()
	}
	m.put(a / b)
}

func (m *treeMaker) series(i int) {
	m.i, m.y = i, m.seen(i)
	m.sums.fill(m.y)
}

// know fills the features that do not depend on the step.
func (m *treeMaker) know(known int) {
	s, r := &m.w.all[m.i], &m.sums
	m.known, m.t = known, known-s.first
	t, y := m.t, m.y
	m.own = m.ownAt(m.i, known)
	m.level = .02 + .35*mean(r.sum, t, 4) + .4*mean(r.sum, t, 13) + .25*mean(r.sum, t, 52)
	b := m.level
	m.at = treeAsked
	m.put(math.Log(b))
	for _, of := range [...]int{1, 2, 4, 8, 13, 26, 52} {
		if v := mean(r.sum, t, of) / b; t > of/2 {
			m.put(v)
		} else {
			m.put(math.NaN())
		}
	}
	for k := range 3 {
		if t > k {
			m.put(y[t-1-k] / b)
		} else {
			m.put(math.NaN())
		}
	}
	quick, slow := y[0], y[0]
	for _, v := range y[max(0, t-52):t] {
		quick, slow = quick+.3*(v-quick), slow+.1*(v-slow)
	}
	m.put(quick / b)
	m.put(slow / b)
	for _, of := range [...]int{4, 13, 52} {
		m.put(1 - mean(r.some, t, of))
	}
	since := 0
	for since < t && !(y[t-1-since] > 0) {
		since++
	}
	m.put(float64(since))
	m.put(float64(since) * mean(r.some, t, 26))
	for _, of := range [...]int{13, 52} {
		v := mean(r.sum, t, of)
		m.put(math.Sqrt(math.Max(0, mean(r.square, t, of)-v*v)) / b)
	}
	most := 0.0
	for _, v := range y[max(0, t-13):t] {
		most = math.Max(most, v)
	}
	m.put(most / b)
	m.ratio(mean(r.sum, t, 13), mean(r.some, t, 13)*b)
	m.put(math.Log1p(float64(t)))
	if s.first >= settled { // seen to begin
		m.put(math.Log1p(float64(t)))
	} else {
		m.put(math.NaN())
	}
	of := m.w.about[m.i].class
	class := &m.class[of]
	m.ratio(mean(class.sum, known, 4), mean(class.sum, known, 13))
	m.ratio(mean(class.sum, known, 13), mean(class.sum, known, 52))
	m.put(math.Log(.01 + mean(class.sum, known, 26)/m.count[of]))
	m.ratio(m.count[of]*mean(r.sum, t, 13), mean(class.sum, known, 13))
	m.ratio(mean(m.shop.sum, known, 1), mean(m.shop.sum, known, 4))
	m.ratio(mean(m.shop.sum, known, 4), mean(m.shop.sum, known, 13))
	m.bulk(s)
	m.stock(s)
	now := known - 1
	m.put(value(m.own, 0, now))
	m.put(value(m.own, 1, now))
	m.put(m.priceAt(known))
}

// bulk is what single large orders added in the last quarter, which learning leaves out.
func (m *treeMaker) bulk(s *series) {
	sum := 0.0
	for t := max(0, m.t-13); s.bulk.units != nil && t < m.t; t++ {
		sum += s.bulk.units[t]
	}
	m.put(sum / 13 / m.level)
}

// stock is the share of the last weeks' usual sales for which there was stock, as known by then.
func (m *treeMaker) stock(s *series) {
	in := s.known(m.known)
	for _, of := range [...]int{1, 4} {
		sum := 0.0
		for t := max(0, m.t-of); t < m.t; t++ {
			if in == nil {
				sum++
			} else {
				sum += in[t]
			}
		}
		m.put(sum / float64(of))
	}
}

// priceAt is the logarithm of the last price that was set before a week.
func (m *treeMaker) priceAt(known int) float64 {
	if m.a == nil {
		return math.NaN()
	}
	price := math.NaN()
	for _, p := range m.a.prices[m.i] {
		if !p.At.Before(m.a.begins(known)) {
			break
		}
		price = math.Log(float64(p.Amount))
	}
	return price
}

// ask fills what depends on the step.
func (m *treeMaker) ask(step int) {
	week := m.known + step - 1
	m.at = 0
	m.put(float64(m.w.about[m.i].class))
	m.put(float64(m.brand[m.i]))
	m.put(float64(step))
	if m.known >= 104 {
		m.put(float64((m.w.start.Time().AddDate(0, 0, 7*week).YearDay() - 1) / 7))
	} else {
		m.put(math.NaN()) // no season was seen twice
	}
	m.year(m.sums.sum, m.t, step, 2)
	m.year(m.class[m.w.about[m.i].class].sum, m.known, step, 1)
	m.year(m.shop.sum, m.known, step, 0)
	m.put(value(m.own, 0, week))
	m.put(value(m.own, 1, week))
	m.put(value(m.own, 2, week))
	m.put(value(m.own, 0, week) - value(m.own, 0, m.known-1))
	m.put(value(m.own, 1, week) - value(m.own, 1, m.known-1))
}

// year is what was sold about the same week a year ago, against the thirteen weeks before the week that lies as far back as the last
// known one.
func (m *treeMaker) year(sum []float64, t, step, near int) {
	then, now := t+step-1-52, t-52
	if now < 8 {
		m.put(math.NaN())
		return
	}
	before := mean(sum, now, 13)
	to := min(then+near+1, t)
	m.ratio(mean(sum, to, to-(then-near))+.1*before, 1.1*before)
}
