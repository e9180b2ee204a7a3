package availability_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"almanac/fact"
	"almanac/sqldb"
	"almanac/sqldb/sqltest"
	"almanac/state/availability"
)

// A board that reads anew only what new facts speak of must answer as one that reads everything. Orders are
// told by a browser first and by the shop system later, with other products.
func TestFollowingGivesTheSameAnswersAsReadingEverything(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, open func() *sqldb.DB) {
		db := open()
		s := newShelf(t, db, db)
		if err := s.store.Save(t.Context(), "a", availability.StockRules{Aliases: map[string]string{"MUG": "sku0"}}); err != nil {
			t.Fatal(err)
		}
		fresh := availability.NewBoard(s.board.Sources)
		rng := rand.New(rand.NewPCG(1, 2))
		sku := func() string { return fmt.Sprint("sku", rng.IntN(6)) }
		seen := int64(-1)
		for step := range 60 {
			at := start.Add(time.Duration(step-60) * time.Minute)
			f := fact.Fact{Shop: "a", ID: fmt.Sprint("f", step), OccurredAt: at, Source: "wms:main"}
			switch rng.IntN(6) {
			case 0:
				f.Body = &fact.StockCount{SKU: sku(), Location: "berlin", Quantity: fact.OnHand, Units: int64(rng.IntN(50))}
			case 1:
				f.Body = &fact.StockMove{SKU: sku(), Location: "berlin", Units: int64(1 + rng.IntN(5))}
			case 2:
				f.Body = &fact.StockCount{SKU: "MUG", Location: "paris", Quantity: fact.OnHand, Units: int64(rng.IntN(50))}
			case 3:
				f.Body = &fact.Purchase{Purchase: fmt.Sprint("p", step), Line: "1", SKU: sku(), Units: 5}
			default:
				f.Source = []string{"segment:web", "shopify:main"}[rng.IntN(2)]
				order := fmt.Sprint("o", rng.IntN(8))
				f.ID = fmt.Sprint(order, "/", step)
				f.Body = &fact.OrderLine{Order: order, Line: fmt.Sprint(step), SKU: sku(), Units: 1, Currency: "EUR", Gross: 100}
			}
			f.Kind = f.Body.Kind()
			if _, err := s.record.Append(t.Context(), []fact.Fact{f}); err != nil {
				t.Fatal(err)
			}
			if err := s.projector.CatchUp(t.Context(), nil); err != nil {
				t.Fatal(err)
			}
			var err error
			if seen, err = s.board.FollowFrom(t.Context(), seen); err != nil {
				t.Fatal(err)
			}
			if err := fresh.Refill(t.Context()); err != nil {
				t.Fatal(err)
			}
			for i := range 6 {
				q := availability.Question{SKU: fmt.Sprint("sku", i)}
				if d := cmp.Diff(told(t, fresh, q), told(t, s.board, q)); d != "" {
					t.Fatalf("after step %d, %T (- read anew, + followed):\n%s", step, f.Body, d)
				}
			}
		}
	})
}

func told(t *testing.T, b *availability.Board, q availability.Question) string {
	t.Helper()
	a, err := b.Answer(t.Context(), "a", q)
	if err != nil {
		t.Fatal(err)
	}
	j, err := json.Marshal(a)
	if err != nil {
		t.Fatal(err)
	}
	return string(j)
}
