package customer_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"almanac/model/lifetime"
	"almanac/predict"
	"almanac/predict/customer"
	"almanac/state"
)

type order struct {
	customer string
	day      state.Day
	net      int64
}

// ledger is orders by customer, then day.
type ledger []order

func (l ledger) CustomerOrders(_ context.Context, _ string, before state.Day, fn func(string, time.Time, state.Day, int64) error) error {
	for _, o := range l {
		if o.day < before {
			if err := fn(o.customer, o.day.Time(), o.day, o.net); err != nil {
				return err
			}
		}
	}
	return nil
}

const opening = state.Day(15000)

// twoKinds is a shop of n faithful customers, who buy about every four weeks, and n strangers, who bought once.
func twoKinds(n int, days int) ledger {
	r := rand.New(rand.NewPCG(1, 2))
	var l ledger
	for i := range n {
		for d := r.IntN(60); d < days; d += 20 + r.IntN(16) {
			l = append(l, order{fmt.Sprintf("faithful %03d", i), opening + state.Day(d), 5000})
		}
	}
	for i := range n {
		l = append(l, order{fmt.Sprintf("stranger %03d", i), opening + state.Day(r.IntN(days)), 1000})
	}
	return l
}

func fit(t *testing.T, l ledger, cutoff state.Day) (*customer.Model, predict.Card) {
	t.Helper()
	m, card, err := customer.Fit(t.Context(), l, "s", cutoff)
	if err != nil {
		t.Fatal(err)
	}
	return m, card
}

func TestTheFaithfulAreToldFromStrangers(t *testing.T) {
	m, card := fit(t, twoKinds(100, 500), opening+500)
	if !m.ByTable || card.Champion != "rate by frequency and recency" || card.Folds != 3 {
		t.Errorf("card %+v", card)
	}
	if a := card.Metrics["auc"]; a.Model < 0.9 {
		t.Errorf("AUC %+v", a)
	}
	faithful := m.Judge(lifetime.Customer{Orders: 22, First: int(opening), Last: int(opening) + 490, Value: 110_000}, m.AsOf)
	stranger := m.Judge(lifetime.Customer{Orders: 1, First: int(opening), Last: int(opening), Value: 1000}, m.AsOf)
	if faithful.Probability < 0.9 || stranger.Probability > 0.2 {
		t.Errorf("faithful %+v, stranger %+v", faithful, stranger)
	}
	if faithful.Segment != lifetime.Champion || stranger.Segment != lifetime.Once {
		t.Errorf("faithful %+v, stranger %+v", faithful, stranger)
	}
	var customers int
	var expected float64
	for _, s := range m.Segments {
		customers += s.Customers
		expected += s.Expected
	}
	if customers != 200 || expected < 80 || expected > 125 {
		t.Errorf("of %d customers %v are expected, want about the hundred faithful", customers, expected)
	}
}

func TestAnOrderAfterTheLookIsNoNegativeSilence(t *testing.T) {
	m, _ := fit(t, twoKinds(100, 500), opening+500)
	c := lifetime.Customer{Orders: 12, First: int(opening), Last: int(opening) + 490}
	if before, on := m.Probability(c, opening+300), m.Probability(c, opening+490); before != on {
		t.Errorf("probability %v before, %v on the day", before, on)
	}
}

func TestTheOverallRateAnswersWhereTheTableTellsNothing(t *testing.T) {
	// Everybody orders every 30 days: the rate is 1 in every cell, and nothing can be better than saying so.
	var l ledger
	for i := range 50 {
		for d := range 12 {
			l = append(l, order{fmt.Sprintf("c%02d", i), opening + state.Day(30*d), 100})
		}
	}
	m, card := fit(t, l, opening+340)
	if m.ByTable || card.Champion != card.Baseline || card.Folds == 0 {
		t.Errorf("card %+v", card)
	}
	if p := m.Probability(lifetime.Customer{Orders: 1, Last: int(opening)}, m.AsOf); p != 1 {
		t.Errorf("probability %v", p)
	}
	if _, ok := card.Metrics["auc"]; ok {
		t.Error("an AUC of one class is no number")
	}
}

func TestAShortHistorySaysSo(t *testing.T) {
	for _, c := range []struct {
		days int
		note string
	}{{60, "cannot be told yet"}, {150, "untested"}} {
		m, card := fit(t, twoKinds(20, c.days), opening+state.Day(c.days))
		if card.Folds != 0 || m.ByTable || card.Metrics != nil || !strings.Contains(card.Notes[0], c.note) {
			t.Errorf("%d days: %+v", c.days, card)
		}
		if m.Customers != 40 {
			t.Errorf("%d days: %d customers", c.days, m.Customers)
		}
	}
	if _, _, err := customer.Fit(t.Context(), ledger{}, "s", opening); !errors.Is(err, predict.ErrNone) {
		t.Errorf("without orders: %v", err)
	}
}

func TestTwoOrdersOnADayAreOneOccasion(t *testing.T) {
	l := ledger{{"a", opening, 100}, {"a", opening, 50}, {"b", opening, 10}, {"b", opening + 9, 20}}
	got, err := customer.Summaries(t.Context(), l, "s", opening+9)
	if err != nil {
		t.Fatal(err)
	}
	day := int(opening)
	want := []customer.Summary{
		{ID: "a", Customer: lifetime.Customer{Orders: 1, First: day, Last: day, Value: 150}},
		{ID: "b", Customer: lifetime.Customer{Orders: 1, First: day, Last: day, Value: 10}},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

func TestNothingAfterTheCutOffMatters(t *testing.T) {
	l := twoKinds(50, 500)
	var before ledger
	for _, o := range l {
		if o.day < opening+400 {
			before = append(before, o)
		}
	}
	a, cardA := fit(t, l, opening+400)
	b, cardB := fit(t, before, opening+400)
	if d := cmp.Diff(a, b); d != "" {
		t.Errorf("the future shows in the model:\n%s", d)
	}
	if d := cmp.Diff(cardA, cardB); d != "" {
		t.Errorf("the future shows on the card:\n%s", d)
	}
}

func TestTheArtefactNamesNobodyAndIsTheSameEachTime(t *testing.T) {
	l := twoKinds(50, 500)
	encode := func() []byte {
		m, card := fit(t, l, opening+500)
		data, err := predict.Encode(card, m)
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	data := encode()
	if !bytes.Equal(data, encode()) {
		t.Error("same data, other bytes")
	}
	var content map[string]any
	if _, err := predict.Decode(data, &content); err != nil {
		t.Fatal(err)
	}
	if text := fmt.Sprint(content); strings.Contains(text, "faithful") || strings.Contains(text, "stranger") {
		t.Error("the artefact names customers")
	}
	var m customer.Model
	if _, err := predict.Decode(data, &m); err != nil {
		t.Fatal(err)
	}
	for _, s := range m.Segments {
		if math.IsNaN(s.Expected) || s.Customers < 0 {
			t.Errorf("segment %+v", s)
		}
	}
}
