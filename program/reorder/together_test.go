package reorder

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"almanac/predict/demand"
	"almanac/state"
	"almanac/state/catalog"
	"almanac/state/stock"
	"almanac/state/supply"
)

// family is a supplier of twelve products, of whom an order costs 40 besides a line's 1.
func family(supplierOrder int64) Input {
	in := Input{Currency: "EUR", Now: today.Time(), Today: today, ModelHash: "model", Settings: Defaults(), Model: &demand.Model{Start: today.Monday(), Weeks: 13, Methods: []string{"level"}},
		Positions: map[string]stock.Position{}, Terms: map[string]supply.Terms{}, Costs: map[string]catalog.Cost{}, Prices: map[string]int64{}}
	in.Settings.ServiceLevel, in.Settings.OrderCostMinor, in.Settings.SupplierOrderMinor = 0, 100, supplierOrder
	for i := range 12 {
		sku := fmt.Sprintf("mug-%02d", i)
		in.Model.Product = append(in.Model.Product, level(sku, float64(6+3*i), float64(2+i)))
		in.Terms[sku] = supply.Terms{SKU: sku, Supplier: "potter", LeadDays: 14}
		in.Costs[sku], in.Prices[sku] = catalog.Cost{SKU: sku, Currency: "EUR", Amount: 1000}, 1800
		in.Positions[sku] = stock.Position{SKU: sku, OnHand: int64(30 + 10*i), Available: int64(30 + 10*i), CountedAt: (today - 1).Time()}
	}
	return in
}

// live looks every Monday of a year, and tells what orders, lines, holding and lost sales cost together, in minor units.
func live(t *testing.T, in Input, seed uint64) (cost, orders float64) {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 1))
	coming := map[int]map[string]int64{}
	for w := range 52 {
		in.Today = today + state.Day(7*w)
		for sku, units := range coming[w] {
			p := in.Positions[sku]
			p.OnHand, p.Available, p.Incoming = p.OnHand+units, p.Available+units, p.Incoming-units
			in.Positions[sku] = p
		}
		ps, err := Propose(in)
		if err != nil {
			t.Fatal(err)
		}
		if len(ps) > 0 {
			cost, orders = cost+4000, orders+1
			coming[w+2] = map[string]int64{}
		}
		for _, o := range ps {
			p := in.Positions[o.Subject]
			p.Incoming += o.Line.Units
			in.Positions[o.Subject] = p
			coming[w+2][o.Subject] += o.Line.Units
			cost += 100
		}
		for i := range in.Model.Product {
			f := &in.Model.Product[i]
			p := in.Positions[f.SKU]
			want := int64(math.Max(0, math.Round(f.Mean[0]+f.Spread.Scale*r.NormFloat64())))
			sold := min(want, p.OnHand)
			cost += 800*float64(want-sold) + (float64(p.OnHand)-float64(sold)/2)*1000*.2*7/365
			p.OnHand, p.Available = p.OnHand-sold, p.Available-sold
			in.Positions[f.SKU] = p
		}
	}
	return cost, orders
}

func TestProductsOfASupplierShareAnOrder(t *testing.T) {
	apart, many := live(t, family(0), 1)
	alone := family(0)
	alone.Settings.OrderCostMinor = 4100 // each as if nobody shared it
	loaded, _ := live(t, alone, 1)
	together, few := live(t, family(4000), 1)
	t.Logf("a year costs %.0f and %.0f orders together; %.0f and %.0f where nobody knows what an order costs, %.0f where each line pays for all of it", together/100, few, apart/100, many, loaded/100)
	if together > 0.85*apart || together > 0.97*loaded || few > 0.6*many {
		t.Errorf("together %.0f (%.0f orders), apart %.0f (%.0f), each alone %.0f", together, few, apart, many, loaded)
	}
}

func TestOnlyWhatIsOrderedAnywayTakesOthersAlong(t *testing.T) {
	in := family(4000)
	for sku, p := range in.Positions {
		p.OnHand, p.Available = 400, 400
		in.Positions[sku] = p
	}
	if ps, err := Propose(in); err != nil || len(ps) != 0 {
		t.Fatalf("all lasts for months, and %d are ordered, %v", len(ps), err)
	}
	for i := range 12 { // most are a little above their points, one below
		sku := fmt.Sprintf("mug-%02d", i)
		n := in.needs()[i]
		p := in.Positions[sku]
		p.Available = int64(n.point) + int64(n.perWeek) + 1
		in.Positions[sku] = p
	}
	if ps, err := Propose(in); err != nil || len(ps) != 0 {
		t.Fatalf("nothing is due, and %d are ordered, %v", len(ps), err)
	}
	p := in.Positions["mug-05"]
	p.Available = 0
	in.Positions["mug-05"] = p
	ps, err := Propose(in)
	if err != nil || len(ps) < 6 {
		t.Fatalf("one is due, all others will be in a week: %d are ordered, %v", len(ps), err)
	}
	for _, o := range ps {
		said := false
		for _, r := range o.Reasons {
			said = said || r.Code == "together"
		}
		if said == (o.Subject == "mug-05") {
			t.Errorf("%s: why it is ordered today is said %v", o.Subject, said)
		}
	}
}
