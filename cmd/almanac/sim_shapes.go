package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"time"

	"almanac/fact"
	"almanac/history"
	"almanac/sim"
)

type simShapesCmd struct {
	File   string `arg:"" optional:"" help:"Orders of a real shop to stand beside." type:"existingfile"`
	Prices string `help:"Weekly sales with prices (Dominick's form) whose price response is to stand beside." type:"existingfile"`
	Plots  string `help:"Folder for plots (SVG)." type:"path"`
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
	Price         *response  `json:"price_response,omitempty"`
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

// sizes are the lines of each order.
func (k *book) sizes() (out []float64) {
	for _, n := range k.lines {
		out = append(out, float64(n))
	}
	return out
}

// between are the days from each order of a customer to the next.
func (k *book) between() (out []float64) {
	for _, days := range k.when {
		sorted := slices.Sorted(maps.Keys(days))
		for i := 1; i < len(sorted); i++ {
			out = append(out, float64(sorted[i]-sorted[i-1]))
		}
	}
	return out
}

// popularity is the units sold of each product.
func (k *book) popularity() (out []float64) {
	for _, n := range k.sold {
		out = append(out, float64(n))
	}
	return out
}

func (k *book) shapes() shapes {
	s := shapes{Orders: len(k.lines)}
	one := 0
	for _, days := range k.when {
		if len(days) == 1 {
			one++
		}
	}
	sold, total := k.popularity(), 0.
	for _, v := range sold {
		total += v
	}
	slices.Sort(sold)
	slices.Reverse(sold)
	for i, share := range []float64{.01, .1, .5} {
		for _, v := range sold[:int(share*float64(len(sold)))] {
			s.Top[i] += v / total
		}
	}
	s.Lines, s.Units, s.Between = quantiles(k.sizes(), .5, .9, .99), quantiles(k.units, .5, .9, .99), quantiles(k.between(), .1, .5, .9)
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
	k, prices := newBook(), newPriceBook(config.Start())
	w, err := sim.New(config, merchant, func(f fact.Fact) error { k.add(f); prices.add(f); return nil }, nil)
	if err != nil {
		return err
	}
	tell, done := term.bar()
	defer done()
	if err := w.Run(ctx, func(day, days int) { tell("Living", int64(day), int64(days)) }); err != nil {
		return err
	}
	books := map[string]*book{"simulated": k}
	simulated := k.shapes()
	answer := prices.response()
	simulated.Price = &answer
	out := map[string]shapes{"simulated": simulated}
	if c.File != "" {
		if books["real"], err = c.real(ctx, root, term, tell); err != nil {
			return err
		}
		out["real"] = books["real"].shapes()
	}
	if c.Prices != "" {
		answer, err := dominicks(c.Prices)
		if err != nil {
			return err
		}
		real := out["real"]
		real.Price = &answer
		out["real"] = real
	}
	if c.Plots != "" {
		if err := plots(c.Plots, books); err != nil {
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
			if s.Price != nil {
				if err := term.say("%-10s elasticity %.2f within %d products", "", s.Price.Elasticity, s.Price.Groups); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// real imports a file into a scratch folder and looks at what was understood.
func (c *simShapesCmd) real(ctx context.Context, root *cli, term *terminal, tell progress) (k *book, err error) {
	dir, err := os.MkdirTemp("", "almanac-shapes")
	if err != nil {
		return nil, fmt.Errorf("make a scratch folder: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	scratch := *root
	scratch.Data = dir
	a, err := open(ctx, &scratch, term, "sim shapes")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, a.close()) }()
	o, err := (&importCmd{}).options(a, ctx)
	if err != nil {
		return nil, err
	}
	if _, err := a.importer.Import(ctx, c.File, c.File, o, func(done, total int64) { tell("Reading", done, total) }); err != nil {
		return nil, explain(err)
	}
	k = newBook()
	for after := int64(0); ; {
		last, err := a.history.Read(ctx, after, 10_000, func(r history.Record) error { k.add(r.Fact); return nil })
		if err != nil || last == after {
			return k, err
		}
		after = last
	}
}
