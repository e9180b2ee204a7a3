package fact

import "time"

// ItemType says what an order line sells. The zero value is a product.
type ItemType string

// Item types. Everything but a product is left out of product sales and demand.
const (
	ItemProduct  ItemType = ""
	ItemShipping ItemType = "shipping"
	ItemFee      ItemType = "fee"
	ItemDiscount ItemType = "discount"
	ItemGiftCard ItemType = "gift_card"
	ItemManual   ItemType = "manual"
	ItemSample   ItemType = "sample"
)

var itemTypes = []ItemType{ItemProduct, ItemShipping, ItemFee, ItemDiscount, ItemGiftCard, ItemManual, ItemSample}

// OrderLine is one line of an order as placed (order.placed, id "order/line"). Amounts are minor units
// of Currency for the whole line. Gross is quantity × unit price before discounts; it contains the tax
// when TaxIncluded. Discount, Tax and Shipping are this line's shares of the order's, never negative.
type OrderLine struct {
	Order       string   `json:"order"`
	Line        string   `json:"line"`
	SKU         string   `json:"sku"`
	Title       string   `json:"title,omitempty"`
	Item        ItemType `json:"item,omitempty"`
	Units       int64    `json:"units"`
	Currency    string   `json:"cur"`
	Gross       int64    `json:"gross"`
	Discount    int64    `json:"disc,omitempty"`
	Tax         int64    `json:"tax,omitempty"`
	TaxIncluded bool     `json:"tax_inc,omitempty"`
	Shipping    int64    `json:"ship,omitempty"`
	Customer    string   `json:"cust,omitempty"`
	Visitor     string   `json:"visitor,omitempty"`
	Country     string   `json:"country,omitempty"`
	Channel     string   `json:"channel,omitempty"`
	Location    string   `json:"loc,omitempty"`
}

// Kind is order.placed.
func (*OrderLine) Kind() Kind { return OrderPlaced }

// Check demands order, line, sku, a positive quantity, a currency and amounts that are not negative.
func (l *OrderLine) Check(p *Problems) {
	p.need("order", l.Order)
	p.need("line", l.Line)
	p.need("sku", l.SKU)
	p.units("units", l.Units)
	p.currency(l.Currency)
	p.amount("gross", l.Gross)
	p.amount("discount", l.Discount)
	p.amount("tax", l.Tax)
	p.amount("shipping", l.Shipping)
	p.title(l.Title)
	p.id("cust", l.Customer)
	p.id("visitor", l.Visitor)
	p.id("country", l.Country)
	p.id("channel", l.Channel)
	p.id("loc", l.Location)
	if l.Discount > l.Gross && l.Gross >= 0 {
		p.Add("discount", "is more than the line's gross")
	}
	oneOf(p, "item", l.Item, itemTypes...)
}

// OrderReversal takes goods of an order back (order.returned: after they left; order.cancelled: before).
// Units and Gross are positive: how much is undone. Order is empty where the source does not say which
// order is undone (a credit note); state then looks for it.
type OrderReversal struct {
	Document string   `json:"doc"` // the return, credit note or cancellation
	Line     string   `json:"line"`
	Order    string   `json:"order,omitempty"`
	OrigLine string   `json:"orig_line,omitempty"`
	SKU      string   `json:"sku"`
	Title    string   `json:"title,omitempty"`
	Item     ItemType `json:"item,omitempty"`
	Units    int64    `json:"units"`
	Currency string   `json:"cur"`
	Gross    int64    `json:"gross"`
	Tax      int64    `json:"tax,omitempty"`
	TaxIncl  bool     `json:"tax_inc,omitempty"`
	Reason   string   `json:"reason,omitempty"`
	Customer string   `json:"cust,omitempty"`
	Country  string   `json:"country,omitempty"`
	Resale   *bool    `json:"resale,omitempty"` // may be sold again; nil where unknown
}

// Kind is order.returned.
func (*OrderReversal) Kind() Kind { return OrderReturned }

// Check demands a document, a line, a sku, positive units and amounts that are not negative.
func (r *OrderReversal) Check(p *Problems) {
	p.need("doc", r.Document)
	p.need("line", r.Line)
	p.need("sku", r.SKU)
	p.units("units", r.Units)
	p.currency(r.Currency)
	p.amount("gross", r.Gross)
	p.title(r.Title)
	p.id("order", r.Order)
	p.id("orig_line", r.OrigLine)
	p.id("cust", r.Customer)
	p.id("country", r.Country)
	p.amount("tax", r.Tax)
	oneOf(p, "item", r.Item, itemTypes...)
}

// OrderChange tells a new state of a whole order: address, payment, hold, note.
type OrderChange struct {
	Order  string `json:"order"`
	Status string `json:"status"`
	Note   string `json:"note,omitempty"`
}

// Kind is order.changed.
func (*OrderChange) Kind() Kind { return OrderChanged }

// Check demands order and status.
func (c *OrderChange) Check(p *Problems) { p.need("order", c.Order); p.need("status", c.Status) }

// Refund is money given back, with or without goods.
type Refund struct {
	Order    string `json:"order"`
	Refund   string `json:"refund"`
	Currency string `json:"cur"`
	Amount   int64  `json:"amount"`
	Reason   string `json:"reason,omitempty"`
}

// Kind is order.refunded.
func (*Refund) Kind() Kind { return OrderRefunded }

// Check demands order, refund id, currency and a positive amount.
func (r *Refund) Check(p *Problems) {
	p.need("order", r.Order)
	p.need("refund", r.Refund)
	p.currency(r.Currency)
	p.above("amount", r.Amount)
	p.within("amount", r.Amount, MaxAmount)
}

// Shipment is a parcel that left (order.shipped) or arrived (order.delivered).
type Shipment struct {
	Order    string           `json:"order"`
	Shipment string           `json:"shipment"`
	Carrier  string           `json:"carrier,omitempty"`
	Tracking string           `json:"tracking,omitempty"`
	Location string           `json:"loc,omitempty"`
	Promised *time.Time       `json:"promised,omitempty"`
	Units    map[string]int64 `json:"units,omitempty"` // sku → units in the parcel
}

// Kind is order.shipped.
func (*Shipment) Kind() Kind { return OrderShipped }

// Check demands order and shipment.
func (s *Shipment) Check(p *Problems) { p.need("order", s.Order); p.need("shipment", s.Shipment) }

// Tracking is one scan or status of a parcel.
type Tracking struct {
	Shipment string `json:"shipment"`
	Status   string `json:"status"`
	Place    string `json:"place,omitempty"`
}

// Kind is shipment.tracked.
func (*Tracking) Kind() Kind { return ShipmentTracked }

// Check demands shipment and status.
func (t *Tracking) Check(p *Problems) { p.need("shipment", t.Shipment); p.need("status", t.Status) }

// Fee is what a payment cost the shop.
type Fee struct {
	Order    string `json:"order,omitempty"`
	Provider string `json:"provider"`
	Currency string `json:"cur"`
	Amount   int64  `json:"amount"`
}

// Kind is payment.fee.
func (*Fee) Kind() Kind { return PaymentFee }

// Check demands provider and currency; a fee may be negative (a correction).
func (f *Fee) Check(p *Problems) {
	p.need("provider", f.Provider)
	p.currency(f.Currency)
	p.within("amount", f.Amount, MaxAmount)
}

// Charge is what a carrier billed for a shipment.
type Charge struct {
	Shipment string `json:"shipment,omitempty"`
	Order    string `json:"order,omitempty"`
	Carrier  string `json:"carrier"`
	Currency string `json:"cur"`
	Amount   int64  `json:"amount"`
}

// Kind is carrier.charge.
func (*Charge) Kind() Kind { return CarrierCharge }

// Check demands carrier and currency; a charge may be negative (a correction).
func (c *Charge) Check(p *Problems) {
	p.need("carrier", c.Carrier)
	p.currency(c.Currency)
	p.within("amount", c.Amount, MaxAmount)
}

// Spend is advertising money of one channel on one day.
type Spend struct {
	Channel  string `json:"channel"`
	Campaign string `json:"campaign,omitempty"`
	Day      string `json:"day"` // YYYY-MM-DD in the shop's time zone
	Currency string `json:"cur"`
	Amount   int64  `json:"amount"`
}

// Kind is ad.spend.
func (*Spend) Kind() Kind { return AdSpend }

// Check demands channel, day, currency and an amount that is not negative.
func (s *Spend) Check(p *Problems) {
	p.need("channel", s.Channel)
	if _, err := time.Parse(time.DateOnly, s.Day); err != nil {
		p.Add("day", "is not a date like 2026-01-31")
	}
	p.currency(s.Currency)
	p.amount("amount", s.Amount)
}
