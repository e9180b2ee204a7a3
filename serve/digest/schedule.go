// Package digest says once a week how a shop is doing: when it is due, what was sent, and how it reads as plain text
// and as HTML. The figures come from the server (wire.Digest), which takes them from where the pages take them.
package digest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"almanac/sqldb"
)

// Schedule says when the digest is mailed: at an hour of a weekday in the shop's time zone.
type Schedule struct {
	On   bool
	Day  time.Weekday // also the day after the week that the digest speaks of; Monday where it is off
	Hour int          // 0 to 23
}

var days = []string{"sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"}

// ParseSchedule reads a weekday, or off.
func ParseSchedule(day string, hour int) (Schedule, error) {
	if hour < 0 || hour > 23 {
		return Schedule{}, fmt.Errorf("the hour %d of the digest is not between 0 and 23", hour)
	}
	if day == "" || day == "off" {
		return Schedule{Day: time.Monday, Hour: hour}, nil
	}
	i := slices.Index(days, strings.ToLower(day))
	if i < 0 {
		return Schedule{}, fmt.Errorf("the day %q of the digest is neither off nor one of monday to sunday", day)
	}
	return Schedule{On: true, Day: time.Weekday(i), Hour: hour}, nil
}

// Name is the weekday, or off.
func (s Schedule) Name() string {
	if !s.On {
		return "off"
	}
	return days[s.Day]
}

// Last is the newest instant at which a digest was due.
func (s Schedule) Last(now time.Time, zone *time.Location) time.Time {
	local := now.In(zone)
	back := (int(local.Weekday()) - int(s.Day) + 7) % 7
	at := time.Date(local.Year(), local.Month(), local.Day()-back, s.Hour, 0, 0, 0, zone)
	if at.After(now) {
		at = time.Date(local.Year(), local.Month(), local.Day()-back-7, s.Hour, 0, 0, 0, zone)
	}
	return at
}

// late is how long after its hour a digest is still sent, e.g. because the machine was off.
const late = 24 * time.Hour

// Sent remembers what was sent.
type Sent struct{ db *sqldb.DB }

// OpenSent prepares the table.
func OpenSent(ctx context.Context, db *sqldb.DB) (*Sent, error) {
	err := db.Migrate(ctx, "digest", []sqldb.Migration{{Name: "digests sent", SQL: []string{
		`CREATE TABLE digest_sent (shop {text} NOT NULL, week {text} NOT NULL, at_us {int} NOT NULL, PRIMARY KEY (shop, week))`,
	}}})
	return &Sent{db}, err
}

// Due tells the day after the week of which a digest has to be sent now; ok is false where none has.
func (s *Sent) Due(ctx context.Context, shop string, schedule Schedule, now time.Time, zone *time.Location) (day time.Time, ok bool, err error) {
	if !schedule.On {
		return day, false, nil
	}
	day = schedule.Last(now, zone)
	if now.Sub(day) > late {
		return day, false, nil
	}
	var n int64
	err = s.db.QueryRow(ctx, "SELECT COUNT(*) FROM digest_sent WHERE shop = ? AND week = ?", []any{shop, day.Format(time.DateOnly)}, &n)
	if errors.Is(err, sqldb.ErrNoRows) {
		err = nil
	}
	return day, err == nil && n == 0, err
}

// Note remembers that a digest was sent.
func (s *Sent) Note(ctx context.Context, shop string, day, now time.Time) error {
	_, err := s.db.Exec(ctx, "INSERT INTO digest_sent (shop, week, at_us) VALUES (?, ?, ?) ON CONFLICT DO NOTHING", shop, day.Format(time.DateOnly), sqldb.Micros(now))
	return err
}
