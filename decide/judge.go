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
	var willing []Decision
	return s.judge(ctx, shop, ids, func(_ *sqldb.Tx, d Decision) (Status, string, error) {
		switch {
		case d.Status != Proposed:
			return d.Status, fmt.Sprintf("it is %s, not open", d.Status), nil
		case !d.ExpiresAt.IsZero() && !s.now().Before(d.ExpiresAt):
			return d.Status, "its time has passed; let it be proposed anew", nil
		}
		willing = append(willing, d)
		return Approved, "", nil
	}, func(t *sqldb.Tx) error {
		return s.approve(ctx, t, shop, actor, willing, note)
	})
}

// Reject rejects open proposals; an equal proposal does not come again.
func (s *Store) Reject(ctx context.Context, shop, actor string, ids []string, reason string) ([]Result, error) {
	return s.judge(ctx, shop, ids, func(t *sqldb.Tx, d Decision) (Status, string, error) {
		if d.Status != Proposed {
			return d.Status, fmt.Sprintf("it is %s, not open", d.Status), nil
		}
		return Rejected, "", s.move(ctx, t, d, Rejected, actor, reason)
	}, nil)
}

// Undo puts rejected decisions, and approved ones of which nothing has left the house yet, back. One whose need
// has been answered otherwise since stays as it is: a need has one open decision.
func (s *Store) Undo(ctx context.Context, shop, actor string, ids []string) ([]Result, error) {
	return s.judge(ctx, shop, ids, func(t *sqldb.Tx, d Decision) (Status, string, error) {
		why, err := s.keeps(ctx, t, d)
		if err != nil || why != "" {
			return d.Status, why, err
		}
		batch := d.Batch
		d.Batch = ""
		if err := s.move(ctx, t, d, Proposed, actor, "undone"); err != nil {
			return d.Status, "", err
		}
		_, err = t.Exec(ctx, `DELETE FROM delivery WHERE shop = ? AND batch = ? AND NOT EXISTS (
			SELECT 1 FROM decision d WHERE d.shop = delivery.shop AND d.batch = delivery.batch)`, shop, batch)
		return Proposed, "", err
	}, nil)
}

// keeps says what keeps a decision from being undone; nothing where it is empty.
func (s *Store) keeps(ctx context.Context, t *sqldb.Tx, d Decision) (string, error) {
	switch d.Status {
	case Rejected:
	case Approved:
		var started int64
		err := t.QueryRow(ctx, "SELECT COUNT(*) FROM delivery WHERE shop = ? AND batch = ? AND (attempts > 0 OR status <> 'pending')", []any{d.Shop, d.Batch}, &started)
		if err != nil {
			return "", err
		}
		if started > 0 {
			return "it is being carried out already", nil
		}
	default:
		return fmt.Sprintf("it is %s and cannot be undone", d.Status), nil
	}
	others, err := s.load(ctx, t, "shop = ? AND programme = ? AND subject = ? AND id <> ?", d.Shop, d.Programme, d.Subject, d.ID)
	if err != nil {
		return "", err
	}
	for _, o := range others {
		answered, err := s.answers(ctx, t, o)
		if err != nil {
			return "", err
		}
		if o.Status == Proposed || answered {
			return fmt.Sprintf("a newer decision on the same need is %s", o.Status), nil
		}
	}
	return "", nil
}

// judge hands every decision in turn to change, in one transaction that finish may end, and tells where each
// stands then, or why it stayed.
func (s *Store) judge(ctx context.Context, shop string, ids []string, change func(*sqldb.Tx, Decision) (Status, string, error), finish func(*sqldb.Tx) error) ([]Result, error) {
	var out []Result
	err := s.write(ctx, func(t *sqldb.Tx) error {
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
			status, why, err := change(t, found[0])
			if err != nil {
				return err
			}
			out = append(out, Result{id, status, why})
		}
		if finish == nil {
			return nil
		}
		return finish(t)
	})
	if err != nil {
		return nil, err
	}
	return out, nil
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

// batchID names a batch by what is in it; ds is not empty.
func batchID(ds []Decision) string {
	ids := make([]string, len(ds))
	for i, d := range ds {
		ids[i] = d.ID + d.ChangedAt.String()
	}
	slices.Sort(ids)
	sum := sha256.Sum256([]byte(strings.Join(ids, "\x00")))
	return prefix[ds[0].Kind()] + strings.ToUpper(hex.EncodeToString(sum[:8]))
}
