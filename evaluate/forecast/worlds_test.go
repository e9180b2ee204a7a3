package forecast

import (
	"testing"

	"almanac/evaluate/worlds"
	"almanac/evaluate/worlds/worldstest"
)

func TestForecastsOfWorldsAreHeldAgainstWhatWasWanted(t *testing.T) {
	a := worldstest.Run(t, worlds.Options{Worlds: 2, Seed: 5, Hostile: []string{"shock"}, Each: 1}, RunWorlds)
	if a.Auto.WAPE <= 0 || a.Auto.WAPE >= a.Methods[worldYear].WAPE || a.Auto.Products < 150 || a.Intervals.Asked != 4*a.Auto.Products {
		t.Errorf("%+v", a)
	}
	if shock := a.Hostile["shock"]; shock.Auto.Bias <= a.Auto.Bias {
		t.Errorf("where demand fell too much is forecast, not %+v", shock.Auto)
	}
}
