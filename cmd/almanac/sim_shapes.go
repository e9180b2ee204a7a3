package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"time"

	"almanac/fact"
	"almanac/history"
	"almanac/sim"
)

type simShapesCmd struct {
	File string `arg:"" optional:"" help:"Orders of a real shop to stand beside." type:"existingfile"`
	worldFlags
}

// shapes are what order books look like, whatever is sold.
type shapes struct {
	Orders        int        `json:"orders"`
	Lines         [3]float64 `json:"lines_p50_p90_p99"`            // of an order
	Units         [3]float64 `json:"units_p50_p90_p99"`            // of a line
	Between       [3]float64 `json:"days_between_p10_p50_p90"`     // two orders of a customer
	Top           [3]float64 `json:"units_of_top_1_10_50_percent"` // share of the products that sell most
	OneOrder      float64    `json:"customers_with_one_order"`
	ReturnedUnits float64    `json:"returned_units"`
	Weekend       float64    `json:"orders_on_weekends"`
}

// book collects orders.
type book struct {
	lines    map[string]int
	units    []float64
	sold     map[string]int64
	when     map[string]map[int64]bool // customer → days
	returned int64
	weekend  int
}

func newBook() *book {
	return &book{lines: map[string]int{}, sold: map[string]int64{}, when: map[string]map[int64]bool{}}
}

func (k *book) add(f fact.Fact) {
	switch b := f.Body.(type) {
	case *fact.OrderLine:
		if b.Item != fact.ItemProduct {
			return
		}
		if k.lines[b.Order]++; k.lines[b.Order] == 1 && (f.OccurredAt.Weekday() == time.Saturday || f.OccurredAt.Weekday() == time.Sunday) {
			k.weekend++
		}
		k.units = append(k.units, float64(b.Units))
		k.sold[b.SKU] += b.Units
		if b.Customer != "" {
			if k.when[b.Customer] == nil {
				k.when[b.Customer] = map[int64]bool{}
			}
			k.when[b.Customer][f.OccurredAt.Unix()/86400] = true
		}
	case *fact.OrderReversal:
		if b.Item == fact.ItemProduct {
			k.returned += b.Units
		}
	}
}

// quantiles are values at shares of a sorted list.
func quantiles(v []float64, shares ...float64) (out [3]float64) {
	slices.Sort(v)
	for i, s := range shares {
		if len(v) > 0 {
			out[i] = v[min(len(v)-1, int(s*float64(len(v))))]
		}
	}
	return out
}

func (k *book) shapes() shapes {
	s := shapes{Orders: len(k.lines)}
	var lines, between, sold []float64
	for _, n := range k.lines {
		lines = append(lines, float64(n))
	}
	one := 0
	for _, days := range k.when {
		var sorted []int64
		for d := range days {
			sorted = append(sorted, d)
		}
		slices.Sort(sorted)
		if len(sorted) == 1 {
			one++
		}
		for i := 1; i < len(sorted); i++ {
			between = append(between, float64(sorted[i]-sorted[i-1]))
		}
	}
	total := 0.
	for _, n := range k.sold {
		sold, total = append(sold, float64(n)), total+float64(n)
	}
	slices.Sort(sold)
	slices.Reverse(sold)
	for i, share := range []float64{.01, .1, .5} {
		for _, v := range sold[:int(share*float64(len(sold)))] {
			s.Top[i] += v / total
		}
	}
	s.Lines, s.Units, s.Between = quantiles(lines, .5, .9, .99), quantiles(k.units, .5, .9, .99), quantiles(between, .1, .5, .9)
	s.OneOrder, s.ReturnedUnits, s.Weekend = float64(one)/float64(max(1, len(k.when))), float64(k.returned)/max(1, total), float64(k.weekend)/float64(max(1, len(k.lines)))
	return s
}

// Run prints the shapes of the world's orders, and of a real shop's beside.
func (c *simShapesCmd) Run(ctx context.Context, root *cli, term *terminal) error {
	config, err := c.config(root)
	if err != nil {
		return err
	}
	merchant, err := sim.PolicyNamed("merchant")
	if err != nil {
		return err
	}
	k := newBook()
	w, err := sim.New(config, merchant, func(f fact.Fact) error { k.add(f); return nil }, nil)
	if err != nil {
		return err
	}
	tell, done := term.bar()
	defer done()
	if err := w.Run(ctx, func(day, days int) { tell("Living", int64(day), int64(days)) }); err != nil {
		return err
	}
	out := map[string]shapes{"simulated": k.shapes()}
	if c.File != "" {
		if out["real"], err = c.real(ctx, root, term, tell); err != nil {
			return err
		}
	}
	done()
	if term.json {
		return printJSON(term, out)
	}
	for _, name := range []string{"simulated", "real"} {
		if s, ok := out[name]; ok {
			if err := term.say("%-10s %6d orders · lines of an order %v · units of a line %v · days between orders %v · units of the top 1, 10, 50 %% %.2f · one order only %.2f · returned %.3f · weekends %.2f",
				name, s.Orders, s.Lines, s.Units, s.Between, s.Top, s.OneOrder, s.ReturnedUnits, s.Weekend); err != nil {
				return err
			}
		}
	}
	return nil
}

// real imports a file into a scratch folder and looks at what was understood.
func (c *simShapesCmd) real(ctx context.Context, root *cli, term *terminal, tell progress) (s shapes, err error) {
	dir, err := os.MkdirTemp("", "almanac-shapes")
	if err != nil {
		return s, fmt.Errorf("make a scratch folder: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	scratch := *root
	scratch.Data = dir
	a, err := open(ctx, &scratch, term, "sim shapes")
	if err != nil {
		return s, err
	}
	defer func() { err = errors.Join(err, a.close()) }()
	o, err := (&importCmd{}).options(a, ctx)
	if err != nil {
		return s, err
	}
	if _, err := a.importer.Import(ctx, c.File, c.File, o, func(done, total int64) { tell("Reading", done, total) }); err != nil {
		return s, explain(err)
	}
	k := newBook()
	for after := int64(0); ; {
		last, err := a.history.Read(ctx, after, 10_000, func(r history.Record) error { k.add(r.Fact); return nil })
		if err != nil || last == after {
			return k.shapes(), err
		}
		after = last
	}
}
