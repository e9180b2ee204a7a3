package affinity_test

import (
	"testing"

	"almanac/predict"
	"almanac/predict/affinity"
	"almanac/predict/predicttest"
)

func TestOnARealShopCoPurchaseBeatsBestSellers(t *testing.T) {
	h := predicttest.Retail(t)
	model, card, err := affinity.Fit(t.Context(), h, "shop", h.End(), 1)
	if err != nil {
		t.Fatal(err)
	}
	if !model.Together || card.Champion != "bought together" || card.Folds != 3 {
		t.Errorf("card %+v", card)
	}
	for name, m := range card.Metrics {
		if !(m.Model > 1.5*m.Baseline) {
			t.Errorf("%s %+v: not clearly better than best sellers", name, m)
		}
	}
	// The alarm clocks of this shop are bought in several colours.
	var found bool
	for _, r := range model.Recommend([]string{"22727"}, 10, nil) {
		found = found || r.SKU == "22726"
	}
	if !found {
		t.Error("the green alarm clock does not lead to the red one")
	}
	data, err := predict.Encode(card, model)
	if err != nil {
		t.Fatal(err)
	}
	if len(data) > 3<<20 {
		t.Errorf("the artefact has %d bytes", len(data))
	}
}

func BenchmarkFitRetail(b *testing.B) {
	h := predicttest.Retail(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := affinity.Fit(b.Context(), h, "shop", h.End(), 1); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkRecommendRetail(b *testing.B) {
	h := predicttest.Retail(b)
	model, _, err := affinity.Fit(b.Context(), h, "shop", h.End(), 1)
	if err != nil {
		b.Fatal(err)
	}
	seed := model.SKU[1000:1010]
	b.ReportAllocs()
	for b.Loop() {
		model.Recommend(seed, 12, nil)
	}
}
