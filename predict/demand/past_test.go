package demand_test

import (
	"math"
	"testing"
)

// What is kept per product adds up to what the card reports of the shop, and is dated.
func TestWhatTheBacktestMissedIsKeptPerProduct(t *testing.T) {
	l := shop(104, map[string]func(int) int64{"a": noisy(1, 20), "b": noisy(2, 5), "young": func(w int) int64 {
		if w < 80 {
			return 0
		}
		return 7
	}})
	m, card := fit(t, l, weekly(104))
	if len(m.Origins) != 4 || m.Origins[0].Week != weekly(104-13) || m.Origins[3].Week != weekly(104-52) || m.Origins[0].Weeks != 13 {
		t.Fatalf("origins %v", m.Origins)
	}
	var units, miss, base float64
	for _, p := range m.Product {
		for _, of := range p.Past {
			if card.Folds == 1 && of.Origin != 0 {
				continue
			}
			units, miss, base = units+of.Units, miss+of.Miss, base+of.BaseMiss
		}
	}
	if got := miss / units; math.Abs(got-card.Metrics["wape"].Model) > 0.01 && card.Folds > 1 {
		t.Errorf("products miss %.3f of their units together, the card says %.3f", got, card.Metrics["wape"].Model)
	}
	if got := base / units; math.Abs(got-card.Metrics["wape"].Baseline) > 0.01 {
		t.Errorf("the baseline misses %.3f, the card says %.3f", got, card.Metrics["wape"].Baseline)
	}
	young, _ := m.Find("young")
	if len(young.Past) != 1 || young.Past[0].Origin != 0 {
		t.Errorf("a product that was sold before the newest origin only has %v", young.Past)
	}
}
