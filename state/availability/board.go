// Package availability is the one answer to how much of a product can be promised: for a channel, from which
// place, to which postcode, at this instant. Shop, marketplace and till ask the same board and get the same
// answer.
//
// Stock comes from the view of stock (counts, moves and the sales since), incoming goods from the view of
// supply, reservations and settings from a store of its own. What was never counted is unknown, not zero.
//
// The board keeps what was asked for in memory. It follows state: when views have changed it looks which
// products the new facts speak of, and reads those anew when they are asked for next.
package availability

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"almanac/fact"
	"almanac/history"
	"almanac/state/catalog"
	"almanac/state/stock"
	"almanac/state/supply"
)

// Progress tells up to where state follows the record: *state.Projector.
type Progress interface {
	Offset(ctx context.Context) (int64, error)
	Follow() (changed <-chan struct{}, stop func())
}

// Record tells what the newest facts speak of: *history.Store.
type Record interface {
	Read(ctx context.Context, after int64, limit int, fn func(history.Record) error) (int64, error)
}

// Orders tells which products an order holds by any source: *orders.View. Another source's telling of an
// order may take the place of the first, and change products that it does not name itself.
type Orders interface {
	Products(ctx context.Context, shop, order string) ([]string, error)
}

// Sources is what a board is made of.
type Sources struct {
	Stock    *stock.View
	Supply   *supply.View
	Catalog  *catalog.View
	Orders   Orders
	Store    *Store
	Record   Record
	Progress Progress
	Now      func() time.Time
}

// Board answers. It is safe for concurrent use.
type Board struct {
	Sources

	mu    sync.RWMutex
	shops map[string]*shelf
}

// shelf is what is known of one shop. Nobody waits for a shelf that is filled anew: the former answers go on.
type shelf struct {
	filling sync.Mutex // one at a time fills it

	mu       sync.RWMutex
	filled   bool
	settings StockRules
	goods    map[string]*good
}

// good is what is known of one product.
type good struct {
	levels   []stock.Level
	incoming []supply.Incoming
	hidden   bool
}

// NewBoard makes a board. Run keeps it current.
func NewBoard(s Sources) *Board { return &Board{Sources: s, shops: map[string]*shelf{}} }

// mostNew is how many new facts are looked through, and mostTouched how many products are read one by one;
// where there are more, everything is read anew.
const (
	mostNew     = 20_000
	mostTouched = 300
)

// Run follows state until ctx ends. fault hears of what could not be read; the former answers go on.
func (b *Board) Run(ctx context.Context, fault func(error)) {
	changed, stop := b.Progress.Follow()
	defer stop()
	seen := int64(-1) // not known: everything is read anew
	for {
		to, err := b.follow(ctx, seen)
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			fault(err)
			seen = -1
		default:
			seen = to
		}
		select {
		case <-ctx.Done():
			return
		case <-changed:
		}
	}
}

// follow reads anew what the facts behind seen speak of, and returns up to where it looked.
func (b *Board) follow(ctx context.Context, seen int64) (int64, error) {
	to, err := b.Progress.Offset(ctx)
	if err != nil || to == seen {
		return seen, err
	}
	if seen < 0 || to < seen || to-seen > mostNew {
		return to, b.Refill(ctx)
	}
	touched, told := map[key]bool{}, map[key]bool{}
	for at := seen; at < to; {
		last, err := b.Record.Read(ctx, at, int(to-at), func(r history.Record) error {
			touch(&r, touched, told)
			return nil
		})
		if err != nil {
			return seen, err
		}
		if last == at {
			break // erased
		}
		at = last
	}
	for o := range told {
		skus, err := b.Orders.Products(ctx, o.shop, o.id)
		if err != nil {
			return seen, err
		}
		for _, sku := range skus {
			touched[key{o.shop, sku}] = true
		}
	}
	if len(touched) > mostTouched {
		return to, b.Refill(ctx)
	}
	for k := range touched {
		if err := b.renew(ctx, k.shop, k.id); err != nil {
			return seen, err
		}
	}
	return to, nil
}

// Refill reads the shops anew that somebody has asked for.
func (b *Board) Refill(ctx context.Context) error {
	b.mu.RLock()
	shops := slices.Collect(maps.Keys(b.shops))
	b.mu.RUnlock()
	for _, shop := range shops {
		if err := b.fill(ctx, shop, b.shelf(shop)); err != nil {
			return err
		}
	}
	return nil
}

// Settle reads the settings of a shop anew, and its products, whose aliases may be others now.
func (b *Board) Settle(ctx context.Context, shop string) error {
	return b.fill(ctx, shop, b.shelf(shop))
}

// key is a product or an order of a shop.
type key struct{ shop, id string }

// touch notes the products and orders that a fact speaks of.
func touch(r *history.Record, products, orders map[key]bool) {
	switch v := r.Body.(type) {
	case *fact.StockCount:
		products[key{r.Shop, v.SKU}] = true
	case *fact.StockMove:
		products[key{r.Shop, v.SKU}] = true
	case *fact.OrderLine:
		products[key{r.Shop, v.SKU}], orders[key{r.Shop, v.Order}] = true, true
	case *fact.OrderReversal:
		products[key{r.Shop, v.SKU}] = true
	case *fact.Purchase:
		products[key{r.Shop, v.SKU}] = true
	case *fact.Product:
		products[key{r.Shop, v.SKU}] = true
	case *fact.Price:
		products[key{r.Shop, v.SKU}] = true
	case *fact.Cost:
		products[key{r.Shop, v.SKU}] = true
	}
}

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

// fill reads all of a shop.
func (b *Board) fill(ctx context.Context, shop string, s *shelf) error {
	s.filling.Lock()
	defer s.filling.Unlock()
	settings, err := b.Store.Settings(ctx, shop)
	if err != nil {
		return err
	}
	goods := map[string]*good{}
	of := func(sku string) *good {
		if real, ok := settings.Aliases[sku]; ok {
			sku = real
		}
		g := goods[sku]
		if g == nil {
			g = &good{}
			goods[sku] = g
		}
		return g
	}
	levels, err := b.Stock.Levels(ctx, shop, "")
	if err != nil {
		return err
	}
	for _, l := range levels {
		g := of(l.SKU)
		g.levels = append(g.levels, l)
	}
	incoming, err := b.Supply.Incoming(ctx, shop, "")
	if err != nil {
		return err
	}
	for _, i := range incoming {
		g := of(i.SKU)
		g.incoming = append(g.incoming, i)
	}
	err = b.Catalog.All(ctx, shop, func(p catalog.Product) error {
		if p.Hidden {
			of(p.SKU).hidden = true
		}
		return nil
	})
	if err != nil {
		return err
	}
	s.mu.Lock()
	s.filled, s.settings, s.goods = true, settings, goods
	s.mu.Unlock()
	return nil
}

// renew reads one product anew, under its name and its aliases.
func (b *Board) renew(ctx context.Context, shop, sku string) error {
	s := b.shelf(shop)
	s.filling.Lock()
	defer s.filling.Unlock()
	s.mu.RLock()
	filled, settings := s.filled, s.settings
	s.mu.RUnlock()
	if !filled {
		return nil // it is read when somebody asks
	}
	if real, ok := settings.Aliases[sku]; ok {
		sku = real
	}
	names := []string{sku}
	for alias, of := range settings.Aliases {
		if of == sku {
			names = append(names, alias)
		}
	}
	slices.Sort(names[1:])
	g := &good{}
	for _, n := range names {
		levels, err := b.Stock.Levels(ctx, shop, n)
		if err != nil {
			return err
		}
		incoming, err := b.Supply.Incoming(ctx, shop, n)
		if err != nil {
			return err
		}
		p, ok, err := b.Catalog.Product(ctx, shop, n)
		if err != nil {
			return err
		}
		g.levels, g.incoming, g.hidden = append(g.levels, levels...), append(g.incoming, incoming...), g.hidden || ok && p.Hidden
	}
	s.mu.Lock()
	s.goods[sku] = g
	s.mu.Unlock()
	return nil
}

// unknown is a product of which nothing was told.
var unknown = &good{}

// of finds a product of a shop by its name or an alias, and the shop's settings.
func (b *Board) of(ctx context.Context, shop, sku string) (*good, StockRules, string, error) {
	s := b.shelf(shop)
	s.mu.RLock()
	filled := s.filled
	s.mu.RUnlock()
	if !filled {
		if err := b.fill(ctx, shop, s); err != nil {
			return nil, StockRules{}, sku, err
		}
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	if real, ok := s.settings.Aliases[sku]; ok {
		sku = real
	}
	g := s.goods[sku]
	if g == nil {
		g = unknown
	}
	return g, s.settings, sku, nil
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
