package onsite

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Deed is what a rule does.
type Deed string

// The deeds of rules.
const (
	Pin     Deed = "pin"     // at a position, if it can be sold
	Boost   Deed = "boost"   // relevance times factor
	Bury    Deed = "bury"    // relevance divided by factor
	Exclude Deed = "exclude" // never
)

// Rule is one wish of the merchant.
type Rule struct {
	Name       string
	Deed       Deed
	Placements []string // none for all
	SKUs       []string // what it is about: products, categories or brands
	Categories []string // a category means what lies in it too: "Garden" is "Garden > Chairs" as well
	Brands     []string
	Position   int       // of a pin, from 1 to Most
	Factor     float64   // of boost and bury, above 1 to 1000; 2 where 0
	From       time.Time // zero for always
	Until      time.Time // the first moment that it no longer holds
}

// Bounds of a rule, so that one rule costs an answer no more than its share.
const (
	mostNamed  = 1000 // products, categories or brands of one rule
	longestSKU = 512  // bytes of any text of a rule
)

// Fault is what is wrong with one field of a rule.
type Fault struct {
	Field string // as it is written in files and calls: name, deed, placements, skus, categories, brands, position, factor, from, until
	Wrong string // completes "Rule “x”: field …"
	Do    string // what to do about it
}

// BadRule says all that is wrong with a rule.
type BadRule struct {
	Name   string
	Faults []Fault
}

// Error tells each fault with its field.
func (b *BadRule) Error() string {
	parts := make([]string, len(b.Faults))
	for i, f := range b.Faults {
		parts[i] = f.Field + " " + f.Wrong
	}
	return fmt.Sprintf("rule %q: %s", b.Name, strings.Join(parts, "; "))
}

// Remedy tells what to do about each fault.
func (b *BadRule) Remedy() string {
	parts := make([]string, len(b.Faults))
	for i, f := range b.Faults {
		parts[i] = f.Do
	}
	return strings.Join(slices.Compact(parts), " ")
}

// Check says what is wrong with a rule for a shop with these placements; the error is a *BadRule.
func (r Rule) Check(placements []Placement) error {
	b := &BadRule{Name: r.Name}
	add := func(field, wrong, do string) { b.Faults = append(b.Faults, Fault{field, wrong, do}) }
	if !slices.Contains([]Deed{Pin, Boost, Bury, Exclude}, r.Deed) {
		add("deed", fmt.Sprintf("is %q", r.Deed), "Use pin, boost, bury or exclude.")
	}
	r.checkPlacements(placements, add)
	r.checkNamed(add)
	if r.Deed == Pin {
		if len(r.SKUs) != 1 || len(r.Categories)+len(r.Brands) > 0 {
			add("skus", "of a pin must be one product and nothing else", "Name one product; make another rule for the next.")
		}
		if r.Position < 1 || r.Position > Most {
			add("position", fmt.Sprintf("of a pin is %d", r.Position), fmt.Sprintf("Give a place from 1 to %d.", Most))
		}
	} else if r.Position != 0 {
		add("position", "is only for pins", "Leave it away, or make the rule a pin.")
	}
	if r.Factor != 0 {
		if r.Deed == Pin || r.Deed == Exclude {
			add("factor", "is only for boost and bury", "Leave it away.")
		} else if !(r.Factor > 1 && r.Factor <= 1000) {
			add("factor", fmt.Sprintf("is %g", r.Factor), "Give a number above 1, at most 1000.")
		}
	}
	if !r.From.IsZero() && !r.Until.IsZero() && !r.From.Before(r.Until) {
		add("until", "is not after its beginning", "Let the rule end after it begins, or leave one of the two away.")
	}
	if b.Faults == nil {
		return nil
	}
	return b
}

// checkPlacements finds places that there are not.
func (r *Rule) checkPlacements(placements []Placement, add func(field, wrong, do string)) {
	var names []string
	for _, p := range placements {
		names = append(names, p.Name)
	}
	for _, p := range r.Placements {
		if !slices.Contains(names, p) {
			add("placements", fmt.Sprintf("names %q, which there is not", clip(p)), "Name some of "+strings.Join(names, ", ")+", or none for all.")
		}
	}
}

// checkNamed looks at the texts of a rule and at what it is about.
func (r *Rule) checkNamed(add func(field, wrong, do string)) {
	if len(r.Name) > longestSKU {
		add("name", fmt.Sprintf("has %d bytes", len(r.Name)), fmt.Sprintf("Use at most %d bytes.", longestSKU))
	}
	if len(r.SKUs)+len(r.Categories)+len(r.Brands) == 0 {
		add("skus", "names no product, and neither does it name a category or brand", "Say what the rule is about.")
	}
	for _, c := range []struct {
		field string
		texts []string
	}{{"skus", r.SKUs}, {"categories", r.Categories}, {"brands", r.Brands}} {
		if len(c.texts) > mostNamed {
			add(c.field, fmt.Sprintf("holds %d names", len(c.texts)), fmt.Sprintf("Use at most %d in one rule.", mostNamed))
		}
		for _, t := range c.texts {
			if t == "" || len(t) > longestSKU {
				add(c.field, fmt.Sprintf("holds a name of %d bytes", len(t)), fmt.Sprintf("Use names of 1 to %d bytes.", longestSKU))
				break
			}
		}
	}
}

func clip(s string) string {
	if len(s) > 60 {
		return strings.ToValidUTF8(s[:60], "") + "…"
	}
	return s
}

// holds says whether a rule is in force for a placement.
func (r *Rule) holds(placement string, now time.Time) bool {
	return (len(r.Placements) == 0 || slices.Contains(r.Placements, placement)) && r.Running(now)
}

// Running says whether a rule is in force at an instant.
func (r *Rule) Running(now time.Time) bool {
	return (r.From.IsZero() || !now.Before(r.From)) && (r.Until.IsZero() || now.Before(r.Until))
}

func (r *Rule) factor() float64 {
	f := r.Factor
	if f == 0 {
		f = 2
	}
	if r.Deed == Bury {
		return 1 / f
	}
	return f
}
