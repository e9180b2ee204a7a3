package lifetime

import "almanac/model/stats"

// Observation is what followed a customer's state at a past cut-off.
type Observation struct {
	Orders   int  // order days up to the cut-off
	Silent   int  // days from the last order to the cut-off
	Returned bool // ordered within the window after it
}

// The buckets of the rate table: upper bounds, the last one open.
var (
	orderBounds  = [...]int{1, 2, 4, 9}
	silentBounds = [...]int{30, 60, 120, 240}
)

// RepeatTable is the share of customers who ordered again within a window, by how often and how recently they had
// bought: 5 rows of orders (1, 2, 3–4, 5–9, 10 and more) by 5 columns of silence in days (≤ 30, ≤ 60, ≤ 120, ≤ 240,
// more). A merchant can read it; a model that wants to be believed must beat it.
type RepeatTable struct {
	Customers [5][5]int64 `json:"customers"`
	Returned  [5][5]int64 `json:"returned"`
}

// cellPrior is how many customers the overall rate is worth in each cell: a cell of five customers says little, one of
// five hundred speaks for itself.
const cellPrior = 20

// Add counts one observation.
func (t *RepeatTable) Add(o Observation) {
	row, col := bucket(orderBounds[:], o.Orders), bucket(silentBounds[:], o.Silent)
	t.Customers[row][col]++
	if o.Returned {
		t.Returned[row][col]++
	}
}

// Seen is the number of observations in the table.
func (t *RepeatTable) Seen() int64 {
	n, _ := t.total()
	return n
}

// Overall is the share of all observed customers who returned; 0 for an empty table.
func (t *RepeatTable) Overall() float64 {
	n, returned := t.total()
	if n == 0 {
		return 0
	}
	return float64(returned) / float64(n)
}

// Probability is the cell's rate, shrunk to the overall rate with the weight of 20 customers. Always in [0,1]; an empty
// table gives 0.
func (t *RepeatTable) Probability(orders, silent int) float64 {
	row, col := bucket(orderBounds[:], orders), bucket(silentBounds[:], silent)
	return stats.Shrink(float64(t.Returned[row][col]), float64(t.Customers[row][col]), t.Overall(), cellPrior)
}

func (t *RepeatTable) total() (customers, returned int64) {
	for row := range t.Customers {
		for col := range t.Customers[row] {
			customers += t.Customers[row][col]
			returned += t.Returned[row][col]
		}
	}
	return customers, returned
}

func bucket(bounds []int, v int) int {
	for i, b := range bounds {
		if v <= b {
			return i
		}
	}
	return len(bounds)
}
