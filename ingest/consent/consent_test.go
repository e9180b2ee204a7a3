package consent_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"almanac/fact"
	"almanac/ingest/consent"
)

func TestWhatBecomesOfAFact(t *testing.T) {
	standard := consent.Standard()
	strict := consent.Standard()
	for _, u := range consent.Purposes {
		strict.Default[u] = consent.OptIn
	}
	counting := consent.Standard()
	counting.Refused = consent.Anonymous
	yes, no := true, false
	said := func(a, p, m *bool) consent.Choice {
		c := consent.Choice{}
		for u, v := range map[consent.Purpose]*bool{consent.Analytics: a, consent.Personalization: p, consent.Marketing: m} {
			if v != nil {
				c[u] = *v
			}
		}
		return c
	}
	for _, c := range []struct {
		name   string
		policy consent.Policy
		kind   fact.Kind
		choice consent.Choice
		want   consent.Verdict
	}{
		{"silence, opt-out", standard, fact.PageViewed, nil, consent.Keep},
		{"silence, opt-in", strict, fact.PageViewed, nil, consent.Refuse},
		{"analytics refused", standard, fact.ProductViewed, said(&no, nil, nil), consent.Refuse},
		{"analytics refused where counting goes on", counting, fact.ProductViewed, said(&no, nil, nil), consent.Nameless},
		{"analytics without personalization", standard, fact.ProductViewed, said(&yes, &no, nil), consent.Nameless},
		{"all agreed, opt-in", strict, fact.ProductViewed, said(&yes, &yes, &yes), consent.Keep},
		{"identity without personalization", standard, fact.CustomerDescribed, said(&yes, &no, nil), consent.Refuse},
		{"a touch without marketing", standard, fact.Touched, said(nil, nil, &no), consent.Refuse},
		{"an order is kept, opt-in and silent, without the browser", strict, fact.OrderPlaced, nil, consent.Nameless},
		{"a return is kept", strict, fact.OrderReturned, nil, consent.Keep},
		{"a refusal is kept", strict, fact.ConsentChanged, said(&no, &no, &no), consent.Keep},
	} {
		if got, _ := c.policy.Judge(c.kind, c.choice); got != c.want {
			t.Errorf("%s: %d, want %d", c.name, got, c.want)
		}
	}
}

func choices(t *rapid.T, label string) consent.Choice {
	c := consent.Choice{}
	for _, u := range consent.Purposes {
		switch rapid.IntRange(0, 2).Draw(t, label+string(u)) {
		case 1:
			c[u] = true
		case 2:
			c[u] = false
		}
	}
	return c
}

// A refusal of either id of a person holds, in whichever order one asks.
func TestARefusalOfEitherIdHolds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := choices(t, "a"), choices(t, "b")
		both := a.And(b)
		if !maps.Equal(both, b.And(a)) {
			t.Fatalf("%v and %v depend on their order", a, b)
		}
		for _, u := range consent.Purposes {
			av, as := a[u]
			bv, bs := b[u]
			if (as && !av || bs && !bv) && both[u] {
				t.Fatalf("%s was refused and is allowed", u)
			}
		}
		if newer := a.Over(b); a.Adds(newer) {
			t.Fatalf("%v does not hold after it was said over %v", a, b)
		}
	})
}

func TestCategoriesOfABanner(t *testing.T) {
	p := consent.Standard()
	got := p.Said(map[string]bool{"Advertising": false, "Analytics": true, "C0009": true, "Sale": true})
	if want := (consent.Choice{consent.Marketing: false, consent.Sale: false, consent.Analytics: true}); !maps.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	if p.Said(map[string]bool{"C0009": true}) != nil {
		t.Error("a category that nobody knows says something")
	}
}

func TestAPolicyIsChecked(t *testing.T) {
	for name, spoil := range map[string]func(*consent.Policy){
		"default":  func(p *consent.Policy) { p.Default[consent.Sale] = "" },
		"refused":  func(p *consent.Policy) { p.Refused = "keep" },
		"category": func(p *consent.Policy) { p.Categories["x"] = []consent.Purpose{"fun"} },
		"capitals": func(p *consent.Policy) { p.Categories["Ads"] = nil },
		"gpc":      func(p *consent.Policy) { p.GPC = []consent.Purpose{"all"} },
	} {
		p := consent.Standard()
		if err := p.Check(); err != nil {
			t.Fatal(err)
		}
		spoil(&p)
		if p.Check() == nil {
			t.Errorf("%s: a wrong policy passes", name)
		}
	}
}

// Whatever is kept without identity holds nothing that tells whose it is, and stays valid.
func TestNothingOfWhoRemains(t *testing.T) {
	secret := "whoever-4711"
	who := fact.Actor{Visitor: secret, Customer: secret, Session: secret}
	address := "https://shop.example/a?mail=" + secret + "#" + secret
	bodies := map[fact.Kind]fact.Body{
		fact.PageViewed:         &fact.PageView{Actor: who, URL: address, Path: "/a", Referrer: address},
		fact.ListViewed:         &fact.ListView{Actor: who, List: "l", SKUs: []string{"mug"}},
		fact.ProductViewed:      &fact.ProductEvent{Actor: who, SKU: "mug"},
		fact.Searched:           &fact.Search{Actor: who, Query: "mug"},
		fact.CartViewed:         &fact.Basket{Actor: who, Cart: secret},
		fact.EventTracked:       &fact.Event{Actor: who, Name: "Quiz", Properties: json.RawMessage(`"` + secret + `"`)},
		fact.PromotionViewed:    &fact.Promotion{Actor: who, Promotion: "p"},
		fact.CheckoutStepViewed: &fact.Step{Actor: who, Checkout: secret, Order: secret},
		fact.CouponEntered:      &fact.Coupon{Actor: who, Coupon: "c", Order: secret, Cart: secret},
		fact.CartShared:         &fact.Share{Actor: who, Cart: secret},
	}
	for k, b := range bodies {
		for i := range 2 {
			f := fact.Fact{Shop: "a", Source: "s", ID: fmt.Sprint(k, i), Kind: k, OccurredAt: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), Body: b, Ext: json.RawMessage(`"` + secret + `"`)}
			consent.Strip(&f)
			text, err := json.Marshal(f)
			if err != nil || strings.Contains(string(text), secret) {
				t.Errorf("%s: %s %v", k, text, err)
			}
			if err := f.Validate(); err != nil {
				t.Errorf("%s: %v", k, err)
			}
		}
	}
	a := fact.Fact{ID: "1", Body: &fact.Search{Actor: who}}
	b := fact.Fact{ID: "2", Body: &fact.Search{Actor: who}}
	consent.Strip(&a)
	consent.Strip(&b)
	if as, bs := a.Body.(*fact.Search), b.Body.(*fact.Search); as.Visitor == bs.Visitor { //nolint:forcetypeassert // made above
		t.Error("two events of one person can be told to be of one person")
	}
}
