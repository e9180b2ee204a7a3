// Package storefront answers what a shop's pages should show a visitor, fast enough to stand in the way of
// a page: from memory, while the database is busy elsewhere.
//
// An engine per shop (program/onsite) holds visits, relations, titles, prices and stock. State is looked at anew in the
// background at most every two seconds; the engine is taught anew when another model was promoted, and until then the old
// one answers. What visitors do counts at once, before state has it.
// Products that are hidden, or whose counted stock is used up, are never shown. Products that were never
// counted are shown with availability unknown: absence of a count is not absence of stock.
package storefront

import (
	"context"
	"errors"
	"reflect"
	"sync"
	"sync/atomic"
	"time"

	"almanac/predict"
	"almanac/program/onsite"
	"almanac/state/availability"
	"almanac/state/behaviour"
	"almanac/state/catalog"
	"almanac/state/identity"
	"almanac/state/orders"
	"almanac/state/review"
	"almanac/state/stock"
	"almanac/state/supply"
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
	identity  *identity.View
	supply    *supply.View
	review    *review.View
	promises  *availability.Store
	registry  *predict.Registry
	progress  Progress
	head      func(ctx context.Context) (int64, error)
	now       func() time.Time
	fault     func(error)
	patience  time.Duration

	policy    Policy
	knows     func(ctx context.Context, shop, id string) (bool, error)
	rules     func(ctx context.Context, shop string) ([]onsite.Rule, error)
	exposures func(shop string, x onsite.Exposure)

	mu    sync.Mutex
	shops map[string]*entry
	past  *visitors
}

// Policy is what merchants choose.
type Policy struct {
	// LeastMargin is the share of its price that a product must leave to be shown, where its cost is known; below 0 never
	// matters, as nothing is shown at a loss.
	LeastMargin float64
	// Holdout is the share of visitors who see best sellers, so that it can be told what the lists earn; Salt draws them.
	Holdout float64
	Salt    string
	Rules   []onsite.Rule // of every shop
	// CountryHeader is the header in which a proxy before the server tells the visitor's country; empty for none.
	CountryHeader string
}

// Sources is what a shelf is filled from.
type Sources struct {
	Catalog   *catalog.View
	Orders    *orders.View
	Stock     *stock.View
	Behaviour *behaviour.View
	Identity  *identity.View // nil where visitors are not joined with customers
	Supply    *supply.View   // nil where nobody says when more comes
	Review    *review.View   // nil where reviews are not kept
	// Promises keeps what the shop says of how it promises stock, and what checkouts hold; nil: all of it, everywhere.
	Promises  *availability.Store
	Registry  *predict.Registry
	Projector Progress
	Head      func(ctx context.Context) (int64, error) // the newest offset of the record; nil where nothing is heard
	Now       func() time.Time
	Fault     func(error)   // hears of what could not be read anew; the former answers go on
	Patience  time.Duration // see Patience, which holds where it is 0
	Policy    Policy
	// Rules reads the rules that a shop's merchants wrote; nil for none.
	Rules func(ctx context.Context, shop string) ([]onsite.Rule, error)
	// Knows says whether what is known of a visitor may be used, by what they chose; nil: of everybody.
	Knows func(ctx context.Context, shop, id string) (bool, error)
	// Exposures hears of every list that is shown; it must not wait. Nil for nobody.
	Exposures func(shop string, x onsite.Exposure)
}

// New prepares a shelf; it reads nothing yet.
func New(s Sources) *Shelf {
	if s.Patience == 0 {
		s.Patience = Patience
	}
	return &Shelf{catalog: s.Catalog, orders: s.Orders, stock: s.Stock, behaviour: s.Behaviour, identity: s.Identity, supply: s.Supply, review: s.Review, promises: s.Promises, registry: s.Registry, progress: s.Projector, head: s.Head,
		now: s.Now, fault: s.Fault, patience: s.Patience, policy: s.Policy, knows: s.Knows, rules: s.Rules, exposures: s.Exposures, shops: map[string]*entry{}, past: newVisitors()}
}

type entry struct {
	snap     atomic.Pointer[snapshot]
	building sync.Mutex
	marks    []mark     // oldest first; with building
	heeding  sync.Mutex // while rules are read and set
	busy     atomic.Bool
}

// snapshot is all that an answer needs of one shop.
type snapshot struct {
	offset  int64
	terms   terms
	version string // of the model, empty where nothing was trained
	engine  *onsite.Engine
	titles  map[string]string
	sold    map[string]sale // as of when the engine was taught
	took    time.Duration   // to make it
	checked atomic.Int64    // when it was last found current, nanoseconds
}

func (s *snapshot) title(sku string) string {
	if t := s.titles[sku]; t != "" {
		return t
	}
	return sku
}

const recheck = 2 * time.Second

// pause is how long a snapshot answers before state is looked at: longer where that took long, so that a large catalogue
// costs no more than a twentieth of the time.
func (s *snapshot) pause() time.Duration { return max(recheck, min(time.Minute, 20*s.took)) }

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
	if s.now().UnixNano()-snap.checked.Load() >= int64(snap.pause()) && e.busy.CompareAndSwap(false, true) {
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

// Warm makes a shop's first snapshot before anybody asks for it; later it does nothing.
func (s *Shelf) Warm(ctx context.Context, shop string) error {
	_, err := s.snapshot(ctx, shop)
	return err
}

// renew looks whether the snapshot is still current and makes a new one where it is not.
func (s *Shelf) renew(ctx context.Context, e *entry, shop string) (*snapshot, error) {
	e.building.Lock()
	defer e.building.Unlock()
	old, now := e.snap.Load(), s.now().UnixNano()
	if old != nil && now-old.checked.Load() < int64(recheck) {
		return old, nil
	}
	offset, covered, err := s.covered(ctx, e)
	if err != nil {
		return nil, err
	}
	champion, err := s.registry.Champion(ctx, shop, predict.Affinity)
	if err != nil && !errors.Is(err, predict.ErrNone) {
		return nil, err
	}
	if old != nil {
		if err := s.heed(ctx, e, shop, old.engine); err != nil {
			return nil, err
		}
	}
	promised, err := s.terms(ctx, shop)
	if err != nil {
		return nil, err
	}
	if old != nil && old.offset == offset && old.version == champion.Hash && reflect.DeepEqual(old.terms, promised) {
		old.checked.Store(now)
		return old, nil
	}
	began := time.Now()
	products, err := s.goods(ctx, shop, promised)
	if err != nil {
		return nil, err
	}
	snap := &snapshot{offset: offset, terms: promised, version: champion.Hash, titles: make(map[string]string, len(products))}
	if old != nil && old.version == champion.Hash {
		snap.engine, snap.sold = old.engine, old.sold
	} else if snap.sold, err = s.sales(ctx, shop); err != nil {
		return nil, err
	} else if snap.engine, err = s.teach(ctx, shop, champion.Hash, products); err != nil {
		return nil, err
	}
	for i := range products {
		v, known := snap.sold[products[i].SKU]
		if !known {
			v.tax = snap.sold[""].tax
		}
		if products[i].TaxIncluded {
			products[i].Tax = v.tax
		}
		products[i].Weekly, products[i].ReturnRate, products[i].Quality = v.weekly, v.returned, v.quality
	}
	if old != nil && old.engine != snap.engine {
		snap.engine.Follow(old.engine)
	}
	snap.engine.SetSending(&snap.terms.rules)
	snap.engine.SetCatalogueAsOf(products, covered)
	if old != nil {
		snap.took = time.Since(began)
	}
	for i := range products {
		snap.titles[products[i].SKU] = products[i].Title
	}
	snap.checked.Store(now)
	if old == nil || old.engine != snap.engine {
		if err := s.heed(ctx, e, shop, snap.engine); err != nil {
			return nil, err
		}
	}
	e.snap.Store(snap)
	return snap, s.heed(ctx, e, shop, snap.engine) // somebody may have changed the former engine's rules meanwhile
}
