package replay

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"almanac/sqldb"
)

// Store keeps the last replay of each shop. It is safe for concurrent use.
type Store struct {
	db  *sqldb.DB
	now func() time.Time
}

// Open prepares the table.
func Open(ctx context.Context, db *sqldb.DB, now func() time.Time) (*Store, error) {
	return &Store{db, now}, db.Migrate(ctx, "reorder_replay", []sqldb.Migration{{Name: "the last replay of a shop", SQL: []string{
		`CREATE TABLE reorder_replay (shop {text} NOT NULL, begun_us {int} NOT NULL, made_us {int} NOT NULL, report {text} NOT NULL, PRIMARY KEY (shop)) {clustered}`,
	}}})
}

// Kept is the last replay of a shop. Begun is when one was begun that has not ended: it is under way, or was broken off.
type Kept struct {
	Report      *Report // nil where none was ever finished
	Made, Begun time.Time
}

// begin notes that a replay is under way; the last report stays.
func (s *Store) begin(ctx context.Context, shop string) error {
	_, err := s.db.Exec(ctx, `INSERT INTO reorder_replay (shop, begun_us, made_us, report) VALUES (?, ?, 0, '')
		ON CONFLICT (shop) DO UPDATE SET begun_us = excluded.begun_us`, shop, sqldb.Micros(s.now()))
	return err
}

// keep replaces the report of a shop.
func (s *Store) keep(ctx context.Context, shop string, r *Report) error {
	text, err := json.Marshal(r)
	if err != nil {
		return err
	}
	_, err = s.db.Exec(ctx, `INSERT INTO reorder_replay (shop, begun_us, made_us, report) VALUES (?, 0, ?, ?)
		ON CONFLICT (shop) DO UPDATE SET begun_us = 0, made_us = excluded.made_us, report = excluded.report`, shop, sqldb.Micros(s.now()), string(text))
	return err
}

// Last is the last replay of a shop; empty where there is none.
func (s *Store) Last(ctx context.Context, shop string) (k Kept, err error) {
	err = s.db.Query(ctx, "SELECT begun_us, made_us, report FROM reorder_replay WHERE shop = ?", []any{shop}, func(r sqldb.Row) error {
		var begun, made int64
		var text string
		if err := r.Scan(&begun, &made, &text); err != nil {
			return err
		}
		if begun != 0 {
			k.Begun = sqldb.Time(begun)
		}
		if text == "" {
			return nil
		}
		k.Made, k.Report = sqldb.Time(made), &Report{}
		if err := json.Unmarshal([]byte(text), k.Report); err != nil {
			return fmt.Errorf("read the last replay of shop %s: %w", shop, err)
		}
		return nil
	})
	return k, err
}

// Make notes that a replay of a shop is under way, makes it, and keeps what it says.
func (s *Store) Make(ctx context.Context, shop string, run func() (*Report, error)) (*Report, error) {
	if err := s.begin(ctx, shop); err != nil {
		return nil, err
	}
	r, err := run()
	if err != nil {
		return nil, err
	}
	return r, s.keep(ctx, shop, r)
}
