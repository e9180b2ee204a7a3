package catalogue

// past answers questions about the first days of a series by running sums: sums over 0..i-1 stand at i.
type past struct {
	first  int
	y      []float32
	sum    []float64
	square []float64
	some   []float64 // days with demand
	week   []float64 // the same weekday: week[i+1] = y[i] + week[i−6]
	flag   []float64 // demand on flagged days
	flags  []float64 // flagged days
	slow   []float64 // exponential means
	quick  []float64
	from   []int32 // the day with which demand began, or began anew; see [past.restart]
	sale   []int32 // the last day with demand, −1 for none
}

func (p *past) fill(first int, y []float32, flags []bool) {
	n := len(y)
	p.first, p.y = first, y
	for _, s := range []*[]float64{&p.sum, &p.square, &p.some, &p.week, &p.flag, &p.flags, &p.slow, &p.quick} {
		if cap(*s) < n+1 {
			*s = make([]float64, n+1)
		}
		*s = (*s)[:n+1]
		(*s)[0] = 0
	}
	for _, s := range []*[]int32{&p.sale, &p.from} {
		if cap(*s) < n+1 {
			*s = make([]int32, n+1)
		}
		*s = (*s)[:n+1]
	}
	p.sale[0], p.from[0] = -1, 0
	var again resumption
	for i, v := range y {
		v := float64(v)
		some, same := 0.0, 0.0
		p.sale[i+1] = p.sale[i]
		if v > 0 {
			some, p.sale[i+1] = 1, int32(i)
		}
		if i >= 7 {
			same = p.week[i-6]
		}
		p.sum[i+1], p.square[i+1], p.some[i+1], p.week[i+1] = p.sum[i]+v, p.square[i]+v*v, p.some[i]+some, same+v
		p.flag[i+1], p.flags[i+1] = p.flag[i], p.flags[i]
		if flags != nil && flags[first+i] {
			p.flag[i+1] += v
			p.flags[i+1]++
		}
		p.restart(i, &again)
		if i == 0 {
			p.slow[0], p.quick[0] = v, v
		}
		p.slow[i+1] = p.slow[i] + .03*(v-p.slow[i])
		p.quick[i+1] = p.quick[i] + .15*(v-p.quick[i])
	}
}

// mean of the window days before t; of fewer where there are fewer. 0 with none.
func mean(sum []float64, t, window int) float64 {
	lo := max(0, t-window)
	if t <= lo {
		return 0
	}
	return (sum[t] - sum[lo]) / float64(t-lo)
}

// sameWeekday is the mean of the last weeks days before t that share the weekday of day t+h−1; ok is false with fewer.
func (p *past) sameWeekday(t, h, weeks int) (m float64, ok bool) {
	j := t - 1 + h - 7*((h+6)/7) // the latest such day before t
	if j < 7*(weeks-1) {
		return 0, false
	}
	lo := 0.0
	if k := j + 1 - 7*weeks; k > 0 {
		lo = p.week[k]
	}
	return (p.week[j+1] - lo) / float64(weeks), true
}

// around is the mean of days a..b−1, as far as they lie in 0..n−1 of what is known at t; ok is false when none does.
func around(sum []float64, a, b, t int) (float64, bool) {
	a, b = max(a, 0), min(b, t)
	if a >= b {
		return 0, false
	}
	return (sum[b] - sum[a]) / float64(b-a), true
}

// dispersion is the variance of the days before t as a multiple of their mean: of the last month and the last quarter, each
// drawn to that of usual demand where few units were sold.
func (p *past) dispersion(t int) float64 {
	const usual, units = 1.5, 10 // what is usual counts as so many units sold
	var d float64
	for _, w := range [...]int{28, 91} {
		w = min(w, p.known(t))
		n, m := float64(w), mean(p.sum, t, w)
		d += (n*max(0, mean(p.square, t, w)-m*m) + usual*units) / (n*m + units) / 2
	}
	return d
}

// resumption is the first day with demand after a pause of so many days.
type resumption struct{ day, pause int }

// Demand begins anew after a pause of at least longPause days in which missedUnits would have been sold at the rate since, a week
// of which is known.
const longPause, missedUnits = 28, 20

// restart looks at day i, the sums of which are known: has demand begun anew? What was before a launch, or before stock came back, says
// nothing of the level after it.
func (p *past) restart(i int, again *resumption) {
	if pause := i - 1 - int(p.sale[i]); p.y[i] > 0 && pause >= longPause {
		*again = resumption{i, pause}
	}
	p.from[i+1] = p.from[i]
	days := i + 1 - again.day
	if again.day > int(p.from[i]) && days >= 7 && float64(again.pause)*(p.sum[i+1]-p.sum[again.day]) >= missedUnits*float64(days) {
		p.from[i+1] = int32(again.day)
	}
}

// known is how many of the first t days tell the level: those since demand began, or began anew.
func (p *past) known(t int) int { return t - int(p.from[t]) }

// lately is the mean of the window days before t, as far as they tell the level.
func (p *past) lately(t, window int) float64 { return mean(p.sum, t, min(window, p.known(t))) }
