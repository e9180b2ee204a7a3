package doors

import (
	"context"
	"time"

	"almanac/sqldb"
)

// What is counted at the doors.
const (
	Unknown   = "unknown"   // events that no kind describes, by name
	Violation = "violation" // events that do not keep to the tracking plan, by name
	Blocked   = "blocked"   // of those, the ones that went to quarantine
	Dropped   = "dropped"   // facts not kept for want of consent, by purpose
	Nameless  = "nameless"  // facts kept without identity, by purpose
	Future    = "future"    // events that claimed to lie in the future, by name
)

// Count names what was counted on a day.
type Count struct {
	Shop, Source, What, Name, Day string
}

// Counted is a sum over days.
type Counted struct {
	Source, What, Name string
	N                  int64
	Last               time.Time
}

// mostNames bounds the names of one thing that are told apart; senders choose them.
const mostNames = 1000

// Add counts. It writes nothing yet.
func (s *Store) Add(shop, source, what, name string, n int64) {
	c := Count{shop, source, what, name, s.now().UTC().Format(time.DateOnly)}
	of := Count{Shop: shop, Source: source, What: what, Day: c.Day}
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, known := s.counts[c]; !known {
		if s.names[of] >= mostNames {
			c.Name = "(other)"
		} else {
			s.names[of]++
		}
	}
	s.counts[c] += n
}

// Flush writes the counts gathered since the last time.
func (s *Store) Flush(ctx context.Context) error {
	s.mu.Lock()
	counts := s.counts
	s.counts = map[Count]int64{}
	clear(s.names)
	s.mu.Unlock()
	if len(counts) == 0 {
		return nil
	}
	at := sqldb.Micros(s.now())
	err := s.db.Write(ctx, func(t *sqldb.Tx) error {
		for c, n := range counts {
			if _, err := t.Exec(ctx, `INSERT INTO door_count (shop, source, what, name, day, n, last_us) VALUES (?, ?, ?, ?, ?, ?, ?)
				ON CONFLICT (shop, source, what, name, day) DO UPDATE SET n = door_count.n + excluded.n, last_us = excluded.last_us`,
				c.Shop, c.Source, c.What, c.Name, c.Day, n, at); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil { // they are counted again next time
		s.mu.Lock()
		for c, n := range counts {
			s.counts[c] += n
		}
		s.mu.Unlock()
	}
	return err
}

// Counts sums what was counted in a shop over all days, most first.
func (s *Store) Counts(ctx context.Context, shop string) (out []Counted, err error) {
	if err := s.Flush(ctx); err != nil {
		return nil, err
	}
	err = s.db.Query(ctx, `SELECT source, what, name, SUM(n), MAX(last_us) FROM door_count WHERE shop = ? GROUP BY source, what, name
		ORDER BY source, what, SUM(n) DESC, name LIMIT 5000`, []any{shop}, func(r sqldb.Row) error {
		var c Counted
		var last int64
		err := r.Scan(&c.Source, &c.What, &c.Name, &c.N, &last)
		c.Last = sqldb.Time(last)
		out = append(out, c)
		return err
	})
	return out, err
}

// flushEvery is how much counting a crash may lose.
const flushEvery = 5 * time.Second

// Run writes counts now and then until ctx ends, and once more then. fault hears of what cannot be written.
func (s *Store) Run(ctx context.Context, fault func(error)) {
	tick := time.NewTicker(flushEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			if err := s.Flush(context.WithoutCancel(ctx)); err != nil {
				fault(err)
			}
			return
		case <-tick.C:
			if err := s.Flush(ctx); err != nil && ctx.Err() == nil {
				fault(err)
			}
		}
	}
}
