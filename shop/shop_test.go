package shop_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"almanac/shop"
	"almanac/sqldb"
	"almanac/sqldb/sqltest"
)

func berlin() shop.Shop {
	return shop.Shop{ID: "berlin-2", Name: "Berlin", Currency: "EUR", CurrencyBasis: shop.Set, TimeZone: "Europe/Berlin", Mode: "shadow", Modes: shop.Modes{"markdown": "off"}}
}

func TestShopsAreKept(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, open func() *sqldb.DB) {
		db := open()
		st, err := shop.Open(t.Context(), db)
		if err != nil {
			t.Fatal(err)
		}
		first, err := st.Get(t.Context(), shop.Default)
		if err != nil || first.CurrencyBasis != shop.Unknown || first.Currency != "" || first.Mode != "approve" || first.Check() != nil {
			t.Errorf("the shop from the start: %+v %v", first, err)
		}
		s := berlin()
		for _, name := range []string{"Berlin", "Berlin Mitte"} {
			s.Name = name
			if err := st.Save(t.Context(), s); err != nil {
				t.Fatal(err)
			}
		}
		if st, err = shop.Open(t.Context(), db); err != nil { // opening again changes nothing
			t.Fatal(err)
		}
		got, err := st.List(t.Context())
		if d := cmp.Diff([]shop.Shop{s, first}, got); err != nil || d != "" {
			t.Errorf("%v %s", err, d)
		}
		if _, err := st.Get(t.Context(), "paris"); !errors.Is(err, shop.ErrNotFound) {
			t.Errorf("an unknown shop: %v", err)
		}
	})
}

func TestSettingsAreChecked(t *testing.T) {
	if s := berlin(); s.Check() != nil || s.Location().String() != "Europe/Berlin" {
		t.Errorf("%v in %s", s.Check(), s.Location())
	}
	for what, change := range map[string]func(*shop.Shop){
		"an empty id":             func(s *shop.Shop) { s.ID = "" },
		"an id with a slash":      func(s *shop.Shop) { s.ID = "a/b" },
		"a currency in words":     func(s *shop.Shop) { s.Currency = "euros" },
		"a currency in small":     func(s *shop.Shop) { s.Currency = "eur" },
		"an unknown time zone":    func(s *shop.Shop) { s.TimeZone = "Berlin" },
		"the zone of the machine": func(s *shop.Shop) { s.TimeZone = "Local" },
		"no time zone":            func(s *shop.Shop) { s.TimeZone = "" },
		"an unknown mode":         func(s *shop.Shop) { s.Mode = "automatic" },
		"one of a programme":      func(s *shop.Shop) { s.Modes = shop.Modes{"markdown": "automatic"} },
		"one of no programme":     func(s *shop.Shop) { s.Modes = shop.Modes{"": "auto"} },
	} {
		s := berlin()
		change(&s)
		if s.Check() == nil {
			t.Errorf("%s was taken: %+v", what, s)
		}
	}
}

func TestAProgrammeHasItsOwnModeElseTheShops(t *testing.T) {
	for _, c := range []struct {
		shop            string
		own             shop.Modes
		reorder, prices string
	}{
		{"approve", nil, "approve", "approve"},
		{"shadow", nil, "shadow", "shadow"},
		{"auto", nil, "auto", "approve"}, // what was said of orders is not said of prices
		{"auto", shop.Modes{"markdown": "auto"}, "auto", "auto"},
		{"auto", shop.Modes{"reorder": "off"}, "off", "approve"},
		{"off", shop.Modes{"markdown": "shadow"}, "off", "shadow"},
	} {
		s := shop.Shop{Mode: c.shop, Modes: c.own}
		if a, b := s.ModeOf(shop.Reorder), s.ModeOf("markdown"); a != c.reorder || b != c.prices {
			t.Errorf("%+v: orders %s, prices %s", c, a, b)
		}
	}
}

func TestChoicesOfAProgrammeAreKeptByShop(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, open func() *sqldb.DB) {
		st, err := shop.Open(t.Context(), open())
		if err != nil {
			t.Fatal(err)
		}
		type choices struct {
			Days  int
			Share float64
		}
		usual := choices{Days: 7, Share: 0.95}
		read := func(id string) (choices, bool) {
			t.Helper()
			c := usual
			found, err := st.Choices(t.Context(), id, "reorder", &c)
			if err != nil {
				t.Fatal(err)
			}
			return c, found
		}
		for _, own := range []any{choices{1, 0.5}, map[string]int{"Days": 14}} { // the latter is from before shares could be chosen
			if err := st.Choose(t.Context(), "default", "reorder", own); err != nil {
				t.Fatal(err)
			}
		}
		if got, found := read("default"); !found || got != (choices{14, 0.95}) {
			t.Errorf("%+v %v", got, found)
		}
		if got, found := read("berlin-2"); found || got != usual {
			t.Errorf("another shop: %+v %v", got, found)
		}
		if err := st.Choose(t.Context(), "default", "reorder", nil); err != nil {
			t.Fatal(err)
		}
		if got, found := read("default"); found || got != usual {
			t.Errorf("taken back: %+v %v", got, found)
		}
	})
}
