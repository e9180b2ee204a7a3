package session_test

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"almanac/model/recommend/session"
)

func logOf(sessions ...[]int32) *session.Log {
	l := &session.Log{}
	for i, s := range sessions {
		l.Add(s, int64(i))
	}
	return l
}

func ranked(s session.Scorer, prefix []int32, k int) []session.Scored {
	sheet := session.NewSheet(0)
	s.Score(prefix, sheet)
	return slices.Clone(sheet.Top(k, nil))
}

var approx = cmpopts.EquateApprox(1e-5, 0)

func TestNeighboursByHand(t *testing.T) {
	// Prefix 0, 1. Session A {0, 2} shares 0 with weight .5, session B {1, 3} shares 1 with weight 1; both have two clicks.
	x := session.NewIndex(session.Bounds{})
	x.Load(logOf([]int32{0, 2}, []int32{1, 3}))
	w := session.Weights{K: 10, Position: 0.5, Length: 0.5, Near: 1, Before: 1}
	b, a := float32(1/math.Sqrt2), float32(0.5/math.Sqrt2)
	want := []session.Scored{{Item: 3, Score: b}, {Item: 2, Score: a}}
	if d := cmp.Diff(want, ranked(session.KNN{Index: x, W: w}, []int32{0, 1}, 10), approx); d != "" {
		t.Errorf("with nothing shown again (-want +got):\n%s", d)
	}
	w.Again, w.K = 1, 1
	want = []session.Scored{{Item: 1, Score: b}, {Item: 3, Score: b}}
	if d := cmp.Diff(want, ranked(session.KNN{Index: x, W: w}, []int32{0, 1}, 10), approx); d != "" {
		t.Errorf("with one neighbour (-want +got):\n%s", d)
	}
}

func TestWhatStandsBeforeTheSharedItemCountsLess(t *testing.T) {
	x := session.NewIndex(session.Bounds{})
	x.Load(logOf([]int32{4, 3, 0, 1, 2}))
	w := session.Weights{K: 10, Position: 1, Near: 0.5, Before: 0.1}
	want := []session.Scored{{Item: 1, Score: 1}, {Item: 2, Score: 0.5}, {Item: 3, Score: 0.1}, {Item: 4, Score: 0.05}}
	if d := cmp.Diff(want, ranked(session.KNN{Index: x, W: w}, []int32{0}, 10), approx); d != "" {
		t.Error(d)
	}
}

func TestSequentialRulesByHand(t *testing.T) {
	// 0 → 1 one click later twice, 0 → 2 two clicks later once (weight ½ at Step ½).
	l := logOf([]int32{0, 1, 2}, []int32{0, 1})
	p := session.NewPairs(l, session.Counting{Step: 0.5, Window: 5, Position: 0.5, Keep: 5})
	want := []session.Scored{{Item: 1, Score: 2}, {Item: 2, Score: 0.5}}
	if d := cmp.Diff(want, ranked(p, []int32{0}, 5), approx); d != "" {
		t.Error(d)
	}
	// From 0 and then 1: 1 → 2 counts 1, 0 → 1 and 0 → 2 count half.
	want = []session.Scored{{Item: 2, Score: 1.25}, {Item: 1, Score: 1}}
	if d := cmp.Diff(want, ranked(p, []int32{0, 1}, 5), approx); d != "" {
		t.Error(d)
	}
}

func TestItemsAreAlikeByCosine(t *testing.T) {
	// 0 in four sessions, 1 in one, together once: 1/√(4·1).
	l := logOf([]int32{0, 1}, []int32{0}, []int32{0}, []int32{0})
	p := session.NewPairs(l, session.Counting{Step: 1, Back: 1, Window: 9, From: 0.5, To: 0.5, Keep: 5})
	if d := cmp.Diff([]session.Scored{{Item: 1, Score: 0.5}}, ranked(p, []int32{0}, 5), approx); d != "" {
		t.Error(d)
	}
}

func TestEASEByHand(t *testing.T) {
	// X = [[1 1] [1 0]], λ 1: G + λI = [[3 1] [1 2]], its inverse 1/5·[[2 −1] [−1 3]], so B(0→1) = ⅓ and B(1→0) = ½.
	p, err := session.NewShallow(logOf([]int32{0, 1}, []int32{0}), session.Shallow{Ridge: 1, Position: 1, Keep: 5})
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]session.Scored{{Item: 1, Score: 1.0 / 3}}, ranked(p, []int32{0}, 5), approx); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]session.Scored{{Item: 0, Score: 0.5}}, ranked(p, []int32{1}, 5), approx); d != "" {
		t.Error(d)
	}
}

func TestAWalkReachesWhatNeverMetThePrefix(t *testing.T) {
	p := session.NewPairs(logOf([]int32{0, 1}, []int32{1, 2}), session.Counting{Step: 1, Back: 1, Window: 3, Position: 1, Keep: 5})
	want := []session.Scored{{Item: 0, Score: 0.5}, {Item: 2, Score: 0.5}} // 0 → 1 → {0, 2}
	if d := cmp.Diff(want, ranked(session.Walk{Pairs: p, First: 5, Second: 5, Recent: 1}, []int32{0}, 5), approx); d != "" {
		t.Error(d)
	}
}

func TestANewItemIsFoundByItsAttributes(t *testing.T) {
	p := session.NewAttributes([][]int32{{0}, {0}, {1}, {1}, {1, 0}, nil, nil, nil}, nil, 1, 5)
	got := ranked(p, []int32{0}, 5)
	if len(got) != 2 || got[0].Item != 1 || got[1].Item != 4 {
		t.Errorf("%v: 1 has the same attributes, 4 one more", got)
	}
}

// events is clicks of several visitors in the order of arrival.
type event struct {
	key  uint64
	item int32
}

func drawEvents(t *rapid.T) []event {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) event {
		return event{uint64(rapid.IntRange(1, 9).Draw(t, "visitor")), rapid.Int32Range(0, 7).Draw(t, "item")}
	}), 0, 120).Draw(t, "events")
}

// rebuilt answers as the definition says: every visitor's session whole, an item's sessions by its last click in them.
func rebuilt(events []event, item int32, most int) (keys []uint64) {
	for i := len(events) - 1; i >= 0 && len(keys) < most; i-- {
		if e := events[i]; e.item == item && !slices.Contains(keys, e.key) {
			keys = append(keys, e.key)
		}
	}
	return keys
}

func TestAnIndexFedClickByClickEqualsOneRebuilt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		events := drawEvents(t)
		most := rapid.IntRange(1, 6).Draw(t, "postings")
		x := session.NewIndex(session.Bounds{Postings: most, Length: 200})
		whole := map[uint64][]int32{}
		for i, e := range events {
			x.Click(e.key, e.item, int64(i))
			whole[e.key] = append(whole[e.key], e.item)
		}
		for key, want := range whole {
			if d := cmp.Diff(want, x.Session(key)); d != "" {
				t.Fatalf("session %d:\n%s", key, d)
			}
		}
		// With every weight 1 a candidate's score is the number of listed sessions that hold it.
		w := session.Weights{K: 1000, Position: 1, Near: 1, Before: 1, Again: 1}
		for item := range int32(8) {
			want := map[int32]float32{}
			for _, key := range rebuilt(events, item, most) {
				for _, it := range whole[key] {
					want[it]++
				}
			}
			got := map[int32]float32{}
			for _, s := range ranked(session.KNN{Index: x, W: w}, []int32{item}, 100) {
				got[s.Item] = s.Score
			}
			if d := cmp.Diff(want, got, cmpopts.EquateEmpty()); d != "" {
				t.Fatalf("item %d with %d postings:\n%s", item, most, d)
			}
		}
	})
}

func TestAnIndexForgetsItsOldestSessionsAndLongTails(t *testing.T) {
	x := session.NewIndex(session.Bounds{Sessions: 3, Length: 4})
	for key := range uint64(10) {
		for click := range int32(30) {
			x.Click(key+1, click, int64(key))
		}
	}
	if x.Session(1) != nil {
		t.Error("the first of ten sessions is still there, with room for three")
	}
	if d := cmp.Diff([]int32{26, 27, 28, 29}, x.Session(10)); d != "" {
		t.Errorf("the latest clicks (-want +got):\n%s", d)
	}
	if _, n, clicks := x.Size(); n != 3 || clicks != 300 {
		t.Errorf("%d sessions, %d clicks", n, clicks)
	}
	got := ranked(session.KNN{Index: x, W: session.Weights{K: 100, Position: 1, Near: 1, Before: 1, Again: 1}}, []int32{28}, 10)
	for _, s := range got {
		if s.Item < 26 || s.Score != 3 {
			t.Errorf("a forgotten session answers: %v", got)
		}
	}
}

func TestReadersAndAWriterShareAnIndex(t *testing.T) {
	x := session.NewIndex(session.Bounds{Sessions: 50, Postings: 10, Length: 8})
	var all sync.WaitGroup
	for range 3 {
		all.Go(func() {
			sheet := session.NewSheet(0)
			for i := range 500 {
				sheet.Clear()
				session.KNN{Index: x, W: session.Weights{K: 10, Position: 0.8, Rare: 1, Near: 0.8, Before: 0.5, Again: 1}}.Score([]int32{int32(i % 20)}, sheet)
			}
		})
	}
	r := rand.New(rand.NewPCG(1, 2))
	for i := range 5000 {
		x.Click(uint64(1+r.IntN(80)), int32(r.IntN(20)), int64(i))
	}
	all.Wait()
}

func TestTopEqualsSorting(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		scores := rapid.SliceOfN(rapid.Float32Range(0, 3), 0, 40).Draw(t, "scores")
		k := rapid.IntRange(0, 45).Draw(t, "k")
		s := session.NewSheet(0)
		var want []session.Scored
		for i, v := range scores {
			v = float32(math.Round(float64(v))) // ties
			s.Add(int32(i), v)
			if v > 0 {
				want = append(want, session.Scored{Item: int32(i), Score: v})
			}
		}
		slices.SortStableFunc(want, func(a, b session.Scored) int { return int(b.Score - a.Score) })
		if d := cmp.Diff(want[:min(k, len(want))], s.Top(k, nil), cmpopts.EquateEmpty()); d != "" {
			t.Fatal(d)
		}
	})
}

func TestTheReplayChoosesWhatWorks(t *testing.T) {
	// Item 2i is followed by 2i+1, whatever is popular; items above 60 only by chance.
	r := rand.New(rand.NewPCG(3, 4))
	l := &session.Log{}
	for i := range 3000 {
		a := int32(r.IntN(30)) * 2
		l.Add([]int32{int32(60 + r.IntN(40)), a, a + 1}, int64(i))
	}
	c, err := session.Choose(context.Background(), l, session.Plan{K: 5, Sample: 200})
	if err != nil {
		t.Fatal(err)
	}
	auto := c.Auto()
	for _, m := range c.Methods {
		if m.Replay.HR+m.Replay.MRR > auto.Replay.HR+auto.Replay.MRR+0.001 {
			t.Errorf("%s is better than %s, which was chosen", m.Name, auto.Name)
		}
	}
	if got := ranked(auto.Scorer, []int32{70, 10}, 1); len(got) != 1 || got[0].Item != 11 {
		t.Errorf("%s shows %v after 10", auto.Name, got)
	}
}

func TestChoosingNeedsNoLeastAmountOfData(t *testing.T) {
	for _, l := range []*session.Log{logOf(), logOf([]int32{0}), logOf([]int32{0, 1}), logOf([]int32{0, 1}, []int32{0, 1}, []int32{1, 0})} {
		for _, sequences := range []bool{false, true} {
			c, err := session.Choose(context.Background(), l, session.Plan{K: 5, Sequences: sequences})
			if err != nil {
				t.Fatal(err)
			}
			ranked(c.Auto().Scorer, []int32{0}, 5)
			ranked(c.Auto().Scorer, nil, 5)
			ranked(c.Auto().Scorer, []int32{-1, 99}, 5)
		}
	}
}

func TestTheShopsPastPrefersAPreset(t *testing.T) {
	// What was wanted in the first nine tenths is over: item 2i led to 2i+1 and now leads to 2i+101.
	r := rand.New(rand.NewPCG(5, 6))
	l := &session.Log{}
	for i := range 4000 {
		a := int32(r.IntN(50)) * 2
		next := a + 1
		if i > 3200 {
			next = a + 101
		}
		l.Add([]int32{a, next}, int64(i))
	}
	name, w, outcome := session.Prefer(l, 1, 400)
	if name != "of today" || w.HalfLife == 0 {
		t.Errorf("%q of %v", name, outcome)
	}
	if name, _, _ := session.Prefer(logOf([]int32{1, 2}), 10, 400); name != "usual" {
		t.Errorf("one session prefers %q", name)
	}
}
