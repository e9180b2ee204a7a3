package elasticity_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"

	"almanac/model/elasticity"
)

// world makes a shop of groups with ten products each, over two years of weeks with a season. Each product is reduced now and then,
// more often in the season, so that who compares prices with sales alone is led astray.
func world(seed uint64, truth []float64, perDay float64) []elasticity.Cell {
	r := rand.New(rand.NewPCG(seed, 1))
	src := rand.NewPCG(seed, 2)
	var cells []elasticity.Cell
	for g, e := range truth {
		for i := range 10 {
			level := perDay * math.Exp(r.NormFloat64())
			for week := range 104 {
				season := 1 + .6*math.Cos(2*math.Pi*float64(week)/52)
				price := 0.
				if r.Float64() < .1*season {
					price = math.Log(1 - .1 - .2*r.Float64())
				}
				mean := 7 * level * season * math.Exp(e*price)
				cells = append(cells, elasticity.Cell{Product: 10*g + i, Family: 10*g + i, Group: g, Week: week, Days: 7, Log: price + 3, Units: distuv.Poisson{Lambda: mean, Src: src}.Rand()})
			}
		}
	}
	return cells
}

func learn(t *testing.T, cells []elasticity.Cell, groups int) *elasticity.Fit {
	t.Helper()
	f, err := elasticity.Learn(cells, 10*groups, groups, 104, false)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestTheTruthLiesInTheIntervalAsOftenAsItSays(t *testing.T) {
	truth := []float64{-.8, -1.4, -2, -2.3, -3}
	inside, all := 0., 0.
	for seed := range uint64(40) {
		f := learn(t, world(seed, truth, .2), len(truth))
		for g, e := range truth {
			all++
			if math.Abs(f.Groups[g].Value-e) <= 1.645*f.Groups[g].SD {
				inside++
			}
		}
	}
	if share := inside / all; share < .8 || share > .98 { // 90 % of 200, give or take three standard errors and what shrinking moves
		t.Errorf("%.0f %% of 90 %% intervals hold the truth", 100*share)
	}
}

func TestTheSeasonIsTakenOut(t *testing.T) {
	truth := []float64{-2, -2, -2, -2}
	cells := world(1, truth, 2)
	f := learn(t, cells, len(truth))
	if math.Abs(f.All.Value+2) > 3*f.All.SD || f.All.SD > .2 {
		t.Errorf("%+v", f.All)
	}
	for i := range cells { // without weeks the season's promotions pass for the effect of the price
		cells[i].Week = 0
	}
	if naive := learn(t, cells, len(truth)); naive.All.Value > f.All.Value-.3 {
		t.Errorf("without the season %.2f, with it %.2f: the world misleads nobody", naive.All.Value, f.All.Value)
	}
}

func TestAGroupThatTellsLittleTakesTheShops(t *testing.T) {
	truth := []float64{-2, -2, -2, -2, -2, -2}
	cells := world(3, truth, 1)
	kept := cells[:0]
	for _, c := range cells {
		if c.Group == 5 {
			c.Log = 3 // it never changed its prices
		}
		kept = append(kept, c)
	}
	f := learn(t, kept, len(truth))
	if math.Abs(f.Groups[5].Value-f.All.Value) > .05 || !(f.Groups[5].SD > f.Groups[0].SD) {
		t.Errorf("shop %+v, group without changes %+v, group with changes %+v", f.All, f.Groups[5], f.Groups[0])
	}
}

func TestPricesThatMoveTogetherTeachNothing(t *testing.T) {
	cells := world(4, []float64{-2, -2}, 1)
	for i := range cells {
		cells[i].Log = 3
		if cells[i].Week%10 == 0 {
			cells[i].Log = 2.8
		}
	}
	if _, err := elasticity.Learn(cells, 20, 2, 104, false); !errors.Is(err, elasticity.ErrFlat) {
		t.Errorf("%v", err)
	}
}

func TestTheLevelIsThatOfAnEvenWeek(t *testing.T) {
	var cells []elasticity.Cell
	for week := range 20 {
		for product, perDay := range []float64{2, 8} {
			c := elasticity.Cell{Product: product, Week: week, Days: 7, Units: 7 * perDay, Log: 1}
			if product == 0 && week%2 == 0 { // half the price, four times the units
				c.Log, c.Units = 1-math.Ln2, 4*c.Units
			}
			cells = append(cells, c)
		}
	}
	f, err := elasticity.Learn(cells, 2, 1, 20, false)
	if err != nil {
		t.Fatal(err)
	}
	// The first product's mean price is √½ of its full one, at which it sells twice the units.
	if math.Abs(f.Groups[0].Value+2) > .01 || math.Abs(f.Level[1]-f.Level[0]-math.Log(2)) > .05 || f.Centre[1] != 1 {
		t.Errorf("elasticity %+v, levels %v at %v", f.Groups[0], f.Level, f.Centre)
	}
}
