package recommend_test

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"almanac/model/recommend"
)

func collect(baskets ...[]int32) *recommend.Baskets {
	var b recommend.Baskets
	for _, items := range baskets {
		b.Add(items, 0)
	}
	return &b
}

func TestABasketHoldsEachItemOnce(t *testing.T) {
	b := collect([]int32{3, 1, 3, -1}, nil, []int32{-2}, []int32{0})
	if b.Len() != 2 || b.Items() != 4 {
		t.Fatalf("%d baskets, %d items", b.Len(), b.Items())
	}
	if d := cmp.Diff([]int32{1, 3}, b.At(0)); d != "" {
		t.Error(d)
	}
}

func TestLargeBasketsAreThinnedByContentNotByOrder(t *testing.T) {
	big := make([]int32, 1000)
	for i := range big {
		big[i] = int32(i)
	}
	a := slices.Clone(collect(big).At(0))
	slices.Reverse(big)
	if d := cmp.Diff(a, collect(big).At(0)); d != "" {
		t.Errorf("the order of lines changed the sample:\n%s", d)
	}
	if len(a) != recommend.MaxBasket || a[len(a)-1] < 500 {
		t.Errorf("kept %d items up to %d: not a sample of the whole basket", len(a), a[len(a)-1])
	}
}

func TestNeighboursByHand(t *testing.T) {
	// Ten baskets: 0 and 1 together in four, 0 and 2 once, 1 in two more, the rest 3 alone.
	b := collect([]int32{0, 1}, []int32{0, 1}, []int32{0, 1}, []int32{0, 1}, []int32{0, 2},
		[]int32{1}, []int32{1}, []int32{3}, []int32{3}, []int32{3})
	n := b.CoPurchases(recommend.Options{Shrink: 5, Popularity: 0.5, Crowding: 1})
	want := []recommend.Pair{{
		Item: 1, Together: 4,
		Lift:  float32((4 + 5.0) / (5*0.6 + 5)),
		Score: float32(4.0 / (5 + 5) / math.Sqrt(0.6)),
	}}
	if d := cmp.Diff(want, n.Of(0), cmpopts.EquateApprox(1e-6, 0)); d != "" {
		t.Errorf("neighbours of 0 (-want +got):\n%s", d)
	}
	if len(n.Of(2)) != 0 {
		t.Errorf("one shared basket made neighbours: %v", n.Of(2))
	}
	if n.Of(99) != nil || n.Of(-1) != nil {
		t.Error("an unknown item has neighbours")
	}
}

func TestLargeBasketsBindLess(t *testing.T) {
	small := []int32{0, 1}
	large := []int32{0, 2, 3, 4, 5, 6, 7}
	n := collect(small, small, large, large).CoPurchases(recommend.Options{})
	if first := n.Of(0)[0]; first.Item != 1 {
		t.Errorf("the neighbour from baskets of seven leads: %v", n.Of(0))
	}
}

func drawBaskets(t *rapid.T) [][]int32 {
	return rapid.SliceOfN(rapid.SliceOfN(rapid.Int32Range(0, 15), 0, 8), 0, 40).Draw(t, "baskets")
}

func TestCountsEqualCountingPairByPair(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		baskets := drawBaskets(t)
		b := collect(baskets...)
		n := b.CoPurchases(recommend.Options{Neighbours: 3})
		for i := range int32(b.Items()) {
			row := n.Of(i)
			if len(row) > 3 {
				t.Fatalf("item %d has %d neighbours", i, len(row))
			}
			for at, p := range row {
				var both int32
				for _, items := range baskets {
					if slices.Contains(items, i) && slices.Contains(items, p.Item) {
						both++
					}
				}
				if p.Item == i || p.Together != both || both < 2 || !(p.Lift > 0) || !(p.Score > 0) {
					t.Fatalf("item %d: %+v, together %d", i, p, both)
				}
				if at > 0 && row[at-1].Score < p.Score {
					t.Fatalf("item %d is not sorted: %v", i, row)
				}
			}
		}
	})
}

func TestRelationIsMutualInCountAndLift(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := collect(drawBaskets(t)...)
		n := b.CoPurchases(recommend.Options{})
		for i := range int32(b.Items()) {
			for _, p := range n.Of(i) {
				back := n.Of(p.Item)
				at := slices.IndexFunc(back, func(q recommend.Pair) bool { return q.Item == i })
				if at < 0 || back[at].Together != p.Together || math.Abs(float64(back[at].Lift-p.Lift)) > 1e-5 {
					t.Fatalf("%d→%d is %+v, the way back %v", i, p.Item, p, back)
				}
			}
		}
	})
}

func TestBestSellersForgetLastChristmas(t *testing.T) {
	var b recommend.Baskets
	for range 3 {
		b.Add([]int32{0}, 330)
	}
	b.Add([]int32{1}, 1)
	b.Add([]int32{1}, 14)
	if d := cmp.Diff([]recommend.Scored{{Item: 0, Score: 3}, {Item: 1, Score: 2}}, b.BestSellers(5, 0)); d != "" {
		t.Errorf("of all time (-want +got):\n%s", d)
	}
	want := []recommend.Scored{{Item: 1, Score: float32(math.Exp2(-1.0/14) + 0.5)}}
	if d := cmp.Diff(want, b.BestSellers(1, 14), cmpopts.EquateApprox(1e-6, 0)); d != "" {
		t.Errorf("of now (-want +got):\n%s", d)
	}
}

func TestCompletionAddsUpTheSeedAndLeavesItOut(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := collect(drawBaskets(t)...)
		n := b.CoPurchases(recommend.Options{})
		seed := rapid.SliceOfN(rapid.Int32Range(-2, 20), 0, 5).Draw(t, "seed")
		k := rapid.IntRange(0, 20).Draw(t, "k")
		got := n.Complete(seed, k)
		if len(got) > k {
			t.Fatalf("%d of %d", len(got), k)
		}
		for _, s := range got {
			var want float64
			for _, from := range seed {
				for _, p := range n.Of(from) {
					if p.Item == s.Item {
						want += float64(p.Score)
					}
				}
			}
			if slices.Contains(seed, s.Item) || math.Abs(want-float64(s.Score)) > 1e-4 {
				t.Fatalf("seed %v: %+v, want %v", seed, s, want)
			}
		}
		list := recommend.Fill(got, b.BestSellers(50, 0), seed, k)
		seen := map[int32]bool{}
		for _, it := range list {
			if seen[it] || slices.Contains(seed, it) {
				t.Fatalf("seed %v: %v repeats", seed, list)
			}
			seen[it] = true
		}
	})
}

func TestHitsByHand(t *testing.T) {
	trials := []recommend.Trial{{Hidden: 1}, {Hidden: 2}, {Hidden: 9}, {Hidden: 3}}
	h := recommend.Evaluate(trials, 2, func([]int32, int) []int32 { return []int32{1, 2, 3} })
	if h.Rate() != 0.5 || h.MRR() != (1+0.5)/4 {
		t.Errorf("hit rate %v, MRR %v", h.Rate(), h.MRR())
	}
	if !math.IsNaN((recommend.Hits{}).Rate()) || !math.IsNaN((recommend.Hits{}).MRR()) {
		t.Error("no trial must not look like a result")
	}
}

func TestLeaveOneOutHidesWhatItAsksFor(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		baskets := drawBaskets(t)
		context := rapid.IntRange(0, 3).Draw(t, "context")
		trials := recommend.LeaveOneOut(baskets, context, 1)
		for _, tr := range trials {
			if slices.Contains(tr.Seed, tr.Hidden) || len(tr.Seed) == 0 || (context > 0 && len(tr.Seed) > context) {
				t.Fatalf("trial %+v", tr)
			}
		}
		if d := cmp.Diff(trials, recommend.LeaveOneOut(baskets, context, 1)); d != "" {
			t.Fatalf("same seed, other trials:\n%s", d)
		}
	})
}

func TestPlantedPairsAreFound(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 2))
	draw := func() []int32 {
		i := int32(r.IntN(50)) * 2 // items 2i and 2i+1 belong together
		items := []int32{i, int32(r.IntN(100))}
		if r.IntN(10) < 7 {
			items = append(items, i+1)
		}
		return items
	}
	var b recommend.Baskets
	for range 3000 {
		b.Add(draw(), 0)
	}
	n, best := b.CoPurchases(recommend.Options{}), b.BestSellers(20, 0)
	var held [][]int32
	for range 500 {
		held = append(held, draw())
	}
	trials := recommend.LeaveOneOut(held, 0, 1)
	pairs := recommend.Evaluate(trials, 5, func(s []int32, k int) []int32 { return recommend.Fill(n.Complete(s, k), best, s, k) })
	popular := recommend.Evaluate(trials, 5, func(s []int32, k int) []int32 { return recommend.Fill(nil, best, s, k) })
	if pairs.Rate() < 0.4 || popular.Rate() > 0.2 {
		t.Errorf("hit rate %v against %v of best sellers", pairs.Rate(), popular.Rate())
	}
}

func TestNeighboursSurviveSerialisation(t *testing.T) {
	n := collect([]int32{0, 1}, []int32{0, 1, 2}, []int32{2, 1}).CoPurchases(recommend.Options{})
	text, err := json.Marshal(n)
	if err != nil {
		t.Fatal(err)
	}
	var back recommend.Neighbours
	if err := json.Unmarshal(text, &back); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(n, back); d != "" {
		t.Error(d)
	}
}

func BenchmarkCoPurchases(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 1))
	var baskets recommend.Baskets
	for range 25000 {
		items := make([]int32, 1+r.IntN(40))
		for i := range items {
			items[i] = int32(r.ExpFloat64() * 600)
		}
		baskets.Add(items, 0)
	}
	b.ReportAllocs()
	for b.Loop() {
		baskets.CoPurchases(recommend.Options{})
	}
}
