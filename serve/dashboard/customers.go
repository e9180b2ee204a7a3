package dashboard

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"almanac/measure/kpi"
	"almanac/model/lifetime"
	"almanac/serve/wire"
	"almanac/shop"
	"almanac/state"
	"almanac/state/orders"
)

// customerSet is every known customer of a shop at one state.
type customerSet struct {
	rows     []wire.CustomerRow
	index    map[string]int
	buyers   []kpi.Buyer
	overview wire.CustomerOverview
}

var customerFields = map[string]order[wire.CustomerRow]{
	"net":         by(func(r *wire.CustomerRow) int64 { return r.NetMinor }),
	"orders":      by(func(r *wire.CustomerRow) int64 { return r.Orders }),
	"recency":     by(func(r *wire.CustomerRow) int { return r.RecencyDays }),
	"first_order": by(func(r *wire.CustomerRow) string { return r.FirstOrder }),
	"last_order":  by(func(r *wire.CustomerRow) string { return r.LastOrder }),
	"p_repeat":    ifKnown(func(r *wire.CustomerRow) *float64 { return r.PRepeat }),
	"id":          by(func(r *wire.CustomerRow) string { return r.ID }),
}

// Customers lists the known customers of a shop; segment narrows where it is not empty.
func (r *Reads) Customers(ctx context.Context, s shop.Shop, segment string, q List) (wire.CustomerList, error) {
	set, err := r.customerSet(ctx, s)
	if err != nil {
		return wire.CustomerList{}, err
	}
	find := words(q.Text)
	var rows []*wire.CustomerRow
	for i := range set.rows {
		row := &set.rows[i]
		if (segment == "" || row.Segment == segment) && contains(strings.ToLower(row.ID+" "+row.Country), find) {
			rows = append(rows, row)
		}
	}
	items, total, err := listed(rows, customerFields, "-net", q)
	return wire.CustomerList{Items: items, Total: total}, err
}

// CustomerOverview sums the customers up: segments, repeat rates, cohorts.
func (r *Reads) CustomerOverview(ctx context.Context, s shop.Shop) (wire.CustomerOverview, error) {
	set, err := r.customerSet(ctx, s)
	if err != nil {
		return wire.CustomerOverview{}, err
	}
	return set.overview, nil
}

// Customer tells everything about one customer; ok is false where the shop knows none of that id.
func (r *Reads) Customer(ctx context.Context, s shop.Shop, id string) (v wire.Customer, ok bool, err error) {
	set, err := r.customerSet(ctx, s)
	if err != nil {
		return v, false, err
	}
	at, ok := set.index[id]
	if !ok {
		return v, false, nil
	}
	b, err := r.basis(ctx, s.ID)
	if err != nil {
		return v, true, err
	}
	v.Row = set.rows[at]
	list, err := r.Orders.OrdersOf(ctx, s.ID, id)
	if err != nil {
		return v, true, err
	}
	for _, o := range list {
		v.Orders = append(v.Orders, wire.CustomerOrder{Order: o.Order, At: o.At, Units: o.Units, NetMinor: o.Gross - o.Discount - o.Refunded,
			ReturnedMinor: o.Refunded, Lines: o.Lines})
	}
	bought, err := r.Orders.ProductsOf(ctx, s.ID, id)
	for _, p := range bought {
		v.Products = append(v.Products, wire.CustomerProduct{SKU: p.SKU, Title: b.title(p.SKU), Units: p.Units, NetMinor: p.Net,
			Last: state.DayOf(p.Last, s.Location()).String()})
	}
	return v, true, err
}

func (r *Reads) customerSet(ctx context.Context, s shop.Shop) (*customerSet, error) {
	b, err := r.basis(ctx, s.ID)
	if err != nil {
		return nil, err
	}
	model, err := champion(ctx, r.customer, s.ID)
	if err != nil {
		return nil, err
	}
	return r.customers.Get(Key(s.ID, b.offset, hashOf(model)), func() (*customerSet, error) {
		values, err := r.Orders.Values(ctx, s.ID)
		if err != nil {
			return nil, err
		}
		set := &customerSet{index: make(map[string]int, len(values))}
		if set.buyers, err = kpi.Buyers(ctx, r.Orders, s.ID, b.last+1); err != nil {
			return nil, err
		}
		people := judged(values, set.buyers)
		scale := lifetime.NewScale(people)
		for i, v := range values {
			row := customerRow(v, people[i], scale, b.last)
			if model != nil {
				p := model.Model.Probability(people[i], b.last+1)
				row.PRepeat = &p
			}
			set.index[v.Customer] = i
			set.rows = append(set.rows, row)
		}
		if err := r.overview(ctx, s.ID, b, set); err != nil {
			return nil, err
		}
		if model != nil {
			card := wireCard(model.Version, model.Version.Card.Champion)
			set.overview.Model = &card
		}
		return set, nil
	})
}

// judged makes of each customer what the segment rules look at: occasions are days with an order.
func judged(values []orders.Value, buyers []kpi.Buyer) []lifetime.Customer {
	occasions := make(map[string]int, len(buyers))
	for _, b := range buyers {
		occasions[b.ID] = len(b.Days)
	}
	out := make([]lifetime.Customer, len(values))
	for i, v := range values {
		out[i] = lifetime.Customer{Orders: max(occasions[v.Customer], 1), First: int(v.First), Last: int(v.Last), Value: float64(v.Net)}
	}
	return out
}

func customerRow(v orders.Value, c lifetime.Customer, scale lifetime.Scale, asOf state.Day) wire.CustomerRow {
	score := scale.Score(c)
	return wire.CustomerRow{ID: v.Customer, Country: v.Country, Orders: v.Orders, NetMinor: v.Net, FirstOrder: v.First.String(), LastOrder: v.Last.String(),
		RecencyDays: int(asOf - v.Last), RFV: fmt.Sprintf("%d-%d-%d", score.Recency, score.Frequency, score.Value), Segment: string(scale.Segment(c))}
}

// explained says what a segment holds, in the words of the rules of package lifetime.
var explained = map[lifetime.Segment]string{
	lifetime.Champion:  "Buy often, for much, and bought lately.",
	lifetime.Loyal:     "Buy often and have not gone quiet.",
	lifetime.Promising: "Came back and may become loyal.",
	lifetime.New:       "Bought for the first time, lately.",
	lifetime.AtRisk:    "Came back before and are quiet now.",
	lifetime.Lapsed:    "Came back before and have been quiet the longest.",
	lifetime.Once:      "Bought once, and not since.",
}

func (r *Reads) overview(ctx context.Context, shopID string, b *basis, set *customerSet) error {
	o := &set.overview
	for _, name := range lifetime.Segments() {
		seg := wire.Segment{Segment: string(name), Explain: explained[name]}
		for i := range set.rows {
			if set.rows[i].Segment == seg.Segment {
				seg.Customers++
				seg.NetMinor += set.rows[i].NetMinor
			}
		}
		o.Segments = append(o.Segments, seg)
	}
	o.Repeat90 = repeatRate(set.buyers, 90, b.last)
	o.Repeat365 = repeatRate(set.buyers, 365, b.last)
	o.Cohorts = cohorts(set.buyers, b.last)
	w, err := r.Orders.WithoutCustomer(ctx, shopID)
	if err != nil {
		return err
	}
	o.WithoutCustomer.Lines = w.Lines
	if w.AllNet > 0 {
		o.WithoutCustomer.ShareOfNet = float64(w.Net) / float64(w.AllNet)
	}
	return nil
}

// repeatRate is that of package kpi; nil where no cohort had the time by asOf.
func repeatRate(buyers []kpi.Buyer, within int, asOf state.Day) *wire.RepeatRate {
	r, ok := kpi.RepeatRate(buyers, within, asOf)
	if !ok {
		return nil
	}
	return &wire.RepeatRate{Rate: r.Rate, CohortCustomers: r.Customers, ImmatureLeftOut: r.Immature}
}

// cohorts tells for each month's newcomers which share ordered again in each later month that is over, or
// under way, by asOf.
func cohorts(buyers []kpi.Buyer, asOf state.Day) []wire.Cohort {
	month := func(d state.Day) int {
		t := d.Time()
		return t.Year()*12 + int(t.Month()) - 1
	}
	byMonth := map[int]*wire.Cohort{}
	var months []int
	for _, b := range buyers {
		first := month(b.Days[0])
		c := byMonth[first]
		if c == nil {
			c = &wire.Cohort{Month: time.Date(first/12, time.Month(first%12+1), 1, 0, 0, 0, 0, time.UTC).Format("2006-01"),
				RepeatByMonth: make([]float64, max(month(asOf)-first, 0))}
			byMonth[first] = c
			months = append(months, first)
		}
		c.Customers++
		seen := 0
		for _, d := range b.Days[1:] {
			if k := month(d) - first; k > seen && k <= len(c.RepeatByMonth) {
				c.RepeatByMonth[k-1]++
				seen = k
			}
		}
	}
	slices.Sort(months)
	out := make([]wire.Cohort, 0, len(months))
	for _, m := range months {
		c := byMonth[m]
		for i := range c.RepeatByMonth {
			c.RepeatByMonth[i] = math.Round(c.RepeatByMonth[i]/float64(c.Customers)*1e4) / 1e4
		}
		out = append(out, *c)
	}
	return out
}
