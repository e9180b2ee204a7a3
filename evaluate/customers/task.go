// Package customers measures what predict/customer says: how likely each customer of a shop orders again within 90 days.
//
// In go a shop's own past ([Run]: customer_id and date, an order day a row) or simulated shops ([RunWorlds]); the model learns from
// the orders before a day and is asked about every customer known by then; out come the errors of its probabilities, of the
// baseline's (everybody the shop's overall rate) and of the rate by frequency and recency, with calibration by tenths. Scores: Brier
// (1950); AUC; the logarithmic score; expected calibration error (Naeini, Cooper and Hauskrecht 2015).
package customers

import (
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"almanac/model/lifetime"
	"almanac/model/stats"
	"almanac/predict/customer"
	"almanac/state"
)

// The methods that are measured; what the product answers is one of them.
const (
	Baseline = "overall rate"
	Table    = "rate by frequency and recency"
)

// Score is how good the probabilities of one method are.
type Score struct {
	Method    string  `json:"method,omitempty"`
	Customers int     `json:"customers"`
	Said      float64 `json:"said"`   // mean probability
	Bought    float64 `json:"bought"` // share of customers who did
	Brier     float64 `json:"brier"`
	Log       float64 `json:"log_score"` // mean −ln of the probability of what happened, each at least 1e-6
	AUC       float64 `json:"auc"`
	// Error is the mean of |said − bought| over ten equally large groups of customers, ordered by probability.
	Error  float64 `json:"calibration_error"`
	Tenths []Tenth `json:"tenths,omitempty"`
}

// Tenth is a group of customers of like probability.
type Tenth struct {
	Customers int     `json:"customers"`
	Said      float64 `json:"said"`
	Bought    float64 `json:"bought"`
}

// asked is what was said of the customers of one shop, and what they did.
type asked struct {
	said   map[string][]float64 // by method
	auto   string
	bought []bool
}

// ledger is the orders of a shop by customer, then day: what the question reads in the product from state.
type ledger []order

type order struct {
	customer string
	day      state.Day
	net      int64
}

// CustomerOrders makes it customer.Orders.
func (l ledger) CustomerOrders(_ context.Context, _ string, before state.Day, fn func(string, time.Time, state.Day, int64) error) error {
	for _, o := range l {
		if o.day < before {
			if err := fn(o.customer, o.day.Time(), o.day, o.net); err != nil {
				return err
			}
		}
	}
	return nil
}

// ask learns from the orders before cutoff and asks about all who ordered by then: who of them ordered in the 90 days after.
func ask(ctx context.Context, l ledger, cutoff state.Day) (*asked, error) {
	m, _, err := customer.Fit(ctx, l, "shop", cutoff)
	if err != nil {
		return nil, err
	}
	known, err := customer.Summaries(ctx, l, "shop", cutoff)
	if err != nil {
		return nil, err
	}
	again := map[string]bool{}
	for _, o := range l {
		if o.day >= cutoff && o.day < cutoff+customer.Horizon {
			again[o.customer] = true
		}
	}
	a := &asked{said: map[string][]float64{}, auto: Baseline}
	if m.ByTable {
		a.auto = Table
	}
	for _, c := range known {
		a.said[Baseline] = append(a.said[Baseline], m.Table.Overall())
		a.said[Table] = append(a.said[Table], tableSays(m, c.Customer, cutoff))
		a.bought = append(a.bought, again[c.ID])
	}
	return a, nil
}

func tableSays(m *customer.Model, c lifetime.Customer, cutoff state.Day) float64 {
	return m.Table.Probability(c.Orders, int(cutoff)-c.Last)
}

// score sums up over customers of one shop or several.
func score(said []float64, bought []bool) Score {
	n := float64(len(said))
	s := Score{Customers: len(said), Brier: stats.Brier(said, bought), AUC: stats.AUC(said, bought)}
	order := make([]int, len(said))
	for i, p := range said {
		order[i] = i
		s.Said += p / n
		if !bought[i] {
			p = 1 - p
		} else {
			s.Bought += 1 / n
		}
		s.Log -= math.Log(math.Max(p, 1e-6)) / n
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case said[a] < said[b]:
			return -1
		case said[a] > said[b]:
			return 1
		}
		return 0
	})
	for k := range 10 {
		group := order[k*len(order)/10 : (k+1)*len(order)/10]
		if len(group) == 0 {
			continue
		}
		t := Tenth{Customers: len(group)}
		for _, i := range group {
			t.Said += said[i] / float64(len(group))
			if bought[i] {
				t.Bought += 1 / float64(len(group))
			}
		}
		s.Error += math.Abs(t.Said-t.Bought) * float64(len(group)) / n
		s.Tenths = append(s.Tenths, t)
	}
	return s
}

// Report is what `almanac evaluate customers --orders` prints.
type Report struct {
	Task    string           `json:"task"`
	Data    Data             `json:"data"`
	Auto    Score            `json:"auto"`
	Methods map[string]Score `json:"methods"`
	Seconds float64          `json:"seconds"`
}

// Data says what was measured.
type Data struct {
	File    string `json:"file"`
	Orders  int    `json:"orders"` // rows of the file; those of one day and customer count once
	Cutoff  string `json:"cutoff"` // the first day that is not seen
	Horizon int    `json:"horizon_days"`
}

// Run scores the question on a shop's own past. cutoff is the first day that is not seen; zero: 90 days before the day after the last
// order.
func Run(ctx context.Context, file string, cutoff time.Time) (*Report, error) {
	began := time.Now()
	l, err := readFile(file)
	if err != nil {
		return nil, err
	}
	last := slices.MaxFunc(l, func(a, b order) int { return int(a.day - b.day) }).day
	at := last + 1 - customer.Horizon
	if !cutoff.IsZero() {
		at = state.DayOf(cutoff, time.UTC)
	}
	if at+customer.Horizon > last+1 {
		return nil, fmt.Errorf("the %d days from %s on reach beyond the last order, of %s: choose an earlier cut-off", customer.Horizon, at, last)
	}
	a, err := ask(ctx, l, at)
	if err != nil {
		return nil, err
	}
	r := &Report{Task: "customers", Data: Data{File: file, Orders: len(l), Cutoff: at.String(), Horizon: customer.Horizon}, Methods: map[string]Score{}}
	for name, said := range a.said {
		r.Methods[name] = score(said, a.bought)
	}
	r.Auto = r.Methods[a.auto]
	r.Auto.Method = a.auto
	r.Seconds = time.Since(began).Seconds()
	return r, nil
}
