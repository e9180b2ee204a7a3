package lifetime

import (
	"slices"
	"time"

	"almanac/model/stats"
)

// Newcomer is when a customer first bought and came back, in days since 1970-01-01 (UTC or the shop's own calendar, as
// the caller counts days).
type Newcomer struct {
	First    int
	Second   int // meaningful only if Returned
	Returned bool
}

// Cohort is the customers whose first order fell in one calendar month, and how many ordered again within the window.
type Cohort struct {
	Month     string         `json:"month"` // 2011-03
	Customers int64          `json:"customers"`
	Returned  int64          `json:"returned"`
	Rate      float64        `json:"rate"`
	Interval  stats.Interval `json:"interval"` // Wilson, 95 %
}

// RepeatByCohort is the repeat rate within the given number of days, month by month, oldest first. A month counts only
// once its very last day lies at least that many days before asOf (a day, inclusive): of younger cohorts not everybody
// has had the time, and their rates would look like a decline. The first month of a shop's history holds old customers
// who only look new, which the caller may know and say.
func RepeatByCohort(newcomers []Newcomer, within, asOf int) []Cohort {
	byMonth := make(map[int]*Cohort)
	var months []int
	for _, n := range newcomers {
		month := monthOf(n.First)
		if lastDay(month)+within > asOf {
			continue
		}
		c := byMonth[month]
		if c == nil {
			c = &Cohort{Month: nameOf(month)}
			byMonth[month] = c
			months = append(months, month)
		}
		c.Customers++
		if n.Returned && n.Second-n.First <= within {
			c.Returned++
		}
	}
	slices.Sort(months)
	out := make([]Cohort, 0, len(months))
	for _, m := range months {
		c := byMonth[m]
		c.Rate = float64(c.Returned) / float64(c.Customers)
		c.Interval = stats.Wilson(c.Returned, c.Customers, 0.95)
		out = append(out, *c)
	}
	return out
}

// RepeatRate is the rate over all mature cohorts together, as a cohort without a month; Customers 0 where none is mature.
func RepeatRate(cohorts []Cohort) Cohort {
	var all Cohort
	for _, c := range cohorts {
		all.Customers += c.Customers
		all.Returned += c.Returned
	}
	if all.Customers > 0 {
		all.Rate = float64(all.Returned) / float64(all.Customers)
	}
	all.Interval = stats.Wilson(all.Returned, all.Customers, 0.95)
	return all
}

// Months are counted from year 0, so that they sort and step by one.
func monthOf(day int) int {
	t := time.Unix(int64(day)*86400, 0).UTC()
	return t.Year()*12 + int(t.Month()) - 1
}

func lastDay(month int) int {
	next := time.Date(month/12, time.Month(month%12+2), 1, 0, 0, 0, 0, time.UTC)
	return int(next.Unix()/86400) - 1
}

func nameOf(month int) string {
	return time.Date(month/12, time.Month(month%12+1), 1, 0, 0, 0, 0, time.UTC).Format("2006-01")
}
