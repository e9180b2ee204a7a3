package digest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/mail"
	"strings"

	"almanac/sqldb"
)

// Plan is when a shop's digest is mailed, and to whom; nobody named: to whom the installation mails.
type Plan struct {
	Schedule
	Readers []string
}

// Plans keeps the plans of shops. A shop without one has the installation's.
type Plans struct {
	db       *sqldb.DB
	standard Schedule
}

// OpenPlans prepares the table. standard is the plan of shops that have none.
func OpenPlans(ctx context.Context, db *sqldb.DB, standard Schedule) (*Plans, error) {
	err := db.Migrate(ctx, "digest-plans", []sqldb.Migration{{Name: "plans of shops", SQL: []string{
		`CREATE TABLE digest_plan (shop {text} NOT NULL PRIMARY KEY, day {text} NOT NULL, hour {int} NOT NULL, readers {text} NOT NULL)`,
	}}})
	return &Plans{db, standard}, err
}

// Of is the plan of a shop.
func (p *Plans) Of(ctx context.Context, shop string) (Plan, error) {
	var day, readers string
	var hour int64
	err := p.db.QueryRow(ctx, "SELECT day, hour, readers FROM digest_plan WHERE shop = ?", []any{shop}, &day, &hour, &readers)
	if errors.Is(err, sqldb.ErrNoRows) {
		return Plan{Schedule: p.standard}, nil
	}
	var v Plan
	if err == nil {
		v.Schedule, err = ParseSchedule(day, int(hour))
	}
	if err == nil {
		err = json.Unmarshal([]byte(readers), &v.Readers)
	}
	return v, err
}

// Set keeps the plan of a shop. An address that is none is an error that names it.
func (p *Plans) Set(ctx context.Context, shop string, v Plan) error {
	list := []string{}
	for _, r := range v.Readers {
		a, err := mail.ParseAddress(strings.TrimSpace(r))
		if err != nil {
			return fmt.Errorf("%q is no e-mail address", r)
		}
		list = append(list, a.Address)
	}
	b, err := json.Marshal(list)
	if err != nil {
		return err
	}
	_, err = p.db.Exec(ctx, `INSERT INTO digest_plan (shop, day, hour, readers) VALUES (?, ?, ?, ?)
		ON CONFLICT (shop) DO UPDATE SET day = excluded.day, hour = excluded.hour, readers = excluded.readers`, shop, v.Name(), v.Hour, string(b))
	return err
}
