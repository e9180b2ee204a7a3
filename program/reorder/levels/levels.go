// Package levels keeps the history of reorder points: what they were, product by product and place by place, from which day on. Rounds
// of the reorder programme go in; what holds now and what held before comes out.
package levels

import (
	"context"
	"fmt"

	"almanac/program/reorder"
	"almanac/sqldb"
	"almanac/state"
)

// Store keeps levels. It is safe for concurrent use.
type Store struct{ db *sqldb.DB }

const columns = "shop, sku, loc, day, point, up_to, service, class, basis"

// Open prepares the table.
func Open(ctx context.Context, db *sqldb.DB) (*Store, error) {
	return &Store{db}, db.Migrate(ctx, "levels", []sqldb.Migration{{Name: "history of reorder points", SQL: []string{
		`CREATE TABLE reorder_level (shop {text} NOT NULL, sku {text} NOT NULL, loc {text} NOT NULL, day {int} NOT NULL, point {int} NOT NULL, up_to {int} NOT NULL,
			service {float} NOT NULL, class {text} NOT NULL, basis {text} NOT NULL, PRIMARY KEY (shop, sku, loc, day)) {clustered}`,
	}}})
}

// Kept is a level and the day from which on it holds.
type Kept struct {
	reorder.Level
	Since state.Day
}

// Keep takes the levels of a round in, as of a day, and says how many have changed. What is as it was is not written again; of two rounds
// on one day the later counts.
func (s *Store) Keep(ctx context.Context, shop string, day state.Day, levels []reorder.Level) (changed int, err error) {
	err = s.db.Write(ctx, func(t *sqldb.Tx) error {
		changed = 0
		now, err := current(ctx, t, shop)
		if err != nil {
			return err
		}
		var rows []any
		for _, l := range levels {
			old, known := now[reorder.LevelKey{SKU: l.SKU, Location: l.Location}]
			if known && old.Level == l {
				continue
			}
			changed++
			rows = append(rows, shop, l.SKU, l.Location, int64(day), l.Point, l.UpTo, l.Service, l.Class, l.Basis)
		}
		_, err = t.Insert(ctx, "reorder_level ("+columns+")", `ON CONFLICT (shop, sku, loc, day) DO UPDATE SET point = excluded.point, up_to = excluded.up_to,
			service = excluded.service, class = excluded.class, basis = excluded.basis`, 9, rows)
		return err
	})
	return changed, err
}

// Current is what holds now, by product and place.
func (s *Store) Current(ctx context.Context, shop string) (out map[reorder.LevelKey]Kept, err error) {
	err = s.db.Read(ctx, func(t *sqldb.Tx) error {
		out, err = current(ctx, t, shop)
		return err
	})
	return out, err
}

func current(ctx context.Context, t *sqldb.Tx, shop string) (map[reorder.LevelKey]Kept, error) {
	out := map[reorder.LevelKey]Kept{}
	return out, read(ctx, t, `shop = ? AND day = (SELECT MAX(l.day) FROM reorder_level l WHERE l.shop = reorder_level.shop AND l.sku = reorder_level.sku AND l.loc = reorder_level.loc)`,
		[]any{shop}, func(k Kept) { out[reorder.LevelKey{SKU: k.SKU, Location: k.Location}] = k })
}

// History is what a product's levels were, newest first.
func (s *Store) History(ctx context.Context, shop, sku string) (out []Kept, err error) {
	err = s.db.Read(ctx, func(t *sqldb.Tx) error {
		return read(ctx, t, "shop = ? AND sku = ?", []any{shop, sku}, func(k Kept) { out = append(out, k) })
	})
	return out, err
}

func read(ctx context.Context, t *sqldb.Tx, where string, args []any, each func(Kept)) error {
	return t.Query(ctx, "SELECT sku, loc, day, point, up_to, service, class, basis FROM reorder_level WHERE "+where+" ORDER BY day DESC, sku, loc", args, func(r sqldb.Row) error {
		var k Kept
		var day int64
		if err := r.Scan(&k.SKU, &k.Location, &day, &k.Point, &k.UpTo, &k.Service, &k.Class, &k.Basis); err != nil {
			return fmt.Errorf("read reorder points: %w", err)
		}
		k.Since = state.Day(day)
		each(k)
		return nil
	})
}
