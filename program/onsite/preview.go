package onsite

// Part is what one source adds to a product's relevance.
type Part struct {
	Source    Source
	Because   string // SKU; empty where it was found by none
	Relevance float64
}

// Detail opens up how a product came to its place, for the merchant's eyes.
type Detail struct {
	Parts []Part // what the sources add, before rules; empty for what fills the list up
	// Business is what the product is worth to the shop against a usual one, .2 to 3: margin, cover of stock, returns, reviews.
	Business float64
	Earns    float64 // margin of one unit after sending it, minor units
	Known    bool    // whether Earns is known
	// Sending is what sending it costs, minor units, in Zone and from the place From; Sent says whether that is known.
	Sending    int64
	Sent       bool
	Zone, From string
	Rules      []*Rule // that speak of it here and now
}

// Basis is what an answer was made from.
type Basis struct {
	Seed    []string // SKUs that were looked at: those of the page, or what the visitor looked at, oldest first
	Unknown []string // SKUs of the page that the shop never heard of
	Bought  int      // products that the visitor bought
	Bot     bool
	HeldOut bool    // whether this visitor sees best sellers instead
	Weight  float64 // of margin beside relevance, as far as relevance allowed it
}

// opened collects what a preview shows; nil elsewhere.
type opened struct{ parts map[int32][]Part }

func (o *opened) note(it int32, s Source, because *Product, relevance float64) {
	if o == nil {
		return
	}
	p := Part{Source: s, Relevance: relevance}
	if because != nil {
		p.Because = because.SKU
	}
	o.parts[it] = append(o.parts[it], p)
}

// scale changes what the sources add by a factor.
func (o *opened) scale(by float64) {
	if o == nil {
		return
	}
	for _, parts := range o.parts {
		for i := range parts {
			parts[i].Relevance *= by
		}
	}
}

func (r *round) detail(c candidate) *Detail {
	d := &Detail{Parts: r.opened.parts[c.item], Business: r.business(c.item), Rules: r.told(c.item)}
	p := r.goods.get(c.item)
	d.Earns, d.Known = r.earns(c.item, p)
	if d.Sending, d.From, d.Sent = r.to.cost(p, r.placement.Along); d.Sent {
		d.Zone = r.to.zone.Name
	}
	return d
}

func (r *round) basis() *Basis {
	b := &Basis{Bought: len(r.bought), Bot: r.bot, HeldOut: r.e.heldOut(r.q.Visitor), Weight: r.weight}
	for _, it := range r.seed {
		b.Seed = append(b.Seed, r.e.numbers.name(it))
	}
	for _, sku := range r.q.Items {
		if r.e.numbers.find(sku) < 0 {
			b.Unknown = append(b.Unknown, sku)
		}
	}
	return b
}

// name is the SKU of a number that was given.
func (n *numbers) name(it int32) string {
	n.mu.RLock()
	defer n.mu.RUnlock()
	return n.sku[it]
}
