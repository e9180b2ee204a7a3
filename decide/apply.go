package decide

import (
	"context"
	"errors"
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
	// Apply hands the batch over. Doing it twice must have the effect of doing it once, for a delivery that
	// was cut off is made again: the batch's ID is the key to tell by. An error that wraps ErrRefused ends the
	// delivery, any other has it tried again later.
	Apply(ctx context.Context, b Batch) error
	// ReadBack reports whether the batch has arrived, as far as the outside can tell.
	ReadBack(ctx context.Context, b Batch) (bool, error)
}

// ErrRefused marks the error of an actuator that was understood and turned away: trying again cannot help.
var ErrRefused = errors.New("refused")

// claim is how long a delivery belongs to who has begun it. When it ends without a result, as after a crash,
// the delivery is made again.
const claim = 5 * time.Minute

// mostAttempts is how often a delivery is tried: with the pauses between, over about eight hours.
const mostAttempts = 10

// pause is how long to wait after so many attempts: it doubles from a minute up to four hours.
func pause(attempts int) time.Duration {
	return min(30*time.Second<<min(attempts, 12), 4*time.Hour)
}

// ApplyPending carries out what is due and returns how many deliveries arrived. A delivery that fails is tried
// again later; attempts are on record before they are made, so that a restart goes on where it was, and so that
// of several processes one makes it.
func (s *Store) ApplyPending(ctx context.Context) (done int, err error) {
	type due struct{ shop, batch, channel string }
	var list []due
	err = s.db.Query(ctx, "SELECT shop, batch, channel FROM delivery WHERE status = 'pending' AND due_us <= ? ORDER BY due_us, shop, batch, channel", []any{sqldb.Micros(s.now())}, func(r sqldb.Row) error {
		var d due
		err := r.Scan(&d.shop, &d.batch, &d.channel)
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
		b, attempt, err := s.begin(ctx, d.shop, d.batch, d.channel)
		if err != nil {
			return done, err
		}
		if attempt == 0 {
			continue
		}
		failure := s.deliver(ctx, d.channel, b)
		if failure != nil && ctx.Err() != nil { // we stop, which says nothing of the channel
			return done, ctx.Err()
		}
		if err := s.settle(context.WithoutCancel(ctx), b, d.channel, attempt, failure); err != nil {
			return done, err
		}
		if failure == nil {
			done++
		}
	}
	return done, nil
}

// begin takes a delivery that is due and counts the attempt; attempt is 0 where somebody else has it or it was
// undone. From here on the batch's decisions cannot be undone.
func (s *Store) begin(ctx context.Context, shop, batch, channel string) (b Batch, attempt int, err error) {
	now := s.now()
	err = s.write(ctx, func(t *sqldb.Tx) error {
		err := t.QueryRow(ctx, `UPDATE delivery SET attempts = attempts + 1, due_us = ?, at_us = ?
			WHERE shop = ? AND batch = ? AND channel = ? AND status = 'pending' AND due_us <= ? RETURNING attempts`,
			[]any{sqldb.Micros(now.Add(claim)), sqldb.Micros(now), shop, batch, channel, sqldb.Micros(now)}, &attempt)
		if errors.Is(err, sqldb.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		b, err = s.batch(ctx, t, shop, batch)
		return err
	})
	return b, attempt, err
}

func (s *Store) deliver(ctx context.Context, channel string, b Batch) error {
	for _, a := range s.o.Actuators {
		if a.Name() != channel {
			continue
		}
		if s.o.Review != nil {
			var err error
			if b, err = s.o.Review(ctx, b); err != nil {
				return err
			}
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

func (s *Store) batch(ctx context.Context, t *sqldb.Tx, shop, id string) (b Batch, err error) {
	b = Batch{ID: id, Shop: shop}
	if b.Decisions, err = s.load(ctx, t, "shop = ? AND batch = ? AND batch <> ''", shop, id); err != nil {
		return b, err
	}
	if len(b.Decisions) > 0 {
		b.Group, b.Programme, b.ApprovedAt = b.Decisions[0].Group, b.Decisions[0].Programme, b.Decisions[0].ChangedAt
	}
	return b, nil
}

// settle records how an attempt went, and the batch's end when no delivery is pending any more.
func (s *Store) settle(ctx context.Context, b Batch, channel string, attempt int, failure error) error {
	status, event, text, what, due := "done", "delivered", "", b.ID+" to "+channel, int64(0)
	if failure != nil {
		status, event, text = "pending", "delivery failed", storable(failure.Error())
		what, due = what+": "+text, sqldb.Micros(s.now().Add(pause(attempt)))
		if attempt >= mostAttempts || errors.Is(failure, ErrRefused) {
			status = "failed"
		}
	}
	return s.write(ctx, func(t *sqldb.Tx) error {
		n, err := t.Exec(ctx, "UPDATE delivery SET status = ?, error = ?, due_us = ?, at_us = ? WHERE shop = ? AND batch = ? AND channel = ? AND status = 'pending' AND attempts = ?",
			status, text, due, sqldb.Micros(s.now()), b.Shop, b.ID, channel, attempt)
		if err != nil || n == 0 { // our claim ended and somebody else's attempt counts
			return err
		}
		var pending, failed int64
		if err := t.QueryRow(ctx, `SELECT COALESCE(SUM(CASE WHEN status = 'pending' THEN 1 ELSE 0 END), 0), COALESCE(SUM(CASE WHEN status = 'failed' THEN 1 ELSE 0 END), 0)
			FROM delivery WHERE shop = ? AND batch = ?`, []any{b.Shop, b.ID}, &pending, &failed); err != nil {
			return err
		}
		to, why := Applied, "every channel has it"
		if failed > 0 {
			to, why = Failed, "a channel could not be reached"
		}
		for _, d := range b.Decisions {
			if err := s.log(ctx, t, b.Shop, programme, event, d.ID, what); err != nil {
				return err
			}
			if pending > 0 {
				continue
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
