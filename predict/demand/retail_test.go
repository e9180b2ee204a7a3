package demand_test

import (
	"testing"

	"almanac/predict"
	"almanac/predict/demand"
	"almanac/predict/predicttest"
)

func TestOnARealShopTheChampionBeatsTheBaseline(t *testing.T) {
	h := predicttest.Retail(t)
	model, card, err := demand.Fit(t.Context(), demand.Source{Sales: h}, "shop", h.End())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := predict.Encode(card, model); err != nil {
		t.Error(err)
	}
	t.Log(card.Notes)
	if len(model.Product) < 3800 || card.Folds == 0 || card.Champion == card.Baseline {
		t.Errorf("%d products, card %+v", len(model.Product), card)
	}
	t.Logf("%s (baseline %s), %d folds: %+v", card.Champion, card.Baseline, card.Folds, card.Metrics)
	for _, name := range []string{"wape", "pinball"} {
		if m := card.Metrics[name]; !(m.Model < 0.9*m.Baseline) {
			t.Errorf("%s %+v: not clearly better than the baseline", name, m)
		}
	}
	if c := card.Metrics["coverage_80"].Model; c < 0.75 || c > 0.85 {
		t.Errorf("the 80 %% band holds %v", c)
	}
	if got := model.Start.String(); got != "2011-12-05" {
		t.Errorf("the first forecast week begins on %s, want Monday after the last whole week", got)
	}
}

func BenchmarkFitRetail(b *testing.B) {
	h := predicttest.Retail(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := demand.Fit(b.Context(), demand.Source{Sales: h}, "shop", h.End()); err != nil {
			b.Fatal(err)
		}
	}
}
