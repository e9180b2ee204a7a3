package sales

import (
	"cmp"
	"slices"
	"time"
)

// Order is what one order adds to a month, so that a difference from another report can be followed to its rows.
type Order struct {
	Order  string    `json:"order"`
	Placed time.Time `json:"placed"`
	Month
}

// Orders lists what orders, and what came back of them, add to the line of a month, largest total first; their sum is that
// line. An order whose goods came back in a later month is in both.
func (r *Report) Orders(name string) []Order {
	var out []Order
	for number, o := range r.orders {
		one := &Report{zone: r.zone, orders: map[string]*order{number: o}}
		for _, m := range one.Months() {
			if m.Month == name {
				out = append(out, Order{number, o.placed, m})
			}
		}
	}
	slices.SortFunc(out, func(a, b Order) int {
		return cmp.Or(-cmp.Compare(max(a.Total, -a.Total), max(b.Total, -b.Total)), cmp.Compare(a.Order, b.Order))
	})
	return out
}
