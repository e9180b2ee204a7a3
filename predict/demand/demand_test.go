package demand_test

import (
	"bytes"
	"context"
	"errors"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"almanac/blob"
	"almanac/predict"
	"almanac/predict/demand"
	"almanac/sqldb/sqltest"
	"almanac/state"
	"almanac/state/orders"
)

// sale is one product day.
type sale struct {
	sku string
	day state.Day
	d   orders.DaySales
}

type ledger []sale

func (l ledger) DailySales(_ context.Context, _ string, before state.Day, fn func(string, state.Day, orders.DaySales) error) error {
	for _, s := range l {
		if s.day < before {
			if err := fn(s.sku, s.day, s.d); err != nil {
				return err
			}
		}
	}
	return nil
}

var monday = state.DayOf(time.Date(2010, 1, 4, 0, 0, 0, 0, time.UTC), time.UTC)

// shop sells each product in each of n weeks as many as units says, on Wednesdays; the first week begins on a Monday.
func shop(n int, units map[string]func(week int) int64) ledger {
	l := ledger{{"opening", monday, orders.DaySales{Units: 1}}}
	for sku, of := range units {
		for w := range n {
			if u := of(w); u > 0 {
				l = append(l, sale{sku, monday + state.Day(7*w+2), orders.DaySales{Units: u}})
			}
		}
	}
	return l
}

func fit(t *testing.T, l ledger, cutoff state.Day) (*demand.Model, predict.Card) {
	t.Helper()
	m, card, err := demand.Fit(t.Context(), demand.Source{Sales: l}, "s", cutoff)
	if err != nil {
		t.Fatal(err)
	}
	return m, card
}

func weekly(week int) state.Day { return monday + state.Day(7*week) }

func noisy(seed uint64, level int) func(int) int64 {
	r := rand.New(rand.NewPCG(seed, 1))
	values := make([]int64, 200)
	for i := range values {
		values[i] = int64(level + r.IntN(level+1) - level/2)
	}
	return func(w int) int64 { return values[w] }
}

func TestTheForecastBeginsAfterTheLastWholeWeek(t *testing.T) {
	l := shop(10, map[string]func(int) int64{"A": func(int) int64 { return 5 }})
	l = append(l, sale{"A", weekly(10) + 1, orders.DaySales{Units: 900}}) // the week of the cut-off
	m, card := fit(t, l, weekly(10)+4)
	a, ok := m.Find("A")
	if !ok || m.Start != weekly(10) || m.Week(1) != weekly(11) {
		t.Fatalf("starts on %s, product found: %v", m.Start, ok)
	}
	if a.Mean[0] != 5 || a.Most != 15 {
		t.Errorf("half a week of 900 was read as a whole one: %+v", a)
	}
	if card.Window != (predict.Window{From: weekly(0).String(), To: (weekly(10) - 1).String()}) || card.Cutoff != (weekly(10)+4).String() {
		t.Errorf("window %+v, cut-off %s", card.Window, card.Cutoff)
	}
	if _, ok := m.Find("never sold"); ok {
		t.Error("found a product that was never sold")
	}
}

func TestTheWeekInWhichHistoryBeginsIsNotALowWeek(t *testing.T) {
	l := ledger{}
	for d := monday + 5; d < weekly(4); d++ { // begins on a Saturday, then 10 a day
		l = append(l, sale{"A", d, orders.DaySales{Units: 10}})
	}
	m, _ := fit(t, l, weekly(4))
	a, _ := m.Find("A")
	if a.Mean[0] != 70 || a.P10[0] < 50 {
		t.Errorf("forecast %+v", a)
	}
}

func TestDemandIsWhatWasNotCancelled(t *testing.T) {
	l := shop(10, map[string]func(int) int64{"A": func(int) int64 { return 5 }})
	l = append(l,
		sale{"A", weekly(9) + 3, orders.DaySales{Units: 80_000, Cancelled: 80_000}},
		sale{"A", weekly(9) + 4, orders.DaySales{Returned: 3}})
	m, card := fit(t, l, weekly(10))
	if a, _ := m.Find("A"); a.Mean[0] != 5 || a.Most != 15 {
		t.Errorf("a cancelled order counts as demand: %+v", a)
	}
	if card.Rows != 12 {
		t.Errorf("%d rows, want the opening, ten weeks and one cancelled day", card.Rows)
	}
}

func TestNothingAfterTheCutOffMatters(t *testing.T) {
	l := shop(60, map[string]func(int) int64{"A": noisy(1, 20), "B": noisy(2, 4)})
	var past ledger
	for _, s := range l {
		if s.day < weekly(40) {
			past = append(past, s)
		}
	}
	a, cardA := fit(t, l, weekly(40))
	b, cardB := fit(t, past, weekly(40))
	if d := cmp.Diff(a, b); d != "" {
		t.Errorf("the future shows in the model:\n%s", d)
	}
	if d := cmp.Diff(cardA, cardB); d != "" {
		t.Errorf("the future shows on the card:\n%s", d)
	}
}

func TestSameDataInAnyOrderGivesTheSameBytes(t *testing.T) {
	l := shop(60, map[string]func(int) int64{"A": noisy(1, 20), "B": noisy(2, 4), "C": noisy(3, 300)})
	encode := func() []byte {
		m, card := fit(t, l, weekly(60))
		data, err := predict.Encode(card, m)
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	first := encode()
	r := rand.New(rand.NewPCG(5, 5))
	for range 3 {
		r.Shuffle(len(l), func(i, j int) { l[i], l[j] = l[j], l[i] })
		if !bytes.Equal(first, encode()) {
			t.Fatal("other bytes")
		}
	}
}

func TestNoiseIsAveragedAndBeatsRepeatingIt(t *testing.T) {
	units := map[string]func(int) int64{}
	for i := range 20 {
		units[string(rune('A'+i))] = noisy(uint64(i), 20)
	}
	_, card := fit(t, shop(60, units), weekly(60))
	w := card.Metrics["wape"]
	if card.Champion == card.Baseline || !(w.Model < w.Baseline) || card.Folds < 1 {
		t.Errorf("card %+v", card)
	}
}

func TestTheBaselineStaysWhereNothingBeatsIt(t *testing.T) {
	season := func(w int) int64 { return []int64{90, 2, 30, 5, 60, 1, 44, 7, 3, 80, 12, 6, 25}[w%13] }
	m, card := fit(t, shop(65, map[string]func(int) int64{"A": season}), weekly(65))
	if card.Champion != card.Baseline || card.Baseline != "seasonal naive (13)" {
		t.Errorf("champion %s against %s", card.Champion, card.Baseline)
	}
	a, _ := m.Find("A")
	for h := range 13 {
		if a.Mean[h] != float64(season(65+h)) {
			t.Errorf("week %d: %v, want %v", h, a.Mean[h], season(65+h))
		}
	}
}

func TestProductsOfTwoKindsGetTheirOwnMethod(t *testing.T) {
	season := func(shift int) func(int) int64 {
		return func(w int) int64 { return []int64{90, 2, 30, 5, 60, 1, 44, 7, 3, 80, 12, 6, 25}[(w+shift)%13] }
	}
	units := map[string]func(int) int64{}
	for i := range 10 {
		units["season "+string(rune('a'+i))] = season(i)
		units["noise "+string(rune('a'+i))] = noisy(uint64(i), 30)
	}
	m, card := fit(t, shop(65, units), weekly(65))
	a, _ := m.Find("season a")
	b, _ := m.Find("noise a")
	if m.Methods[a.Method] != "seasonal naive (13)" || m.Methods[b.Method] == "seasonal naive (13)" {
		t.Errorf("season by %s, noise by %s; card %+v", m.Methods[a.Method], m.Methods[b.Method], card)
	}
	if w := card.Metrics["wape"]; !(w.Model < w.Baseline) || card.Folds != 1 {
		t.Errorf("card %+v", card)
	}
}

func TestTwoYearsLookBackAYear(t *testing.T) {
	_, card := fit(t, shop(110, map[string]func(int) int64{"A": noisy(1, 20)}), weekly(110))
	if card.Baseline != "seasonal naive (52)" || strings.Contains(strings.Join(card.Notes, " "), "The history holds") {
		t.Errorf("baseline %s, notes %v", card.Baseline, card.Notes)
	}
}

func TestAShortHistorySaysSo(t *testing.T) {
	m, card := fit(t, shop(5, map[string]func(int) int64{"A": func(int) int64 { return 4 }}), weekly(5))
	if card.Folds != 0 || card.Metrics != nil || card.Champion != "naive" || len(card.Notes) != 2 {
		t.Errorf("card %+v", card)
	}
	if a, _ := m.Find("A"); a.Mean[0] != 4 || a.P10[0] >= 4 || a.P90[0] <= 4 {
		t.Errorf("five weeks prove too much: %+v", a)
	}
	for _, l := range []ledger{nil, {{"A", weekly(0) + 1, orders.DaySales{Units: 4}}}} {
		if _, _, err := demand.Fit(t.Context(), demand.Source{Sales: l}, "s", weekly(0)+3); !errors.Is(err, predict.ErrNone) {
			t.Errorf("without a whole week: %v", err)
		}
	}
}

func TestTrainingRegistersAndServes(t *testing.T) {
	blobs, err := blob.OpenDir(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	now := func() time.Time { return time.Date(2011, 12, 10, 0, 0, 0, 0, time.UTC) }
	r, err := predict.NewRegistry(t.Context(), sqltest.SQLite(t), blobs, now)
	if err != nil {
		t.Fatal(err)
	}
	trainer := demand.Trainer{Source: demand.Source{Sales: shop(30, map[string]func(int) int64{"A": noisy(1, 20)})}, Registry: r, Version: "v1"}
	v, err := trainer.Train(t.Context(), "s", weekly(30))
	if err != nil {
		t.Fatal(err)
	}
	again, err := trainer.Train(t.Context(), "s", weekly(30))
	if err != nil || again.Hash != v.Hash || v.Card.CodeVersion != "v1" {
		t.Errorf("trained again: %s after %s, %v", again.Hash, v.Hash, err)
	}
	got, err := predict.Load[demand.Model](t.Context(), r, "s", predict.Demand)
	if err != nil {
		t.Fatal(err)
	}
	a, ok := got.Model.Find("A")
	f := a.Forecast()
	if !ok || f.SumQuantile(3, 0.5, 0.95) <= f.SumMean(3) {
		t.Errorf("served %+v", a)
	}
}

func TestBandsHoldWhatTheyPromiseAtTheCutOffTheyHadNotSeen(t *testing.T) {
	units := map[string]func(int) int64{}
	for i := range 60 {
		// Levels wander, which moving averages are too sure about.
		r := rand.New(rand.NewPCG(uint64(i), 2))
		level := 20 + float64(i)
		values := make([]int64, 120)
		for w := range values {
			level = max(1, level+3*r.NormFloat64())
			values[w] = int64(level + 3*r.NormFloat64())
		}
		units["P"+string(rune('0'+i/10))+string(rune('0'+i%10))] = func(w int) int64 { return max(0, values[w]) }
	}
	_, card := fit(t, shop(110, units), weekly(110))
	if c := card.Metrics["coverage_80"].Model; c < 0.72 || c > 0.88 {
		t.Errorf("the 80 %% band holds %.3f (%s)", c, card.Champion)
	}
}

func TestTheCombinationAnswersForTheOldAndTheBestMethodForTheYoung(t *testing.T) {
	units := map[string]func(int) int64{}
	for i := range 12 {
		values := noisy(uint64(i), 40)
		units["old "+string(rune('a'+i))] = func(w int) int64 { return values(w) + int64(2*w) } // a trend that averages lag behind
	}
	young := noisy(99, 30)
	units["young"] = func(w int) int64 {
		if w < 72 {
			return 0
		}
		return young(w)
	}
	m, card := fit(t, shop(80, units), weekly(80))
	old, _ := m.Find("old a")
	new, _ := m.Find("young")
	if m.Methods[old.Method] != "combination" || m.Methods[new.Method] == "combination" || new.Mean[0] <= 0 {
		t.Errorf("old by %s, young by %s; %+v", m.Methods[old.Method], m.Methods[new.Method], card)
	}
	if old.Spread.Scale <= 0 || old.Spread.Growth < 0.5 || old.Spread.Growth > 1 {
		t.Errorf("spread %+v", old.Spread)
	}
}
