package sqldb

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Leases share work between processes. A lease has one holder until it ends; every new holder gets a
// higher fence, so that a write by a former holder can be told and refused.
type Leases struct {
	db  *DB
	now func() time.Time
}

// ErrHeld is returned when somebody else holds the lease.
var ErrHeld = errors.New("the lease is held by another process")

// NewLeases prepares the table of leases.
func NewLeases(ctx context.Context, db *DB, now func() time.Time) (*Leases, error) {
	err := db.Migrate(ctx, "lease", []Migration{{"leases", []string{`CREATE TABLE lease (
		name {text} NOT NULL PRIMARY KEY, holder {text} NOT NULL, fence {int} NOT NULL, until_us {int} NOT NULL)`}}})
	return &Leases{db, now}, err
}

// Acquire takes or prolongs the lease for d and returns its fence, or ErrHeld.
func (l *Leases) Acquire(ctx context.Context, name, holder string, d time.Duration) (fence int64, err error) {
	now := l.now()
	err = l.db.Write(ctx, func(t *Tx) error {
		err := t.QueryRow(ctx, `INSERT INTO lease (name, holder, fence, until_us) VALUES (?, ?, 1, ?)
			ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until_us = excluded.until_us,
				fence = lease.fence + CASE WHEN lease.holder = excluded.holder AND lease.until_us > ? THEN 0 ELSE 1 END
			WHERE lease.holder = excluded.holder OR lease.until_us <= ?
			RETURNING fence`, []any{name, holder, Micros(now.Add(d)), Micros(now), Micros(now)}, &fence)
		if errors.Is(err, ErrNoRows) {
			return fmt.Errorf("%s: %w", name, ErrHeld)
		}
		return err
	})
	return fence, err
}

// Check reports inside the caller's transaction whether the fence is still the newest.
func (l *Leases) Check(ctx context.Context, t *Tx, name string, fence int64) error {
	q := "SELECT fence FROM lease WHERE name = ?"
	if t.Dialect() == Postgres {
		q += " FOR SHARE" // nobody takes the lease over between this look and the caller's commit
	}
	var now int64
	if err := t.QueryRow(ctx, q, []any{name}, &now); err != nil {
		return err
	}
	if now != fence {
		return fmt.Errorf("%s: fence %d was overtaken by %d: %w", name, fence, now, ErrHeld)
	}
	return nil
}

// Release ends the lease if the holder still has it.
func (l *Leases) Release(ctx context.Context, name, holder string) error {
	_, err := l.db.Exec(ctx, "UPDATE lease SET until_us = 0 WHERE name = ? AND holder = ?", name, holder)
	return err
}
