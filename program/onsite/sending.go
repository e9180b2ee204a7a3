package onsite

import (
	"slices"
	"time"

	"almanac/state/availability"
)

// Place is how much of a product lies somewhere.
type Place struct {
	Location string
	Units    int64
}

// SetSending replaces what the shop says of where its places send to and what that costs; the next answer heeds it.
func (e *Engine) SetSending(s *availability.StockRules) { e.sending.Store(s) }

// address is where a visitor would have things sent.
type address struct {
	rules   *availability.StockRules
	country string
	zone    availability.Zone
	zoned   bool // whether a zone holds it
	nowhere bool // zones are set, and none holds it
}

// address is that of a question, or the shop's own country where the question names none.
func (e *Engine) address(country, postcode string) address {
	a := address{rules: e.sending.Load(), country: country}
	if a.rules == nil {
		return a
	}
	if a.country == "" {
		a.country = a.rules.Country
	}
	if len(a.rules.Zones) > 0 && a.country != "" {
		a.zone, a.zoned = a.rules.Zone(a.country, postcode)
		// Without a postcode only a zone of the whole country can hold it, and none is no proof that nothing is sent there.
		a.nowhere = !a.zoned && (postcode != "" || !slices.ContainsFunc(a.rules.Zones, func(z availability.Zone) bool {
			return len(z.Countries) == 0 || slices.Contains(z.Countries, a.country)
		}))
	}
	return a
}

// sends says whether a place sends to the address.
func (a *address) sends(location string) bool {
	return a.rules == nil || a.rules.Sends(location, a.country)
}

// within is how many of so many units of a product can be sent to the address. Sales that no place has told of are taken
// off here as well, as they may have been from anywhere.
func (a *address) within(p *Product, units int64) int64 {
	if a.rules == nil || len(a.rules.SendsTo) == 0 {
		return units
	}
	for _, at := range p.Places {
		if at.Units > 0 && !a.sends(at.Location) {
			units -= at.Units
		}
	}
	return units
}

// cost is what sending one unit costs from the cheapest place that has it, in minor units; false where it is not known.
// Along says that it goes with what is sent anyway: then it costs what it weighs more than the lightest.
func (a *address) cost(p *Product, along bool) (minor int64, from string, ok bool) {
	if !a.zoned || a.zone.Currency != p.Currency {
		return 0, "", false
	}
	for _, at := range p.Places {
		if at.Units <= 0 || !a.sends(at.Location) {
			continue
		}
		if c := a.zone.CostFrom(at.Location, p.Grams); !ok || c < minor {
			minor, from, ok = c, at.Location, true
		}
	}
	if !ok {
		minor = a.zone.CostFrom("", p.Grams)
	}
	if along {
		minor = max(0, minor-a.zone.CostFrom(from, 1))
		if p.Grams <= 0 {
			minor = 0
		}
	}
	return minor, from, true
}

// Availability says in one word how much of a product there is.
type Availability string

// The words of availability.
const (
	InStock Availability = "in_stock"
	FewLeft Availability = "few_left"
	Unknown Availability = "unknown" // never counted
)

// few is from how many units on a visitor is not told that few are left.
const few = 5

// Availability tells how much there is, for the visitor's eyes: how many where they are few, and when more come.
func (s Shown) Availability() (word Availability, left int64, more time.Time) {
	switch {
	case !s.Counted:
		return Unknown, 0, time.Time{}
	case s.Left <= few:
		return FewLeft, s.Left, s.Product.MoreOn
	}
	return InStock, 0, time.Time{}
}
