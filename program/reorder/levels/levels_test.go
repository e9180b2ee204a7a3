package levels_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"almanac/program/reorder"
	"almanac/program/reorder/levels"
	"almanac/sqldb"
	"almanac/sqldb/sqltest"
	"almanac/state"
)

func TestOnlyWhatChangesIsHistory(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, open func() *sqldb.DB) {
		s, err := levels.Open(t.Context(), open())
		if err != nil {
			t.Fatal(err)
		}
		level := func(loc string, point int64) reorder.Level {
			return reorder.Level{SKU: "mug", Location: loc, Point: point, UpTo: point + 40, Service: 0.95, Class: "AX", Basis: "set"}
		}
		for _, round := range []struct {
			day     state.Day
			levels  []reorder.Level
			changed int
		}{
			{100, []reorder.Level{level("", 50), level("WH1", 40)}, 2},
			{101, []reorder.Level{level("", 50), level("WH1", 40)}, 0},
			{107, []reorder.Level{level("", 58), level("WH1", 40)}, 1},
			{107, []reorder.Level{level("", 60), level("WH1", 40)}, 1}, // again on the same day
			{114, []reorder.Level{level("", 50), level("WH1", 40)}, 1}, // back again
		} {
			if n, err := s.Keep(t.Context(), "default", round.day, round.levels); err != nil || n != round.changed {
				t.Fatalf("day %d: %d changed, %v", round.day, n, err)
			}
		}
		history, err := s.History(t.Context(), "default", "mug")
		want := []levels.Kept{{Level: level("", 50), Since: 114}, {Level: level("", 60), Since: 107}, {Level: level("", 50), Since: 100}, {Level: level("WH1", 40), Since: 100}}
		if diff := cmp.Diff(want, history); err != nil || diff != "" {
			t.Error(err, diff)
		}
		now, err := s.Current(t.Context(), "default")
		if diff := cmp.Diff(map[reorder.LevelKey]levels.Kept{{SKU: "mug"}: want[0], {SKU: "mug", Location: "WH1"}: want[3]}, now); err != nil || diff != "" {
			t.Error(err, diff)
		}
		if others, err := s.Current(t.Context(), "other"); err != nil || len(others) != 0 {
			t.Error(others, err)
		}
	})
}
