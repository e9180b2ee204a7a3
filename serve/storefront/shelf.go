// Package storefront answers what a shop's pages should show a visitor, fast enough to stand in the way of
// a page: from memory, while the database is busy elsewhere.
//
// A snapshot per shop holds the affinity model, titles and stock. It is looked at anew in the background at
// most every two seconds, and made anew when state or the model changed; until then the old one answers.
// Products that are hidden, or whose counted stock is used up, are never shown. Products that were never
// counted are shown with availability unknown: absence of a count is not absence of stock.
package storefront

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"almanac/predict"
	"almanac/predict/affinity"
	"almanac/state/behaviour"
	"almanac/state/catalog"
	"almanac/state/orders"
	"almanac/state/stock"
)

// Progress tells the offset up to which state shows the record.
type Progress interface {
	Offset(ctx context.Context) (int64, error)
}

// Shelf recommends products. It is safe for concurrent use.
type Shelf struct {
	catalog   *catalog.View
	orders    *orders.View
	stock     *stock.View
	behaviour *behaviour.View
	registry  *predict.Registry
	progress  Progress
	now       func() time.Time
	fault     func(error)
	patience  time.Duration

	mu    sync.Mutex
	shops map[string]*entry
	past  *visitors
}

// Sources is what a shelf is filled from.
type Sources struct {
	Catalog   *catalog.View
	Orders    *orders.View
	Stock     *stock.View
	Behaviour *behaviour.View
	Registry  *predict.Registry
	Projector Progress
	Now       func() time.Time
	Fault     func(error)   // hears of what could not be read anew; the former answers go on
	Patience  time.Duration // see Patience, which holds where it is 0
}

// New prepares a shelf; it reads nothing yet.
func New(s Sources) *Shelf {
	if s.Patience == 0 {
		s.Patience = Patience
	}
	return &Shelf{catalog: s.Catalog, orders: s.Orders, stock: s.Stock, behaviour: s.Behaviour, registry: s.Registry, progress: s.Projector,
		now: s.Now, fault: s.Fault, patience: s.Patience, shops: map[string]*entry{}, past: newVisitors()}
}

type entry struct {
	snap     atomic.Pointer[snapshot]
	building sync.Mutex
	busy     atomic.Bool
}

// snapshot is all that an answer needs of one shop.
type snapshot struct {
	offset  int64
	version string          // of the model, empty where nothing was trained
	model   *affinity.Model // nil where nothing was trained
	goods   map[string]good
	checked atomic.Int64 // when it was last found current, nanoseconds
}

// good is what an answer tells of one product.
type good struct {
	title, url, image string
	counted           bool
	sellable          bool // not hidden, and not known to be out of stock
}

const recheck = 2 * time.Second

func (s *Shelf) snapshot(ctx context.Context, shop string) (*snapshot, error) {
	s.mu.Lock()
	e := s.shops[shop]
	if e == nil {
		e = &entry{}
		s.shops[shop] = e
	}
	s.mu.Unlock()
	snap := e.snap.Load()
	if snap == nil {
		return s.renew(ctx, e, shop)
	}
	if s.now().UnixNano()-snap.checked.Load() >= int64(recheck) && e.busy.CompareAndSwap(false, true) {
		go func() {
			defer e.busy.Store(false)
			// The visitor who noticed need not wait, nor take the renewal with them when they leave.
			ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Minute)
			defer cancel()
			if _, err := s.renew(ctx, e, shop); err != nil {
				s.fault(err)
			}
		}()
	}
	return snap, nil
}

// renew looks whether the snapshot is still current and makes a new one where it is not.
func (s *Shelf) renew(ctx context.Context, e *entry, shop string) (*snapshot, error) {
	e.building.Lock()
	defer e.building.Unlock()
	old, now := e.snap.Load(), s.now().UnixNano()
	if old != nil && now-old.checked.Load() < int64(recheck) {
		return old, nil
	}
	offset, err := s.progress.Offset(ctx)
	if err != nil {
		return nil, err
	}
	champion, err := s.registry.Champion(ctx, shop, predict.Affinity)
	if err != nil && !errors.Is(err, predict.ErrNone) {
		return nil, err
	}
	if old != nil && old.offset == offset && old.version == champion.Hash {
		old.checked.Store(now)
		return old, nil
	}
	snap := &snapshot{offset: offset, version: champion.Hash, goods: map[string]good{}}
	switch {
	case champion.Hash == "":
	case old != nil && old.version == champion.Hash:
		snap.model = old.model
	default:
		m, err := predict.Load[affinity.Model](ctx, s.registry, shop, predict.Affinity)
		if err != nil {
			return nil, err
		}
		snap.model, snap.version = m.Model, m.Version.Hash
	}
	if err := s.stocked(ctx, shop, snap); err != nil {
		return nil, err
	}
	snap.checked.Store(now)
	e.snap.Store(snap)
	return snap, nil
}

func (s *Shelf) stocked(ctx context.Context, shop string, snap *snapshot) error {
	held, err := s.stock.Positions(ctx, shop)
	if err != nil {
		return err
	}
	return s.catalog.All(ctx, shop, func(p catalog.Product) error {
		g := good{title: p.Title, url: p.URL, image: p.Image, sellable: !p.Hidden}
		if g.title == "" {
			g.title = p.SKU
		}
		if pos, ok := held[p.SKU]; ok {
			g.counted = true
			g.sellable = g.sellable && pos.Available > 0
		}
		snap.goods[p.SKU] = g
		return nil
	})
}
