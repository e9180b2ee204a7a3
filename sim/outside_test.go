package sim_test

import (
	"testing"

	"almanac/fact"
	"almanac/sim"
)

// outside lives through a calm world and lets somebody outside do something on its hundredth day.
func outside(t *testing.T, c sim.Config, do func(*sim.World)) told {
	t.Helper()
	got := told{truths: map[string][]sim.Truth{}}
	policy, err := sim.PolicyNamed("generous")
	if err != nil {
		t.Fatal(err)
	}
	w, err := sim.New(c, policy, func(f fact.Fact) error {
		got.facts = append(got.facts, f)
		return nil
	}, func(tr sim.Truth) error {
		got.truths[tr.Kind] = append(got.truths[tr.Kind], tr)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for d := range w.Days() {
		if d == hundredth {
			do(w)
		}
		if err := w.Step(d); err != nil {
			t.Fatal(err)
		}
	}
	got.sums = w.Sums()
	return got
}

const hundredth = 100

// A lower price that somebody outside decides holds from then on, and moves what people want by the world's own elasticity.
func TestAPriceFromOutsideMovesDemandByTheTrueElasticity(t *testing.T) {
	c := calm()
	c.People.Buyers = 8000
	usual := outside(t, c, func(*sim.World) {})
	price := map[string]int64{}
	for _, f := range usual.facts {
		if b, ok := f.Body.(*fact.Price); ok {
			if len(price) < 12 { // more of them would fill baskets with one another
				price[b.SKU] = b.Amount
			}
		}
	}
	wanted := func(got told) (units float64) {
		for sku, days := range seen(got) {
			for d, v := range days {
				if price[sku] > 0 && d >= hundredth {
					units += v
				}
			}
		}
		return units
	}
	cheaper := outside(t, c, func(w *sim.World) {
		for sku, p := range price {
			if !w.Reprice(sku, p*9/10) {
				t.Fatalf("there is no %s", sku)
			}
		}
		if w.Reprice("nothing", 100) || w.Reprice("", 100) {
			t.Error("a product that is not there has a price")
		}
	})
	set := 0
	for _, f := range cheaper.facts {
		if b, ok := f.Body.(*fact.Price); ok && b.Amount == price[b.SKU]*9/10 {
			set++
		}
	}
	if set != len(price) {
		t.Errorf("%d prices were told, not %d", set, len(price))
	}
	// Elasticity −1.6, in the mean of people who each have their own; what goes along does not look at prices.
	if ratio := wanted(cheaper) / wanted(usual); ratio < 1.13 || ratio > 1.24 { // .9^−1.6 is 1.18
		t.Errorf("at nine tenths of the price %.3f times as much is wanted", ratio)
	}
}

// A mail that somebody outside decides reaches those who agreed, and makes some of the persuadable buy: beside the same world without it
// there are more visits that a mail brought. Nobody else is moved but by leaving.
func TestAMailFromOutsideMovesThePersuadable(t *testing.T) {
	c := calm()
	c.People.Buyers, c.Mail.Lift, c.Mail.Harm, c.Mail.Open, c.People.Guest = 6000, .2, 0, .5, 0
	members := map[string]bool{}
	usual := outside(t, c, func(*sim.World) {})
	start := c.End.AddDate(0, -c.Months, 0)
	for _, f := range usual.facts {
		if b, ok := f.Body.(*fact.Consent); ok && b.Purposes["marketing"] && b.Customer != "" && f.OccurredAt.Before(start.AddDate(0, 0, hundredth)) {
			members[b.Customer] = true
		}
	}
	to := []string{"G123", "nobody", "C", "C1", "C99999999"}
	for id := range members {
		to = append(to, id)
	}
	mailed := outside(t, c, func(w *sim.World) {
		if n := w.Send("winback", to); n != len(members) {
			t.Errorf("%d are known, not %d", n, len(members))
		}
	})
	count := map[fact.Kind]int{}
	for _, f := range mailed.facts {
		if b, ok := f.Body.(*fact.Message); ok {
			count[f.Kind]++
			if !members[b.Customer] || b.Campaign != "winback" {
				t.Fatalf("%+v", b)
			}
		}
	}
	if count[fact.MessageSent] != len(members) || count[fact.MessageOpened] == 0 || count[fact.MessageBounced] == 0 {
		t.Errorf("%d members, %v", len(members), count)
	}
	moved := len(mailed.truths["effect"])
	expected := float64(len(members)) * c.Mail.Persuadable * c.Mail.Lift
	if moved == 0 || float64(moved) > 1.5*expected { // who has left opens nothing, so that fewer may be
		t.Errorf("%d are moved, %.0f could be", moved, expected)
	}
	if more := mailed.sums.Visits - usual.sums.Visits; more < int64(moved)/2 {
		t.Errorf("%d visits more, %d people were moved", more, moved)
	}
	if mailed.sums.Orders <= usual.sums.Orders {
		t.Errorf("%d orders with the mail, %d without", mailed.sums.Orders, usual.sums.Orders)
	}
}
