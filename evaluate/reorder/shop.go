// Package reorder measures policies of ordering by living through the past again: every day of known demand, with the
// stock that each policy would have had.
//
// In goes a shop: the demand of every product and day, prices, costs, and how long an order of each day takes. Out comes
// what each policy would have cost: holding, ordering, and the margin of what customers wanted and did not get. All
// policies see the same demand, on the same days, up to the day before, and the same lead times. Sales that find an empty
// shelf are lost.
//
// Shops come from a file in the form of the M5 competition ([ReadM5]) or from simulated worlds ([Worlds]). What such data do
// not tell is assumed, and said so in the report.
package reorder

import (
	"almanac/model/inventory"
)

// Shop is what is replayed. Days count from 0 in all of it.
type Shop struct {
	Days  int
	Items []Item
	// Record is what the shop knows of its suppliers: orders placed on a day, of all that it sells.
	Record []Placed
}

// Placed is an order that the shop once placed, and how long it took.
type Placed struct{ Supplier, Day, Took int }

// Item is one product in one place.
type Item struct {
	ID       string
	Supplier int
	Quoted   int     // lead time in days, as the supplier says
	Pack     float64 // units are bought in multiples; 0 counts as 1
	First    int     // day from which on it is sold
	End      int     // day from which on it is no longer; 0: none
	Look     int     // it is looked at on days d with (d+Look) % review == 0
	Cost     float64 // of a unit
	Demand   []float64
	// Price without tax by day, and days that an order placed on a day takes.
	Price []float64
	Lead  []uint16
}

// Costs are assumed where the data do not tell them.
type Costs struct {
	HoldingRate float64 `json:"holding_rate"` // of a unit's cost, a year
	Order       float64 `json:"order_cost"`   // of placing and receiving one line of an order
	Margin      float64 `json:"margin_share"` // of the price, where costs are unknown
}

func (c Costs) hold(i *Item) float64 { return c.HoldingRate * i.Cost / 365 }

// of are the costs of an item as a policy sees them on a day: a unit earns what it earned in the last four weeks.
func (c Costs) of(i *Item, day int) inventory.Costs {
	const weeks = 28
	from := max(i.First, day-weeks)
	price := i.Price[day]
	if from < day {
		price = sum(i.Price[from:day]) / float64(day-from)
	}
	return inventory.Costs{Order: c.Order, Hold: c.hold(i), Short: max(0, price-i.Cost)}
}
