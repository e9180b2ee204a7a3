// Package shop keeps the settings of the shops of one installation: name, currency, time zone. Every key
// of every other table begins with a shop's id.
package shop

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"time"

	"almanac/sqldb"
)

// Default is the shop that exists from the start.
const Default = "default"

// Basis says where a setting comes from.
type Basis string

// Bases of the currency.
const (
	Set     Basis = "set"     // a person or a source said so
	Assumed Basis = "assumed" // concluded from something else, e.g. the buyers' country
	Unknown Basis = "unknown"
)

// Shop is one shop's settings.
type Shop struct {
	ID            string
	Name          string
	Currency      string // ISO 4217; empty while unknown
	CurrencyBasis Basis
	TimeZone      string // IANA name; its days begin at midnight there
	Mode          string // mode of the programmes: off, shadow, approve, auto
	Modes         Modes  // of single programmes, where they differ
}

// Modes are modes by programme.
type Modes map[string]string

// Reorder is the programme that the shop's mode was made for.
const Reorder = "reorder"

// ModeOf is the mode of a programme: its own, else the shop's. Who had orders approved by themselves has not said so of prices
// and mails: auto is taken from the shop for reordering only, and counts as approve for the others.
func (s Shop) ModeOf(programme string) string {
	switch own := s.Modes[programme]; {
	case own != "":
		return own
	case s.Mode == "auto" && programme != Reorder:
		return "approve"
	}
	return s.Mode
}

// Location is the shop's time zone, UTC where it is not a known name.
func (s Shop) Location() *time.Location {
	l, err := time.LoadLocation(s.TimeZone)
	if err != nil {
		return time.UTC
	}
	return l
}

// ErrNotFound says that no shop has that id.
var ErrNotFound = errors.New("no such shop")

var (
	validID       = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]{0,62}$`)
	validCurrency = regexp.MustCompile(`^([A-Z]{3})?$`)
	modes         = []string{"off", "shadow", "approve", "auto"}
)

// Check reports what is wrong with the settings.
func (s Shop) Check() error {
	if !validID.MatchString(s.ID) {
		return fmt.Errorf("shop id %q may hold only a–z, 0–9, - and _, at most 63 characters", s.ID)
	}
	if !validCurrency.MatchString(s.Currency) {
		return fmt.Errorf("currency %q is not a three-letter ISO 4217 code", s.Currency)
	}
	// "Local" is a zone to Go, and another one on every machine.
	if _, err := time.LoadLocation(s.TimeZone); err != nil || s.TimeZone == "Local" || s.TimeZone == "" {
		return fmt.Errorf("time zone %q is not an IANA name such as Europe/London", s.TimeZone)
	}
	if !slices.Contains(modes, s.Mode) {
		return fmt.Errorf("mode %q is not one of off, shadow, approve, auto", s.Mode)
	}
	for _, programme := range slices.Sorted(maps.Keys(s.Modes)) {
		if mode := s.Modes[programme]; !slices.Contains(modes, mode) || !validID.MatchString(programme) {
			return fmt.Errorf("mode %q of the programme %q is not one of off, shadow, approve, auto", mode, programme)
		}
	}
	return nil
}

// Store keeps shops.
type Store struct{ db *sqldb.DB }

// Open prepares the table and the default shop.
func Open(ctx context.Context, db *sqldb.DB) (*Store, error) {
	err := db.Migrate(ctx, "shop", []sqldb.Migration{{Name: "shops", SQL: []string{
		`CREATE TABLE shop (id {text} NOT NULL PRIMARY KEY, name {text} NOT NULL, currency {text} NOT NULL,
			currency_basis {text} NOT NULL, time_zone {text} NOT NULL, mode {text} NOT NULL)`,
		`INSERT INTO shop (id, name, currency, currency_basis, time_zone, mode) VALUES ('default', 'My shop', '', 'unknown', 'UTC', 'approve')`,
	}}, {Name: "modes of programmes", SQL: []string{`ALTER TABLE shop ADD COLUMN modes {text} NOT NULL DEFAULT '{}'`}},
		{Name: "choices of programmes", SQL: []string{
			`CREATE TABLE shop_choice (shop {text} NOT NULL, programme {text} NOT NULL, choices {text} NOT NULL, PRIMARY KEY (shop, programme))`,
		}}})
	return &Store{db}, err
}

const columns = "id, name, currency, currency_basis, time_zone, mode, modes"

// List returns every shop by id.
func (st *Store) List(ctx context.Context) (out []Shop, err error) {
	err = st.db.Query(ctx, "SELECT "+columns+" FROM shop ORDER BY id", nil, func(r sqldb.Row) error {
		var s Shop
		var modes string
		if err := r.Scan(&s.ID, &s.Name, &s.Currency, &s.CurrencyBasis, &s.TimeZone, &s.Mode, &modes); err != nil {
			return err
		}
		err := s.setModes(modes)
		out = append(out, s)
		return err
	})
	return out, err
}

// Get returns one shop, or ErrNotFound.
func (st *Store) Get(ctx context.Context, id string) (s Shop, err error) {
	var modes string
	err = st.db.QueryRow(ctx, "SELECT "+columns+" FROM shop WHERE id = ?", []any{id},
		&s.ID, &s.Name, &s.Currency, &s.CurrencyBasis, &s.TimeZone, &s.Mode, &modes)
	if errors.Is(err, sqldb.ErrNoRows) {
		return s, fmt.Errorf("%s: %w", id, ErrNotFound)
	}
	if err != nil {
		return s, err
	}
	return s, s.setModes(modes)
}

func (s *Shop) setModes(text string) error {
	if text == "{}" {
		return nil
	}
	if err := json.Unmarshal([]byte(text), &s.Modes); err != nil {
		return fmt.Errorf("modes of shop %s: %w", s.ID, err)
	}
	return nil
}

// Save adds or replaces a shop's settings.
func (st *Store) Save(ctx context.Context, s Shop) error {
	if err := s.Check(); err != nil {
		return err
	}
	modes := []byte("{}")
	if len(s.Modes) > 0 {
		var err error
		if modes, err = json.Marshal(s.Modes); err != nil {
			return err
		}
	}
	_, err := st.db.Exec(ctx, `INSERT INTO shop (`+columns+`) VALUES (?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET name = excluded.name, currency = excluded.currency,
			currency_basis = excluded.currency_basis, time_zone = excluded.time_zone, mode = excluded.mode, modes = excluded.modes`,
		s.ID, s.Name, s.Currency, string(s.CurrencyBasis), s.TimeZone, s.Mode, string(modes))
	return err
}

// Choices lays what a shop chose for a programme over what stands in into, which it chose nothing of where found is false. What was added
// to the programme since keeps its value.
func (st *Store) Choices(ctx context.Context, shop, programme string, into any) (found bool, err error) {
	var text string
	err = st.db.QueryRow(ctx, "SELECT choices FROM shop_choice WHERE shop = ? AND programme = ?", []any{shop, programme}, &text)
	if errors.Is(err, sqldb.ErrNoRows) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if err := json.Unmarshal([]byte(text), into); err != nil {
		return false, fmt.Errorf("choices of %s in %s: %w", programme, shop, err)
	}
	return true, nil
}

// Choose keeps what a shop chooses for a programme, whole; nil goes back to what the installation has.
func (st *Store) Choose(ctx context.Context, shop, programme string, choices any) error {
	if choices == nil {
		_, err := st.db.Exec(ctx, "DELETE FROM shop_choice WHERE shop = ? AND programme = ?", shop, programme)
		return err
	}
	b, err := json.Marshal(choices)
	if err != nil {
		return err
	}
	_, err = st.db.Exec(ctx, `INSERT INTO shop_choice (shop, programme, choices) VALUES (?, ?, ?)
		ON CONFLICT (shop, programme) DO UPDATE SET choices = excluded.choices`, shop, programme, string(b))
	return err
}
