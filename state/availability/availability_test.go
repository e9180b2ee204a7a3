package availability_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"almanac/fact"
	"almanac/history"
	"almanac/sqldb"
	"almanac/sqldb/sqltest"
	"almanac/state"
	"almanac/state/availability"
	"almanac/state/catalog"
	"almanac/state/orders"
	"almanac/state/stock"
	"almanac/state/supply"
)

var start = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// shelf is a shop's stock with a board before it.
type shelf struct {
	t         *testing.T
	now       atomic.Int64
	record    *history.Store
	projector *state.Projector
	store     *availability.Store
	board     *availability.Board
	n         int
}

func newShelf(t *testing.T, main, derived *sqldb.DB) *shelf {
	t.Helper()
	s := &shelf{t: t}
	s.now.Store(start.UnixNano())
	clock := func() time.Time { return time.Unix(0, s.now.Load()).UTC() }
	var err error
	if s.record, err = history.Open(t.Context(), main, nil, clock); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.record.Close)
	utc := func(string) *time.Location { return time.UTC }
	if s.projector, err = state.NewProjector(t.Context(), s.record, derived, "utc", orders.NewFold(utc), catalog.NewFold(), stock.NewFold(), supply.NewFold()); err != nil {
		t.Fatal(err)
	}
	if s.store, err = availability.OpenStore(t.Context(), main, clock); err != nil {
		t.Fatal(err)
	}
	s.board = availability.NewBoard(availability.Sources{Stock: stock.Open(derived), Supply: supply.Open(derived), Catalog: catalog.Open(derived),
		Orders: orders.Open(derived), Store: s.store, Record: s.record, Progress: s.projector, Now: clock})
	return s
}

func each(t *testing.T, test func(*testing.T, *shelf)) {
	t.Helper()
	sqltest.Each(t, func(t *testing.T, open func() *sqldb.DB) {
		db := open()
		test(t, newShelf(t, db, db))
	})
}

func (s *shelf) tell(at time.Time, bodies ...fact.Body) {
	s.t.Helper()
	var facts []fact.Fact
	for _, b := range bodies {
		facts = append(facts, fact.Fact{Kind: b.Kind(), OccurredAt: at, Body: b})
	}
	s.put(facts...)
}

func (s *shelf) put(facts ...fact.Fact) {
	s.t.Helper()
	for i := range facts {
		s.n++
		facts[i].Shop, facts[i].Source, facts[i].ID = "a", "wms:main", fmt.Sprint("f", s.n)
	}
	if _, err := s.record.Append(s.t.Context(), facts); err != nil {
		s.t.Fatal(err)
	}
	if err := s.projector.CatchUp(s.t.Context(), nil); err != nil {
		s.t.Fatal(err)
	}
	if err := s.board.Refill(s.t.Context()); err != nil {
		s.t.Fatal(err)
	}
}

func (s *shelf) settings(v availability.StockRules) {
	s.t.Helper()
	if err := s.store.Save(s.t.Context(), "a", v); err != nil {
		s.t.Fatal(err)
	}
	if err := s.board.Settle(s.t.Context(), "a"); err != nil {
		s.t.Fatal(err)
	}
}

// says is an answer in one line.
func (s *shelf) says(q availability.Question) string {
	s.t.Helper()
	a, err := s.board.Answer(s.t.Context(), "a", q)
	if err != nil {
		s.t.Fatal(err)
	}
	out := string(a.Status)
	if a.Available != nil {
		out += fmt.Sprint(" ", *a.Available)
	}
	for _, p := range a.Places {
		out += fmt.Sprint(" ", p.Location, "=", p.Available)
	}
	for _, i := range a.Incoming {
		out += fmt.Sprint(" +", i.Units)
	}
	return out
}

func count(loc string, q fact.Quantity, units int64) *fact.StockCount {
	return &fact.StockCount{SKU: "mug", Location: loc, Quantity: q, Units: units}
}

func TestWhatWasNeverCountedIsUnknownAndNotZero(t *testing.T) {
	each(t, func(t *testing.T, s *shelf) {
		if got := s.says(availability.Question{SKU: "mug"}); got != "unknown" {
			t.Error(got)
		}
		s.tell(start, count("berlin", fact.OnHand, 0))
		if got := s.says(availability.Question{SKU: "mug"}); got != "out_of_stock 0 berlin=0" {
			t.Error(got)
		}
	})
}

func TestNothingIsSubtractedTwice(t *testing.T) {
	each(t, func(t *testing.T, s *shelf) {
		s.tell(start, count("berlin", fact.OnHand, 10), count("berlin", fact.Committed, 3), count("berlin", fact.Unavailable, 2))
		s.tell(start, count("paris", fact.OnHand, 10), count("paris", fact.Committed, 3), count("paris", fact.Available, 6))
		if got := s.says(availability.Question{SKU: "mug"}); got != "in_stock 11 berlin=5 paris=6" {
			t.Error(got)
		}
		a, err := s.board.Answer(t.Context(), "a", availability.Question{SKU: "mug"})
		if err != nil {
			t.Fatal(err)
		}
		if a.Places[0].Inputs[0].Age != 0 || len(a.Places[0].Inputs) != 3 || a.Places[0].Inputs[0].Source != "wms:main" {
			t.Errorf("%+v", a.Places[0])
		}
		s.now.Add(int64(time.Hour))
		if a, err = s.board.Answer(t.Context(), "a", availability.Question{SKU: "mug"}); err != nil || a.Places[0].Inputs[0].Age != 3600 {
			t.Errorf("after an hour the count is %d seconds old, %v", a.Places[0].Inputs[0].Age, err)
		}
	})
}

func TestEveryChannelSeesTheSamePlacesLessItsBuffers(t *testing.T) {
	each(t, func(t *testing.T, s *shelf) {
		s.tell(start, count("berlin", fact.OnHand, 10), count("paris", fact.OnHand, 4))
		s.settings(availability.StockRules{
			Channels: map[string][]string{"till": {"berlin"}},
			Buffers:  []availability.Buffer{{Units: 1}, {Channel: "market", Units: 3}, {SKU: "mug", Channel: "market", Location: "paris", Units: -2}},
			Aliases:  map[string]string{"MUG-01": "mug"},
		})
		for _, c := range []struct{ sku, channel, want string }{
			{"mug", "", "in_stock 12 berlin=9 paris=3"},
			{"mug", "web", "in_stock 12 berlin=9 paris=3"},
			{"mug", "till", "in_stock 9 berlin=9"},
			{"mug", "market", "in_stock 13 berlin=7 paris=6"},
			{"MUG-01", "web", "in_stock 12 berlin=9 paris=3"},
		} {
			if got := s.says(availability.Question{SKU: c.sku, Channel: c.channel}); got != c.want {
				t.Errorf("%s in %q: %s, not %s", c.sku, c.channel, got, c.want)
			}
		}
	})
}

func TestReservationsEndByThemselves(t *testing.T) {
	each(t, func(t *testing.T, s *shelf) {
		ctx := t.Context()
		s.tell(start, count("berlin", fact.OnHand, 5))
		line := func(n int64) []availability.Line { return []availability.Line{{SKU: "mug", Units: n}} }
		if _, err := s.board.Reserve(ctx, "a", "cart1", "", line(3), 15*time.Minute); err != nil {
			t.Fatal(err)
		}
		if got := s.says(availability.Question{SKU: "mug"}); got != "in_stock 2 berlin=5" {
			t.Error(got)
		}
		var short *availability.Short
		if _, err := s.board.Reserve(ctx, "a", "cart2", "", line(3), time.Minute); !errors.As(err, &short) || short.Available != 2 {
			t.Errorf("a third of five for a second cart of three: %v", err)
		}
		if _, err := s.board.Reserve(ctx, "a", "cart1", "", line(5), 15*time.Minute); err != nil {
			t.Errorf("its own units stand in a cart's way: %v", err)
		}
		s.now.Add(int64(14 * time.Minute))
		if _, err := s.board.Extend(ctx, "a", "cart1", 10*time.Minute); err != nil {
			t.Error(err)
		}
		s.now.Add(int64(9 * time.Minute))
		if got := s.says(availability.Question{SKU: "mug"}); got != "out_of_stock 0 berlin=5" {
			t.Error(got)
		}
		s.now.Add(int64(2 * time.Minute))
		if got := s.says(availability.Question{SKU: "mug"}); got != "in_stock 5 berlin=5" {
			t.Error(got)
		}
		if err := s.board.Release(ctx, "a", "cart1"); !errors.Is(err, availability.ErrNoReservation) {
			t.Errorf("what has ended is released: %v", err)
		}
		if _, err := s.board.Extend(ctx, "a", "cart1", time.Minute); !errors.Is(err, availability.ErrNoReservation) {
			t.Errorf("what has ended is extended: %v", err)
		}
	})
}

func TestTwoCheckoutsDoNotGetTheLastOne(t *testing.T) {
	each(t, func(t *testing.T, s *shelf) {
		s.tell(start, count("berlin", fact.OnHand, 7))
		var got atomic.Int64
		var all sync.WaitGroup
		for i := range 20 {
			all.Go(func() {
				_, err := s.board.Reserve(context.Background(), "a", fmt.Sprint("cart", i), "", []availability.Line{{SKU: "mug", Units: 1}}, time.Minute)
				switch {
				case err == nil:
					got.Add(1)
				case !errors.Is(err, availability.ErrShort):
					t.Error(err)
				}
			})
		}
		all.Wait()
		if got.Load() != 7 {
			t.Errorf("%d carts hold 7 mugs", got.Load())
		}
	})
}

func TestIncomingGoodsHaveDatesAndShrinkAsTheyArrive(t *testing.T) {
	each(t, func(t *testing.T, s *shelf) {
		due := start.AddDate(0, 0, 10)
		later := start.AddDate(0, 0, 14)
		order := func(kind fact.Kind, at time.Time, units int64, due *time.Time) {
			s.put(fact.Fact{Kind: kind, OccurredAt: at, Body: &fact.Purchase{Purchase: "PO1", Line: "1", SKU: "mug", Location: "berlin", Units: units, Due: due}})
		}
		s.tell(start, count("berlin", fact.OnHand, 0))
		order(fact.PurchasePlaced, start, 20, &due)
		if got := s.says(availability.Question{SKU: "mug"}); got != "incoming 0 berlin=0 +20" {
			t.Error(got)
		}
		order(fact.PurchaseConfirmed, start.Add(time.Hour), 18, &later)
		order(fact.PurchaseReceived, start.Add(2*time.Hour), 5, nil)
		a, err := s.board.Answer(t.Context(), "a", availability.Question{SKU: "mug"})
		if err != nil || len(a.Incoming) != 1 || a.Incoming[0].Units != 13 || !a.Incoming[0].Due.Equal(later) {
			t.Errorf("%+v %v", a.Incoming, err)
		}
	})
}

func TestSeasonalProductsAreSoldInTheirWindow(t *testing.T) {
	each(t, func(t *testing.T, s *shelf) {
		s.tell(start, count("berlin", fact.OnHand, 5))
		s.settings(availability.StockRules{Windows: []availability.Window{{SKU: "mug", From: "11-15", To: "02-28"}}})
		if got := s.says(availability.Question{SKU: "mug"}); got != "not_sold 0 berlin=5" {
			t.Error(got)
		}
		s.now.Store(time.Date(2026, 12, 31, 12, 0, 0, 0, time.UTC).UnixNano())
		if got := s.says(availability.Question{SKU: "mug"}); got != "in_stock 5 berlin=5" {
			t.Error(got)
		}
	})
}

func TestDeliveryIsFromTheCheapestPlaceThatHasEnoughAndSaysItsProfit(t *testing.T) {
	each(t, func(t *testing.T, s *shelf) {
		s.tell(start, count("berlin", fact.OnHand, 1), count("paris", fact.OnHand, 9),
			&fact.Price{SKU: "mug", Currency: "EUR", Amount: 1000}, &fact.Cost{SKU: "mug", Currency: "EUR", Amount: 400})
		s.settings(availability.StockRules{Zones: []availability.Zone{
			{Name: "DE", Prefixes: []string{"1", "2"}, Currency: "EUR", Cost: 900, From: map[string]int64{"berlin": 390}},
			{Name: "island", Prefixes: []string{"274 99"}, Currency: "EUR", Cost: 2500}}})
		ask := func(postcode string, units int64) string {
			a, err := s.board.Answer(t.Context(), "a", availability.Question{SKU: "mug", Postcode: postcode, Units: units})
			if err != nil {
				t.Fatal(err)
			}
			d := a.Delivery
			out := fmt.Sprint(d.Possible, " ", d.Zone, " ", d.From, " ", d.Cost, " ", d.Why)
			if d.Profit != nil {
				out += fmt.Sprint(*d.Profit, " ", *d.Profitable)
			}
			return strings.Join(strings.Fields(out), " ")
		}
		for _, c := range []struct {
			postcode string
			units    int64
			want     string
		}{
			{"10115", 1, "true DE berlin 390 210 true"},
			{"10115", 2, "true DE paris 900 300 true"},
			{"27499", 1, "true island berlin 2500 -1900 false"},
			{"10115", 10, "false DE 0 no place has enough"},
			{"90000", 1, "false 0 no zone delivers to this postcode"},
		} {
			if got := ask(c.postcode, c.units); got != c.want {
				t.Errorf("%d to %s: %s, not %s", c.units, c.postcode, got, c.want)
			}
		}
	})
}

func TestUnsoundSettingsNameEveryFault(t *testing.T) {
	err := availability.StockRules{
		Channels: map[string][]string{"web": {}}, Aliases: map[string]string{"a": "b", "b": "c"}, Windows: []availability.Window{{SKU: "x", From: "13-01", To: "01-01"}},
		Zones: []availability.Zone{{Name: "one", Currency: "EUR"}, {Name: "two", Currency: "EUR"}, {Name: "", Currency: "?"}},
	}.Check()
	if err == nil {
		t.Fatal("all of it was taken")
	}
	for _, part := range []string{"channel", "alias", "window", "zone \"\"", "zones \"one\" and \"two\""} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("%q is not named in: %v", part, err)
		}
	}
	if lines := strings.Split(err.Error(), "\n"); !slices.ContainsFunc(lines, func(l string) bool { return strings.Contains(l, "window") }) {
		t.Error(lines)
	}
}
