package demand

import (
	"math"

	"almanac/model/stats"
	"almanac/state"
)

const (
	// monthDays is how many days are the beginning of a month, and its end: about when people are paid.
	monthDays = 5
	// monthsSeen is how many months must tell, and monthsSure by how many standard errors, before such days are tried as an effect.
	monthsSeen, monthsSure = 6, 2.0
)

// monthly are the days at the beginning of a month and at its end.
var monthly = []struct {
	name string
	in   func(state.Day) bool
}{
	{"Beginning of the month", func(d state.Day) bool { return d.Time().Day() <= monthDays }},
	{"End of the month", func(d state.Day) bool { return (d + monthDays).Time().Day() <= monthDays }},
}

// addMonth makes of the beginning and the end of months what moves all products, where their days differ from the month's others, against
// their weekdays.
func (a *around) addMonth() {
	byDay, weekday := make([]float64, 7*a.w.n), [7]float64{}
	for _, of := range a.w.days {
		for _, d := range of {
			v := math.Sqrt(float64(d.units)) // large orders move it little
			byDay[d.day-a.w.start] += v
			weekday[(d.day-a.w.start)%7] += v
		}
	}
	for _, of := range monthly {
		var differ []float64
		for d := a.w.start; d < a.w.end; {
			year, month, _ := d.Time().Date()
			var sum, usual [2]float64
			for ; d < a.w.end; d++ {
				if y, m, _ := d.Time().Date(); y != year || m != month {
					break
				}
				k := 0
				if of.in(d) {
					k = 1
				}
				sum[k], usual[k] = sum[k]+byDay[d-a.w.start], usual[k]+weekday[(d-a.w.start)%7]
			}
			if v := math.Log(sum[1] / usual[1] * usual[0] / sum[0]); !math.IsNaN(v) && !math.IsInf(v, 0) {
				differ = append(differ, v)
			}
		}
		if len(differ) < monthsSeen || math.Abs(stats.Mean(differ)) < monthsSure*deviation(differ)/math.Sqrt(float64(len(differ))) {
			continue
		}
		l := line{week: make([]float64, a.ahead)}
		for t := range l.week {
			for d := range 7 {
				if of.in(a.w.start + state.Day(7*t+d)) {
					l.week[t] += 1. / 7
				}
			}
		}
		a.common = append(a.common, outside{ofMonth, of.name, l})
	}
}
