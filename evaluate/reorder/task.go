package reorder

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"almanac/evaluate/worlds"
	"almanac/model/inventory"
)

// Baseline is the policy that the others are measured against.
const Baseline = "30-day mean × (lead time + 14 days)"

const (
	named30 = "30-day mean, 30 days more below lead time + 14 days"
	namedSS = "(s, S), normal, 95 %"
	// Auto is what the product does.
	Auto = "cheapest (s, S) on the forecast's law"
)

// Options of a replay.
type Options struct {
	File     string
	Calendar string
	Every    int
	Origin   int // first day that counts, from 1; 0: Days before the end
	Days     int // that count
	Warm     int // days before, in which policies order and nothing counts
	Review   int // days between looks
	Supply   Supply
	Costs    Costs
	Workers  int
	// Tell hears how far it is; may be nil.
	Tell func(step string, done, total int64)
}

// Report is what `almanac evaluate reorder` prints for a file.
type Report struct {
	Task    string           `json:"task"`
	Data    Data             `json:"data"`
	Auto    Score            `json:"auto"`
	Methods map[string]Score `json:"methods"`
	Seconds float64          `json:"seconds"`
}

// Data says what was replayed.
type Data struct {
	File    string  `json:"file"`
	Items   int     `json:"items"`
	From    int     `json:"from"` // first day that counts, from 1
	To      int     `json:"to"`
	Review  int     `json:"review_days"`
	Assumed Assumed `json:"assumed"`
}

// Assumed is what the data do not tell.
type Assumed struct {
	Costs
	Supply
}

// Score is what a policy came to, in the currency of the file.
type Score struct {
	Method       string  `json:"method,omitempty"`
	Total        float64 `json:"total_cost"` // lost margin, holding and ordering
	LostMargin   float64 `json:"lost_margin"`
	Holding      float64 `json:"holding_cost"`
	Ordering     float64 `json:"ordering_cost"`
	Availability float64 `json:"availability"` // share of demand that was served
	StockoutDays float64 `json:"stockout_days"`
	StockoutRate float64 `json:"stockout_rate"` // share of product-days that ended with an empty shelf
	LostUnits    float64 `json:"lost_units"`
	Lines        int64   `json:"order_lines"`
	Turns        float64 `json:"turns"` // cost of goods sold in a year over mean stock
	Stock        float64 `json:"mean_stock"`
	Saved        float64 `json:"saved"` // of the baseline's total cost, a share
	SavedAside   float64 `json:"saved_without_ordering"`
}

func score(t, base inventory.Tally, days int) Score {
	s := Score{Total: t.Total(), LostMargin: t.LostMargin, Holding: t.Holding, Ordering: t.Ordering, StockoutDays: float64(t.StockoutDays), LostUnits: t.Demand - t.Sold,
		Lines: t.Lines, Turns: t.Turns(), Availability: t.Served(), Stock: t.Stock / float64(days)}
	if t.Days > 0 {
		s.StockoutRate = float64(t.StockoutDays) / float64(t.Days)
	}
	if b := base.Total(); b > 0 {
		s.Saved = 1 - t.Total()/b
	}
	if b := base.Total() - base.Ordering; b > 0 {
		s.SavedAside = 1 - (t.Total()-t.Ordering)/b
	}
	return s
}

// Run replays a file in the form of the M5 competition.
func Run(ctx context.Context, o Options) (*Report, error) {
	began := time.Now()
	if o.Tell == nil {
		o.Tell = func(string, int64, int64) {}
	}
	if o.Days < 1 || o.Warm < 0 || o.Review < 1 || o.Supply.LeadDays < 1 || o.Supply.LeadSpread < 0 {
		return nil, errors.New("days, review and lead days must be at least 1, warm-up and spread not below 0")
	}
	o.Tell("Reading", 0, 1)
	s, err := ReadM5(o.File, o.Calendar, o.Every, o.Supply, o.Costs)
	if err != nil {
		return nil, err
	}
	from := s.Days - o.Days
	if o.Origin > 0 {
		from = o.Origin - 1
	}
	w := window{from - o.Warm, from, from + o.Days, o.Review}
	if w.warm < 91 || w.to > s.Days {
		return nil, fmt.Errorf("the file has %d days: %d from day %d on, after %d of warming up and 91 to learn from, do not fit", s.Days, o.Days, from+1, o.Warm)
	}
	for i := range s.Items {
		it := &s.Items[i]
		it.Cost = (1 - o.Costs.Margin) * it.Price[w.warm]
	}
	tallies, err := s.compare(ctx, w, o)
	if err != nil {
		return nil, err
	}
	r := &Report{Task: "reorder", Methods: map[string]Score{}, Data: Data{File: o.File, Items: len(s.Items), From: w.from + 1, To: w.to, Review: o.Review, Assumed: Assumed{o.Costs, o.Supply}}}
	for name, t := range tallies {
		r.Methods[name] = score(t, tallies[Baseline], o.Days)
	}
	r.Auto = r.Methods[Auto]
	r.Auto.Method = Auto
	r.Seconds = time.Since(began).Seconds()
	return r, nil
}

// rules are fresh policies for one item.
func (s *Shop) rules(i *Item, l *leads, y *seasons, w window) map[string]rule {
	law := l.on(w.warm, i.Supplier, i.Quoted)
	return map[string]rule{
		Baseline: thumb{cover: 14},
		named30:  thumb{cover: 14, more: 30},
		namedSS:  normal{leadSD: law.SD(), review: float64(w.review)},
		Auto:     &almanac{leads: l, years: y, review: float64(w.review)},
	}
}

// compare replays every item under every policy.
func (s *Shop) compare(ctx context.Context, w window, o Options) (map[string]inventory.Tally, error) {
	l, y := learnLeads(s, s.quoted(), w.warm, w.to), learnSeasons(s, w.warm, w.to)
	each := make([]map[string]inventory.Tally, len(s.Items))
	var done atomic.Int64
	err := worlds.Parallel(ctx, len(s.Items), o.Workers, func(i int) {
		each[i] = map[string]inventory.Tally{}
		for name, r := range s.rules(&s.Items[i], l, y, w) {
			each[i][name] = replay(&s.Items[i], r, w, o.Costs)
		}
		if n := done.Add(1); n%64 == 0 {
			o.Tell("Replaying", n, int64(len(s.Items)))
		}
	})
	if err != nil {
		return nil, err
	}
	out := map[string]inventory.Tally{}
	for _, of := range each { // in the order of the items: sums are the same on any number of processors
		for name, t := range of {
			sum := out[name]
			sum.Add(t)
			out[name] = sum
		}
	}
	return out, nil
}

// quoted is what suppliers say, by number.
func (s *Shop) quoted() func(int) float64 {
	says := map[int]float64{}
	for i := range s.Items {
		says[s.Items[i].Supplier] = float64(s.Items[i].Quoted)
	}
	return func(supplier int) float64 {
		if q, ok := says[supplier]; ok {
			return q
		}
		return 1
	}
}
