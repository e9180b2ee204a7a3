package decide

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"almanac/sqldb"
)

// Result says what became of one decision in a call about several.
type Result struct {
	ID     string
	Status Status
	Error  string // why it stayed as it is
}

// Approve approves open proposals. Those of one group are carried out together.
func (s *Store) Approve(ctx context.Context, shop, actor string, ids []string, note string) ([]Result, error) {
	return s.judge(ctx, shop, ids, Approved, func(t *sqldb.Tx, d Decision) string {
		if d.Status != Proposed {
			return fmt.Sprintf("it is %s, not open", d.Status)
		}
		return ""
	}, func(t *sqldb.Tx, ds []Decision) error {
		return s.approve(ctx, t, shop, actor, ds, note)
	})
}

// Reject rejects open proposals; an equal proposal does not come again.
func (s *Store) Reject(ctx context.Context, shop, actor string, ids []string, reason string) ([]Result, error) {
	return s.judge(ctx, shop, ids, Rejected, func(t *sqldb.Tx, d Decision) string {
		if d.Status != Proposed {
			return fmt.Sprintf("it is %s, not open", d.Status)
		}
		return ""
	}, func(t *sqldb.Tx, ds []Decision) error {
		for _, d := range ds {
			if err := s.move(ctx, t, d, Rejected, actor, reason); err != nil {
				return err
			}
		}
		return nil
	})
}

// Undo puts rejected decisions, and approved ones of which nothing has left the house yet, back.
func (s *Store) Undo(ctx context.Context, shop, actor string, ids []string) ([]Result, error) {
	return s.judge(ctx, shop, ids, Proposed, func(t *sqldb.Tx, d Decision) string {
		switch d.Status {
		case Rejected:
			return ""
		case Approved:
			var started int64
			err := t.QueryRow(ctx, "SELECT COUNT(*) FROM delivery WHERE shop = ? AND batch = ? AND (attempts > 0 OR status <> 'pending')", []any{shop, d.Batch}, &started)
			if err != nil {
				return err.Error()
			}
			if started == 0 {
				return ""
			}
			return "it is being carried out already"
		}
		return fmt.Sprintf("it is %s and cannot be undone", d.Status)
	}, func(t *sqldb.Tx, ds []Decision) error {
		for _, d := range ds {
			batch := d.Batch
			d.Batch = ""
			if err := s.move(ctx, t, d, Proposed, actor, "undone"); err != nil {
				return err
			}
			if _, err := t.Exec(ctx, `DELETE FROM delivery WHERE shop = ? AND batch = ? AND NOT EXISTS (
				SELECT 1 FROM decision d WHERE d.shop = delivery.shop AND d.batch = delivery.batch)`, shop, batch); err != nil {
				return err
			}
		}
		return nil
	})
}

// judge applies a change to those of the decisions that allow it, in one transaction, and says why the
// others stayed.
func (s *Store) judge(ctx context.Context, shop string, ids []string, to Status, refuse func(*sqldb.Tx, Decision) string, change func(*sqldb.Tx, []Decision) error) ([]Result, error) {
	var out []Result
	err := s.write(ctx, func(t *sqldb.Tx) error {
		out = nil
		var willing []Decision
		seen := map[string]bool{}
		for _, id := range ids {
			if seen[id] {
				continue
			}
			seen[id] = true
			found, err := s.load(ctx, t, "shop = ? AND id = ?", shop, id)
			if err != nil {
				return err
			}
			if len(found) == 0 {
				out = append(out, Result{ID: id, Error: ErrNotFound.Error()})
				continue
			}
			d := found[0]
			if to == Approved && d.Status == Proposed && !d.ExpiresAt.IsZero() && !s.now().Before(d.ExpiresAt) {
				out = append(out, Result{id, d.Status, "its time has passed; let it be proposed anew"})
				continue
			}
			if why := refuse(t, d); why != "" {
				out = append(out, Result{id, d.Status, why})
				continue
			}
			willing = append(willing, d)
			out = append(out, Result{ID: id, Status: to})
		}
		return change(t, willing)
	})
	return out, err
}

// approve makes a batch of every group and schedules its deliveries.
func (s *Store) approve(ctx context.Context, t *sqldb.Tx, shop, actor string, ds []Decision, note string) error {
	groups := map[string][]Decision{}
	var names []string
	for _, d := range ds {
		k := d.Programme + "\x00" + d.Group
		if groups[k] == nil {
			names = append(names, k)
		}
		groups[k] = append(groups[k], d)
	}
	for _, k := range names {
		g := groups[k]
		batch := batchID(g)
		for _, d := range g {
			d.Batch = batch
			if err := s.move(ctx, t, d, Approved, actor, strings.TrimSpace("in "+batch+" "+note)); err != nil {
				return err
			}
		}
		due := sqldb.Micros(s.now().Add(s.o.UndoTime))
		for _, a := range s.o.Actuators {
			if _, err := t.Exec(ctx, `INSERT INTO delivery (shop, batch, channel, target, status, attempts, error, due_us, at_us) VALUES (?, ?, ?, ?, 'pending', 0, '', ?, 0)`,
				shop, batch, a.Name(), a.Target(), due); err != nil {
				return err
			}
		}
	}
	return nil
}

// batchID names a batch by what is in it.
func batchID(ds []Decision) string {
	ids := make([]string, len(ds))
	for i, d := range ds {
		ids[i] = d.ID + d.ChangedAt.String()
	}
	slices.Sort(ids)
	sum := sha256.Sum256([]byte(strings.Join(ids, "\x00")))
	return "PO-" + strings.ToUpper(hex.EncodeToString(sum[:5]))
}
