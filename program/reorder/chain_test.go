package reorder

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"almanac/decide"
	"almanac/fact"
	"almanac/predict/demand"
	"almanac/state"
	"almanac/state/catalog"
	"almanac/state/orders"
	"almanac/state/stock"
	"almanac/state/supply"
)

// places of a simulated shop, and the share of demand that each has in the mean; products differ from it.
var shopPlaces = []string{"WH1", "ST1", "ST2", "ST3"}

// chainShop is a shop of thirty products with a warehouse that sells too and three stores. Every fourth week the supplier brings what a
// month asks for in the mean, to the warehouse.
type chainShop struct {
	rates  []float64   // a week
	shares [][]float64 // by product and place
	hand   [][]int64
	sold   []map[string]int64
	past   [][][]int64   // units sold by product, place and week of the half year before
	learnt *demand.Model // what the forecast by place makes of them; nil: it is not asked
	lost   float64       // units wanted and not there
	moved  int64
	wanted float64
}

func newChainShop(seed uint64) *chainShop {
	r := rand.New(rand.NewPCG(seed, 3))
	s := &chainShop{}
	for range 30 {
		rate := math.Exp(1 + 1.2*r.NormFloat64())
		shares, sum := make([]float64, len(shopPlaces)), 0.0
		for i, usual := range []float64{0.5, 0.25, 0.15, 0.1} {
			shares[i] = usual * math.Exp(0.5*r.NormFloat64())
			sum += shares[i]
		}
		hand, sold, past := make([]int64, len(shopPlaces)), map[string]int64{}, make([][]int64, len(shopPlaces))
		for i := range shares {
			shares[i] /= sum
			hand[i] = int64(math.Ceil(2 * rate * shares[i]))
			for range 26 {
				n := int64(draw(r, rate*shares[i]))
				sold[shopPlaces[i]] += n
				past[i] = append(past[i], n)
			}
		}
		s.rates, s.shares, s.hand, s.sold = append(s.rates, rate), append(s.shares, shares), append(s.hand, hand), append(s.sold, sold)
		s.past = append(s.past, past)
	}
	return s
}

// draw is a Poisson count.
func draw(r *rand.Rand, mean float64) (n int) {
	for p := r.Float64(); p > math.Exp(-mean); n++ {
		p *= r.Float64()
	}
	return n
}

// input is what the programme knows on a Monday.
func (s *chainShop) input(week int) Input {
	in := Input{Currency: "EUR", Today: today + state.Day(7*week), Model: &demand.Model{Start: (today + state.Day(7*week)).Monday(), Weeks: 13, Methods: []string{"level"}}, Settings: Defaults(),
		Places: map[string]map[string]stock.Position{}, Sold: map[string]map[string]int64{}, Receiving: map[string]int64{"WH1": 1}, Terms: map[string]supply.Terms{}, Costs: map[string]catalog.Cost{}, Prices: map[string]int64{}}
	in.Now = in.Today.Time()
	for p, rate := range s.rates {
		sku := fmt.Sprintf("P%02d", p)
		in.Model.Product = append(in.Model.Product, level(sku, rate, math.Sqrt(rate)))
		if s.learnt != nil {
			of, _ := s.learnt.Find(sku)
			in.Model.Places, in.Model.Product[p].At = s.learnt.Places, of.At
		}
		in.Places[sku] = map[string]stock.Position{}
		for i, loc := range shopPlaces {
			in.Places[sku][loc] = stock.Position{SKU: sku, OnHand: s.hand[p][i], Available: s.hand[p][i], CountedAt: (in.Today - 1).Time(), Source: "wms:main"}
		}
		in.Sold[sku] = s.sold[p]
		in.Terms[sku], in.Costs[sku], in.Prices[sku] = supply.Terms{SKU: sku, LeadDays: 21}, catalog.Cost{SKU: sku, Currency: "EUR", Amount: 200}, 500
	}
	in.Positions = stock.Sum(in.Places)
	return in
}

func (s *chainShop) move(p, from, to int, units int64) {
	units = min(units, s.hand[p][from])
	s.hand[p][from] -= units
	s.hand[p][to] += units
	s.moved += units
}

// live goes through half a year; the demand of a week and product is the same whatever is moved.
func (s *chainShop) live(t *testing.T, seed uint64, monday func(week int)) {
	t.Helper()
	for week := range 26 {
		if week%4 == 0 {
			for p, rate := range s.rates {
				s.hand[p][0] += int64(math.Ceil(4 * rate))
			}
		}
		monday(week)
		for p, rate := range s.rates {
			for i := range shopPlaces {
				want := int64(draw(rand.New(rand.NewPCG(seed, uint64(week*10_000+p*10+i))), rate*s.shares[p][i]))
				got := min(want, s.hand[p][i])
				s.hand[p][i] -= got
				s.wanted += float64(want)
				s.lost += float64(want - got)
			}
		}
	}
}

// Filling the stores that ran out with two weeks of their demand is what shops do by hand. Both know the true rate of each product; the
// programme learns from sales where they are wanted.
func TestTransfersLoseLessThanFillingWhatRanOut(t *testing.T) {
	var none, filled, own, ours chainShop
	for seed := uint64(1); seed <= 5; seed++ {
		still := newChainShop(seed)
		still.live(t, seed, func(int) {})
		byHand := newChainShop(seed)
		byHand.live(t, seed, func(int) {
			for p, rate := range byHand.rates {
				for i := 1; i < len(shopPlaces); i++ {
					if byHand.hand[p][i] == 0 {
						byHand.move(p, 0, i, int64(math.Ceil(2*rate*byHand.shares[p][i])))
					}
				}
			}
		})
		bySales := newChainShop(seed)
		bySales.transfer(t, seed)
		programme := newChainShop(seed)
		programme.learn(t)
		programme.transfer(t, seed)
		for _, sum := range []struct{ into, of *chainShop }{{&none, still}, {&filled, byHand}, {&own, bySales}, {&ours, programme}} {
			sum.into.lost += sum.of.lost
			sum.into.wanted += sum.of.wanted
			sum.into.moved += sum.of.moved
		}
	}
	share := func(s chainShop) float64 { return s.lost / s.wanted }
	t.Logf("lost of what was wanted: %.2f %% without transfers, %.2f %% by hand (%d units moved), %.2f %% as proposed by what was sold (%d), %.2f %% by the forecast by place (%d)",
		100*share(none), 100*share(filled), filled.moved, 100*share(own), own.moved, 100*share(ours), ours.moved)
	if own.lost > 0.7*filled.lost || own.lost > 0.3*none.lost || ours.lost > 1.02*own.lost {
		t.Errorf("%v units lost by what was sold, %v by the forecast by place", own.lost, ours.lost)
	}
	if ours.lost > 0.7*filled.lost || ours.lost > 0.3*none.lost {
		t.Errorf("%v units lost, %v by hand, %v without transfers", ours.lost, filled.lost, none.lost)
	}
}

// transfer lives on with what the programme proposes each Monday.
func (s *chainShop) transfer(t *testing.T, seed uint64) {
	t.Helper()
	s.live(t, seed, func(week int) {
		ps, err := Transfers(s.input(week))
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range ps {
			s.carry(t, p)
		}
	})
}

// learn forecasts demand by place from what was sold.
func (s *chainShop) learn(t *testing.T) {
	t.Helper()
	var err error
	if s.learnt, _, err = demand.Fit(t.Context(), demand.Source{Sales: s, Places: s}, "s", today.Monday()); err != nil {
		t.Fatal(err)
	}
	if len(s.learnt.Places) != len(shopPlaces) {
		t.Fatalf("places %+v", s.learnt.Places)
	}
}

// week is the Monday of a week of the past.
func (s *chainShop) week(k int) state.Day { return today.Monday() + state.Day(7*(k-len(s.past[0][0]))) }

func (s *chainShop) DailySales(_ context.Context, _ string, _ state.Day, fn func(string, state.Day, orders.DaySales) error) error {
	return s.DailyPlaces(context.Background(), "", 0, func(sku, _ string, day state.Day, units int64) error {
		return fn(sku, day, orders.DaySales{Units: units})
	})
}

func (s *chainShop) DailyPlaces(_ context.Context, _ string, _ state.Day, fn func(sku, place string, day state.Day, units int64) error) error {
	for p, places := range s.past {
		for i, weeks := range places {
			for k, units := range weeks {
				if err := fn(fmt.Sprintf("P%02d", p), shopPlaces[i], s.week(k), units); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func (s *chainShop) Described(context.Context, string) (map[string]fact.Place, error) {
	return nil, nil
}

func (s *chainShop) carry(t *testing.T, p decide.Proposal) {
	t.Helper()
	var product, from, to int
	if _, err := fmt.Sscanf(p.Move.SKU, "P%d", &product); err != nil {
		t.Fatal(err)
	}
	for i, loc := range shopPlaces {
		switch loc {
		case p.Move.From:
			from = i
		case p.Move.To:
			to = i
		}
	}
	s.move(product, from, to, p.Move.Units)
}
