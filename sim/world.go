package sim

import (
	"cmp"
	"context"
	"math"
	"slices"
	"time"

	"almanac/fact"
)

// Truth is something that no system of the shop knows.
type Truth struct {
	Kind  string // "person", "lost sale", "demand", "lead time", "return", "effect", "touch", "price"
	Day   int    // of the world, from 0
	ID    string // person, supplier, order or visit
	SKU   string
	Value float64
	Note  string
}

// Sums are what the world came to, in minor units without tax where they are money.
type Sums struct {
	Facts, Visits, Carts, Orders, Lines, Units int64
	Revenue, Goods, Shipping, Fees, Refunds    int64
	Spoilt, Shrunk, Held, Mails, Ads           int64 // costs: unsaleable returns, vanished units, money tied up, sending
	LostUnits                                  int64
	LostMargin                                 int64
	StockoutDays                               int64 // days on which a product on sale was nowhere, over products
	OnlineUnits, ReturnedUnits                 int64
}

// Money is what is left after all that the world charges: the value of a policy is the difference of two.
func (s Sums) Money() int64 {
	return s.Revenue - s.Goods - s.Shipping - s.Fees - s.Refunds - s.Spoilt - s.Shrunk - s.Held - s.Mails - s.Ads
}

// World is a shop on its way through time.
type World struct {
	config      Config
	policy      Policy
	goods       *goods
	calendar    *calendar
	people      []person
	due         [][]int32 // people who want something, by day + before
	shelves     *shelves
	suppliers   []supplier
	disruptions []disruption
	prices      []int64       // of products today
	set         map[int]int64 // prices that somebody outside decided, by product
	queue       map[int][]func(d int)
	sums        Sums

	facts     []fact.Fact // of the day
	byTime    []int32     // facts of the day in the order of their time
	sink      func(fact.Fact) error
	truths    func(Truth) error
	err       error
	orders    int
	described map[string]bool // customers that the systems know
	sent      []sending       // campaigns that somebody outside decided to send
	bought    [][2]int        // product and units that somebody outside decided to buy
	wanted    []int64         // units that people would have bought today, by product
	pulled    []float64
	seen      []float64        // of styles: the price that people take for usual, as a share of it
	spent     map[string]int64 // on ads today, by channel

	hotDay, hotStyle    int
	daily               float64 // orders at usual prices
	browsing, abandoned float64 // visits a day without a purchase, and the share of them with a cart
	parcels             []int   // given to each carrier today
}

// New prepares a world. Facts and truths go to the sinks in the order of their time; truths may be nil.
func New(c Config, p Policy, facts func(fact.Fact) error, truths func(Truth) error) (*World, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	if truths == nil {
		truths = func(Truth) error { return nil }
	}
	w := &World{config: c, policy: p, sink: facts, truths: truths, queue: map[int][]func(int){}, set: map[int]int64{}}
	w.goods, w.calendar = newGoods(&c), newCalendar(&c)
	w.shelves, w.suppliers, w.disruptions = newShelves(&c, w.goods), newSuppliers(&c), newDisruptions(&c)
	w.prices, w.wanted, w.pulled = make([]int64, len(w.goods.products)), make([]int64, len(w.goods.products)), make([]float64, len(w.goods.styles))
	w.seen = make([]float64, len(w.goods.styles))
	for i := range w.seen {
		w.seen[i] = 1
	}
	w.described = map[string]bool{}
	w.spent, w.parcels = map[string]int64{}, make([]int, c.Delivery.Carriers)
	w.due = make([][]int32, c.days()+before+1)
	for i := range c.comers() {
		q := newPerson(&c, w.calendar, w.goods, i)
		w.people = append(w.people, q)
	}
	w.measure()
	for i := range w.people {
		w.schedule(i)
	}
	return w, nil
}

// Days is how many days the world has.
func (w *World) Days() int { return w.config.days() }

// Sums are what it came to so far.
func (w *World) Sums() Sums { return w.sums }

// Date is the day of a number.
func (w *World) Date(d int) time.Time { return w.calendar.date(d) }

// Decide changes what the shop does from the next day on.
func (w *World) Decide(p Policy) { w.policy = p }

// Buy has units of a product bought on the next day; false where there is no such product.
func (w *World) Buy(sku string, units int) bool {
	p, ok := w.find(sku)
	if !ok || units < 1 {
		return false
	}
	w.bought = append(w.bought, [2]int{p, units})
	return true
}

// Reprice asks another price for a product, minor units with tax, from the next day on, whatever the merchant would have asked; false
// where there is no such product.
func (w *World) Reprice(sku string, amount int64) bool {
	p, ok := w.find(sku)
	if !ok || amount < 1 {
		return false
	}
	w.set[p] = amount
	return true
}

func (w *World) find(sku string) (p int, ok bool) {
	p = slices.IndexFunc(w.goods.products, func(p product) bool { return p.sku == sku })
	return p, p >= 0
}

// Run lives through all days. It may be stopped between two.
func (w *World) Run(ctx context.Context, progress func(day, days int)) error {
	for d := range w.Days() {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := w.Step(d); err != nil {
			return err
		}
		if progress != nil {
			progress(d+1, w.Days())
		}
	}
	return w.err
}

// Step lives through one day; days are taken in order from 0 on.
func (w *World) Step(d int) error {
	if d == 0 {
		w.open()
	}
	w.shelves.newDay(d)
	w.announce(d)
	w.price(d)
	w.early(d)
	for _, f := range w.queue[d] {
		f(d)
	}
	delete(w.queue, d)
	w.count(d)
	w.buy(d)
	for _, b := range w.bought {
		w.order(d, b[0], b[1])
	}
	w.bought = w.bought[:0]
	w.topUp(d)
	w.mail(d)
	w.mailFromOutside(d)
	w.want(d)
	w.browse(d)
	w.bots(d)
	w.close(d)
	return w.flush()
}

// later does something on a day to come. What lies behind the end is not told.
func (w *World) later(d int, f func(d int)) { w.queue[d] = append(w.queue[d], f) }

// at is a time of a day, in minutes after midnight.
func (w *World) at(d, minutes int) time.Time {
	return w.calendar.date(d).Add(time.Duration(minutes) * time.Minute)
}

func (w *World) tell(source, id string, at time.Time, b fact.Body) {
	w.tellAs(b.Kind(), source, id, at, b)
}

func (w *World) tellAs(kind fact.Kind, source, id string, at time.Time, b fact.Body) {
	w.facts = append(w.facts, fact.Fact{Shop: w.config.Shop, Source: source, ID: id, Kind: kind, OccurredAt: at, ReceivedAt: at.Add(time.Second), Body: b})
}

func (w *World) truth(t Truth) {
	if err := w.truths(t); err != nil && w.err == nil {
		w.err = err
	}
}

// flush hands the facts of the day on, in the order of their time.
func (w *World) flush() error {
	w.byTime = w.byTime[:0]
	for i := range w.facts {
		w.byTime = append(w.byTime, int32(i))
	}
	slices.SortStableFunc(w.byTime, func(a, b int32) int { return w.facts[a].OccurredAt.Compare(w.facts[b].OccurredAt) })
	for _, i := range w.byTime {
		w.sums.Facts++
		if err := w.sink(w.facts[i]); err != nil {
			return err
		}
	}
	clear(w.facts)
	w.facts = w.facts[:0]
	return w.err
}

// schedule puts a person on the list of the day on which they want something next.
func (w *World) schedule(i int) {
	p := &w.people[i]
	for {
		d := w.calendar.dayOf(p.next)
		if d < w.config.days() && w.inSeason(p, d) {
			continue
		}
		if d > p.dies && w.revived(p) {
			continue
		}
		if d >= w.config.days() || d > p.dies {
			return
		}
		if d >= 0 {
			w.due[d+before] = append(w.due[d+before], int32(i))
			return
		}
		// Before the start nothing is told, and everything goes on.
		p.advance(w)
		p.done++
	}
}

// measure finds how many visits there must be, so that the configured share of them ends in a purchase at usual
// prices. It depends on the people alone, so that it is the same under every policy.
func (w *World) measure() {
	wants := 0
	for i := range w.people {
		p := w.people[i] // a copy
		for {
			d := w.calendar.dayOf(p.next)
			if d >= w.config.days() || d > p.dies {
				break
			}
			if d >= 0 {
				wants++
			}
			p.advance(w)
		}
	}
	v, days := w.config.Visits, float64(w.config.days())
	orders := float64(wants) * usualBuy / days
	w.daily = orders
	online := orders * (1 - w.config.People.Store)
	unbought := orders / usualBuy * (1 - w.config.People.Store) * (1 - usualBuy)
	w.browsing = max(0, online/v.Conversion-online-unbought)
	if w.browsing > 0 {
		w.abandoned = min(1, max(0, online*v.Abandonment/(1-min(.99, v.Abandonment))-.3*unbought)/w.browsing)
	}
}

// advance sets the next want.
func (p *person) advance(w *World) {
	p.wants++
	p.next += p.interval(&w.config, chanceOf(w.config.Seed, forIntent, uint64(p.id), p.wants))
}

// close counts what the day cost besides.
func (w *World) close(d int) {
	held := 0.
	for p := range w.goods.products {
		st := &w.goods.styles[w.goods.products[p].style]
		n := w.shelves.onHand(p)
		held += float64(n) * st.cost * 100
		if n == 0 && st.sold(d) {
			w.sums.StockoutDays++
		}
		if w.wanted[p] > 0 {
			w.truth(Truth{Kind: "demand", Day: d, SKU: w.goods.products[p].sku, Value: float64(w.wanted[p])})
			w.wanted[p] = 0
		}
	}
	clear(w.parcels)
	w.sums.Held += int64(math.Round(held * holding / 365.25))
}

// holding is what money tied up in goods costs in a year, with rent and ageing.
const holding = .25

func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K {
	keys := make([]K, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
