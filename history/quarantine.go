package history

import (
	"context"
	"strings"
	"time"

	"almanac/sqldb"
)

// Quarantined is a piece of input that could not become a fact, kept whole until somebody deals with it.
type Quarantined struct {
	ID             int64
	Shop           string
	Import         string // the import run, empty for what came through an API
	Source         string
	Line           int64 // in the file, 1 is its first line; 0 where there are no lines
	Reason         string
	Detail, Remedy string
	Raw            string
	At             time.Time
	Status         string // open, replayed, dismissed
}

// Quarantine keeps rejected input.
func (s *Store) Quarantine(ctx context.Context, rows []Quarantined) error {
	if len(rows) == 0 {
		return nil
	}
	return s.db.Write(ctx, func(t *sqldb.Tx) error { return s.quarantine(ctx, t, rows) })
}

func (s *Store) quarantine(ctx context.Context, t *sqldb.Tx, rows []Quarantined) error {
	if len(rows) == 0 {
		return nil
	}
	args := make([]any, 0, 10*len(rows))
	at := sqldb.Micros(s.now())
	for _, q := range rows {
		args = append(args, q.Shop, q.Import, q.Source, q.Line, q.Reason, text(q.Detail), q.Remedy, text(q.Raw), at, "open")
	}
	_, err := t.Insert(ctx, "quarantine (shop, import_id, source, line, reason, detail, remedy, raw, at_us, status)", "", 10, args)
	return err
}

// text makes input fit for a column of text: PostgreSQL holds neither NUL nor broken UTF-8.
func text(s string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "\uFFFD")
}

// QuarantineFilter narrows a listing; empty fields do not.
type QuarantineFilter struct {
	Reason, Import, Status string
}

func (f QuarantineFilter) where(shop string) (string, []any) {
	q, args := "shop = ?", []any{shop}
	for _, c := range [...]struct{ col, v string }{{"status", f.Status}, {"reason", f.Reason}, {"import_id", f.Import}} {
		if c.v != "" {
			q += " AND " + c.col + " = ?"
			args = append(args, c.v)
		}
	}
	return q, args
}

// Quarantined lists rejected input of a shop by id, behind the id after.
func (s *Store) Quarantined(ctx context.Context, shop string, f QuarantineFilter, after int64, limit int) ([]Quarantined, error) {
	where, args := f.where(shop)
	var out []Quarantined
	err := s.db.Query(ctx, `SELECT id, shop, import_id, source, line, reason, detail, remedy, raw, at_us, status FROM quarantine
		WHERE `+where+` AND id > ? ORDER BY id LIMIT ?`, append(args, after, limit), func(r sqldb.Row) error {
		var q Quarantined
		var at int64
		if err := r.Scan(&q.ID, &q.Shop, &q.Import, &q.Source, &q.Line, &q.Reason, &q.Detail, &q.Remedy, &q.Raw, &at, &q.Status); err != nil {
			return err
		}
		q.At = sqldb.Time(at)
		out = append(out, q)
		return nil
	})
	return out, err
}

// QuarantineCounts counts rejected input of a shop by reason.
func (s *Store) QuarantineCounts(ctx context.Context, shop string, f QuarantineFilter) (map[string]int64, error) {
	where, args := f.where(shop)
	return sqldb.Totals(ctx, s.db, "SELECT reason, COUNT(*) FROM quarantine WHERE "+where+" GROUP BY reason", args...)
}

// QuarantinedBySource counts rejected input of a shop that waits for a person, by source.
func (s *Store) QuarantinedBySource(ctx context.Context, shop string) (map[string]int64, error) {
	return sqldb.Totals(ctx, s.db, "SELECT source, COUNT(*) FROM quarantine WHERE shop = ? AND status = 'open' GROUP BY source", shop)
}

// MarkQuarantined sets the status of rejected input ("replayed", "dismissed", "open") and returns how many
// rows of the shop it changed.
func (s *Store) MarkQuarantined(ctx context.Context, shop, status string, ids []int64) (int64, error) {
	var total int64
	err := s.db.Write(ctx, func(t *sqldb.Tx) error {
		for len(ids) > 0 {
			n := min(len(ids), 500)
			args := []any{status, shop}
			for _, id := range ids[:n] {
				args = append(args, id)
			}
			c, err := t.Exec(ctx, "UPDATE quarantine SET status = ? WHERE shop = ? AND id IN "+sqldb.In(n), args...)
			if err != nil {
				return err
			}
			total += c
			ids = ids[n:]
		}
		return nil
	})
	return total, err
}
