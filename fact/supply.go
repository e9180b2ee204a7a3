package fact

import (
	"math"
	"time"
)

// Supplier describes who delivers.
type Supplier struct {
	Supplier string `json:"supplier"`
	Name     string `json:"name,omitempty"`
	Email    string `json:"email,omitempty"`
	LeadDays int    `json:"lead_days,omitempty"` // quoted, calendar days
	Currency string `json:"cur,omitempty"`
	MinOrder int64  `json:"min_order,omitempty"` // minor units
}

// Kind is supplier.described.
func (*Supplier) Kind() Kind { return SupplierDescribed }

// Check demands a supplier id.
func (b *Supplier) Check(p *Problems) {
	p.need("supplier", b.Supplier)
	p.notNegative("lead_days", int64(b.LeadDays))
	p.amount("min_order", b.MinOrder)
	if b.MinOrder != 0 {
		p.currency(b.Currency)
	}
}

// Terms are the conditions under which one product is bought from one supplier (id: "sku@supplier").
type Terms struct {
	SKU      string `json:"sku"`
	Supplier string `json:"supplier,omitempty"`
	LeadDays int    `json:"lead_days"`      // from order to shelf, calendar days
	Pack     int64  `json:"pack,omitempty"` // units are bought in multiples of it
	MinUnits int64  `json:"min_units,omitempty"`
	// KeepsDays is how many days a unit can be sold after it has arrived; 0: it does not perish.
	KeepsDays int   `json:"keeps_days,omitempty"`
	Volume    int64 `json:"volume_ml,omitempty"` // room that a unit takes, in millilitres; 0: not known
	// SellUntil is the last day of the one season in which it is sold, like 2026-08-31; empty: it is sold on and on.
	SellUntil string `json:"sell_until,omitempty"`
	// Breaks are unit costs of larger orders, for all of their units, by rising quantity.
	Currency string  `json:"cur,omitempty"`
	Breaks   []Break `json:"breaks,omitempty"`
}

// Break is what a unit costs from a quantity on, in minor units.
type Break struct {
	From int64 `json:"from"`
	Cost int64 `json:"cost"`
}

// Kind is supply.terms.
func (*Terms) Kind() Kind { return SupplyTerms }

// Check demands a sku and a lead time of 0 to 730 days.
func (b *Terms) Check(p *Problems) {
	p.need("sku", b.SKU)
	if b.LeadDays < 0 || b.LeadDays > 730 {
		p.Add("lead_days", "is not between 0 and 730")
	}
	p.id("supplier", b.Supplier)
	p.notNegative("pack", b.Pack)
	p.within("pack", b.Pack, MaxUnits)
	p.notNegative("min_units", b.MinUnits)
	p.within("min_units", b.MinUnits, MaxUnits)
	if b.KeepsDays < 0 || b.KeepsDays > 3650 {
		p.Add("keeps_days", "is not between 0 and 3650")
	}
	if b.SellUntil != "" {
		if _, err := time.Parse(time.DateOnly, b.SellUntil); err != nil {
			p.Add("sell_until", "is not a day like 2026-08-31")
		}
	}
	p.notNegative("volume_ml", b.Volume)
	p.within("volume_ml", b.Volume, MaxUnits)
	b.checkBreaks(p)
}

func (b *Terms) checkBreaks(p *Problems) {
	if len(b.Breaks) == 0 {
		return
	}
	p.currency(b.Currency)
	if len(b.Breaks) > 20 {
		p.Add("breaks", "are more than 20")
		return
	}
	before := int64(0)
	for _, k := range b.Breaks {
		if k.From <= max(before, 1) {
			p.Add("breaks", "do not rise in quantity from 2 on")
		}
		before = k.From
		p.within("breaks", k.From, MaxUnits)
		p.amount("breaks", k.Cost)
		if k.Cost <= 0 {
			p.Add("breaks", "hold a cost that is not above 0")
		}
	}
}

// Purchase is one line of an order to a supplier: placed, confirmed or received.
type Purchase struct {
	Purchase string     `json:"purchase"`
	Line     string     `json:"line"`
	Supplier string     `json:"supplier,omitempty"`
	SKU      string     `json:"sku"`
	Location string     `json:"loc,omitempty"`
	Units    int64      `json:"units"`
	Currency string     `json:"cur,omitempty"`
	Cost     int64      `json:"cost,omitempty"` // of one unit
	Due      *time.Time `json:"due,omitempty"`
}

// Kind is purchase.placed.
func (*Purchase) Kind() Kind { return PurchasePlaced }

// Check demands purchase, line, sku and positive units.
func (b *Purchase) Check(p *Problems) {
	p.need("purchase", b.Purchase)
	p.need("line", b.Line)
	p.need("sku", b.SKU)
	p.id("supplier", b.Supplier)
	p.id("loc", b.Location)
	p.units("units", b.Units)
	p.amount("cost", b.Cost)
}

// Signal is something observed outside the shop: weather, holiday, trend, rival price, carrier delay.
type Signal struct {
	Name  string  `json:"name"`
	Place string  `json:"place,omitempty"`
	SKU   string  `json:"sku,omitempty"`
	Value float64 `json:"value"`
	Unit  string  `json:"unit,omitempty"`
}

// Kind is signal.observed.
func (*Signal) Kind() Kind { return SignalObserved }

// Check demands a name and a finite value.
func (b *Signal) Check(p *Problems) {
	p.need("name", b.Name)
	if math.IsNaN(b.Value) || math.IsInf(b.Value, 0) {
		p.Add("value", "is not a number")
	}
}
