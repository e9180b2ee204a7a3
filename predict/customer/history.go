package customer

import (
	"context"
	"fmt"
	"slices"
	"sort"
	"time"

	"almanac/model/lifetime"
	"almanac/predict"
	"almanac/state"
)

// Orders is the orders of known customers: *orders.View.
type Orders interface {
	// CustomerOrders hands every order before a day to fn, by customer, then time; net is in minor units.
	CustomerOrders(ctx context.Context, shop string, before state.Day, fn func(customer string, at time.Time, day state.Day, net int64) error) error
}

// Summary is one customer's past; orders of one day count once.
type Summary struct {
	ID string
	lifetime.Customer
}

// Summaries reads every customer's past before a day, by customer, to be judged or listed.
func Summaries(ctx context.Context, src Orders, shop string, before state.Day) ([]Summary, error) {
	all, err := load(ctx, src, shop, before)
	if err != nil {
		return nil, err
	}
	out := make([]Summary, len(all))
	for i, p := range all {
		c, _ := p.at(int(before))
		out[i] = Summary{p.customer, c}
	}
	return out, nil
}

// past is the order days of one customer, ascending, with what was spent on each.
type past struct {
	customer string
	days     []int
	net      []int64
}

func load(ctx context.Context, src Orders, shop string, before state.Day) ([]past, error) {
	var all []past
	err := src.CustomerOrders(ctx, shop, before, func(customer string, _ time.Time, day state.Day, net int64) error {
		if n := len(all); n == 0 || all[n-1].customer != customer {
			all = append(all, past{customer: customer})
		}
		p := &all[len(all)-1]
		if n := len(p.days); n > 0 && p.days[n-1] == int(day) {
			p.net[n-1] += net
			return nil
		}
		p.days = append(p.days, int(day))
		p.net = append(p.net, net)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read the customers' orders of shop %s before %s: %w", shop, before, err)
	}
	slices.SortFunc(all, func(a, b past) int {
		switch {
		case a.customer < b.customer:
			return -1
		case a.customer > b.customer:
			return 1
		}
		return 0
	})
	return all, nil
}

// at is the customer as of a day that is not seen itself; ok is false where there was no order before.
func (p past) at(day int) (c lifetime.Customer, ok bool) {
	n := sort.SearchInts(p.days, day)
	if n == 0 {
		return c, false
	}
	c = lifetime.Customer{Orders: n, First: p.days[0], Last: p.days[n-1]}
	var sum int64
	for _, v := range p.net[:n] {
		sum += v
	}
	c.Value = float64(sum)
	return c, true
}

// observe is the customer as of a day and whether an order followed within the horizon.
func (p past) observe(day int) (o lifetime.Observation, ok bool) {
	c, ok := p.at(day)
	if !ok {
		return o, false
	}
	n := sort.SearchInts(p.days, day)
	return lifetime.Observation{
		Orders: c.Orders, Silent: day - c.Last,
		Returned: n < len(p.days) && p.days[n] < day+Horizon,
	}, true
}

func (p past) newcomer() lifetime.Newcomer {
	n := lifetime.Newcomer{First: p.days[0]}
	if len(p.days) > 1 {
		n.Second, n.Returned = p.days[1], true
	}
	return n
}

// hash leaves names out: the card of one shop's data must not hold anything that could be tried against customer ids.
func hash(all []past) string {
	d := predict.NewDigest()
	for _, p := range all {
		d.Int(int64(len(p.days)))
		for i := range p.days {
			d.Int(int64(p.days[i]))
			d.Int(p.net[i])
		}
	}
	return d.Hex()
}
