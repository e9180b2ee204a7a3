package fact

import "strings"

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
	} else if len(value) > MaxIDLength {
		p.Add(field, "is longer than 512 bytes")
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
