package demand

import (
	"cmp"
	"slices"
	"testing"

	"almanac/state"
)

// Of a large catalogue a sample decides what helps; the forecasts are of all products, and the same as where all of them decide.
func TestALargeCatalogueIsJudgedByASample(t *testing.T) {
	const products, weeks = 60, 60
	src := Source{Sales: fads(products, weeks)}
	judged := func(enough int) (int, choice) {
		w, err := load(t.Context(), src, "s", firstMonday+state.Day(7*weeks))
		if err != nil {
			t.Fatal(err)
		}
		p := planFor(w.n)
		w.life(p)
		some := w.some(enough)
		if len(some.all) != min(enough, len(w.all)) || len(some.about) != len(some.all) || !slices.IsSortedFunc(some.all, func(a, b series) int { return cmp.Compare(a.sku, b.sku) }) {
			t.Errorf("a sample of %d has %d of %d products", enough, len(some.all), len(w.all))
		}
		c, err := chooseAll(t.Context(), w, p, &effects{}, enough)
		if err != nil {
			t.Fatal(err)
		}
		return len(w.all), c
	}
	_, all := judged(products)
	n, some := judged(20)
	if len(some.of) != n || !slices.Equal(some.of, all.of) || some.name != all.name || some.model != all.model {
		t.Errorf("judged by a sample: %s for %d of %d products, %+v; by all: %s, %+v", some.name, len(some.of), n, some.model, all.name, all.model)
	}
}
