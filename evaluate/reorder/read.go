package reorder

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"almanac/evaluate/data"
)

// Supply says how suppliers of a file without any are drawn: each department of each store has one.
type Supply struct {
	LeadDays   int     `json:"lead_days"`   // as quoted
	LeadSpread float64 `json:"lead_spread"` // coefficient of variation of one delivery
	Bias       float64 `json:"lead_bias"`   // how far, of one, a supplier's mean lies from what they quote: standard deviation
	Seed       uint64  `json:"seed"`
}

// ReadM5 reads daily sales in the form of the M5 competition ([data.ReadSales]). calendar, if not empty, is the file of days
// that gives the week of each; without it prices are those of the last week. Only every n-th series is kept. Sales are taken for
// demand.
func ReadM5(path, calendar string, every int, supply Supply, c Costs) (*Shop, error) {
	var days []data.Day
	if calendar != "" {
		var err error
		if days, err = data.ReadCalendar(calendar); err != nil {
			return nil, err
		}
	}
	items, err := data.ReadSales(path, every)
	if err != nil {
		return nil, err
	}
	s := &Shop{}
	suppliers := map[string]int{}
	for _, sold := range items {
		item, err := m5Item(sold, days, c)
		if err != nil {
			return nil, fmt.Errorf("%s: %s %w", path, item.ID, err)
		}
		key := sold.Store + "/" + sold.Department
		if _, ok := suppliers[key]; !ok {
			suppliers[key] = len(suppliers)
		}
		item.Supplier, item.Quoted, item.Look = suppliers[key], supply.LeadDays, suppliers[key]%7
		s.Items = append(s.Items, item)
		s.Days = len(item.Demand) // all end on the day that the column of sales names
	}
	s.draw(supply, len(suppliers))
	return s, nil
}

func m5Item(sold data.Item, days []data.Day, c Costs) (Item, error) {
	item := Item{ID: sold.Store + "/" + sold.Name, First: sold.First - 1}
	if len(sold.Prices) == 0 || slices.ContainsFunc(sold.Prices, func(p data.Price) bool { return p.Price == 0 }) {
		return item, errors.New("has no price, or one of 0")
	}
	item.Demand = make([]float64, item.First, item.First+len(sold.Sales))
	for _, v := range sold.Sales {
		item.Demand = append(item.Demand, float64(v))
	}
	// Before the first price nothing is sold: it will do. Days behind the calendar have the last.
	next, price := 1, sold.Prices[0].Price
	for d := range item.Demand {
		for next < len(sold.Prices) && (d >= len(days) || sold.Prices[next].Week <= days[d].Week) {
			price = sold.Prices[next].Price
			next++
		}
		item.Price = append(item.Price, float64(price))
	}
	item.Cost = (1 - c.Margin) * item.Price[item.First]
	return item, nil
}

// draw makes suppliers: their true mean, every lead time by item and day, and what the shop has on record of them.
func (s *Shop) draw(supply Supply, suppliers int) {
	random := rand.New(rand.NewPCG(supply.Seed, 1))
	s2 := math.Log1p(supply.LeadSpread * supply.LeadSpread)
	mean := make([]float64, suppliers)
	for i := range mean {
		mean[i] = math.Log(float64(supply.LeadDays)) + supply.Bias*random.NormFloat64() - s2/2
	}
	draw := func(supplier int, r *rand.Rand) int {
		return max(1, int(math.Round(math.Exp(mean[supplier]+math.Sqrt(s2)*r.NormFloat64()))))
	}
	for i := range s.Items {
		r := rand.New(rand.NewPCG(supply.Seed, uint64(i)+2))
		s.Items[i].Lead = make([]uint16, s.Days)
		for d := range s.Items[i].Lead {
			s.Items[i].Lead[d] = uint16(min(draw(s.Items[i].Supplier, r), math.MaxUint16))
		}
	}
	for i := range suppliers {
		for d := i % 14; d < s.Days; d += 14 {
			s.Record = append(s.Record, Placed{i, d, draw(i, random)})
		}
	}
	slices.SortStableFunc(s.Record, func(a, b Placed) int { return a.Day - b.Day })
}
