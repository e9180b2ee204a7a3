package recommend

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"time"

	"almanac/fact"
	"almanac/predict/affinity"
	"almanac/program/onsite"
	"almanac/sim"
	"almanac/state"
	"almanac/state/behaviour"
)

// smallWorld is the simulated shop of one seed: fourteen months, a hundred products. Its last day differs by seed, so that worlds
// end in all seasons; one visit in ten buys, so that there are not too many of them.
func smallWorld(seed uint64, hostile string) (sim.Config, error) {
	c := sim.Small()
	c.Seed = seed
	c.End = c.End.AddDate(0, 0, int(seed*97%365))
	c.Visits.Conversion = .1
	c.Mail.Every = 0
	return c, c.Hostile(hostile)
}

const (
	listed = 8   // products of a list
	takes  = .01 // chance that somebody takes an average product that stands first and that they see
	surest = .3
)

// trading is a simulated shop with lists on its pages: one engine holds half of the visitors out, as a shop would; the other two treat
// everybody and nobody, so that what lists are worth is known. What people take from lists is told to no engine and changes nothing
// else in the world, so that the three see the same visits.
type trading struct {
	world    *sim.World
	tax      float64   // share of a price
	place    float64   // chance that the next place of a list is seen where one is
	from     time.Time // when lists begin
	clock    time.Time
	started  bool
	dirty    bool // whether products changed since the engines were told
	products map[string]*onsite.Product
	levels   map[string]map[string]*level // by product and place
	told     map[string]bool              // facts that came, where some come twice; nil elsewhere

	touches []touch // before lists begin
	baskets map[string]*basket
	people  map[string]int // visitor → person
	bots    map[string]bool
	tastes  map[string]*sim.Taste

	shop, all, none *onsite.Engine
	least           float64
	random          *rand.Rand
	session, page   map[string]bool // of which the first page, and the first page of a product, were seen
	visitors        map[string]*visitor
	lists           int
	bad             Bad
}

// level is what a place has, as its systems tell.
type level struct {
	units int64
	asOf  time.Time
}

type touch struct {
	visitor string
	behaviour.Touch
}

type basket struct {
	at       time.Time
	customer string
	skus     []string
}

// visitor is what somebody takes from lists, minor units without tax.
type visitor struct {
	control        bool
	took           float64 // as the shop sees it
	lists, popular float64 // expected with lists, and with best sellers
}

// Bad counts products shown that must not be.
type Bad struct {
	SoldOut  int `json:"sold_out"`
	Unearned int `json:"under_margin_floor"`
	Hidden   int `json:"hidden"`
}

// trade lives through a world and shows lists on its last days.
func trade(ctx context.Context, c sim.Config, days int, leastMargin float64) (*trading, error) {
	t := &trading{tax: c.Catalogue.Tax / (1 + c.Catalogue.Tax), place: c.Visits.Position, from: c.End.AddDate(0, 0, -days), products: map[string]*onsite.Product{},
		levels: map[string]map[string]*level{}, baskets: map[string]*basket{}, people: map[string]int{}, bots: map[string]bool{}, tastes: map[string]*sim.Taste{},
		least: leastMargin, random: rand.New(rand.NewPCG(c.Seed, 0x6c69737473)), session: map[string]bool{}, page: map[string]bool{}, visitors: map[string]*visitor{}}
	options := func(holdout float64) onsite.Options {
		return onsite.Options{LeastMargin: leastMargin, Holdout: holdout, Salt: fmt.Sprint(c.Seed), Seed: c.Seed, Now: func() time.Time { return t.clock }}
	}
	t.shop = onsite.New(options(.5))
	t.all, t.none = t.shop.Beside(options(0)), t.shop.Beside(options(1))
	if c.Dirt != (sim.Dirt{}) {
		t.told = map[string]bool{}
	}
	policy, err := sim.PolicyNamed("merchant")
	if err != nil {
		return nil, err
	}
	sink, _ := sim.Soil(c, func(f fact.Fact) error { return t.fact(ctx, f) }) // what is held back at the end comes too late for any list
	if t.world, err = sim.New(c, policy, sink, t.truth); err != nil {
		return nil, err
	}
	return t, t.world.Run(ctx, nil)
}

func (t *trading) truth(u sim.Truth) error {
	switch u.Kind {
	case "person":
		id, err := strconv.Atoi(u.ID)
		if err != nil {
			return fmt.Errorf("the world names a person %q: %w", u.ID, err)
		}
		t.people[u.SKU] = id
	case "bot":
		t.bots[u.ID] = true
	}
	return nil
}

// fact is what the shop hears. It keeps of it what its state would.
func (t *trading) fact(ctx context.Context, f fact.Fact) error {
	if t.told != nil {
		key := strings.Join([]string{f.Source, string(f.Kind), f.ID, strconv.FormatInt(f.Rev, 10)}, "\x00")
		if t.told[key] {
			return nil
		}
		t.told[key] = true
	}
	if f.ReceivedAt.After(t.clock) {
		t.clock = f.ReceivedAt
	}
	if !t.started && !t.clock.Before(t.from) {
		if err := t.begin(ctx); err != nil {
			return err
		}
	}
	switch b := f.Body.(type) {
	case *fact.Product:
		p := t.product(b.SKU)
		p.Category, p.Brand, p.Hidden, p.Group = strings.Join(b.Category, " > "), b.Brand, b.Hidden, b.Group
		if b.Title != "" {
			p.Title = b.Title
		}
		if p.Added.IsZero() {
			p.Added = f.OccurredAt
		}
	case *fact.Price:
		t.product(b.SKU).Price = b.Amount
	case *fact.Cost:
		t.product(b.SKU).Cost = b.Amount
	case *fact.StockCount:
		if b.Quantity == fact.OnHand {
			if l := t.level(b.SKU, b.Location); !f.OccurredAt.Before(l.asOf) {
				l.units, l.asOf = b.Units, f.OccurredAt
			}
			t.stock(b.SKU)
		}
	case *fact.StockMove:
		if l := t.level(b.SKU, b.Location); f.OccurredAt.After(l.asOf) {
			l.units += b.Units
		}
		t.stock(b.SKU)
	case *fact.OrderLine:
		t.order(&f, b)
	case *fact.PageView:
		return t.open(b)
	case *fact.ProductEvent:
		return t.event(&f, b)
	}
	return nil
}

func (t *trading) product(sku string) *onsite.Product {
	p := t.products[sku]
	if p == nil {
		p = &onsite.Product{SKU: sku, Title: sku, Currency: "EUR", Tax: t.tax}
		t.products[sku] = p
	}
	t.dirty = true
	return p
}

func (t *trading) level(sku, place string) *level {
	if t.levels[sku] == nil {
		t.levels[sku] = map[string]*level{}
	}
	l := t.levels[sku][place]
	if l == nil {
		l = &level{}
		t.levels[sku][place] = l
	}
	return l
}

// stock adds up what the places of a product have, and tells the engines at once.
func (t *trading) stock(sku string) {
	p := t.products[sku]
	if p == nil {
		p = t.product(sku)
	}
	p.Counted, p.Stock = true, 0
	for _, l := range t.levels[sku] {
		p.Stock += l.units
	}
	if t.started {
		t.each(func(e *onsite.Engine) { e.SetStock(sku, p.Stock) })
	}
}

func (t *trading) each(fn func(*onsite.Engine)) {
	for _, e := range []*onsite.Engine{t.shop, t.all, t.none} {
		fn(e)
	}
}

func (t *trading) order(f *fact.Fact, b *fact.OrderLine) {
	if b.Item != "" || f.Kind != fact.OrderPlaced {
		return
	}
	o := t.baskets[b.Order]
	if o == nil {
		o = &basket{at: f.OccurredAt, customer: b.Customer}
		t.baskets[b.Order] = o
	}
	if slices.Contains(o.skus, b.SKU) {
		return // another system tells of it too
	}
	o.skus = append(o.skus, b.SKU)
	if t.started {
		t.each(func(e *onsite.Engine) {
			e.Heard(b.Visitor, b.SKU, onsite.Bought, f.OccurredAt)
			e.Heard(b.Customer, b.SKU, onsite.Bought, f.OccurredAt)
		})
	}
}

func (t *trading) open(b *fact.PageView) error {
	if !t.started || t.bots[b.Visitor] || t.session[b.Session] {
		return nil
	}
	t.session[b.Session] = true
	return t.show(b.Visitor, onsite.Question{Placement: "home"})
}

func (t *trading) event(f *fact.Fact, b *fact.ProductEvent) error {
	if f.Kind == fact.ProductRemoved {
		return nil
	}
	if !t.started {
		t.touches = append(t.touches, touch{b.Visitor, behaviour.Touch{SKU: b.SKU, Kind: f.Kind, At: f.OccurredAt}})
		return nil
	}
	what := onsite.Looked
	if f.Kind == fact.ProductAdded {
		what = onsite.Added
	}
	t.each(func(e *onsite.Engine) { e.Heard(b.Visitor, b.SKU, what, f.OccurredAt) })
	if f.Kind != fact.ProductViewed || t.bots[b.Visitor] || t.page[b.Session] {
		return nil
	}
	t.page[b.Session] = true
	return t.show(b.Visitor, onsite.Question{Placement: "product", Items: []string{b.SKU}})
}

// begin teaches the engines what the record tells, as a server does when it starts.
func (t *trading) begin(ctx context.Context) error {
	t.started, t.dirty = true, false
	slices.SortStableFunc(t.touches, func(a, b touch) int { return cmp.Or(cmp.Compare(a.visitor, b.visitor), a.At.Compare(b.At)) })
	products := t.catalogue()
	categories := map[string]int32{"": 0}
	for _, p := range products {
		if _, ok := categories[p.Category]; !ok {
			categories[p.Category] = int32(len(categories))
		}
	}
	category := func(sku string) int32 {
		if p := t.products[sku]; p != nil {
			return categories[p.Category]
		}
		return 0
	}
	past, err := affinity.Relate(ctx, t, t, "", t.clock, affinity.Past{}, t.shop.Number, category)
	if err != nil {
		return err
	}
	learned, ledger := t.shop.Learn(past, products), t.shop.Ledger()
	for _, id := range t.orders() {
		for _, sku := range t.baskets[id].skus {
			ledger.Add(t.baskets[id].customer, sku, t.baskets[id].at)
		}
	}
	t.all.Load(&past.Visits)
	t.none.Load(&past.Visits)
	t.each(func(e *onsite.Engine) {
		e.SetLearned(learned)
		e.Remember(ledger)
		e.SetCatalogue(products)
	})
	t.touches = nil
	return nil
}

func (t *trading) catalogue() (out []onsite.Product) {
	for _, p := range t.products {
		out = append(out, *p)
	}
	slices.SortFunc(out, func(a, b onsite.Product) int { return cmp.Compare(a.SKU, b.SKU) })
	return out
}

// orders lists the orders so far, oldest first.
func (t *trading) orders() []string {
	out := make([]string, 0, len(t.baskets))
	for id := range t.baskets {
		out = append(out, id)
	}
	slices.SortFunc(out, func(a, b string) int { return cmp.Or(t.baskets[a].at.Compare(t.baskets[b].at), cmp.Compare(a, b)) })
	return out
}

// Touches implements affinity.Touches.
func (t *trading) Touches(_ context.Context, _ string, since time.Time, fn func(visitor string, t behaviour.Touch) error) error {
	for _, x := range t.touches {
		if !x.At.Before(since) {
			if err := fn(x.visitor, x.Touch); err != nil {
				return err
			}
		}
	}
	return nil
}

// Baskets implements affinity.Orders.
func (t *trading) Baskets(_ context.Context, _ string, _ state.Day, fn func(order string, at time.Time, customer string, skus []string) error) error {
	for _, id := range t.orders() {
		if b := t.baskets[id]; len(b.skus) > 0 {
			if err := fn(id, b.at, b.customer, b.skus); err != nil {
				return err
			}
		}
	}
	return nil
}

// show shows a list, and lets the visitor take from it what they would.
func (t *trading) show(who string, q onsite.Question) error {
	if t.dirty {
		t.dirty = false
		products := t.catalogue()
		t.each(func(e *onsite.Engine) { e.SetCatalogue(products) })
	}
	v := t.visitors[who]
	if v == nil {
		v = &visitor{}
		t.visitors[who] = v
	}
	q.Visitor, q.N = who, listed
	var answers [3]onsite.Answer
	for i, e := range []*onsite.Engine{t.shop, t.all, t.none} {
		var err error
		if answers[i], err = e.Recommend(q); err != nil {
			return err
		}
	}
	t.lists++
	v.control = answers[0].Arm == "control"
	taste := t.tastes[who]
	if taste == nil {
		id, known := t.people[who]
		if !known {
			id = -1
		}
		taste = t.world.Taste(id)
		t.tastes[who] = taste
	}
	day := int(t.clock.Sub(t.world.Date(0)) / (24 * time.Hour))
	beside := ""
	if len(q.Items) > 0 {
		beside = q.Items[0]
	}
	var chances [listed]float64
	for i := range chances {
		chances[i] = t.random.Float64()
	}
	took := func(a onsite.Answer, realised bool) (margin float64) {
		seen := takes
		for i, s := range a.Items {
			t.judge(s.Product.SKU)
			p := math.Min(surest, seen*taste.Wants(day, s.Product.SKU, beside))
			earns := float64(s.Product.Price)*(1-t.tax) - float64(s.Product.Cost)
			switch {
			case !realised:
				margin += p * earns
			case chances[i] < p:
				margin += earns
			}
			seen *= t.place
		}
		return margin
	}
	v.took += took(answers[0], true)
	v.lists += took(answers[1], false)
	v.popular += took(answers[2], false)
	return nil
}

// judge holds a product that is shown against what the systems tell at this moment.
func (t *trading) judge(sku string) {
	p := t.products[sku]
	switch {
	case p.Hidden:
		t.bad.Hidden++
	case p.Counted && p.Stock <= 0:
		t.bad.SoldOut++
	case p.Price > 0 && p.Cost > 0 && float64(p.Price)*(1-t.tax)-float64(p.Cost) < t.least*float64(p.Price)-1: // to the cent
		t.bad.Unearned++
	}
}
