package availability

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"almanac/fact"
	"almanac/sqldb"
)

// StockRules say how a shop promises its stock.
type StockRules struct {
	// Channels lists the places that serve a channel; a channel that is not named is served by all.
	Channels map[string][]string `json:"channels,omitempty"`
	// Buffers keep units back (safety) or promise more than there is (oversell, negative units).
	Buffers []Buffer `json:"buffers,omitempty"`
	// Aliases name products as other systems call them: alias → sku.
	Aliases map[string]string `json:"aliases,omitempty"`
	// Windows say when seasonal products are sold; a product without a window always is.
	Windows []Window `json:"windows,omitempty"`
	// Zones say what it costs to deliver where. Without zones nothing is said of profit.
	Zones []Zone `json:"zones,omitempty"`
	// SendsTo lists the countries that a place sends to; a place that is not named sends everywhere, one without countries
	// nowhere.
	SendsTo map[string][]string `json:"sends_to,omitempty"`
	// Country is taken where a visitor's is not known.
	Country string `json:"country,omitempty"`
	// WeightAttribute is the attribute of products that holds their weight in grams.
	WeightAttribute string        `json:"weight_attribute,omitempty"`
	Restrictions    []Restriction `json:"restrictions,omitempty"`
}

// Buffer holds for what it names; empty fields hold for everything. The one that names most holds.
type Buffer struct {
	SKU      string `json:"sku,omitempty"`
	Location string `json:"location,omitempty"`
	Channel  string `json:"channel,omitempty"`
	Units    int64  `json:"units" doc:"kept back; below zero: promised beyond what is there"`
}

// Window is when a product is sold, every year: days as MM-DD, both included; a window may pass the new year.
type Window struct {
	SKU  string `json:"sku"`
	From string `json:"from"`
	To   string `json:"to"`
}

// Zone is where deliveries cost the same. The zone with the longest prefix of the postcode holds.
type Zone struct {
	Name      string           `json:"name"`
	Countries []string         `json:"countries,omitempty" doc:"ISO 3166 alpha-2; none: all"`
	Prefixes  []string         `json:"prefixes,omitempty" doc:"of postcodes; none: everywhere else"`
	Currency  string           `json:"currency"`
	Cost      int64            `json:"cost_minor" doc:"of one delivery"`
	From      map[string]int64 `json:"from,omitempty" doc:"cost from a location, where it is another"`
	Weights   []Band           `json:"weights,omitempty" doc:"cost up to some weights, rising; what is heavier or of unknown weight costs cost_minor"`
}

// Check names every fault at once.
func (s StockRules) Check() error {
	var faults []error
	fault := func(format string, args ...any) { faults = append(faults, fmt.Errorf(format, args...)) }
	for c, places := range s.Channels {
		if c == "" || len(places) == 0 {
			fault("channel %q has no name or no places", c)
		}
	}
	for _, b := range s.Buffers {
		if b.Units < -fact.MaxUnits || b.Units > fact.MaxUnits {
			fault("buffer of %d units is out of range", b.Units)
		}
	}
	for alias, sku := range s.Aliases {
		if alias == "" || sku == "" || alias == sku || s.Aliases[sku] != "" {
			fault("alias %q of %q is empty, its own, or leads on to another", alias, sku)
		}
	}
	for _, w := range s.Windows {
		if _, _, err := w.days(); err != nil || w.SKU == "" {
			fault("the window of %q is not two days like 11-15", w.SKU)
		}
	}
	seen := map[string]string{}
	for _, z := range s.Zones {
		if z.Name == "" || !fact.ValidCurrency(z.Currency) || z.Cost < 0 {
			fault("zone %q needs a name, a currency and a cost that is not negative", z.Name)
		}
		countries := z.Countries
		if len(countries) == 0 {
			countries = []string{""}
		}
		for _, c := range countries {
			for _, p := range z.prefixes() {
				if other, ok := seen[c+" "+p]; ok {
					fault("postcodes %q* of %q are in zones %q and %q", p, c, other, z.Name)
				}
				seen[c+" "+p] = z.Name
			}
		}
	}
	s.checkSending(fault)
	return errors.Join(faults...)
}

// days are the month and day of both ends.
func (w Window) days() (from, to int, err error) {
	read := func(s string) int {
		t, e := time.Parse("2006-01-02", "2024-"+s) // a leap year, so that 02-29 is a day
		err = errors.Join(err, e)
		return int(t.Month())*100 + t.Day()
	}
	return read(w.From), read(w.To), err
}

// Sells tells whether a product is in season.
func (s StockRules) Sells(sku string, at time.Time) bool {
	today := int(at.Month())*100 + at.Day()
	season := true
	for _, w := range s.Windows {
		if w.SKU != sku {
			continue
		}
		season = false
		from, to, err := w.days()
		if err == nil && (from <= to && today >= from && today <= to || from > to && (today >= from || today <= to)) {
			return true
		}
	}
	return season
}

// Buffer is what is kept back of a product at a place for a channel.
func (s StockRules) Buffer(sku, location, channel string) (units int64) {
	best := -1
	for _, b := range s.Buffers {
		if b.SKU != "" && b.SKU != sku || b.Location != "" && b.Location != location || b.Channel != "" && b.Channel != channel {
			continue
		}
		names := 0
		for i, f := range [...]string{b.Channel, b.Location, b.SKU} {
			if f != "" {
				names += 1 << i
			}
		}
		if names > best {
			best, units = names, b.Units
		}
	}
	return units
}

// Serves tells whether a place serves a channel.
func (s StockRules) Serves(channel, location string) bool {
	places, ok := s.Channels[channel]
	return !ok || slices.Contains(places, location)
}

// plain writes a postcode without spaces and case.
func plain(postcode string) string { return strings.ToUpper(strings.ReplaceAll(postcode, " ", "")) }

// Store keeps settings and reservations. It is safe for concurrent use.
type Store struct {
	db        *sqldb.DB
	now       func() time.Time
	reserving sync.Mutex
	last      atomic.Int64 // when the last reservation known here ends, µs
}

// OpenStore prepares the tables.
func OpenStore(ctx context.Context, db *sqldb.DB, now func() time.Time) (*Store, error) {
	s := &Store{db: db, now: now}
	err := db.Migrate(ctx, "availability", []sqldb.Migration{{Name: "settings and reservations", SQL: []string{
		`CREATE TABLE availability_settings (shop {text} NOT NULL PRIMARY KEY, settings {text} NOT NULL)`,
		`CREATE TABLE reservation (shop {text} NOT NULL, id {text} NOT NULL, sku {text} NOT NULL, loc {text} NOT NULL, units {int} NOT NULL,
			until_us {int} NOT NULL, PRIMARY KEY (shop, id, sku, loc))`,
		`CREATE INDEX reservation_by_sku ON reservation (shop, sku, until_us)`,
	}}})
	if err != nil {
		return nil, err
	}
	var last int64
	err = db.QueryRow(ctx, "SELECT COALESCE(MAX(until_us), 0) FROM reservation", nil, &last)
	s.last.Store(last)
	return s, err
}

// Settings reads a shop's settings.
func (s *Store) Settings(ctx context.Context, shop string) (v StockRules, err error) {
	var text string
	err = s.db.QueryRow(ctx, "SELECT settings FROM availability_settings WHERE shop = ?", []any{shop}, &text)
	if errors.Is(err, sqldb.ErrNoRows) {
		return v, nil
	}
	if err == nil {
		err = json.Unmarshal([]byte(text), &v)
	}
	return v, err
}

// Save replaces a shop's settings; they must be sound.
func (s *Store) Save(ctx context.Context, shop string, v StockRules) error {
	if err := v.Check(); err != nil {
		return err
	}
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	_, err = s.db.Exec(ctx, "INSERT INTO availability_settings (shop, settings) VALUES (?, ?) ON CONFLICT (shop) DO UPDATE SET settings = excluded.settings", shop, string(b))
	return err
}
