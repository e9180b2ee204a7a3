package recommend

import (
	"testing"

	"almanac/evaluate/worlds"
)

func TestVisitsOfWorldsAreAskedFor(t *testing.T) {
	r, err := RunVisits(t.Context(), worlds.Options{Worlds: 1, Seed: 2, Hostile: []string{"feedback"}, Each: 1})
	if err != nil {
		t.Fatal(err)
	}
	for kind, g := range map[string]worlds.Group[VisitScore]{"usual": r.Group, "feedback": r.Hostile["feedback"]} {
		if g.Auto.Questions < 500 || g.Auto.HR20 <= g.Methods["popular"].HR20 || g.Auto.HR20 > 1 || g.Auto.Method == "" {
			t.Errorf("%s: %+v", kind, g)
		}
	}
}
