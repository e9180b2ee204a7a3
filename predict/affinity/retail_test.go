package affinity_test

import (
	"context"
	"testing"
	"time"

	"almanac/predict"
	"almanac/predict/affinity"
	"almanac/predict/predicttest"
	"almanac/state/behaviour"
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

// noTouches is a shop that has orders and no visits on record.
type noTouches struct{}

func (noTouches) Touches(context.Context, string, time.Time, func(string, behaviour.Touch) error) error {
	return nil
}

func relate(t testing.TB, h *predicttest.History) (*affinity.Relations, map[string]int32) {
	t.Helper()
	numbers := map[string]int32{}
	number := func(sku string) int32 {
		n, ok := numbers[sku]
		if !ok {
			n = int32(len(numbers))
			numbers[sku] = n
		}
		return n
	}
	r, err := affinity.Relate(t.Context(), noTouches{}, h, "shop", h.End().Time(), affinity.Past{}, number, func(string) int32 { return 0 })
	if err != nil {
		t.Fatal(err)
	}
	return r, numbers
}

func TestOnARealShopComplementsAreWhatIsBoughtAfter(t *testing.T) {
	r, numbers := relate(t, predicttest.Retail(t))
	if r.Visits.Len() < 15_000 {
		t.Errorf("%d visits", r.Visits.Len())
	}
	var found bool
	for _, l := range r.Complements.Of(numbers["22727"]) {
		found = found || l.Item == numbers["22726"]
	}
	if !found {
		t.Error("the red alarm clock does not lead to the green one")
	}
	for i, l := range r.Substitutes {
		if len(l) > 0 {
			t.Fatalf("product %d has substitutes %v without a single visit", i, l)
		}
	}
}

func BenchmarkRelateRetail(b *testing.B) {
	h := predicttest.Retail(b)
	b.ReportAllocs()
	for b.Loop() {
		relate(b, h)
	}
}
