// Package lifetime answers which customers are worth what attention: how recently, how often and for how much each has
// bought, which segment that makes, how likely another order is, and how many of each month's newcomers came back.
//
// In go one summary per customer (order days as whole numbers counting days from any fixed day, values in any one unit
// of money); out come scores of 1 to 5, segment names, probabilities and rates. Several orders on one day count as one
// purchase occasion, as is usual in this field (Fader and Hardie 2009, "Probability Models for Customer-Base Analysis",
// Journal of Interactive Marketing 23(1)), so a customer who splits a basket has not come back. The caller collapses them.
//
// Sources: Hughes (1994), "Strategic Database Marketing" (recency, frequency and monetary quintiles); the segment rules
// are ours and stand in [Scale.Segment]; rates are shrunk as beta-binomial posterior means.
package lifetime

import "almanac/model/stats"

// Customer is one customer's past up to a cut-off, without what was cancelled.
type Customer struct {
	Orders int     // days with an order, ≥ 1
	First  int     // day of the first order
	Last   int     // day of the last order
	Value  float64 // net value of all orders
}

// Score is a customer's standing among the shop's customers, each from 1 (the least fifth) to 5 (the greatest).
type Score struct {
	Recency   int
	Frequency int
	Value     int
}

// Scale holds the fifths of a shop: the four cuts of each measure, ascending. Small enough to travel in an artefact.
type Scale struct {
	Recency   [4]float64 `json:"recency"` // of Last, so that later is more
	Frequency [4]float64 `json:"frequency"`
	Value     [4]float64 `json:"value"`
}

// NewScale finds the fifths of the given customers. Where many share a value (most customers have one order) the cuts
// coincide and all of them get the same, lower score: equal customers are never told apart. No customers give a scale
// of zeros.
func NewScale(customers []Customer) Scale {
	if len(customers) == 0 {
		return Scale{}
	}
	measure := make([]float64, len(customers))
	cuts := func(of func(Customer) float64) (out [4]float64) {
		for i, c := range customers {
			measure[i] = of(c)
		}
		sorted := stats.Sorted(measure)
		for i := range out {
			out[i] = stats.QuantileSorted(sorted, float64(i+1)/5)
		}
		return out
	}
	return Scale{
		Recency:   cuts(func(c Customer) float64 { return float64(c.Last) }),
		Frequency: cuts(func(c Customer) float64 { return float64(c.Orders) }),
		Value:     cuts(func(c Customer) float64 { return c.Value }),
	}
}

// Score places a customer, who need not be among those the scale was made from.
func (s Scale) Score(c Customer) Score {
	return Score{
		Recency:   fifth(s.Recency, float64(c.Last)),
		Frequency: fifth(s.Frequency, float64(c.Orders)),
		Value:     fifth(s.Value, c.Value),
	}
}

// fifth is one more than the number of cuts below v.
func fifth(cuts [4]float64, v float64) int {
	n := 1
	for _, c := range cuts {
		if v > c {
			n++
		}
	}
	return n
}

// Segment is a name for what a customer is to the shop.
type Segment string

// The segments, in the order in which a merchant would want to see them.
const (
	Champion  Segment = "champion"
	Loyal     Segment = "loyal"
	Promising Segment = "promising"
	New       Segment = "new"
	AtRisk    Segment = "at risk"
	Lapsed    Segment = "lapsed"
	Once      Segment = "once"
)

// Segments lists all segments in display order.
func Segments() []Segment {
	return []Segment{Champion, Loyal, Promising, New, AtRisk, Lapsed, Once}
}

// Segment applies the rule table to a customer; the first line that fits holds, and one always fits:
//
//	orders  recency  frequency  value   segment    in words
//	1       4–5      –          –       new        bought for the first time, recently
//	1       1–3      –          –       once       bought once, and not since
//	≥ 2     4–5      4–5        4–5     champion   recent, often, and for much
//	≥ 2     3–5      4–5        –       loyal      often, and not gone
//	≥ 2     3–5      1–3        –       promising  came back and may become loyal
//	≥ 2     2        –          –       at risk    came back before, now quiet
//	≥ 2     1        –          –       lapsed     came back before, longest silent
func (s Scale) Segment(c Customer) Segment {
	score := s.Score(c)
	switch {
	case c.Orders <= 1 && score.Recency >= 4:
		return New
	case c.Orders <= 1:
		return Once
	case score.Recency >= 4 && score.Frequency >= 4 && score.Value >= 4:
		return Champion
	case score.Recency >= 3 && score.Frequency >= 4:
		return Loyal
	case score.Recency >= 3:
		return Promising
	case score.Recency == 2:
		return AtRisk
	default:
		return Lapsed
	}
}
