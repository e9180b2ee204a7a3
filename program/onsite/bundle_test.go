package onsite_test

import (
	"testing"

	"almanac/model/recommend/relation"
	"almanac/program/onsite"
	"almanac/state/availability"
)

// a shop in which p0, p1 and p2 go together, and p3 goes with p0 but stands in for p1.
func withBundles(products []onsite.Product, o onsite.Options) *onsite.Engine {
	e := engine(o, products)
	link := func(items ...int32) (out []relation.Link) {
		for _, it := range items {
			out = append(out, relation.Link{Item: it, Score: 4, Count: 9})
		}
		return out
	}
	complements := relation.Links{link(1, 2, 3), link(0, 2, 3), link(0, 1), link(0, 1)}
	substitutes := relation.Links{nil, link(3), nil, link(1)}
	e.SetLearned(&onsite.Learned{Complements: complements, Substitutes: substitutes, Bundles: onsite.NewBundles(complements, substitutes)})
	return e
}

func TestBundlesAreOfferedWithTheirPriceAndMargin(t *testing.T) {
	products := shelf(6)
	for i := range products {
		products[i].Cost = 400
	}
	e := withBundles(products, onsite.Options{})
	e.SetSending(&availability.StockRules{Country: "DE", Zones: []availability.Zone{{Name: "DE", Countries: []string{"DE"}, Currency: "EUR", Cost: 300}}})
	a := ask(t, e, onsite.Question{Placement: "product", Items: []string{"p0"}, Bundles: 5})
	if len(a.Bundles) != 4 {
		t.Fatalf("%d bundles: three pairs and a triple hold p0", len(a.Bundles))
	}
	o := a.Bundles[0]
	if len(o.Items) != 3 || o.Items[0].Product.SKU != "p0" || o.Price != 3000 || !o.Known || o.Earns != 3*600-300 || o.Reason() != "often bought together with Product 0" {
		t.Errorf("%+v", o)
	}
	for _, o := range a.Bundles {
		p1, p3 := false, false
		for _, s := range o.Items {
			p1, p3 = p1 || s.Product.SKU == "p1", p3 || s.Product.SKU == "p3"
		}
		if p1 && p3 {
			t.Error("substitutes are in one bundle")
		}
	}
	if a := ask(t, e, onsite.Question{Placement: "product", Items: []string{"p0"}}); len(a.Bundles) != 0 {
		t.Error("bundles that nobody asked for")
	}
	if a := ask(t, e, onsite.Question{Placement: "home", Bundles: 5}); len(a.Bundles) != 0 {
		t.Error("bundles without a product of the page")
	}
	if a := ask(t, e, onsite.Question{Placement: "cart", Items: []string{"p0", "p1"}, Bundles: 1}); a.Bundles[0].Earns != 3*600 {
		t.Errorf("in a cart they go along: %+v", a.Bundles[0])
	}
}

func TestBundlesHoldOnlyWhatCanBeSoldAndEarns(t *testing.T) {
	products := shelf(6)
	products[1].Stock = 0
	products[2].Hidden = true
	products[3].Cost = 990
	e := withBundles(products, onsite.Options{LeastMargin: 0.3})
	if a := ask(t, e, onsite.Question{Placement: "product", Items: []string{"p0"}, Bundles: 5}); len(a.Bundles) != 0 {
		t.Errorf("%+v", a.Bundles)
	}
	products = shelf(6)
	products[0].Stock = 0 // the page's own product is sold out
	if a := ask(t, withBundles(products, onsite.Options{}), onsite.Question{Placement: "product", Items: []string{"p0"}, Bundles: 5}); len(a.Bundles) != 0 {
		t.Errorf("%+v", a.Bundles)
	}
	if a := ask(t, withBundles(shelf(6), onsite.Options{Holdout: 1}), onsite.Question{Placement: "product", Visitor: "v", Items: []string{"p0"}, Bundles: 5}); len(a.Bundles) != 0 {
		t.Error("the holdout is offered bundles")
	}
}
