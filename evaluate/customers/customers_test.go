package customers

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"almanac/evaluate/worlds"
	"almanac/evaluate/worlds/worldstest"
)

func TestBrokenFilesAreNamedByLine(t *testing.T) {
	for _, c := range []struct{ file, says string }{
		{"", "empty"},
		{"a,date\n", "no column customer_id"},
		{"customer_id,date\n", "no rows"},
		{"customer_id,date\n1,2020-01-01\n,2020-01-02\n", "line 3: customer_id"},
		{"customer_id,date\n1,1.2.2020\n", "line 2: date"},
		{"customer_id,date,amount\n1,2020-01-01,dear\n", "line 2: amount"},
	} {
		if _, err := read(strings.NewReader(c.file)); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%q: %v", c.says, err)
		}
	}
	l, err := read(strings.NewReader("date,customer_id,amount\n2020-01-03,b,2.50\n2020-01-02,b,1\n2020-01-05,a,\n"))
	if err != nil || len(l) != 3 || l[0].customer != "a" || l[1].net != 100 || l[2].net != 250 {
		t.Errorf("%+v, %v", l, err)
	}
}

func TestScoresByHand(t *testing.T) {
	s := score([]float64{.2, .8}, []bool{false, true})
	want := Score{Customers: 2, Said: .5, Bought: .5, Brier: .04, Log: -math.Log(.8), AUC: 1, Error: .2,
		Tenths: []Tenth{{1, .2, 0}, {1, .8, 1}}}
	if d := cmp.Diff(want, s, cmp.Comparer(func(a, b float64) bool { return math.Abs(a-b) < 1e-12 })); d != "" {
		t.Error(d)
	}
}

func TestAFileIsScoredOnWhatIsHeldOut(t *testing.T) {
	var b strings.Builder
	b.WriteString("customer_id,date\n")
	for i := range 200 { // half come every 30 days, half once
		for d := i % 30; d < 720; d += 30 {
			fmt.Fprintf(&b, "%d,%s\n", i, time.Date(2020, 1, 1+d, 0, 0, 0, 0, time.UTC).Format(time.DateOnly))
			if i%2 == 1 {
				break
			}
		}
	}
	path := filepath.Join(t.TempDir(), "orders.csv")
	if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	r, err := Run(t.Context(), path, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	if r.Auto.Method != Table || r.Auto.AUC < .99 || r.Auto.Customers != 200 || math.Abs(r.Auto.Bought-.5) > .01 || r.Auto.Error > .1 {
		t.Errorf("%+v", r.Auto)
	}
	if base := r.Methods[Baseline]; base.AUC != .5 || base.Brier <= r.Auto.Brier {
		t.Errorf("%+v", base)
	}
	if _, err := Run(t.Context(), path, time.Date(2021, 12, 1, 0, 0, 0, 0, time.UTC)); err == nil || !strings.Contains(err.Error(), "earlier cut-off") {
		t.Errorf("a cut-off without a future: %v", err)
	}
}

func TestWorldsAreScoredApart(t *testing.T) {
	a := worldstest.Run(t, worlds.Options{Worlds: 2, Seed: 3, Hostile: []string{"shock"}, Each: 1}, RunWorlds)
	if a.Auto.Method != Table || a.Auto.Brier >= a.Methods[Baseline].Brier || a.Auto.AUC < .65 || a.Intervals.Asked != 2 || a.Hostile["shock"].Worlds != 1 {
		t.Errorf("%+v", a)
	}
	if shock := a.Hostile["shock"].Auto; shock.Bought > .8*a.Auto.Bought {
		t.Errorf("after a shock %.3f buy, usually %.3f", shock.Bought, a.Auto.Bought)
	}
}
