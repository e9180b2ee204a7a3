package fact

// Customer describes a person or company under one source's id.
type Customer struct {
	Customer string            `json:"cust"`
	Email    string            `json:"email,omitempty"`
	Phone    string            `json:"phone,omitempty"`
	Name     string            `json:"name,omitempty"`
	Country  string            `json:"country,omitempty"`
	City     string            `json:"city,omitempty"`
	Postcode string            `json:"postcode,omitempty"`
	Traits   map[string]string `json:"traits,omitempty"`
}

// Kind is customer.described.
func (*Customer) Kind() Kind { return CustomerDescribed }

// Check demands a customer id.
func (b *Customer) Check(p *Problems) { p.need("cust", b.Customer) }

// Link says that two ids belong to one person: an edge of the identity graph.
type Link struct {
	A      string `json:"a"` // "namespace:value", e.g. "visitor:x1"
	B      string `json:"b"`
	Reason string `json:"reason,omitempty"`
	Cut    bool   `json:"cut,omitempty"` // true takes an earlier link back
}

// Kind is identity.linked.
func (*Link) Kind() Kind { return IdentityLinked }

// Check demands two different ids.
func (b *Link) Check(p *Problems) {
	p.need("a", b.A)
	p.need("b", b.B)
	if b.A == b.B {
		p.Add("b", "is the same id as a")
	}
}

// Consent is what a person allows from OccurredAt on, by purpose: analytics, personalization,
// marketing, sale.
type Consent struct {
	Customer string          `json:"cust,omitempty"`
	Visitor  string          `json:"visitor,omitempty"`
	Purposes map[string]bool `json:"purposes"`
	Origin   string          `json:"origin,omitempty"` // banner, preference page, GPC, import
}

// Kind is consent.changed.
func (*Consent) Kind() Kind { return ConsentChanged }

// Check demands a person and at least one purpose.
func (b *Consent) Check(p *Problems) {
	if b.Customer == "" && b.Visitor == "" {
		p.Add("cust", "is empty, and so is visitor")
	}
	p.id("cust", b.Customer)
	p.id("visitor", b.Visitor)
	if len(b.Purposes) == 0 {
		p.Add("purposes", "is empty")
	}
}

// Erasure asks to forget a person; only the salted hash stays, as a suppression entry.
type Erasure struct {
	Customer string `json:"cust"`
	Basis    string `json:"basis,omitempty"`
}

// Kind is customer.erased.
func (*Erasure) Kind() Kind { return CustomerErased }

// Check demands a customer id.
func (b *Erasure) Check(p *Problems) { p.need("cust", b.Customer) }

// Review is a buyer's judgement of a product.
type Review struct {
	SKU      string `json:"sku"`
	Customer string `json:"cust,omitempty"`
	Rating   int    `json:"rating"` // 1 to 5
	Title    string `json:"title,omitempty"`
	Text     string `json:"text,omitempty"`
}

// Kind is review.written.
func (*Review) Kind() Kind { return ReviewWritten }

// Check demands a sku and a rating from 1 to 5.
func (b *Review) Check(p *Problems) {
	p.need("sku", b.SKU)
	if b.Rating < 1 || b.Rating > 5 {
		p.Add("rating", "is not between 1 and 5")
	}
}

// Ticket is a service case, opened or closed.
type Ticket struct {
	Ticket   string `json:"ticket"`
	Customer string `json:"cust,omitempty"`
	Order    string `json:"order,omitempty"`
	SKU      string `json:"sku,omitempty"`
	Topic    string `json:"topic,omitempty"`
	Text     string `json:"text,omitempty"`
}

// Kind is ticket.opened.
func (*Ticket) Kind() Kind { return TicketOpened }

// Check demands a ticket id.
func (b *Ticket) Check(p *Problems) { p.need("ticket", b.Ticket) }
