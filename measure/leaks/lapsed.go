package leaks

import (
	"context"
	"fmt"
	"math"
	"time"

	"almanac/decide"
	"almanac/state"
)

// What counts as a lapsed repeat buyer, and what winning some back could bring.
const (
	repeatOrders = 3   // days with an order that make a habit
	silence      = 3.0 // usual intervals without an order
	leastSilence = 30  // days; who orders daily is not lost after a long weekend
	outlook      = 90  // days of lost orders that are counted
)

// The share of lapsed buyers that win-back campaigns bring back is not known before one was tried.
var winBack = [3]float64{0.05, 0.10, 0.15}

// habit is what one customer did up to the last day looked at.
type habit struct {
	occasions   int // days with an order
	first, last state.Day
	net         int64 // before returns
}

// interval is the customer's usual number of days between orders.
func (h habit) interval() float64 { return float64(h.last-h.first) / float64(h.occasions-1) }

func (h habit) lapsed(by state.Day) bool {
	if h.occasions < repeatOrders || h.net <= 0 {
		return false
	}
	gap := float64(by - h.last)
	return gap > silence*h.interval() && gap > leastSilence
}

// pace is what the customer would spend over the outlook at the old rhythm; an order a week at most is believed.
func (h habit) pace() float64 {
	return float64(h.net) / float64(h.occasions) * outlook / math.Max(h.interval(), 7)
}

func (s scene) lapsed(ctx context.Context) ([]Leak, error) {
	var n, repeat int
	var lost float64
	var h habit
	var who string
	judge := func() {
		if h.occasions >= repeatOrders {
			repeat++
		}
		if h.lapsed(s.to) {
			n++
			lost += h.pace()
		}
	}
	err := s.Orders.CustomerOrders(ctx, s.shop.ID, s.to+1, func(customer string, _ time.Time, day state.Day, net int64) error {
		if customer != who {
			judge()
			who, h = customer, habit{first: day}
		}
		if h.occasions == 0 || day != h.last {
			h.occasions++
		}
		h.last, h.net = day, h.net+net
		return nil
	})
	judge()
	if err != nil || n == 0 {
		return nil, err
	}
	at := func(share float64) *int64 { m := int64(math.Round(lost * share)); return &m }
	return []Leak{{Code: "lapsed", From: s.to + 1, To: s.to + outlook, Basis: decide.Assumed, Link: "/customers?segment=lapsed",
		Title: fmt.Sprintf("%d of %s stopped ordering", n, plural(repeat, "repeat buyer has", "repeat buyers have")),
		Explain: fmt.Sprintf("Each had ordered on at least %d days and has been silent for more than %.0f of their usual intervals. At their old pace they would spend %s in the next %d days.",
			repeatOrders, silence, s.money(int64(math.Round(lost))), outlook),
		Low: at(winBack[0]), Mid: at(winBack[1]), High: at(winBack[2]),
		Assumptions: []string{fmt.Sprintf("Between %.0f and %.0f %% of them can be won back.", 100*winBack[0], 100*winBack[2]),
			"They would order as often and as much as before; returns are not taken off."},
		Sharpen: []Sharpen{{"customers", "with e-mail addresses and consent, to reach them and measure against a holdout"}}}}, nil
}
