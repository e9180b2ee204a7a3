// Package rules keeps the wishes of each shop's merchants for what its pages show: pin, boost, bury, exclude, per placement
// and time. What a rule does is said in program/onsite; here is where it is written down.
//
// A rule is checked before it is written, so every rule that is read can be used. Rules are in the order in which they
// were added. A shop sees its own rules only.
package rules

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"almanac/program/onsite"
	"almanac/sqldb"
)

// Most is how many rules a shop may have.
const Most = 500

// ErrNone says that a shop has no such rule.
var ErrNone = errors.New("there is no such rule")

// ErrFull says that a shop has as many rules as it may have.
var ErrFull = fmt.Errorf("a shop may have %d rules", Most)

// Kept is a rule as it is kept.
type Kept struct {
	ID             string
	Rule           onsite.Rule
	Added, Changed time.Time
}

// Store keeps the rules. It is safe for concurrent use, also by several processes.
type Store struct {
	db  *sqldb.DB
	now func() time.Time
}

// Open prepares the table.
func Open(ctx context.Context, db *sqldb.DB, now func() time.Time) (*Store, error) {
	if err := db.Migrate(ctx, "onsite", migrations); err != nil {
		return nil, err
	}
	return &Store{db, now}, nil
}

var migrations = []sqldb.Migration{{Name: "rules", SQL: []string{
	// about holds placements, skus, categories and brands as JSON. Times are 0 where the rule has none.
	`CREATE TABLE onsite_rule (shop {text} NOT NULL, id {text} NOT NULL, name {text} NOT NULL, deed {text} NOT NULL, about {text} NOT NULL,
		position {int} NOT NULL, factor {float} NOT NULL, from_us {int} NOT NULL, until_us {int} NOT NULL, added_us {int} NOT NULL, changed_us {int} NOT NULL,
		PRIMARY KEY (shop, id))`,
}}}

const columns = "id, name, deed, about, position, factor, from_us, until_us, added_us, changed_us"

type about struct {
	Placements []string `json:"placements,omitempty"`
	SKUs       []string `json:"skus,omitempty"`
	Categories []string `json:"categories,omitempty"`
	Brands     []string `json:"brands,omitempty"`
}

// List tells the rules of a shop, the one added first first.
func (s *Store) List(ctx context.Context, shop string) (out []Kept, err error) {
	err = s.db.Query(ctx, "SELECT "+columns+" FROM onsite_rule WHERE shop = ? ORDER BY added_us, id", []any{shop}, func(r sqldb.Row) error {
		k, err := read(r)
		out = append(out, k)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the rules of shop %s: %w", shop, err)
	}
	return out, nil
}

// Rules are a shop's rules as an engine takes them.
func (s *Store) Rules(ctx context.Context, shop string) ([]onsite.Rule, error) {
	kept, err := s.List(ctx, shop)
	out := make([]onsite.Rule, len(kept))
	for i, k := range kept {
		out[i] = k.Rule
	}
	return out, err
}

func read(r sqldb.Row) (k Kept, err error) {
	var text string
	var from, until, added, changed int64
	if err = r.Scan(&k.ID, &k.Rule.Name, &k.Rule.Deed, &text, &k.Rule.Position, &k.Rule.Factor, &from, &until, &added, &changed); err != nil {
		return k, err
	}
	var a about
	if err = json.Unmarshal([]byte(text), &a); err != nil {
		return k, fmt.Errorf("rule %s: %w", k.ID, err)
	}
	k.Rule.Placements, k.Rule.SKUs, k.Rule.Categories, k.Rule.Brands = a.Placements, a.SKUs, a.Categories, a.Brands
	k.Rule.From, k.Rule.Until, k.Added, k.Changed = instant(from), instant(until), sqldb.Time(added), sqldb.Time(changed)
	return k, nil
}

func instant(us int64) time.Time {
	if us == 0 {
		return time.Time{}
	}
	return sqldb.Time(us)
}

func micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return sqldb.Micros(t)
}

// values are the columns of a rule after its id, up to until_us.
func values(r onsite.Rule) ([]any, error) {
	b, err := json.Marshal(about{r.Placements, r.SKUs, r.Categories, r.Brands})
	return []any{r.Name, string(r.Deed), string(b), r.Position, r.Factor, micros(r.From), micros(r.Until)}, err
}

// Add keeps a new rule. The error is a *onsite.BadRule for one that cannot be, ErrFull where there are too many.
func (s *Store) Add(ctx context.Context, shop string, r onsite.Rule) (Kept, error) {
	if err := r.Check(onsite.Placements()); err != nil {
		return Kept{}, err
	}
	v, err := values(r)
	if err != nil {
		return Kept{}, err
	}
	b := make([]byte, 8)
	_, _ = rand.Read(b) // never fails: crypto/rand ends the program where there is no randomness
	k := Kept{ID: hex.EncodeToString(b), Rule: r}
	err = s.db.Write(ctx, func(t *sqldb.Tx) error {
		var n, last int64
		if err := t.QueryRow(ctx, "SELECT COUNT(*), COALESCE(MAX(added_us), 0) FROM onsite_rule WHERE shop = ?", []any{shop}, &n, &last); err != nil {
			return err
		}
		if n >= Most {
			return ErrFull
		}
		at := max(sqldb.Micros(s.now()), last+1) // the order of rules is the order in which they came
		k.Added, k.Changed = sqldb.Time(at), sqldb.Time(at)
		_, err := t.Exec(ctx, "INSERT INTO onsite_rule (shop, "+columns+") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
			append(append([]any{shop, k.ID}, v...), at, at)...)
		return err
	})
	return k, err
}

// Change replaces a rule and tells what it was. Its place among the rules stays. The error is a *onsite.BadRule for one that
// cannot be, ErrNone where the shop has no such rule.
func (s *Store) Change(ctx context.Context, shop, id string, r onsite.Rule) (was, is Kept, err error) {
	if err := r.Check(onsite.Placements()); err != nil {
		return was, is, err
	}
	v, err := values(r)
	if err != nil {
		return was, is, err
	}
	err = s.db.Write(ctx, func(t *sqldb.Tx) error {
		if was, err = one(ctx, t, shop, id); err != nil {
			return err
		}
		is = Kept{ID: id, Rule: r, Added: was.Added, Changed: s.now()}
		_, err := t.Exec(ctx, `UPDATE onsite_rule SET name = ?, deed = ?, about = ?, position = ?, factor = ?, from_us = ?, until_us = ?, changed_us = ?
			WHERE shop = ? AND id = ?`, append(v, sqldb.Micros(is.Changed), shop, id)...)
		return err
	})
	return was, is, err
}

// Delete removes a rule and tells what it was. The error is ErrNone where the shop has no such rule.
func (s *Store) Delete(ctx context.Context, shop, id string) (was Kept, err error) {
	err = s.db.Write(ctx, func(t *sqldb.Tx) error {
		if was, err = one(ctx, t, shop, id); err != nil {
			return err
		}
		_, err := t.Exec(ctx, "DELETE FROM onsite_rule WHERE shop = ? AND id = ?", shop, id)
		return err
	})
	return was, err
}

func one(ctx context.Context, t *sqldb.Tx, shop, id string) (k Kept, err error) {
	found := false
	err = t.Query(ctx, "SELECT "+columns+" FROM onsite_rule WHERE shop = ? AND id = ?", []any{shop, id}, func(r sqldb.Row) error {
		found = true
		var err error
		k, err = read(r)
		return err
	})
	if err == nil && !found {
		err = ErrNone
	}
	return k, err
}
