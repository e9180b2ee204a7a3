// Package customer answers what each customer is to the shop and how likely another order within 90 days is.
//
// In go the orders of known customers before a cut-off; out come an artefact with the shop's fifths of recency, frequency
// and value, the repeat rates by how often and how recently customers had bought, the repeat rate of each month's
// newcomers, and a card. The artefact holds counts and cuts, no customer: a customer is judged from state when asked for,
// so that an erased customer leaves nothing behind but a number in a sum. The baseline gives everybody the shop's
// overall rate; the table must beat its Brier score at past cut-offs to answer in its stead. Method: model/lifetime.
package customer

import (
	"almanac/model/lifetime"
	"almanac/state"
)

// Horizon is the window of the repeat probability, in days.
const Horizon = 90

// Model is the trained artefact.
type Model struct {
	AsOf      state.Day            `json:"as_of"` // first day that training did not see
	Scale     lifetime.Scale       `json:"scale"`
	Table     lifetime.RepeatTable `json:"table"`
	ByTable   bool                 `json:"by_table"` // the table beat the overall rate and answers
	Customers int                  `json:"customers"`
	Segments  []Segment            `json:"segments"`   // as of AsOf, in the order of lifetime.Segments
	Repeat90  []lifetime.Cohort    `json:"repeat_90"`  // mature cohorts only
	Repeat365 []lifetime.Cohort    `json:"repeat_365"` // mature cohorts only
}

// Segment sums up the customers of one segment.
type Segment struct {
	Segment   lifetime.Segment `json:"segment"`
	Customers int              `json:"customers"`
	Value     float64          `json:"value"`  // net value of their orders so far, minor units
	Expected  float64          `json:"expect"` // how many of them are expected to order within the horizon
}

// Judgement is what the model says of one customer.
type Judgement struct {
	Score       lifetime.Score   `json:"score"`
	Segment     lifetime.Segment `json:"segment"`
	Probability float64          `json:"probability"` // of an order within 90 days of asOf
}

// Judge places a customer as of a day (usually Model.AsOf or today; the day itself has not been seen). A day before the
// customer's last order counts as the day of it.
func (m *Model) Judge(c lifetime.Customer, asOf state.Day) Judgement {
	return Judgement{Score: m.Scale.Score(c), Segment: m.Scale.Segment(c), Probability: m.Probability(c, asOf)}
}

// Probability is the chance that a customer orders within 90 days of a day.
func (m *Model) Probability(c lifetime.Customer, asOf state.Day) float64 {
	if !m.ByTable {
		return m.Table.Overall()
	}
	return m.Table.Probability(c.Orders, max(int(asOf)-c.Last, 0))
}
