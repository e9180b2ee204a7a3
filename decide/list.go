package decide

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"almanac/sqldb"
)

const columns = "shop, id, status, mode, created_us, changed_us, batch, proposal"

func scanDecision(r sqldb.Row) (Decision, error) {
	var d Decision
	var created, changed int64
	var proposal string
	if err := r.Scan(&d.Shop, &d.ID, &d.Status, &d.Mode, &created, &changed, &d.Batch, &proposal); err != nil {
		return d, err
	}
	d.CreatedAt, d.ChangedAt = sqldb.Time(created), sqldb.Time(changed)
	if err := json.Unmarshal([]byte(proposal), &d.Proposal); err != nil {
		return d, fmt.Errorf("decision %s: %w", d.ID, err)
	}
	return d, nil
}

func (s *Store) load(ctx context.Context, t *sqldb.Tx, where string, args ...any) (out []Decision, err error) {
	err = t.Query(ctx, "SELECT "+columns+" FROM decision WHERE "+where+" ORDER BY created_us, id", args, func(r sqldb.Row) error {
		d, err := scanDecision(r)
		out = append(out, d)
		return err
	})
	return out, err
}

// Filter narrows a listing; empty fields do not.
type Filter struct {
	Status, Programme, Group, Subject, Text string
	Sort                                    string // value, created, title, group; a minus in front turns the order round
	Limit, Offset                           int
}

// contains is the pattern, for LIKE ? ESCAPE '!', of what has the text anywhere in it.
func contains(text string) string {
	return "%" + strings.NewReplacer("!", "!!", "%", "!%", "_", "!_", "\x00", "").Replace(strings.ToLower(text)) + "%"
}

// List returns decisions of a shop, most valuable first by default, how many match, and how many there are
// of every status.
func (s *Store) List(ctx context.Context, shop string, f Filter) (out []Decision, total int64, byStatus map[string]int64, err error) {
	where, args := "shop = ?", []any{shop}
	for _, c := range [...]struct{ col, v string }{{"programme", f.Programme}, {"grp", f.Group}, {"subject", f.Subject}} {
		if c.v != "" {
			where += " AND " + c.col + " = ?"
			args = append(args, c.v)
		}
	}
	if f.Text != "" {
		where += " AND (LOWER(title) LIKE ? ESCAPE '!' OR LOWER(subject) LIKE ? ESCAPE '!' OR LOWER(grp) LIKE ? ESCAPE '!')"
		args = append(args, contains(f.Text), contains(f.Text), contains(f.Text))
	}
	err = s.db.Read(ctx, func(t *sqldb.Tx) error {
		if byStatus, err = sqldb.Totals(ctx, t, "SELECT status, COUNT(*) FROM decision WHERE "+where+" GROUP BY status", args...); err != nil {
			return err
		}
		if f.Status != "" {
			where += " AND status = ?"
			args = append(args, f.Status)
		}
		if err := t.QueryRow(ctx, "SELECT COUNT(*) FROM decision WHERE "+where, args, &total); err != nil {
			return err
		}
		if f.Limit <= 0 {
			f.Limit = 100
		}
		return t.Query(ctx, "SELECT "+columns+" FROM decision WHERE "+where+" ORDER BY "+order(f.Sort)+" LIMIT ? OFFSET ?", append(args, f.Limit, f.Offset), func(r sqldb.Row) error {
			d, err := scanDecision(r)
			out = append(out, d)
			return err
		})
	})
	return out, total, byStatus, err
}

func order(by string) string {
	down := strings.HasPrefix(by, "-")
	col, ok := map[string]string{"value": "COALESCE(p50, 0)", "created": "created_us", "title": "title", "group": "grp", "subject": "subject"}[strings.TrimPrefix(by, "-")]
	if !ok {
		col, down = "COALESCE(p50, 0)", true
	}
	if down {
		return col + " DESC, id"
	}
	return col + ", id"
}

// Get finds one decision; ok is false where the shop has none with that id.
func (s *Store) Get(ctx context.Context, shop, id string) (d Decision, ok bool, err error) {
	err = s.db.Read(ctx, func(t *sqldb.Tx) error {
		found, err := s.load(ctx, t, "shop = ? AND id = ?", shop, id)
		if len(found) > 0 {
			d, ok = found[0], true
		}
		return err
	})
	return d, ok, err
}

// Delivery is one channel of a batch.
type Delivery struct {
	Channel, Target, Status string // pending, done, failed
	Attempts                int
	Error                   string
	At                      *time.Time // of the last attempt
}

// Deliveries lists the channels of a batch.
func (s *Store) Deliveries(ctx context.Context, shop, batch string) (out []Delivery, err error) {
	if batch == "" {
		return nil, nil
	}
	err = s.db.Query(ctx, "SELECT channel, target, status, attempts, error, at_us FROM delivery WHERE shop = ? AND batch = ? ORDER BY channel", []any{shop, batch}, func(r sqldb.Row) error {
		var d Delivery
		var at int64
		err := r.Scan(&d.Channel, &d.Target, &d.Status, &d.Attempts, &d.Error, &at)
		if at > 0 {
			t := sqldb.Time(at)
			d.At = &t
		}
		out = append(out, d)
		return err
	})
	return out, err
}

// ApprovedSince counts the decisions of a programme that are approved, or were carried out, and changed last at an instant or
// after it.
func (s *Store) ApprovedSince(ctx context.Context, shop, programme string, since time.Time) (n int64, err error) {
	err = s.db.QueryRow(ctx, "SELECT COUNT(*) FROM decision WHERE shop = ? AND programme = ? AND status IN (?, ?, ?) AND changed_us >= ?",
		[]any{shop, programme, string(Approved), string(Applied), string(Failed), sqldb.Micros(since)}, &n)
	return n, err
}
