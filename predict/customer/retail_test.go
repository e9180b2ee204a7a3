package customer_test

import (
	"testing"

	"almanac/model/lifetime"
	"almanac/predict/customer"
	"almanac/predict/predicttest"
)

func TestOnARealShopTheTableBeatsTheOverallRate(t *testing.T) {
	h := predicttest.Retail(t)
	m, card, err := customer.Fit(t.Context(), h, "shop", h.End())
	if err != nil {
		t.Fatal(err)
	}
	if !m.ByTable || card.Folds < 2 || m.Customers < 4000 {
		t.Errorf("%d customers, card %+v", m.Customers, card)
	}
	if b := card.Metrics["brier"]; !(b.Model < 0.95*b.Baseline) {
		t.Errorf("Brier %+v", b)
	}
	if a := card.Metrics["auc"]; !(a.Model > 0.7) {
		t.Errorf("AUC %+v", a)
	}
	all := 0
	for _, s := range m.Segments {
		all += s.Customers
		if s.Customers == 0 || s.Expected > float64(s.Customers) {
			t.Errorf("segment %+v", s)
		}
	}
	if all != m.Customers {
		t.Errorf("segments hold %d of %d customers", all, m.Customers)
	}
	// A history of 374 days: only the newcomers of December 2010 cannot have had a year by its end.
	if r := lifetime.RepeatRate(m.Repeat90); len(m.Repeat90) != 9 || r.Rate < 0.2 || r.Rate > 0.7 || len(m.Repeat365) != 0 {
		t.Errorf("%d and %d cohorts, rate %+v", len(m.Repeat90), len(m.Repeat365), r)
	}
}
