package doors

import (
	"context"
	"encoding/json"
	"time"

	"almanac/ingest/consent"
	"almanac/sqldb"
)

// subject is whose choice it is: "visitor:x" or "customer:y" of a shop.
type subject struct{ shop, id string }

type remembered struct {
	choice consent.Choice
	until  time.Time
}

// mostRemembered bounds each of the maps that remember people.
const mostRemembered = 100_000

// Choices reads what people of a shop chose; somebody who chose nothing is not in the answer.
func (s *Store) Choices(ctx context.Context, shop string, ids []string) (map[string]consent.Choice, error) {
	if any, err := s.AnyChose(ctx, shop); err != nil || !any {
		return nil, err
	}
	out := map[string]consent.Choice{}
	now := s.now()
	var ask []string
	s.mu.Lock()
	for _, id := range ids {
		r, ok := s.choices[subject{shop, id}]
		switch {
		case !ok || now.After(r.until):
			ask = append(ask, id)
		case r.choice != nil:
			out[id] = r.choice
		}
	}
	s.mu.Unlock()
	for len(ask) > 0 {
		n := min(len(ask), 400)
		args := []any{shop}
		for _, id := range ask[:n] {
			args = append(args, id)
		}
		found := map[string]consent.Choice{}
		err := s.db.Query(ctx, "SELECT subject, choice FROM door_choice WHERE shop = ? AND subject IN "+sqldb.In(n), args, func(r sqldb.Row) error {
			var id, text string
			if err := r.Scan(&id, &text); err != nil {
				return err
			}
			var c consent.Choice
			err := json.Unmarshal([]byte(text), &c)
			found[id] = c
			return err
		})
		if err != nil {
			return nil, err
		}
		s.mu.Lock()
		s.trim()
		for _, id := range ask[:n] {
			s.choices[subject{shop, id}] = remembered{found[id], now.Add(fresh)}
			if c := found[id]; c != nil {
				out[id] = c
			}
		}
		s.mu.Unlock()
		ask = ask[n:]
	}
	return out, nil
}

// trim forgets what is remembered when it becomes much; s.mu is held.
func (s *Store) trim() {
	if len(s.choices) > mostRemembered {
		clear(s.choices)
	}
	if len(s.linked) > mostRemembered {
		clear(s.linked)
	}
}

// AnyChose reports whether anybody in a shop chose anything; where nobody did, nobody need be asked for.
func (s *Store) AnyChose(ctx context.Context, shop string) (bool, error) {
	s.mu.Lock()
	yes := s.chosen[shop]
	r, known := s.choices[subject{shop, ""}]
	s.mu.Unlock()
	if yes || known && s.now().Before(r.until) {
		return yes, nil
	}
	n := 0
	err := s.db.QueryRow(ctx, "SELECT COUNT(*) FROM (SELECT 1 FROM door_choice WHERE shop = ? LIMIT 1) AS few", []any{shop}, &n)
	if err != nil {
		return false, err
	}
	s.mu.Lock()
	s.chosen[shop] = n > 0
	s.choices[subject{shop, ""}] = remembered{until: s.now().Add(fresh)}
	s.mu.Unlock()
	return n > 0, nil
}

// Choose writes down what people chose; what they said of other purposes before stays.
func (s *Store) Choose(ctx context.Context, shop string, said map[string]consent.Choice) error {
	if len(said) == 0 {
		return nil
	}
	at := s.now()
	whole := map[string]consent.Choice{}
	err := s.db.Write(ctx, func(t *sqldb.Tx) error {
		for id, c := range said {
			var older consent.Choice
			err := t.Query(ctx, "SELECT choice FROM door_choice WHERE shop = ? AND subject = ?", []any{shop, id}, func(r sqldb.Row) error {
				var text string
				if err := r.Scan(&text); err != nil {
					return err
				}
				return json.Unmarshal([]byte(text), &older)
			})
			if err != nil {
				return err
			}
			whole[id] = c.Over(older)
			b, err := json.Marshal(whole[id])
			if err != nil {
				return err
			}
			if _, err := t.Exec(ctx, `INSERT INTO door_choice (shop, subject, choice, at_us) VALUES (?, ?, ?, ?)
				ON CONFLICT (shop, subject) DO UPDATE SET choice = excluded.choice, at_us = excluded.at_us`, shop, id, string(b), sqldb.Micros(at)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.trim()
	s.chosen[shop] = true
	for id, c := range whole {
		s.choices[subject{shop, id}] = remembered{c, at.Add(fresh)}
	}
	return nil
}

// Link notes that a browser is a customer's, so that what the browser refuses holds for the customer.
func (s *Store) Link(ctx context.Context, shop string, links [][2]string) error {
	var fresh [][2]string
	s.mu.Lock()
	for _, l := range links {
		if !s.linked[subject{shop, l[0] + "\x00" + l[1]}] {
			fresh = append(fresh, l)
		}
	}
	s.mu.Unlock()
	if len(fresh) == 0 {
		return nil
	}
	args := make([]any, 0, 3*len(fresh))
	for _, l := range fresh {
		args = append(args, shop, l[0], l[1])
	}
	err := s.db.Write(ctx, func(t *sqldb.Tx) error {
		_, err := t.Insert(ctx, "door_link (shop, visitor, customer)", "ON CONFLICT (shop, visitor, customer) DO NOTHING", 3, args)
		return err
	})
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.trim()
	for _, l := range fresh {
		s.linked[subject{shop, l[0] + "\x00" + l[1]}] = true
	}
	return nil
}

// Linked lists the customers whose browser a visitor's is.
func (s *Store) Linked(ctx context.Context, shop, visitor string) (customers []string, err error) {
	err = s.db.Query(ctx, "SELECT customer FROM door_link WHERE shop = ? AND visitor = ? ORDER BY customer", []any{shop, visitor}, func(r sqldb.Row) error {
		var c string
		err := r.Scan(&c)
		customers = append(customers, c)
		return err
	})
	return customers, err
}
