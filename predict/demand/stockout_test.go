package demand_test

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"

	"almanac/predict/demand"
	"almanac/state"
	"almanac/state/orders"
	"almanac/state/stock"
)

// shelves are the outages of products that are counted.
type shelves map[string][]stock.Outage

func (s shelves) Outages(context.Context, string) (map[string][]stock.Outage, error) { return s, nil }

func outage(from, to state.Day) stock.Outage {
	o := stock.Outage{From: from.Time()}
	if to > 0 {
		o.To = to.Time()
	}
	return o
}

// sellsDaily is a shop with a dozen products that sell mean units a day, every day of n weeks, unless they are out.
func sellsDaily(n int, mean float64, out func(product int, day state.Day) bool) ledger {
	src := rand.NewPCG(4, 4)
	var l ledger
	for p := range 12 {
		for d := monday; d < weekly(n); d++ {
			u := int64(distuv.Poisson{Lambda: mean, Src: src}.Rand())
			if u > 0 && !out(p, d) {
				l = append(l, sale{fmt.Sprintf("P%02d", p), d, orders.DaySales{Units: u}})
			}
		}
	}
	return l
}

func learn(t *testing.T, src demand.Source, cutoff state.Day) (*demand.Model, string) {
	t.Helper()
	m, card, err := demand.Fit(t.Context(), src, "s", cutoff)
	if err != nil {
		t.Fatal(err)
	}
	return m, strings.Join(card.Notes, "\n")
}

func TestAStockoutIsNoLackOfDemand(t *testing.T) {
	// P00 has been out of stock for the last four weeks, and lay empty for days before.
	empty := []stock.Outage{outage(weekly(10), weekly(10)+4), outage(weekly(36), 0)}
	l := sellsDaily(40, 3, func(p int, d state.Day) bool {
		return p == 0 && (d >= weekly(10) && d < weekly(10)+4 || d >= weekly(36))
	})
	m, notes := learn(t, demand.Source{Sales: l, Stock: shelves{"P00": empty}}, weekly(40))
	p, _ := m.Find("P00")
	if math.Abs(p.Mean[0]-21) > 5 {
		t.Errorf("21 a week sold while there was stock; forecast %v", p.Mean)
	}
	if math.Abs(p.Hidden-4*21-12) > 25 || p.Inferred {
		t.Errorf("about 96 units were hidden, the model says %v (inferred %v)", p.Hidden, p.Inferred)
	}
	if !strings.Contains(notes, "1 products lacked stock in 5 weeks") {
		t.Error(notes)
	}
	blind, _ := learn(t, demand.Source{Sales: l}, weekly(40))
	if b, _ := blind.Find("P00"); b.Mean[0] >= p.Mean[0] {
		t.Errorf("stock is known and changes nothing: %v, without it %v", p.Mean, b.Mean)
	}
}

func TestASaleShowsThatGoodsHadCome(t *testing.T) {
	// Counted empty in week 20 and never again, but it goes on selling.
	l := sellsDaily(40, 3, func(p int, d state.Day) bool { return p == 0 && d >= weekly(20) && d < weekly(21) })
	m, notes := learn(t, demand.Source{Sales: l, Stock: shelves{"P00": {outage(weekly(20), 0)}}}, weekly(40))
	p, _ := m.Find("P00")
	if math.Abs(p.Hidden-21) > 8 || !strings.Contains(notes, "in 1 weeks") {
		t.Errorf("one week was hidden, the model says %v units; %s", p.Hidden, notes)
	}
}

func TestWhatIsNotOfferedAnyMoreIsNoStockout(t *testing.T) {
	l := sellsDaily(80, 3, func(p int, d state.Day) bool { return p == 0 && d >= weekly(30) })
	m, _ := learn(t, demand.Source{Sales: l, Stock: shelves{"P00": {outage(weekly(30), 0)}}}, weekly(80))
	if p, _ := m.Find("P00"); p.Mean[0] > 1 {
		t.Errorf("nothing was offered for 50 weeks; forecast %v", p.Mean)
	}
}

func TestStockoutsThatNobodyCountedAreToldAsEstimated(t *testing.T) {
	r := rand.New(rand.NewPCG(8, 8))
	gone := map[[2]int]bool{}
	for p := range 12 {
		for w := 2; w < 58; w += 4 + r.IntN(8) {
			for d := range 7 + r.IntN(7) {
				gone[[2]int{p, 7*w + d}] = true
			}
		}
	}
	l := sellsDaily(60, 3, func(p int, d state.Day) bool { return gone[[2]int{p, int(d - monday)}] })
	m, notes := learn(t, demand.Source{Sales: l}, weekly(60))
	if !strings.Contains(notes, "the sales suggest stockouts (estimated)") {
		t.Error(notes)
	}
	var hidden, said float64
	for k := range gone {
		if k[1] >= 7*8 {
			hidden += 3
		}
	}
	for _, p := range m.Product {
		if said += p.Hidden; p.Hidden > 0 && !p.Inferred {
			t.Errorf("%s: %v units are not marked as inferred", p.SKU, p.Hidden)
		}
	}
	if strings.Contains(notes, "missed less") && math.Abs(said/hidden-1) > .3 {
		t.Errorf("%.0f units were hidden, the model says %.0f", hidden, said)
	}
}

func TestStockOfTomorrowTeachesNothing(t *testing.T) {
	l := sellsDaily(40, 3, func(int, state.Day) bool { return false })
	late := shelves{"P03": {{From: weekly(45).Time(), To: weekly(46).Time()}}}
	with, _ := learn(t, demand.Source{Sales: l, Stock: late}, weekly(40))
	without, _ := learn(t, demand.Source{Sales: l, Stock: shelves{"P03": nil}}, weekly(40))
	a, _ := with.Find("P03")
	b, _ := without.Find("P03")
	if fmt.Sprint(a) != fmt.Sprint(b) {
		t.Errorf("an outage after the cut-off changed the forecast from %v to %v", b.Mean, a.Mean)
	}
}
