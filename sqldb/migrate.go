package sqldb

import (
	"context"
	"fmt"
)

// Migration is one step of a package's tables. Steps are only ever added at the end of a list.
type Migration struct {
	Name string
	SQL  []string // statements, with the Dialect's words in braces
}

// Migrate brings the tables of one owner ("history", "decide", …) up to date. Every step runs once, in
// order, all of it or nothing. A store that is newer than the program is refused.
func (db *DB) Migrate(ctx context.Context, owner string, steps []Migration) error {
	return db.Write(ctx, func(t *Tx) error {
		if t.db.Dialect == Postgres {
			if _, err := t.Exec(ctx, "SELECT pg_advisory_xact_lock(7310201)"); err != nil {
				return err
			}
		}
		if _, err := t.Exec(ctx, t.db.Dialect.DDL(`CREATE TABLE IF NOT EXISTS schema_step (
			owner {text} NOT NULL, step {int} NOT NULL, name {text} NOT NULL, PRIMARY KEY (owner, step))`)); err != nil {
			return err
		}
		var have int
		if err := t.QueryRow(ctx, "SELECT COUNT(*) FROM schema_step WHERE owner = ?", []any{owner}, &have); err != nil {
			return err
		}
		if have > len(steps) {
			return fmt.Errorf("the tables of %s are at step %d, this program knows %d: use a newer almanac for this data", owner, have, len(steps))
		}
		for i := have; i < len(steps); i++ {
			for _, s := range steps[i].SQL {
				if _, err := t.Exec(ctx, t.db.Dialect.DDL(s)); err != nil {
					return fmt.Errorf("step %d (%s) of %s: %w", i+1, steps[i].Name, owner, err)
				}
			}
			if _, err := t.Exec(ctx, "INSERT INTO schema_step (owner, step, name) VALUES (?, ?, ?)", owner, i+1, steps[i].Name); err != nil {
				return err
			}
		}
		return nil
	})
}
