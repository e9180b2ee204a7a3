package fact

// Product describes what is sold under one SKU (id: the SKU).
type Product struct {
	SKU        string            `json:"sku"`
	Group      string            `json:"group,omitempty"` // the style or parent that variants share
	Title      string            `json:"title,omitempty"`
	Category   []string          `json:"category,omitempty"` // from broad to narrow
	Brand      string            `json:"brand,omitempty"`
	Barcode    string            `json:"barcode,omitempty"` // GTIN
	Attributes map[string]string `json:"attributes,omitempty"`
	Hidden     bool              `json:"hidden,omitempty"`
	URL        string            `json:"url,omitempty"`
	Image      string            `json:"image,omitempty"`
	Supplier   string            `json:"supplier,omitempty"`
}

// Kind is product.described.
func (*Product) Kind() Kind { return ProductDescribed }

// Check demands a sku.
func (b *Product) Check(p *Problems) {
	p.need("sku", b.SKU)
	p.title(b.Title)
	p.id("group", b.Group)
	p.id("brand", b.Brand)
	p.id("barcode", b.Barcode)
	p.id("supplier", b.Supplier)
}

// Price is the asking price of one unit from OccurredAt on, in one channel or (empty) everywhere.
type Price struct {
	SKU         string `json:"sku"`
	Currency    string `json:"cur"`
	Amount      int64  `json:"amount"`
	ListPrice   int64  `json:"list,omitempty"` // the struck-through price, 0 where none
	Channel     string `json:"channel,omitempty"`
	TaxIncluded bool   `json:"tax_inc,omitempty"`
}

// Kind is price.set.
func (*Price) Kind() Kind { return PriceSet }

// Check demands a sku, a currency and an amount that is not negative.
func (b *Price) Check(p *Problems) {
	p.need("sku", b.SKU)
	p.currency(b.Currency)
	p.amount("amount", b.Amount)
	p.amount("list", b.ListPrice)
	p.id("channel", b.Channel)
}

// Cost is what one unit costs the shop, landed, from OccurredAt on. It may be set for the past.
type Cost struct {
	SKU      string `json:"sku"`
	Currency string `json:"cur"`
	Amount   int64  `json:"amount"`
	Supplier string `json:"supplier,omitempty"`
}

// Kind is cost.set.
func (*Cost) Kind() Kind { return CostSet }

// Check demands a sku, a currency and an amount that is not negative.
func (b *Cost) Check(p *Problems) {
	p.id("supplier", b.Supplier)
	p.need("sku", b.SKU)
	p.currency(b.Currency)
	p.amount("amount", b.Amount)
}

// Quantity names what a stock count counted, so that nothing is subtracted twice.
type Quantity string

// Quantities of stock. Available = on hand − committed − unavailable − safety where a source gives on hand.
const (
	OnHand      Quantity = "on_hand"
	Available   Quantity = "available"
	Committed   Quantity = "committed"
	Unavailable Quantity = "unavailable"
	Incoming    Quantity = "incoming"
)

// StockCount is an absolute quantity as of OccurredAt (id: "sku@location#quantity@as-of").
type StockCount struct {
	SKU      string   `json:"sku"`
	Location string   `json:"loc,omitempty"`
	Quantity Quantity `json:"quantity"`
	Units    int64    `json:"units"`
}

// Kind is stock.counted.
func (*StockCount) Kind() Kind { return StockCounted }

// Check demands a sku and a known quantity. Negative counts are kept: they are findings, not faults.
func (b *StockCount) Check(p *Problems) {
	p.need("sku", b.SKU)
	p.id("loc", b.Location)
	oneOf(p, "quantity", b.Quantity, OnHand, Available, Committed, Unavailable, Incoming)
	p.within("units", b.Units, MaxUnits)
}

// StockMove is a change of the on-hand quantity at OccurredAt.
type StockMove struct {
	SKU      string `json:"sku"`
	Location string `json:"loc,omitempty"`
	Units    int64  `json:"units"` // signed
	Reason   string `json:"reason,omitempty"`
	Ref      string `json:"ref,omitempty"`
}

// Kind is stock.moved.
func (*StockMove) Kind() Kind { return StockMoved }

// Check demands a sku and a change that is not zero.
func (b *StockMove) Check(p *Problems) {
	p.need("sku", b.SKU)
	p.id("loc", b.Location)
	if b.Units == 0 {
		p.Add("units", "is zero")
	}
	p.within("units", b.Units, MaxUnits)
}
