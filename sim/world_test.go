package sim_test

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"almanac/fact"
	"almanac/sim"
)

// told is what a world said, for tests to look at.
type told struct {
	sums    sim.Sums
	facts   []fact.Fact
	truths  map[string][]sim.Truth
	digest  [32]byte
	perKind map[fact.Kind]int
}

// live runs a world; which facts are kept is asked by kind.
func live(t testing.TB, c sim.Config, policy string, kinds ...fact.Kind) told {
	t.Helper()
	p, err := sim.PolicyNamed(policy)
	if err != nil {
		t.Fatal(err)
	}
	return liveBy(t, c, p, kinds...)
}

func liveBy(t testing.TB, c sim.Config, p sim.Policy, kinds ...fact.Kind) told {
	t.Helper()
	out := told{truths: map[string][]sim.Truth{}, perKind: map[fact.Kind]int{}}
	sum := sha256.New()
	keep := map[fact.Kind]bool{}
	for _, k := range kinds {
		keep[k] = true
	}
	sink, end := sim.Soil(c, func(f fact.Fact) error {
		out.perKind[f.Kind]++
		if keep[f.Kind] {
			out.facts = append(out.facts, f)
		}
		if keep["digest"] {
			b, err := json.Marshal(f)
			if err != nil {
				return err
			}
			_, _ = sum.Write(b) // never fails
		}
		return nil
	})
	w, err := sim.New(c, p, sink, func(tr sim.Truth) error {
		out.truths[tr.Kind] = append(out.truths[tr.Kind], tr)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Run(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	if err := end(); err != nil {
		t.Fatal(err)
	}
	out.sums, out.digest = w.Sums(), [32]byte(sum.Sum(nil))
	return out
}

// short is a world of a few months, for tests that need no more.
func short() sim.Config {
	c := sim.Small()
	c.Months, c.People.Buyers = 6, 600
	return c
}

func TestTheSameSeedGivesTheSameBytes(t *testing.T) {
	for _, name := range append([]string{""}, sim.HostileNames()...) {
		c := short()
		c.Months = 2
		if err := c.Hostile(name); err != nil {
			t.Fatal(err)
		}
		a := live(t, c, "merchant", "digest")
		before := runtime.GOMAXPROCS(1)
		b := live(t, c, "merchant", "digest")
		runtime.GOMAXPROCS(before)
		if a.digest != b.digest || a.sums != b.sums {
			t.Errorf("world %q differs from run to run", name)
		}
		c.Seed++
		if live(t, c, "merchant", "digest").digest == a.digest {
			t.Errorf("world %q does not depend on its seed", name)
		}
	}
}

func TestEveryFactIsOneThatADoorWouldTake(t *testing.T) {
	c := short()
	seen := map[fact.Key]bool{}
	p, err := sim.PolicyNamed("merchant")
	if err != nil {
		t.Fatal(err)
	}
	last := map[bool]int64{}
	w, err := sim.New(c, p, func(f fact.Fact) error {
		if err := f.Validate(); err != nil {
			t.Errorf("%s %s: %v", f.Kind, f.ID, err)
		}
		if seen[f.Key()] {
			t.Errorf("%s %s of %s was told twice", f.Kind, f.ID, f.Source)
		}
		seen[f.Key()] = true
		if day := f.OccurredAt.Unix() / 86400; day < last[true]-1 {
			t.Errorf("%s %s comes a day after its time", f.Kind, f.ID)
		} else {
			last[true] = max(last[true], day)
		}
		return nil
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Run(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	if len(seen) < 10_000 {
		t.Errorf("only %d facts", len(seen))
	}
}

// The rates of life, as docs/simulation.md names them.
func TestRatesAreAsInLife(t *testing.T) {
	got := live(t, sim.Small(), "merchant", fact.OrderPlaced)
	s := got.sums
	ids, persons := 0, map[string]bool{}
	for _, tr := range got.truths["person"] {
		if tr.Note == "customer" {
			ids++
			persons[tr.ID] = true
		}
	}
	for _, r := range []struct {
		what           string
		got, low, high float64
	}{
		{"conversion", float64(s.Orders) / float64(s.Visits), .01, .03},
		{"carts that are left", 1 - float64(s.Orders)/float64(s.Carts), .70, .80},
		{"units that come back, online", float64(s.ReturnedUnits) / float64(s.OnlineUnits), .14, .21},
		{"customers who are somebody else too", 1 - float64(len(persons))/float64(ids), .1, .4},
		{"facts of bots among views", float64(len(got.truths["bot"])) / float64(s.Visits), .005, .05},
		{"mails that only machines open", float64(got.perKind[fact.MessageOpened]) / float64(got.perKind[fact.MessageSent]), .4, .7},
	} {
		if r.got < r.low || r.got > r.high {
			t.Errorf("%s: %.3f, not %.2f to %.2f", r.what, r.got, r.low, r.high)
		}
	}
}

// What the till and the shop tell adds up to what the world knows, to the cent.
func TestFactsAddUpToTheTruth(t *testing.T) {
	got := live(t, short(), "merchant", fact.OrderPlaced, fact.OrderReturned, fact.StockMoved, fact.PurchaseReceived)
	var units, net, returned, moved int64
	for _, f := range got.facts {
		switch b := f.Body.(type) {
		case *fact.OrderLine:
			units += b.Units
			net += b.Gross - b.Discount - b.Tax
		case *fact.OrderReversal:
			returned += b.Units
		case *fact.StockMove:
			if b.Reason == "sale" {
				moved -= b.Units
			}
		}
	}
	s := got.sums
	if units != s.Units || returned != s.ReturnedUnits || moved != units {
		t.Errorf("units %d of %d, returned %d of %d, moved %d", units, s.Units, returned, s.ReturnedUnits, moved)
	}
	if shipping := s.Revenue - net; shipping < 0 || shipping > s.Orders*495 {
		t.Errorf("revenue %d, lines %d", s.Revenue, net)
	}
}

// Under another policy the same people want the same things: what they would have bought is the same where nothing
// was out of stock.
func TestPoliciesShareTheirWorld(t *testing.T) {
	c := short()
	c.Mail.Every = 0
	a, b := live(t, c, "merchant", fact.SignalObserved), live(t, c, "generous", fact.SignalObserved)
	if a.sums.LostUnits <= b.sums.LostUnits {
		t.Errorf("with more stock %d units are lost, with less %d", b.sums.LostUnits, a.sums.LostUnits)
	}
	if fmt.Sprint(len(a.facts)) != fmt.Sprint(len(b.facts)) {
		t.Errorf("rivals and ports told %d and %d signals", len(a.facts), len(b.facts))
	}
	if nothing := live(t, c, "nothing"); nothing.perKind[fact.PurchasePlaced] != 0 || nothing.sums.LostUnits <= a.sums.LostUnits {
		t.Errorf("without orders %d purchases and %d lost units", nothing.perKind[fact.PurchasePlaced], nothing.sums.LostUnits)
	}
}

func TestAnImpossibleWorldIsRefusedWithEveryFault(t *testing.T) {
	c := sim.Default()
	c.Months, c.People.Store, c.Visits.Conversion, c.Demand.Elasticity, c.Catalogue.Products, c.Returns.Online = 0, 1.5, -1, 2, 0, 7
	err := c.Validate()
	if err == nil {
		t.Fatal("it was taken")
	}
	for _, part := range []string{"months", "people.store", "visits.conversion", "demand.elasticity", "catalogue.products", "returns.online"} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("%q does not name %s", err, part)
		}
	}
	if err := c.Hostile("nowhere"); err == nil || !strings.Contains(err.Error(), "revival") {
		t.Errorf("an unknown world: %v", err)
	}
	if _, err := sim.PolicyNamed("x"); err == nil || !strings.Contains(err.Error(), "merchant") {
		t.Errorf("an unknown policy: %v", err)
	}
	ok := sim.Default()
	if err := ok.Validate(); err != nil {
		t.Error(err)
	}
}

// Systems tell badly what happened well: what is lost and doubled is as much as asked for.
func TestDirtIsAsMuchAsAskedFor(t *testing.T) {
	c := short()
	c.Months = 3
	clean := live(t, c, "merchant")
	c.Dirt = sim.Dirt{Dropped: .1, TwoSystems: 1, Duplicated: .2}
	dirty := live(t, c, "merchant")
	if clean.sums != dirty.sums {
		t.Error("dirt changed what happened")
	}
	n, m := float64(clean.perKind[fact.PageViewed]), float64(dirty.perKind[fact.PageViewed])
	if r := m / n; r < .9*1.2-.02 || r > .9*1.2+.02 {
		t.Errorf("page views are %.3f times as many", r)
	}
	if dirty.perKind[fact.OrderPlaced] < clean.perKind[fact.OrderPlaced]*17/10 {
		t.Errorf("%d lines, told by one system %d", dirty.perKind[fact.OrderPlaced], clean.perKind[fact.OrderPlaced])
	}
}

func BenchmarkWorld(b *testing.B) {
	c := sim.Small()
	p := sim.Policies()[0]
	var facts int64
	for b.Loop() {
		w, err := sim.New(c, p, func(fact.Fact) error { return nil }, nil)
		if err != nil {
			b.Fatal(err)
		}
		if err := w.Run(b.Context(), nil); err != nil {
			b.Fatal(err)
		}
		facts += w.Sums().Facts
	}
	b.ReportMetric(float64(facts)/b.Elapsed().Seconds(), "facts/s")
}

// Of those who bought and had a year to buy again, about a quarter did.
func TestAQuarterBuysAgain(t *testing.T) {
	c := sim.Small()
	c.Months, c.People.Buyers = 30, 3000
	got := live(t, c, "merchant", fact.OrderPlaced)
	who := map[string]string{}
	for _, tr := range got.truths["person"] {
		who[tr.SKU] = tr.ID
	}
	first := map[string]int{}
	for _, tr := range got.truths["newcomer"] {
		first[tr.ID] = tr.Day
	}
	orders, start := map[string]map[string]bool{}, c.End.AddDate(0, -c.Months, 0)
	for _, f := range got.facts {
		b, ok := f.Body.(*fact.OrderLine)
		if !ok || b.Customer == "" {
			continue
		}
		p := who[b.Customer]
		if day, ok := first[p]; ok && f.OccurredAt.Sub(start).Hours()/24 < float64(day+366) {
			if orders[p] == nil {
				orders[p] = map[string]bool{}
			}
			orders[p][b.Order] = true
		}
	}
	var n, again float64
	for p, day := range first {
		if day+365 <= 912 && len(orders[p]) > 0 {
			n++
			if len(orders[p]) > 1 {
				again++
			}
		}
	}
	if r := again / n; r < .2 || r > .28 {
		t.Errorf("%.3f of %.0f newcomers buy again within a year", r, n)
	}
}
