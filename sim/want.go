package sim

import (
	"fmt"
	"math"

	"almanac/fact"
)

// line is what somebody puts into a basket.
type line struct {
	product, units, from int
	price                int64
}

// want has everybody who wants something today look for it, in the shop or in a store.
func (w *World) want(d int) {
	for n := 0; n < len(w.due[d+before]); n++ { // who wants more on the same day is appended meanwhile
		i := w.due[d+before][n]
		p := &w.people[i]
		if d <= p.dies {
			w.seek(d, p, p.wants, false)
		}
		p.advance(w)
		w.schedule(int(i))
	}
	w.due[d+before] = nil
}

// seek is one want of a person: they look for a product, and buy it if the price is right and it is there.
func (w *World) seek(d int, p *person, which uint64, mailed bool) {
	c := &w.config
	r := chanceOf(c.Seed, forIntent, uint64(p.id), which, 1)
	store := -1
	if c.Supply.Stores > 0 && p.store && r.happens(1./3) {
		store = c.Supply.Warehouses + p.id%c.Supply.Stores
	}
	minute := w.minute(r)
	choice, ok := w.choose(d, p, r)
	if !ok {
		return
	}
	buys := r.happens(w.appeal(choice, d, p))
	var basket []line
	if buys {
		basket = w.fill(d, p, choice, store, r)
	}
	if store >= 0 {
		if len(basket) > 0 {
			w.sellInStore(d, minute, p, basket, store)
		}
		return
	}
	v := visit{day: d, minute: minute, who: p, product: choice, bought: basket, mailed: mailed, key: key(c.Seed, forIntent, uint64(p.id), which, 2)}
	v.added = buys || r.happens(.3)
	w.visit(&v)
}

// choose draws what somebody wants, by their taste, the season, the weather and what goes round the net.
func (w *World) choose(d int, p *person, r chance) (product int, ok bool) {
	for range 12 {
		k := w.goods.wheel.draw(r.Float64())
		if p != nil && r.happens(.6) {
			k = p.taste[r.IntN(len(p.taste))]
		}
		cat := &w.goods.categories[k]
		if !r.happens(cat.season(w.calendar.date(d).YearDay())*w.weathered(cat, d)/2) || len(cat.styles) == 0 {
			continue
		}
		i := cat.styles[cat.wheel.draw(r.Float64())]
		if p != nil && w.goods.styles[i].brand != p.brand && r.happens(.3) {
			i = cat.styles[cat.wheel.draw(r.Float64())]
		}
		if hot := w.hot(d); hot >= 0 && r.happens(.08) {
			i = hot
		}
		if w.goods.styles[i].sold(d) {
			return w.variant(i, p, r), true
		}
	}
	return 0, false
}

// weathered is the lift of today's weather for a category; 1 in usual weather.
func (w *World) weathered(k *category, d int) float64 {
	if k.weather == 0 || d >= len(w.calendar.celsius) {
		return 1
	}
	return math.Exp(k.weather * (w.calendar.celsius[d] - normal(w.calendar.date(d))) / 10)
}

// hot is the style that goes round the net today, −1 where none does.
func (w *World) hot(d int) int {
	if w.hotDay != d+1 {
		w.hotDay, w.hotStyle = d+1, -1
		for i := range w.goods.styles {
			if v := w.goods.styles[i].viral; d >= v[0] && d < v[1] && v[0] >= 0 {
				w.hotStyle = i
			}
		}
	}
	return w.hotStyle
}

// variant is the one of a style that a person takes: their size, or any.
func (w *World) variant(i int, p *person, r chance) int {
	st := &w.goods.styles[i]
	u := r.IntN(len(st.variants))
	if p == nil || w.goods.products[st.variants[0]].size < 0 {
		return st.variants[u]
	}
	best := 0
	for n, v := range st.variants {
		if math.Abs(float64(w.goods.products[v].size)-p.size) < math.Abs(float64(w.goods.products[st.variants[best]].size)-p.size) {
			best = n
		}
	}
	return st.variants[best]
}

// fill puts what is wanted into the basket. What is not there is replaced or lost.
func (w *World) fill(d int, p *person, first, store int, r chance) (out []line) {
	wanted := w.list(d, p, first, r)
	for n, product := range wanted {
		st := &w.goods.styles[w.goods.products[product].style]
		units := 1 + r.counts(w.config.Basket.more(&w.goods.categories[st.category]), w.config.Basket.Spread)
		u, v := r.Float64(), r.Float64() // drawn whether needed or not
		if !st.sold(d) || n > 0 && holds(out, product) {
			continue
		}
		from := w.shelves.from(product, units, store, cities[p.city].zone%w.config.Supply.Warehouses)
		w.wanted[product] += int64(units)
		if from < 0 {
			w.missed(d, product, units)
			if len(st.substitutes) == 0 || u > w.config.Demand.Substitute {
				continue
			}
			other := st.substitutes[int(v*float64(len(st.substitutes)))]
			if !w.goods.styles[other].sold(d) {
				continue
			}
			product = w.variant(other, p, r)
			if from = w.shelves.from(product, units, store, 0); from < 0 || holds(out, product) {
				continue
			}
			w.truth(Truth{Kind: "substitute", Day: d, ID: w.goods.products[wanted[n]].sku, SKU: w.goods.products[product].sku, Value: float64(units)})
		}
		w.shelves.sell(d, product, units, from)
		out = append(out, line{product, units, from, w.prices[product]})
	}
	return out
}

func holds(ls []line, product int) bool {
	for _, l := range ls {
		if l.product == product {
			return true
		}
	}
	return false
}

// missed is a sale lost because the shelf was empty.
func (w *World) missed(d, p, units int) {
	w.sums.LostUnits += int64(units)
	w.sums.LostMargin += int64(units) * (w.net(w.prices[p]) - w.cost(p))
	w.truth(Truth{Kind: "lost sale", Day: d, SKU: w.goods.products[p].sku, Value: float64(units)})
}

// net takes the tax out of a price.
func (w *World) net(gross int64) int64 {
	return int64(math.Round(float64(gross) / (1 + w.config.Catalogue.Tax)))
}

// minute of the day at which people look: least at night, most in the evening.
func (w *World) minute(r chance) int {
	for {
		m := r.IntN(24 * 60)
		if h := float64(m) / 60; r.happens(.08 + .92*math.Pow(math.Sin(math.Pi*math.Max(0, math.Min(1, (h-6)/18))), 1.2)) {
			return m
		}
	}
}

// newcomer notes, for the truth alone, that somebody buys for the first time.
func (w *World) newcomer(d int, p *person) {
	if p.done == 0 {
		w.truth(Truth{Kind: "newcomer", Day: d, ID: fmt.Sprint(p.id)})
	}
	p.done++
}

// sellInStore sells over the counter: the till tells of it, and of the person only what the card says.
func (w *World) sellInStore(d, minute int, p *person, basket []line, store int) {
	r := chanceOf(w.config.Seed, forDelivery, uint64(p.id), uint64(p.done))
	w.orders++
	order := fmt.Sprintf("T%d-%06d", store, w.orders)
	at := w.at(d, minute)
	customer := ""
	if r.happens(.7) { // who has the card with them
		customer = w.known(d, p, fmt.Sprint("card-", p.id), "pos:main", fact.Customer{Name: ""}, at)
	}
	w.place(d, p, order, "pos:main", "store", customer, "", basket, at, 0)
	w.newcomer(d, p)
}
