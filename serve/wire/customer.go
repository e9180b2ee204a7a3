package wire

import "time"

// CustomerRow is a row of the list of customers.
type CustomerRow struct {
	ID          string   `json:"id"`
	Country     string   `json:"country,omitempty"`
	Orders      int64    `json:"orders"`
	NetMinor    int64    `json:"net_minor"`
	FirstOrder  string   `json:"first_order"`
	LastOrder   string   `json:"last_order"`
	RecencyDays int      `json:"recency_days"`
	RFV         string   `json:"rfv" doc:"Quintiles of recency, frequency and value, 5 best: 5-4-5"`
	Segment     string   `json:"segment"`
	PRepeat     *float64 `json:"p_repeat,omitempty" doc:"Chance to buy again"`
}

// CustomerList is a page of customers.
type CustomerList struct {
	Items []CustomerRow `json:"items"`
	Total int64         `json:"total"`
}

// Segment is a group of customers who buy alike.
type Segment struct {
	Segment   string `json:"segment"`
	Customers int64  `json:"customers"`
	NetMinor  int64  `json:"net_minor"`
	Explain   string `json:"explain"`
}

// RepeatRate is the share of first-time buyers who came back in time; buyers whose time is not over yet
// are left out.
type RepeatRate struct {
	Rate            float64 `json:"rate"`
	CohortCustomers int64   `json:"cohort_customers"`
	ImmatureLeftOut int64   `json:"immature_left_out"`
}

// Cohort is the customers whose first order fell in one month.
type Cohort struct {
	Month         string    `json:"month"`
	Customers     int64     `json:"customers"`
	RepeatByMonth []float64 `json:"repeat_by_month" doc:"Share that ordered again, by months since the first order"`
}

// WithoutCustomer is what was sold to nobody known.
type WithoutCustomer struct {
	Lines      int64   `json:"lines"`
	ShareOfNet float64 `json:"share_of_net"`
}

// CustomerOverview is the customers as a whole.
type CustomerOverview struct {
	Segments        []Segment       `json:"segments"`
	Repeat90        *RepeatRate     `json:"repeat_90,omitempty"`
	Repeat365       *RepeatRate     `json:"repeat_365,omitempty"`
	Cohorts         []Cohort        `json:"cohorts"`
	WithoutCustomer WithoutCustomer `json:"without_customer"`
	Model           *ForecastCard   `json:"model,omitempty"`
}

// CustomerOrder is one order of a customer.
type CustomerOrder struct {
	Order         string    `json:"order"`
	At            time.Time `json:"at"`
	Units         int64     `json:"units"`
	NetMinor      int64     `json:"net_minor"`
	ReturnedMinor int64     `json:"returned_minor"`
	Lines         int64     `json:"lines"`
}

// CustomerProduct is one product that a customer bought.
type CustomerProduct struct {
	SKU      string `json:"sku"`
	Title    string `json:"title"`
	Units    int64  `json:"units"`
	NetMinor int64  `json:"net_minor"`
	Last     string `json:"last"`
}

// Customer is everything about one customer.
type Customer struct {
	Row      CustomerRow       `json:"row"`
	Orders   []CustomerOrder   `json:"orders"`
	Products []CustomerProduct `json:"products"`
}
