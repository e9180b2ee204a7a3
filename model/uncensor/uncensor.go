// Package uncensor answers what would have sold on days on which a product was out of stock for some hours.
//
// In go, for each product of each store, days with sales by hour and the hours without stock; out comes the demand of
// each day. What sold is known; what would have sold in the hours without stock is what is usual in these hours, for
// this product, on such a day in this store, moved by what sold in the other hours of the day:
//
//	demand = sold + hidden · (k + sold) / (k + seen)
//
// where seen and hidden are what was expected of the hours with and without stock before looking at the day, and k says how
// much that is trusted: the posterior mean of a Gamma–Poisson model (Fader and Hardie 2005, for
// the mixture; exposure as in Wecker 1978 and Lau and Lau 1996 for censored demand).
package uncensor

import (
	"math"
)

// Day is one day of one product in one store.
type Day struct {
	Item    int // product in a store, counted from 0
	Product int // in all stores
	Group   int // of products whose days are alike
	Store   int
	Date    int // days from any fixed day
	Weekday int // 0 to 6
	Sales   []float64
	Out     []bool  // hours without stock; as long as Sales
	Lift    float64 // price as a share of the usual one, 1 where nothing is known
}

// Whole tells whether there was stock in all hours that count.
func (d *Day) Whole(open []bool) bool {
	for h, o := range d.Out {
		if o && open[h] {
			return false
		}
	}
	return true
}

func (d *Day) sold(open []bool) (n float64) {
	for h, v := range d.Sales {
		if open[h] {
			n += v
		}
	}
	return n
}

// Open finds the hours of the day in which anything is sold to speak of, for shops that do not say when they are open.
func Open(days []Day) []bool {
	var byHour []float64
	total := 0.
	for i := range days {
		if byHour == nil {
			byHour = make([]float64, len(days[i].Sales))
		}
		for h, v := range days[i].Sales {
			byHour[h] += v
			total += v
		}
	}
	open := make([]bool, len(byHour))
	for h, v := range byHour {
		open[h] = v > .004*total
	}
	return open
}

// Model knows how days usually go.
type Model struct {
	open []bool
	// Shares of the hours, by (product, weekend) and (store, weekend), and of everything.
	products, stores map[[2]int][]float64
	all              [2][]float64

	weekday map[[2]int]float64 // (group, weekday) → factor
	items   [][]point          // whole days of each item, by date
	shock   map[[2]int]*ratio  // (store, date)
	price   map[int]float64    // group → elasticity
	global  []float64          // mean of a whole day, by group
	Settings
}

// Settings are what a shop's own whole days choose.
type Settings struct {
	Trust float64 // κ of an item of which one unit a day is expected
	Power float64 // κ falls with the expectation to this power: 1 for Poisson demand
	Near  float64 // days within which other days count most
	Shock float64 // units expected of a store's day before its deviation is believed by half
	Hour  float64 // the same of an hour and its neighbours
}

// Usual are settings that suit groceries.
var Usual = Settings{Trust: 2, Power: 1, Near: 10, Shock: 20, Hour: 20}

type point struct {
	date int
	at   float64 // demand of the day without its weekday and price
	week float64 // factor of weekday and price
}

// ratio is what sold in each hour in which there was stock, and what was expected there, over the products of a store.
type ratio struct{ sold, expected [24]float64 }

func (r *ratio) add(d *Day, open []bool, mean float64, profile []float64, sign float64) {
	for h, v := range d.Sales {
		if open[h] && !d.Out[h] {
			r.sold[h] += sign * v
			r.expected[h] += sign * mean * profile[h]
		}
	}
}

func (r *ratio) sums() (sold, expected float64) {
	for h := range r.sold {
		sold, expected = sold+r.sold[h], expected+r.expected[h]
	}
	return max(0, sold), max(0, expected)
}

func weekend(weekday int) int {
	if weekday == 0 || weekday == 6 {
		return 1
	}
	return 0
}

// Fit learns from the whole days. open are the hours that count.
func Fit(days []Day, open []bool, s Settings) *Model {
	m := &Model{open: open, weekday: map[[2]int]float64{}, shock: map[[2]int]*ratio{}, price: map[int]float64{}, Settings: s}
	items, groups := 0, 0
	for i := range days {
		items, groups = max(items, days[i].Item+1), max(groups, days[i].Group+1)
	}
	m.items, m.global = make([][]point, items), make([]float64, groups)
	m.profiles(days)
	m.weekdays(days, groups)
	for i := range days {
		d := &days[i]
		if d.Whole(m.open) {
			f := m.factor(d)
			m.items[d.Item] = append(m.items[d.Item], point{d.Date, d.sold(m.open) / f, f})
		}
	}
	var hours [24]float64
	for i := range days {
		d := &days[i]
		if !d.Whole(m.open) {
			continue // stock runs out on good days, whose first hours would tell too much
		}
		k := [2]int{d.Store, d.Date}
		if m.shock[k] == nil {
			m.shock[k] = &ratio{}
		}
		m.shock[k].add(d, m.open, m.level(d)*m.factor(d), m.profile(d, hours[:len(m.open)]), 1)
	}
	return m
}

// profiles are shares by hour: of products shrunk towards those of their group, these towards those of the store, and
// these towards those of all.
func (m *Model) profiles(days []Day) {
	groups, stores, products := map[[2]int][]float64{}, map[[2]int][]float64{}, map[[2]int][]float64{}
	for w := range m.all {
		m.all[w] = make([]float64, len(m.open))
	}
	for i := range days {
		d := &days[i]
		if !d.Whole(m.open) {
			continue
		}
		w := weekend(d.Weekday)
		g, st, p := at(groups, d.Group, w, len(m.open)), at(stores, d.Store, w, len(m.open)), at(products, d.Product, w, len(m.open))
		for h, v := range d.Sales {
			if m.open[h] {
				m.all[w][h] += v
				g[h] += v
				st[h] += v
				p[h] += v
			}
		}
	}
	for w := range m.all {
		norm(m.all[w])
	}
	const units = 300 // of the wider profile that are believed beside a narrower one
	shrink := func(narrow map[[2]int][]float64, wide func(k [2]int) []float64) {
		for k, s := range narrow {
			for h, v := range wide(k) {
				s[h] += units * v
			}
			norm(s)
		}
	}
	of := map[int]int{} // product → group
	for i := range days {
		of[days[i].Product] = days[i].Group
	}
	shrink(groups, func(k [2]int) []float64 { return m.all[k[1]] })
	shrink(products, func(k [2]int) []float64 { return groups[[2]int{of[k[0]], k[1]}] })
	shrink(stores, func(k [2]int) []float64 { return m.all[k[1]] })
	m.products, m.stores = products, stores
}

func at(of map[[2]int][]float64, id, weekend, hours int) []float64 {
	k := [2]int{id, weekend}
	if of[k] == nil {
		of[k] = make([]float64, hours)
	}
	return of[k]
}

// profile of a day: that of the product, as the store's hours differ from all stores'.
func (m *Model) profile(d *Day, into []float64) []float64 {
	w := weekend(d.Weekday)
	p, st := m.products[[2]int{d.Product, w}], m.stores[[2]int{d.Store, w}]
	copy(into, m.all[w])
	if p != nil {
		copy(into, p)
	}
	if st != nil {
		for h := range into {
			if m.all[w][h] > 0 {
				into[h] *= st[h] / m.all[w][h]
			}
		}
		norm(into)
	}
	return into
}

func norm(v []float64) {
	t := 0.
	for _, x := range v {
		t += x
	}
	for i := range v {
		if t > 0 {
			v[i] /= t
		}
	}
}

// weekdays are factors by group and weekday, and the answer to price, from deviations from the items' means.
func (m *Model) weekdays(days []Day, groups int) {
	type sum struct{ sold, n float64 }
	item := map[int]sum{}
	for i := range days {
		if d := &days[i]; d.Whole(m.open) {
			s := item[d.Item]
			item[d.Item] = sum{s.sold + d.sold(m.open), s.n + 1}
		}
	}
	sold, expected := map[[2]int]float64{}, map[[2]int]float64{}
	xy, xx := make([]float64, groups), make([]float64, groups)
	total := make([]sum, groups)
	for i := range days {
		d := &days[i]
		s := item[d.Item]
		if !d.Whole(m.open) || s.sold == 0 {
			continue
		}
		k, mean, v := [2]int{d.Group, d.Weekday}, s.sold/s.n, d.sold(m.open)
		sold[k] += v
		expected[k] += mean
		total[d.Group] = sum{total[d.Group].sold + v, total[d.Group].n + 1}
	}
	for k, e := range expected {
		const prior = 50
		m.weekday[k] = (sold[k] + prior) / (e + prior)
	}
	// Price: least squares of the deviation from the mean of the item on that of its log price.
	price := map[int]sum{}
	for i := range days {
		if d := &days[i]; d.Whole(m.open) && d.Lift > 0 {
			s := price[d.Item]
			price[d.Item] = sum{s.sold + math.Log(d.Lift), s.n + 1}
		}
	}
	for i := range days {
		d := &days[i]
		s, p := item[d.Item], price[d.Item]
		if !d.Whole(m.open) || s.sold == 0 || d.Lift <= 0 || p.n == 0 {
			continue
		}
		mean := s.sold / s.n
		x := math.Log(d.Lift) - p.sold/p.n
		y := d.sold(m.open)/mean/m.weekday[[2]int{d.Group, d.Weekday}] - 1
		xy[d.Group] += x * y * mean
		xx[d.Group] += x * x * mean
	}
	for g := range groups {
		m.price[g] = xy[g] / (xx[g] + 1)
		if total[g].n > 0 {
			m.global[g] = total[g].sold / total[g].n
		}
	}
}

// factor is what weekday and price make of a usual day.
func (m *Model) factor(d *Day) float64 {
	f, ok := m.weekday[[2]int{d.Group, d.Weekday}]
	if !ok {
		f = 1
	}
	if d.Lift > 0 {
		f *= max(.3, 1+m.price[d.Group]*math.Log(d.Lift))
	}
	return f
}

// level is the usual demand of the item around a date: the mean of its other whole days, the near ones weighing more,
// shrunk towards the group's.
func (m *Model) level(d *Day) float64 {
	const prior = .5 // days
	sum, n := prior*m.global[d.Group], prior
	for _, p := range m.items[d.Item] {
		if p.date == d.Date {
			continue // nothing is known of the day itself
		}
		w := (.15 + math.Exp(-math.Abs(float64(p.date-d.Date))/m.Near)) * p.week
		sum, n = sum+w*p.at, n+w
	}
	return sum / n
}

// Usual is what is expected of each hour of a day before looking at it: the item's level on such a day, moved by what
// the store's other products sold on that day, and in that hour.
func (m *Model) Usual(d *Day) (mean float64, hours [24]float64) {
	profile := m.profile(d, hours[:len(m.open)])
	mean = m.level(d) * m.factor(d)
	var r ratio
	if k := m.shock[[2]int{d.Store, d.Date}]; k != nil {
		r = *k
		if d.Whole(m.open) {
			r.add(d, m.open, mean, profile, -1) // without the item itself
		}
	}
	sold, expected := r.sums()
	all := (m.Shock + sold) / (m.Shock + expected)
	mean *= all
	for h := range profile {
		// Neighbouring hours share their weather.
		var s, e float64
		for n := max(0, h-1); n <= min(len(profile)-1, h+1); n++ {
			s, e = s+max(0, r.sold[n]), e+max(0, r.expected[n])
		}
		hours[h] = mean * profile[h] * (m.Hour + s) / (m.Hour + e*all)
	}
	return mean, hours
}

// Demand of a day, with what would have sold in the hours given as out; what d says it sold in them is not looked at.
func (m *Model) Demand(d *Day, out []bool) float64 {
	mean, hours := m.Usual(d)
	return m.Given(mean, hours, d, out)
}

// Given is Demand with what is usual known.
func (m *Model) Given(mean float64, hours [24]float64, d *Day, out []bool) float64 {
	var sold, seen, hidden float64
	for h, v := range d.Sales {
		switch {
		case !m.open[h]:
		case out[h]:
			hidden += hours[h]
		default:
			sold, seen = sold+v, seen+hours[h]
		}
	}
	trust := m.Trust * math.Pow(max(.05, mean), 1-m.Power)
	return sold + hidden*(trust+sold)/(trust+seen)
}

// Seen is what sold in the hours with stock, and the share of a usual day that falls into them.
func (m *Model) Seen(d *Day, out []bool) (sold, share float64) {
	var hours [24]float64
	p := m.profile(d, hours[:len(m.open)])
	for h, v := range d.Sales {
		if m.open[h] && !out[h] {
			sold += v
			share += p[h]
		}
	}
	return sold, min(1, share)
}
