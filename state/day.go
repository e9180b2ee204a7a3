package state

import (
	"fmt"
	"time"
)

// Day is a calendar day: days since 1970-01-01. Which instants belong to it depends on a shop's time zone.
type Day int32

// DayOf is the calendar day of an instant in a time zone.
func DayOf(t time.Time, zone *time.Location) Day {
	t = t.In(zone)
	_, offset := t.Zone()
	s := t.Unix() + int64(offset)
	d := s / 86400
	if s%86400 < 0 {
		d--
	}
	return Day(d)
}

// ParseDay reads "2011-12-01".
func ParseDay(s string) (Day, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return 0, fmt.Errorf("%q is not a day like 2026-01-31", s)
	}
	return DayOf(t, time.UTC), nil
}

// String writes "2011-12-01".
func (d Day) String() string { return d.Time().Format(time.DateOnly) }

// Time is midnight UTC of the day.
func (d Day) Time() time.Time { return time.Unix(int64(d)*86400, 0).UTC() }

// Monday is the first day of the day's week (ISO 8601).
func (d Day) Monday() Day {
	w := (int64(d) + 3) % 7 // 1970-01-01 was a Thursday
	if w < 0 {
		w += 7
	}
	return d - Day(w)
}
