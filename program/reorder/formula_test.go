package reorder

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
	"1":  {1e-9, func() []float64 { return two(EOQ(8, 0.225, 1300)) }},
	"2":  {1e-9, func() []float64 { return three(EOQBackorders(8, 0.225, 5, 1300)) }},
	"3":  {1e-9, func() []float64 { return two(EPQ(8, 0.225, 1300, 1700)) }},
	"7":  {1e-9, func() []float64 { return two(Newsvendor(0.18, 0.70, 50, 8)) }},
	"8":  {1e-9, func() []float64 { return []float64{NewsvendorCost(60, 0.18, 0.70, 50, 8)} }},
	"9":  {1e-9, func() []float64 { return counted(NewsvendorPoisson(0.18, 0.70, 50)) }},
	"10": {1e-9, func() []float64 { return counted(NewsvendorPoisson(1, 4, 6)) }},
	"11": {1e-9, func() []float64 { return []float64{NewsvendorPoissonCost(5, 1, 4, 6)} }},
	"13": {1e-9, func() []float64 { return two(NewsvendorProfit(1, 0.3, 0.12, 50, 8)) }},
	"14": {1e-9, func() []float64 { return counted(NewsvendorPoissonProfit(1, 0.3, 0.12, 50)) }},
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
	"22": {1e-9, func() []float64 {
		r, q, cost := PoissonRQ(100, 20, 150, 1.5, 2)
		return []float64{float64(r), float64(q), cost}
	}},
	"23": {1e-9, func() []float64 {
		s, S, cost := PoissonSS(5, 1, 4, 6)
		return []float64{float64(s), float64(S), cost}
	}},
	"24": {1e-9, func() []float64 { return two(PowerSS(2.5, 0.18, 0.70, 50, 8, 0)) }},
	"37": {1e-9, func() []float64 { return two(NormalLoss(1.3, 0, 1)) }},
	"38": {1e-9, func() []float64 { return two(NormalLoss(18.6, 15, 3)) }},
	"40": {1e-3, func() []float64 { return two(ReorderPoint(30, 5, 10, 0, 1.65)) }},
	"41": {1e-6, func() []float64 { return two(ReorderPoint(30, 5, 10, 2, zOf(0.95))) }},
	"42": {1e-6, func() []float64 { return two(FillRatePoint(300, 5*math.Sqrt(10), 100, 0.99)) }},
	"43": {1e-8, func() []float64 { return []float64{BaseStock(30, 5, 7, 10, 0.95)} }},
	"44": {1e-9, func() []float64 { return []float64{Pooled(100, 4)} }},
}

func two(a, b float64) []float64            { return []float64{a, b} }
func three(a, b, c float64) []float64       { return []float64{a, b, c} }
func counted(n int, cost float64) []float64 { return []float64{float64(n), cost} }

// The other cases are about what this programme does not do: discounts, joint orders, changing demand over a finite
// horizon, several stages, uncertain supply, and other laws of demand.
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
	covered := 0
	for _, row := range rows[1:] {
		c, ok := published[row[0]]
		if !ok {
			continue
		}
		covered++
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
	if covered != len(published) {
		t.Errorf("%d of our %d cases are in the file", covered, len(published))
	}
	t.Logf("%d of %d published cases are reproduced", covered, len(rows)-1)
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
