package demand

import (
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"almanac/model/uncensor"
	"almanac/state"
	"almanac/state/stock"
)

// Stock tells when products were out of stock: *stock.View. A product that was never counted is not in the answer.
type Stock interface {
	Outages(ctx context.Context, shop string) (map[string][]stock.Outage, error)
}

const (
	// seenWhole is the share of a week's usual sales for which there was stock from which on its sales are its demand.
	seenWhole = 0.95
	// longestOutage is how many weeks in a row without stock are filled. After that the product is taken for one that is
	// not offered any more, and no sale for no demand.
	longestOutage = Horizon
	// likely is the chance from which on a day without a sale is taken for one without stock where stock is not known.
	likely = 0.5
)

// censored is what is known of the weeks of a product in which it lacked stock.
type censored struct {
	in       []float64 // by week: share of its usual sales for which there was stock
	told     []int     // by week: from the end of which week of the history on that is known
	inferred bool      // from the sales alone
}

// dayUnits is what was ordered of one product on one day. A large shop has a hundred million of these days in memory: units
// are counts, which float32 holds exactly up to sixteen million.
type dayUnits struct {
	day   state.Day
	units float32
}

// addStock finds the weeks in which products lacked stock: from counts and moves where a product is counted, else from
// improbable runs of days without a sale.
func (w *weeks) addStock(ctx context.Context, src Stock, shop string, days [][]dayUnits) error {
	var outages map[string][]stock.Outage
	if src != nil {
		var err error
		if outages, err = src.Outages(ctx, shop); err != nil {
			return fmt.Errorf("read when products of shop %s were out of stock: %w", shop, err)
		}
	}
	usual, weekday := w.usual(days)
	w.infer(days, usual, weekday, outages)
	for i := range w.all {
		s := &w.all[i]
		if list := outages[s.sku]; len(list) > 0 {
			s.stock = w.counted(*s, days[i], list, weekday)
		}
	}
	return nil
}

// usual is on how many products' days something sold, against the mean day, by day and by weekday: bulk orders and dear goods
// do not move it.
func (w *weeks) usual(days [][]dayUnits) (byDay []float64, weekday [7]float64) {
	byDay = make([]float64, 7*w.n)
	sum := 0.
	for _, of := range days {
		for _, d := range of {
			byDay[d.day-w.start]++
			weekday[(d.day-w.start)%7]++
			sum++
		}
	}
	for i := range byDay {
		byDay[i] *= float64(len(byDay)) / sum
	}
	for i := range weekday {
		weekday[i] /= sum
	}
	return byDay, weekday
}

// counted is the stock of a product by week, from its outages. A sale during an outage shows that goods had come without
// being counted: from that day on there was stock, until the next outage.
func (w *weeks) counted(s series, days []dayUnits, outages []stock.Outage, weekday [7]float64) *censored {
	c := &censored{in: make([]float64, len(s.y)), told: make([]int, len(s.y))}
	for t := range c.in {
		c.in[t], c.told[t] = 1, s.first+t
	}
	begin := state.Day.Time
	any := false
	for _, o := range outages {
		from, to := o.From, o.To
		if end := begin(w.end); to.IsZero() || to.After(end) {
			to = end
		}
		next, _ := slices.BinarySearchFunc(days, state.DayOf(from, time.UTC)+1, func(d dayUnits, at state.Day) int { return int(d.day - at) })
		if next < len(days) && begin(days[next].day).Before(to) {
			to = begin(days[next].day)
		}
		if last := from.AddDate(0, 0, 7*longestOutage); to.After(last) {
			to = last
		}
		for d := max(state.DayOf(from, time.UTC), w.start+state.Day(7*s.first)); begin(d).Before(to); d++ {
			lasts := minTime(begin(d+1), to).Sub(maxTime(begin(d), from))
			t := int(d-w.start)/7 - s.first
			c.in[t] -= weekday[(d-w.start)%7] * lasts.Hours() / 24
			any = true
		}
	}
	if !any {
		return nil
	}
	for t, v := range c.in {
		c.in[t] = math.Max(0, v)
	}
	return c
}

func minTime(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

func maxTime(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// infer looks for stockouts of products that were never counted.
func (w *weeks) infer(days [][]dayUnits, usual []float64, weekday [7]float64, counted map[string][]stock.Outage) {
	daily := make([][]float64, len(w.all))
	for i, of := range days {
		if _, ok := counted[w.all[i].sku]; ok || len(of) == 0 {
			continue
		}
		y := make([]float64, len(usual))
		first, last := of[0].day-w.start, of[len(of)-1].day-w.start
		for t := range y {
			if t < int(first) || t > int(last) {
				y[t] = math.NaN()
			}
		}
		for _, d := range of {
			y[d.day-w.start] = float64(d.units)
		}
		daily[i] = y
	}
	for i, runs := range uncensor.Hidden(daily, usual, uncensor.Inferring) {
		s := &w.all[i]
		var c *censored
		for _, r := range runs {
			ends := (r.From + len(r.Out)) / 7 // the week of the sale that ends it
			for d, p := range r.Out {
				if p < likely {
					continue
				}
				if c == nil {
					c = &censored{in: make([]float64, len(s.y)), told: make([]int, len(s.y)), inferred: true}
					for t := range c.in {
						c.in[t], c.told[t] = 1, s.first+t
					}
				}
				t := (r.From+d)/7 - s.first
				c.in[t] = math.Max(0, c.in[t]-p*weekday[(r.From+d)%7])
				c.told[t] = max(c.told[t], ends)
			}
		}
		s.stock = c
	}
}

// known is what the stock of a product was like in the weeks before one, as far as it was known then; nil where there was always enough.
func (s series) known(week int) []float64 {
	if s.stock == nil || s.stock.inferred && !s.trust {
		return nil
	}
	n := min(max(week-s.first, 0), len(s.y))
	var in []float64
	for t := range n {
		if s.stock.in[t] < 1 && s.stock.told[t] < week {
			if in == nil {
				in = slices.Repeat([]float64{1}, n)
			}
			in[t] = s.stock.in[t]
		}
	}
	return in
}

// doubted tells whether believing in inferred stockouts changes what was known of a series before a week.
func (s series) doubted(week int) bool {
	return s.stock != nil && s.stock.inferred && s.known(week) != nil
}

// upTo is the demand of a series before a week, empty for one that began later. Weeks that lacked stock hold what would have
// sold.
func (s series) upTo(week int) []float64 {
	y := s.y[:min(max(week-s.first, 0), len(s.y))]
	if s.even {
		y = slices.Clone(y)
		for t := range y {
			y[t] = math.Max(0, y[t]-s.bulk.units[t])
		}
	}
	if in := s.known(week); in != nil {
		return uncensor.Levels.Filled(y, in)
	}
	return y
}

// came is what was ordered in the weeks from one on: what forecasts are held against. Weeks that lacked stock say nothing of
// demand and are NaN.
func (s series) came(week, horizon int) []float64 {
	from, to := min(max(week-s.first, 0), len(s.y)), min(max(week+horizon-s.first, 0), len(s.y))
	if s.stock == nil {
		return s.y[from:to]
	}
	out := slices.Clone(s.y[from:to])
	for t := range out {
		if s.stock.in[from+t] < seenWhole {
			out[t] = math.NaN()
		}
	}
	return out
}

// test is the demand before a week as a method is given it, and what came of it in the weeks from it on.
func (s series) test(method, week, horizon int) []float64 {
	return slices.Concat(s.past(method, week), s.ordinary(week, horizon))
}

// hidden is the demand that stockouts hid, in units over the last year, and whether that is inferred from sales alone.
func (s series) hidden() (units float64, inferred bool) {
	if s.stock == nil {
		return 0, false
	}
	filled := s.upTo(s.first + len(s.y))
	for t := max(0, len(s.y)-52); t < len(s.y); t++ {
		if v := filled[t] - s.y[t]; v > 0 {
			units += v
		}
	}
	return units, s.stock.inferred && units > 0
}

// lacked are the weeks of the last two years in which a product lacked stock, with what would have sold as it is known now.
func (s series) lacked() (out []Lacked) {
	in := s.known(s.first + len(s.y))
	if in == nil {
		return nil
	}
	filled := s.upTo(s.first + len(s.y))
	for t := max(0, len(s.y)-104); t < len(s.y); t++ {
		if in[t] < seenWhole && !math.IsNaN(s.y[t]) { // not so the week in which the history begins
			out = append(out, Lacked{t - len(s.y), round(in[t]), cent(math.Max(filled[t], s.y[t]))})
		}
	}
	return out
}

// stockNotes tells what the card should say of stockouts.
func stockNotes(w *weeks) (notes []string) {
	var counted, inferred, weeks int
	trust := false
	for _, s := range w.all {
		if s.stock == nil {
			continue
		}
		if s.stock.inferred {
			inferred++
			trust = trust || s.trust
			continue
		}
		counted++
		for _, v := range s.stock.in {
			if v < seenWhole {
				weeks++
			}
		}
	}
	if counted > 0 {
		notes = append(notes, fmt.Sprintf("%d products lacked stock in %d weeks in all: what would have sold is estimated, and these weeks are not scored.", counted, weeks))
	}
	switch {
	case inferred > 0 && trust:
		notes = append(notes, fmt.Sprintf("Of %d products whose stock is not known the sales suggest stockouts (estimated). Learning with them missed less.", inferred))
	case inferred > 0:
		notes = append(notes, fmt.Sprintf("Of %d products whose stock is not known the sales suggest stockouts (estimated). Learning with them did not miss less, so they are only told.", inferred))
	}
	return notes
}
