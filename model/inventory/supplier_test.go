package inventory

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// best is the most that a budget can buy, by looking at all choices.
func best(wants []Want, budget float64) float64 {
	if len(wants) == 0 {
		return 0
	}
	most := best(wants[1:], budget)
	cost, worth := 0.0, 0.0
	for i := range wants[0].Cost {
		cost, worth = cost+wants[0].Cost[i], worth+wants[0].Worth[i]
		if cost > budget {
			break
		}
		most = math.Max(most, worth+best(wants[1:], budget-cost))
	}
	return most
}

func someWants(t *rapid.T) (wants []Want) {
	for range rapid.IntRange(0, 4).Draw(t, "products") {
		cost, worth := rapid.Float64Range(1, 20).Draw(t, "cost"), rapid.Float64Range(0.1, 30).Draw(t, "worth")
		var w Want
		for range rapid.IntRange(1, 4).Draw(t, "blocks") {
			w.Cost, w.Worth = append(w.Cost, cost), append(w.Worth, worth)
			worth *= rapid.Float64Range(0.2, 1).Draw(t, "less")
		}
		wants = append(wants, w)
	}
	return wants
}

func TestABudgetIsSpentWithinOneBlockOfTheBest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		wants, budget := someWants(t), rapid.Float64Range(0, 120).Draw(t, "budget")
		blocks, spent := Spend(wants, Limits{Money: budget, Room: -1})
		cost, worth, largest := 0.0, 0.0, 0.0
		for i, w := range wants {
			for n := range blocks[i] {
				cost, worth = cost+w.Cost[n], worth+w.Worth[n]
			}
			for n := range w.Worth {
				largest = math.Max(largest, w.Worth[n])
			}
		}
		if math.Abs(cost-spent) > 1e-9 || spent > budget+1e-6 {
			t.Fatalf("spent %v of %v, said %v", cost, budget, spent)
		}
		if most := best(wants, budget); worth < most-largest-1e-9 {
			t.Fatalf("worth %v, the best %v, a block %v", worth, most, largest)
		}
	})
}

func TestAMinimumIsReachedWithTheBestBlocks(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		wants, minimum := someWants(t), rapid.Float64Range(0, 150).Draw(t, "minimum")
		all, largest := 0.0, 0.0
		for _, w := range wants {
			for _, c := range w.Cost {
				all, largest = all+c, math.Max(largest, c)
			}
		}
		blocks, spent, ok := Reach(wants, minimum)
		if ok != (all >= minimum-1e-9) {
			t.Fatalf("all that there is costs %v, the minimum is %v, reached: %v", all, minimum, ok)
		}
		if ok && (spent < minimum-1e-6 || spent > minimum+largest) {
			t.Fatalf("%v for a minimum of %v", spent, minimum)
		}
		for i, w := range wants {
			if blocks[i] > len(w.Cost) {
				t.Fatal("more than there is")
			}
		}
	})
	blocks, _, _ := Reach([]Want{{Cost: []float64{10, 10}, Worth: []float64{5, 1}}, {Cost: []float64{10, 10}, Worth: []float64{4, 3}}}, 30)
	if blocks[0] != 1 || blocks[1] != 2 {
		t.Errorf("blocks of %v, the worst of four was to be left", blocks)
	}
}

func TestBlocksAreTheSuppliersPacks(t *testing.T) {
	d := Demand{20, 6}
	w := Blocks(37, 6, 10, 2, func(x float64) float64 { return d.Short(0) - d.Short(x) })
	if len(w.Cost) != 6 || w.Cost[0] != 24 || w.Cost[1] != 12 {
		t.Errorf("%+v", w)
	}
	for i := 2; i < len(w.Worth); i++ {
		if w.Worth[i] > w.Worth[i-1] {
			t.Errorf("a later pack is worth more: %v", w.Worth)
		}
	}
	for _, c := range [][4]float64{{0, 6, 10, 0}, {5, 6, 10, 12}, {13, 6, 10, 18}, {12, 0, 0, 12}, {2.2, 0, 0, 3}} {
		if got := Packs(c[0], c[1], c[2]); got != c[3] {
			t.Errorf("%v in packs of %v, at least %v, are %v", c[0], c[1], c[2], got)
		}
	}
}

func TestABreakIsTakenWhereItPays(t *testing.T) {
	breaks := []Break{{0, 10}, {100, 9}, {1000, 8.9}}
	rate := 0.25 / 365
	if got := WithBreaks(40, 2, 5, rate, breaks, 1e9); got != 100 {
		t.Errorf("a tenth off from 100 on: %v", got)
	}
	if got := WithBreaks(40, 2, 5, rate, breaks, 90); got != 40 {
		t.Errorf("100 are more than allowed: %v", got)
	}
	if got := WithBreaks(40, 0.01, 5, rate, breaks, 1e9); got != 40 {
		t.Errorf("100 last for 27 years: %v", got)
	}
	if got := WithBreaks(0, 2, 5, rate, breaks, 1e9); got != 0 {
		t.Errorf("nothing is needed: %v", got)
	}
}

func TestWhatPerishesIsNotBoughtForLonger(t *testing.T) {
	week := Demand{14, 4}
	none, some, more := Lasting(week, 0), Lasting(week, 0.05), Lasting(week, 0.2)
	if !(none < some && some < more) || some < 5 || more > 20 {
		t.Errorf("%v, %v, %v units may be on hand for a week's demand of 14", none, some, more)
	}
	if wasted := (some - week.Mean + week.Short(some)) / some; wasted > 0.05 {
		t.Errorf("%v of it perish", wasted)
	}
	if Lasting(Demand{}, 0.5) != 0 {
		t.Error("nobody wants it")
	}
}
