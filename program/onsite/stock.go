package onsite

import (
	"slices"
	"time"
)

// A sale is heard before state has it, and state may have it long before the figure of stock shows it: where another system
// counts, its next move or count has to come first. Until then the sale is pending and taken off the figure, so that a
// product that is sold out does not come back because state lags. A sale stops pending when
//
//   - the product was counted after it,
//   - state has it, and takes sales since the count off by itself,
//   - the figure fell otherwise, which shows the oldest pending sales first, or
//   - state has it for as long as a system may take to tell of it.

// settling is how long the system that counts may take to tell of a sale.
const settling = time.Hour

// sold is one sale.
type sold struct {
	units int64
	at    time.Time // when it happened
	heard time.Time
}

// pending are the sales of a product that its figure does not show yet.
type pending struct {
	figure  int64     // as state last told it
	counted time.Time // as of when
	sales   []sold    // as they were heard
}

// SetCatalogue replaces all products at once; answers under way keep the former. Stock is taken to know of every sale so far.
func (e *Engine) SetCatalogue(products []Product) { e.SetCatalogueAsOf(products, e.o.Now()) }

// SetCatalogueAsOf replaces all products at once, by a state that has every sale which was heard before an instant, and perhaps
// not those after it.
func (e *Engine) SetCatalogueAsOf(products []Product, covered time.Time) {
	c := newCatalogue(products, e.numbers, e.trend)
	e.stock.Lock()
	for it, p := range c.product {
		e.room(int32(it))
		if p != nil {
			e.level[it], e.counted[it] = e.figure(int32(it), p, covered), p.Counted
		}
	}
	e.stock.Unlock()
	e.change.Lock()
	e.book.Store(newBook(c, e.book.Load().rules, e.numbers))
	e.change.Unlock()
	e.trial.arms(c)
}

// figure is what is left of a product by state's figure and the sales that are pending. The caller holds the lock.
func (e *Engine) figure(it int32, p *Product, covered time.Time) int64 {
	w := e.pending[it]
	if w == nil {
		return p.Stock
	}
	late := e.o.Now().Add(-settling)
	recount := p.CountedAt.After(w.counted)
	w.sales = slices.DeleteFunc(w.sales, func(s sold) bool {
		switch recorded := s.heard.Before(covered); {
		case !p.CountedAt.IsZero() && !s.at.After(p.CountedAt):
			return true
		case recorded && p.SalesOff:
			w.figure -= s.units // it fell by this sale
			return true
		default:
			return recorded && s.heard.Before(late)
		}
	})
	if fell := w.figure - p.Stock; fell > 0 && !recount {
		w.show(fell)
	}
	if len(w.sales) == 0 {
		delete(e.pending, it)
	}
	left := p.Stock
	for _, s := range w.sales {
		left -= s.units
	}
	w.figure, w.counted = p.Stock, p.CountedAt
	return left
}

// show takes units that the figure fell by off the oldest pending sales.
func (w *pending) show(units int64) {
	for units > 0 && len(w.sales) > 0 {
		taken := min(units, w.sales[0].units)
		units -= taken
		if w.sales[0].units -= taken; w.sales[0].units == 0 {
			w.sales = w.sales[1:]
		}
	}
}

// SetStock tells how many units of a product can be sold now; it knows of every sale so far.
func (e *Engine) SetStock(sku string, units int64) {
	it := e.numbers.give(sku)
	e.stock.Lock()
	defer e.stock.Unlock()
	e.room(it)
	e.level[it], e.counted[it] = units, true
	delete(e.pending, it)
}

// Sold takes units from what can be sold, where that is known; at is when they were sold. It holds until stock tells of it.
func (e *Engine) Sold(sku string, units int64, at time.Time) {
	it := e.numbers.find(sku)
	e.stock.Lock()
	defer e.stock.Unlock()
	if it < 0 || int(it) >= len(e.level) || !e.counted[it] || units <= 0 {
		return
	}
	w := e.pending[it]
	if w == nil {
		w = &pending{figure: e.level[it]}
		if p := e.book.Load().goods.get(it); p != nil {
			w.counted = p.CountedAt
		}
		e.pending[it] = w
	}
	w.sales = append(w.sales, sold{units: units, at: at, heard: e.o.Now()})
	e.level[it] -= units
}

// Follow takes over what an engine that this one stands in for knows and the record does not: pending sales, and what groups of
// visitors turn to. It is called before the catalogue is set.
func (e *Engine) Follow(former *Engine) {
	e.trend.inherit(former.trend, former.numbers.name, e.numbers.give)
	former.stock.RLock()
	defer former.stock.RUnlock()
	e.stock.Lock()
	defer e.stock.Unlock()
	for it, w := range former.pending {
		e.pending[e.numbers.give(former.numbers.name(it))] = &pending{figure: w.figure, counted: w.counted, sales: slices.Clone(w.sales)}
	}
}

func (e *Engine) room(it int32) {
	for int(it) >= len(e.level) {
		e.level, e.counted = append(e.level, 0), append(e.counted, false)
	}
}

// left is how many units of a product can be sold, and whether that is known.
func (e *Engine) left(it int32) (int64, bool) {
	e.stock.RLock()
	defer e.stock.RUnlock()
	if int(it) >= len(e.level) || it < 0 {
		return 0, false
	}
	return e.level[it], e.counted[it]
}
