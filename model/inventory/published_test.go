package inventory

import (
	"encoding/csv"
	"errors"
	"io/fs"
	"math"
	"os"
	"regexp"
	"strconv"
	"testing"

	"pgregory.net/rapid"
)

// example51 is the (r, Q) shop of Snyder and Shen's example 5.1.
var example51 = RQ{K: 8, H: 0.225, P: 7.5, D: 1300, SD: 150, L: 1.0 / 12}

// published answers, by the number of the case in ../shared/oracles/inventory_cases.csv, what our formulas say to its
// inputs. off is how far, of one, the published numbers were rounded.
var published = map[string]struct {
	off float64
	say func() []float64
}{
	"1": {1e-9, func() []float64 { return two(EOQ(8, 0.225, 1300)) }},
	"2": {1e-9, func() []float64 { return three(EOQBackorders(8, 0.225, 5, 1300)) }},
	"3": {1e-9, func() []float64 { return two(EPQ(8, 0.225, 1300, 1700)) }},
	"4": {1e-9, func() []float64 {
		q, region, cost := EOQAllUnits(200, 0.2, 1000, []Break{{0, 500}, {200, 475}, {500, 450}})
		return []float64{q, float64(region), cost}
	}},
	"5": {1e-9, func() []float64 {
		q, region, cost := EOQIncremental(150, 0.25, 2400, []Break{{0, 100}, {300, 90}, {600, 80}})
		return []float64{q, float64(region), cost}
	}},
	"6": {1e-9, func() []float64 {
		q, every, multiples, cost := Joint(600, []Item{{120, 160, 1}, {840, 20, 1}, {300, 50, 1}})
		q = append(q, every)
		for _, m := range multiples {
			q = append(q, float64(m))
		}
		return append(q, cost)
	}},
	"7":  {1e-9, func() []float64 { return two(Newsvendor(0.18, 0.70, 50, 8)) }},
	"8":  {1e-9, func() []float64 { return []float64{NewsvendorCost(60, 0.18, 0.70, 50, 8)} }},
	"9":  {1e-9, func() []float64 { return counted(NewsvendorPoisson(0.18, 0.70, 50)) }},
	"10": {1e-9, func() []float64 { return counted(NewsvendorPoisson(1, 4, 6)) }},
	"11": {1e-9, func() []float64 { return []float64{NewsvendorPoissonCost(5, 1, 4, 6)} }},
	"12": {1e-8, func() []float64 { return two(NewsvendorLognormal(1, 0.1765, 6, 0.3)) }},
	"13": {1e-9, func() []float64 { return two(NewsvendorProfit(1, 0.3, 0.12, 50, 8)) }},
	"14": {1e-9, func() []float64 { return counted(NewsvendorPoissonProfit(1, 0.3, 0.12, 50)) }},
	"15": {1e-9, func() []float64 { return two(Myopic(0.18, 0.70, 0.3, 0.35, 50, 8, 0.98)) }},
	"16": {1e-9, func() []float64 { return []float64{example51.Cost(126.8, 328.5)} }},
	"17": {1e-6, func() []float64 { return []float64{example51.PointFor(300)} }},
	"18": {1e-6, func() []float64 {
		r, q, cost, ok := example51.ByInventoryLevel()
		if !ok {
			return nil
		}
		return []float64{r, q, cost}
	}},
	"19": {1e-9, func() []float64 { return two(example51.EOQSafety()) }},
	"20": {1e-6, func() []float64 { return two(example51.EOQB()) }},
	"21": {1e-8, func() []float64 { return two(example51.ByLoss()) }},
	"22": {1e-9, func() []float64 {
		r, q, cost := PoissonRQ(100, 20, 150, 1.5, 2)
		return []float64{float64(r), float64(q), cost}
	}},
	"23": {1e-9, func() []float64 {
		s, S, cost := PoissonSS(5, 1, 4, 6)
		return []float64{float64(s), float64(S), cost}
	}},
	"24": {1e-9, func() []float64 { return two(PowerSS(2.5, 0.18, 0.70, 50, 8, 0)) }},
	"25": {1e-9, func() []float64 {
		orders, cost := Lots(500, 2, []float64{90, 120, 80, 70})
		return append(orders, cost)
	}},
	// The published cost leaves out demand beyond four standard deviations, 6 in 100,000 of it in each period, and with it
	// as much of what follows, 0.2 in all; ours does not.
	"26": {2e-4, func() []float64 {
		s, S, cost := (&Horizon{T: 5, H: 1, P: 20, HEnd: 1, PEnd: 20, C: 2, K: 50, Mu: 100, SD: 20}).Solve()
		return append(append(floats(s), floats(S)...), cost)
	}},
	// The published levels lie on a grid of 0.044 units and demand on one of 0.08, both rounded to the nearest point; the best
	// stock of the last stage is a newsvendor's, 6.4909 in case 28, and is published as 6.5144. Ours agrees with the exact
	// one (TestTheLastStageOfAChainIsANewsvendor), and with the published levels within half a step of that grid.
	"27": {4e-3, func() []float64 {
		S, cost := example61.BaseStocks()
		return append(stages(S), cost)
	}},
	"28": {1e-9, func() []float64 { return stages(example61.Newsvendors()) }},
	"29": {1e-9, func() []float64 { // stages 1 to 4, said in the order of the case
		s, cost, err := Promises(1, []Place{{H: 1, Time: 2, From: -1, In: 1}, {H: 3, Time: 1, SD: 1, From: 2, HasMost: true}, {H: 2, Time: 1, From: 0}, {H: 3, Time: 1, SD: 1, From: 2, Most: 1, HasMost: true}})
		if err != nil {
			return nil
		}
		return []float64{1, float64(s[0]), 3, float64(s[2]), 2, float64(s[1]), 4, float64(s[3]), cost}
	}},
	"30": {1e-9, func() []float64 {
		s, cost, err := Promises(1, []Place{{H: 2, Time: 1, From: -1, In: 1}, {H: 4, From: 0}, {H: 7, Time: 1, SD: 1, From: 1, Most: 1, HasMost: true}})
		if err != nil {
			return nil
		}
		return []float64{3, float64(s[0]), 2, float64(s[1]), 1, float64(s[2]), cost}
	}},
	"31": {1e-7, func() []float64 { return two(EOQDisrupted(8, 0.225, 5, 1300, 1.5, 14)) }},
	// The published costs of 32 and 33 end the sum where a share of 1e-10 is left.
	"32": {1e-7, func() []float64 { return two(NewsvendorDisrupted(0.25, 3, 2000, 0.04, 0.25)) }},
	"33": {1e-7, func() []float64 { return []float64{NewsvendorDisruptedCost(1200, 0.25, 3, 2000, 0.04, 0.25)} }},
	"34": {1e-9, func() []float64 { return two(EOQYieldAdded(18500, 0.06, 75000, -15000, 9000)) }},
	"35": {1e-9, func() []float64 { return two(EOQYieldTimes(18500, 0.06, 75000, 0.8333, 0.0198)) }},
	"36": {1e-9, func() []float64 { return two(NewsvendorYieldAdded(15, 75, 1.5e6, -5e5, 5e5)) }},
	"37": {1e-9, func() []float64 { return two(NormalLoss(1.3, 0, 1)) }},
	"38": {1e-9, func() []float64 { return two(NormalLoss(18.6, 15, 3)) }},
	"39": {1e-9, func() []float64 { return two(GammaLoss(4, 2, 3)) }},
	"40": {1e-3, func() []float64 { return two(ReorderPoint(30, 5, 10, 0, 1.65)) }},
	"41": {1e-6, func() []float64 { return two(ReorderPoint(30, 5, 10, 2, zOf(0.95))) }},
	"42": {1e-6, func() []float64 { return two(FillRatePoint(300, 5*math.Sqrt(10), 100, 0.99)) }},
	"43": {1e-8, func() []float64 { return []float64{BaseStock(30, 5, 7, 10, 0.95)} }},
	"44": {1e-9, func() []float64 { return []float64{Pooled(100, 4)} }},
}

// example61 is the chain of Snyder and Shen's example 6.1, the stage that sells first.
var example61 = Serial{Stages: []Stage{{3, 1}, {2, 1}, {2, 2}}, P: 37.12, Mu: 5, SD: 1}

// stages are levels as the cases write them: each with its number before it, the last stage of the way first.
func stages(S []float64) (out []float64) {
	for i := len(S) - 1; i >= 0; i-- {
		out = append(out, float64(i+1), S[i])
	}
	return out
}

func floats(x []int) (out []float64) {
	for _, v := range x {
		out = append(out, float64(v))
	}
	return out
}

func two(a, b float64) []float64            { return []float64{a, b} }
func three(a, b, c float64) []float64       { return []float64{a, b, c} }
func counted(n int, cost float64) []float64 { return []float64{float64(n), cost} }

// Cases 27 to 30 name an example of the book only; its numbers are those that the source of the case gives for it.
func TestFormulasReproduceThePublishedCases(t *testing.T) {
	f, err := os.Open("../../../shared/oracles/inventory_cases.csv")
	if errors.Is(err, fs.ErrNotExist) {
		t.Skip("needs ../shared/oracles/inventory_cases.csv")
	}
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows[1:] {
		c, ok := published[row[0]]
		if !ok {
			t.Errorf("case %s, %s, is not reproduced", row[0], row[1])
			continue
		}
		t.Run(row[0]+" "+row[1], func(t *testing.T) {
			want, got := numbers(t, row[3]), c.say()
			if len(want) != len(got) {
				t.Fatalf("got %v, published %v", got, want)
			}
			for i := range want {
				if math.Abs(got[i]-want[i]) > c.off*math.Max(1, math.Abs(want[i])) {
					t.Errorf("number %d is %.12g, published %.12g", i+1, got[i], want[i])
				}
			}
		})
	}
	if len(rows)-1 != len(published) {
		t.Errorf("the file holds %d cases, the table %d", len(rows)-1, len(published))
	}
}

var number = regexp.MustCompile(`[0-9.]+`)

func numbers(t *testing.T, s string) (out []float64) {
	for _, n := range number.FindAllString(s, -1) {
		v, err := strconv.ParseFloat(n, 64)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, v)
	}
	return out
}

func TestNormalLossIsTheIntegralOfTheTail(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		mu, sd := rapid.Float64Range(-100, 100).Draw(t, "mean"), rapid.Float64Range(0.1, 50).Draw(t, "sd")
		x := mu + sd*rapid.Float64Range(-5, 5).Draw(t, "z")
		short, over := NormalLoss(x, mu, sd)
		if short < 0 || over < 0 {
			t.Fatalf("a loss below zero: %v %v", short, over)
		}
		if math.Abs((over-short)-(x-mu)) > 1e-9*math.Max(1, math.Abs(x)+math.Abs(mu)) {
			t.Fatalf("over %v − short %v is not x − mean %v", over, short, x-mu)
		}
	})
}

func TestTheBestReorderPointIsNotBeatenByItsNeighbours(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		q := RQ{K: rapid.Float64Range(1, 500).Draw(t, "K"), H: rapid.Float64Range(0.1, 10).Draw(t, "h"), D: rapid.Float64Range(10, 2000).Draw(t, "D"), L: rapid.Float64Range(0.02, 1).Draw(t, "L")}
		q.P = q.H * rapid.Float64Range(2, 50).Draw(t, "p over h")
		q.SD = q.D * rapid.Float64Range(0.05, 0.5).Draw(t, "variation")
		Q, _ := EOQ(q.K, q.H, q.D)
		r := q.PointFor(Q)
		for _, other := range []float64{r - q.leadSD()/10, r + q.leadSD()/10} {
			if q.Cost(other, Q) < q.Cost(r, Q)-1e-9*q.Cost(r, Q) {
				t.Fatalf("r %v costs %v, %v only %v", r, q.Cost(r, Q), other, q.Cost(other, Q))
			}
		}
	})
}

func TestPoissonPoliciesAreNotBeatenByTheirNeighbours(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := rapid.Float64Range(0.3, 30).Draw(t, "mean")
		h := rapid.Float64Range(0.1, 5).Draw(t, "h")
		p := h * rapid.Float64Range(1, 40).Draw(t, "p over h")
		best, cost := NewsvendorPoisson(h, p, m)
		for _, S := range []int{best - 1, best + 1} {
			if S >= 0 && NewsvendorPoissonCost(S, h, p, m) < cost-1e-9 {
				t.Fatalf("%d costs %v, %d less", best, cost, S)
			}
		}
		if s, S, c := PoissonSS(rapid.Float64Range(0.5, 50).Draw(t, "K"), h, p, m); s >= S || c < cost-1e-9 {
			t.Fatalf("(s, S) = (%d, %d) at %v, cheaper than free orders at %v", s, S, c, cost)
		}
	})
}

func TestMoreServiceNeedsMoreStock(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d, L := rapid.Float64Range(0.1, 50).Draw(t, "d"), rapid.Float64Range(1, 60).Draw(t, "L")
		low := rapid.Float64Range(0.5, 0.98).Draw(t, "service")
		high := low + (0.999-low)*rapid.Float64Range(0, 1).Draw(t, "more")
		if BaseStock(d, d/2, 7, L, high) < BaseStock(d, d/2, 7, L, low) {
			t.Fatal("the normal base stock falls with service")
		}
		if BaseStockPoisson(d, 7, L, high) < BaseStockPoisson(d, 7, L, low) {
			t.Fatal("the Poisson base stock falls with service")
		}
	})
}

func TestTheLastStageOfAChainIsANewsvendor(t *testing.T) {
	S, cost := example61.BaseStocks()
	if want := example61.Newsvendors()[0]; math.Abs(S[0]-want) > 1e-6 {
		t.Errorf("the last stage holds %v, a newsvendor %v", S[0], want)
	}
	// Stages before it can only add to what it costs.
	alone := Serial{Stages: example61.Stages[:1], P: example61.P + 4, Mu: 5, SD: 1}
	_, first := alone.BaseStocks()
	if _, want := Newsvendor(3, example61.P+4, 5, 1); math.Abs(first-want) > 1e-9*want || cost <= first {
		t.Errorf("alone it costs %v, a newsvendor %v, all %v", first, want, cost)
	}
}

func TestAPlaceNeedsASupplierThatIsAnother(t *testing.T) {
	for _, places := range [][]Place{{{From: 0}}, {{From: 5}}, {{From: 1}, {From: 0}}, {{From: -1, Time: -1}}} {
		if _, _, err := Promises(1, places); err == nil {
			t.Errorf("%+v was accepted", places)
		}
	}
}

func TestLotsAreNotBeatenByOtherPlans(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		demand := rapid.SliceOfN(rapid.Float64Range(0, 100), 1, 8).Draw(t, "demand")
		K, h := rapid.Float64Range(1, 300).Draw(t, "K"), rapid.Float64Range(0.1, 5).Draw(t, "h")
		_, cost := Lots(K, h, demand)
		for plan := range 1 << (len(demand) - 1) { // a bit for every period but the first: is there an order?
			other, last := K, 0
			for i, d := range demand {
				if i > 0 && plan>>(i-1)&1 == 1 {
					other, last = other+K, i
				}
				other += h * float64(i-last) * d
			}
			if other < cost-1e-9*cost {
				t.Fatalf("the plan %b costs %v, the best %v", plan, other, cost)
			}
		}
	})
}
