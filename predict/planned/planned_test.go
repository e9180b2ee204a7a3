package planned_test

import (
	"errors"
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"almanac/predict/demand"
	"almanac/predict/planned"
	"almanac/sqldb"
	"almanac/sqldb/sqltest"
	"almanac/state"
)

var monday = state.DayOf(time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC), time.UTC)

func week(n int) state.Day { return monday + state.Day(7*n) }

func of(v float64) *float64 { return &v }

// open is a store whose clock goes on by a minute with every question.
func open(t *testing.T, db *sqldb.DB) *planned.Store {
	t.Helper()
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	s, err := planned.Open(t.Context(), db, func() time.Time { now = now.Add(time.Minute); return now })
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func set(t *testing.T, s *planned.Store, shop, sku string, units float64, until state.Day, weeks ...int) planned.Change {
	t.Helper()
	c := planned.Change{SKU: sku, Note: "fair", By: "user:ann", Until: until}
	for _, w := range weeks {
		c.Weeks = append(c.Weeks, planned.Week{Week: week(w), Units: units, Model: of(10)})
	}
	c, err := s.Set(t.Context(), shop, c, monday)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestTheNewestChangeIsInForceUntilItIsUndoneOrExpires(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, db func() *sqldb.DB) {
		s := open(t, db())
		ctx := t.Context()
		set(t, s, "a", "mug", 20, week(9), 1, 2)
		newer := set(t, s, "a", "mug", 35, week(1), 2, 3)
		set(t, s, "b", "mug", 99, week(9), 1)
		inForce := func(shop string, day state.Day) map[string]map[state.Day]float64 {
			t.Helper()
			m, err := s.InForce(ctx, shop, day)
			if err != nil {
				t.Fatal(err)
			}
			return m
		}
		check := func(got, want map[string]map[state.Day]float64) {
			t.Helper()
			if d := cmp.Diff(want, got); d != "" {
				t.Error(d)
			}
		}
		check(inForce("a", monday), map[string]map[state.Day]float64{"mug": {week(1): 20, week(2): 35, week(3): 35}})
		check(inForce("a", week(1)+1), map[string]map[state.Day]float64{"mug": {week(1): 20, week(2): 20}}) // the newer has expired
		if _, err := s.Undo(ctx, "b", newer.ID, "user:eve", monday); !errors.Is(err, planned.ErrNone) {
			t.Errorf("another shop's change: %v", err)
		}
		undone, err := s.Undo(ctx, "a", newer.ID, "user:bob", monday)
		if err != nil || undone.UndoneBy != "user:bob" || undone.Undone.IsZero() || undone.UndoneDay != monday {
			t.Errorf("%+v, %v", undone, err)
		}
		if _, err := s.Undo(ctx, "a", newer.ID, "user:bob", monday); !errors.Is(err, planned.ErrUndone) {
			t.Errorf("undone twice: %v", err)
		}
		check(inForce("a", monday), map[string]map[state.Day]float64{"mug": {week(1): 20, week(2): 20}})
		list, err := s.Changes(ctx, "a", "mug")
		if err != nil || len(list) != 2 || list[0].ID != newer.ID || list[0].Note != "fair" || list[0].By != "user:ann" || len(list[0].Weeks) != 2 || *list[0].Weeks[0].Model != 10 {
			t.Errorf("%+v, %v", list, err)
		}
		if list, err := s.Changes(ctx, "a", "bowl"); err != nil || len(list) != 0 {
			t.Errorf("%v, %v", list, err)
		}
	})
}

func TestAChangeThatCannotBeSaysWhy(t *testing.T) {
	s := open(t, sqltest.SQLite(t))
	good := planned.Change{SKU: "mug", Note: "fair", Until: week(3), Weeks: []planned.Week{{Week: week(1), Units: 3}}}
	for name, spoil := range map[string]func(*planned.Change){
		"no product":   func(c *planned.Change) { c.SKU = "" },
		"no note":      func(c *planned.Change) { c.Note = "  " },
		"no week":      func(c *planned.Change) { c.Weeks = nil },
		"has passed":   func(c *planned.Change) { c.Until = monday - 1 },
		"no Monday":    func(c *planned.Change) { c.Weeks = []planned.Week{{Week: week(1) + 1, Units: 3}} },
		"week over":    func(c *planned.Change) { c.Weeks = []planned.Week{{Week: week(-1), Units: 3}} },
		"set twice":    func(c *planned.Change) { c.Weeks = append(c.Weeks, c.Weeks[0]) },
		"minus":        func(c *planned.Change) { c.Weeks = []planned.Week{{Week: week(1), Units: -1}} },
		"not a number": func(c *planned.Change) { c.Weeks = []planned.Week{{Week: week(1), Units: math.NaN()}} },
		"too many":     func(c *planned.Change) { c.Weeks = []planned.Week{{Week: week(1), Units: 1e9}} },
	} {
		c := good
		c.Weeks = append([]planned.Week(nil), good.Weeks...)
		spoil(&c)
		var fault *planned.Fault
		if _, err := s.Set(t.Context(), "a", c, monday); !errors.As(err, &fault) || fault.Remedy() == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := s.Set(t.Context(), "a", good, monday); err != nil {
		t.Error(err)
	}
}

func TestTheOwnForecastIsReplacedWeekByWeekAndForgotten(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, db func() *sqldb.DB) {
		s := open(t, db())
		ctx := t.Context()
		tell := func(shop string, list ...planned.Own) {
			t.Helper()
			if err := s.SetOwn(ctx, shop, "user:ann", "plan.csv", monday, list); err != nil {
				t.Fatal(err)
			}
		}
		own := func(sku string, w int, units float64, model *float64) planned.Own {
			return planned.Own{SKU: sku, Week: planned.Week{Week: week(w), Units: units, Model: model}}
		}
		tell("a", own("mug", 1, 5, of(4)), own("mug", 2, 6, nil), own("bowl", 1, 7, of(8)))
		tell("b", own("mug", 1, 50, nil))
		tell("a", own("mug", 2, 9, of(3)))
		list, err := s.Own(ctx, "a", "")
		if err != nil || len(list) != 3 {
			t.Fatal(list, err)
		}
		if list[0].SKU != "bowl" || list[2].Units != 9 || *list[2].Model != 3 || list[2].Day != monday || list[1].Model == nil {
			t.Errorf("%+v", list)
		}
		if n, err := s.ForgetOwn(ctx, "a"); err != nil || n != 3 {
			t.Error(n, err)
		}
		if left, err := s.Own(ctx, "b", "mug"); err != nil || len(left) != 1 || left[0].Model != nil {
			t.Error(left, err)
		}
	})
}

func TestWhatAPlannerSetReplacesTheModelAndLeavesItAlone(t *testing.T) {
	m := &demand.Model{Start: monday, Weeks: 3, Product: []demand.Product{
		{SKU: "bowl", Mean: []float64{4, 4, 0}, P10: []float64{2, 2, 0}, P50: []float64{4, 4, 0}, P90: []float64{8, 8, 0}, Most: 10},
		{SKU: "mug", Mean: []float64{1, 1, 1}, P10: []float64{0, 0, 0}, P50: []float64{1, 1, 1}, P90: []float64{2, 2, 2}, Most: 3},
	}}
	if got := planned.Apply(m, nil); got != m {
		t.Error("nothing was set, and the model is another")
	}
	got := planned.Apply(m, map[string]map[state.Day]float64{"bowl": {week(1): 20, week(2): 5, week(7): 9}, "lamp": {week(0): 6}})
	bowl, _ := got.Find("bowl")
	if d := cmp.Diff([][]float64{{4, 20, 5}, {2, 10, 5}, {4, 20, 5}, {8, 40, 5}, {20}}, [][]float64{bowl.Mean, bowl.P10, bowl.P50, bowl.P90, {bowl.Most}}); d != "" {
		t.Error(d)
	}
	if lamp, ok := got.Find("lamp"); !ok || lamp.Mean[0] != 6 || lamp.Mean[1] != 0 || lamp.P90[0] != 6 || lamp.History != 0 {
		t.Errorf("%+v", lamp)
	}
	if mug, ok := got.Find("mug"); !ok || mug.Mean[0] != 1 {
		t.Errorf("%+v", mug)
	}
	if m.Product[0].Mean[1] != 4 || len(m.Product) != 2 {
		t.Error("the model itself changed")
	}
}

// A planner who set 30 where the model said 10 and 25 were sold was nearer, and 5 too high.
func TestChangesAreScoredBesideTheModelOnceTheWeekIsOver(t *testing.T) {
	change := func(at int, day, until state.Day, units float64, weeks ...int) planned.Change {
		c := planned.Change{SKU: "mug", At: time.Unix(int64(at), 0), Day: day, Until: until}
		for _, w := range weeks {
			c.Weeks = append(c.Weeks, planned.Week{Week: week(w), Units: units, Model: of(10)})
		}
		return c
	}
	undone := change(3, monday, week(9), 77, 1)
	undone.Undone, undone.UndoneDay = time.Unix(4, 0), monday
	late := change(5, week(1)+2, week(9), 25, 1) // knew two days of the week
	blind := planned.Change{SKU: "lamp", Day: monday, Until: week(9), Weeks: []planned.Week{{Week: week(1), Units: 3}}}
	list := []planned.Change{change(1, monday, week(9), 12, 1, 2, 3), change(2, monday, week(1), 30, 1, 2), undone, late, blind}
	sold := func(string, state.Day) float64 { return 25 }
	got := planned.Outcomes(list, week(3), sold)
	want := []planned.Outcome{{SKU: "mug", Week: week(1), Said: 30, Model: 10, Actual: 25}, {SKU: "mug", Week: week(2), Said: 12, Model: 10, Actual: 25}}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	var s planned.Sum
	s.Add(got[0], 200)
	s.Add(got[1], 0)
	if d := cmp.Diff(planned.Sum{Weeks: 2, Units: 50, SaidMiss: 18, SaidSigned: -8, ModelMiss: 30, ModelSigned: -30, SaidValue: 1000, ModelValue: 3000, Priced: 1, SaidBetter: 2}, s); d != "" {
		t.Error(d)
	}
}
