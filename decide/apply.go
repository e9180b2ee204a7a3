package decide

import (
	"context"
	"fmt"
	"time"

	"almanac/sqldb"
)

// Batch is what an actuator carries out: the approved decisions of one group.
type Batch struct {
	ID         string // also the idempotency key
	Shop       string
	Group      string
	Programme  string
	ApprovedAt time.Time
	Decisions  []Decision
}

// Synthetic reports whether anything in the batch derives from synthetic data.
func (b Batch) Synthetic() bool {
	for _, d := range b.Decisions {
		if d.Synthetic {
			return true
		}
	}
	return false
}

// Actuator hands a batch to the outside.
type Actuator interface {
	Name() string   // the channel: file, webhook, mail
	Target() string // where to, for people to read; holds no secret
	// Apply hands the batch over. Doing it twice must have the effect of doing it once.
	Apply(ctx context.Context, b Batch) error
	// ReadBack reports whether the batch has arrived, as far as the outside can tell.
	ReadBack(ctx context.Context, b Batch) (bool, error)
}

// mostAttempts is how often a delivery is tried: with the pauses between, over about nine hours.
const mostAttempts = 8

// pause doubles from half a minute up to four hours.
func pause(attempts int) time.Duration {
	return min(30*time.Second<<min(attempts, 12), 4*time.Hour)
}

// ApplyPending carries out what is due. A delivery that fails is tried again later; attempts are on record,
// so that a restart goes on where it was.
func (s *Store) ApplyPending(ctx context.Context) (done int, err error) {
	type due struct {
		shop, batch, channel string
		attempts             int
	}
	var list []due
	err = s.db.Query(ctx, "SELECT shop, batch, channel, attempts FROM delivery WHERE status = 'pending' AND due_us <= ? ORDER BY due_us, shop, batch, channel", []any{sqldb.Micros(s.now())}, func(r sqldb.Row) error {
		var d due
		err := r.Scan(&d.shop, &d.batch, &d.channel, &d.attempts)
		list = append(list, d)
		return err
	})
	if err != nil {
		return 0, err
	}
	for _, d := range list {
		if err := ctx.Err(); err != nil {
			return done, err
		}
		b, err := s.batch(ctx, d.shop, d.batch)
		if err != nil {
			return done, err
		}
		failure := s.deliver(ctx, d.channel, b)
		if err := s.settle(ctx, b, d.channel, d.attempts+1, failure); err != nil {
			return done, err
		}
		if failure == nil {
			done++
		}
	}
	return done, nil
}

func (s *Store) deliver(ctx context.Context, channel string, b Batch) error {
	for _, a := range s.o.Actuators {
		if a.Name() != channel {
			continue
		}
		if err := a.Apply(ctx, b); err != nil {
			return err
		}
		ok, err := a.ReadBack(ctx, b)
		if err == nil && !ok {
			err = fmt.Errorf("%s took %s, but it is not there", a.Target(), b.ID)
		}
		return err
	}
	return fmt.Errorf("the channel %s is not configured any more", channel)
}

func (s *Store) batch(ctx context.Context, shop, id string) (Batch, error) {
	b := Batch{ID: id, Shop: shop}
	err := s.db.Read(ctx, func(t *sqldb.Tx) (err error) {
		b.Decisions, err = s.load(ctx, t, "shop = ? AND batch = ? AND batch <> ''", shop, id)
		return err
	})
	if len(b.Decisions) > 0 {
		b.Group, b.Programme, b.ApprovedAt = b.Decisions[0].Group, b.Decisions[0].Programme, b.Decisions[0].ChangedAt
	}
	return b, err
}

// settle records an attempt, and the batch's end when no delivery is pending any more.
func (s *Store) settle(ctx context.Context, b Batch, channel string, attempts int, failure error) error {
	status, text, due := "done", "", int64(0)
	if failure != nil {
		status, text, due = "pending", failure.Error(), sqldb.Micros(s.now().Add(pause(attempts)))
		if attempts >= mostAttempts {
			status = "failed"
		}
	}
	return s.write(context.WithoutCancel(ctx), func(t *sqldb.Tx) error {
		if _, err := t.Exec(ctx, "UPDATE delivery SET status = ?, attempts = ?, error = ?, due_us = ?, at_us = ? WHERE shop = ? AND batch = ? AND channel = ?",
			status, attempts, text, due, sqldb.Micros(s.now()), b.Shop, b.ID, channel); err != nil {
			return err
		}
		var pending, failed int64
		if err := t.QueryRow(ctx, `SELECT COALESCE(SUM(CASE WHEN status = 'pending' THEN 1 ELSE 0 END), 0), COALESCE(SUM(CASE WHEN status = 'failed' THEN 1 ELSE 0 END), 0)
			FROM delivery WHERE shop = ? AND batch = ?`, []any{b.Shop, b.ID}, &pending, &failed); err != nil {
			return err
		}
		for _, d := range b.Decisions {
			what := fmt.Sprintf("%s to %s", b.ID, channel)
			if failure != nil {
				what += ": " + text
			}
			event := "delivered"
			if failure != nil {
				event = "delivery failed"
			}
			if err := s.log(ctx, t, b.Shop, programme, event, d.ID, what); err != nil {
				return err
			}
			if pending > 0 || d.Status != Approved {
				continue
			}
			to, why := Applied, "every channel has it"
			if failed > 0 {
				to, why = Failed, "a channel could not be reached"
			}
			if err := s.move(ctx, t, d, to, programme, why); err != nil {
				return err
			}
		}
		return nil
	})
}

// Run carries out what is due and ends what is past its time, until ctx ends.
func (s *Store) Run(ctx context.Context, fault func(error)) {
	changed, stop := s.Follow()
	defer stop()
	for {
		if _, err := s.ApplyPending(ctx); err != nil && ctx.Err() == nil {
			fault(err)
		}
		if _, err := s.Expire(ctx); err != nil && ctx.Err() == nil {
			fault(err)
		}
		select {
		case <-ctx.Done():
			return
		case <-changed:
		case <-time.After(2 * time.Second):
		}
		select { // changes come in bursts
		case <-ctx.Done():
			return
		case <-time.After(200 * time.Millisecond):
		}
	}
}
