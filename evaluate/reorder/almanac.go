package reorder

import (
	"math"

	"almanac/evaluate/data"
	"almanac/model/forecast/intermittent"
	"almanac/model/inventory"
)

// leads are the laws of lead times by supplier, learnt again every so many days from the orders on record before.
type leads struct {
	every int
	first int
	laws  []*inventory.LeadTimes
}

const leadEvery, leadMemory = 28, 365

// learnLeads fits the record as it was known on each day of learning from a day on: orders that had not arrived were open.
func learnLeads(s *Shop, quoted func(supplier int) float64, from, to int) *leads {
	l := &leads{every: leadEvery, first: from}
	for day := from; day < to; day += l.every {
		var known []inventory.Delivery
		for _, p := range s.Record {
			if p.Day >= day || p.Day < day-leadMemory {
				continue
			}
			d := inventory.Delivery{Supplier: p.Supplier, Quoted: quoted(p.Supplier), Days: float64(p.Took)}
			if p.Day+p.Took >= day {
				d.Days, d.Open = float64(day-p.Day), true
			}
			known = append(known, d)
		}
		l.laws = append(l.laws, inventory.FitLeadTimes(known))
	}
	return l
}

// on is the law of a supplier on a day.
func (l *leads) on(day, supplier, quoted int) inventory.Lead {
	i := min(max(0, (day-l.first)/l.every), len(l.laws)-1)
	return l.laws[i].Law(supplier, 0, float64(quoted))
}

// counts is the forecast of one item: Poisson counts of weeks, the season of the shop taken out, whose rate wanders. It is
// fitted anew every so many days, and takes in whole weeks between.
type counts struct {
	year   *season
	c      intermittent.Counts
	spread float64 // of past weeks, as a share of what the model expects
	seen   int     // first day that it has not taken in
	next   int     // day from which on it is fitted anew
}

const fitEvery, weeksOfMemory = 28, 104

// see takes in the demand up to yesterday.
func (f *counts) see(demand []float64, first, day int) {
	demand = data.Tame(demand[:day])
	if day >= f.next {
		f.fit(demand, first, day)
		f.next = day + fitEvery
		return
	}
	for ; f.seen+7 <= day; f.seen += 7 {
		f.take(f.week(demand, f.seen))
	}
}

// week is the demand of seven days as it would have been in a usual season.
func (f *counts) week(demand []float64, day int) float64 {
	return sum(demand[day:day+7]) * 7 / f.year.sum(day, 7)
}

func (f *counts) take(week float64) {
	f.c.Shape = f.c.Discount*f.c.Shape + week
	f.c.Rate = f.c.Discount*f.c.Rate + 1
}

func (f *counts) fit(demand []float64, first, day int) {
	from := max(first, day-7*weeksOfMemory)
	from = day - (day-from)/7*7
	var weeks []float64
	for d := from; d+7 <= day; d += 7 {
		weeks = append(weeks, f.week(demand, d))
	}
	f.c = intermittent.FitCounts(weeks)
	f.seen = day
	f.spread = spreadOf(weeks, f.c.Discount)
}

// spreadOf is how far weeks strayed from what the model expected one week ahead, in standard deviations squared, drawn to 1.
func spreadOf(weeks []float64, discount float64) float64 {
	const worth = 8.0
	shape, rate := 0.0, 0.0
	seen, expected := worth, worth
	for i, y := range weeks {
		shape, rate = shape*discount, rate*discount
		if i >= 8 && shape > 0 {
			m := shape / rate
			v := m + m*m/shape
			seen += math.Min((y-m)*(y-m)/v, 25)
			expected++
		}
		shape, rate = shape+y, rate+1
	}
	return math.Max(1, seen/expected)
}

// over is the law of the demand of the next days from one on.
func (f *counts) over(day int, days float64) inventory.Demand {
	if f.c.Rate <= 0 || f.c.Shape <= 0 || days <= 0 {
		return inventory.Demand{}
	}
	mean := f.c.Shape / f.c.Rate * f.year.sum(day, days) / 7
	return inventory.Demand{Mean: mean, SD: math.Sqrt(f.spread * (mean + mean*mean/f.c.Shape))}
}

func sum(x []float64) (s float64) {
	for _, v := range x {
		s += v
	}
	return s
}

// almanac is the product's policy: the cheapest (s, S) for the forecast's own law of demand, the learnt lead times, and money.
type almanac struct {
	counts
	leads  *leads
	years  *seasons
	review float64
}

// longest is the longest time that an order may be meant to last, in days.
const longest = 180

func (a *almanac) order(v *view) float64 {
	if ending(v) {
		return 0
	}
	a.year = a.years.on(v.day)
	a.see(v.item.Demand, v.item.First, v.day)
	perDay := a.over(v.day, 28).Mean / 28
	if perDay <= 0 {
		return 0
	}
	lead := a.leads.on(v.day, v.item.Supplier, v.item.Quoted)
	days, sd := lead.Mean(), lead.SD()
	return v.costs.of(v.item, v.day).Best(inventory.Review{Every: a.review, PerDay: perDay, Most: perDay * longest,
		Lead: a.over(v.day, days).Over(perDay, sd), Risk: a.over(v.day, days+a.review).Over(perDay, sd)}).Order(v.position)
}
