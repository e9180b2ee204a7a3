package forecast

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"almanac/evaluate/worlds"
)

func TestForecastsOfWorldsAreHeldAgainstWhatWasWanted(t *testing.T) {
	o := worlds.Options{Worlds: 2, Seed: 5, Hostile: []string{"shock"}, Each: 1}
	a, err := RunWorlds(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	o.Workers = 1
	b, err := RunWorlds(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	a.Seconds, b.Seconds = 0, 0
	if d := cmp.Diff(a, b); d != "" {
		t.Error(d)
	}
	if a.Auto.WAPE <= 0 || a.Auto.WAPE >= a.Methods[worldYear].WAPE || a.Auto.Products < 150 || a.Intervals.Asked != 4*a.Auto.Products {
		t.Errorf("%+v", a)
	}
	if shock := a.Hostile["shock"]; shock.Auto.Bias <= a.Auto.Bias {
		t.Errorf("where demand fell too much is forecast, not %+v", shock.Auto)
	}
}
