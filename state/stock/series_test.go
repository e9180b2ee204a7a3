package stock_test

import (
	"math"
	"slices"
	"testing"

	"almanac/fact"
	"almanac/state/stock"
)

func TestASeriesFollowsCountsAndMoves(t *testing.T) {
	l := stock.NewLedger()
	l.AddCount(stock.Count{Source: "a", ID: "1", SKU: "mug", Location: "W", Quantity: fact.OnHand, At: 10, Units: 8})
	l.AddCount(stock.Count{Source: "a", ID: "2", SKU: "mug", Location: "W", Quantity: fact.OnHand, At: 30, Units: 4})
	l.AddCount(stock.Count{Source: "a", ID: "3", SKU: "mug", Location: "S", Quantity: fact.OnHand, At: 25, Units: 1})
	for i, m := range []stock.Move{{At: 5, Units: -9, Location: "W"}, {At: 10, Units: -3, Location: "W"}, {At: 15, Units: -2, Location: "W", Reason: "sale"}, {At: 35, Units: 10, Location: "W"}, {At: 26, Units: -1, Location: "S"}} {
		m.Source, m.ID, m.SKU = "a", string(rune('a'+i)), "mug"
		l.AddMove(m)
	}
	at := []int64{9, 10, 20, 25, 30, 40}
	s := l.Series(at)["mug"]
	if s == nil || !s.Sales || !math.IsNaN(s.Units[0]) {
		t.Fatalf("%+v", s)
	}
	if want := []float64{8, 6, 7, 4, 14}; !slices.Equal(s.Units[1:], want) {
		t.Errorf("%v, want %v", s.Units[1:], want)
	}
	if want := []int64{10, 10, 10, 25, 25}; !slices.Equal(s.Count[1:], want) {
		t.Errorf("counted at %v, want %v", s.Count[1:], want)
	}
	for i, v := range at[1:] { // one place by itself, as Balance has it
		w, _ := l.Balance("mug", "W", fact.OnHand, v)
		st, _ := l.Balance("mug", "S", fact.OnHand, v)
		if s.Units[i+1] != float64(w+st) {
			t.Errorf("at %d: %v, the balances are %d and %d", v, s.Units[i+1], w, st)
		}
	}
}
