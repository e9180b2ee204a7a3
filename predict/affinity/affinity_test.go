package affinity_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"almanac/predict"
	"almanac/predict/affinity"
	"almanac/state"
)

type basket struct {
	order string
	at    time.Time
	skus  []string
}

type baskets []basket

func (l baskets) Baskets(_ context.Context, _ string, before state.Day, fn func(string, time.Time, string, []string) error) error {
	for _, b := range l {
		if b.at.Before(before.Time()) {
			if err := fn(b.order, b.at, "", b.skus); err != nil {
				return err
			}
		}
	}
	return nil
}

var cutoff = state.DayOf(time.Date(2011, 6, 1, 0, 0, 0, 0, time.UTC), time.UTC)

// pairs is five orders a day over some days before the cut-off: cup n with saucer n, and now and then a candle.
func pairs(days int) baskets {
	r := rand.New(rand.NewPCG(1, 2))
	var l baskets
	for d := range days {
		for k := range 5 {
			n := r.IntN(30)
			skus := []string{fmt.Sprintf("cup %02d", n), fmt.Sprintf("saucer %02d", n)}
			if r.IntN(3) == 0 {
				skus = append([]string{"candle"}, skus...)
			}
			at := cutoff.Time().Add(-time.Duration(24*(days-d)) * time.Hour).Add(time.Duration(k) * time.Hour)
			l = append(l, basket{fmt.Sprintf("%04d-%d", d, k), at, skus})
		}
	}
	return l
}

func fit(t *testing.T, l baskets) (*affinity.Model, predict.Card) {
	t.Helper()
	m, card, err := affinity.Fit(t.Context(), l, "s", cutoff, 1)
	if err != nil {
		t.Fatal(err)
	}
	return m, card
}

func TestTheSaucerFollowsTheCup(t *testing.T) {
	m, card := fit(t, pairs(200))
	if !m.Together || card.Champion != "bought together" || card.Folds != 3 {
		t.Errorf("card %+v", card)
	}
	got := m.Recommend([]string{"cup 07"}, 3, nil)
	if len(got) != 3 || got[0].SKU != "saucer 07" || got[0].Basis != affinity.BoughtTogether {
		t.Errorf("with cup 07 go %+v", got)
	}
	related := m.Related("cup 07")
	if len(related) == 0 || related[0].SKU != "saucer 07" || related[0].Together < 20 || related[0].Lift < 3 {
		t.Errorf("related %+v", related)
	}
	if len(m.Related("unheard of")) != 0 {
		t.Error("an unknown product has relations")
	}
}

func TestWhatIsShownOrRefusedIsNotRecommended(t *testing.T) {
	m, _ := fit(t, pairs(200))
	soldOut := func(sku string) bool { return sku != "saucer 07" }
	seen := map[string]bool{}
	for _, r := range m.Recommend([]string{"cup 07", "candle"}, 50, soldOut) {
		if r.SKU == "saucer 07" || r.SKU == "cup 07" || r.SKU == "candle" || seen[r.SKU] {
			t.Errorf("recommended %s", r.SKU)
		}
		seen[r.SKU] = true
	}
	if len(seen) != 50 {
		t.Errorf("%d products, want the list filled with best sellers", len(seen))
	}
	if m.Recommend([]string{"cup 07"}, 0, nil) != nil {
		t.Error("none were asked for")
	}
}

func TestWithoutASeedTheBestSellersAnswer(t *testing.T) {
	m, _ := fit(t, pairs(200))
	for _, seed := range [][]string{nil, {"unheard of"}} {
		got := m.Recommend(seed, 2, nil)
		if len(got) != 2 || got[0].SKU != "candle" || got[0].Basis != affinity.BestSeller {
			t.Errorf("seed %v gives %+v", seed, got)
		}
	}
}

func TestBestSellersAnswerWhereBasketsTellNothing(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	l := pairs(200)
	for i := range l {
		// A lottery: what is in a basket says nothing of what else is.
		l[i].skus = []string{fmt.Sprintf("p%02d", r.IntN(40)), fmt.Sprintf("q%02d", r.IntN(40)), "hit"}
		if r.IntN(2) == 0 {
			l[i].skus = l[i].skus[:2]
		}
	}
	m, card := fit(t, l)
	if w := card.Metrics["hr@20"]; m.Together != (w.Model > w.Baseline) {
		t.Errorf("together %v with %+v", m.Together, w)
	}
}

func TestAShortHistorySaysSo(t *testing.T) {
	m, card := fit(t, pairs(20))
	if card.Folds != 0 || m.Together || card.Champion != card.Baseline || len(card.Notes) != 1 {
		t.Errorf("card %+v", card)
	}
	if _, _, err := affinity.Fit(t.Context(), baskets{}, "s", cutoff, 1); !errors.Is(err, predict.ErrNone) {
		t.Errorf("without orders: %v", err)
	}
}

func TestNothingAfterTheCutOffMatters(t *testing.T) {
	l := pairs(150)
	later := append(append(baskets{}, l...), basket{"z", cutoff.Time(), []string{"cup 07", "spoon"}})
	a, cardA := fit(t, l)
	b, cardB := fit(t, later)
	if d := cmp.Diff(a, b); d != "" {
		t.Errorf("the future shows in the model:\n%s", d)
	}
	if d := cmp.Diff(cardA, cardB); d != "" {
		t.Errorf("the future shows on the card:\n%s", d)
	}
}

func TestSameOrdersInAnyOrderGiveTheSameBytes(t *testing.T) {
	l := pairs(150)
	encode := func() []byte {
		m, card := fit(t, l)
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

func TestTheModelSurvivesItsArtefact(t *testing.T) {
	m, card := fit(t, pairs(100))
	data, err := predict.Encode(card, m)
	if err != nil {
		t.Fatal(err)
	}
	var back affinity.Model
	if _, err := predict.Decode(data, &back); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(m.Recommend([]string{"cup 07"}, 20, nil), back.Recommend([]string{"cup 07"}, 20, nil)); d != "" {
		t.Error(d)
	}
}
