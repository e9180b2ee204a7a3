package sim

import (
	"fmt"
	"math"
	"time"

	"almanac/fact"
)

// shelves are the units of every product in every location. Warehouses come first, then stores.
type shelves struct {
	units  [][]int32 // by location, product
	names  []string
	stores int
	inway  []int32 // bought and not here, by product
	sold   [][2]int32
	recent [][]int16 // units sold of each of the last 90 days, by product: a ring
}

func newShelves(c *Config, g *goods) *shelves {
	s := &shelves{stores: c.Supply.Warehouses, inway: make([]int32, len(g.products)), sold: make([][2]int32, len(g.products)), recent: make([][]int16, len(g.products))}
	for i := range c.Supply.Warehouses {
		s.names = append(s.names, fmt.Sprint("WH", i+1))
	}
	for i := range c.Supply.Stores {
		s.names = append(s.names, fmt.Sprint("ST", i+1))
	}
	for range s.names {
		s.units = append(s.units, make([]int32, len(g.products)))
	}
	for p := range s.recent {
		s.recent[p] = make([]int16, 90)
	}
	return s
}

func (s *shelves) onHand(p int) (n int) {
	for _, l := range s.units {
		n += int(l[p])
	}
	return n
}

// from finds where a sale can be served: a store sells what it has, the warehouses what the nearest one with stock has.
func (s *shelves) from(p, units, store, near int) int {
	if store >= 0 {
		if int(s.units[store][p]) >= units {
			return store
		}
		return -1
	}
	for i := range s.stores {
		l := (near + i) % s.stores
		if int(s.units[l][p]) >= units {
			return l
		}
	}
	for l := s.stores; l < len(s.units); l++ { // a store sends what no warehouse has
		if int(s.units[l][p]) >= units {
			return l
		}
	}
	return -1
}

// newDay makes room for the sales of a day.
func (s *shelves) newDay(d int) {
	i := (d + before) % 90
	for p := range s.recent {
		s.sold[p][1] -= int32(s.recent[p][i])
		s.sold[p][0] -= int32(s.recent[p][(i+60)%90]) // the day that is now 30 days ago
		s.recent[p][i] = 0
	}
}

func (s *shelves) sell(d, p, units, from int) {
	s.units[from][p] -= int32(units)
	s.recent[p][(d+before)%90] += int16(min(units, math.MaxInt16))
	s.sold[p][0] += int32(units)
	s.sold[p][1] += int32(units)
}

// move changes the stock and tells of it.
func (w *World) move(p, loc, units int, at time.Time, reason, ref string) {
	w.shelves.units[loc][p] += int32(units)
	w.tell("wms:main", fmt.Sprint(reason, "/", ref, "/", w.goods.products[p].sku, "/", w.shelves.names[loc]), at,
		&fact.StockMove{SKU: w.goods.products[p].sku, Location: w.shelves.names[loc], Units: int64(units), Reason: reason, Ref: ref})
}

// count tells what lies where, of the products whose turn it is; now and then some of it has vanished.
func (w *World) count(d int) {
	every := w.config.Supply.CountEvery
	for p := range w.goods.products {
		st := &w.goods.styles[w.goods.products[p].style]
		if (p+d)%every != 0 && d != 0 || d < st.launch || d > st.end+60 {
			continue
		}
		for l, name := range w.shelves.names {
			r := chanceOf(w.config.Seed, forCount, uint64(p), uint64(l), uint64(d))
			n := w.shelves.units[l][p]
			if d > 0 {
				n -= int32(min(int(n), r.poisson(float64(n)*w.config.Supply.Shrinkage*float64(every)/30)))
			}
			w.sums.Shrunk += int64(w.shelves.units[l][p]-n) * w.cost(p)
			w.shelves.units[l][p] = n
			at := w.at(d, 5*60+r.IntN(60))
			w.tell("wms:main", fmt.Sprintf("%s@%s#on_hand@%s", w.goods.products[p].sku, name, at.Format(time.RFC3339)), at,
				&fact.StockCount{SKU: w.goods.products[p].sku, Location: name, Quantity: fact.OnHand, Units: int64(n)})
		}
	}
}

// topUp brings goods from the first warehouse to stores that have run out, on Mondays; the van takes a night.
func (w *World) topUp(d int) {
	if w.calendar.date(d).Weekday() != time.Monday {
		return
	}
	for p := range w.goods.products {
		if st := &w.goods.styles[w.goods.products[p].style]; !st.sold(d) {
			continue
		}
		for l := w.shelves.stores; l < len(w.shelves.names); l++ {
			if w.shelves.units[l][p] > 0 || w.shelves.units[0][p] < 4 {
				continue
			}
			ref := fmt.Sprintf("TR-%d-%d", d, l)
			w.move(p, 0, -2, w.at(d, 16*60), "transfer", ref)
			w.later(d+1, func(d int) { w.move(p, l, 2, w.at(d, 7*60), "transfer", ref) })
		}
	}
}

// cost of one unit, minor units.
func (w *World) cost(p int) int64 {
	return int64(math.Round(w.goods.styles[w.goods.products[p].style].cost * 100))
}
