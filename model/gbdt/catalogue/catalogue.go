// Package catalogue forecasts every item of a catalogue by day from one model that has learned from all of them: what one
// item teaches about weekdays, prices, events, seasons and ends of life holds for the others.
//
// In goes a [Panel]: daily demand of series (an item in a store) with their department, region and prices, and a calendar of
// weekdays, events and flags that is known ahead. Out come the mean demand of each next day and its quantiles.
//
// Forecasts are direct: a row of the training set is a series, a day t up to which it is known, and a step h; its features are
// what was known on day t about the series and its groups, and what is known ahead about day t+h. One model serves all steps.
// The model learns the factor by which demand differs from a blend of recent means (its offset), so that slow and quick
// sellers teach one another.
//
// [Pooled] forecasts the means without trees, from items followed over all stores; what it says is a feature of the trees too, and a good
// partner of theirs in a combination.
//
// Sources: Makridakis, Spiliotis and Assimakopoulos (2022), "M5 accuracy competition: results, findings, and conclusions",
// International Journal of Forecasting 38(4), and "The M5 uncertainty competition", 38(4), on global gradient-boosted trees;
// Januschowski et al. (2022), "Forecasting with trees", International Journal of Forecasting 38(4); Bojer and Meldgaard (2021),
// "Kaggle forecasting competitions", International Journal of Forecasting 37(2), on direct forecasts with lagged features; de
// Rezende, Egert, Marin and Thompson (2022), "A white-boxed ISSM approach to estimate uncertainty distributions of Walmart sales",
// International Journal of Forecasting 38(4), on levels followed exponentially beside factors by store and department.
package catalogue

import (
	"errors"
	"fmt"
	"math"
)

// Series is the demand of one item in one store.
type Series struct {
	First                           int       // the day of Y[0], an index of the calendar
	Y                               []float32 // units a day, finite and not negative
	Item, Department, Store, Region int       // codes from 0
	Price                           []float32 // by [Calendar.Week]; 0 where it is not known; nil: none is
}

// Calendar is what is known of every day, of the past and ahead. All slices have one value a day.
type Calendar struct {
	Weekday []int    // 0 to 6
	OfMonth []int    // 1 to 31
	Month   []int    // 1 to 12
	Week    []int    // in which prices are constant: ascending from 0
	Event   []int    // which event the day is, 0 for none
	Flags   [][]bool // by region and day, such as days on which benefits are paid; nil: none
}

// Panel is a catalogue: series over one calendar.
type Panel struct {
	Series   []Series
	Calendar Calendar
}

// check says what is wrong with a panel.
func (p *Panel) check() error {
	if len(p.Series) == 0 {
		return errors.New("the catalogue has no series")
	}
	c := &p.Calendar
	n := len(c.Weekday)
	if len(c.OfMonth) != n || len(c.Month) != n || len(c.Week) != n || len(c.Event) != n {
		return fmt.Errorf("the calendar has %d weekdays, %d days of the month, %d months, %d weeks and %d events; give one a day", n, len(c.OfMonth), len(c.Month), len(c.Week), len(c.Event))
	}
	for d := range n {
		if c.Weekday[d] < 0 || c.Weekday[d] > 6 || c.Event[d] < 0 || c.Week[d] < 0 || d > 0 && c.Week[d] < c.Week[d-1] {
			return fmt.Errorf("day %d of the calendar: weekdays are 0 to 6, events not negative, weeks ascend from 0", d)
		}
	}
	for r, f := range c.Flags {
		if len(f) != n {
			return fmt.Errorf("region %d has %d flags for %d days", r, len(f), n)
		}
	}
	for i := range p.Series {
		s := &p.Series[i]
		switch {
		case s.First < 0 || s.First+len(s.Y) > n:
			return fmt.Errorf("series %d lies on days %d to %d, the calendar has %d", i, s.First, s.First+len(s.Y)-1, n)
		case s.Item < 0 || s.Department < 0 || s.Store < 0 || s.Region < 0 || c.Flags != nil && s.Region >= len(c.Flags):
			return fmt.Errorf("series %d has a code that is negative, or a region without flags", i)
		case s.Price != nil && n > 0 && len(s.Price) <= c.Week[n-1]:
			return fmt.Errorf("series %d has %d prices for %d weeks", i, len(s.Price), c.Week[n-1]+1)
		}
		for k, v := range s.Y {
			if !(v >= 0) || math.IsInf(float64(v), 0) {
				return fmt.Errorf("series %d has the demand %v on day %d; demand is finite and not negative", i, v, s.First+k)
			}
		}
	}
	return nil
}
