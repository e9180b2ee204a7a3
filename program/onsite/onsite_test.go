package onsite_test

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"almanac/model/recommend/relation"
	"almanac/program/onsite"
	"almanac/state/availability"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

func clock() time.Time { return noon }

// shelf is n products, cups and pens in turns, all with stock and a margin.
func shelf(n int) []onsite.Product {
	out := make([]onsite.Product, n)
	for i := range out {
		out[i] = onsite.Product{SKU: fmt.Sprintf("p%d", i), Title: fmt.Sprintf("Product %d", i), Category: []string{"cups", "pens"}[i%2],
			Brand: fmt.Sprintf("b%d", i%7), Price: 1000, Cost: 500, Currency: "EUR", Counted: true, Stock: 10}
	}
	return out
}

func engine(o onsite.Options, products []onsite.Product) *onsite.Engine {
	o.Now = clock
	e := onsite.New(o)
	e.SetCatalogue(products)
	return e
}

func skus(a onsite.Answer) (out []string) {
	for _, s := range a.Items {
		out = append(out, s.Product.SKU)
	}
	return out
}

func ask(t *testing.T, e *onsite.Engine, q onsite.Question) onsite.Answer {
	t.Helper()
	a, err := e.Recommend(q)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestAClickCountsForTheNextAnswer(t *testing.T) {
	e := engine(onsite.Options{}, shelf(40))
	for i := range 5 {
		who := fmt.Sprintf("v%d", i)
		e.Heard(who, "p3", onsite.Looked, noon.Add(-time.Hour))
		e.Heard(who, "p30", onsite.Looked, noon.Add(-time.Hour))
	}
	before := ask(t, e, onsite.Question{Placement: "home", Visitor: "new", N: 3})
	e.Heard("new", "p3", onsite.Looked, noon)
	after := ask(t, e, onsite.Question{Placement: "home", Visitor: "new", N: 3})
	if after.Items[0].Product.SKU != "p30" || after.Items[0].Source != onsite.Viewed || after.Items[0].Because != "p3" {
		t.Errorf("after a look at p3 stands %+v first; before it was %v", after.Items[0], skus(before))
	}
}

func TestUnknownPlacementsAreNamedWithThoseThatThereAre(t *testing.T) {
	_, err := engine(onsite.Options{}, shelf(3)).Recommend(onsite.Question{Placement: "roof"})
	if !errors.Is(err, onsite.ErrPlacement) || !strings.Contains(err.Error(), "cart") {
		t.Error(err)
	}
}

func TestListsAreNeverShortWhileSomethingCanBeShown(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		products := shelf(rapid.IntRange(0, 40).Draw(t, "products"))
		can := 0
		for i := range products {
			switch rapid.IntRange(0, 4).Draw(t, "state") {
			case 0:
				products[i].Stock = 0
			case 1:
				products[i].Hidden = true
			case 2:
				products[i].Cost = 995
			default:
				can++
			}
		}
		e := engine(onsite.Options{LeastMargin: 0.1}, products)
		for i := range rapid.IntRange(0, 60).Draw(t, "clicks") {
			e.Heard(fmt.Sprintf("v%d", i%6), fmt.Sprintf("p%d", rapid.IntRange(0, 45).Draw(t, "item")), onsite.Looked, noon.Add(time.Duration(i)*time.Second))
		}
		n := rapid.IntRange(1, 30).Draw(t, "n")
		name := rapid.SampledFrom([]string{"home", "product-complements", "cart", "search-empty", "order-confirmation"}).Draw(t, "placement")
		a, err := e.Recommend(onsite.Question{Placement: name, Visitor: "v1", N: n})
		if err != nil {
			t.Fatal(err)
		}
		if len(a.Items) != min(n, can) {
			t.Fatalf("%d of %d shown, %d could be: %v", len(a.Items), n, can, a.Notes)
		}
		seen := map[string]bool{}
		for _, s := range a.Items {
			p := s.Product
			if p.Stock == 0 || p.Hidden || p.Cost == 995 || seen[p.SKU] || !(s.Propensity > 0 && s.Propensity <= 1) {
				t.Fatalf("%+v is shown", s)
			}
			seen[p.SKU] = true
		}
		if len(a.Items) < n && len(a.Notes) == 0 {
			t.Fatal("a short list does not say why")
		}
	})
}

func TestStockIsLookedUpLive(t *testing.T) {
	e := engine(onsite.Options{}, shelf(2))
	e.SetStock("p1", 0)
	if got := skus(ask(t, e, onsite.Question{Placement: "home"})); !slices.Equal(got, []string{"p0"}) {
		t.Error(got)
	}
	e.SetStock("p1", 4)
	e.Sold("p0", 10, noon)
	if got := skus(ask(t, e, onsite.Question{Placement: "home"})); !slices.Equal(got, []string{"p1"}) {
		t.Error(got)
	}
}

func TestHardFilters(t *testing.T) {
	products := shelf(6)
	products[0].Elsewhere = []string{"US"}
	products[1].Price, products[1].Cost = 9000, 100
	products[2].Price, products[2].Cost = 1000, 800
	e := engine(onsite.Options{LeastMargin: 0.1}, products)
	e.SetSending(&availability.StockRules{Zones: []availability.Zone{{Name: "over the sea", Countries: []string{"US"}, Currency: "EUR", Cost: 150}}})
	e.Heard("v", "p3", onsite.Bought, noon)
	got := skus(ask(t, e, onsite.Question{Placement: "home", Visitor: "v", Country: "US", PriceTo: 5000, Exclude: []string{"p4"}, N: 10}))
	if !slices.Equal(got, []string{"p5"}) {
		t.Errorf("%v: p0 cannot be sent, p1 is too dear, p2 earns too little once sent, p3 was bought, p4 is excluded", got)
	}
}

func TestConsumablesComeBackWhenDue(t *testing.T) {
	e := engine(onsite.Options{}, shelf(2))
	e.Number("p0")
	e.SetLearned(&onsite.Learned{Repurchase: []relation.Interval{{Shape: 6, Scale: 30 * 86400, Again: 0.9}, {Shape: 6, Scale: 30 * 86400, Again: 0.01}}})
	for _, c := range []struct {
		ago  time.Duration
		want []string
	}{{24 * time.Hour, nil}, {27 * 24 * time.Hour, []string{"p0"}}} {
		who := c.ago.String()
		e.Heard(who, "p0", onsite.Bought, noon.Add(-c.ago))
		e.Heard(who, "p1", onsite.Bought, noon.Add(-c.ago))
		if got := skus(ask(t, e, onsite.Question{Placement: "home", Visitor: who})); !slices.Equal(got, c.want) {
			t.Errorf("%s after: %v, want %v", c.ago, got, c.want)
		}
	}
}

func TestRules(t *testing.T) {
	rules := []onsite.Rule{
		{Name: "new pen", Deed: onsite.Pin, SKUs: []string{"p9"}, Position: 2},
		{Name: "no b3", Deed: onsite.Exclude, Brands: []string{"b3"}},
		{Name: "summer", Deed: onsite.Pin, SKUs: []string{"p8"}, Position: 1, From: noon.Add(time.Hour)},
		{Name: "sold out", Deed: onsite.Pin, SKUs: []string{"p7"}, Position: 1},
	}
	for _, r := range rules {
		if err := r.Check(onsite.Placements()); err != nil {
			t.Fatal(err)
		}
	}
	products := shelf(12)
	products[7].Stock = 0
	got := skus(ask(t, engine(onsite.Options{Rules: rules}, products), onsite.Question{Placement: "home", N: 12}))
	if got[1] != "p9" || slices.Contains(got, "p3") || slices.Contains(got, "p10") || got[0] == "p8" || slices.Contains(got, "p7") {
		t.Errorf("%v", got)
	}
	for _, bad := range []onsite.Rule{{Deed: "shout", SKUs: []string{"a"}}, {Deed: onsite.Boost}, {Deed: onsite.Pin, SKUs: []string{"a"}},
		{Deed: onsite.Bury, SKUs: []string{"a"}, Factor: math.NaN()}, {Deed: onsite.Exclude, SKUs: []string{"a"}, From: noon, Until: noon}} {
		if bad.Check(onsite.Placements()) == nil {
			t.Errorf("%+v passes", bad)
		}
	}
}

func TestMarginCountsOnlyWithinTheRelevanceItMayCost(t *testing.T) {
	products := shelf(4)
	products[2].Cost = 1 // twice the margin of the others
	for _, c := range []struct {
		lost float64
		want string
	}{{0, "p1"}, {1, "p2"}} {
		pl := []onsite.Placement{{Name: "cart", Sources: []onsite.Source{onsite.Complement}, Margin: 1, LostRelevance: c.lost}}
		e := engine(onsite.Options{Placements: pl}, products)
		e.SetLearned(&onsite.Learned{Complements: relation.Links{{{Item: 1, Score: 1}, {Item: 2, Score: 0.8}}}})
		if got := skus(ask(t, e, onsite.Question{Placement: "cart", Items: []string{"p0"}, N: 2})); got[0] != c.want {
			t.Errorf("with %v of relevance to lose: %v", c.lost, got)
		}
	}
}

func TestCapsGiveWayRatherThanLeaveAListShort(t *testing.T) {
	products := shelf(10)
	links := relation.Links{nil}
	for i := range int32(9) {
		products[i+1].Category, products[i+1].Brand = "cups", "one"
		links[0] = append(links[0], relation.Link{Item: i + 1, Score: 10 - float32(i)})
	}
	pl := []onsite.Placement{{Name: "cart", Sources: []onsite.Source{onsite.Complement}, PerBrand: 2}}
	e := engine(onsite.Options{Placements: pl}, products)
	e.SetLearned(&onsite.Learned{Complements: links})
	a := ask(t, e, onsite.Question{Placement: "cart", Items: []string{"p0"}, N: 6})
	if len(a.Items) != 6 || !slices.ContainsFunc(a.Notes, func(n onsite.Note) bool { return n.Code == "caps" }) {
		t.Errorf("%v, %v", skus(a), a.Notes)
	}
}

func TestReasonsAndNotesAreWords(t *testing.T) {
	title := func(sku string) string { return "“" + sku + "”" }
	e := engine(onsite.Options{}, shelf(3))
	a := ask(t, e, onsite.Question{Placement: "home", N: 5})
	if len(a.Notes) != 2 || a.Notes[0].Code != "short" || a.Notes[1].Code != "generic" {
		t.Errorf("%v", a.Notes)
	}
	if why := a.Items[0].Reason(title); why != "popular in cups" {
		t.Error(why)
	}
	empty := ask(t, engine(onsite.Options{}, nil), onsite.Question{Placement: "home"})
	if len(empty.Items) != 0 || empty.Notes[0].Code != "empty" {
		t.Errorf("%v", empty)
	}
}

func TestTheHoldoutIsStickySaltedAndOfItsSize(t *testing.T) {
	var shown []onsite.Exposure
	e := engine(onsite.Options{Holdout: 0.1, Salt: "a", Log: func(x onsite.Exposure) { shown = append(shown, x) }}, shelf(3))
	other := engine(onsite.Options{Holdout: 0.1, Salt: "b"}, shelf(3))
	control, same := 0, 0
	const people = 5000
	for i := range people {
		q := onsite.Question{Placement: "home", Visitor: fmt.Sprintf("v%d", i)}
		a, again := ask(t, e, q), ask(t, e, q)
		if a.Arm != again.Arm {
			t.Fatal("a visitor changed sides")
		}
		if a.Arm == "control" {
			control++
		}
		if ask(t, other, q).Arm == a.Arm {
			same++
		}
	}
	if sd := math.Sqrt(people * 0.1 * 0.9); math.Abs(float64(control)-people*0.1) > 4*sd {
		t.Errorf("%d of %d are held out", control, people)
	}
	if same == people {
		t.Error("the salt changes nobody's side")
	}
	if len(shown) != 2*people || len(shown[0].Propensities) != len(shown[0].SKUs) || shown[0].List == shown[1].List {
		t.Errorf("%d exposures, the first %+v", len(shown), shown[0])
	}
}

func TestNewProductsAreTriedWithAKnownProbability(t *testing.T) {
	products := shelf(30)
	for i := 25; i < 30; i++ {
		products[i].Added = noon.Add(-time.Duration(i) * time.Hour)
	}
	e := engine(onsite.Options{Seed: 7}, products)
	tried := map[string]int{}
	var weight float64
	const times = 900 // fewer than make a product old
	for i := range times {
		a := ask(t, e, onsite.Question{Placement: "home", Visitor: fmt.Sprintf("v%d", i), N: 10})
		for _, s := range a.Items {
			if s.Source == onsite.Exploration {
				tried[s.Product.SKU]++
				if s.Product.SKU == "p29" {
					weight += 1 / s.Propensity
				}
			}
		}
		// p29 is liked.
		if a.Items[8].Product.SKU == "p29" && i%3 == 0 {
			e.Heard(fmt.Sprintf("v%d", i), "p29", onsite.Looked, noon)
		}
	}
	if len(tried) != 5 || tried["p29"] < times/3 {
		t.Errorf("tried %v", tried)
	}
	// Weighed by its propensity, the liked product was shown as often as there were lists.
	if math.Abs(weight/times-1) > 0.25 {
		t.Errorf("inverse propensities add up to %.2f of the lists", weight/times)
	}
}

func TestABotDoesNotTeach(t *testing.T) {
	e := engine(onsite.Options{}, shelf(10))
	for range 100_000 {
		e.Heard("bot", "p1", onsite.Looked, noon)
	}
	if _, _, clicks := e.Size(); clicks > 1000 {
		t.Errorf("%d clicks of a program count", clicks)
	}
	a := ask(t, e, onsite.Question{Placement: "home", Visitor: "bot"})
	if len(a.Items) != 10 || !strings.Contains(a.Notes[0].Text, "program") {
		t.Errorf("%v %v", skus(a), a.Notes)
	}
}

func TestWhatCanNeverBeShownIsListed(t *testing.T) {
	products := shelf(3)
	products[0].Hidden, products[1].Stock = true, 0
	got := engine(onsite.Options{}, products).NeverShown()
	if len(got) != 2 || got[0] != (onsite.Never{SKU: "p0", Why: "hidden"}) || got[1] != (onsite.Never{SKU: "p1", Why: "sold out"}) {
		t.Error(got)
	}
}

func TestAProductWithoutAPastHasNeighbours(t *testing.T) {
	products := shelf(6)
	products[4].Title, products[5].Title, products[0].Title = "Blue glass vase", "Red glass vase", "Green tin cup"
	e := engine(onsite.Options{}, products)
	e.SetLearned(&onsite.Learned{Alike: onsite.Likeness(products, e.Number)})
	a := ask(t, e, onsite.Question{Placement: "product", Items: []string{"p4"}, N: 3})
	if a.Items[0].Source != onsite.Alike || a.Items[0].Product.SKU != "p5" {
		t.Errorf("beside a vase stands %+v", a.Items[0])
	}
}
