// Package lift answers what recommendations earned: revenue and margin per visitor who saw them, against visitors of the
// holdout, who saw best sellers, with the likely range of the difference; and, where that cannot be told yet, how many
// visitors it takes.
//
// Visitors count on the side they were drawn on, whatever became of them, from their first list on. One person on two devices is one
// visitor, on the side of the first list on either. The interval is Welch's
// (1947, Biometrika 34); the number needed is the usual one of two means (Cohen 1988, ch. 2).
package lift

import (
	"context"
	"fmt"
	"math"
	"time"

	"almanac/model/recommend/replay"
	"almanac/state/catalog"
	"almanac/state/exposure"
)

// Finder measures lift.
type Finder struct {
	Exposure *exposure.View
	Catalog  *catalog.View
	Now      func() time.Time
}

const (
	z90   = 1.6449 // of a two-sided interval of 90 %
	power = 0.8416 // of finding what there is in four of five cases
	// Worth is the lift, as a share of what a visitor of the holdout brings, that the number of visitors is worked out for.
	Worth = 0.1
	// leastVisitors and leastBuyers of each side below which nothing is told: the mean of so few buyers is not near normal.
	leastVisitors = 100
	leastBuyers   = 10
	// Where too few have bought to know how purchases scatter: one of fifty visitors buys, orders scatter as much as their mean.
	usualBuyers, usualScatter = 0.02, 1.0
)

// Side is one side of the holdout. Money is in minor units.
type Side struct {
	Visitors, Buyers int64
	Revenue, Margin  float64 // per visitor
}

// Difference is treatment less holdout per visitor, in minor units, with its 90 % interval.
type Difference struct{ Value, Low, High float64 }

// Lift is what was earned since an instant.
type Lift struct {
	Since                   time.Time
	Currency                string
	Treatment, Control      Side
	Both                    int64 // visitors left out, as they saw both sides
	Crossed                 int64 // visitors who saw the other side on another of their browsers; they count where they were first
	OtherCurrencies         int64 // lines left out, as they are in another currency
	Revenue, Margin         *Difference
	MarginKnown             float64 // share of revenue whose cost is known
	NeededTreatment, Needed int64   // visitors of the treatment and of both sides that it takes to tell a lift of Worth
	Detectable              float64 // lift that so many visitors can tell, as a share; 0 where unknown
	Assumed                 bool    // the needed numbers rest on an assumption about how purchases scatter
	Why                     string  // why there is no difference
}

// Find measures the visitors who saw their first list at since or later, in one currency. holdout is the share that is held out.
func (f Finder) Find(ctx context.Context, shop, currency string, since time.Time, holdout float64) (Lift, error) {
	l := Lift{Since: since, Currency: currency}
	n, err := f.Exposure.Sides(ctx, shop, since)
	if err != nil {
		return l, err
	}
	l.Treatment.Visitors, l.Control.Visitors, l.Both, l.Crossed = n.Treated, n.Held, n.Both, n.Crossed
	costs, err := f.Catalog.Costs(ctx, shop, f.Now())
	if err != nil {
		return l, err
	}
	type sums struct{ revenue, margin float64 }
	bought := map[string]map[string]*sums{exposure.Treatment: {}, exposure.Control: {}}
	var all, known float64
	err = f.Exposure.Purchases(ctx, shop, since, func(p exposure.Purchase) error {
		if p.Currency != currency {
			l.OtherCurrencies++
			return nil
		}
		who := bought[p.Arm][p.Person]
		if who == nil {
			who = &sums{}
			bought[p.Arm][p.Person] = who
		}
		who.revenue += float64(p.Net)
		all += math.Abs(float64(p.Net))
		if c, ok := costs[p.SKU]; ok && c.Currency == p.Currency {
			who.margin += float64(p.Net - c.Amount*p.Units)
			known += math.Abs(float64(p.Net))
		}
		return nil
	})
	if err != nil {
		return l, err
	}
	if all > 0 {
		l.MarginKnown = known / all
	}
	// Whoever bought nothing brought nothing, and counts.
	per := func(arm string, visitors int64, of func(*sums) float64) []float64 {
		out := make([]float64, 0, visitors)
		for _, s := range bought[arm] {
			out = append(out, of(s))
		}
		return append(out, make([]float64, max(0, int(visitors)-len(out)))...)
	}
	revenue := func(s *sums) float64 { return s.revenue }
	margin := func(s *sums) float64 { return s.margin }
	t, c := per(exposure.Treatment, n.Treated, revenue), per(exposure.Control, n.Held, revenue)
	tm, cm := per(exposure.Treatment, n.Treated, margin), per(exposure.Control, n.Held, margin)
	l.Treatment.Buyers, l.Control.Buyers = int64(len(bought[exposure.Treatment])), int64(len(bought[exposure.Control]))
	l.Treatment.Revenue, l.Control.Revenue, l.Treatment.Margin, l.Control.Margin = mean(t), mean(c), mean(tm), mean(cm)
	l.need(t, c, holdout)
	if l.Why = l.tooLittle(holdout); l.Why == "" {
		l.Revenue = difference(t, c)
		if l.MarginKnown > 0 {
			l.Margin = difference(tm, cm)
		}
	}
	return l, nil
}

// tooLittle says why nothing can be told yet; empty where something can.
func (l *Lift) tooLittle(holdout float64) string {
	t, c := l.Treatment, l.Control
	switch {
	case holdout <= 0 && c.Visitors == 0:
		return "No visitors are held out, so there is nothing to compare with."
	case t.Visitors+c.Visitors == 0:
		return "No list was shown to a known visitor in this time."
	case t.Visitors < leastVisitors || c.Visitors < leastVisitors:
		return fmt.Sprintf("Each side needs at least %d visitors; there are %d and %d.", leastVisitors, t.Visitors, c.Visitors)
	case t.Buyers < leastBuyers || c.Buyers < leastBuyers:
		return fmt.Sprintf("Each side needs at least %d visitors who bought; there are %d and %d.", leastBuyers, t.Buyers, c.Buyers)
	}
	return ""
}

// need works out how many visitors it takes to tell a lift of Worth in four of five cases, and which lift can be told now.
func (l *Lift) need(t, c []float64, holdout float64) {
	p := holdout
	if both := l.Treatment.Visitors + l.Control.Visitors; p <= 0 && both > 0 {
		p = float64(l.Control.Visitors) / float64(both)
	}
	// relative is the variance of a visitor's revenue over its squared mean.
	relative := (1+usualScatter*usualScatter)/usualBuyers - 1
	l.Assumed = true
	if l.Treatment.Buyers+l.Control.Buyers >= 2*leastBuyers {
		x := append(append([]float64{}, t...), c...)
		if m := mean(x); m > 0 {
			relative, l.Assumed = variance(x, m)/(m*m), false
		}
	}
	k := (z90 + power) * (z90 + power) * relative
	if p > 0 && p < 1 {
		n := k / (Worth * Worth) * (1/p + 1/(1-p))
		l.Needed, l.NeededTreatment = int64(math.Ceil(n)), int64(math.Ceil(n*(1-p)))
	}
	if len(t) > 0 && len(c) > 0 && !l.Assumed {
		l.Detectable = math.Sqrt(k * (1/float64(len(t)) + 1/float64(len(c))))
	}
}

func difference(t, c []float64) *Difference {
	e := replay.Lift(t, c, z90)
	return &Difference{e.Value, e.Low, e.High}
}

func mean(x []float64) (m float64) {
	for _, v := range x {
		m += v
	}
	return m / math.Max(1, float64(len(x)))
}

func variance(x []float64, m float64) (v float64) {
	for _, a := range x {
		v += (a - m) * (a - m)
	}
	return v / math.Max(1, float64(len(x)-1))
}
