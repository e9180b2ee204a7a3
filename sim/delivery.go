package sim

import (
	"fmt"
	"math"
	"time"

	"almanac/fact"
)

// checkout ends a visit with an order.
func (w *World) checkout(v *visit, r chance) {
	p := v.who
	w.orders++
	order := fmt.Sprint(100_000 + w.orders)
	at := v.next(r)
	v.customer = w.buyer(v, r, at)
	coupon := 0.
	if r.happens(.04) {
		coupon = .1
	}
	w.place(v.day, p, order, "shop:main", "web", v.customer, v.visitor, v.bought, at, coupon)
	w.newcomer(v.day, p)
	w.send(v.day, p, order, v.bought, at)
}

// buyer is the customer that the shop's system sees: an account, or a guest with one of their addresses, which may
// be mistyped. Who returns too much takes a new name each time.
func (w *World) buyer(v *visit, r chance, at time.Time) string {
	p, c := v.who, &w.config
	first, last := p.name()
	guest, which := r.happens(c.People.Guest), 0
	if r.happens(c.People.SecondMail) {
		which = 1
	}
	email := p.email(c, which)
	if guest && r.happens(c.People.Typo) {
		email = mistyped(email, r)
	}
	if p.linked && p.done > 0 {
		guest, email = true, fmt.Sprintf("%c%d@drop.example", first[0], mix(uint64(p.id*100+p.done))%1e6)
	}
	if !guest {
		p.member = true
		id := fmt.Sprint("C", 100_000+p.id)
		w.known(v.day, p, id, "shop:main", fact.Customer{Email: p.email(c, 0), Name: first + " " + last}, at)
		if p.mails && p.tell("agreed") {
			w.tell("shop:main", "consent/"+id, at, &fact.Consent{Customer: id, Purposes: map[string]bool{"marketing": true}, Origin: "checkout"})
		}
		return id
	}
	return w.known(v.day, p, "G"+hex(hash(email)), "shop:main", fact.Customer{Email: email, Name: first + " " + last}, at)
}

// free is from which value on sending costs the customer nothing.
const free = 5000

// place tells of an order, line by line, and takes the goods.
func (w *World) place(d int, p *person, order, source, channel, customer, visitor string, basket []line, at time.Time, coupon float64) {
	w.sums.Orders++
	value := int64(0)
	for _, l := range basket {
		value += int64(l.units) * l.price
	}
	tax := w.config.Catalogue.Tax
	for i, l := range basket {
		gross := int64(l.units) * l.price
		b := &fact.OrderLine{Order: order, Line: fmt.Sprint(i + 1), SKU: w.goods.products[l.product].sku, Title: w.goods.styles[w.goods.products[l.product].style].title, Units: int64(l.units),
			Currency: w.config.Currency, Gross: gross, TaxIncluded: true, Customer: customer, Visitor: visitor, Country: cities[p.city].country, Channel: channel, Location: w.shelves.names[l.from],
			Discount: int64(math.Round(float64(gross) * coupon))}
		b.Tax = int64(math.Round(float64(gross-b.Discount) * tax / (1 + tax)))
		if i == 0 && channel == "web" && value < free {
			b.Shipping = 495
		}
		w.tell(source, order+"/"+b.Line, at, b)
		w.sums.Lines++
		w.sums.Units += int64(l.units)
		w.sums.Revenue += gross - b.Discount - b.Tax + w.net(b.Shipping)
		w.sums.Goods += int64(l.units) * w.cost(l.product)
		sku := b.SKU
		w.tell("wms:main", "sale/"+order+"/"+b.Line, at.Add(time.Second), &fact.StockMove{SKU: sku, Location: w.shelves.names[l.from], Units: -int64(l.units), Reason: "sale", Ref: order})
		if channel == "web" {
			w.sums.OnlineUnits += int64(l.units)
		}
	}
	fee := int64(math.Round(float64(value)*.018)) + 25
	w.sums.Fees += fee
	w.tell("pay:main", "fee/"+order, at.Add(time.Minute), &fact.Fee{Order: order, Provider: "pay", Currency: w.config.Currency, Amount: fee})
}

// send packs the order, a parcel for each warehouse, and has it delivered.
func (w *World) send(d int, p *person, order string, basket []line, at time.Time) {
	parcels := map[int]map[string]int64{}
	for _, l := range basket {
		if parcels[l.from] == nil {
			parcels[l.from] = map[string]int64{}
		}
		parcels[l.from][w.goods.products[l.product].sku] += int64(l.units)
	}
	last := 0
	for n, from := range sortedKeys(parcels) {
		last = max(last, w.parcel(d, p, order, n, from, parcels[from]))
	}
	for i, l := range basket {
		w.returned(last, p, order, i, l)
	}
	w.afterwards(last, p, order, basket)
}

// parcel travels; the day of its arrival is returned. Lost ones are found to be so after two weeks.
func (w *World) parcel(d int, p *person, order string, n, from int, units map[string]int64) (arrives int) {
	c := &w.config.Delivery
	r := chanceOf(w.config.Seed, forDelivery, key(0, 0, uint64(p.id), uint64(p.done)), uint64(n))
	carrier := r.IntN(c.Carriers)
	lead := 1 // packed on the next day
	if c.Capacity > 0 && w.parcels[carrier] >= c.Capacity {
		lead++ // the van is full
	}
	w.parcels[carrier]++
	zone := cities[p.city].zone
	days := 1 + r.poisson(c.Days-1+.5*float64(zone))
	promised := w.at(d+lead+int(c.Days)+1+zone, 20*60)
	if r.happens(c.Late) {
		days += 3 + r.IntN(7)
	}
	lost := r.happens(c.Lost)
	id := fmt.Sprint("S", order, "-", n+1)
	cost := c.Cost + int64(zone)*120 + int64(len(units))*20
	w.sums.Shipping += cost
	parcel := fact.Shipment{Order: order, Shipment: id, Carrier: fmt.Sprint("carrier-", carrier+1), Tracking: "1Z" + hex(key(0, 0, uint64(p.id), uint64(p.done)))[8:], Location: w.shelves.names[from], Promised: &promised, Units: units}
	minute := 10*60 + r.IntN(8*60)
	w.later(d+lead, func(d int) {
		b := parcel
		w.tellAs(fact.OrderShipped, "wms:main", id, w.at(d, minute), &b)
		w.tell("carrier:main", id+"/1", w.at(d, minute+180), &fact.Tracking{Shipment: id, Status: "in transit"})
	})
	w.later(d+lead+7, func(d int) {
		w.tell("carrier:main", "charge/"+id, w.at(d, 60), &fact.Charge{Shipment: id, Order: order, Carrier: parcel.Carrier, Currency: w.config.Currency, Amount: cost})
	})
	arrives = d + lead + days
	if lost {
		arrives = d + lead + 14
		w.later(arrives, func(d int) {
			w.tell("carrier:main", id+"/lost", w.at(d, 600), &fact.Tracking{Shipment: id, Status: "lost"})
		})
		w.ticket(arrives, id, order, "", "parcel lost", "My parcel has not come at all.", r)
		return arrives
	}
	w.later(arrives, func(d int) {
		b := parcel
		w.tellAs(fact.OrderDelivered, "carrier:main", id, w.at(d, minute), &b)
	})
	if w.at(arrives, minute).After(promised) {
		w.ticket(arrives-1, id, order, "", "parcel late", "Where is my parcel? It should have been here.", r)
	}
	return arrives
}

// ticket is opened by some of those who have reason to, and closed within days.
func (w *World) ticket(d int, about, order, sku, topic, text string, r chance) {
	if !r.happens(w.config.Returns.Tickets) {
		return
	}
	id := fmt.Sprint("K", about, "-", topic[len(topic)-4:])
	opened, closed := 9*60+r.IntN(600), 1+r.IntN(4)
	body := fact.Ticket{Ticket: id, Order: order, SKU: sku, Topic: topic, Text: text}
	w.later(d, func(d int) { b := body; w.tellAs(fact.TicketOpened, "desk:main", id, w.at(d, opened), &b) })
	w.later(d+closed, func(d int) { b := body; w.tellAs(fact.TicketClosed, "desk:main", id, w.at(d, opened), &b) })
}
