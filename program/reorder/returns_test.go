package reorder

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"almanac/state"
)

// fashion is a shop that sold about 20 mugs a week for a year; of those a share came back 5 to 24 days later, and was put back on the shelf where
// the shop does so.
func fashion(share float64, shelves bool) (in Input, comes float64) {
	r := rand.New(rand.NewPCG(11, 12))
	in = mugShop(30)
	in.Returns = &Returning{}
	for day := today - returnDays; day < today; day++ {
		units := r.IntN(7)
		in.Returns.Sold = append(in.Returns.Sold, Moved{SKU: "mug", Day: day, Units: float64(units)})
		for range units {
			back := day + 5 + state.Day(r.IntN(20))
			if r.Float64() >= share {
				continue
			}
			if back < today {
				in.Returns.Back = append(in.Returns.Back, Moved{SKU: "mug", Day: back, Sold: day, Units: 1})
				if shelves {
					in.Returns.Shelved = append(in.Returns.Shelved, Moved{SKU: "mug", Day: back, Units: 1})
				}
			} else if back < today+14 {
				comes++
			}
		}
	}
	in.Returns.learn(in.Narrowest, today)
	return in, comes
}

func needOf(in Input) *need { return in.needs()[0] }

func TestWhatComesBackOnTheShelfIsOnItsWay(t *testing.T) {
	plain, ok := propose(t, mugShop(30))
	if !ok {
		t.Fatal("nothing is proposed")
	}
	in, comes := fashion(.4, true)
	d, _ := propose(t, in)
	n := needOf(in)
	if math.Abs(n.back-comes) > 3*n.backSD+2 || n.back < 8 {
		t.Errorf("%.1f are expected back, %.0f of what is sold already come", n.back, comes)
	}
	if saved := plain.Units - d.Units; math.Abs(float64(saved)-n.back) > 4 || d.ReorderPoint < plain.ReorderPoint {
		t.Errorf("%.1f are expected back, and %d units are ordered instead of %d, below %v instead of %v", n.back, d.Units, plain.Units, d.ReorderPoint, plain.ReorderPoint)
	}
	ps, err := Propose(in)
	if err != nil {
		t.Fatal(err)
	}
	said := ""
	for _, r := range ps[0].Reasons {
		if r.Code == "returns" {
			said = r.Text
		}
	}
	if !strings.Contains(said, "expected back on the shelf before an order of today arrives: of 100 sold, 4") && !strings.Contains(said, "of 100 sold, 3") {
		t.Errorf("it says %q", said)
	}
}

func TestAShopThatShelvesNoReturnsCountsOnNone(t *testing.T) {
	in, _ := fashion(.4, false)
	plain, _ := propose(t, mugShop(30))
	if d, _ := propose(t, in); d.Units != plain.Units || needOf(in).back != 0 {
		t.Errorf("nothing is put back on the shelf, %d units are ordered with returns on record, and %d without", d.Units, plain.Units)
	}
}

// Goods that were put back are there already: of the same sales, the more has come, the less is expected, and never more than was sold.
func TestWhatCameBackIsNotExpectedAgain(t *testing.T) {
	in, _ := fashion(.4, true)
	before := needOf(in).back
	all := in.Returns.recent["mug"]
	sold, open := 0.0, 0.0
	for _, s := range all {
		sold += s.Units
		if s.Ago <= 24 {
			open += s.Units
		}
	}
	if before > .4*open+10 {
		t.Errorf("%.1f are expected back of %.0f that are out for less than 25 days", before, open)
	}
	in.Returns.shelved["mug"] = sold // all of it came back early
	n := needOf(in)
	ahead := n.ahead.SumMean(2)
	if n.back > ahead+1e-9 {
		t.Errorf("all that was sold is back, about %.0f sell until an order arrives, and %.1f are expected", ahead, n.back)
	}
}

// One clearing of a back room is no rate of returns: where the past would not have been foreseen by it, nothing is counted on.
func TestReturnsThatCannotBeForeseenAreNotCountedOn(t *testing.T) {
	in, _ := fashion(.4, false)
	in.Returns.Shelved = []Moved{{SKU: "mug", Day: today - 200, Units: 300}}
	in.Returns.learn(in.Narrowest, today)
	if n := needOf(in); n.back != 0 || in.Returns.laws != nil {
		t.Errorf("%.1f are expected back", n.back)
	}
}

// lived is two years of a shop of which 40 of 100 mugs come back, the first to learn from; it tells units on the shelf on a day in the mean, and
// the share of wanted mugs that were there, of the second.
func lived(t *testing.T, counts bool) (stock, served float64) {
	t.Helper()
	r := rand.New(rand.NewPCG(21, 22))
	in := mugShop(120)
	in.Returns = &Returning{}
	comes, ordered := map[state.Day]int64{}, map[state.Day]int64{}
	var sold, wanted, held float64
	for d := range state.Day(2 * 364) {
		day := today + d
		p := in.Positions["mug"]
		if back := comes[day]; back > 0 {
			p.OnHand += back
			in.Returns.Shelved = append(in.Returns.Shelved, Moved{SKU: "mug", Day: day, Units: float64(back)})
		}
		p.OnHand, p.Incoming = p.OnHand+ordered[day], p.Incoming-ordered[day]
		p.Available = p.OnHand
		in.Positions["mug"], in.Today = p, day
		if d%7 == 0 {
			if counts && d >= 364 {
				in.Returns.learn(in.Narrowest, day)
			}
			if o, ok := propose(t, in); ok {
				p.Incoming += o.Units
				ordered[day+14] += o.Units
			}
		}
		want := int64(r.IntN(7))
		sells := min(want, p.OnHand)
		p.OnHand -= sells
		p.Available = p.OnHand
		in.Positions["mug"] = p
		in.Returns.Sold = append(in.Returns.Sold, Moved{SKU: "mug", Day: day, Units: float64(sells)})
		for range sells {
			if r.Float64() < .4 {
				back := day + 5 + state.Day(r.IntN(20))
				comes[back]++
				in.Returns.Back = append(in.Returns.Back, Moved{SKU: "mug", Day: back, Sold: day, Units: 1})
			}
		}
		if d >= 364 {
			sold, wanted, held = sold+float64(sells), wanted+float64(want), held+float64(p.OnHand)
		}
	}
	return held / 364, sold / wanted
}

func TestReturnsThatAreCountedOnSaveStock(t *testing.T) {
	without, all := lived(t, false)
	with, some := lived(t, true)
	t.Logf("with returns counted on %.0f mugs lie there and %.2f %% of what is wanted is served; without, %.0f and %.2f %%", with, 100*some, without, 100*all)
	if with > 0.9*without || some < all-0.01 {
		t.Errorf("with returns counted on %.1f mugs lie there and %.4f of what is wanted is served; without, %.1f and %.4f", with, some, without, all)
	}
}
