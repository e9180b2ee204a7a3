package inventory

import (
	"math"
	"math/rand/v2"
	"testing"
)

// goods sold every day for most of a year, of which some come back after 5 to 24 days: what is learnt, and what comes in the next two weeks.
func TestWhatComesBackIsForeseen(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	chances := []float64{.05, .10, .30, .35} // two categories
	class := []int{0, 0, 1, 1}
	const days, ahead = 300, 14
	var sold []Sale
	var delays []Comeback
	shelved, comes := make([]float64, 4), make([]float64, 4)
	for p, chance := range chances {
		for ago := days; ago >= 1; ago-- {
			units := r.IntN(12)
			sold = append(sold, Sale{p, ago, float64(units)})
			for range units {
				if r.Float64() >= chance {
					continue
				}
				switch after := 5 + r.IntN(20); {
				case after <= ago:
					shelved[p]++
					delays = append(delays, Comeback{p, after, 1})
				case after <= ago+ahead:
					comes[p]++
				}
			}
		}
	}
	laws := FitReturns(class, sold, shelved, delays)
	for p, law := range laws {
		if math.Abs(law.Chance-chances[p]) > 4*law.SD+.005 || law.SD <= 0 || law.Within[4] > .01 || law.Within[24] < .98 {
			t.Errorf("product %d: %.3f learnt give or take %.3f, %.3f is true; after four days %.3f, after 24 %.3f", p, law.Chance, law.SD, chances[p], law.Within[4], law.Within[24])
		}
		var of []Sale
		for _, s := range sold {
			if s.Product == p {
				of = append(of, s)
			}
		}
		mean, sd := law.Coming(of, nil, ahead)
		if math.Abs(mean-comes[p]) > 3*sd {
			t.Errorf("product %d: %.1f are expected give or take %.1f, %v come", p, mean, sd, comes[p])
		}
		if more, _ := law.Coming(of, []float64{5, 5, 5}, ahead); more <= mean {
			t.Errorf("product %d: what sells tomorrow brings nothing back", p)
		}
	}
	if got := FitReturns(class, sold, shelved, nil); got != nil {
		t.Error("nobody told when goods come back, and it is known")
	}
}

func TestLittleIsKnownOfANewProduct(t *testing.T) {
	var sold []Sale
	for ago := 1; ago <= 200; ago++ {
		sold = append(sold, Sale{0, ago, 10})
	}
	laws := FitReturns([]int{0, 0}, append(sold, Sale{1, 30, 1}), []float64{200, 1}, []Comeback{{0, 10, 200}})
	if young := laws[1]; young.Chance < laws[0].Chance || young.Chance > .15 || young.SD < 2*laws[0].SD {
		t.Errorf("one unit sold came back: %+v beside %.3f give or take %.3f", young.Chance, laws[0].Chance, laws[0].SD)
	}
}
