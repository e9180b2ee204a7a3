package dashboard

import (
	"testing"

	"almanac/program/reorder"
	"almanac/serve/wire"
)

// What is wanted of an empty shelf is lost, though a delivery on its way is large enough for all of it.
func TestWhatComesLaterDoesNotSellBefore(t *testing.T) {
	const today = 20_000
	g := &shelves{Input: reorder.Input{Today: today}, coming: map[string][]reorder.Purchase{"cushion": {
		{Expected: today - 3, Units: 50}, {Expected: today + 7, Units: 20}, {Expected: today + 14, Units: 100}}}}
	week := func(weeks float64) float64 { return 4 * weeks }
	for _, c := range []struct {
		available int64
		weeks     float64
		lost      float64
	}{
		{0, 2, 4},  // the first week finds nothing
		{3, 2, 1},  // of it one unit is missing
		{3, 1, 1},  // what comes on the last day is not there before
		{4, 10, 0}, // what comes in time lasts
		{-2, 2, 4}, // less than nothing is nothing
	} {
		row := &wire.StockRow{SKU: "cushion", Available: &c.available}
		if got := g.lost(row, c.weeks, week); got != c.lost {
			t.Errorf("%d there, %v weeks: %v lost, want %v", c.available, c.weeks, got, c.lost)
		}
	}
}
