package data

import (
	"slices"
	"testing"
)

func TestOnlyDaysThatNobodyCanHaveSoldAreDrawnBack(t *testing.T) {
	ordinary := []float64{0, 1, 2, 0, 3, 1, 2, 1, 400, 2, 0}
	if got := Tame(ordinary); &got[0] != &ordinary[0] {
		t.Errorf("a large day was taken for a mistake: %v", got)
	}
	for _, c := range []struct{ in, out []float64 }{
		{[]float64{0, 1, 2, 0, 3, 1, 2, 1, 1e6, 2}, []float64{0, 1, 2, 0, 3, 1, 2, 1, 3, 2}},
		{[]float64{0, 1, 1e9}, []float64{0, 1, 1e9}}, // two days do not tell which of them is usual
		{[]float64{0, 0}, []float64{0, 0}},
		{nil, nil},
	} {
		before := slices.Clone(c.in)
		if got := Tame(c.in); !slices.Equal(got, c.out) || !slices.Equal(c.in, before) {
			t.Errorf("%v became %v, want %v", before, got, c.out)
		}
	}
}
