package availability

import (
	"cmp"
	"context"
	"slices"
	"time"

	"almanac/fact"
	"almanac/state/stock"
)

// Question is what somebody wants to promise.
type Question struct {
	SKU      string
	Channel  string // empty: all places together
	Postcode string // empty: nothing is said of delivery
	Country  string // of the postcode, ISO 3166; the shop's own where empty
	Units    int64  // 0: one
}

// Status says in one word what can be promised.
type Status string

// Statuses.
const (
	InStock  Status = "in_stock"
	OutStock Status = "out_of_stock"
	Incoming Status = "incoming" // none now, some on its way
	Unknown  Status = "unknown"  // never counted
	Off      Status = "not_sold" // hidden, or out of season
)

// Answer is what can be promised of a product at one instant.
type Answer struct {
	SKU       string     `json:"sku"`
	Asked     string     `json:"asked,omitempty" doc:"the name that was asked for, where it is an alias"`
	Channel   string     `json:"channel,omitempty"`
	Status    Status     `json:"status" enum:"in_stock,out_of_stock,incoming,unknown,not_sold"`
	Available *int64     `json:"available,omitempty" doc:"units that can be promised; absent where nothing was counted"`
	Reserved  int64      `json:"reserved"`
	Places    []Place    `json:"places"`
	Incoming  []Arriving `json:"incoming"`
	Delivery  *Shipping  `json:"delivery,omitempty" doc:"where a postcode was given and zones are set"`
	At        time.Time  `json:"at"`
}

// Place is what one place can promise.
type Place struct {
	Location  string  `json:"location"`
	Available int64   `json:"available"`
	Buffer    int64   `json:"buffer" doc:"kept back; below zero: promised beyond what is there"`
	Reserved  int64   `json:"reserved"`
	Inputs    []Input `json:"inputs"`
	Negative  bool    `json:"negative,omitempty" doc:"the source says less than nothing: a mistake in the data"`
}

// Input is one quantity that the answer rests on, and how old it is.
type Input struct {
	Quantity  fact.Quantity `json:"quantity"`
	Units     int64         `json:"units"`
	Source    string        `json:"source"`
	CountedAt time.Time     `json:"counted_at"`
	Age       int64         `json:"age_seconds"`
	Estimated bool          `json:"estimated,omitempty" doc:"sales since the count were taken off"`
}

// Arriving is what is on its way.
type Arriving struct {
	Purchase string     `json:"purchase,omitempty"`
	Location string     `json:"location,omitempty"`
	Units    int64      `json:"units"`
	Due      *time.Time `json:"due,omitempty"`
}

// Shipping is whether, from where and at what profit the units can be delivered.
type Shipping struct {
	Possible   bool   `json:"possible"`
	Zone       string `json:"zone,omitempty"`
	From       string `json:"from,omitempty"`
	Currency   string `json:"currency,omitempty"`
	Cost       int64  `json:"cost_minor"`
	Profit     *int64 `json:"profit_minor,omitempty" doc:"price − unit cost, times units, − delivery; absent where price or cost is unknown"`
	Profitable *bool  `json:"profitable,omitempty"`
	Why        string `json:"why,omitempty" doc:"why it is not possible"`
}

// Answer tells what can be promised now.
func (b *Board) Answer(ctx context.Context, shop string, q Question) (Answer, error) {
	now := b.Now().UTC()
	if q.Units <= 0 {
		q.Units = 1
	}
	g, settings, sku, err := b.of(ctx, shop, q.SKU)
	if err != nil {
		return Answer{}, err
	}
	held, err := b.Store.held(ctx, shop, sku)
	if err != nil {
		return Answer{}, err
	}
	a := Answer{SKU: sku, Channel: q.Channel, At: now, Places: []Place{}, Incoming: []Arriving{}}
	if q.SKU != sku {
		a.Asked = q.SKU
	}
	var total int64
	for _, loc := range g.places() {
		if !settings.Serves(q.Channel, loc) {
			continue
		}
		p := g.place(loc, now)
		p.Buffer = settings.Buffer(sku, loc, q.Channel)
		p.Reserved = held[loc]
		p.Available = max(0, p.Available-p.Buffer-p.Reserved)
		a.Reserved += p.Reserved
		total += p.Available
		a.Places = append(a.Places, p)
	}
	// What is reserved without a place is taken off the whole, unless the one place has no name either.
	if !slices.ContainsFunc(a.Places, func(p Place) bool { return p.Location == "" }) {
		a.Reserved += held[""]
		total = max(0, total-held[""])
	}
	a.Incoming = g.arriving(settings, q.Channel)
	switch {
	case g.hidden || !settings.Sells(sku, now):
		a.Status = Off
	case len(a.Places) == 0:
		a.Status = Unknown
	case total > 0:
		a.Status = InStock
	case len(a.Incoming) > 0:
		a.Status = Incoming
	default:
		a.Status = OutStock
	}
	if len(a.Places) > 0 {
		if a.Status == Off {
			total = 0
		}
		a.Available = &total
	}
	if q.Postcode != "" {
		if a.Delivery = deliver(settings, q, a); a.Delivery != nil && a.Delivery.Possible {
			return a, b.profit(ctx, shop, sku, q.Units, a.Delivery)
		}
	}
	return a, nil
}

// place adds up what was counted at a place: available as counted, or on hand less what is committed and
// unavailable, so that nothing is subtracted twice.
func (g *good) place(loc string, now time.Time) Place {
	p := Place{Location: loc, Inputs: []Input{}}
	add := func(l stock.Level) {
		p.Inputs = append(p.Inputs, Input{l.Quantity, l.Units, l.Source, l.AsOf, max(0, int64(now.Sub(l.AsOf)/time.Second)), l.Estimated})
	}
	onHand, counted := g.level(loc, fact.OnHand)
	if counted {
		add(onHand)
		p.Negative = onHand.Units < 0
	}
	if direct, ok := g.level(loc, fact.Available); ok {
		add(direct)
		p.Available = direct.Units
		return p
	}
	p.Available = onHand.Units
	for _, q := range [...]fact.Quantity{fact.Committed, fact.Unavailable} {
		if l, ok := g.level(loc, q); ok {
			add(l)
			p.Available -= l.Units
		}
	}
	return p
}

// arriving lists purchases on their way, and what places count as incoming where no purchase is known.
func (g *good) arriving(s StockRules, channel string) (out []Arriving) {
	out = []Arriving{}
	for _, p := range g.incoming {
		if p.Location != "" && !s.Serves(channel, p.Location) {
			continue
		}
		a := Arriving{Purchase: p.Purchase, Location: p.Location, Units: p.Units}
		if !p.Due.IsZero() {
			due := p.Due
			a.Due = &due
		}
		out = append(out, a)
	}
	if len(out) > 0 {
		return out
	}
	for _, l := range g.levels {
		if l.Quantity == fact.Incoming && l.Units > 0 && s.Serves(channel, l.Location) {
			out = append(out, Arriving{Location: l.Location, Units: l.Units})
		}
	}
	return out
}

// deliver chooses the place that can deliver the units at the least cost.
func deliver(s StockRules, q Question, a Answer) *Shipping {
	if len(s.Zones) == 0 {
		return nil
	}
	country := cmp.Or(q.Country, s.Country)
	z, ok := s.Zone(country, q.Postcode)
	if !ok {
		return &Shipping{Why: "no zone delivers to this postcode"}
	}
	d := &Shipping{Zone: z.Name, Currency: z.Currency, Why: "no place has enough"}
	if a.Status == Off {
		d.Why = "the product is not sold now"
		return d
	}
	places := slices.Clone(a.Places)
	slices.SortStableFunc(places, func(x, y Place) int { return int(z.CostFrom(x.Location, 0) - z.CostFrom(y.Location, 0)) })
	for _, p := range places {
		if s.Sends(p.Location, country) && p.Available >= q.Units && a.Available != nil && *a.Available >= q.Units {
			d.Possible, d.From, d.Cost, d.Why = true, p.Location, z.CostFrom(p.Location, 0), ""
			break
		}
	}
	return d
}

// profit says what a possible delivery earns, where price and cost are known in the zone's currency.
func (b *Board) profit(ctx context.Context, shop, sku string, units int64, d *Shipping) error {
	now := b.Now()
	price, priced, err := b.Catalog.Price(ctx, shop, sku, now)
	if err != nil || !priced || price.Currency != d.Currency {
		return err
	}
	cost, known, err := b.Catalog.Cost(ctx, shop, sku, now)
	if err != nil || !known || cost.Currency != d.Currency {
		return err
	}
	profit := (price.Amount-cost.Amount)*units - d.Cost
	good := profit > 0
	d.Profit, d.Profitable = &profit, &good
	return nil
}
