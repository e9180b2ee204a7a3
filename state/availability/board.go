// Package availability is the one answer to how much of a product can be promised: for a channel, from which
// place, to which postcode, at this instant. Shop, marketplace and till ask the same board and get the same
// answer.
//
// Stock comes from the view of stock (counts, moves and the sales since), incoming goods from the view of
// supply, reservations and settings from a store of its own. What was never counted is unknown, not zero.
//
// The board keeps what was asked for in memory. It follows state: an answer is never older than what the
// projector has applied when the board was last told, and a product whose stock changed is read anew.
package availability

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"almanac/fact"
	"almanac/state/catalog"
	"almanac/state/stock"
	"almanac/state/supply"
)

// Progress tells up to where state follows the record: *state.Projector.
type Progress interface {
	Offset(ctx context.Context) (int64, error)
	Follow() (changed <-chan struct{}, stop func())
}

// Sources is what a board is made of.
type Sources struct {
	Stock    *stock.View
	Supply   *supply.View
	Catalog  *catalog.View
	Store    *Store
	Progress Progress
	Now      func() time.Time
}

// Board answers. It is safe for concurrent use.
type Board struct {
	Sources
	version atomic.Int64 // goes up when state or settings change; what was read before is read again

	mu    sync.RWMutex
	shops map[string]*shelf
}

// shelf is what is known of one shop.
type shelf struct {
	mu       sync.Mutex
	version  int64
	settings StockRules
	goods    map[string]*good
}

// good is what is known of one product at one version.
type good struct {
	levels   []stock.Level
	incoming []supply.Incoming
	price    catalog.Price
	cost     catalog.Cost
	priced   bool
	costed   bool
	hidden   bool
}

// mostGoods bounds the products of a shop that are kept in memory.
const mostGoods = 200_000

// NewBoard makes a board. Run keeps it current.
func NewBoard(s Sources) *Board {
	b := &Board{Sources: s, shops: map[string]*shelf{}}
	b.version.Store(1)
	return b
}

// Run follows state until ctx ends.
func (b *Board) Run(ctx context.Context) {
	changed, stop := b.Progress.Follow()
	defer stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-changed:
			b.Changed()
		}
	}
}

// Changed makes the board read anew what it is asked for next.
func (b *Board) Changed() { b.version.Add(1) }

func (b *Board) shelf(shop string) *shelf {
	b.mu.RLock()
	s := b.shops[shop]
	b.mu.RUnlock()
	if s != nil {
		return s
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if s = b.shops[shop]; s == nil {
		s = &shelf{}
		b.shops[shop] = s
	}
	return s
}

// of finds a product of a shop, and the shop's settings, at the present version.
func (b *Board) of(ctx context.Context, shop, sku string) (*good, StockRules, string, error) {
	s := b.shelf(shop)
	s.mu.Lock()
	defer s.mu.Unlock()
	if v := b.version.Load(); s.version != v || len(s.goods) > mostGoods {
		settings, err := b.Store.Settings(ctx, shop)
		if err != nil {
			return nil, settings, sku, err
		}
		s.version, s.settings, s.goods = v, settings, map[string]*good{}
	}
	if real, ok := s.settings.Aliases[sku]; ok {
		sku = real
	}
	if g := s.goods[sku]; g != nil {
		return g, s.settings, sku, nil
	}
	g, err := b.read(ctx, shop, sku, s.settings)
	if err != nil {
		return nil, s.settings, sku, err
	}
	s.goods[sku] = g
	return g, s.settings, sku, nil
}

// read gathers what is known of a product under its name and its aliases.
func (b *Board) read(ctx context.Context, shop, sku string, settings StockRules) (*good, error) {
	g := &good{}
	names := []string{sku}
	for alias, of := range settings.Aliases {
		if of == sku {
			names = append(names, alias)
		}
	}
	slices.Sort(names[1:])
	for _, n := range names {
		levels, err := b.Stock.Levels(ctx, shop, n)
		if err != nil {
			return nil, err
		}
		g.levels = append(g.levels, levels...)
		incoming, err := b.Supply.Incoming(ctx, shop, n)
		if err != nil {
			return nil, err
		}
		g.incoming = append(g.incoming, incoming...)
	}
	now := b.Now()
	p, ok, err := b.Catalog.Product(ctx, shop, sku)
	if err != nil {
		return nil, err
	}
	g.hidden = ok && p.Hidden
	if g.price, g.priced, err = b.Catalog.Price(ctx, shop, sku, now); err != nil {
		return nil, err
	}
	g.cost, g.costed, err = b.Catalog.Cost(ctx, shop, sku, now)
	return g, err
}

// level finds a counted quantity at a place.
func (g *good) level(loc string, q fact.Quantity) (stock.Level, bool) {
	for _, l := range g.levels {
		if l.Location == loc && l.Quantity == q {
			return l, true
		}
	}
	return stock.Level{}, false
}

// places are the places where something was counted, in order.
func (g *good) places() (out []string) {
	for _, l := range g.levels {
		if !slices.Contains(out, l.Location) && (l.Quantity == fact.OnHand || l.Quantity == fact.Available) {
			out = append(out, l.Location)
		}
	}
	slices.Sort(out)
	return out
}
