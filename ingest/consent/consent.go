// Package consent answers what of an event a shop may keep.
//
// The shop's policy, what the event and its browser say (a banner's categories, Global Privacy Control) and
// what the person chose before go in. A verdict comes out: keep the fact, keep it without saying who, or
// drop it. Purposes are those that privacy law tells apart: analytics, personalization and marketing (GDPR,
// ePrivacy), and sale or sharing (CCPA). Global Privacy Control: https://w3c.github.io/gpc/.
package consent

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"almanac/fact"
)

// Purpose is what data may be used for.
type Purpose string

// Purposes. Sale stands for selling and sharing data with others.
const (
	Analytics       Purpose = "analytics"
	Personalization Purpose = "personalization"
	Marketing       Purpose = "marketing"
	Sale            Purpose = "sale"
)

// Purposes lists them all.
var Purposes = []Purpose{Analytics, Personalization, Marketing, Sale}

// Defaults of a purpose: what holds of somebody who has said nothing.
const (
	OptIn  = "opt-in"  // no until they say yes
	OptOut = "opt-out" // yes until they say no
)

// What becomes of behaviour where analytics is refused.
const (
	Drop      = "drop"
	Anonymous = "anonymous"
)

// Policy is what a shop asks for and how it reads the answers.
type Policy struct {
	Default map[Purpose]string `json:"default"`
	Refused string             `json:"refused"` // Drop or Anonymous
	// Categories maps the names of a banner's categories, in small letters, to purposes.
	Categories map[string][]Purpose `json:"categories"`
	// GPC lists what Global Privacy Control refuses.
	GPC []Purpose `json:"gpc"`
}

// Standard is the policy of a shop that has set none: everything until it is refused, categories by their
// usual names, and Global Privacy Control refuses sale and sharing.
func Standard() Policy {
	return Policy{
		Default: map[Purpose]string{Analytics: OptOut, Personalization: OptOut, Marketing: OptOut, Sale: OptOut},
		Refused: Drop,
		Categories: map[string][]Purpose{
			"analytics": {Analytics}, "performance": {Analytics}, "statistics": {Analytics}, "measurement": {Analytics},
			"personalization": {Personalization}, "personalisation": {Personalization}, "functional": {Personalization}, "preferences": {Personalization},
			"marketing": {Marketing}, "advertising": {Marketing, Sale}, "targeting": {Marketing, Sale}, "social": {Marketing, Sale},
			"sale": {Sale}, "sale_of_data": {Sale}, "saleofdata": {Sale}, "sharing": {Sale}, "data_sharing": {Sale},
		},
		GPC: []Purpose{Sale},
	}
}

// Check reports what is wrong with a policy, or nil.
func (p Policy) Check() error {
	for _, u := range Purposes {
		if d := p.Default[u]; d != OptIn && d != OptOut {
			return fmt.Errorf("the default of %s is %q: use opt-in or opt-out", u, d)
		}
	}
	if p.Refused != Drop && p.Refused != Anonymous {
		return fmt.Errorf("refused is %q: use drop or anonymous", p.Refused)
	}
	known := func(where string, list []Purpose) error {
		for _, u := range list {
			if !slices.Contains(Purposes, u) {
				return fmt.Errorf("%s names the purpose %q: use analytics, personalization, marketing or sale", where, u)
			}
		}
		return nil
	}
	for _, c := range slices.Sorted(maps.Keys(p.Categories)) {
		if c != strings.ToLower(c) || c == "" {
			return fmt.Errorf("the category %q is empty or not in small letters", c)
		}
		if err := known("the category "+c, p.Categories[c]); err != nil {
			return err
		}
	}
	return known("gpc", p.GPC)
}

// Choice is what a person said, by purpose; a purpose that is not there was not spoken of.
type Choice map[Purpose]bool

// Said reads the categories of a banner. Categories that nobody knows say nothing. Of two categories of one
// purpose the refusal counts.
func (p Policy) Said(categories map[string]bool) Choice {
	var c Choice
	for name, yes := range categories {
		for _, u := range p.Categories[strings.ToLower(strings.TrimSpace(name))] {
			if c == nil {
				c = Choice{}
			}
			if old, ok := c[u]; ok {
				yes = yes && old
			}
			c[u] = yes
		}
	}
	return c
}

// Opposed is what Global Privacy Control says.
func (p Policy) Opposed() Choice {
	c := make(Choice, len(p.GPC))
	for _, u := range p.GPC {
		c[u] = false
	}
	return c
}

// Over is what holds when c is said after or besides the older choice: c where it speaks, the older elsewhere.
func (c Choice) Over(older Choice) Choice {
	if len(older) == 0 {
		return c
	}
	out := maps.Clone(older)
	maps.Copy(out, c)
	return out
}

// And is what two ids of one person allow together: a refusal of either counts.
func (c Choice) And(other Choice) Choice {
	out := maps.Clone(c)
	for u, yes := range other {
		if out == nil {
			out = Choice{}
		}
		if old, ok := out[u]; ok {
			yes = yes && old
		}
		out[u] = yes
	}
	return out
}

// Adds reports whether c says anything that older does not say already.
func (c Choice) Adds(older Choice) bool {
	for u, yes := range c {
		if old, ok := older[u]; !ok || old != yes {
			return true
		}
	}
	return false
}

// Text is the choice as a fact holds it.
func (c Choice) Text() map[string]bool {
	out := make(map[string]bool, len(c))
	for u, yes := range c {
		out[string(u)] = yes
	}
	return out
}

// Allows says whether somebody's data may be used for a purpose.
func (p Policy) Allows(u Purpose, c Choice) bool {
	if yes, said := c[u]; said {
		return yes
	}
	return p.Default[u] != OptIn
}

// Verdict is what becomes of a fact.
type Verdict uint8

// Verdicts.
const (
	Keep     Verdict = iota
	Nameless         // kept without saying who
	Refuse           // not kept
)

// Judge says what becomes of a fact of a kind, and which purpose decided where it is not kept whole.
func (p Policy) Judge(k fact.Kind, c Choice) (Verdict, Purpose) {
	allowed := func(u Purpose) bool { return p.Allows(u, c) }
	switch uses(k) {
	case "":
		if k == fact.OrderPlaced && !allowed(Personalization) {
			return Nameless, Personalization
		}
	case Analytics:
		if !allowed(Analytics) {
			if p.Refused == Anonymous {
				return Nameless, Analytics
			}
			return Refuse, Analytics
		}
		if !allowed(Personalization) {
			return Nameless, Personalization
		}
	case Personalization:
		if !allowed(Personalization) {
			return Refuse, Personalization
		}
	case Marketing:
		if !allowed(Marketing) {
			return Refuse, Marketing
		}
	}
	return Keep, ""
}

// uses is the purpose for which facts of a kind are kept; none where they are needed to carry out what the
// customer asked for (orders, service), or to respect what they said (consent, erasure).
func uses(k fact.Kind) Purpose {
	switch k {
	case fact.CustomerDescribed, fact.IdentityLinked, fact.GroupJoined:
		return Personalization
	case fact.Touched, fact.MessageOpened, fact.MessageClicked:
		return Marketing
	case fact.PageViewed, fact.ListViewed, fact.ProductViewed, fact.ProductCompared, fact.ProductWished, fact.ProductUnwished, fact.ProductAdded,
		fact.ProductRemoved, fact.ProductClicked, fact.ProductShared, fact.CartShared, fact.Searched, fact.CartViewed, fact.CheckoutStarted,
		fact.CheckoutStepViewed, fact.CheckoutStepCompleted, fact.PaymentEntered, fact.PromotionViewed, fact.PromotionClicked,
		fact.CouponEntered, fact.CouponApplied, fact.CouponDenied, fact.CouponRemoved, fact.RecommendationShown, fact.EventTracked:
		return Analytics
	}
	return ""
}
