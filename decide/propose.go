package decide

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"strings"

	"almanac/sqldb"
)

// Counts say what became of a round of proposals.
type Counts struct {
	New, Kept, Superseded, Skipped, HeldOut int
}

// Add adds the counts of another round.
func (c *Counts) Add(o Counts) {
	c.New, c.Kept, c.Superseded, c.Skipped, c.HeldOut = c.New+o.New, c.Kept+o.Kept, c.Superseded+o.Superseded, c.Skipped+o.Skipped, c.HeldOut+o.HeldOut
}

// programme is who acts where no person does.
const programme = "almanac"

// Propose takes one round of a programme's proposals for a shop: all that it would do now. Open proposals
// of the programme that are not among them are superseded, because their need is gone. In automatic mode
// those that meet every guardrail are approved, a group's together.
func (s *Store) Propose(ctx context.Context, shop, name, mode string, ps []Proposal) (Counts, error) {
	var c Counts
	switch mode {
	case ModeOff:
		ps = nil
	case ModeShadow, ModeApprove, ModeAuto:
	default:
		return c, fmt.Errorf("mode %q of %s is not one of off, shadow, approve, auto", mode, name)
	}
	wanted := map[string]bool{}
	err := s.write(ctx, func(t *sqldb.Tx) error {
		var safe []Decision
		for _, p := range ps {
			if p.Programme != name || p.Subject == "" || p.InputHash == "" {
				return fmt.Errorf("a proposal of %s lacks its programme, subject or input hash", name)
			}
			if wanted[p.Subject] {
				return fmt.Errorf("%s proposes twice for %s in one round", name, p.Subject)
			}
			wanted[p.Subject] = true
			d, err := s.proposeOne(ctx, t, shop, mode, p, &c)
			if err != nil {
				return err
			}
			if mode == ModeAuto && d != nil && d.Status == Proposed && p.safe() {
				safe = append(safe, *d)
			}
		}
		if err := s.approve(ctx, t, shop, programme, safe, "every guardrail is met"); err != nil {
			return err
		}
		open, err := s.load(ctx, t, "shop = ? AND programme = ? AND status = ?", shop, name, string(Proposed))
		if err != nil {
			return err
		}
		for _, d := range open {
			if !wanted[d.Subject] {
				c.Superseded++
				if err := s.move(ctx, t, d, Superseded, programme, "the need is gone"); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		return Counts{}, err
	}
	return c, nil
}

// proposeOne holds a proposal against what became of earlier ones for the same need, and returns the decision
// that was made of it, if any.
func (s *Store) proposeOne(ctx context.Context, t *sqldb.Tx, shop, mode string, p Proposal, c *Counts) (*Decision, error) {
	earlier, err := s.load(ctx, t, "shop = ? AND programme = ? AND subject = ?", shop, p.Programme, p.Subject)
	if err != nil {
		return nil, err
	}
	open, skip, why := (*Decision)(nil), false, "newer figures"
	for i := range earlier {
		d := &earlier[i]
		same := d.InputHash == p.InputHash
		answered, err := s.answers(ctx, t, *d)
		switch {
		case err != nil:
			return nil, err
		case same && (d.Status == Proposed && mode != ModeShadow || d.Status == Shadow && mode == ModeShadow):
			c.Kept++
			return nil, nil
		case d.Status == Proposed:
			open = d
		case same && d.Status == Rejected:
			skip, why = true, "the figures are again those of a rejected decision"
		case same && d.Status == HeldOut && mode != ModeShadow, answered:
			skip = true
		}
	}
	if open != nil {
		if mode == ModeShadow {
			why = "now for comparison only"
		}
		c.Superseded++
		if err := s.move(ctx, t, *open, Superseded, programme, why); err != nil {
			return nil, err
		}
	}
	if skip {
		c.Skipped++
		return nil, nil
	}
	now := sqldb.Time(sqldb.Micros(s.now())) // as it will be read again
	d := Decision{ID: "dec_" + strings.ToLower(rand.Text()[:16]), Shop: shop, Proposal: p, Status: Proposed, Mode: mode, CreatedAt: now, ChangedAt: now}
	switch {
	case mode == ModeShadow:
		d.Status = Shadow
	case !p.Service && s.heldOut(shop, p):
		d.Status = HeldOut
		c.HeldOut++
	}
	c.New++
	if err := s.insert(ctx, t, d); err != nil {
		return nil, err
	}
	return &d, s.log(ctx, t, shop, programme, string(d.Status), d.ID, p.Title+": "+p.Action)
}

// answers reports whether a decision is on its way to meeting its need: approved, or applied and not settled,
// or failed on one channel when another had it already.
func (s *Store) answers(ctx context.Context, t *sqldb.Tx, d Decision) (bool, error) {
	switch d.Status {
	case Approved:
		return true, nil
	case Applied, Failed:
		settled := !s.now().Before(d.ChangedAt.Add(d.Settles))
		if settled || d.Status == Applied {
			return !settled, nil
		}
		var delivered int64
		err := t.QueryRow(ctx, "SELECT COUNT(*) FROM delivery WHERE shop = ? AND batch = ? AND status = 'done'", []any{d.Shop, d.Batch}, &delivered)
		return delivered > 0, err
	}
	return false, nil
}

// safe reports whether every guardrail is met.
func (p Proposal) safe() bool {
	for _, g := range p.Guardrails {
		if !g.Met {
			return false
		}
	}
	return true
}

func (s *Store) heldOut(shop string, p Proposal) bool {
	return s.Control(shop, p.Programme, p.Subject, s.o.Holdout)
}

// Control draws by salted hash whether a subject of a programme is among the share that is held out: the same subject is always on
// the same side. Programmes that act on people draw among them.
func (s *Store) Control(shop, programme, subject string, share float64) bool {
	m := hmac.New(sha256.New, []byte(s.o.Salt))
	for _, v := range [...]string{shop, programme, subject} {
		_, _ = m.Write([]byte(v + "\x00")) // a hash never fails to write
	}
	u := float64(binary.BigEndian.Uint64(m.Sum(nil))) / math.MaxUint64
	return u < share
}

func (s *Store) insert(ctx context.Context, t *sqldb.Tx, d Decision) error {
	b, err := json.Marshal(d.Proposal)
	if err != nil {
		return err
	}
	var p50 any
	if d.P50 != nil {
		p50 = *d.P50
	}
	_, err = t.Exec(ctx, `INSERT INTO decision (shop, id, programme, subject, grp, title, status, mode, input_hash, p50, created_us, changed_us, expires_us, batch, proposal)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, d.Shop, d.ID, d.Programme, d.Subject, d.Group, d.Title, string(d.Status), d.Mode, d.InputHash, p50,
		sqldb.Micros(d.CreatedAt), sqldb.Micros(d.ChangedAt), sqldb.Micros(d.ExpiresAt), d.Batch, string(b))
	return err
}

// move changes a decision's status and logs it.
func (s *Store) move(ctx context.Context, t *sqldb.Tx, d Decision, to Status, actor, why string) error {
	if _, err := t.Exec(ctx, "UPDATE decision SET status = ?, batch = ?, changed_us = ? WHERE shop = ? AND id = ?",
		string(to), d.Batch, sqldb.Micros(s.now()), d.Shop, d.ID); err != nil {
		return err
	}
	return s.log(ctx, t, d.Shop, actor, string(to), d.ID, why)
}

// Expire ends open proposals that are past their time, in every shop.
func (s *Store) Expire(ctx context.Context) (n int, err error) {
	var due []Decision
	err = s.db.Read(ctx, func(t *sqldb.Tx) error {
		due, err = s.load(ctx, t, "status = ? AND expires_us > 0 AND expires_us <= ?", string(Proposed), sqldb.Micros(s.now()))
		return err
	})
	if err != nil || len(due) == 0 {
		return 0, err
	}
	err = s.write(ctx, func(t *sqldb.Tx) error {
		for _, d := range due {
			now, err := s.load(ctx, t, "shop = ? AND id = ? AND status = ?", d.Shop, d.ID, string(Proposed))
			if err != nil {
				return err
			}
			if len(now) == 0 { // judged in between
				continue
			}
			if err := s.move(ctx, t, d, Expired, programme, "not decided in time"); err != nil {
				return err
			}
			n++
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	return n, nil
}
