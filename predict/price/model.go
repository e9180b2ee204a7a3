// Package price answers how the demand for each product answers to its price.
//
// In go the asking prices that were set, the sales of each product and day, when products were out of stock, and their
// categories; out come an artefact with an elasticity for each category and a card. A product's days at one price within a
// week are one observation; days without stock are left out. Only asking prices count: what a line was charged is lower
// where more was taken, which would pass for an answer to price. The baseline is that a price changes nothing; the elasticity
// must tell better than it, in later weeks than it learnt from, how a week's units spread over the products. Where no
// price moved beside others that stayed, or the past does not show that a lower one sells more, the answer is that it is not
// known. Method: model/elasticity.
package price

import (
	"sort"

	"almanac/model/elasticity"
	"almanac/state"
)

// Model is the trained artefact.
type Model struct {
	AsOf    state.Day                      `json:"as_of"` // first day that training did not see
	Known   bool                           `json:"known"` // the past shows how demand answers
	All     elasticity.Estimate            `json:"all"`
	Between float64                        `json:"between"` // standard deviation between categories
	Group   map[string]elasticity.Estimate `json:"group"`   // by category
	Deepest float64                        `json:"deepest"` // the largest cut that was tried, as a share of the price before
	Kept    float64                        `json:"kept"`    // what of an asking price reaches the shop, without tax and discounts
	Product []Product                      `json:"product"` // by SKU, ascending
}

// Product is what is known of one product.
type Product struct {
	SKU     string  `json:"sku"`
	Group   string  `json:"group"`
	Kept    float64 `json:"kept,omitempty"` // its own share, where it sold enough to tell; else 0
	Changes int     `json:"changes"`        // of its price, that were seen
}

// Answer is what the model says of one product.
type Answer struct {
	elasticity.Estimate
	Category string  // that the estimate is of; empty for the shop's
	Kept     float64 // net money for the shop of one unit of asking price
	Changes  int
}

// Of answers for a product of a category.
func (m *Model) Of(sku, category string) Answer {
	a := Answer{Estimate: m.All, Kept: m.Kept}
	if e, ok := m.Group[category]; ok {
		a.Estimate, a.Category = e, category
	}
	i := sort.Search(len(m.Product), func(i int) bool { return m.Product[i].SKU >= sku })
	if i < len(m.Product) && m.Product[i].SKU == sku {
		a.Changes = m.Product[i].Changes
		if m.Product[i].Kept > 0 {
			a.Kept = m.Product[i].Kept
		}
	}
	return a
}
