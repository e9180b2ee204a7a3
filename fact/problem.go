package fact

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Problem is one thing wrong with one field of a fact.
type Problem struct {
	Field string `json:"field"`
	What  string `json:"what"`
}

// Problems collects every fault of a fact, so that a sender can mend them all at once.
type Problems []Problem

// Add notes a fault.
func (p *Problems) Add(field, what string) { *p = append(*p, Problem{field, what}) }

// Err is the list as an error, or nil when it is empty.
func (p Problems) Err() error {
	if len(p) == 0 {
		return nil
	}
	return p
}

// Error joins the faults: "sku is empty; quantity is not above zero".
func (p Problems) Error() string {
	s := make([]string, len(p))
	for i, v := range p {
		s[i] = v.Field + " " + v.What
	}
	return strings.Join(s, "; ")
}

func (p *Problems) need(field, value string) {
	if value == "" {
		p.Add(field, "is empty")
	}
	p.id(field, value)
}

// id bounds what becomes part of a key, where it is given.
func (p *Problems) id(field, value string) {
	switch {
	case len(value) > MaxIDLength:
		p.Add(field, fmt.Sprintf("is longer than %d bytes", MaxIDLength))
	case !utf8.ValidString(value) || strings.IndexByte(value, 0) >= 0:
		p.Add(field, "holds bytes that are not text")
	}
}

// title bounds a name that is looked up by.
func (p *Problems) title(value string) {
	if len(value) > MaxTitleLength {
		p.Add("title", fmt.Sprintf("is longer than %d bytes", MaxTitleLength))
	}
}

// Bounds of one fact. Nothing real comes near them, and the sums of what does stay within 64 bits: a single
// absurd number must not stop the adding up of everything else.
const (
	MaxUnits  = 1_000_000_000      // of one line, count or movement
	MaxAmount = 10_000_000_000_000 // minor units: 100 billion euros
)

// amount wants 0 to MaxAmount minor units.
func (p *Problems) amount(field string, v int64) {
	p.notNegative(field, v)
	p.within(field, v, MaxAmount)
}

// units wants 1 to MaxUnits.
func (p *Problems) units(field string, v int64) {
	p.above(field, v)
	p.within(field, v, MaxUnits)
}

func (p *Problems) within(field string, v, limit int64) {
	if v > limit || v < -limit {
		p.Add(field, fmt.Sprintf("is beyond %d", limit))
	}
}

func (p *Problems) notNegative(field string, v int64) {
	if v < 0 {
		p.Add(field, "is negative")
	}
}

func (p *Problems) above(field string, v int64) {
	if v <= 0 {
		p.Add(field, "is not above zero")
	}
}

func (p *Problems) currency(c string) {
	if !ValidCurrency(c) {
		p.Add("currency", "is not a three-letter ISO 4217 code")
	}
}

func oneOf[T ~string](p *Problems, field string, v T, allowed ...T) {
	for _, a := range allowed {
		if v == a {
			return
		}
	}
	p.Add(field, "has the unknown value \""+string(v)+"\"")
}
