package history_test

import (
	"context"
	"testing"
	"time"

	"almanac/blob"
	"almanac/fact"
	"almanac/history"
	"almanac/sqldb"
	"almanac/sqldb/sqltest"
)

func TestAMessageSentAgainIsKnownForDaysAndThenForgotten(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, openDB func() *sqldb.DB) {
		now := noon
		blobs, err := blob.OpenDir(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		s, err := history.Open(context.Background(), openDB(), blobs, func() time.Time { return now })
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(s.Close)
		tell := func(f fact.Fact) history.Result {
			t.Helper()
			r, err := s.Append(t.Context(), []fact.Fact{f})
			if err != nil {
				t.Fatal(err)
			}
			return r
		}
		forget := func() int64 {
			t.Helper()
			n, err := s.ForgetKeys(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		midnight := noon.Add(-12 * time.Hour)
		message := viewed("m1", "mug")
		message.OccurredAt = midnight.Add(-time.Second)
		old := viewed("m2", "mug") // was offline for long
		old.OccurredAt = noon.AddDate(0, -2, 0)
		filed := viewed("m3", "mug")
		filed.Source = "file:events"
		order := fact.Fact{Shop: "a", Source: "segment:web", ID: "o1/1", Kind: fact.OrderPlaced, OccurredAt: noon,
			Body: &fact.OrderLine{Order: "o1", Line: "1", SKU: "mug", Units: 1, Currency: "EUR", Gross: 100}}
		for _, f := range []fact.Fact{message, old, filed, order} {
			if tell(f).Accepted != 1 {
				t.Fatalf("%s was not accepted", f.ID)
			}
		}
		again := message
		again.OccurredAt = midnight.Add(2 * time.Minute) // its sender's clock was corrected otherwise: the next day
		if tell(again).Duplicates != 1 {
			t.Error("a message sent again across midnight is not known")
		}
		now = noon.AddDate(0, 0, 7)
		if n := forget(); n != 0 {
			t.Errorf("%d keys are forgotten after a week", n)
		}
		for _, f := range []fact.Fact{message, old, filed, order} {
			if tell(f).Duplicates != 1 {
				t.Errorf("after a week %s is not known", f.ID)
			}
		}
		now = noon.AddDate(0, 0, 30)
		if n := forget(); n != 1 {
			t.Errorf("%d keys are forgotten after a month, not the one of the message", n)
		}
		for _, f := range []fact.Fact{filed, order, old} {
			if tell(f).Duplicates != 1 {
				t.Errorf("after a month %s is not known", f.ID)
			}
		}
	})
}
