package rules_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"almanac/program/onsite"
	"almanac/serve/storefront/rules"
	"almanac/sqldb"
	"almanac/sqldb/sqltest"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

func each(t *testing.T, test func(t *testing.T, s *rules.Store)) {
	sqltest.Each(t, func(t *testing.T, open func() *sqldb.DB) {
		s, err := rules.Open(t.Context(), open(), func() time.Time { return noon })
		if err != nil {
			t.Fatal(err)
		}
		test(t, s)
	})
}

func list(t *testing.T, s *rules.Store, shop string) (names []string) {
	t.Helper()
	kept, err := s.Rules(t.Context(), shop)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range kept {
		names = append(names, r.Name)
	}
	return names
}

func TestARuleIsReadAsItWasWritten(t *testing.T) {
	each(t, func(t *testing.T, s *rules.Store) {
		want := []onsite.Rule{
			{Name: "pen", Deed: onsite.Pin, SKUs: []string{"PEN-1"}, Position: 2, Placements: []string{"home", "cart"}},
			{Name: "summer ☀", Deed: onsite.Boost, Categories: []string{"Garden > Chairs"}, Brands: []string{"Ünal"}, Factor: 2.5, From: noon, Until: noon.Add(time.Hour)},
			{Deed: onsite.Exclude, SKUs: []string{"a,b", `"c"`}},
		}
		for _, r := range want {
			if _, err := s.Add(t.Context(), "shop", r); err != nil {
				t.Fatal(err)
			}
		}
		got, err := s.Rules(t.Context(), "shop")
		if err != nil || cmp.Diff(want, got) != "" {
			t.Errorf("%v %s", err, cmp.Diff(want, got))
		}
	})
}

func TestOneShopNeverSeesAnothersRules(t *testing.T) {
	each(t, func(t *testing.T, s *rules.Store) {
		ctx := t.Context()
		mine, err := s.Add(ctx, "mine", onsite.Rule{Name: "mine", Deed: onsite.Exclude, SKUs: []string{"a"}})
		if err != nil {
			t.Fatal(err)
		}
		if got := list(t, s, "other"); len(got) != 0 {
			t.Errorf("the other shop has %v", got)
		}
		if _, _, err := s.Change(ctx, "other", mine.ID, mine.Rule); !errors.Is(err, rules.ErrNone) {
			t.Errorf("the other shop changes it: %v", err)
		}
		if _, err := s.Delete(ctx, "other", mine.ID); !errors.Is(err, rules.ErrNone) {
			t.Errorf("the other shop deletes it: %v", err)
		}
		if got := list(t, s, "mine"); len(got) != 1 {
			t.Errorf("mine are %v", got)
		}
	})
}

func TestAChangeKeepsTheOrderAndTellsWhatWas(t *testing.T) {
	each(t, func(t *testing.T, s *rules.Store) {
		ctx := t.Context()
		var ids []string
		for _, name := range []string{"one", "two", "three"} {
			k, err := s.Add(ctx, "shop", onsite.Rule{Name: name, Deed: onsite.Bury, Brands: []string{"b"}})
			if err != nil {
				t.Fatal(err)
			}
			ids = append(ids, k.ID)
		}
		was, is, err := s.Change(ctx, "shop", ids[0], onsite.Rule{Name: "first", Deed: onsite.Boost, Brands: []string{"c"}})
		if err != nil || was.Rule.Name != "one" || is.Rule.Name != "first" || !is.Added.Equal(was.Added) {
			t.Errorf("%v: %+v became %+v", err, was, is)
		}
		if gone, err := s.Delete(ctx, "shop", ids[1]); err != nil || gone.Rule.Name != "two" {
			t.Errorf("%v %+v", err, gone)
		}
		if got := list(t, s, "shop"); cmp.Diff(got, []string{"first", "three"}) != "" {
			t.Error(got)
		}
		if _, err := s.Delete(ctx, "shop", ids[1]); !errors.Is(err, rules.ErrNone) {
			t.Errorf("deleted twice: %v", err)
		}
	})
}

func TestWhatCannotBeIsNotKept(t *testing.T) {
	each(t, func(t *testing.T, s *rules.Store) {
		ctx := t.Context()
		var bad *onsite.BadRule
		if _, err := s.Add(ctx, "shop", onsite.Rule{Deed: "shout"}); !errors.As(err, &bad) || len(bad.Faults) != 2 {
			t.Errorf("%v", err)
		}
		kept, err := s.Add(ctx, "shop", onsite.Rule{Deed: onsite.Exclude, SKUs: []string{"a"}})
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := s.Change(ctx, "shop", kept.ID, onsite.Rule{Deed: onsite.Pin, SKUs: []string{"a"}}); !errors.As(err, &bad) {
			t.Errorf("%v", err)
		}
		for i := 1; i < rules.Most; i++ {
			if _, err := s.Add(ctx, "shop", onsite.Rule{Deed: onsite.Exclude, SKUs: []string{fmt.Sprint(i)}}); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := s.Add(ctx, "shop", onsite.Rule{Deed: onsite.Exclude, SKUs: []string{"more"}}); !errors.Is(err, rules.ErrFull) {
			t.Errorf("one too many: %v", err)
		}
		if got := list(t, s, "shop"); len(got) != rules.Most {
			t.Errorf("%d rules", len(got))
		}
	})
}
