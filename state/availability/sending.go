package availability

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"almanac/fact"
)

// Storefront is the channel of the shop's own pages.
const Storefront = "web"

// Band is what a delivery of up to a weight costs.
type Band struct {
	UpTo int64 `json:"up_to_g" doc:"grams, included"`
	Cost int64 `json:"cost_minor"`
}

// Restriction names products that may not be sent to some countries. A product is meant where its SKU, its category (or
// one that it lies in), or one of its attributes is named.
type Restriction struct {
	Name       string            `json:"name,omitempty"`
	Countries  []string          `json:"countries" doc:"ISO 3166 alpha-2"`
	SKUs       []string          `json:"skus,omitempty"`
	Categories []string          `json:"categories,omitempty" doc:"as in “Garden > Tools”; a category means what lies in it too"`
	Attributes map[string]string `json:"attributes,omitempty"`
}

// means tells whether a product is one of a restriction's.
func (r Restriction) means(p *fact.Product) bool {
	if slices.Contains(r.SKUs, p.SKU) {
		return true
	}
	category := strings.Join(p.Category, " > ") + " > "
	if slices.ContainsFunc(r.Categories, func(c string) bool { return strings.HasPrefix(category, c+" > ") }) {
		return true
	}
	for name, value := range r.Attributes {
		if v, ok := p.Attributes[name]; ok && strings.EqualFold(v, value) {
			return true
		}
	}
	return false
}

// Elsewhere lists the countries that a product may not be sent to.
func (s StockRules) Elsewhere(p *fact.Product) (countries []string) {
	for _, r := range s.Restrictions {
		if r.means(p) {
			countries = append(countries, r.Countries...)
		}
	}
	slices.Sort(countries)
	return slices.Compact(countries)
}

// Sends tells whether a place sends to a country; every place does where neither is said.
func (s StockRules) Sends(location, country string) bool {
	to, said := s.SendsTo[location]
	return !said || country == "" || slices.Contains(to, country)
}

// Zone finds where an address lies: of the zones of its country, or of none, the one with the longest prefix of the postcode.
func (s StockRules) Zone(country, postcode string) (Zone, bool) {
	best, at := -1, Zone{}
	for _, z := range s.Zones {
		if country != "" && len(z.Countries) > 0 && !slices.Contains(z.Countries, country) {
			continue
		}
		for _, p := range z.prefixes() {
			rank := 2 * len(p)
			if country != "" && len(z.Countries) > 0 {
				rank++ // says more than a zone of all countries
			}
			if strings.HasPrefix(plain(postcode), p) && rank > best {
				best, at = rank, z
			}
		}
	}
	return at, best >= 0
}

// prefixes are those of a zone's postcodes; the empty one stands for everywhere.
func (z Zone) prefixes() []string {
	if len(z.Prefixes) == 0 {
		return []string{""}
	}
	out := make([]string, len(z.Prefixes))
	for i, p := range z.Prefixes {
		out[i] = plain(p)
	}
	return out
}

// CostFrom is what a delivery from a place costs, of so many grams; 0 where the weight is not known.
func (z Zone) CostFrom(location string, grams int64) int64 {
	from := z.Cost
	if c, ok := z.From[location]; ok {
		from = c
	}
	if grams <= 0 {
		return from
	}
	for _, b := range z.Weights {
		if grams <= b.UpTo {
			return max(0, b.Cost+from-z.Cost)
		}
	}
	return from
}

// checkSending names what is wrong with countries, weights and restrictions.
func (s StockRules) checkSending(fault func(format string, args ...any)) {
	country := func(where string, codes ...string) {
		for _, c := range codes {
			if len(c) != 2 || strings.ToUpper(c) != c {
				fault("%s names the country %q; use two capital letters (ISO 3166), as DE", where, c)
			}
		}
	}
	if s.Country != "" {
		country("the shop", s.Country)
	}
	for place, to := range s.SendsTo {
		country(fmt.Sprintf("place %q", place), to...)
	}
	for _, z := range s.Zones {
		country(fmt.Sprintf("zone %q", z.Name), z.Countries...)
		if !slices.IsSortedFunc(z.Weights, func(a, b Band) int { return cmp.Compare(a.UpTo, b.UpTo) }) ||
			slices.ContainsFunc(z.Weights, func(b Band) bool { return b.UpTo <= 0 || b.Cost < 0 }) {
			fault("the weights of zone %q must rise, be above 0, and cost nothing below 0", z.Name)
		}
	}
	for i, r := range s.Restrictions {
		where := fmt.Sprintf("restriction %d", i+1)
		country(where, r.Countries...)
		if len(r.Countries) == 0 || len(r.SKUs)+len(r.Categories)+len(r.Attributes) == 0 {
			fault("%s needs countries, and products, categories or attributes", where)
		}
	}
}
