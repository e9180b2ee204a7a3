package decide

// Kind says what an actuator is asked for. Programmes share kinds; actuators know kinds, not programmes.
type Kind string

// Kinds of actions, each with its part of [Proposal].
const (
	KindOrder   Kind = "order"   // Line
	KindPrice   Kind = "price"   // Price
	KindMessage Kind = "message" // Message
	KindMove    Kind = "move"    // Move
	KindLevels  Kind = "levels"  // Levels
)

// OrderLine is what a reorder asks an actuator to order.
type OrderLine struct {
	SKU           string `json:"sku"`
	Title         string `json:"title"`
	Units         int64  `json:"units"`
	Pack          int64  `json:"pack,omitempty"`
	UnitCost      *int64 `json:"unit_cost,omitempty"` // minor units
	Currency      string `json:"currency,omitempty"`
	Supplier      string `json:"supplier,omitempty"`
	SupplierEmail string `json:"supplier_email,omitempty"`
	LeadDays      int    `json:"lead_days,omitempty"`
}

// PriceChange asks for another asking price from now on, in the terms of the one that it replaces: with tax where that holds it.
type PriceChange struct {
	SKU      string `json:"sku"`
	Title    string `json:"title"`
	Price    int64  `json:"price"` // minor units
	Was      int64  `json:"was"`
	Currency string `json:"currency"`
}

// Message asks to write to people who agreed to it.
type Message struct {
	Campaign   string   `json:"campaign"`
	Channel    string   `json:"channel"`    // email
	Title      string   `json:"title"`      // what it is about, for who writes it
	Recipients []string `json:"recipients"` // customer ids
	HeldOut    []string `json:"held_out"`   // of the same people, who must not get it, so that its effect can be measured
}

// Move is what an actuator asks people at two places to carry from one to the other.
type Move struct {
	SKU   string `json:"sku"`
	Title string `json:"title"`
	Units int64  `json:"units"`
	From  string `json:"from"`
	To    string `json:"to"`
}

// SetLevel is when to order a product at a place and up to how much, for a system that orders by that; Before is what it was told
// last, nil where nothing was.
type SetLevel struct {
	SKU        string `json:"sku"`
	Title      string `json:"title"`
	Location   string `json:"location,omitempty"`
	Point      int64  `json:"reorder_point"`
	UpTo       int64  `json:"order_up_to"`
	Before     *int64 `json:"reorder_point_before,omitempty"`
	BeforeUpTo *int64 `json:"order_up_to_before,omitempty"`
}

// Kind is what the proposal asks for.
func (p Proposal) Kind() Kind {
	switch {
	case p.Price != nil:
		return KindPrice
	case p.Message != nil:
		return KindMessage
	case p.Move != nil:
		return KindMove
	case p.Levels != nil:
		return KindLevels
	}
	return KindOrder
}

// Kind is what the batch asks for: its decisions are of one programme, so that all ask for the same.
func (b Batch) Kind() Kind {
	if len(b.Decisions) == 0 {
		return KindOrder
	}
	return b.Decisions[0].Kind()
}

// prefix begins the numbers of batches.
var prefix = map[Kind]string{KindOrder: "PO-", KindPrice: "PC-", KindMessage: "MS-", KindMove: "TR-", KindLevels: "RP-"}
