package history

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"sync"

	"almanac/fact"
	"almanac/sqldb"
)

// suppression knows, by salted hashes only, who asked to be forgotten: what sources go on telling of them is
// not recorded, or recorded without them.
type suppression struct {
	mu     sync.RWMutex
	salt   []byte
	hashes map[string]map[[16]byte]bool // by shop
}

func (s *suppression) load(ctx context.Context, db *sqldb.DB) error {
	s.hashes = map[string]map[[16]byte]bool{}
	err := db.QueryRow(ctx, "SELECT salt FROM suppression_salt WHERE one = 1", nil, &s.salt)
	if errors.Is(err, sqldb.ErrNoRows) {
		fresh := make([]byte, 32)
		if _, err := rand.Read(fresh); err != nil {
			return err
		}
		if _, err := db.Exec(ctx, "INSERT INTO suppression_salt (one, salt) VALUES (1, ?) ON CONFLICT DO NOTHING", fresh); err != nil {
			return err
		}
		err = db.QueryRow(ctx, "SELECT salt FROM suppression_salt WHERE one = 1", nil, &s.salt)
	}
	if err != nil {
		return err
	}
	return db.Query(ctx, "SELECT shop, hash FROM suppressed", nil, func(r sqldb.Row) error {
		var shop string
		var h []byte
		err := r.Scan(&shop, &h)
		if err == nil && len(h) == 16 {
			s.put(shop, [16]byte(h))
		}
		return err
	})
}

func (s *suppression) put(shop string, h [16]byte) {
	if s.hashes[shop] == nil {
		s.hashes[shop] = map[[16]byte]bool{}
	}
	s.hashes[shop][h] = true
}

// hash of an identifier. Nobody who lacks the salt can tell whose it is.
func (s *suppression) hash(shop, kind, value string) [16]byte {
	h := sha256.New()
	h.Write(s.salt)
	h.Write([]byte(shop + "\x00" + kind + "\x00" + value))
	return [16]byte(h.Sum(nil)[:16])
}

// apply takes the forgotten out of facts. outcomes is nil where nobody of the shops was ever forgotten, and
// otherwise holds Suppressed for the facts that are left out, in their order.
func (s *suppression) apply(facts []fact.Fact) (outcomes []Outcome, rest []fact.Fact) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if len(s.hashes) == 0 {
		return nil, facts
	}
	outcomes = make([]Outcome, len(facts))
	rest = make([]fact.Fact, 0, len(facts))
	for i := range facts {
		f := facts[i]
		if known := s.hashes[f.Shop]; known != nil && fact.Forget(&f, func(kind, value string) bool { return known[s.hash(f.Shop, kind, value)] }) == fact.Gone {
			outcomes[i] = Suppressed
			continue
		}
		rest = append(rest, f)
	}
	return outcomes, rest
}

// spread puts the outcomes of the facts that were judged among those that were left out.
func (r *Result) spread(all []Outcome) {
	judged := r.Outcomes
	for i := range all {
		if all[i] == Suppressed {
			r.Suppressed++
			continue
		}
		all[i], judged = judged[0], judged[1:]
	}
	r.Outcomes = all
}
