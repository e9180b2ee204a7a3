// Package quality answers what is odd in a shop's data: things that a person should know before trusting
// a figure, with how often they occur, examples, and what to do about them.
//
// It reads the tables of the other views; nothing is changed or hidden because of a finding.
package quality

import (
	"context"
	"strconv"

	"almanac/sqldb"
	"almanac/state"
)

// Severity says how much a finding matters.
type Severity string

// Severities.
const (
	Info    Severity = "info"
	Warning Severity = "warning"
	Error   Severity = "error"
)

// Finding is one kind of oddity.
type Finding struct {
	Code     string
	Title    string
	Severity Severity
	Count    int64 // of what What names
	What     string
	Remedy   string
	Examples []map[string]string // column → value
}

// View finds oddities in a state store.
type View struct{ db *sqldb.DB }

// Open makes a view of a state store.
func Open(db *sqldb.DB) *View { return &View{db} }

// examples is how many example rows a finding shows.
const examples = 5

// check is one oddity: a count, and a query for example rows.
type check struct {
	Finding
	count    string // one number; ? is the shop
	examples string
	columns  []string // of the examples; day is shown as a date
}

// Findings lists what is odd in a shop, worst first; an empty list is a clean bill.
func (v *View) Findings(ctx context.Context, shop string) ([]Finding, error) {
	var out []Finding
	err := v.db.Read(ctx, func(t *sqldb.Tx) error {
		for _, c := range checks {
			if err := t.QueryRow(ctx, c.count, []any{shop}, &c.Count); err != nil {
				return err
			}
			if c.Count == 0 {
				continue
			}
			var err error
			if c.Examples, err = sample(ctx, t, c, shop); err != nil {
				return err
			}
			out = append(out, c.Finding)
		}
		return nil
	})
	return out, err
}

func sample(ctx context.Context, t *sqldb.Tx, c check, shop string) (rows []map[string]string, err error) {
	vals := make([]any, len(c.columns))
	dest := make([]any, len(c.columns))
	for i := range vals {
		dest[i] = &vals[i]
	}
	err = t.Query(ctx, c.examples+" LIMIT "+strconv.Itoa(examples), []any{shop}, func(r sqldb.Row) error {
		if err := r.Scan(dest...); err != nil {
			return err
		}
		row := map[string]string{}
		for i, name := range c.columns {
			row[name] = text(name, vals[i])
		}
		rows = append(rows, row)
		return nil
	})
	return rows, err
}

func text(column string, v any) string {
	switch v := v.(type) {
	case int64:
		if column == "day" {
			return state.Day(v).String()
		}
		return strconv.FormatInt(v, 10)
	case []byte:
		return string(v)
	case string:
		return v
	}
	return ""
}
