package gbdt

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"
)

func grown(t *testing.T, leaves int) (*Model, *Bins) {
	t.Helper()
	rng := rand.New(rand.NewPCG(21, 1))
	cols := []Column{{Name: "a"}, {Name: "b"}, {Name: "c", Categorical: true}, {Name: "never asked"}}
	var y []float64
	for range 4000 {
		a, b, c := rng.Float64(), rng.Float64(), float64(rng.IntN(20))
		if rng.IntN(8) == 0 {
			b = math.NaN()
		}
		v := 3*a + math.Mod(7*c, 5)
		if b > .4 {
			v += b * c
		}
		y = append(y, v)
		for j, v := range []float64{a, b, c, 1} {
			cols[j].Values = append(cols[j].Values, float32(v))
		}
	}
	b, err := NewBins(cols, 100)
	if err != nil {
		t.Fatal(err)
	}
	m, err := Fit(context.Background(), Set{Bins: b, Target: y}, nil, Options{Rounds: 40, Leaves: leaves, MinRows: 5})
	if err != nil {
		t.Fatal(err)
	}
	return m, b
}

func TestLookingUpFindsTheLeavesThatWalkingFinds(t *testing.T) {
	for _, leaves := range []int{2, 31, 64} {
		m, b := grown(t, leaves)
		if m.lookup == nil {
			t.Fatalf("%d leaves: the trees are walked", leaves)
		}
		rng := rand.New(rand.NewPCG(22, 1))
		row := make([]uint8, 4)
		for range 2000 {
			for j := range row {
				row[j] = uint8(rng.IntN((*b.columns)[j].most + 1))
			}
			want := m.Start
			for _, tree := range m.trees {
				want += float64(tree.leaf[tree.find(row)])
			}
			if got := m.lookup.add(m.Start, row, m.lookup.room(nil)); got != want {
				t.Fatalf("%d leaves, row %v: %v, walking finds %v", leaves, row, got, want)
			}
		}
	}
}

func TestLargeTreesAreWalkedAndSayTheSameAlone(t *testing.T) {
	m, b := grown(t, 200)
	if m.lookup != nil {
		t.Fatal("200 leaves do not fit into 64 bits")
	}
	all, err := m.PredictAll(b, nil, 2)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 50 {
		want := m.Start
		for _, tree := range m.trees {
			want += float64(tree.leaf[tree.find(b.row(i))])
		}
		if math.Abs(all[i]-want) > 1e-12 {
			t.Fatalf("row %d: %v, want %v", i, all[i], want)
		}
	}
}

// A file may hold a tree with two ways to one leaf: it must not be looked up.
func TestADamagedTreeIsWalked(t *testing.T) {
	m, _ := grown(t, 8)
	broken := *m.trees[0]
	broken.nodes = append([]node(nil), broken.nodes...)
	broken.nodes[len(broken.nodes)-1].child = [2]int32{-1, -1}
	m.plant([]*tree{m.trees[1], &broken})
	if m.lookup != nil {
		t.Error("a leaf that two ways lead to was taken")
	}
	if _, err := m.Predict([]float32{.5, .5, 3, 1}, 0); err != nil {
		t.Error(err)
	}
}
