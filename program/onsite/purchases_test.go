package onsite_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"almanac/program/onsite"
)

func TestOfAVisitorWhoBuysWithoutEndTheLatestPurchasesAreKept(t *testing.T) {
	products := shelf(1201)
	e := engine(onsite.Options{}, products)
	// Bots do not count, and purchases are remembered all the same.
	for i := range 20_000 {
		e.Heard("endless", fmt.Sprintf("p%d", i%1200), onsite.Bought, noon.Add(time.Duration(i)*time.Second))
	}
	var left []string
	for exclude := []string{"p1200"}; ; {
		a := ask(t, e, onsite.Question{Placement: "home", Visitor: "endless", N: 50, Exclude: append(slices.Clone(exclude), left...)})
		if len(a.Items) == 0 {
			break
		}
		left = append(left, skus(a)...)
	}
	// Products are bought in turns: 20,000 mod 1200 is 800, so that the oldest of the last 1200 are p800 to p999.
	if len(left) != 200 || !slices.Contains(left, "p800") || !slices.Contains(left, "p999") || slices.Contains(left, "p799") || slices.Contains(left, "p1000") {
		t.Errorf("%d products may be shown again", len(left))
	}
}

func TestWhatTheRecordKnowsAndWhatWasHeardCountTogether(t *testing.T) {
	e := engine(onsite.Options{}, shelf(4))
	e.Heard("v", "p0", onsite.Bought, noon)
	owned := map[string]time.Time{"p1": noon.AddDate(0, -1, 0), "never-heard-of": noon}
	if got := skus(ask(t, e, onsite.Question{Placement: "home", Visitor: "v", Owned: owned})); !slices.Equal(got, []string{"p2", "p3"}) {
		t.Error(got)
	}
	if got := skus(ask(t, e, onsite.Question{Placement: "home", Visitor: "v"})); !slices.Equal(slices.Sorted(slices.Values(got)), []string{"p1", "p2", "p3"}) {
		t.Errorf("what the record knows stayed behind: %v", got)
	}
}

func TestWhatWasBoughtIsKnownBeforeAnybodyReadsIt(t *testing.T) {
	e := engine(onsite.Options{}, shelf(5))
	l := e.Ledger()
	for _, b := range []struct{ who, sku string }{{"a", "p0"}, {"b", "p1"}, {"", "p2"}, {"a", "p3"}, {"c", "p4"}} {
		l.Add(b.who, b.sku, noon.AddDate(0, -1, 0))
	}
	e.Remember(l)
	e.Heard("a", "p1", onsite.Bought, noon)
	for who, want := range map[string][]string{"a": {"p2", "p4"}, "b": {"p0", "p2", "p3", "p4"}, "c": {"p0", "p1", "p2", "p3"}, "d": {"p0", "p1", "p2", "p3", "p4"}} {
		if got := skus(ask(t, e, onsite.Question{Placement: "home", Visitor: who})); !slices.Equal(slices.Sorted(slices.Values(got)), want) {
			t.Errorf("%s is shown %v", who, got)
		}
	}
}
