package replay_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"almanac/program/reorder/replay"
	"almanac/sqldb"
	"almanac/sqldb/sqltest"
)

// A server may stop in the middle of a replay: the report before stays, and it is known that one was broken off.
func TestTheLastReportStaysUntilTheNextIsWhole(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, open func() *sqldb.DB) {
		db := open()
		now := time.Date(2026, 7, 1, 8, 0, 0, 0, time.UTC)
		clock := func() time.Time { return now }
		s, err := replay.Open(t.Context(), db, clock)
		if err != nil {
			t.Fatal(err)
		}
		if k, err := s.Last(t.Context(), "a"); err != nil || k.Report != nil || !k.Begun.IsZero() {
			t.Fatalf("%+v, %v", k, err)
		}
		report := &replay.Report{Replayed: replay.Replayed{Days: 180, LeftOut: []replay.NotReplayed{{Why: replay.NoCost, Products: 3}}}, Items: []replay.PastRow{{By: "all", Policy: replay.Real, Lost: 5}}}
		if _, err := s.Make(t.Context(), "a", func() (*replay.Report, error) { return report, nil }); err != nil {
			t.Fatal(err)
		}
		now = now.Add(time.Hour)
		stopped := errors.New("the server stops")
		if _, err := s.Make(t.Context(), "a", func() (*replay.Report, error) { return nil, stopped }); !errors.Is(err, stopped) {
			t.Fatal(err)
		}
		again, err := replay.Open(t.Context(), db, clock) // the server comes back
		if err != nil {
			t.Fatal(err)
		}
		k, err := again.Last(t.Context(), "a")
		if diff := cmp.Diff(report, k.Report); err != nil || diff != "" || !k.Made.Equal(now.Add(-time.Hour)) || !k.Begun.Equal(now) {
			t.Errorf("%+v, %v %s", k, err, diff)
		}
		if _, err := again.Make(t.Context(), "a", func() (*replay.Report, error) { return report, nil }); err != nil {
			t.Fatal(err)
		}
		if k, err := again.Last(t.Context(), "a"); err != nil || !k.Begun.IsZero() || !k.Made.Equal(now) {
			t.Errorf("%+v, %v", k, err)
		}
		if k, err := again.Last(t.Context(), "b"); err != nil || k.Report != nil {
			t.Errorf("another shop has %+v, %v", k, err)
		}
	})
}
