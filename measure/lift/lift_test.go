package lift_test

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"almanac/fact"
	"almanac/history"
	"almanac/measure/lift"
	"almanac/sqldb"
	"almanac/sqldb/sqltest"
	"almanac/state"
	"almanac/state/catalog"
	"almanac/state/exposure"
	"almanac/state/identity"
	"almanac/state/orders"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

func utc(string) *time.Location { return time.UTC }

func shown(who, arm string, at time.Time) fact.Fact {
	return fact.Fact{Shop: "shop", Source: "almanac:onsite", ID: fmt.Sprint(who, arm, at.Unix()), Kind: fact.RecommendationShown, OccurredAt: at,
		Body: &fact.ListView{Actor: fact.Actor{Visitor: who}, List: "l", Placement: "home", SKUs: []string{"cup", "pen"}}, Ext: []byte(`{"arm":"` + arm + `"}`)}
}

func sold(order, visitor, customer, sku string, units, gross int64, at time.Time) fact.Fact {
	return fact.Fact{Shop: "shop", Source: "shopify:main", ID: order + "/1", Kind: fact.OrderPlaced, OccurredAt: at,
		Body: &fact.OrderLine{Order: order, Line: "1", SKU: sku, Units: units, Currency: "EUR", Gross: gross, Visitor: visitor, Customer: customer}}
}

// find measures the lift in a shop where this happened.
func find(t *testing.T, open func() *sqldb.DB, holdout float64, facts ...fact.Fact) lift.Lift {
	t.Helper()
	now := func() time.Time { return noon.AddDate(0, 0, 10) }
	h, err := history.Open(t.Context(), open(), nil, now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(h.Close)
	db := open()
	p, err := state.NewProjector(t.Context(), h, db, "utc", orders.NewFold(utc), catalog.NewFold(), identity.NewFold(), exposure.NewFold(utc))
	if err != nil {
		t.Fatal(err)
	}
	facts = append(facts, fact.Fact{Shop: "shop", Source: "erp", ID: "cup", Kind: fact.CostSet, OccurredAt: noon.AddDate(-1, 0, 0), Body: &fact.Cost{SKU: "cup", Currency: "EUR", Amount: 400}})
	if _, err := h.Append(t.Context(), facts); err != nil {
		t.Fatal(err)
	}
	if err := p.CatchUp(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	l, err := lift.Finder{Exposure: exposure.Open(db), Catalog: catalog.Open(db), Now: now}.Find(t.Context(), "shop", "EUR", noon, holdout)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// crowd is n visitors of a side, of whom every k-th buys cups for 10.00 a piece.
func crowd(arm string, n, k int) (out []fact.Fact) {
	for i := range n {
		who := fmt.Sprint(arm, i)
		out = append(out, shown(who, arm, noon.Add(time.Duration(i)*time.Second)))
		if i%k == 0 {
			out = append(out, sold("o"+who, who, "", "cup", 1, 1000, noon.Add(time.Hour)))
		}
	}
	return out
}

func TestLiftIsTheDifferencePerVisitorWithItsInterval(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, open func() *sqldb.DB) {
		l := find(t, open, 0.25, append(crowd("treatment", 600, 5), crowd("control", 200, 10)...)...)
		if l.Why != "" || l.Treatment.Visitors != 600 || l.Control.Visitors != 200 || l.Treatment.Buyers != 120 || l.Control.Buyers != 20 {
			t.Fatalf("%+v", l)
		}
		if l.Treatment.Revenue != 200 || l.Control.Revenue != 100 || l.Revenue.Value != 100 || l.Margin.Value != 60 || l.MarginKnown != 1 {
			t.Errorf("a fifth of the treatment and a tenth of the holdout buy for 10.00, which earns 6.00: %+v", l)
		}
		// By hand: variances of 0 or 1000 with p = 0.2 and 0.1, over n − 1.
		se := math.Sqrt(1e6*0.2*0.8/599 + 1e6*0.1*0.9/199)
		if math.Abs(l.Revenue.Low-(100-1.6449*se)) > 0.01 || math.Abs(l.Revenue.High-(100+1.6449*se)) > 0.01 {
			t.Errorf("%+v, standard error %.3f", l.Revenue, se)
		}
	})
}

func TestAnOrderIsItsVisitorsHoweverItNamesThem(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, open func() *sqldb.DB) {
		after := noon.Add(time.Hour)
		l := find(t, open, 0.5,
			shown("direct", "treatment", noon), sold("1", "direct", "", "cup", 1, 1000, after),
			shown("c-logged-in", "treatment", noon), sold("2", "", "c-logged-in", "cup", 1, 1000, after),
			shown("v-linked", "treatment", noon), sold("3", "", "c-linked", "cup", 1, 1000, after),
			fact.Fact{Shop: "shop", Source: "segment:web", ID: "link", Kind: fact.IdentityLinked, OccurredAt: noon, Body: &fact.Link{A: "visitor:v-linked", B: "customer:c-linked"}},
			shown("both-names", "treatment", noon), sold("4", "both-names", "both-names", "cup", 1, 1000, after),
			shown("before", "treatment", noon), sold("5", "before", "", "cup", 1, 1000, noon.Add(-time.Hour)),
			shown("changed", "treatment", noon), shown("changed", "control", after), sold("6", "changed", "", "cup", 1, 1000, after),
			shown("early", "control", noon.Add(-time.Hour)), sold("7", "early", "", "cup", 1, 1000, after),
			shown("returned", "control", noon), sold("8", "returned", "x", "cup", 2, 2000, after),
			fact.Fact{Shop: "shop", Source: "shopify:main", ID: "back/1", Kind: fact.OrderReturned, OccurredAt: after.AddDate(0, 0, 3),
				Body: &fact.OrderReversal{Document: "back", Line: "1", Order: "8", OrigLine: "1", SKU: "cup", Units: 1, Currency: "EUR", Gross: 1000, Customer: "x"}},
			sold("9", "nobody", "", "cup", 1, 1000, after))
		if l.Treatment.Visitors != 5 || l.Treatment.Buyers != 4 || l.Treatment.Revenue != 4*1000/5 || l.Treatment.Margin != 4*600/5 {
			t.Errorf("five were treated, four of them bought after their first list: %+v", l.Treatment)
		}
		if l.Control.Visitors != 1 || l.Control.Revenue != 1000 || l.Control.Margin != 600 {
			t.Errorf("one cup of two came back: %+v", l.Control)
		}
		if l.Both != 1 {
			t.Errorf("%d saw both sides", l.Both)
		}
	})
}

func TestTooLittleSaysSoWithTheNumberNeeded(t *testing.T) {
	for name, c := range map[string]struct {
		holdout float64
		facts   []fact.Fact
		why     string
		assumed bool
	}{
		"nobody held out": {0, crowd("treatment", 50, 5), "held out", true},
		"nothing shown":   {0.1, nil, "No list was shown", true},
		"few visitors":    {0.1, append(crowd("treatment", 300, 5), crowd("control", 30, 3)...), "at least 100 visitors; there are 300 and 30", false},
		"few buyers":      {0.1, append(crowd("treatment", 300, 5), crowd("control", 120, 40)...), "at least 10 visitors who bought; there are 60 and 3", false},
	} {
		l := find(t, func() *sqldb.DB { return sqltest.SQLite(t) }, c.holdout, c.facts...)
		if !strings.Contains(l.Why, c.why) || l.Revenue != nil || l.Margin != nil || l.Assumed != c.assumed {
			t.Errorf("%s: %+v", name, l)
		}
		if c.holdout > 0 && l.Needed <= l.NeededTreatment || c.holdout > 0 && l.NeededTreatment < 100 {
			t.Errorf("%s: %d of %d are needed", name, l.NeededTreatment, l.Needed)
		}
	}
}

func TestMarginIsOfWhatHasACost(t *testing.T) {
	facts := append(crowd("treatment", 200, 5), crowd("control", 200, 5)...)
	for i := range 20 {
		who := fmt.Sprint("treatment", i)
		facts = append(facts, sold("pen"+who, who, "", "pen", 1, 1000, noon.Add(time.Hour)))
	}
	l := find(t, func() *sqldb.DB { return sqltest.SQLite(t) }, 0.5, facts...)
	if l.MarginKnown != 0.8 || l.Margin.Value != 0 || l.Revenue.Value != 100 {
		t.Errorf("pens have no cost: %+v, margin %+v, revenue %+v", l, l.Margin, l.Revenue)
	}
}

func TestOnePersonOnTwoDevicesIsOneVisitor(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, open func() *sqldb.DB) {
		link := func(visitor, customer string) fact.Fact {
			return fact.Fact{Shop: "shop", Source: "segment:web", ID: visitor + customer, Kind: fact.IdentityLinked, OccurredAt: noon, Body: &fact.Link{A: "visitor:" + visitor, B: "customer:" + customer}}
		}
		after := noon.Add(2 * time.Hour)
		l := find(t, open, 0.5,
			// Two browsers of one side: one visitor, and their order counts once.
			shown("phone", "treatment", noon), shown("laptop", "treatment", noon.Add(time.Minute)), link("phone", "c1"), link("laptop", "c1"), sold("1", "phone", "c1", "cup", 1, 1000, after),
			// One of each side: the first list says which.
			shown("tablet", "control", noon), shown("desk", "treatment", noon.Add(time.Minute)), link("tablet", "c2"), link("desk", "c2"), sold("2", "desk", "c2", "cup", 1, 1000, after),
			// A theme that asks by the customer's id, and their browser.
			shown("c3", "treatment", noon), shown("home", "treatment", noon.Add(time.Minute)), link("home", "c3"), sold("3", "", "c3", "cup", 1, 1000, after),
			// Their first list was before: they do not count now.
			shown("old", "control", noon.Add(-time.Hour)), shown("new", "control", noon), link("old", "c4"), link("new", "c4"), sold("4", "new", "c4", "cup", 1, 1000, after))
		if l.Treatment.Visitors != 2 || l.Treatment.Buyers != 2 || l.Treatment.Revenue != 1000 || l.Control.Visitors != 1 || l.Control.Buyers != 1 || l.Control.Revenue != 1000 {
			t.Errorf("%+v %+v", l.Treatment, l.Control)
		}
		if l.Crossed != 1 || l.Both != 0 {
			t.Errorf("%d crossed, %d were drawn anew", l.Crossed, l.Both)
		}
	})
}
