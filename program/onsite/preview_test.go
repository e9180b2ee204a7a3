package onsite_test

import (
	"slices"
	"testing"

	"almanac/model/recommend/relation"
	"almanac/program/onsite"
)

func TestAPreviewOpensUpHowEachProductCameToItsPlace(t *testing.T) {
	products := shelf(8)
	products[2].Cost = 100
	boost := onsite.Rule{Name: "more pens", Deed: onsite.Boost, SKUs: []string{"p1"}}
	e := engine(onsite.Options{Holdout: 1, Rules: []onsite.Rule{boost}}, products)
	e.SetLearned(&onsite.Learned{Complements: relation.Links{{{Item: 1, Score: 1}, {Item: 2, Score: 0.5}}}})
	e.Heard("v", "p5", onsite.Bought, noon)
	a := ask(t, e, onsite.Question{Placement: "cart", Visitor: "v", Items: []string{"p0", "unheard"}, N: 4, Preview: true})
	if a.Arm != "treatment" || !a.Basis.HeldOut || a.Basis.Bought != 1 || !slices.Equal(a.Basis.Seed, []string{"p0"}) || !slices.Equal(a.Basis.Unknown, []string{"unheard"}) {
		t.Errorf("%+v", a.Basis)
	}
	for _, s := range a.Items {
		switch s.Product.SKU {
		case "p1":
			if len(s.Detail.Parts) != 1 || s.Detail.Parts[0] != (onsite.Part{Source: onsite.Complement, Because: "p0", Relevance: 1}) ||
				len(s.Detail.Rules) != 1 || s.Detail.Rules[0].Name != "more pens" || s.Relevance != 2 {
				t.Errorf("%+v %+v", s, s.Detail)
			}
		case "p2":
			if s.Detail.Parts[0].Relevance != 0.5 || s.Detail.Earns != 900 || !s.Detail.Known || s.Detail.Business != 1.8 || len(s.Detail.Rules) != 0 {
				t.Errorf("p2 earns 9.00 where 5.00 is usual: %+v", s.Detail)
			}
		default:
			if len(s.Detail.Parts) != 0 {
				t.Errorf("%s fills the list up: %+v", s.Product.SKU, s.Detail)
			}
		}
	}
	if b := ask(t, e, onsite.Question{Placement: "cart", Visitor: "v", Items: []string{"p0"}}); b.Basis != nil || b.Items[0].Detail != nil {
		t.Error("a page is told what only merchants may see")
	}
}
