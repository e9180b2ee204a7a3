package reorder

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"almanac/state"
	"almanac/state/supply"
)

// lateSupplier delivered n times what they quote in 14 days, in about factor times that, and an order of ten days ago is open.
func lateSupplier(n int, factor func(i int) float64) []Purchase {
	r := rand.New(rand.NewPCG(1, 2))
	var out []Purchase
	for i := range n {
		placed := today - state.Day(20*(n-i)) - 60
		took := state.Day(math.Round(14 * factor(i) * math.Exp(0.2*r.NormFloat64())))
		out = append(out, Purchase{ID: fmt.Sprint("PO-", i), SKU: "mug", Supplier: "potter", Placed: placed, Received: placed + took})
	}
	return append(out, Purchase{ID: "PO-open", SKU: "mug", Supplier: "potter", Placed: today - 10, Open: true})
}

func mugShop(available int64) Input {
	return shopOf(level("mug", 20, 6), available, 0, supply.Terms{Supplier: "potter", LeadDays: 14}, 200, 500)
}

func TestLeadTimesAreLearntFromPurchases(t *testing.T) {
	in := mugShop(30)
	late := lateSupplier(30, func(int) float64 { return 1.5 })
	leads := LearnLeads(in, late)
	if got := leads["mug"].Quantile(.5); math.Abs(got-21) > 1.5 {
		t.Errorf("14 days quoted, 21 needed, %.1f learnt", got)
	}
	if few := LearnLeads(in, late[len(late)-3:]); len(few) != 0 {
		t.Errorf("two deliveries were believed: %+v", few)
	}
	back := []Purchase{}
	for i := range late {
		back = append(back, late[len(late)-1-i])
	}
	if d := gocmp.Diff(leads, LearnLeads(in, back)); d != "" {
		t.Error("the order of purchases matters", d)
	}
	plain, _ := propose(t, in)
	in.Leads = leads
	learnt, _ := propose(t, in)
	if learnt.ReorderPoint <= plain.ReorderPoint+10 {
		t.Errorf("a supplier who is a week late moves the reorder point from %v to %v only", plain.ReorderPoint, learnt.ReorderPoint)
	}
}

func TestOpenOrdersAreRankedByWhatTheirLatenessCosts(t *testing.T) {
	for _, c := range []struct {
		available   int64
		least, most float64 // chance that the shelf is empty before the order comes
	}{{0, 1, 1}, {10, .95, 1}, {40, .1, .6}, {200, 0, .01}} {
		in := mugShop(c.available)
		in.Leads = LearnLeads(in, lateSupplier(30, func(int) float64 { return 1.5 }))
		risks := Risks(in, lateSupplier(30, func(int) float64 { return 1.5 }))
		if len(risks) != 1 {
			t.Fatalf("%d open orders", len(risks))
		}
		r := risks[0]
		if r.Late < .85 || !r.Priced || r.Stockout < c.least-2e-3 || r.Stockout > c.most || math.Abs(r.Money-300*r.Short) > 1e-6 {
			t.Errorf("with %d available: %+v", c.available, r)
		}
	}
	in := mugShop(10)
	if got := Risks(in, lateSupplier(30, func(int) float64 { return 1 })); len(got) != 0 {
		t.Errorf("nothing is known of lead times, and said: %+v", got)
	}
}

func TestASupplierWhoBecomesSlowerIsFound(t *testing.T) {
	in := mugShop(10)
	slower := func(i int) float64 {
		if i >= 40 {
			return 1.5
		}
		return 1
	}
	c, ok := Drifts(in, lateSupplier(60, slower))["potter"]
	if !ok || !c.Slower || c.Since < 35 || c.Since > 45 || c.Factor < 1.2 {
		t.Errorf("%+v, found: %v", c, ok)
	}
	if d := Drifts(in, lateSupplier(8, slower)); len(d) != 0 {
		t.Errorf("eight deliveries prove nothing: %+v", d)
	}
}
