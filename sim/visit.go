package sim

import (
	"fmt"
	"math"
	"strconv"
	"time"

	"almanac/fact"
)

// visit is one session on the site.
type visit struct {
	day, minute int
	who         *person // nil: somebody who has never bought
	visitor     string
	customer    string
	product     int // that they came for
	added       bool
	bought      []line
	mailed      bool
	key         uint64
	n           uint64 // facts so far
	at          time.Time
}

const web = "segment:web"

// id of the next fact of a visit.
func (v *visit) id() string {
	v.n++
	return hex(mix(v.key + v.n))
}

func hex(x uint64) string { return strconv.FormatUint(x|1<<63, 16) }

// actor is who the site takes them for.
func (v *visit) actor() fact.Actor {
	return fact.Actor{Visitor: v.visitor, Customer: v.customer, Session: hex(v.key)}
}

func (v *visit) next(r chance) time.Time {
	v.at = v.at.Add(time.Duration(3000+r.IntN(40_000)) * time.Millisecond)
	return v.at
}

// visit tells of a session, and sells what was bought in it.
func (w *World) visit(v *visit) {
	r := chanceOf(v.key, forBrowsing)
	v.at = w.at(v.day, v.minute)
	w.sums.Visits++
	if v.who != nil {
		w.recognise(v, r)
		if !v.who.tracked {
			w.buyUnseen(v)
			return
		}
	}
	w.touch(v, r)
	sku := w.goods.products[v.product].sku
	st := &w.goods.styles[w.goods.products[v.product].style]
	cat := &w.goods.categories[st.category]
	w.tell(web, v.id(), v.next(r), &fact.PageView{Actor: v.actor(), URL: "https://shop.example/", Path: "/", Name: "Home"})
	looked := w.look(v, cat, r)
	if looked == 0 || v.added || len(v.bought) > 0 {
		w.view(v, v.product, "", 0, r)
	}
	switch {
	case r.happens(.02):
		w.tellAs(fact.ProductWished, web, v.id(), v.next(r), w.event(v, v.product))
	case r.happens(.015):
		w.tellAs(fact.ProductCompared, web, v.id(), v.next(r), w.event(v, v.product))
	}
	if !v.added && len(v.bought) == 0 {
		return
	}
	w.sums.Carts++
	if len(v.bought) == 0 {
		w.tellAs(fact.ProductAdded, web, v.id(), v.next(r), w.event(v, v.product))
		if r.happens(.4) {
			w.tell(web, v.id(), v.next(r), &fact.Basket{Actor: v.actor(), Units: map[string]int64{sku: 1}, Currency: w.config.Currency, Value: w.prices[v.product]})
		}
		if r.happens(.25) {
			w.tellAs(fact.CheckoutStarted, web, v.id(), v.next(r), &fact.Basket{Actor: v.actor(), Units: map[string]int64{sku: 1}, Currency: w.config.Currency, Value: w.prices[v.product]})
		}
		return
	}
	units, value := map[string]int64{}, int64(0)
	for i, l := range v.bought {
		if i > 0 {
			w.view(v, l.product, "", 0, r)
		}
		e := w.event(v, l.product)
		e.Units = int64(l.units)
		w.tellAs(fact.ProductAdded, web, v.id(), v.next(r), e)
		units[e.SKU] += int64(l.units)
		value += int64(l.units) * l.price
	}
	w.tellAs(fact.CheckoutStarted, web, v.id(), v.next(r), &fact.Basket{Actor: v.actor(), Units: units, Currency: w.config.Currency, Value: value})
	w.checkout(v, r)
}

// buyUnseen is the visit of somebody who refused to be measured: only the shop's own books know of it.
func (w *World) buyUnseen(v *visit) {
	if v.added {
		w.sums.Carts++
	}
	if len(v.bought) > 0 {
		v.visitor = ""
		w.checkout(v, chanceOf(v.key, forDelivery))
	}
}

// look shows lists; what stands further down is seen less.
func (w *World) look(v *visit, cat *category, r chance) (looked int) {
	if r.happens(.25) {
		n := 20 + r.IntN(40)
		w.tell(web, v.id(), v.next(r), &fact.Search{Actor: v.actor(), Query: cat.name, Results: &n})
	}
	if !r.happens(.45) {
		return 0
	}
	const places = 8
	list := &fact.ListView{Actor: v.actor(), List: cat.name, Placement: "category"}
	var shown []int
	for range places {
		if i := cat.styles[cat.wheel.draw(r.Float64())]; w.goods.styles[i].sold(v.day) {
			p := w.goods.styles[i].variants[0]
			shown = append(shown, p)
			list.SKUs = append(list.SKUs, w.goods.products[p].sku)
		}
	}
	if len(shown) == 0 {
		return 0
	}
	w.tell(web, v.id(), v.next(r), list)
	for place, p := range shown {
		if r.happens(w.config.Visits.Depth / places * 1.5 * math.Pow(w.config.Visits.Position, float64(place))) {
			w.view(v, p, cat.name, place+1, r)
			looked++
		}
	}
	return looked
}

func (w *World) event(v *visit, p int) *fact.ProductEvent {
	return &fact.ProductEvent{Actor: v.actor(), SKU: w.goods.products[p].sku, Currency: w.config.Currency, Price: w.prices[p]}
}

func (w *World) view(v *visit, p int, list string, place int, r chance) {
	e := w.event(v, p)
	e.List, e.Position = list, place
	w.tell(web, v.id(), v.next(r), e)
}

// touch is what brought a visit, or merely came before it.
func (w *World) touch(v *visit, r chance) {
	channel, caused := "", false
	switch u := r.Float64(); {
	case v.mailed:
		channel, caused = "email", true
	case u < w.config.Visits.Ads:
		channel = []string{"search ad", "social ad", "display"}[r.IntN(3)]
		caused = r.happens(w.config.Visits.AdCause)
	case u < w.config.Visits.Ads+.15:
		channel = "organic search"
	case u < w.config.Visits.Ads+.2:
		channel = "social"
	default:
		return
	}
	w.tell(web, v.id(), v.at, &fact.Touch{Actor: v.actor(), Channel: channel, Campaign: fmt.Sprint(channel, "-", v.day/30)})
	if len(v.bought) > 0 {
		value := 0.
		if caused {
			value = 1
		}
		w.truth(Truth{Kind: "touch", Day: v.day, ID: hex(v.key), Value: value, Note: channel})
	}
	if channel[len(channel)-2:] == "ad" {
		w.spent[channel] += 12 // a click
	}
}

// recognise gives the visitor the name that the site knows them by: a cookie, and the account where they sign in.
func (w *World) recognise(v *visit, r chance) {
	p := v.who
	if p.done > 0 && r.happens(.2) {
		p.device++ // another device, or the cookies are gone
	}
	v.visitor = "v" + hex(key(w.config.Seed, forPerson, uint64(p.id), uint64(p.device), 3))
	w.same(v.day, p, "visitor", v.visitor)
	if p.member && r.happens(.6) {
		v.customer = fmt.Sprint("C", 100_000+p.id)
	}
	if !p.tracked && !p.told["refused"] {
		p.tell("refused")
		w.tell(web, v.id(), v.at, &fact.Consent{Visitor: v.visitor, Purposes: map[string]bool{"analytics": false, "marketing": p.mails}, Origin: "banner"})
	}
}

func (p *person) tell(what string) bool {
	if p.told[what] {
		return false
	}
	if p.told == nil {
		p.told = map[string]bool{}
	}
	p.told[what] = true
	return true
}

// same notes, for the truth alone, that a name belongs to a person.
func (w *World) same(d int, p *person, kind, id string) {
	if p.tell(kind + id) {
		w.truth(Truth{Kind: "person", Day: d, ID: fmt.Sprint(p.id), SKU: id, Note: kind})
	}
}

// known describes a person under an id of one system, the first time that it sees them.
func (w *World) known(d int, p *person, id, source string, c fact.Customer, at time.Time) string {
	w.same(d, p, "customer", id)
	if !w.described[id] { // two of one household may be one guest
		w.described[id] = true
		c.Customer = id
		c.Country, c.City, c.Postcode = cities[p.city].country, cities[p.city].name, cities[p.city].postcode
		w.tell(source, id, at, &c)
	}
	return id
}
