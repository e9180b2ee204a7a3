package availability

import (
	"context"
	"errors"
	"fmt"
	"time"

	"almanac/sqldb"
)

// A reservation holds units for a checkout for a while. It ends by itself; whoever completes the checkout
// releases it when the order is recorded, because the order then takes the units off.

// Line is one product of a reservation.
type Line struct {
	SKU      string `json:"sku" minLength:"1" maxLength:"512"`
	Location string `json:"location,omitempty" maxLength:"512"`
	Units    int64  `json:"units" minimum:"1" maximum:"1000000"`
}

// Limits of reservations.
const (
	ShortestHold = 10 * time.Second
	LongestHold  = 2 * time.Hour
)

// ErrShort says that a line cannot be held because not enough is there.
var ErrShort = errors.New("not enough is available")

// ErrNoReservation says that there is no such reservation, or that its time is over.
var ErrNoReservation = errors.New("there is no such reservation")

// Short is ErrShort with what is missing.
type Short struct {
	SKU              string
	Asked, Available int64
}

func (s *Short) Error() string {
	return fmt.Sprintf("%d units of %s are asked for and %d are available", s.Asked, s.SKU, s.Available)
}

// Is makes errors.Is(err, ErrShort) hold.
func (s *Short) Is(target error) bool { return target == ErrShort }

// held is what is reserved of a product now, by place.
func (s *Store) held(ctx context.Context, shop, sku string) (map[string]int64, error) {
	if s.ended() {
		return map[string]int64{}, nil
	}
	return sqldb.Totals(ctx, s.db, "SELECT loc, SUM(units) FROM reservation WHERE shop = ? AND sku = ? AND until_us > ? GROUP BY loc",
		shop, sku, sqldb.Micros(s.now()))
}

// Held is what is reserved of a shop's products now, by product, then place.
func (s *Store) Held(ctx context.Context, shop string) (map[string]map[string]int64, error) {
	out := map[string]map[string]int64{}
	if s.ended() {
		return out, nil
	}
	err := s.db.Query(ctx, "SELECT sku, loc, SUM(units) FROM reservation WHERE shop = ? AND until_us > ? GROUP BY sku, loc",
		[]any{shop, sqldb.Micros(s.now())}, func(r sqldb.Row) error {
			var sku, loc string
			var n int64
			err := r.Scan(&sku, &loc, &n)
			if out[sku] == nil {
				out[sku] = map[string]int64{}
			}
			out[sku][loc] = n
			return err
		})
	return out, err
}

// ended says that all reservations have ended, where one process writes this store and knows of all.
func (s *Store) ended() bool {
	return s.db.Dialect == sqldb.SQLite && s.last.Load() <= sqldb.Micros(s.now())
}

// Reserve holds all lines until then, or none of them. A reservation of the same id is replaced, so that a
// checkout may change its cart; its own units do not stand in its way. Products that were never counted can
// be held: nothing is known that speaks against it.
func (b *Board) Reserve(ctx context.Context, shop, id, channel string, lines []Line, hold time.Duration) (until time.Time, err error) {
	hold = min(max(hold, ShortestHold), LongestHold)
	until = b.Now().UTC().Add(hold)
	b.Store.reserving.Lock() // two checkouts must not both get the last one
	defer b.Store.reserving.Unlock()
	own, err := b.Store.lines(ctx, shop, id)
	if err != nil {
		return until, err
	}
	asked := map[string]int64{}
	rows := make([]any, 0, 6*len(lines))
	for _, l := range lines {
		_, _, sku, err := b.of(ctx, shop, l.SKU)
		if err != nil {
			return until, err
		}
		asked[sku] += l.Units
		rows = append(rows, shop, id, sku, l.Location, l.Units, sqldb.Micros(until))
	}
	for sku, units := range asked {
		a, err := b.Answer(ctx, shop, Question{SKU: sku, Channel: channel})
		if err != nil {
			return until, err
		}
		if a.Available != nil && *a.Available+own[sku] < units {
			return until, &Short{sku, units, *a.Available + own[sku]}
		}
	}
	b.Store.ends(until)
	return until, b.Store.db.Write(ctx, func(t *sqldb.Tx) error {
		if _, err := t.Exec(ctx, "DELETE FROM reservation WHERE shop = ? AND (id = ? OR until_us <= ?)", shop, id, sqldb.Micros(b.Now())); err != nil {
			return err
		}
		_, err := t.Insert(ctx, "reservation (shop, id, sku, loc, units, until_us)",
			"ON CONFLICT (shop, id, sku, loc) DO UPDATE SET units = reservation.units + excluded.units", 6, rows)
		return err
	})
}

// ends notes when a reservation ends.
func (s *Store) ends(until time.Time) {
	for us := sqldb.Micros(until); ; {
		last := s.last.Load()
		if us <= last || s.last.CompareAndSwap(last, us) {
			return
		}
	}
}

// lines is what a reservation holds now, by product.
func (s *Store) lines(ctx context.Context, shop, id string) (map[string]int64, error) {
	return sqldb.Totals(ctx, s.db, "SELECT sku, SUM(units) FROM reservation WHERE shop = ? AND id = ? AND until_us > ? GROUP BY sku",
		shop, id, sqldb.Micros(s.now()))
}

// Extend holds a reservation for longer from now on.
func (b *Board) Extend(ctx context.Context, shop, id string, hold time.Duration) (until time.Time, err error) {
	until = b.Now().UTC().Add(min(max(hold, ShortestHold), LongestHold))
	b.Store.ends(until)
	n, err := b.Store.db.Exec(ctx, "UPDATE reservation SET until_us = ? WHERE shop = ? AND id = ? AND until_us > ?",
		sqldb.Micros(until), shop, id, sqldb.Micros(b.Now()))
	if err == nil && n == 0 {
		err = ErrNoReservation
	}
	return until, err
}

// Release ends a reservation.
func (b *Board) Release(ctx context.Context, shop, id string) error {
	n, err := b.Store.db.Exec(ctx, "DELETE FROM reservation WHERE shop = ? AND id = ? AND until_us > ?", shop, id, sqldb.Micros(b.Now()))
	if err == nil && n == 0 {
		err = ErrNoReservation
	}
	return err
}
