package availability_test

import (
	"slices"
	"strings"
	"testing"

	"almanac/fact"
	"almanac/state/availability"
)

func TestTheZoneThatSaysMostHolds(t *testing.T) {
	s := availability.StockRules{Zones: []availability.Zone{
		{Name: "world", Currency: "EUR", Cost: 2000},
		{Name: "DE", Countries: []string{"DE"}, Currency: "EUR", Cost: 500},
		{Name: "islands", Countries: []string{"DE"}, Prefixes: []string{"274", "259"}, Currency: "EUR", Cost: 1200},
		{Name: "AT", Countries: []string{"AT"}, Prefixes: []string{"1"}, Currency: "EUR", Cost: 700},
	}}
	if err := s.Check(); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ country, postcode, want string }{
		{"DE", "10115", "DE"}, {"DE", "274 98", "islands"}, {"DE", "", "DE"}, {"AT", "1010", "AT"}, {"AT", "8010", "world"}, {"US", "10115", "world"}, {"", "10115", "AT"},
	} {
		if z, ok := s.Zone(c.country, c.postcode); !ok || z.Name != c.want {
			t.Errorf("%s %s lies in %s, want %s", c.country, c.postcode, z.Name, c.want)
		}
	}
}

func TestWhatADeliveryCostsGrowsWithItsWeight(t *testing.T) {
	z := availability.Zone{Cost: 900, From: map[string]int64{"berlin": 700}, Weights: []availability.Band{{UpTo: 500, Cost: 300}, {UpTo: 2000, Cost: 500}}}
	for _, c := range []struct {
		from  string
		grams int64
		want  int64
	}{{"paris", 0, 900}, {"paris", 500, 300}, {"paris", 501, 500}, {"paris", 2001, 900}, {"berlin", 500, 100}, {"berlin", 5000, 700}} {
		if got := z.CostFrom(c.from, c.grams); got != c.want {
			t.Errorf("%d g from %s cost %d, want %d", c.grams, c.from, got, c.want)
		}
	}
}

func TestRestrictionsMeanProductsCategoriesAndAttributes(t *testing.T) {
	s := availability.StockRules{Restrictions: []availability.Restriction{
		{Countries: []string{"CH", "GB"}, Categories: []string{"Kitchen > Knives"}},
		{Countries: []string{"US"}, Attributes: map[string]string{"battery": "lithium"}},
		{Countries: []string{"GB", "NO"}, SKUs: []string{"seed-1"}},
	}}
	for _, c := range []struct {
		p    fact.Product
		want []string
	}{
		{fact.Product{SKU: "k", Category: []string{"Kitchen", "Knives", "Bread"}}, []string{"CH", "GB"}},
		{fact.Product{SKU: "k", Category: []string{"Kitchen", "Knives and forks"}}, nil},
		{fact.Product{SKU: "l", Attributes: map[string]string{"battery": "Lithium"}}, []string{"US"}},
		{fact.Product{SKU: "seed-1", Category: []string{"Kitchen", "Knives"}}, []string{"CH", "GB", "NO"}},
	} {
		if got := s.Elsewhere(&c.p); !slices.Equal(got, c.want) {
			t.Errorf("%+v may not go to %v, want %v", c.p, got, c.want)
		}
	}
}

func TestUnsoundSendingIsNamed(t *testing.T) {
	err := availability.StockRules{
		Country: "Germany", SendsTo: map[string][]string{"paris": {"fr"}},
		Zones: []availability.Zone{{Name: "a", Countries: []string{"DE"}, Currency: "EUR", Weights: []availability.Band{{UpTo: 5, Cost: 1}, {UpTo: 2, Cost: 1}}},
			{Name: "b", Countries: []string{"DE"}, Currency: "EUR"}},
		Restrictions: []availability.Restriction{{Countries: []string{"CH"}}},
	}.Check()
	if err == nil {
		t.Fatal("all of it was taken")
	}
	for _, part := range []string{"Germany", "paris", "weights", "zones \"a\" and \"b\"", "restriction 1"} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("%q is not named in: %v", part, err)
		}
	}
}
