package recommend_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"almanac/evaluate/recommend"
	"almanac/evaluate/worlds"
)

func TestListsAreHeldAgainstWhatIsTrueInSimulatedShops(t *testing.T) {
	run := func(workers int) *recommend.WorldReport {
		r, err := recommend.RunWorlds(t.Context(), recommend.WorldOptions{Options: worlds.Options{Worlds: 1, Seed: 5, Hostile: []string{"dirty"}, Each: 1, Workers: workers}, Days: 14, LeastMargin: 0.1})
		if err != nil {
			t.Fatal(err)
		}
		r.Seconds = 0
		return r
	}
	r := run(1)
	if d := cmp.Diff(r, run(3)); d != "" {
		t.Error("the same seed gives something else on more processors: ", d)
	}
	for name, s := range map[string]recommend.WorldScore{"clean": r.Worlds, "dirty": r.Hostile["dirty"]} {
		if s.Bad != (recommend.Bad{}) {
			t.Errorf("%s: shown although it must not be: %+v", name, s.Bad)
		}
		if s.Visitors < 200*s.Worlds || s.Lists < s.Visitors || !(s.Width > 0) {
			t.Errorf("%s: %+v", name, s)
		}
	}
	for _, o := range []recommend.WorldOptions{{Days: 7}, {Options: worlds.Options{Worlds: 1}}, {Options: worlds.Options{Worlds: 1}, Days: 7, LeastMargin: 1},
		{Options: worlds.Options{Worlds: 1, Hostile: []string{"kind"}, Each: 1}, Days: 7}} {
		if _, err := recommend.RunWorlds(t.Context(), o); err == nil {
			t.Errorf("%+v is taken", o)
		}
	}
}
