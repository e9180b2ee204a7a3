// Package planned keeps what people expect of demand beside what the model does: weeks that a planner set by hand, and the
// forecast that the shop makes itself. Each is kept with what the model said of the same week when it was told, so that
// both can be scored once the week is over.
//
// Weeks begin on Monday, units are those of package demand (ordered and not cancelled). A change made by hand is in force
// until it is undone or its last day has passed; of several for one week the newest counts. The shop's own forecast
// changes nothing; it is only compared.
package planned

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"almanac/sqldb"
	"almanac/state"
)

// MostWeeks is how many weeks one change may set: a year.
const MostWeeks = 52

// mostUnits bounds what can be set for one week, against slips of the finger.
const mostUnits = 1e7

// Errors of this package.
var (
	ErrNone   = errors.New("there is no such change of the forecast")
	ErrUndone = errors.New("this change was undone already")
)

// Fault says what is wrong with what a person asked for.
type Fault struct{ What, Do string }

// Error says what is wrong.
func (f *Fault) Error() string { return f.What }

// Remedy says what to do.
func (f *Fault) Remedy() string { return f.Do }

// Week is what is expected in one week, and what the model said of it then; nil where it said nothing.
type Week struct {
	Week  state.Day
	Units float64
	Model *float64
}

// Change is what a planner set for the weeks of one product.
type Change struct {
	ID, SKU, Note string
	By            string // who made it, as in the audit trail
	At            time.Time
	Day           state.Day // the shop's when it was made: sales before it were known
	Until         state.Day // the last day on which it is in force
	Undone        time.Time // zero while it stands
	UndoneBy      string
	UndoneDay     state.Day
	Weeks         []Week // by week
}

// Store keeps changes and own forecasts. It is safe for concurrent use.
type Store struct {
	db  *sqldb.DB
	now func() time.Time
}

// Open prepares the tables.
func Open(ctx context.Context, db *sqldb.DB, now func() time.Time) (*Store, error) {
	return &Store{db, now}, db.Migrate(ctx, "planned", []sqldb.Migration{{Name: "changes by hand, own forecast", SQL: []string{
		`CREATE TABLE demand_change (shop {text} NOT NULL, id {text} NOT NULL, sku {text} NOT NULL, note {text} NOT NULL, made_by {text} NOT NULL, made_us {int} NOT NULL,
			made_day {int} NOT NULL, until_day {int} NOT NULL, undone_by {text} NOT NULL, undone_us {int} NOT NULL, undone_day {int} NOT NULL, PRIMARY KEY (shop, id))`,
		`CREATE INDEX demand_change_by_sku ON demand_change (shop, sku)`,
		`CREATE TABLE demand_change_week (shop {text} NOT NULL, id {text} NOT NULL, week {int} NOT NULL, units {float} NOT NULL, model {float}, PRIMARY KEY (shop, id, week))`,
		`CREATE TABLE demand_own (shop {text} NOT NULL, sku {text} NOT NULL, week {int} NOT NULL, units {float} NOT NULL, model {float}, told_us {int} NOT NULL,
			told_day {int} NOT NULL, told_by {text} NOT NULL, file {text} NOT NULL, PRIMARY KEY (shop, sku, week))`,
	}}})
}

// Set keeps a change; ID, At and Day are filled in. The error of a change that cannot be is a *Fault. today is the first
// day of which the shop has not told yet.
func (s *Store) Set(ctx context.Context, shop string, c Change, today state.Day) (Change, error) {
	c.Note = strings.TrimSpace(c.Note)
	if err := c.check(today); err != nil {
		return c, err
	}
	id := make([]byte, 8)
	if _, err := rand.Read(id); err != nil {
		return c, err
	}
	c.ID, c.At, c.Undone, c.UndoneBy = "adj_"+hex.EncodeToString(id), s.now().UTC().Truncate(time.Microsecond), time.Time{}, ""
	c.Day = today
	slices.SortFunc(c.Weeks, func(a, b Week) int { return int(a.Week - b.Week) })
	var rows []any
	for _, w := range c.Weeks {
		rows = append(rows, shop, c.ID, int64(w.Week), w.Units, w.Model)
	}
	return c, s.db.Write(ctx, func(t *sqldb.Tx) error {
		if _, err := t.Exec(ctx, `INSERT INTO demand_change (shop, id, sku, note, made_by, made_us, made_day, until_day, undone_by, undone_us, undone_day)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, '', 0, 0)`, shop, c.ID, c.SKU, c.Note, c.By, sqldb.Micros(c.At), int64(today), int64(c.Until)); err != nil {
			return err
		}
		_, err := t.Insert(ctx, "demand_change_week (shop, id, week, units, model)", "", 5, rows)
		return err
	})
}

func (c Change) check(today state.Day) error {
	switch {
	case c.SKU == "":
		return &Fault{"No product is named.", "Name the product by its code."}
	case c.Note == "":
		return &Fault{"The note is empty.", "Say in a few words why the forecast is changed; whoever looks at the score later needs it."}
	case len(c.Weeks) == 0 || len(c.Weeks) > MostWeeks:
		return &Fault{fmt.Sprintf("%d weeks are set.", len(c.Weeks)), fmt.Sprintf("Set between one and %d weeks.", MostWeeks)}
	case c.Until < today:
		return &Fault{fmt.Sprintf("The last day in force, %s, has passed.", c.Until), "Choose today or a later day."}
	}
	seen := map[state.Day]bool{}
	for _, w := range c.Weeks {
		switch {
		case w.Week != w.Week.Monday():
			return &Fault{fmt.Sprintf("%s is no Monday.", w.Week), fmt.Sprintf("Weeks begin on Monday: write %s.", w.Week.Monday())}
		case w.Week < today.Monday():
			return &Fault{fmt.Sprintf("The week from %s is over.", w.Week), "Set this week or later ones."}
		case seen[w.Week]:
			return &Fault{fmt.Sprintf("The week from %s is set twice.", w.Week), "Set each week once."}
		case math.IsNaN(w.Units) || w.Units < 0 || w.Units > mostUnits:
			return &Fault{fmt.Sprintf("%g units in the week from %s cannot be.", w.Units, w.Week), "Write a number from 0 to ten million."}
		}
		seen[w.Week] = true
	}
	return nil
}

// Undo takes a change back, for good; the one that it had replaced is in force again.
func (s *Store) Undo(ctx context.Context, shop, id, by string, today state.Day) (Change, error) {
	n, err := s.db.Exec(ctx, "UPDATE demand_change SET undone_by = ?, undone_us = ?, undone_day = ? WHERE shop = ? AND id = ? AND undone_us = 0", by, sqldb.Micros(s.now()), int64(today), shop, id)
	if err != nil {
		return Change{}, err
	}
	list, err := s.changes(ctx, "c.shop = ? AND c.id = ?", shop, id)
	switch {
	case err != nil:
		return Change{}, err
	case len(list) == 0:
		return Change{}, ErrNone
	case n == 0:
		return list[0], ErrUndone
	}
	return list[0], nil
}

// Changes lists the changes of one product, or of all where sku is empty, newest first, undone ones too.
func (s *Store) Changes(ctx context.Context, shop, sku string) ([]Change, error) {
	return s.changes(ctx, "c.shop = ? AND (c.sku = ? OR ? = '')", shop, sku, sku)
}

func (s *Store) changes(ctx context.Context, where string, args ...any) (out []Change, err error) {
	err = s.db.Query(ctx, `SELECT c.id, c.sku, c.note, c.made_by, c.made_us, c.made_day, c.until_day, c.undone_by, c.undone_us, c.undone_day, w.week, w.units, w.model
		FROM demand_change c JOIN demand_change_week w ON w.shop = c.shop AND w.id = c.id WHERE `+where+` ORDER BY c.made_us DESC, c.id, w.week`, args, func(r sqldb.Row) error {
		var c Change
		var w Week
		var made, day, until, undone, undoneDay, week int64
		if err := r.Scan(&c.ID, &c.SKU, &c.Note, &c.By, &made, &day, &until, &c.UndoneBy, &undone, &undoneDay, &week, &w.Units, &w.Model); err != nil {
			return err
		}
		w.Week = state.Day(week)
		if n := len(out); n > 0 && out[n-1].ID == c.ID {
			out[n-1].Weeks = append(out[n-1].Weeks, w)
			return nil
		}
		c.At, c.Day, c.Until, c.UndoneDay, c.Weeks = sqldb.Time(made), state.Day(day), state.Day(until), state.Day(undoneDay), []Week{w}
		if undone != 0 {
			c.Undone = sqldb.Time(undone)
		}
		out = append(out, c)
		return nil
	})
	return out, err
}

// InForce is what planners set, by product and week, as of a day of the shop.
func (s *Store) InForce(ctx context.Context, shop string, today state.Day) (map[string]map[state.Day]float64, error) {
	list, err := s.Changes(ctx, shop, "")
	if err != nil {
		return nil, err
	}
	out := map[string]map[state.Day]float64{}
	for _, c := range list { // newest first
		if !c.Undone.IsZero() || c.Until < today {
			continue
		}
		of := out[c.SKU]
		if of == nil {
			of = map[state.Day]float64{}
			out[c.SKU] = of
		}
		for _, w := range c.Weeks {
			if _, newer := of[w.Week]; !newer {
				of[w.Week] = w.Units
			}
		}
	}
	return out, nil
}
