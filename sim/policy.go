package sim

import (
	"fmt"
	"math"
)

// Policy is what the shop decides; the rest of the world does not depend on it, only on what it leads to.
type Policy struct {
	Name string
	// Order tells how many units of a product to buy, asked once a week for every product. nil: nothing is bought.
	Order func(Shelf) int
	// Price changes the price of a product for a day, minor units; asked every day. nil: the merchant's.
	Price func(Shelf, int64) int64
	// Mail tells whether a person gets a campaign. nil: everybody who agreed.
	Mail func(Recipient) bool
}

// Shelf is what a merchant can know of a product.
type Shelf struct {
	SKU      string
	Day      int
	OnHand   int     // in all locations
	OnOrder  int     // bought and not here
	Sold30   int     // units in the last 30 days
	Sold90   int     // in the last 90
	Listed   int     // days since it came into the shop
	LeadDays int     // as the supplier quotes
	Price    int64   // with tax, minor units
	Cost     int64   // minor units
	Pack     int     // units are bought in multiples
	Ends     bool    // is about to be dropped
	Forecast float64 // units a day expected of a new product, by the buyer's feeling
}

// Recipient is what a merchant can know of a person.
type Recipient struct {
	Customer  string
	Purchases int
	Idle      int // days since the last
}

// Policies are those that can be chosen by name.
func Policies() []Policy {
	return []Policy{
		{Name: "merchant", Order: coverOf(14)},
		{Name: "lean", Order: coverOf(3)},
		{Name: "generous", Order: coverOf(60)},
		{Name: "nothing"},
		{Name: "no-mail", Order: coverOf(14), Mail: func(Recipient) bool { return false }},
		{Name: "no-promotions", Order: coverOf(14), Price: func(s Shelf, _ int64) int64 { return s.Price }},
	}
}

// PolicyNamed finds a policy.
func PolicyNamed(name string) (Policy, error) {
	names := []string{}
	for _, p := range Policies() {
		if p.Name == name {
			return p, nil
		}
		names = append(names, p.Name)
	}
	return Policy{}, fmt.Errorf("there is no policy %q; choose of %v", name, names)
}

// coverOf is the rule of thumb that shops really use: the mean of 30 days for the lead time and some days more.
func coverOf(more int) func(Shelf) int {
	return func(s Shelf) int {
		if s.Ends {
			return 0
		}
		mean := float64(s.Sold30) / 30
		if s.Listed < 30 {
			mean = s.Forecast
		}
		need := math.Max(2, mean*float64(s.LeadDays+more)) - float64(s.OnHand+s.OnOrder) // two on the shelf at least
		if need <= 0 {
			return 0
		}
		// What is bought lasts for a month beyond the need.
		return int(math.Ceil((need+mean*30)/float64(s.Pack))) * s.Pack
	}
}
