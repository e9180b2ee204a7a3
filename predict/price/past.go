package price

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"almanac/model/elasticity"
	"almanac/predict"
	"almanac/state"
	"almanac/state/catalog"
	"almanac/state/orders"
	"almanac/state/stock"
)

// Source is what the answer is learnt from.
type Source struct {
	Sales   Sales
	Catalog Catalog
	Stock   Stock // nil where nothing is counted
	Zone    *time.Location
}

// Sales is what was sold: *orders.View.
type Sales interface {
	// DailySales hands the sales of every product on every day before a day to fn, by product, then day.
	DailySales(ctx context.Context, shop string, before state.Day, fn func(sku string, day state.Day, d orders.DaySales) error) error
}

// Catalog is what was asked: *catalog.View.
type Catalog interface {
	// PricesBefore hands every asking price set before an instant to fn, by SKU, then time.
	PricesBefore(ctx context.Context, shop string, before time.Time, fn func(catalog.Price) error) error
	All(ctx context.Context, shop string, fn func(catalog.Product) error) error
}

// Stock tells when products were out of stock: *stock.View.
type Stock interface {
	Outages(ctx context.Context, shop string) (map[string][]stock.Outage, error)
}

// past is the cells of a shop with what they are made of.
type past struct {
	cells    []elasticity.Cell // by product, then week
	products []Product
	groups   []string
	start    state.Day // Monday of week 0
	weeks    int
	rows     int64
	deepest  float64
	net, ask float64 // money that sales brought, and that they would have at the asking price
	digest   *predict.Digest
}

// offered is one product's prices: at[i] holds from from[i] to the day before from[i+1].
type offered struct {
	currency string
	from     []state.Day
	at       []int64
}

// least is what a change of a price must be to count as one: less is a rounding.
const least = 0.01

// silent is after how many days without a sale a product counts as not sold any more since its last one.
const silent = 56

// longest is how far back prices are learnt from: tastes and assortments change.
const longest = 104

// Group is the name of the group of a product: its narrowest category.
func Group(p catalog.Product) string {
	if len(p.Category) == 0 {
		return ""
	}
	return strings.Join(p.Category, " / ")
}

func load(ctx context.Context, src Source, shop string, cutoff state.Day) (*past, error) {
	prices, changed, err := readPrices(ctx, src, shop, cutoff)
	if err != nil {
		return nil, fmt.Errorf("read the prices of shop %s before %s: %w", shop, cutoff, err)
	}
	p := &past{digest: predict.NewDigest()}
	if changed == 0 {
		return p, nil
	}
	groups, families := map[string]int{}, map[string]int{}
	of := map[string]place{}
	if err := src.Catalog.All(ctx, shop, func(c catalog.Product) error {
		if prices[c.SKU] == nil {
			return nil
		}
		g, ok := groups[Group(c)]
		if !ok {
			g = len(p.groups)
			groups[Group(c)], p.groups = g, append(p.groups, Group(c))
		}
		style := cmp.Or(c.Group, c.SKU)
		if _, ok := families[style]; !ok {
			families[style] = len(families)
		}
		of[c.SKU] = place{g, families[style]}
		return nil
	}); err != nil {
		return nil, fmt.Errorf("read the products of shop %s: %w", shop, err)
	}
	var outages map[string][]stock.Outage
	if src.Stock != nil {
		if outages, err = src.Stock.Outages(ctx, shop); err != nil {
			return nil, fmt.Errorf("read when products of shop %s were out of stock: %w", shop, err)
		}
	}
	end := cutoff.Monday()
	p.start = end - 7*longest
	var days []sold
	sku := ""
	flush := func() {
		if o := prices[sku]; o != nil && len(days) > 0 {
			p.add(sku, of[sku], o, days, outages[sku], end, src.Zone)
		}
		days = days[:0]
	}
	err = src.Sales.DailySales(ctx, shop, end, func(s string, day state.Day, d orders.DaySales) error {
		if s != sku {
			flush()
			sku = s
		}
		if day >= p.start && d.Demand() > 0 {
			days = append(days, sold{day, float64(d.Demand()), float64(d.Units), float64(d.Gross - d.Discount)})
		}
		return nil
	})
	flush()
	if err != nil {
		return nil, fmt.Errorf("read the sales of shop %s before %s: %w", shop, cutoff, err)
	}
	p.trim(end)
	return p, nil
}

// place is where a product belongs: its category, and the style whose sizes and colours are priced together.
type place struct{ group, family int }

// sold is what a product sold on a day.
type sold struct {
	day              state.Day
	units, paid, net float64 // wanted, and what was charged for the units paid
}

// readPrices reads what was asked for each product; changed is how many of them ever changed.
func readPrices(ctx context.Context, src Source, shop string, cutoff state.Day) (prices map[string]*offered, changed int, err error) {
	prices = map[string]*offered{}
	err = src.Catalog.PricesBefore(ctx, shop, cutoff.Time(), func(v catalog.Price) error {
		if v.Amount <= 0 {
			return nil
		}
		o := prices[v.SKU]
		if o == nil || o.currency != v.Currency { // prices in another money cannot be compared
			o = &offered{currency: v.Currency}
			prices[v.SKU] = o
		}
		day := state.DayOf(v.At, src.Zone)
		switch n := len(o.at); {
		case n > 0 && o.at[n-1] == v.Amount:
		case n > 0 && o.from[n-1] == day: // the last of a day holds
			o.at[n-1] = v.Amount
		default:
			if n == 1 {
				changed++
			}
			o.from, o.at = append(o.from, day), append(o.at, v.Amount)
		}
		return nil
	})
	return prices, changed, err
}

// add makes the cells of one product, from its first sale at a known price on. A sale on a day that counts as one without
// stock shows that there was some.
func (p *past) add(sku string, of place, o *offered, days []sold, outages []stock.Outage, end state.Day, zone *time.Location) {
	for len(days) > 0 && days[0].day < o.from[0] {
		days = days[1:]
	}
	if len(days) == 0 {
		return
	}
	if last := days[len(days)-1].day; last+silent < end { // it is not sold any more
		end = last + 1
	}
	id := len(p.products)
	p.digest.String(sku)
	first := days[0].day
	gone := without(outages, first, end, zone)
	var net, ask, paid float64
	at, i := 0, 0
	for d := first; d < end; d++ {
		for at+1 < len(o.from) && o.from[at+1] <= d {
			at++
			p.tried(o.at[at-1], o.at[at])
		}
		units := 0.
		if i < len(days) && days[i].day == d {
			units = days[i].units
			net, ask, paid = net+days[i].net, ask+days[i].paid*float64(o.at[at]), paid+days[i].paid
			i++
			p.rows++
		}
		if gone[d] && units == 0 {
			continue
		}
		week, log := int(d-p.start)/7, math.Log(float64(o.at[at]))
		if n := len(p.cells); n > 0 && p.cells[n-1].Product == id && p.cells[n-1].Week == week && p.cells[n-1].Log == log {
			p.cells[n-1].Units += units
			p.cells[n-1].Days++
			continue
		}
		p.cells = append(p.cells, elasticity.Cell{Product: id, Group: of.group, Family: of.family, Week: week, Units: units, Days: 1, Log: log})
	}
	v := Product{SKU: sku, Group: p.groups[of.group], Changes: at}
	if paid >= 20 && ask > 0 {
		v.Kept = math.Round(net/ask*1e4) / 1e4
	}
	p.net, p.ask = p.net+net, p.ask+ask
	p.products = append(p.products, v)
}

func (p *past) tried(before, after int64) {
	if cut := 1 - float64(after)/float64(before); cut >= least {
		p.deepest = math.Max(p.deepest, cut)
	}
}

// without is the days on which a product had no stock for more than half of the day.
func without(outages []stock.Outage, first, end state.Day, zone *time.Location) map[state.Day]bool {
	gone := map[state.Day]bool{}
	for _, o := range outages {
		from := max(first, state.DayOf(o.From.Add(12*time.Hour), zone))
		to := end
		if !o.To.IsZero() {
			to = min(end, state.DayOf(o.To.Add(12*time.Hour), zone))
		}
		for d := from; d < to; d++ {
			gone[d] = true
		}
	}
	return gone
}

// trim counts weeks from the first that has a cell, and adds what training saw up.
func (p *past) trim(end state.Day) {
	first := math.MaxInt
	for _, c := range p.cells {
		first = min(first, c.Week)
	}
	if len(p.cells) == 0 {
		return
	}
	for i := range p.cells {
		p.cells[i].Week -= first
		c := p.cells[i]
		p.digest.Int(int64(c.Product)<<32 | int64(c.Week))
		p.digest.Float(c.Units)
		p.digest.Float(c.Days)
		p.digest.Float(c.Log)
	}
	p.start += state.Day(7 * first)
	p.weeks = int(end-p.start) / 7
}

// before is the cells of the weeks before one.
func (p *past) before(week int) []elasticity.Cell {
	return slices.DeleteFunc(slices.Clone(p.cells), func(c elasticity.Cell) bool { return c.Week >= week })
}
