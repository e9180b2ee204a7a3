package main

import (
	"bytes"
	"errors"
	"maps"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"almanac/decide"
	"almanac/fact"
)

// wake opens the demo of a folder as almanac demo does, days after its history.
func wake(t *testing.T, dir string, days int) *life {
	t.Helper()
	now := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	d, err := (&demoCmd{Small: true, Seed: 1}).openDemo(dir, now)
	if err != nil {
		t.Fatal(err)
	}
	d.Clock = now.Truncate(24*time.Hour).AddDate(0, 0, days)
	l := &life{demo: d, done: make(chan struct{})}
	if err := l.remember(t.Context(), &terminal{err: &bytes.Buffer{}}); err != nil {
		t.Fatal(err)
	}
	return l
}

// liveOn takes it on for some days and returns what was told of them.
func (l *life) liveOn(t *testing.T, days int) []fact.Fact {
	t.Helper()
	for range days {
		if err := l.w.Step(l.day); err != nil {
			t.Fatal(err)
		}
		l.day++
	}
	told := l.pending
	l.pending = nil
	return told
}

// sold adds the units of order lines up by product.
func unitsSold(facts []fact.Fact) map[string]int64 {
	units := map[string]int64{}
	for _, f := range facts {
		if b, ok := f.Body.(*fact.OrderLine); ok && f.Kind == fact.OrderPlaced {
			units[b.SKU] += b.Units
		}
	}
	return units
}

func approved(id string, p decide.Proposal) decide.Batch {
	return decide.Batch{ID: id, Shop: "default", Decisions: []decide.Decision{{ID: "dec_" + id, Proposal: p}}}
}

// Approved prices and orders are done in the world, once, and hold over a stop: the difference to the same world without is theirs.
func TestWhatIsApprovedChangesTheWorldOfTheDemo(t *testing.T) {
	if testing.Short() {
		t.Skip("lives through fourteen months three times")
	}
	const look, first, second = 10, 30, 60
	usual := wake(t, filepath.Join(t.TempDir(), "usual"), 0)
	sku, best := "", unitsSold(usual.liveOn(t, look))
	for s, n := range best {
		if sku == "" || n > best[sku] || n == best[sku] && s < sku {
			sku = s
		}
	}
	plenty := approved("PO-1", decide.Proposal{Line: &decide.OrderLine{SKU: sku, Units: 5000}})
	if err := usual.Apply(t.Context(), plenty); err != nil {
		t.Fatal(err)
	}
	atUsual := unitsSold(usual.liveOn(t, first+second))[sku]

	dir := filepath.Join(t.TempDir(), "lower price")
	lower := wake(t, dir, 0)
	lower.liveOn(t, look)
	price := int64(100)
	cut := approved("PC-1", decide.Proposal{Price: &decide.PriceChange{SKU: sku, Price: price, Currency: "EUR"}})
	for range 2 { // a delivery may be made again
		for _, b := range []decide.Batch{plenty, cut} {
			if err := lower.Apply(t.Context(), b); err != nil {
				t.Fatal(err)
			}
		}
	}
	if there, err := lower.ReadBack(t.Context(), cut); err != nil || !there || len(lower.Done) != 2 {
		t.Errorf("%v %v %+v", there, err, lower.Done)
	}
	told := lower.liveOn(t, first)
	prices := 0
	for _, f := range told {
		if b, ok := f.Body.(*fact.Price); ok && b.SKU == sku {
			prices++
			if b.Amount != price {
				t.Errorf("the price is %d on %s", b.Amount, f.OccurredAt)
			}
		}
	}
	members := map[string]bool{} // who got the shop's own news
	for _, f := range told {
		if b, ok := f.Body.(*fact.Message); ok {
			members[b.Customer] = true
		}
	}
	const campaign = "winback-quiet"
	mail := approved("MS-1", decide.Proposal{Message: &decide.Message{Campaign: campaign, Channel: "email", Recipients: slices.Sorted(maps.Keys(members))}})
	if err := lower.Apply(t.Context(), mail); err != nil {
		t.Fatal(err)
	}
	rest := lower.liveOn(t, second)
	if prices != 1 {
		t.Errorf("%d prices were told", prices)
	}
	if n := unitsSold(append(told, rest...))[sku]; n <= atUsual {
		t.Errorf("%d units at %d minor units, %d at the usual price", n, price, atUsual)
	}

	mails, to := map[string]bool{}, 0
	for _, f := range rest {
		if b, ok := f.Body.(*fact.Message); ok && b.Campaign == campaign && f.Kind == fact.MessageSent {
			mails[b.Customer] = true
			to++
		}
	}
	if to == 0 || to != len(mails) || to > len(members) {
		t.Errorf("%d mails to %d customers, asked for %d", to, len(mails), len(members))
	}

	again := wake(t, dir, look+first) // the same folder, after a stop
	if diff := cmp.Diff(rest, again.liveOn(t, second)); diff != "" {
		t.Errorf("after a stop the world is another: %.2000s", diff)
	}
	for _, p := range []decide.Proposal{{}, {Price: &decide.PriceChange{SKU: "nothing", Price: 1}}, {Line: &decide.OrderLine{SKU: "nothing", Units: 1}}, {Message: &decide.Message{Campaign: "x", Recipients: []string{"nobody"}}}} {
		if err := again.Apply(t.Context(), approved("X-1", p)); !errors.Is(err, decide.ErrRefused) {
			t.Errorf("%+v: %v", p, err)
		}
	}
}
