package relation_test

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"almanac/model/recommend/relation"
)

const day = 86400

func TestSwingByHand(t *testing.T) {
	// Visits A {0,1}, B {0,1}, C {0,1,2}: for 0→1 the pairs AB, AC, BC each share {0,1}.
	visits := [][]int32{{0, 1}, {1, 0}, {0, 1, 2}}
	ab := 1 / math.Sqrt(2*2) / (1 + 2)
	ac := 1 / math.Sqrt(2*3) / (1 + 2)
	got := relation.Substitutes(visits, 3, relation.Swinging{}, nil, nil).Of(0)
	want := []relation.Link{{Item: 1, Score: float32(ab + 2*ac), Count: 3}}
	if d := cmp.Diff(want, got, cmpopts.EquateApprox(1e-6, 0)); d != "" {
		t.Error(d)
	}
}

func TestSubstitutesAreOfOneCategoryAndNotBoughtTogether(t *testing.T) {
	visits := [][]int32{{0, 1, 2, 3}, {0, 1, 2, 3}}
	together := func(i, j int32) bool { return i+j == 2 } // 0 and 2
	got := relation.Substitutes(visits, 4, relation.Swinging{}, []int32{1, 1, 1, 2}, together).Of(0)
	if len(got) != 1 || got[0].Item != 1 {
		t.Errorf("%v: 2 is bought together with 0, and 3 is of another category", got)
	}
}

func TestAComplementFollowsAndDoesNotLead(t *testing.T) {
	// Ten customers buy a phone (0); six of them a case (1) a week later; ten others buy pens (2).
	var p []relation.Purchase
	for c := range int32(10) {
		p = append(p, relation.Purchase{Customer: c, Item: 0, At: 0}, relation.Purchase{Customer: 10 + c, Item: 2, At: 0})
		if c < 6 {
			p = append(p, relation.Purchase{Customer: c, Item: 1, At: 7 * day})
		}
	}
	got := relation.Complements(p, 3, relation.Lagging{Half: 7 * day}, nil)
	if len(got.Of(0)) != 0 {
		t.Errorf("six that count half are the three that chance gives: %v", got.Of(0))
	}
	got = relation.Complements(p, 3, relation.Lagging{Half: 700 * day}, nil)
	n := 6 * math.Exp2(-0.01)
	lift := (n + 5) / (10.0*6/20 + 5)
	want := []relation.Link{{Item: 1, Score: float32(n / 15 * math.Log(lift)), Count: 6}}
	if d := cmp.Diff(want, got.Of(0), cmpopts.EquateApprox(1e-5, 0)); d != "" {
		t.Error(d)
	}
	if len(got.Of(1)) != 0 {
		t.Errorf("a phone is offered with a case: %v", got.Of(1))
	}
	if same := relation.Complements(p, 3, relation.Lagging{Half: 700 * day}, []int32{4, 4, 5}); len(same.Of(0)) != 0 {
		t.Errorf("an item of one category is a variant, not a complement: %v", same.Of(0))
	}
}

func TestBundlesHoldNoSubstitutes(t *testing.T) {
	all := func(items ...int32) (l []relation.Link) {
		for _, it := range items {
			l = append(l, relation.Link{Item: it, Score: 1})
		}
		return l
	}
	complements := relation.Links{all(1, 2, 3), all(0, 2, 3), all(0, 1), all(0)}
	substitutes := relation.Links{nil, nil, nil, all(0)}
	got := relation.Bundles(complements, substitutes, 10)
	want := [][]int32{{0, 1, 2}, {0, 1}, {0, 2}, {1, 2}}
	var sets [][]int32
	for _, b := range got {
		sets = append(sets, b.Items)
	}
	if d := cmp.Diff(want, sets); d != "" {
		t.Error(d)
	}
}

func TestWhatIsConsumedComesDueAndWhatLastsDoesNot(t *testing.T) {
	var p []relation.Purchase
	for c := range int32(30) {
		for k := range int64(4) { // coffee every 28 to 32 days
			p = append(p, relation.Purchase{Customer: c, Item: 0, At: k * int64(28+c%5) * day})
		}
		p = append(p, relation.Purchase{Customer: c, Item: 1, At: 0}) // a machine, once
	}
	v := relation.Repurchases(p, 2, 2)
	coffee, machine := v[0], v[1]
	if now, later := coffee.Due(day, 7*day), coffee.Due(28*day, 7*day); now > 0.05 || later < 0.5 {
		t.Errorf("coffee: %.3f the day after, %.3f after four weeks", now, later)
	}
	if due := machine.Due(28*day, 7*day); due > 0.1 {
		t.Errorf("a machine is due with %.3f", due)
	}
}

func TestRelationsKeepTheirBounds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		visits := rapid.SliceOfN(rapid.SliceOfN(rapid.Int32Range(-1, 12), 0, 8), 0, 20).Draw(t, "visits")
		keep := rapid.IntRange(1, 4).Draw(t, "keep")
		var p []relation.Purchase
		for c, items := range visits {
			for k, it := range items {
				p = append(p, relation.Purchase{Customer: int32(c), Item: it, At: int64(k/2) * day})
			}
		}
		for name, l := range map[string]relation.Links{
			"substitutes": relation.Substitutes(visits, 12, relation.Swinging{Keep: keep}, nil, nil),
			"complements": relation.Complements(p, 12, relation.Lagging{Keep: keep, Least: 1}, nil),
		} {
			for i := range l {
				if len(l[i]) > keep {
					t.Fatalf("%s of %d: %d", name, i, len(l[i]))
				}
				for at, x := range l[i] {
					if x.Item == int32(i) || !(x.Score > 0) || at > 0 && l[i][at-1].Score < x.Score {
						t.Fatalf("%s of %d: %v", name, i, l[i])
					}
				}
			}
		}
		for i, v := range relation.Repurchases(p, 12, 3) {
			if d := v.Due(5*day, 7*day); !(d >= 0 && d <= 1) {
				t.Fatalf("item %d is due with %v", i, d)
			}
		}
	})
}
