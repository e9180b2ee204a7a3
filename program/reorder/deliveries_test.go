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
	return append(out, Purchase{ID: "PO-open", SKU: "mug", Supplier: "potter", Placed: today - 10, Units: 20, Open: true})
}

// learnt is a shop that knows of purchases.
func learnt(in Input, purchases []Purchase) Input {
	in.Purchases = purchases
	in.learn()
	return in
}

func mugShop(available int64) Input {
	return shopOf(level("mug", 20, 6), available, 0, supply.Terms{Supplier: "potter", LeadDays: 14}, 200, 500)
}

func TestLeadTimesAreLearntFromPurchases(t *testing.T) {
	in := mugShop(30)
	late := lateSupplier(30, func(int) float64 { return 1.5 })
	leads := learnt(in, late).Leads
	if got := leads["mug"].Quantile(.5); math.Abs(got-21) > 1.5 {
		t.Errorf("14 days quoted, 21 needed, %.1f learnt", got)
	}
	if few := learnt(in, late[len(late)-3:]).Leads; len(few) != 0 {
		t.Errorf("two deliveries were believed: %+v", few)
	}
	back := []Purchase{}
	for i := range late {
		back = append(back, late[len(late)-1-i])
	}
	if d := gocmp.Diff(leads, learnt(in, back).Leads); d != "" {
		t.Error("the order of purchases matters", d)
	}
	plain, _ := propose(t, in)
	in.Leads = leads
	slow, _ := propose(t, in)
	if slow.ReorderPoint <= plain.ReorderPoint+10 {
		t.Errorf("a supplier who is a week late moves the reorder point from %v to %v only", plain.ReorderPoint, slow.ReorderPoint)
	}
}

func TestOpenOrdersAreRankedByWhatTheirLatenessCosts(t *testing.T) {
	for _, c := range []struct {
		available   int64
		least, most float64 // chance that the shelf is empty before the order comes
	}{{0, 1, 1}, {10, .95, 1}, {40, .1, .6}, {200, 0, .01}} {
		risks := Risks(learnt(mugShop(c.available), lateSupplier(30, func(int) float64 { return 1.5 })))
		if len(risks) != 1 {
			t.Fatalf("%d open orders", len(risks))
		}
		r := risks[0]
		if r.Late < .85 || !r.Priced || r.Stockout < c.least-2e-3 || r.Stockout > c.most || math.Abs(r.Money-300*r.Short) > 1e-6 {
			t.Errorf("with %d available: %+v", c.available, r)
		}
	}
	open := lateSupplier(0, nil)
	if got := Risks(learnt(mugShop(10), open)); len(got) != 1 || got[0].Learnt || got[0].Late <= 0.3 || got[0].Late >= 0.9 {
		t.Errorf("nothing is known of lead times but what is quoted, and said: %+v", got)
	}
}

func TestWhatComesBeforeCounts(t *testing.T) {
	all := append(lateSupplier(30, func(int) float64 { return 1 }), Purchase{ID: "PO-next", SKU: "mug", Supplier: "potter", Placed: today - 2, Units: 50, Open: true})
	all[30].Units = 100
	in := learnt(mugShop(10), all)
	risks := Risks(in)
	if len(risks) != 2 || risks[0].ID != "PO-open" || risks[1].Stockout > 0.01 {
		t.Errorf("a hundred are to come before the second order: %+v", risks)
	}
	in.Purchases = append(in.Purchases, Purchase{ID: "PO-old", SKU: "mug", Supplier: "potter", Placed: today - 300, Units: 500, Open: true})
	if again := Risks(learnt(in, in.Purchases)); len(again) != 3 || !again[2].Forgotten || again[0].Short < risks[0].Short/2 {
		t.Errorf("what is overdue for most of a year is counted on: %+v", again)
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
	since := func(n int) state.Day { return today - state.Day(20*(60-n)) - 60 }
	d := Drifts(learnt(in, lateSupplier(60, slower)))
	if len(d) != 1 || d[0].Supplier != "potter" || !d[0].Slower || d[0].Since < since(35) || d[0].Since > since(45) || d[0].Factor < 1.2 || d[0].Deliveries < 15 {
		t.Errorf("%+v", d)
	}
	if d := Drifts(learnt(in, lateSupplier(8, slower))); len(d) != 0 {
		t.Errorf("eight deliveries prove nothing: %+v", d)
	}
}

// inParts are orders of every twenty days that come after 14 days, but for a rest that comes after days more.
func inParts(n, days int) (out []Purchase) {
	for i := range n {
		placed := today - state.Day(20*(n-i)) - 120
		out = append(out, Purchase{ID: fmt.Sprint("PO-", i), SKU: "mug", Supplier: "potter", Placed: placed, Received: placed + 14, Last: placed + 14 + state.Day(days)})
	}
	return out
}

func TestTheRestOfALineHasAClockOfItsOwn(t *testing.T) {
	rest := Purchase{ID: "PO-rest", SKU: "mug", Supplier: "potter", Placed: today - 20, Received: today - 6, Last: today - 6, Units: 20}
	in := learnt(mugShop(10), append(inParts(20, 28), rest))
	if got := in.Leads["mug"].Quantile(.5); math.Abs(got-14) > .7 {
		t.Errorf("first deliveries came after 14 days, %.1f are learnt: a line counts once, with its first goods", got)
	}
	if risks := Risks(learnt(in, append(inParts(20, 28), rest))); len(risks) != 1 || !risks[0].Learnt || risks[0].Late != 1 || math.Abs(float64(risks[0].Likely-(today+22))) > 2 || risks[0].Stockout < .95 {
		t.Errorf("rests came 28 days after the first part, this one's came six days ago, and ten mugs last half a week: %+v", risks)
	}
	if risks := Risks(learnt(in, append(inParts(20, 0), rest))); len(risks) != 1 || risks[0].Learnt || risks[0].Likely < today+2 || risks[0].Likely > today+14 {
		t.Errorf("of rests nothing is known: this one takes what an order takes, from its own day on: %+v", risks)
	}
	waiting := append(inParts(20, 28), inParts(12, 0)...)
	for i := range 12 { // rests that have been open for three times as long are no proof that rests are quick
		waiting[20+i].ID, waiting[20+i].Placed, waiting[20+i].Received, waiting[20+i].Last, waiting[20+i].Units = fmt.Sprint("PO-w", i), today-98, today-84, today-84, 1
	}
	quick := in.times.rests.Law(0, 0, 14).Quantile(.5)
	if slow := learnt(in, waiting).times.rests.Law(0, 0, 14).Quantile(.5); slow < 1.3*quick {
		t.Errorf("with rests that are still waited for, half take %.1f days, %.1f without", slow, quick)
	}
}

func TestARestIsForgottenByItsOwnClock(t *testing.T) {
	old := Purchase{ID: "PO-old", SKU: "mug", Supplier: "potter", Placed: today - 200, Received: today - 30, Last: today - 30, Units: 20}
	in := learnt(mugShop(10), []Purchase{old})
	if in.Forgotten(old) {
		t.Error("goods that were delivered last month, and the rest is taken to come no more")
	}
	if old.Last = today - 110; !in.Forgotten(old) {
		t.Error("for more than ninety days beyond a lead time nothing more has come, and the rest is counted on")
	}
}
