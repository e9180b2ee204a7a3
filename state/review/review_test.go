package review_test

import (
	"context"
	"fmt"
	"math"
	"testing"
	"time"

	"almanac/fact"
	"almanac/history"
	"almanac/sqldb"
	"almanac/sqldb/sqltest"
	"almanac/state/review"
)

func TestReviewsCountOnceAndAreShrunkTowardsTheShopsMean(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, open func() *sqldb.DB) {
		db, fold := open(), review.NewFold()
		if err := db.Migrate(t.Context(), "state", fold.Migrations()); err != nil {
			t.Fatal(err)
		}
		var recs []history.Record
		write := func(source, id, sku string, rev int64, rating int) {
			at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
			recs = append(recs, history.Record{Fact: fact.Fact{Shop: "a", Source: source, ID: id, Rev: rev, Kind: fact.ReviewWritten, OccurredAt: at, ReceivedAt: at,
				Body: &fact.Review{SKU: sku, Rating: rating}}})
		}
		write("segment:web", "1", "mug", 0, 1)    // the pixel tells of the same review
		write("shopify:main", "1", "mug", 1, 2)   // which was changed since
		write("shopify:main", "1", "mug", 2, 5)   //
		write("shopify:main", "one", "pen", 1, 1) //
		for i := range 20 {
			write("shopify:main", fmt.Sprint("k", i), "kettle", 1, 1+i%2*4)
			write("shopify:main", fmt.Sprint("b", i), "broken", 1, 1)
		}
		for _, part := range [][]history.Record{recs[2:], recs[:2]} { // late, and out of order
			if err := db.Write(t.Context(), func(tx *sqldb.Tx) error { return fold.Apply(context.Background(), tx, part) }); err != nil {
				t.Fatal(err)
			}
		}
		v := review.Open(db)
		all, err := v.Ratings(t.Context(), "a")
		if err != nil || all["mug"] != (review.Ratings{Reviews: 1, Sum: 5}) || all["kettle"] != (review.Ratings{Reviews: 20, Sum: 60}) {
			t.Fatal(all, err)
		}
		quality, err := v.Quality(t.Context(), "a")
		if err != nil {
			t.Fatal(err)
		}
		usual := (5 + 1 + 60 + 20) / 42.0
		if want := ((20+5*usual)/25 - usual) / 2; math.Abs(quality["broken"]-want) > 1e-12 {
			t.Errorf("broken: %g, want %g", quality["broken"], want)
		}
		if !(quality["mug"] > 0 && quality["kettle"] > quality["mug"]/10 && quality["pen"] < 0 && quality["pen"] > quality["broken"]) {
			t.Errorf("one review says less than twenty: %v", quality)
		}
	})
}
