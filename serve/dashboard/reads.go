// Package dashboard answers what the dashboard's pages show about sales, products, customers, data and
// models, in the shapes of package wire. It reads the state views, the champions of the registry and the
// record's counters, and changes nothing.
//
// Lists are prepared once per shop, period and state, kept in memory, and then filtered, sorted and paged
// there: a page of five thousand products costs a few microseconds, until the next fact arrives.
package dashboard

import (
	"context"
	"errors"
	"fmt"
	"time"

	"almanac/history"
	"almanac/predict"
	"almanac/predict/affinity"
	"almanac/predict/customer"
	"almanac/predict/demand"
	"almanac/predict/planned"
	"almanac/program/reorder"
	"almanac/serve/wire"
	"almanac/shop"
	"almanac/state"
	"almanac/state/catalog"
	"almanac/state/orders"
	"almanac/state/outlook"
	"almanac/state/place"
	"almanac/state/quality"
	"almanac/state/stock"
	"almanac/state/supply"
)

// Progress tells how far state has followed the record.
type Progress interface {
	Offset(ctx context.Context) (int64, error)
	Behind(ctx context.Context) (int64, error)
}

// Sources is what the pages are made of.
type Sources struct {
	Catalog   *catalog.View
	Orders    *orders.View
	Stock     *stock.View
	Supply    *supply.View
	Quality   *quality.View
	Outlook   *outlook.View // nil: no plans are known
	Place     *place.View   // nil: no places are known
	History   *history.Store
	Projector Progress
	Registry  *predict.Registry
	Planned   *planned.Store // nil: nobody plans here
	// Settings are a shop's choices for reordering; nil: the usual ones.
	Settings func(ctx context.Context, shop string) (reorder.Settings, error)
	Now      func() time.Time
}

// Reads answers the dashboard's questions. It is safe for concurrent use.
type Reads struct {
	Sources
	demand   *predict.Live[demand.Model]
	affinity *predict.Live[affinity.Model]
	customer *predict.Live[customer.Model]

	bases     *Cache[*basis]
	products  *Cache[*productSet]
	customers *Cache[*customerSet]
	kpis      *Cache[[]wire.Kpi]
	demands   *Cache[*demandSet]
	places    *Cache[*placeSet]
	plans     *Cache[*shelves]
	stocks    *Cache[*stockSet]
	warnings  *Cache[*wire.Warnings]
	curves    *Cache[reorder.ShopCurve]
	levels    *Cache[[]reorder.Level]
	prices    *Cache[map[string]int64]
	findings  findings
}

// New prepares the reads; it asks nothing yet.
func New(s Sources) *Reads {
	r := &Reads{Sources: s, bases: NewCache[*basis](16), products: NewCache[*productSet](32), customers: NewCache[*customerSet](16), kpis: NewCache[[]wire.Kpi](64),
		demands: NewCache[*demandSet](16), places: NewCache[*placeSet](8), plans: NewCache[*shelves](4), stocks: NewCache[*stockSet](16), warnings: NewCache[*wire.Warnings](16),
		curves: NewCache[reorder.ShopCurve](16), levels: NewCache[[]reorder.Level](4), prices: NewCache[map[string]int64](16)}
	if s.Registry != nil {
		r.demand = predict.NewLive[demand.Model](s.Registry, predict.Demand)
		r.affinity = predict.NewLive[affinity.Model](s.Registry, predict.Affinity)
		r.customer = predict.NewLive[customer.Model](s.Registry, predict.Customer)
	}
	return r
}

// Forget drops everything prepared, for when settings changed that the figures depend on.
func (r *Reads) Forget() {
	r.bases.Forget()
	r.products.Forget()
	r.customers.Forget()
	r.kpis.Forget()
	r.demands.Forget()
	r.places.Forget()
	r.plans.Forget()
	r.stocks.Forget()
	r.warnings.Forget()
	r.curves.Forget()
	r.levels.Forget()
	r.prices.Forget()
}

// basis is what many pages need of one shop at one state: its coverage, and units by product and week.
type basis struct {
	offset      int64
	first, last state.Day
	any         bool
	titles      map[string]catalog.Product
	weekly      map[string]series
}

// series is the demand of one product in weeks; the first begins on start, a Monday.
type series struct {
	start state.Day
	units []int64
}

// last is the units of the n weeks that end with the week of day.
func (s series) last(n int, day state.Day) []int64 {
	out := make([]int64, n)
	for i := range n {
		w := int(day.Monday()-s.start)/7 - (n - 1 - i)
		if s.units != nil && w >= 0 && w < len(s.units) {
			out[i] = s.units[w]
		}
	}
	return out
}

func (r *Reads) basis(ctx context.Context, shopID string) (*basis, error) {
	offset, err := r.Projector.Offset(ctx)
	if err != nil {
		return nil, err
	}
	return r.bases.Get(Key(shopID, offset), func() (*basis, error) {
		b := &basis{offset: offset, titles: map[string]catalog.Product{}, weekly: map[string]series{}}
		var err error
		if b.first, b.last, b.any, err = r.Orders.Coverage(ctx, shopID); err != nil {
			return nil, err
		}
		if err := r.Catalog.All(ctx, shopID, func(p catalog.Product) error { b.titles[p.SKU] = p; return nil }); err != nil {
			return nil, err
		}
		var sku string
		var s series
		keep := func() {
			if sku != "" {
				b.weekly[sku] = s
			}
		}
		err = r.Orders.DailySales(ctx, shopID, b.last+1, func(at string, day state.Day, d orders.DaySales) error {
			if at != sku {
				keep()
				sku, s = at, series{start: day.Monday()}
			}
			w := int(day.Monday()-s.start) / 7
			for len(s.units) <= w {
				s.units = append(s.units, 0)
			}
			s.units[w] += d.Demand()
			return nil
		})
		keep()
		return b, err
	})
}

// title is the name of a product, its SKU where it has none.
func (b *basis) title(sku string) string {
	if t := b.titles[sku].Title; t != "" {
		return t
	}
	return sku
}

// category is the narrowest one known.
func (b *basis) category(sku string) string {
	c := b.titles[sku].Category
	if len(c) == 0 {
		return ""
	}
	return c[len(c)-1]
}

// Period is the days from the first to the last, both included.
type Period struct{ From, To state.Day }

// Days is how many there are.
func (p Period) Days() int { return int(p.To-p.From) + 1 }

// Before is the equally long period that ends the day before.
func (p Period) Before() Period { return Period{p.From - state.Day(p.Days()), p.From - 1} }

// Errors of a period that was asked for.
var (
	ErrPeriod = errors.New("the period ends before it begins")
	ErrDay    = errors.New("this is not a day like 2026-01-31")
)

// period reads the days asked for; an absent one is that of the shop's coverage.
func (r *Reads) period(s shop.Shop, b *basis, from, to string) (Period, error) {
	p := Period{b.first, b.last}
	if !b.any {
		today := state.DayOf(r.Now(), s.Location())
		p = Period{today - 29, today}
	}
	var err error
	if from != "" {
		if p.From, err = state.ParseDay(from); err != nil {
			return p, fmt.Errorf("%q: %w", from, ErrDay)
		}
	}
	if to != "" {
		if p.To, err = state.ParseDay(to); err != nil {
			return p, fmt.Errorf("%q: %w", to, ErrDay)
		}
	}
	if p.To < p.From {
		return p, ErrPeriod
	}
	return p, nil
}

// champion asks for a question's model; nil where nothing was trained yet.
func champion[T any](ctx context.Context, l *predict.Live[T], shopID string) (*predict.Loaded[T], error) {
	m, err := l.Get(ctx, shopID)
	if m.Model != nil { // also with an error: the old model goes on answering
		return &m, nil
	}
	if errors.Is(err, predict.ErrNone) {
		return nil, nil
	}
	return nil, err
}

// modelOf is the model itself, nil where there is none.
func modelOf[T any](m *predict.Loaded[T]) *T {
	if m == nil {
		return nil
	}
	return m.Model
}

// hashOf is a model's, "" where there is none.
func hashOf[T any](m *predict.Loaded[T]) string {
	if m == nil {
		return ""
	}
	return m.Version.Hash
}
