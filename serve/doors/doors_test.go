package doors_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"almanac/ingest/consent"
	"almanac/ingest/plan"
	"almanac/serve/doors"
	"almanac/sqldb"
	"almanac/sqldb/sqltest"
)

func open(t *testing.T, db *sqldb.DB, now *time.Time) *doors.Store {
	t.Helper()
	s, err := doors.Open(t.Context(), db, func() time.Time { return *now })
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestChoicesAreKeptAndAddUp(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, database func() *sqldb.DB) {
		now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
		db, ctx := database(), t.Context()
		s, other := open(t, db, &now), open(t, db, &now)
		ids := make([]string, 900) // more than one question to the database
		for i := range ids {
			ids[i] = fmt.Sprint("visitor:", i)
		}
		if got, err := s.Choices(ctx, "a", ids); err != nil || len(got) != 0 {
			t.Fatal(got, err)
		}
		if err := s.Choose(ctx, "a", map[string]consent.Choice{ids[0]: {consent.Sale: false}, ids[899]: {consent.Analytics: true}}); err != nil {
			t.Fatal(err)
		}
		if err := s.Choose(ctx, "a", map[string]consent.Choice{ids[0]: {consent.Analytics: false}}); err != nil {
			t.Fatal(err)
		}
		now = now.Add(time.Minute)
		for name, store := range map[string]*doors.Store{"who wrote": s, "another process": other} {
			got, err := store.Choices(ctx, "a", ids)
			if err != nil || len(got) != 2 || len(got[ids[0]]) != 2 || got[ids[0]][consent.Sale] || !got[ids[899]][consent.Analytics] {
				t.Errorf("%s: %v %v", name, got, err)
			}
		}
		if got, err := s.Choices(ctx, "b", ids); err != nil || len(got) != 0 {
			t.Errorf("another shop: %v %v", got, err)
		}
	})
}

func TestLinksAndCounts(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, database func() *sqldb.DB) {
		now := time.Date(2026, 3, 1, 23, 59, 0, 0, time.UTC)
		s, ctx := open(t, database(), &now), t.Context()
		for range 2 {
			if err := s.Link(ctx, "a", [][2]string{{"v", "ada"}, {"v", "bob"}, {"v", "ada"}}); err != nil {
				t.Fatal(err)
			}
		}
		if got, err := s.Linked(ctx, "a", "v"); err != nil || !slices.Equal(got, []string{"ada", "bob"}) {
			t.Errorf("%v %v", got, err)
		}
		for i := range 1500 {
			s.Add("a", "web", doors.Unknown, fmt.Sprint("e", i), 1)
		}
		if err := s.Flush(ctx); err != nil {
			t.Fatal(err)
		}
		now = now.Add(time.Hour)
		s.Add("a", "web", doors.Unknown, "e1", 2)
		counts, err := s.Counts(ctx, "a")
		if err != nil || len(counts) != 1001 {
			t.Fatal(len(counts), err)
		}
		if counts[0].Name != "(other)" || counts[0].N != 500 || counts[1].Name != "e1" || counts[1].N != 3 || !counts[1].Last.Equal(now) {
			t.Errorf("%+v %+v", counts[0], counts[1])
		}
	})
}

func TestSettingsAreCheckedAndSeenByOthers(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	db, ctx := sqltest.SQLite(t), t.Context()
	s, other := open(t, db, &now), open(t, db, &now)
	if r, err := other.Rules(ctx, "a"); err != nil || !r.Check.Empty() || r.Policy.Check() != nil {
		t.Fatal(r, err)
	}
	var bad *doors.BadPlan
	err := s.ChangePlan(ctx, "a", func(p *plan.Plan) error {
		p.Events["Quiz"] = plan.Event{Schema: json.RawMessage(`{"type":"nothing"}`)}
		return nil
	})
	if !errors.As(err, &bad) || bad.Remedy() == "" {
		t.Errorf("%v", err)
	}
	if err := s.ChangePlan(ctx, "a", func(p *plan.Plan) error {
		p.Mode = plan.Block
		p.Events["Quiz"] = plan.Event{Schema: json.RawMessage(`{"type":"object","required":["score"]}`)}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	p := consent.Standard()
	p.Refused = consent.Anonymous
	if err := s.SetPolicy(ctx, "a", p); err != nil {
		t.Fatal(err)
	}
	now = now.Add(time.Minute)
	r, err := other.Rules(ctx, "a")
	if err != nil || r.Policy.Refused != consent.Anonymous {
		t.Fatal(r, err)
	}
	if faults, mode := r.Check.Check("Quiz", nil); len(faults) != 1 || mode != plan.Block {
		t.Errorf("%v %s", faults, mode)
	}
	if r, err := other.Rules(ctx, "b"); err != nil || !r.Check.Empty() {
		t.Errorf("another shop: %v %v", r, err)
	}
}
