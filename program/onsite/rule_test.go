package onsite_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"almanac/program/onsite"
)

func TestBadRulesSayWhatWhereAndWhatToDo(t *testing.T) {
	for _, c := range []struct {
		rule  onsite.Rule
		field string
	}{
		{onsite.Rule{Deed: "shout", SKUs: []string{"a"}}, "deed"},
		{onsite.Rule{Deed: onsite.Boost}, "skus"},
		{onsite.Rule{Deed: onsite.Boost, SKUs: []string{""}}, "skus"},
		{onsite.Rule{Deed: onsite.Boost, Brands: []string{strings.Repeat("b", 600)}}, "brands"},
		{onsite.Rule{Deed: onsite.Exclude, Categories: slices.Repeat([]string{"c"}, 1001)}, "categories"},
		{onsite.Rule{Deed: onsite.Pin, SKUs: []string{"a", "b"}, Position: 1}, "skus"},
		{onsite.Rule{Deed: onsite.Pin, SKUs: []string{"a"}, Brands: []string{"b"}, Position: 1}, "skus"},
		{onsite.Rule{Deed: onsite.Pin, SKUs: []string{"a"}}, "position"},
		{onsite.Rule{Deed: onsite.Pin, SKUs: []string{"a"}, Position: 51}, "position"},
		{onsite.Rule{Deed: onsite.Boost, SKUs: []string{"a"}, Position: 3}, "position"},
		{onsite.Rule{Deed: onsite.Boost, SKUs: []string{"a"}, Factor: 0.5}, "factor"},
		{onsite.Rule{Deed: onsite.Exclude, SKUs: []string{"a"}, Factor: 3}, "factor"},
		{onsite.Rule{Deed: onsite.Bury, SKUs: []string{"a"}, Placements: []string{"roof"}}, "placements"},
		{onsite.Rule{Deed: onsite.Bury, SKUs: []string{"a"}, From: noon, Until: noon}, "until"},
	} {
		c.rule.Name = "mine"
		var bad *onsite.BadRule
		if err := c.rule.Check(onsite.Placements()); !errors.As(err, &bad) {
			t.Errorf("%+v passes", c.rule)
			continue
		}
		if len(bad.Faults) != 1 || bad.Faults[0].Field != c.field || bad.Faults[0].Do == "" || !strings.Contains(bad.Error(), `"mine"`) {
			t.Errorf("wanted a fault of %s: %+v", c.field, bad)
		}
	}
}

func TestRulesCountFromTheNextAnswerOn(t *testing.T) {
	e := engine(onsite.Options{}, shelf(6))
	home := onsite.Question{Placement: "home", N: 6}
	e.SetRules([]onsite.Rule{{Deed: onsite.Exclude, SKUs: []string{"p2"}, Placements: []string{"cart"}}, {Deed: onsite.Exclude, Categories: []string{"pens"}}})
	if got := skus(ask(t, e, home)); !slices.Equal(got, []string{"p0", "p2", "p4"}) {
		t.Errorf("pens are excluded, p2 only in the cart: %v", got)
	}
	e.SetCatalogue(shelf(8))
	if got := skus(ask(t, e, home)); !slices.Equal(got, []string{"p0", "p2", "p4", "p6"}) {
		t.Errorf("rules hold for a new catalogue too: %v", got)
	}
	e.SetRules(nil)
	if got := skus(ask(t, e, home)); len(got) != 6 {
		t.Errorf("without rules: %v", got)
	}
}

func TestACategoryMeansWhatLiesInIt(t *testing.T) {
	products := shelf(4)
	for i, c := range []string{"Garden", "Garden > Chairs", "Gardening", "Home > Garden"} {
		products[i].Category = c
	}
	e := engine(onsite.Options{Rules: []onsite.Rule{{Deed: onsite.Exclude, Categories: []string{"Garden"}}}}, products)
	if got := skus(ask(t, e, onsite.Question{Placement: "home"})); !slices.Equal(got, []string{"p2", "p3"}) {
		t.Error(got)
	}
	if got := e.Reach(e.Rules()); !slices.Equal(got, []int{2}) {
		t.Errorf("the rule speaks of %v products", got)
	}
}

func TestARuleThatNamesAProductTwiceCountsOnce(t *testing.T) {
	products := shelf(4)
	once := onsite.Rule{Deed: onsite.Boost, SKUs: []string{"p1"}, Factor: 2}
	twice := onsite.Rule{Deed: onsite.Boost, SKUs: []string{"p1"}, Categories: []string{"pens"}, Brands: []string{"b1"}, Factor: 2}
	home := onsite.Question{Placement: "home", N: 4}
	scores := func(r onsite.Rule) (out []float64) {
		for _, s := range ask(t, engine(onsite.Options{Rules: []onsite.Rule{r}}, products[:2]), home).Items {
			out = append(out, s.Relevance)
		}
		return out
	}
	if a, b := scores(once), scores(twice); !slices.Equal(a, b) {
		t.Errorf("%v and %v", a, b)
	}
}

func TestPinsDoNotMoveEachOther(t *testing.T) {
	rules := []onsite.Rule{{Deed: onsite.Pin, SKUs: []string{"p9"}, Position: 2}, {Deed: onsite.Pin, SKUs: []string{"p8"}, Position: 1}}
	if got := skus(ask(t, engine(onsite.Options{Rules: rules}, shelf(12)), onsite.Question{Placement: "home", N: 5})); got[0] != "p8" || got[1] != "p9" {
		t.Error(got)
	}
}

func TestAPreviewTriesRulesThatAreNotInForce(t *testing.T) {
	e := engine(onsite.Options{}, shelf(4))
	draft := onsite.Question{Placement: "home", Preview: true, Rules: []onsite.Rule{{Deed: onsite.Exclude, SKUs: []string{"p0"}}}}
	if got := skus(ask(t, e, draft)); slices.Contains(got, "p0") {
		t.Errorf("with the draft: %v", got)
	}
	draft.Preview = false
	if got := skus(ask(t, e, draft)); !slices.Contains(got, "p0") {
		t.Errorf("a page that is not a preview heeds the draft: %v", got)
	}
}
